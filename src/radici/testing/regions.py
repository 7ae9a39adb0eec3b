"""Regions whose truth is known, built in code: what steps and families are tried on."""

from dataclasses import replace

import numpy as np

from radici.core.image import Geometry, Image, Mask
from radici.core.region import Region, whole


def blob() -> Region:
    """An ellipsoid of some 500 voxels of unequal sides, intensities 20 to 180, in a somewhat larger image."""
    grid = Geometry((17, 15, 13), (1.0, 1.5, 2.0), (-20.0, 7.5, 100.0))
    x, y, z = np.indices(grid.shape)
    noise = np.random.default_rng(1).uniform(0, 60, grid.shape)
    voxels = 20 + 4.0 * x + 3.0 * y + noise
    inside = ((x - 8) / 6.5) ** 2 + ((y - 7) / 5.0) ** 2 + ((z - 6) / 3.6) ** 2 <= 1
    return whole(Image(voxels.astype(np.float32), grid), Mask(inside, grid))


def with_hole() -> Region:
    """The blob with an intensity mask that lacks some voxels of the contour, as after re-segmentation."""
    region = blob()
    fewer = region.intensity_mask.voxels & (region.image.voxels < 130)
    return replace(region, intensity_mask=Mask(fewer, region.geometry))


def at_the_edge() -> Region:
    """The blob cut by the edge of the image on three sides."""
    region = blob()
    grid = region.geometry.cropped((5, 4, 5), (12, 11, 8))
    window = (slice(5, None), slice(4, None), slice(5, None))
    mask = Mask(region.shape_mask.voxels[window], grid)
    return whole(Image(region.image.voxels[window], grid), mask)


def awkward() -> dict[str, Region]:
    """Regions on which formulas divide by zero, by what they are."""
    ramp = np.arange(125, dtype=np.float32).reshape(5, 5, 5)
    blocks = {
        "of a single voxel": (slice(2, 3), slice(2, 3), slice(2, 3)),
        "of two voxels": (slice(2, 4), slice(2, 3), slice(2, 3)),
        "of one slice": (slice(1, 4), slice(0, 4), slice(2, 3)),
    }
    found = {what: _block(ramp, block) for what, block in blocks.items()}
    cube = (slice(1, 4),) * 3
    found["of one intensity"] = _block(np.full_like(ramp, 7), cube)
    found["of intensity 0"] = _block(np.zeros_like(ramp), cube)
    signs = np.where(np.indices(ramp.shape)[0] < 2, -1, 1).astype(np.float32)
    found["whose mean is 0"] = _block(signs, (slice(1, 3),) * 3)
    found["of an image of one slice"] = _block(ramp[:, :, :1], (slice(1, 4), slice(0, 4), slice(0, 1)))
    return found


def _block(voxels: np.ndarray, block: tuple[slice, ...]) -> Region:
    grid = Geometry(voxels.shape, (1.0, 1.5, 2.0))
    inside = np.zeros(voxels.shape, dtype=bool)
    inside[block] = True
    return whole(Image(voxels, grid), Mask(inside, grid))


def scaled(region: Region, *, spacing: float = 1.0, intensity: float = 1.0, plus: float = 0.0) -> Region:
    """The region with voxels and intensities that many times as large, and `plus` added to the latter."""
    old = region.geometry
    x, y, z = (side * spacing for side in old.spacing)
    grid = replace(old, spacing=(x, y, z))
    voxels = (region.image.voxels * np.float32(intensity) + np.float32(plus)).astype(np.float32)
    return _onto(region, grid, voxels)


def moved(region: Region, origin: tuple[float, float, float]) -> Region:
    """The region elsewhere in the scanner."""
    return _onto(region, replace(region.geometry, origin=origin), region.image.voxels)


def _onto(region: Region, grid: Geometry, voxels: np.ndarray) -> Region:
    shape = Mask(region.shape_mask.voxels, grid)
    same = region.intensity_mask is region.shape_mask
    intensity = shape if same else Mask(region.intensity_mask.voxels, grid)
    return replace(region, image=Image(voxels, grid), shape_mask=shape, intensity_mask=intensity)


def content(region: Region) -> tuple:
    """Everything that a region holds, to the last bit, for comparison."""
    arrays = (region.image.voxels, region.shape_mask.voxels, region.intensity_mask.voxels)
    grids = (region.image.geometry, region.shape_mask.geometry, region.intensity_mask.geometry)
    held = tuple((array.dtype.str, array.shape, array.tobytes()) for array in arrays)
    return (*held, *grids, region.modality, region.levels, region.history)
