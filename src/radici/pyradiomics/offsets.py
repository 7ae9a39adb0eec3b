"""Distances in, the offsets between voxels that PyRadiomics looks at out, in its order."""

from collections.abc import Sequence
from itertools import cycle, product

import numpy as np

from radici.core.errors import RegionError


def _within(size: int, distance: int) -> int:
    """How many steps of at most `distance` voxels, both ways and none, fit along an axis of `size` voxels."""
    return 2 * min(distance, size - 1) + 1


def offsets(
    shape: tuple[int, int, int], distances: Sequence[int] = (1,), *, both_ways: bool = False, flat: int | None = None
) -> np.ndarray:
    """Offsets (z, y, x) whose largest component is one of the distances; int64, shape (n, 3).

    Farthest along +z first. One way keeps the first half, the other half being its mirror image. A distance named
    twice counts twice: one way then gives both, as in PyRadiomics.

    Parameters
    ----------
    shape
        Voxels along z, y, x; an offset that no two voxels can have is left out.
    distances
        In voxels, at least 1.
    both_ways
        Whether to give each offset and its opposite.
    flat
        Axis along which nothing moves (`force2D`).

    Raises
    ------
    RegionError
        No two voxels are so far apart.
    """
    sizes = [1 if axis == flat else size for axis, size in enumerate(shape)]
    count = sum(
        int(np.prod([_within(s, d) for s in sizes])) - int(np.prod([_within(s, d - 1) for s in sizes]))
        for d in distances
    )
    count = count if both_ways else count // 2
    if count == 0:
        raise RegionError(
            f"No two voxels of the region lie {' or '.join(map(str, distances))} apart: its box holds {shape} voxels "
            f"along z, y, x. Use a smaller `distances`, or leave this region out."
        )
    far = max(distances)
    steps = range(far, -far - 1, -1)
    fits = (
        step
        for step in cycle(product(steps, steps, steps))
        if all(abs(s) < size for s, size in zip(step, sizes, strict=True)) and max(map(abs, step)) in distances
    )
    return np.array([next(fits) for _ in range(count)], dtype=np.int64)


def lengths_mm(found: np.ndarray, spacing: tuple[float, ...], norm: str) -> np.ndarray:
    """Length of each offset in mm, shape (n,), as `weightingNorm` measures it; spacing along z, y, x in mm."""
    along = np.abs(found) * np.asarray(spacing)
    if norm == "infinity":
        return np.asarray(along.max(axis=1))
    if norm == "manhattan":
        return np.asarray(along.sum(axis=1))
    return np.asarray(np.sqrt((along**2).sum(axis=1)))
