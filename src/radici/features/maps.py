"""One region in, maps out: each feature in the cube around every voxel, as an image on the chain's last grid.

Grey levels are made once for the whole region, so that a level means the same in every cube.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from radici.core.errors import StudyError
from radici.core.image import Image, Mask
from radici.core.names import FeatureName
from radici.core.parallel import in_order
from radici.core.progress import Progress, silent
from radici.core.region import Region
from radici.core.settings import Settings
from radici.core.table import Column
from radici.features.compute import Plan, Reading, looked_at_mm, mean_of_stack, plan_of
from radici.features.cubes import Cubes
from radici.features.family import FAMILIES, FamilySettings
from radici.imaging.check import check_finite, check_region
from radici.imaging.filter import Filter
from radici.imaging.resegment import Resegment
from radici.imaging.step import Step, apply

MOST_RADIUS = 25
MOST_AT_A_TIME = 50_000
"""Voxels of the cubes that are measured between two signs of progress."""


def feature_maps(
    region: Region,
    chain: Sequence[Step],
    families: Sequence[FamilySettings],
    *,
    radius: int = 1,
    filters: Sequence[Filter] = (),
    inside_only: bool = True,
    progress: Progress = silent,
    jobs: int = 1,
) -> Iterator[tuple[str, Image]]:
    """Maps of features, one at a time, by name (`ct__orig__cm_contrast__fbn32_d1_3d_mrg_r1`).

    Parameters
    ----------
    region
        As read, before any step.
    chain, families, filters
        As for `compute`. Only families that can be measured in a cube have maps, see `why_no_map`.
    radius
        A cube reaches so many voxels, of the grid that the chain ends on, from its middle along each axis.
    inside_only
        Whether only voxels of the intensity mask count. Otherwise all of the cube do, as far as the image goes and
        within the ranges of `resegment`; grey levels are then made of all voxels of all cubes.
    progress
        Told how many cubes are done, families counted apart.
    jobs
        Processes; the maps are the same for any number.

    Returns
    -------
    Name and image, float64, on the grid that the chain ends on: a value for each voxel of the intensity mask, NaN where
    the feature is undefined in its cube, and NaN outside.

    Raises
    ------
    StudyError
        When settings do not fit together, or a family has no maps.
    RegionError
        When the region cannot be measured.
    """
    _check(families, radius)
    plan = plan_of(tuple(chain), tuple(families), tuple(filters), region.modality)
    check_region(region)
    seen_mm = looked_at_mm(region, plan.steps, families, filters)
    if not inside_only:
        spacing = region.geometry.spacing
        for step in plan.steps:
            spacing = step.spacing_after(spacing)
        seen_mm += radius * max(spacing)
    region = apply(plan.steps, region, seen_mm)
    return _maps(region, plan, radius, inside_only, progress, jobs)


def map_columns(
    chain: Sequence[Step],
    families: Sequence[FamilySettings],
    *,
    radius: int = 1,
    modality: str = "ct",
    filters: Sequence[Filter] = (),
    inside_only: bool = True,
) -> dict[str, Column]:
    """What each map is: IBSI's tag and code and the unit, by the map's name.

    Raises
    ------
    StudyError
        As `feature_maps`.
    """
    _check(families, radius)
    plan = plan_of(tuple(chain), tuple(families), tuple(filters), modality)
    names = {name: map_name(name, radius, inside_only) for name in plan.columns}
    return {names[name]: replace(column, name=names[name]) for name, column in plan.columns.items()}


def map_name(name: str, radius: int, inside_only: bool = True) -> str:
    """A feature's name with its cube in the last field: `…__fbn32_3d_r1`; `r1_all` where the mask is no limit."""
    parsed = FeatureName.parse(name)
    cube = f"r{radius}" if inside_only else f"r{radius}_all"
    return str(replace(parsed, how=cube if parsed.how == "none" else f"{parsed.how}_{cube}"))


def why_no_map(settings: FamilySettings) -> str:
    """Why a family has no maps, in a sentence; empty where it has."""
    if FAMILIES[settings.family].on == "shape":
        return f"The family '{settings.family}' measures the region as a whole, which says nothing of a voxel's place."
    if settings.reach_mm():
        return (
            f"The family '{settings.family}' looks {settings.reach_mm():.1f} mm around each voxel, whatever the cube."
        )
    return ""


def _check(families: Sequence[FamilySettings], radius: int) -> None:
    for settings in families:
        reason = why_no_map(settings)
        if reason:
            raise StudyError(f"{reason} Leave it out of `features` to make maps.")
    if not 1 <= radius <= MOST_RADIUS:
        raise StudyError(f"A radius of 1 to {MOST_RADIUS} voxels is expected, found {radius}.")


def _maps(
    region: Region, plan: Plan, radius: int, inside_only: bool, progress: Progress, jobs: int
) -> Iterator[tuple[str, Image]]:
    wanted = region.intensity_mask.voxels
    centres = np.argwhere(wanted)
    around = region if inside_only else _around(region, radius)
    parts = {(key, one.family.name) for key, readings in plan.readings.items() for one in readings}
    done, total = 0, len(centres) * len(parts)
    for seen, readings in _parts(around, plan):
        # Filters give a block of the grid; where the contour's box is tells which.
        moved = np.subtract(around.shape_mask.bounding_box()[0], seen.shape_mask.bounding_box()[0])
        work = _work(Cubes.of(seen, centres - moved, radius), readings, plan.families)
        values = _values(work, lambda n, before=done: progress("maps", before + n, total), jobs)  # type: ignore[misc]
        done += len(centres)
        names = [name for reading in readings for name, _ in reading.features]
        for name, found in zip(names, values, strict=True):
            voxels = np.full(wanted.shape, np.nan)
            voxels[wanted] = found
            yield map_name(name, radius, inside_only), Image(voxels, region.geometry)


def _values(work: "_Work", tell: Callable[[int], None], jobs: int) -> np.ndarray:
    """Values of all cubes, shape (features, cubes)."""
    tasks = work.tasks()
    ends = np.cumsum([sum(map(len, task)) for task in tasks])
    found = in_order(work, tasks, jobs=jobs, progress=lambda _, done, total: tell(int(ends[done - 1])))
    values = np.empty((len(found[0]), ends[-1]))
    for task, some in zip(tasks, found, strict=True):
        values[:, np.concatenate(task)] = some
    return values


def _parts(region: Region, plan: Plan) -> Iterator[tuple[Region, tuple[Reading, ...]]]:
    """Each image that is measured, with all readings of one family on it."""
    for image, seen in plan.images(region):
        for on, binning in (("intensities", None), *(("levels", one) for one in plan.binnings)):
            readings = plan.readings.get((on, image, binning.token if binning else ""), [])
            if readings:
                measured = binning(seen) if binning else seen
                for _, group in groupby(readings, key=lambda reading: reading.family.name):
                    yield measured, tuple(group)


def _around(region: Region, radius: int) -> Region:
    """The region grown by the cubes, less what the ranges of `resegment` exclude."""
    found = region.intensity_mask.voxels
    for axis in range(3):
        wide = np.pad(found, [(radius, radius) if a == axis else (0, 0) for a in range(3)])
        found = np.asarray(sliding_window_view(wide, 2 * radius + 1, axis=axis).any(axis=-1))
    check_finite(region.image.voxels[found], "in the cubes, where `inside_only=False` counts them,")
    kept = found
    for low, high in _ranges(region.history):
        kept = kept & (region.image.voxels >= low) & (region.image.voxels <= high)
    grid = region.geometry
    return replace(region, shape_mask=Mask(region.shape_mask.voxels | found, grid), intensity_mask=Mask(kept, grid))


def _ranges(history: Sequence[Settings]) -> Iterator[tuple[float, float]]:
    """What `resegment` allowed of the present intensities."""
    for step in reversed(history):
        if isinstance(step, Step) and step.changes_intensities:
            return
        if isinstance(step, Resegment) and step.range is not None:
            low, high = step.range
            yield (-np.inf if low is None else low), (np.inf if high is None else high)


@dataclass(frozen=True, eq=False)
class _Work:
    """What is measured in which cubes; called with a task's pieces, it gives values, shape (features, cubes).

    Families that read `Windows` are called once for a piece, the others for each of its cubes.
    """

    cubes: Cubes
    readings: tuple[Reading, ...]
    together: bool
    gap: int

    def __call__(self, task: Sequence[np.ndarray]) -> np.ndarray:
        measure = self._together if self.together else self._one_by_one
        return np.concatenate([measure(piece) for piece in task], axis=1)

    def tasks(self) -> list[list[np.ndarray]]:
        """Pieces, some at a time."""
        levels = self.together and self.cubes.like.levels
        pieces = self.cubes.pieces_alike(self.gap) if levels else self.cubes.pieces()
        task = np.cumsum([0, *map(len, pieces[:-1])]) // (MOST_AT_A_TIME // len(self.cubes.around) + 1)
        return [[pieces[k] for k in np.flatnonzero(task == one)] for one in np.unique(task)]

    def _one_by_one(self, which: np.ndarray) -> np.ndarray:
        found = np.full((len(which), sum(len(reading.features) for reading in self.readings)), np.nan)
        for row, region in zip(found, self.cubes.each(which), strict=True):
            at = 0
            for reading in self.readings:
                built, many = reading.family.build(region, reading.how), len(reading.features)
                if built is not None:
                    row[at : at + many] = [mean_of_stack(one.read(built)) for _, one in reading.features]
                at += many
        return found.T

    def _together(self, which: np.ndarray) -> np.ndarray:
        windows = self.cubes.windows(which, self.gap)
        found = []
        for reading in self.readings:
            built = reading.family.build(windows, reading.how)
            for _, one in reading.features:
                nothing = np.full(len(which), np.nan)
                found.append(nothing if built is None else _by_window(one.read(built), built.held, len(which)))
        return np.array(found)


def _work(cubes: Cubes, readings: tuple[Reading, ...], families: Sequence[FamilySettings]) -> _Work:
    family = readings[0].family
    # How far a family looks for neighbours, where it has a choice.
    gap = max(getattr(settings, "distance", 1) for settings in families if FAMILIES[settings.family] is family)
    return _Work(cubes, readings, family.windows, gap)


def _by_window(found: np.ndarray, held: np.ndarray, windows: int) -> np.ndarray:
    """Mean over the matrices of each window; NaN for a window without any."""
    owner = np.flatnonzero(held) // (held.size // windows)
    many = np.bincount(owner, minlength=windows)
    total = np.bincount(owner, weights=found, minlength=windows)
    return np.divide(total, many, out=np.full(windows, np.nan), where=many > 0)
