"""One region, a chain, filters and families in, named features out.

The chain's steps are run once; the shape families read the region there. Filters then make further images on the
same two masks, and each `discretise` at the chain's end makes grey levels of each image. What several features
need is kept by the region, image or mask that it was computed from (`once`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from radici.core.errors import StudyError
from radici.core.names import FeatureName
from radici.core.region import Region
from radici.core.table import Column
from radici.features.family import FAMILIES, Family, FamilySettings, Feature, How
from radici.imaging.check import check_finite, check_region
from radici.imaging.crop import block
from radici.imaging.discretise import Discretise
from radici.imaging.filter import Filter
from radici.imaging.step import Step, apply

ORIGINAL = "orig"


def compute(
    region: Region, chain: Sequence[Step], families: Sequence[FamilySettings], filters: Sequence[Filter] = ()
) -> tuple[dict[str, float], dict[str, Column]]:
    """Features of one region, and what each is.

    Parameters
    ----------
    region
        As read, before any step.
    chain
        Imaging steps in order; several `discretise` at the end each make grey levels of their own.
    families
        What to compute, see `read_families`. Those of shape and intensities see the region before `discretise`.
    filters
        Whose responses are measured beside the original image, see `radici.imaging.read_filters`.

    Returns
    -------
    Values by name (`ct__orig__stat_mean__none`; region and time are added by `FeatureTable.wide`), NaN where a
    feature is undefined by its definition; and the columns of those names.

    Raises
    ------
    StudyError
        When settings do not fit together: a family of grey levels and no step that makes them, a `margin_mm` that
        is too small for a filter.
    RegionError
        When the region cannot be measured.
    """
    described = columns(chain, families, region.modality, filters)
    return measure(region, chain, families, filters), described


def measure(
    region: Region,
    chain: Sequence[Step],
    families: Sequence[FamilySettings],
    filters: Sequence[Filter] = (),
    enter: Callable[[str], None] = lambda stage: None,
) -> dict[str, float]:
    """Values by feature name of a region, the chain run first; `enter` is told when the features begin."""
    plan = plan_of(tuple(chain), tuple(families), tuple(filters), region.modality)
    values = plan.undefined()
    check_region(region)
    region = apply(plan.steps, region, looked_at_mm(region, plan.steps, families, filters))
    enter("features")
    for image, seen in plan.images(region):
        plan.read("intensities", image, "", seen, values)
        if image == ORIGINAL:
            plan.read("shape", image, "", seen, values)
        for binning in plan.binnings:
            plan.read("levels", image, binning.token, binning(seen), values)
    return values


def columns(
    chain: Sequence[Step],
    families: Sequence[FamilySettings],
    modality: str = "ct",
    filters: Sequence[Filter] = (),
) -> dict[str, Column]:
    """What would be computed: the columns, with IBSI's tag and code and the unit of each.

    Raises
    ------
    StudyError
        When a family needs grey levels and no step makes them, or `discretise` is not at the chain's end.
    """
    return dict(plan_of(tuple(chain), tuple(families), tuple(filters), modality).columns)


def looked_at_mm(
    region: Region, steps: Sequence[Step], families: Sequence[FamilySettings], filters: Sequence[Filter]
) -> float:
    """How far outside the contour is looked, once `steps` are done: families look at what filters saw farther out."""
    grid, spacing = region.geometry, region.geometry.spacing
    for step in steps:
        spacing = step.spacing_after(spacing)
    reaches = [0.0]
    for one in filters:
        reach = one.reach(spacing)
        ends = zip(grid.shape, grid.spacing, strict=True) if reach is None else zip(reach, spacing, strict=True)
        reaches.append(max(n * side for n, side in ends))
    return max([0.0, *(family.reach_mm() for family in families)]) + max(reaches)


@dataclass(frozen=True)
class Reading:
    """One way to build one family on one image, and the name of each feature's value."""

    family: Family
    how: How
    features: tuple[tuple[str, Feature], ...]


@dataclass(frozen=True)
class Plan:
    """What is done, in order; `readings` by (what the family is built on, image, discretisation)."""

    steps: tuple[Step, ...]
    binnings: tuple[Discretise, ...]
    filters: tuple[Filter, ...]
    families: tuple[FamilySettings, ...]
    readings: dict[tuple[str, str, str], list[Reading]]
    columns: dict[str, Column]

    def undefined(self) -> dict[str, float]:
        """NaN for every name, in the columns' order."""
        return dict.fromkeys(self.columns, float("nan"))

    def images(self, region: Region) -> Iterator[tuple[str, Region]]:
        """The original image and each response, by their names; all regions share the masks."""
        yield ORIGINAL, region
        if not self.filters:
            return
        measured = [family for family in self.families if FAMILIES[family.family].on != "shape"]
        seen_mm = max([0.0, *(family.reach_mm() for family in measured)])
        start, shape = block(region.shape_mask, seen_mm)
        masks = {
            "shape_mask": region.shape_mask.cropped(start, shape),
            "intensity_mask": region.intensity_mask.cropped(start, shape),
        }
        for one in self.filters:
            first, size = block(region.shape_mask, seen_mm + looked_at_mm(region, (), (), (one,)))
            image = region.image.cropped(first, size)
            check_finite(image.voxels, f"around the region, where the filter `{one.registered_name}` would use them,")
            x, y, z = (a - b for a, b in zip(start, first, strict=True))
            for token, response in one.within(image, (x, y, z), shape):
                yield token, region.after(one, image=response, **masks)

    def read(self, on: str, image: str, binning: str, seen: Region, values: dict[str, float]) -> None:
        """Fill in the values of all families that are built on `on`."""
        for reading in self.readings.get((on, image, binning), ()):
            built = reading.family.build(seen, reading.how)
            if built is None:
                continue
            for name, feature in reading.features:
                values[name] = mean_of_stack(feature.read(built))


def mean_of_stack(found: float | np.ndarray) -> float:
    """The value, or the mean over a stack of matrices; NaN for an empty stack."""
    if not isinstance(found, np.ndarray) or found.size == 1:
        return float(np.asarray(found).item())
    return float(found.mean()) if found.size else float("nan")


@lru_cache(maxsize=32)
def plan_of(
    chain: tuple[Step, ...], families: tuple[FamilySettings, ...], filters: tuple[Filter, ...], modality: str
) -> Plan:
    """What is done for a chain, families and filters; refuses, with a `StudyError`, those that do not fit together."""
    steps = tuple(step for step in chain if not isinstance(step, Discretise))
    binnings = tuple(step for step in chain if isinstance(step, Discretise))
    if chain != steps + binnings:
        raise StudyError("imaging: after `discretise` only grey levels are left. Put `discretise` last.")
    names = [step.registered_name for step in steps]
    cut = next((k for k, name in enumerate(names) if name in ("crop", "resample")), len(names))
    if "resample" in names[cut + 1 :]:
        raise StudyError(
            f"imaging: `{names[cut]}` before `resample` would move the new grid with what is kept. Resample once, and "
            f"leave `crop` out there: `resample` computes the block around the contour only."
        )
    tokens = [step.token for step in binnings]
    if len(set(tokens)) < len(tokens):
        raise StudyError(
            f"imaging: two `discretise` would both be called {max(tokens, key=tokens.count)} in feature names, which "
            f"say width or number of the levels. Keep one of them."
        )
    readings: dict[tuple[str, str, str], list[Reading]] = {}
    described: dict[str, Column] = {}
    for image in (ORIGINAL, *(token for one in filters for token in one.tokens())):
        for family, how, binning in _ways(families, tokens):
            if family.on == "shape" and image != ORIGINAL:
                continue
            named = []
            for feature in family.features.values():
                how_field = "_".join(part for part in (binning, how.token) if part) or "none"
                name = str(FeatureName(modality, image, f"{family.name}_{feature.tag}", how_field))
                tag = f"{family.name}_{feature.tag}{how.ibsi_suffix}"
                described[name] = Column(name, unit=feature.unit, ibsi_tag=tag, ibsi_code=feature.ibsi)
                named.append((name, feature))
            readings.setdefault((family.on, image, binning), []).append(Reading(family, how, tuple(named)))
    return Plan(steps, binnings, filters, families, readings, described)


def _ways(families: Sequence[FamilySettings], binned: Sequence[str]) -> Iterator[tuple[Family, How, str]]:
    """Each way to build each family, with the discretisation it reads, if any."""
    for settings in families:
        family = FAMILIES[settings.family]
        if family.on == "levels" and not binned:
            raise StudyError(
                f"The family '{family.name}' needs grey levels, and no imaging step makes them. Add "
                f"`discretise: {{bin_width: 25}}` (or `bin_number: 32` for images without a unit) to `imaging`."
            )
        for binning in binned if family.on == "levels" else ("",):
            for how in settings.hows():
                yield family, how, binning
