"""A model as a folder: a JSON manifest and plain arrays, read by code that can run nothing.

The manifest holds every setting and the sha256 of the arrays; estimators are named, never pickled, and only
registered ones can be named. Another version of a library that the numbers depend on is refused.
"""

import hashlib
import json
import math
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from sklearn.pipeline import Pipeline

from radici.core.errors import ModelRefused
from radici.core.provenance import file_hash, versions
from radici.core.table import Column
from radici.learning.estimator import ESTIMATORS
from radici.learning.model import Model
from radici.learning.recipe import ByBlock, Layout, Recipe

FORMAT = 1


def save(model: Model, folder: Path) -> Path:
    """Write `manifest.json` and `arrays.npz` into a folder; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, np.ndarray] = {}
    columns = model.pipeline.named_steps["columns"]
    manifest = {
        "format": FORMAT,
        "name": model.name,
        "endpoint": dict(model.endpoint),
        "columns": [vars(column) | {"range": _finite(model.ranges[column.name])} for column in model.columns],
        "layout": vars(model.layout),
        "recipe": model.recipe.spelled(),
        "chosen": model.chosen,
        "learned": list(model.learned),
        "facts": dict(model.facts),
        "image_steps": [_pack(step, f"image{i}", arrays) for i, step in enumerate(columns.image_steps)],
        "clinical_steps": [_pack(step, f"clinical{i}", arrays) for i, step in enumerate(columns.clinical_steps)],
        "model": _pack(model.pipeline.named_steps["model"], "model", arrays),
    }
    np.savez(folder / "arrays.npz", allow_pickle=False, **arrays)
    manifest["arrays_sha256"] = file_hash(folder / "arrays.npz")
    manifest["sha256"] = _own_hash(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True, allow_nan=False) + "\n")
    return folder


def load(folder: Path, *, accept_versions: bool = False) -> Model:
    """Read a model folder.

    Raises
    ------
    ModelRefused
        For a folder that is no model, was altered, names an estimator that is not registered, or was made with
        other versions of radici, numpy, scipy, numba or scikit-learn (unless `accept_versions`).
    """
    manifest = _manifest(folder)
    if file_hash(folder / "arrays.npz") != manifest["arrays_sha256"]:
        raise ModelRefused(f"{folder.name}/arrays.npz does not match its manifest: it was altered. Get a fresh copy.")
    if not accept_versions:
        _check_versions(manifest["facts"]["versions"])
    arrays = _arrays(folder / "arrays.npz")
    layout = Layout(**manifest["layout"])
    fields = [{k: v for k, v in column.items() if k != "range"} for column in manifest["columns"]]
    blocks = ByBlock(
        [_unpack(packed, arrays) for packed in manifest["image_steps"]],
        [_unpack(packed, arrays) for packed in manifest["clinical_steps"]],
        layout.image,
        layout.clinical,
    )
    blocks.n_features_in_ = layout.image + layout.clinical
    return Model(
        name=manifest["name"],
        pipeline=Pipeline([("columns", blocks), ("model", _unpack(manifest["model"], arrays))]),
        columns=tuple(Column(**column) for column in fields),
        layout=layout,
        endpoint=manifest["endpoint"],
        ranges={c["name"]: _limits(c["range"]) for c in manifest["columns"]},
        recipe=Recipe.read(manifest["recipe"]),
        chosen=manifest["chosen"],
        learned=tuple(manifest["learned"]),
        facts=manifest["facts"],
    )


def _arrays(path: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as stored:
            return {key: stored[key] for key in stored.files}
    except (ValueError, OSError, EOFError, BadZipFile):
        raise ModelRefused(
            f"{path.parent.name}/{path.name} holds something else than plain arrays of numbers. Such a file could run "
            f"code when it is read; get the model from its maker again."
        ) from None


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        told, found = manifest.pop("sha256"), _own_hash(manifest)
        known = manifest["format"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ModelRefused(
            f"{folder} is not a model folder: it needs a readable manifest.json and arrays.npz, as `radici run` "
            f"writes them under `model/`."
        ) from None
    if told != found:
        raise ModelRefused(f"{folder.name}/manifest.json was altered after it was written. Get a fresh copy.")
    if known != FORMAT:
        raise ModelRefused(f"{folder.name} has model format {known}, this radici reads {FORMAT}.")
    if not (folder / "arrays.npz").exists():
        raise ModelRefused(f"{folder.name}/arrays.npz is missing. Get a fresh copy of the model folder.")
    return manifest


def _own_hash(manifest: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def _check_versions(made_with: dict[str, str]) -> None:
    here = versions()
    relevant = ("radici", "numpy", "scipy", "numba", "scikit-learn")
    other = [f"{n} {made_with.get(n)} (here {here[n]})" for n in relevant if made_with.get(n) != here[n]]
    if other:
        raise ModelRefused(
            f"The model was made with {', '.join(other)}. Install those versions to get the same numbers, or pass "
            f"`--accept-versions` and check the predictions first."
        )


def _pack(estimator: Any, prefix: str, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    name = ESTIMATORS.name_of(type(estimator))
    if name is None:
        raise ModelRefused(
            f"{type(estimator).__name__} is not registered, so a saved model could not be read again. Decorate its "
            f"class with `@ESTIMATORS.add('name')`."
        )
    settings = estimator.get_params(deep=False)
    state: dict[str, Any] = {}
    for key, value in vars(estimator).items():
        if key in settings:
            continue
        if isinstance(value, np.ndarray) and value.dtype != object:
            arrays[f"{prefix}.{key}"] = value
            state[key] = {"array": f"{prefix}.{key}"}
        elif value is None or isinstance(value, (bool, int, float, str)):
            state[key] = value
        else:
            raise ModelRefused(f"The state '{key}' of '{name}' is a {type(value).__name__}: only arrays are stored.")
    return {"estimator": name, "settings": settings, "state": state}


def _unpack(packed: dict[str, Any], arrays: dict[str, np.ndarray]) -> Any:
    estimator = ESTIMATORS[packed["estimator"]](**packed["settings"])
    for key, value in packed["state"].items():
        setattr(estimator, key, arrays[value["array"]] if isinstance(value, dict) else value)
    return estimator


def _finite(pair: tuple[float, float]) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in pair]


def _limits(pair: list[float | None]) -> tuple[float, float]:
    low, high = (math.nan if value is None else value for value in pair)
    return low, high
