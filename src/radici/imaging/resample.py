"""Region in, the same region on a grid of another voxel size out."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field, field_validator

from radici.core.errors import RegionError
from radici.core.image import Geometry, Image, Mask
from radici.core.region import Region
from radici.imaging.check import check_finite, check_region, refuse_levels
from radici.imaging.interpolate import REACH, Along, Axes, How, coefficients, interpolate, picked, taps
from radici.imaging.step import Spacing, Step

MARGIN_MM = 10.0
# New voxels lie at multiples of this many old ones: half-way is half-way whatever the last bit says, and weights of
# equal neighbours add up to their value exactly.
FINEST = 2.0**-32


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
        How much of the image around the contour is kept. Left out, it is as much as the filters and features of
        the study look at, and 10 mm where the step is used by itself.

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
    margin_mm: float | None = Field(default=None, ge=0, allow_inf_nan=False)

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
        margin_mm = MARGIN_MM if self.margin_mm is None else self.margin_mm
        plan = _plan(region, self, margin_mm)
        near = region.image.voxels[plan.window]
        check_finite(near, f"within {margin_mm:g} mm of the region, where `resample` would use them,")
        image = plan.image(region.image.voxels, self.interpolation, self.round_to)
        shape_mask = self._mask(region.shape_mask, plan, "contour")
        same = region.intensity_mask is region.shape_mask
        return region.after(
            self,
            image=Image(image, plan.grid),
            shape_mask=shape_mask,
            intensity_mask=shape_mask if same else self._mask(region.intensity_mask, plan, "intensity mask"),
        )

    def spacing_after(self, spacing: Spacing) -> Spacing:
        """The voxel size asked for, or the present one along an axis that is kept."""
        x, y, z = (new or kept for new, kept in zip(self.spacing_mm, spacing, strict=True))
        return x, y, z

    def _mask(self, mask: Mask, plan: "_Plan", what: str) -> Mask:
        inside = plan.mask(mask, self.mask_interpolation)
        if not inside.any():
            raise RegionError(
                f"The {what} of {mask.count} voxels vanishes at a voxel size of "
                f"{' x '.join(f'{side:g}' for side in plan.grid.spacing)} mm. Use smaller voxels, or leave the "
                f"region out."
            )
        return Mask(inside, plan.grid)


@dataclass(frozen=True)
class _Plan:
    """Which block of the old grid gives which block of the new one.

    Along axis a, the new voxels lie at the positions `at[a]` of the old ones; `window` holds all old voxels that
    have influence.
    """

    window: tuple[slice, slice, slice]
    at: Axes
    grid: Geometry

    def image(self, voxels: np.ndarray, how: How, round_to: float | None) -> np.ndarray:
        """Intensities at the new grid's centres; float32."""
        at = self.at
        if how == "cubic":
            x, y, z = (a - part.start for a, part in zip(self.at, self.window, strict=True))
            voxels, at = coefficients(voxels[self.window], (x, y, z))
        return interpolate(voxels, _taps(at, voxels, how), round_to)

    def mask(self, mask: Mask, how: How) -> np.ndarray:
        """Which voxels of the new grid are at least half inside; bool.

        Only the new voxels that look at the mask's box are interpolated.
        """
        inside = np.zeros(self.grid.shape, dtype=bool)
        looking = tuple(
            axis.looking_at(box) for axis, box in zip(_taps(self.at, mask.voxels, how), mask.box, strict=True)
        )
        if any(new.start == new.stop for new in looking):
            return inside
        x, y, z = (a[new] for a, new in zip(self.at, looking, strict=True))
        along = _taps((x, y, z), mask.voxels, how)
        if all(axis.count == 1 for axis in along):
            inside[looking] = picked(mask.voxels, along)
        else:
            # A voxel exactly half inside stays, whatever the last bit says.
            inside[looking] = interpolate(mask.voxels.view(np.uint8), along) >= 0.5 - 1e-6
        return inside


def _taps(at: Axes, voxels: np.ndarray, how: How) -> Along:
    x, y, z = (taps(a, n, how) for a, n in zip(at, voxels.shape, strict=True))
    return x, y, z


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


def _plan(region: Region, settings: Resample, margin_mm: float) -> _Plan:
    old = region.geometry
    whole = new_grid(old, settings.spacing_mm)
    start, shape = region.shape_mask.bounding_box()
    support = REACH[settings.interpolation]
    window, at, low, block = [], [], [], []
    for axis, (n, spacing) in enumerate(zip(old.shape, old.spacing, strict=True)):
        step = whole.spacing[axis] / spacing
        origin = (n - 1) / 2 - (whole.shape[axis] - 1) / 2 * step
        reach = margin_mm / spacing + 1
        last = start[axis] + shape[axis] - 1
        low.append(max(math.floor((start[axis] - reach - origin) / step), 0))
        high = min(math.ceil((last + reach - origin) / step), whole.shape[axis] - 1)
        block.append(high - low[axis] + 1)
        at.append(np.rint((origin + step * np.arange(low[axis], high + 1)) / FINEST) * FINEST)
        before = min(max(math.floor(at[axis][0]) - support, 0), n - 1)
        after = min(max(math.ceil(at[axis][-1]) + support, 0), n - 1)
        window.append(slice(before, after + 1))
    grid = whole.cropped((low[0], low[1], low[2]), (block[0], block[1], block[2]))
    return _Plan((window[0], window[1], window[2]), (at[0], at[1], at[2]), grid)
