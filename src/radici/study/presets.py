"""The name of a preset, or a YAML file, in; imaging steps, filters and feature families out.

A preset is a study file's `imaging`, `filters` and `features`, with a line `about` them and how columns are named.
Those that ship with the package lie in the folder `presets`.
"""

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import SerializeAsAny, field_validator

import radici.features
import radici.imaging  # noqa: F401  (each import registers what its folder offers)
from radici.core.errors import FileMissing, UnknownName
from radici.core.names import check_token
from radici.core.registry import did_you_mean
from radici.core.settings import Settings, build
from radici.features.family import FamilySettings, read_families
from radici.imaging.filter import Filter, read_filters
from radici.imaging.step import Step, read_chain
from radici.study.spelling import read_yaml

if TYPE_CHECKING:
    from radici.study.file import Study

ENDINGS = (".yaml", ".yml")


class Preset(Settings):
    """What is measured, and how.

    Parameters
    ----------
    about
        One line, shown by `radici extract --list-presets`.
    names
        How columns are called: `radici` (`ct_gtv__orig__stat_mean__none`), or `ibsi` (`stat_mean`), IBSI's own tags.
    modality
        What the settings are for (`ct`, `pt`, `mr`); empty where they do not depend on it.
    imaging, filters, features
        As in a study file.
    """

    about: str = ""
    names: Literal["radici", "ibsi"] = "radici"
    modality: str = ""
    imaging: tuple[SerializeAsAny[Step], ...] = ()
    filters: tuple[SerializeAsAny[Filter], ...] = ()
    features: tuple[SerializeAsAny[FamilySettings], ...]

    @field_validator("modality")
    @classmethod
    def _check_modality(cls, modality: str) -> str:
        return check_token(modality, "The modality") if modality else ""

    @field_validator("imaging", mode="before")
    @classmethod
    def _read_imaging(cls, spelled: Any) -> Any:
        return read_chain(_list(spelled, "a list of imaging steps"))

    @field_validator("filters", mode="before")
    @classmethod
    def _read_filters(cls, spelled: Any) -> Any:
        return read_filters(_list(spelled, "a list of filters"))

    @field_validator("features", mode="before")
    @classmethod
    def _read_features(cls, spelled: Any) -> Any:
        return read_families(_list(spelled, "a list of feature families"))

    @classmethod
    def of_study(cls, study: "Study") -> "Preset":
        """The imaging, filters and features of a study."""
        return cls.model_construct(
            about=study.title,
            modality=study.scans.modality if study.scans else "",
            imaging=study.imaging,
            filters=study.filters,
            features=study.features,
        )


def preset_names() -> list[str]:
    """Names of the presets that ship with the package."""
    return sorted(one.name.removesuffix(".yaml") for one in _folder().iterdir() if one.name.endswith(".yaml"))


def preset_lines() -> list[str]:
    """One line for each preset that ships: its name and what it is about."""
    names = preset_names()
    width = max(map(len, names))
    return [f"{name:<{width}}  {read_yaml(_text(name), name)['about']}" for name in names]


def read_preset(name_or_path: str | Path) -> Preset:
    """A preset that ships, by its name, or the one in a YAML file.

    Raises
    ------
    UnknownName
        No preset is called that; the nearest name is suggested.
    FileMissing
        There is no such file.
    StudyError
        A step, filter, family or setting in it does not exist or does not fit.
    """
    name = str(name_or_path)
    if name in preset_names():
        return _parse(_text(name), f"preset {name}")
    path = Path(name_or_path)
    if path.suffix.lower() in ENDINGS:
        if not path.is_file():
            raise FileMissing(f"There is no preset file {path}. Presets that ship: {', '.join(preset_names())}.")
        return _parse(path.read_text(encoding="utf-8"), path.name)
    raise UnknownName(
        f"No preset is called '{name}'.{did_you_mean(name, preset_names())} `radici extract --list-presets` says what "
        f"each is; a file of your own ends in .yaml."
    )


def _parse(text: str, where: str) -> Preset:
    found: Preset = build(Preset, read_yaml(text, where), where)
    return found


def _text(name: str) -> str:
    return (_folder() / f"{name}.yaml").read_text(encoding="utf-8")


def _folder() -> Any:
    return files("radici.study") / "presets"


def _list(spelled: Any, what: str) -> Any:
    if not isinstance(spelled, (list, tuple)):
        raise ValueError(f"{what} is expected")
    return spelled
