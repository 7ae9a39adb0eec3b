"""A region and its imaging chain in; what every step left behind out: sizes, voxel counts, intensities.

The quantities are the diagnostic features that IBSI asks for, under its own tags: 'Diagnostic features' in the
chapter 'Reference data sets' of its reference manual (https://ibsi.readthedocs.io).
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from radici.core.image import Mask
from radici.core.provenance import text_hash
from radici.core.region import Region
from radici.features.cases import Case, Read, case_key
from radici.features.store import Store, Values
from radici.imaging.crop import Crop
from radici.imaging.discretise import Discretise
from radici.imaging.resample import Resample
from radici.imaging.resegment import Resegment
from radici.imaging.step import Step

INITIAL, INTERPOLATED, RESEGMENTED = "initial", "interpolated", "resegmented"
IBSI_STAGE = {INITIAL: "init", INTERPOLATED: "interp", RESEGMENTED: "reseg"}
NAMES: dict[type[Step], str] = {Resample: INTERPOLATED, Resegment: RESEGMENTED, Discretise: "discretised"}
AXES = ("x", "y", "z")


@dataclass(frozen=True)
class Stage:
    """A place in the chain: its name, the step that led there (None: none did), and IBSI's word for it, if any."""

    name: str
    step: Step | None
    ibsi: str = ""

    @property
    def spelled(self) -> str:
        """The step as a study file writes it; empty where none was done."""
        return "" if self.step is None else json.dumps(self.step.spelled())


@dataclass(frozen=True)
class Entry:
    """One number of the record; `ibsi_tag` is empty for stages that IBSI does not describe."""

    stage: str
    step: str
    quantity: str
    value: float
    unit: str
    ibsi_tag: str


def stages(chain: Sequence[Step]) -> tuple[Stage, ...]:
    """The places of a chain at which a region is looked at, in order.

    IBSI describes three: as read, after interpolation, after re-segmentation. Where the chain has no such step, its
    stage repeats the one before; where it has several, the last one is IBSI's.
    """
    found = [Stage(INITIAL, None, "init")]
    if not any(isinstance(step, Resample) for step in chain):
        found.append(Stage(INTERPOLATED, None, "interp"))
    names: list[str] = []
    for place, step in enumerate(chain):
        name = NAMES.get(type(step), step.registered_name)
        last = not any(type(later) is type(step) for later in chain[place + 1 :])
        names.append(name)
        numbered = name if names.count(name) == 1 else f"{name}_{names.count(name)}"
        found.append(Stage(numbered, step, IBSI_STAGE.get(name, "") if last else ""))
    if not any(isinstance(step, Resegment) for step in chain):
        levels = next((i for i, stage in enumerate(found) if isinstance(stage.step, Discretise)), len(found))
        found.insert(levels, Stage(RESEGMENTED, None, "reseg"))
    return tuple(found)


def record(region: Region, chain: Sequence[Step], whole_image: bool = False) -> Iterator[tuple[str, float]]:
    """What each step of the chain leaves behind, as `stage/quantity` and value, one step at a time.

    Parameters
    ----------
    region
        As read, before any step.
    chain
        Imaging steps in order, none of which learns from images.
    whole_image
        Whether `resample` computes the whole image, as IBSI's rows on the interpolated image need. Otherwise it
        computes the block around the contour, and what depends on the image's extent is left out from there on.

    Yields
    ------
    Values of stages in order; when a step fails, what came before it has been given. NaN for the mean, least and
    greatest intensity of a whole image that holds NaN.

    Raises
    ------
    RegionError
        As the steps do; with `whole_image`, `resample` refuses NaN anywhere in the image.
    """
    cut = False
    for stage in stages(chain):
        step, before = stage.step, region
        if step is not None:
            # Without a margin, because no voxel is refused here that the extraction let through.
            region = (_uncut(step, region) if whole_image else step.with_margin(0.0))(region)
            cut = cut or (isinstance(step, Resample | Crop) and not whole_image)
        yield from ((f"{stage.name}/{name}", value) for name, value in _measured(region, stage, not cut))
        if isinstance(step, Discretise):
            region = before


def tidy(values: Values, chain: Sequence[Step]) -> list[Entry]:
    """The values of `record` with the step, the unit and IBSI's tag of each."""
    known = {stage.name: stage for stage in stages(chain)}
    found = []
    for name, value in values.items():
        place, quantity = name.split("/")
        stage = known[place]
        kind = "img" if quantity in IMAGE_ROWS else "roi"
        tag = f"{quantity}_{stage.ibsi}_{kind}" if stage.ibsi else ""
        found.append(Entry(place, stage.spelled, quantity, value, _unit(quantity), tag))
    return found


@dataclass(frozen=True)
class RecordWork:
    """One case in; its record, as far as the chain went, out: read anew, or taken from the store."""

    chain: tuple[Step, ...]
    whole_image: bool
    store: Store
    read: Read

    def __call__(self, case: Case) -> Values:
        """Values by `stage/quantity`; a step that fails ends the record, and `extract` has told why."""
        key = case_key(self.store, case, self.chain, ())
        key = text_hash(key, "record", str(self.whole_image)) if key else ""
        kept = self.store.values(key) if key else None
        if kept is not None:
            return kept
        found: Values = {}
        try:
            for name, value in record(self.read(case.scan, case.region), self.chain, self.whole_image):
                found[name] = value
        except Exception:  # the extraction met it too, and tells whose it is and why
            return found
        if key:
            self.store.keep_values(key, found)
        return found


def _uncut(step: Step, region: Region) -> Step:
    """The step with a margin that reaches beyond the image, where it would cut the image by itself."""
    if isinstance(step, Resample) or (isinstance(step, Crop) and step.margin_mm is None):
        grid = region.geometry
        extent = max(n * side for n, side in zip(grid.shape, grid.spacing, strict=True))
        return step.model_copy(update={"margin_mm": extent})
    return step


def _measured(region: Region, stage: Stage, whole: bool) -> Iterator[tuple[str, float]]:
    if stage.name in (INITIAL, INTERPOLATED):
        yield from _of_image(region, whole)
    intensity, shape = region.intensity_mask, region.shape_mask
    if whole:
        yield from _per_axis("int_mask_dim", intensity.geometry.shape)
    yield from _per_axis("int_mask_bb_dim", _box(intensity))
    yield from _per_axis("morph_mask_bb_dim", _box(shape))
    yield "int_mask_vox_count", float(intensity.count)
    yield "morph_mask_vox_count", float(shape.count)
    found = region.intensities()
    for name, of in SUMMARIES:
        yield f"int_mask_{name}", float(of(found)) if found.size else float("nan")
    if region.levels:
        yield "levels", float(region.levels)


def _of_image(region: Region, whole: bool) -> Iterator[tuple[str, float]]:
    if whole:
        yield from _per_axis("img_dim", region.geometry.shape)
    yield from _per_axis("vox_dim", region.geometry.spacing)
    if whole:
        for name, of in SUMMARIES:
            yield name, float(of(region.image.voxels))


def _mean(voxels: np.ndarray) -> float:
    return float(voxels.mean(dtype=np.float64))


SUMMARIES: tuple[tuple[str, Callable[[np.ndarray], float]], ...] = (
    ("mean_int", _mean),
    ("min_int", np.min),
    ("max_int", np.max),
)
IMAGE_ROWS = {
    *(f"{name}_{axis}" for name in ("img_dim", "vox_dim") for axis in AXES),
    *(name for name, _ in SUMMARIES),
}


def _box(mask: Mask) -> tuple[int, int, int]:
    return mask.bounding_box()[1] if mask.count else (0, 0, 0)


def _per_axis(name: str, numbers: Sequence[float]) -> Iterator[tuple[str, float]]:
    for axis, number in zip(AXES, numbers, strict=True):
        yield f"{name}_{axis}", float(number)


def _unit(quantity: str) -> str:
    if quantity.startswith("vox_dim"):
        return "mm"
    if quantity == "levels":
        return "level"
    return "image unit" if quantity.endswith("_int") else "voxel"
