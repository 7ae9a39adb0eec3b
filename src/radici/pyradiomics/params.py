"""A PyRadiomics parameter file in, what it asks for out; everything that cannot be done is refused at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from radici.core.errors import FileMissing, StudyError
from radici.core.registry import did_you_mean
from radici.pyradiomics.keys import DEFAULTS, IMAGE_TYPES, SETTINGS, SILENT, VOXEL_SETTINGS, Key, Unfit
from radici.pyradiomics.names import CLASSES, REMOVED, known_names

SECTIONS = ("setting", "voxelSetting", "featureClass", "imageType")


@dataclass(frozen=True)
class Params:
    """What a parameter file asks for.

    Parameters
    ----------
    setting
        As PyRadiomics reports it: its defaults, then the file's `setting`, then its `voxelSetting`.
    image_types
        Settings that hold for one image type only, in the file's order.
    feature_classes
        Names asked for in each class, in the file's order; none means all that are not deprecated.
    source
        Where this was read, for messages.
    notes
        What the file says that has no effect, one sentence each.
    """

    setting: Mapping[str, Any]
    image_types: Mapping[str, Mapping[str, Any]]
    feature_classes: Mapping[str, tuple[str, ...]]
    source: str = "PyRadiomics' defaults"
    notes: tuple[str, ...] = field(default=(), compare=False)

    def settings(self, image_type: str = "") -> dict[str, Any]:
        """Every setting with its value, as it holds for one image type (or before any)."""
        return {**SILENT, **self.setting, **self.image_types.get(image_type, {})}


def read_params(path: str | Path | Mapping[str, Any] | None = None) -> Params:
    """Read a PyRadiomics 3.0.1 parameter file (YAML or JSON), or the mapping that it holds.

    Without a file, PyRadiomics' defaults: the original image, all classes but `shape2D`. A file that names no class
    gets all of them, `shape2D` too.

    Raises
    ------
    FileMissing
        There is no such file.
    StudyError
        One message that lists every unknown section, key, class, feature and every value that does not fit.
    """
    if path is None:
        classes: dict[str, tuple[str, ...]] = {name: () for name in CLASSES if name != "shape2D"}
        return Params(dict(DEFAULTS), {"Original": {}}, classes)
    if isinstance(path, Mapping):
        return _params(path, "parameters")
    return _params(_load(Path(path)), str(path))


def _params(content: Mapping[str, Any], source: str) -> Params:
    wrong = [_unknown("section", str(name), list(SECTIONS)) for name in content if name not in SECTIONS]
    setting = _section(content, "setting", SETTINGS, wrong)
    voxel = _section(content, "voxelSetting", VOXEL_SETTINGS, wrong)
    classes = _feature_classes(_mapping(content, "featureClass", wrong), wrong)
    images = _image_types(_mapping(content, "imageType", wrong), wrong)
    if wrong:
        entries = "1 entry" if len(wrong) == 1 else f"{len(wrong)} entries"
        raise StudyError(f"{source}: {entries} cannot be used:\n" + "\n".join(f"  {line}" for line in wrong))
    found = Params(
        {**DEFAULTS, **setting, **voxel},
        images or {"Original": {}},
        classes or {name: () for name in CLASSES},
        source,
    )
    return Params(found.setting, found.image_types, found.feature_classes, source, tuple(_notes(found)))


def _unknown(noun: str, name: str, known: list[str], place: str = "") -> str:
    return f"{place}there is no {noun} '{name}'.{did_you_mean(name, known)}"


def _mapping(content: Mapping[str, Any], section: str, wrong: list[str]) -> dict[str, Any]:
    found = content.get(section)
    if found is not None and not isinstance(found, dict):
        wrong.append(f"{section}: `name: value` lines are expected, found {found!r}.")
        return {}
    return {str(name): value for name, value in (found or {}).items()}


def _section(content: Mapping[str, Any], section: str, keys: Mapping[str, Key], wrong: list[str]) -> dict[str, Any]:
    return _values(_mapping(content, section, wrong), section, keys, wrong)


def _values(given: Mapping[str, Any], place: str, keys: Mapping[str, Key], wrong: list[str]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name, value in given.items():
        if name not in keys:
            wrong.append(f"{place}: {_misplaced(name, keys)}")
        elif value is None and keys[name].optional:
            read[name] = None
        else:
            try:
                read[name] = keys[name].read(value)
            except Unfit as expected:
                wrong.append(f"{place}: {name} = {value!r} will not do; {expected} is expected.")
    return read


def _misplaced(name: str, keys: Mapping[str, Key]) -> str:
    for section, others in (("setting", SETTINGS), ("voxelSetting", VOXEL_SETTINGS)):
        if name in others and others is not keys:
            return f"'{name}' belongs under '{section}'. Move it there."
    return _unknown("setting", name, list(keys))


def _feature_classes(given: Mapping[str, Any], wrong: list[str]) -> dict[str, tuple[str, ...]]:
    classes = {}
    for name, features in given.items():
        if name not in CLASSES:
            wrong.append(_unknown("feature class", name, list(CLASSES), "featureClass: "))
            continue
        if not isinstance(features or [], list):
            wrong.append(f"featureClass: {name} = {features!r} will not do; a list of names is expected, or nothing.")
            continue
        asked = [str(feature) for feature in features or []]
        known = known_names(name)
        wrong.extend(_unknown("feature", f, known, f"featureClass: {name}: ") for f in asked if f not in known)
        classes[name] = tuple(asked)
    return classes


def _image_types(given: Mapping[str, Any], wrong: list[str]) -> dict[str, dict[str, Any]]:
    types = {}
    for name in given:
        if name not in IMAGE_TYPES:
            wrong.append(_unknown("image type", name, list(IMAGE_TYPES), "imageType: "))
        else:
            types[name] = _values(_mapping(given, name, wrong), f"imageType: {name}", SETTINGS, wrong)
    return types


def _notes(params: Params) -> Iterator[str]:
    """What is allowed but acts otherwise than one may think; PyRadiomics does the same."""
    for image, own in params.image_types.items():
        for name in own:
            if SETTINGS[name].stage == "load":
                yield f"imageType {image}: '{name}' acts before any filter; only its value under 'setting' counts."
        settings = params.settings(image)
        if image == "LoG" and not settings["sigma"]:
            yield "imageType LoG: no 'sigma' is given, so there is no LoG image."
        if settings["binCount"] is not None and "binWidth" in {**params.setting, **own}:
            yield f"imageType {image}: 'binCount' is given, so 'binWidth' has no effect."
    for name, asked in params.feature_classes.items():
        for feature in asked:
            if feature in REMOVED.get(name, {}):
                yield f"featureClass {name}: '{feature}' gets no column: {REMOVED[name][feature]}."
    if "shape2D" in params.feature_classes and not params.settings()["force2D"]:
        yield "featureClass shape2D: needs 'force2D: true'; without it there are no shape2D columns."


class _Loader(yaml.SafeLoader):
    """YAML in which no key stands twice."""


def _no_key_twice(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    names = [loader.construct_object(key) for key, _ in node.value]
    for name in names:
        if names.count(name) > 1:
            raise yaml.YAMLError(f"'{name}' stands twice, line {node.start_mark.line + 1} and below")
    loader.flatten_mapping(node)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _no_key_twice)


def _load(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        raise FileMissing(f"There is no parameter file {path}.")
    try:
        content = yaml.load(path.read_text(encoding="utf-8-sig"), _Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StudyError(f"{path}: not a YAML or JSON file that can be read: {error}.") from None
    if content is not None and not isinstance(content, dict):
        raise StudyError(f"{path}: sections ({', '.join(SECTIONS)}) are expected, found {type(content).__name__}.")
    return content or {}
