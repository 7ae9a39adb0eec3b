"""Region in, the same region on a grid of another voxel size out."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field, field_validator
from scipy import ndimage

from radici.core.errors import RegionError
from radici.core.image import Geometry, Image, Mask
from radici.core.region import Region
from radici.imaging.check import check_finite, check_region, refuse_levels
from radici.imaging.step import Step

# The cubic B-spline's pole is 0.268: beyond 16 voxels a neighbour weighs less than 1e-9.
SUPPORT = {"linear": 1, "cubic": 16}
ORDER = {"nearest": 0, "linear": 1, "cubic": 3}


class Resample(Step, name="resample"):
    """Interpolate image and masks to voxels of `spacing_mm`.

    Parameters
    ----------
    spacing_mm
        New voxel size along x, y and z; 0 keeps that axis as it is.
    interpolation
        Of the image: `linear`, or `cubic` (cubic B-spline).
    mask_interpolation
        `linear` keeps voxels at least half inside; `nearest` takes the nearest voxel's answer.
    round_to
        Round intensities to multiples of this (1 for whole HU, as IBSI does on CT); None keeps them.
    margin_mm
        How much of the image around the contour is kept, for features that look beyond it.

    Notes
    -----
    IBSI reference manual, 'Interpolation' (VTM2): the new grid has ceil(n s / s') voxels along an axis, and the
    centres of the old and the new grid coincide (3WE3). Only the block around the contour is computed, on that
    same grid. Beyond the image's edge the nearest voxel is repeated.
    """

    spacing_mm: tuple[float, float, float]
    interpolation: Literal["linear", "cubic"] = "linear"
    mask_interpolation: Literal["linear", "nearest"] = "linear"
    round_to: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    margin_mm: float = Field(default=10.0, ge=0, allow_inf_nan=False)

    @field_validator("spacing_mm")
    @classmethod
    def _not_negative(cls, value: tuple[float, float, float]) -> tuple[float, float, float]:
        if any(not math.isfinite(side) or side < 0 for side in value):
            raise ValueError("voxel sizes must be positive, or 0 to keep an axis")
        return value

    def __call__(self, region: Region) -> Region:
        """The region on the block of the new grid around its contour, voxels float32.

        Raises
        ------
        RegionError
            When a mask vanishes on the new grid, or when a NaN or infinite voxel lies where the interpolation
            would use it: inside the block, `margin_mm` and the interpolation's own reach around the contour.
        """
        refuse_levels(region, "resample")
        check_region(region)
        plan = _plan(region, self)
        voxels = region.image.voxels[plan.window]
        check_finite(voxels, f"within {self.margin_mm:g} mm of the region, where `resample` would use them,")
        image = plan.run(voxels.astype(np.float64), ORDER[self.interpolation])
        if self.round_to is not None:
            image = np.round(image / self.round_to) * self.round_to
        shape_mask = self._mask(region.shape_mask, plan, "contour")
        same = region.intensity_mask is region.shape_mask
        return region.after(
            self,
            image=Image(image.astype(np.float32), plan.grid),
            shape_mask=shape_mask,
            intensity_mask=shape_mask if same else self._mask(region.intensity_mask, plan, "intensity mask"),
        )

    def _mask(self, mask: Mask, plan: "_Plan", what: str) -> Mask:
        part = plan.run(mask.voxels[plan.window].astype(np.float64), ORDER[self.mask_interpolation])
        inside = part >= 0.5 - 1e-6  # a voxel exactly half inside stays, whatever the last bit says
        if not inside.any():
            raise RegionError(
                f"The {what} of {int(mask.voxels.sum())} voxels vanishes at a voxel size of "
                f"{' x '.join(f'{side:g}' for side in plan.grid.spacing)} mm. Use smaller voxels, or leave the "
                f"region out."
            )
        return Mask(inside, plan.grid)


@dataclass(frozen=True)
class _Plan:
    """Which block of the old grid gives which block of the new one: new voxel i lies at old `first + step i`."""

    window: tuple[slice, slice, slice]
    first: np.ndarray
    step: np.ndarray
    grid: Geometry

    def run(self, voxels: np.ndarray, order: int) -> np.ndarray:
        """`voxels` of the window, interpolated at the new grid's centres."""
        found: np.ndarray = ndimage.affine_transform(
            voxels, self.step, self.first, output_shape=self.grid.shape, order=order, mode="nearest"
        )
        return found


def new_grid(old: Geometry, spacing_mm: tuple[float, float, float]) -> Geometry:
    """The whole grid of `spacing_mm` voxels that has the same centre as `old` (0 keeps an axis)."""
    spacing = tuple(new or kept for new, kept in zip(spacing_mm, old.spacing, strict=True))
    extent = [n * s / new for n, s, new in zip(old.shape, old.spacing, spacing, strict=True)]
    # Headers store float32: without the rounding 10 voxels of 0.30000001 mm would become 11 of 0.3 mm.
    shape = tuple(max(1, math.ceil(round(n, 4))) for n in extent)
    step = np.divide(spacing, old.spacing)
    first = (np.array(old.shape) - 1) / 2 - (np.array(shape) - 1) / 2 * step
    x, y, z = old.to_mm(first[None])[0]
    return Geometry(shape, spacing, (float(x), float(y), float(z)), old.direction)  # type: ignore[arg-type]


def _plan(region: Region, settings: Resample) -> _Plan:
    old = region.geometry
    whole = new_grid(old, settings.spacing_mm)
    step = np.divide(whole.spacing, old.spacing)
    origin = (np.array(old.shape) - 1) / 2 - (np.array(whole.shape) - 1) / 2 * step
    start, shape = (np.array(part) for part in region.shape_mask.bounding_box())
    reach = settings.margin_mm / np.array(old.spacing) + 1
    low = np.maximum(np.floor((start - reach - origin) / step), 0).astype(int)
    high = np.minimum(np.ceil((start + shape - 1 + reach - origin) / step), np.array(whole.shape) - 1).astype(int)
    block = tuple(int(n) for n in high - low + 1)
    first = origin + low * step
    last = origin + high * step
    support = SUPPORT[settings.interpolation]
    before = np.clip(np.floor(first).astype(int) - support, 0, np.array(old.shape) - 1)
    after = np.clip(np.ceil(last).astype(int) + support, 0, np.array(old.shape) - 1)
    window = tuple(slice(int(a), int(b) + 1) for a, b in zip(before, after, strict=True))
    grid = whole.cropped((int(low[0]), int(low[1]), int(low[2])), block)  # type: ignore[arg-type]
    return _Plan(window, first - before, step, grid)  # type: ignore[arg-type]
