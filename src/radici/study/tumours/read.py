"""The name of a tumour that ships, or a YAML file, in; its `Tumour`, everything in it checked, out.

What holds for every tumour (visits, windows, endpoints, sources) stands once, in `every_tumour.yaml`; a
tumour's file names it.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from radici.core.errors import FileMissing, UnknownName
from radici.core.registry import did_you_mean
from radici.core.settings import build
from radici.core.variables import VARIABLES, folded
from radici.study.spelling import read_yaml
from radici.study.tumours.tumour import Tumour

ENDINGS = (".yaml", ".yml")
EVERY = "every_tumour"


def tumour_names() -> list[str]:
    """Names of the tumours that ship with the package."""
    found = sorted(one.name.removesuffix(".yaml") for one in _folder().iterdir() if one.name.endswith(".yaml"))
    return [name for name in found if name != EVERY]


def tumour_lines() -> list[str]:
    """One line for each tumour that ships: its name, and in words."""
    width = max(map(len, tumour_names()))
    return [f"{name:<{width}}  {read_tumour(name).called}" for name in tumour_names()]


def read_tumour(name_or_path: str | Path) -> Tumour:
    """A tumour that ships, by its name, or the one in a YAML file.

    Raises
    ------
    UnknownName
        No tumour is called that; the nearest name is suggested, and all are listed.
    FileMissing
        There is no such file.
    StudyError
        A step, preset, criterion, endpoint, variable, score or source in it does not exist or does not fit.
    """
    name = str(name_or_path)
    if name in tumour_names():
        return _read(name)
    path = Path(name_or_path)
    if path.suffix.lower() in ENDINGS:
        if not path.is_file():
            raise FileMissing(f"There is no tumour file {path}. Tumours that ship: {', '.join(tumour_names())}.")
        return parse_tumour(path.read_text(encoding="utf-8"), path.name, path.stem)
    raise UnknownName(
        f"No tumour is called '{name}'.{_meant(name)} Tumours that ship: {', '.join(tumour_names())}; a file of your "
        f"own ends in .yaml."
    )


def parse_tumour(text: str, where: str, name: str) -> Tumour:
    """A tumour from YAML; visits, windows and endpoints that it only names are those of every tumour."""
    values = {"name": name, **read_yaml(text, where)}
    shared = _shared()
    if isinstance(own := values.get("sources", {}), dict):
        values["sources"] = {**shared["sources"], **own}
    values["visits"] = _filled(values.get("visits"), shared["visits"], "visit")
    if isinstance(spelled := values.get("endpoints"), list):
        values["endpoints"] = [_endpoint(one, shared["endpoints"]) for one in spelled]
    modalities = values.get("modalities")
    for one in modalities.values() if isinstance(modalities, dict) else ():
        if isinstance(one, dict) and "windows" in one:
            one["windows"] = _filled(one["windows"], shared["windows"], "window")
    found: Tumour = build(Tumour, values, where)
    return found


def _filled(spelled: Any, shared: Mapping[str, Any], kind: str) -> Any:
    """What a list of names stands for; items that are `{name: {settings}}` stay as they are."""
    if not isinstance(spelled, list):
        return spelled
    found: dict[str, Any] = {}
    for item in spelled:
        if isinstance(item, dict):
            found |= item
        elif item in shared:
            found[item] = shared[item]
        else:
            raise UnknownName(f"No {kind} of every tumour is called '{item}'.{did_you_mean(str(item), list(shared))}")
    return found


def _endpoint(spelled: Any, shared: Mapping[str, Any]) -> Any:
    """An endpoint with what every tumour says of it, where its own file says nothing else."""
    return {**shared.get(str(spelled.get("name")), {}), **spelled} if isinstance(spelled, dict) else spelled


def _meant(name: str) -> str:
    """The tumour that the dictionary's other words (`HCC`, `RCC`) stand for, else the nearest name."""
    level = VARIABLES["tumour_type"].meanings().get(folded(name))
    meant = [one for one in tumour_names() if read_tumour(one).tumour_type == level]
    if meant:
        return f" Did you mean '{meant[0]}'?"
    hint = did_you_mean(name, tumour_names())
    return hint if "Did you mean" in hint else ""


@cache
def _read(name: str) -> Tumour:
    return parse_tumour((_folder() / f"{name}.yaml").read_text(encoding="utf-8"), f"tumour {name}", name)


@cache
def _shared() -> dict[str, Any]:
    return read_yaml((_folder() / f"{EVERY}.yaml").read_text(encoding="utf-8"), EVERY)


def _folder() -> Any:
    return files("radici.study") / "tumours"
