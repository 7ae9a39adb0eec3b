"""A family of features: what is built once from a region, and the small functions that read it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from radici.core.errors import StudyError
from radici.core.region import Region
from radici.core.registry import Registry
from radici.core.settings import Settings, build

On = Literal["shape", "intensities", "levels"]


@dataclass(frozen=True)
class How:
    """One way to build a family: its part of the feature name, and the suffix of IBSI's tag for it."""

    token: str = ""
    ibsi_suffix: str = ""
    values: tuple[Any, ...] = ()


class FamilySettings(Settings):
    """What a study may say about a family; subclass it even where there is nothing to say."""

    family: ClassVar[str] = ""

    def hows(self) -> Sequence[How]:
        """The ways to build the family that these settings ask for."""
        return (How(),)

    def reach_mm(self) -> float:
        """How far outside the contour the family looks at the image."""
        return 0.0

    def spelled(self) -> dict[str, Any]:
        """As it is written in a study file: `{family: {settings that differ from the default}}`."""
        return {self.family: self.model_dump(mode="json", exclude_defaults=True)}


@dataclass(frozen=True)
class Feature:
    """One number: its tag without the family's prefix, its function, IBSI's code, its unit."""

    tag: str
    read: Callable[[Any], Any]
    ibsi: str
    unit: str


@dataclass(frozen=True)
class Family:
    """How a family is built, and its features in the order of the standard.

    `build(region, how)` returns one intermediate, which may stand for a stack of matrices. A feature reads one
    number from it, or one for each matrix, shape (m,), and its value is their mean: that covers every aggregation
    of IBSI. None in place of an intermediate makes the whole family NaN: undefined.

    A family of `shape` is computed once; the others are, for every image: the original and each filter's response.
    With `windows`, `build` reads `Windows` too: the matrices of each window follow one another, as many for each, and
    the intermediate's `held` says which of them all it has.
    """

    name: str
    on: On
    settings: type[FamilySettings]
    ibsi: str
    build: Callable[[Region, How], Any]
    features: dict[str, Feature] = field(default_factory=dict)
    windows: bool = False

    def feature(self, tag: str, *, ibsi: str = "", unit: str = "") -> Callable[[Callable], Callable]:
        """Add the decorated function of one intermediate as `<family>_<tag>`."""

        def keep(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
            if tag in self.features:
                raise ValueError(f"Family '{self.name}' has two features called '{tag}'")
            self.features[tag] = Feature(tag, read, ibsi, unit)
            return read

        return keep


FAMILIES: Registry[Family] = Registry("family")


def family(
    name: str, *, on: On, settings: type[FamilySettings], ibsi: str = "", windows: bool = False
) -> Callable[..., Family]:
    """Register the decorated `build(region, how)` as a family; what is bound is the `Family`.

    Parameters
    ----------
    name
        Prefix of its features (IBSI's own: `cm`, `stat`).
    on
        What it is built on: the contour (`shape`), the `intensities`, or grey `levels`.
    settings
        What a study may choose.
    ibsi
        IBSI's code of the family.
    windows
        Whether `build` reads many windows at a time; without it maps call it for each.
    """

    def keep(make: Callable[[Region, How], Any]) -> Family:
        settings.family = name
        settings.registered_name = name
        return FAMILIES.add(name)(Family(name, on, settings, ibsi, make, windows=windows))

    return keep


def read_families(spelled: Sequence[str | dict[str, Any]]) -> tuple[FamilySettings, ...]:
    """Settings from a study file's list: `[morph, stat, {cm: {aggregation: [3d_avg]}}]`.

    Raises
    ------
    StudyError
        For an unknown family or setting, or a family named twice.
    """
    found: list[FamilySettings] = []
    for item in spelled:
        item = {item: {}} if isinstance(item, str) else item
        if not isinstance(item, dict) or len(item) != 1:
            raise StudyError(f"features: expected a family or one `family: {{settings}}`, found {item!r}.")
        ((name, values),) = item.items()
        settings = FAMILIES[str(name)].settings
        if any(isinstance(known, settings) for known in found):
            raise StudyError(f"features: the family '{name}' is asked for twice. Give its settings in one place.")
        found.append(build(settings, values, f"features, family '{name}'"))
    if not found:
        raise StudyError(f"features: the list is empty. Name at least one family: {', '.join(FAMILIES)}.")
    return tuple(found)
