"""Two grids that differ -> what a person can do about it; nothing is moved in silence."""

import numpy as np

from radici.core.image import Geometry


def what_to_do(mask: Geometry, image: Geometry) -> str:
    """One or two sentences on why the grid of a mask is not its image's, and how that is mended."""
    if _only_signs_differ(mask, image):
        return (
            "Only signs of origin or direction differ, so one header is probably flipped (RAS written where LPS was "
            "meant, or the reverse). Look at both in a viewer and export the wrong one again; resampling would "
            "mirror the contour."
        )
    if not _overlap(mask, image):
        return "They do not even overlap. Is it the mask of another scan? Export the mask again, on this image."
    return (
        "Export the mask again on this image, or bring it onto the image's grid as docs/study-file.md shows under "
        "'A mask on another grid'."
    )


def _only_signs_differ(mask: Geometry, image: Geometry) -> bool:
    same = mask.shape == image.shape and np.allclose(mask.spacing, image.spacing, rtol=1e-4)
    axes = np.allclose(np.abs(mask.direction), np.abs(image.direction), atol=1e-4)
    return same and axes and np.allclose(np.abs(mask.origin), np.abs(image.origin), atol=1e-3 * min(image.spacing))


def _overlap(mask: Geometry, image: Geometry) -> bool:
    (low, high), (other_low, other_high) = _extent(mask), _extent(image)
    return bool((low <= other_high).all() and (other_low <= high).all())


def _extent(grid: Geometry) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest position of a grid's block of voxels, in mm, shape (3,) each."""
    ends = np.array(np.meshgrid(*[(-0.5, n - 0.5) for n in grid.shape])).reshape(3, -1).T
    corners = grid.to_mm(ends)
    return corners.min(axis=0), corners.max(axis=0)
