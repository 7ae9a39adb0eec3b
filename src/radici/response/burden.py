"""Lesions drawn on a scan -> how much tumour there is: one `Burden` per patient and scan, its lesions and its organs.

Metabolic tumour volume (MTV) is that of the voxels inside, total lesion glycolysis (TLG) the sum over lesions of mean
SUV times volume. In the same patients the median MTV ranged from 35 to 211 mL over nine ways of drawing the lesions
(PMC9900370), so that a burden without its method cannot be made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from radici.core.errors import GeometryMismatch, InputError, RegionError, some
from radici.core.image import Image, Mask
from radici.measure.axial import axial_length
from radici.measure.mesh import surface
from radici.measure.spread import spread
from radici.measure.volume import voxel_volume_mm3

UNDEFINED = float("nan")


@dataclass(frozen=True, eq=False)
class DrawnLesion:
    """One lesion on one scan: what it is called, its mask, and the organ it lies in (`""` where nobody said)."""

    lesion: str
    mask: Mask
    organ: str = ""


class Uptake(NamedTuple):
    """SUV inside one lesion: highest voxel, mean over voxels, highest mean over 1 cm³."""

    maximum: float
    mean: float
    peak: float


class OrganBurden(NamedTuple):
    """How much tumour lies in one organ."""

    organ: str
    lesions: int
    volume_ml: float
    tlg_ml: float


@dataclass(frozen=True, eq=False)
class Burden:
    """Tumour of the whole body on one scan.

    Parameters
    ----------
    method
        How lesions were drawn, such as `41 % of SUVmax`.
    mtv_ml
        Volume of all lesions (TMTV): voxels inside times the volume of one.
    tlg_ml
        Sum over lesions of mean SUV times volume, in mL of SUV 1.
    suv_max, suv_mean, suv_peak
        Highest voxel; mean over all voxels inside, which is `tlg_ml / mtv_ml`; highest mean over 1 cm³ of any lesion.
    lesions
        How many there are.
    organs
        Lesions, volume and TLG by organ, in alphabetical order.
    surface_mm2
        Area of the meshes of all lesions.
    volume_to_surface_mm
        Volume divided by surface (TVSR): of a ball a third of its radius.
    sum_longest_mm
        Of the longest axial diameters of all lesions, nodes too: a burden, not RECIST's sum of targets.
    dmax_centroids_mm, dmax_voxels_mm
        Two conventions of the distance between the lesions farthest apart, see `measure.spread`.
    per_lesion
        One row per lesion: `lesion, organ, volume_ml, suv_max, suv_mean, suv_peak, tlg_ml, surface_mm2, longest_mm,
        short_axis_mm`.

    Without an image all SUV and TLG are NaN. Without lesions, volumes, counts and sums are 0 and the rest NaN.
    """

    method: str
    mtv_ml: float
    tlg_ml: float
    suv_max: float
    suv_mean: float
    suv_peak: float
    lesions: int
    organs: tuple[OrganBurden, ...]
    surface_mm2: float
    volume_to_surface_mm: float
    sum_longest_mm: float
    dmax_centroids_mm: float
    dmax_voxels_mm: float
    per_lesion: pd.DataFrame

    @property
    def involved_organs(self) -> float:
        """Number of organs with a lesion; NaN when the organ of any lesion was not said."""
        return UNDEFINED if any(not one.organ for one in self.organs) else float(len(self.organs))

    def row(self) -> dict[str, str | float]:
        """The numbers of the whole body, the method, and the names of the organs, as one row of a table."""
        kept = {name: value for name, value in vars(self).items() if name not in ("organs", "per_lesion")}
        organs = "; ".join(one.organ for one in self.organs if one.organ)
        return {**kept, "involved_organs": self.involved_organs, "organs": organs}


def burden(lesions: Sequence[DrawnLesion], suv: Image | None = None, *, method: str) -> Burden:
    """How much tumour the lesions of one patient make up on one scan.

    Parameters
    ----------
    lesions
        All lesions, one mask each; `measure.components` makes them of one mask of everything. None is a patient
        without tumour.
    suv
        The PET in SUV (body weight), on the grid of the masks; None measures volumes and lengths only.
    method
        How the lesions were drawn, in words.

    Raises
    ------
    InputError
        No method is given, or two lesions have one name.
    RegionError
        A mask is empty, or two share a voxel, or a voxel that is needed is NaN or infinite.
    GeometryMismatch
        Masks and image lie on different grids.
    """
    if not method.strip():
        raise InputError("Say how the lesions were drawn, for example `method='41 % of SUVmax'`: volumes depend on it.")
    check_lesions(lesions, suv)
    table = pd.DataFrame([_measured(one, suv) for one in lesions], columns=list(_Row._fields))
    apart = spread([one.mask for one in lesions])
    volume, area = float(table["volume_ml"].sum()), float(table["surface_mm2"].sum())
    glycolysis = float(table["tlg_ml"].sum(skipna=False)) if suv is not None else UNDEFINED
    return Burden(
        method=method,
        mtv_ml=volume,
        tlg_ml=glycolysis,
        suv_max=float(table["suv_max"].max()),
        suv_mean=glycolysis / volume if volume else UNDEFINED,
        suv_peak=float(table["suv_peak"].max()),
        lesions=len(table),
        organs=_by_organ(table),
        surface_mm2=area,
        volume_to_surface_mm=1000 * volume / area if area else UNDEFINED,
        sum_longest_mm=float(table["longest_mm"].sum()),
        dmax_centroids_mm=apart.dmax_centroids_mm,
        dmax_voxels_mm=apart.dmax_voxels_mm,
        per_lesion=table,
    )


def uptake(one: DrawnLesion, suv: Image) -> Uptake:
    """SUV inside a lesion.

    The peak is the highest mean over a sphere of 1 cm³ (radius 6.2 mm) whose centre is any voxel inside; voxels
    belong to it whole or not, by their centres, whether inside the lesion or not, as far as the image goes.

    Raises
    ------
    RegionError
        A voxel inside, or in the reach of such a sphere, is NaN or infinite.
    """
    from radici.measure.peak import RADIUS_MM, peaks, sphere_rows

    mask, spacing = one.mask, one.mask.geometry.spacing
    first, size = (np.array(part) for part in mask.bounding_box())
    most = peak_reach(spacing)
    low, high = np.maximum(first - most, 0), np.minimum(first + size + most, mask.geometry.shape)
    around = suv.voxels[tuple(slice(a, b) for a, b in zip(low, high, strict=True))]
    bad = int((~np.isfinite(around)).sum())
    if bad:
        raise RegionError(
            f"{bad} voxels within {RADIUS_MM:.1f} mm of lesion {one.lesion}, where its peak is looked for, are NaN or "
            f"infinite. Export the image again, or leave the lesion out."
        )
    inside = np.ascontiguousarray(mask.voxels[mask.box])
    values = suv.voxels[mask.box][inside].astype(np.float64)
    _, peak = peaks(
        np.ascontiguousarray(around, dtype=np.float32),
        inside,
        float(np.float32(values.max())),
        (first - low).astype(np.int64),
        sphere_rows(spacing),
    )
    return Uptake(float(values.max()), float(values.mean()), peak)


def peak_reach(spacing: tuple[float, float, float]) -> np.ndarray:
    """Voxels around a lesion, along each axis, that its peak may take in; int, shape (3,)."""
    from radici.measure.peak import RADIUS_MM

    return np.array([int(RADIUS_MM / side) + 1 for side in spacing])


class _Row(NamedTuple):
    lesion: str
    organ: str
    volume_ml: float
    suv_max: float
    suv_mean: float
    suv_peak: float
    tlg_ml: float
    surface_mm2: float
    longest_mm: float
    short_axis_mm: float


def _measured(one: DrawnLesion, suv: Image | None) -> _Row:
    found = Uptake(UNDEFINED, UNDEFINED, UNDEFINED) if suv is None else uptake(one, suv)
    volume = voxel_volume_mm3(one.mask) / 1000
    area, _ = surface(one.mask.voxels[one.mask.box], one.mask.geometry.spacing)
    lengths = axial_length(one.mask)
    return _Row(one.lesion, one.organ, volume, *found, found.mean * volume, area, lengths.longest_mm, lengths.short_mm)


def _by_organ(table: pd.DataFrame) -> tuple[OrganBurden, ...]:
    return tuple(
        OrganBurden(str(organ), len(part), float(part["volume_ml"].sum()), float(part["tlg_ml"].sum(skipna=False)))
        for organ, part in table.groupby("organ", sort=True)
    )


def check_lesions(lesions: Sequence[DrawnLesion], suv: Image | None = None) -> None:
    """Refuse names that come twice, empty masks, masks that share voxels, and grids that differ.

    Raises
    ------
    InputError, RegionError, GeometryMismatch
        With the lesion.
    """
    names = [one.lesion for one in lesions]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"Several masks are called {some(twice)}. Each lesion needs a name of its own.")
    for one in lesions:
        if not one.mask.count:
            raise RegionError(f"The mask of lesion {one.lesion} is empty. Leave lesions that have disappeared out.")
        grid = suv.geometry if suv is not None else lesions[0].mask.geometry
        apart = one.mask.geometry.difference(grid)
        if apart:
            other = "the image" if suv is not None else f"that of lesion {names[0]}"
            raise GeometryMismatch(
                f"The mask of lesion {one.lesion} and {other} lie on different grids: {apart}. Resample the mask first."
            )
    _refuse_overlap(lesions)


def _refuse_overlap(lesions: Sequence[DrawnLesion]) -> None:
    """Voxels in two lesions would be counted twice."""
    if not lesions:
        return
    seen = np.zeros(lesions[0].mask.geometry.shape, dtype=bool)
    for k, one in enumerate(lesions):
        box = one.mask.box
        shared = int(np.count_nonzero(seen[box] & one.mask.voxels[box]))
        if shared:
            other = next(a.lesion for a in lesions[:k] if (a.mask.voxels[box] & one.mask.voxels[box]).any())
            raise RegionError(
                f"Lesions {other} and {one.lesion} share voxels ({shared} of {one.mask.count}), which would be counted "
                f"twice. Draw them apart, or as one."
            )
        seen[box] |= one.mask.voxels[box]
