"""A block of voxels in, the same block on another grid out: interpolation along one axis after the other."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

Axes = tuple[np.ndarray, np.ndarray, np.ndarray]
How = Literal["nearest", "linear", "cubic"]
# The cubic B-spline's pole is 2 - sqrt(3) = 0.268: beyond 16 voxels a neighbour weighs less than 1e-9.
REACH = {"nearest": 1, "linear": 1, "cubic": 16}
PROLONGED = 12
COMPILED = (np.float32, np.float64, np.uint8)


@dataclass(frozen=True)
class Taps:
    """Which old voxels make each new one along one axis, and by how much.

    Parameters
    ----------
    index
        uintp, shape (taps, new voxels); one tap where the new voxels lie on old ones.
    weight
        float64, of the same shape; a new voxel's weights have the sum 1.
    """

    index: np.ndarray
    weight: np.ndarray

    @cached_property
    def span(self) -> slice:
        """The old voxels from the first to the last that are looked at."""
        return slice(int(self.index.min()), int(self.index.max()) + 1)

    @property
    def count(self) -> int:
        """How many old voxels make a new one."""
        return int(self.index.shape[0])

    def looking_at(self, old: slice) -> slice:
        """The new voxels that look at any of some old ones: a range, for positions ascend."""
        touched = np.flatnonzero(((self.index >= old.start) & (self.index < old.stop)).any(axis=0))
        return slice(int(touched[0]), int(touched[-1]) + 1) if touched.size else slice(0, 0)


Along = tuple[Taps, Taps, Taps]


def taps(at: np.ndarray, n: int, how: How) -> Taps:
    """Taps of new voxels along an axis of `n` old ones; beyond the first and the last voxel these are repeated.

    Parameters
    ----------
    at
        Where the new voxels lie, in old voxels: float64, shape (new voxels,), ascending.
    n
        Number of old voxels.
    how
        The interpolation. `cubic` weighs the spline's coefficients instead of the voxels (see `coefficients`).
    """
    if how == "nearest":
        return _single(np.floor(np.clip(at, 0, n - 1) + 0.5), n)
    if _on_voxels(at):
        return _single(at, n)
    if how == "linear":
        at = np.clip(at, 0, n - 1)
        whole = np.floor(at)
        right = at - whole
        return Taps(_indices(whole, (0, 1), n), np.stack([1 - right, right]))
    whole = np.floor(at)
    right = at - whole
    left = 1 - right
    # The cubic B-spline at distances 1 + right, right, left and 1 + left.
    inner = [2 / 3 - t**2 * (2 - t) / 2 for t in (right, left)]
    return Taps(_indices(whole, (-1, 0, 1, 2), n), np.stack([left**3 / 6, inner[0], inner[1], right**3 / 6]))


def _on_voxels(at: np.ndarray) -> bool:
    return bool((at == np.floor(at)).all())


def _single(at: np.ndarray, n: int) -> Taps:
    return Taps(_indices(at, (0,), n), np.ones((1, at.size)))


def _indices(whole: np.ndarray, steps: tuple[int, ...], n: int) -> np.ndarray:
    return np.clip(whole.astype(np.int64) + np.array(steps)[:, None], 0, n - 1).astype(np.uintp)


def coefficients(voxels: np.ndarray, at: Axes) -> tuple[np.ndarray, Axes]:
    """Coefficients of the cubic B-spline through the voxels, and the new voxels' positions among them.

    Axes along which the new voxels lie on old ones are left alone. The others are prolonged by 12 equal voxels at
    either end, so that the spline beyond the edge is that of an image that repeats its last voxel.
    """
    from scipy.ndimage import spline_filter1d

    found = voxels.astype(np.float64)
    moved = list(at)
    for axis in range(3):
        if _on_voxels(at[axis]):
            continue
        wider = [(PROLONGED, PROLONGED) if a == axis else (0, 0) for a in range(3)]
        found = spline_filter1d(np.pad(found, wider, mode="edge"), order=3, axis=axis, mode="nearest")
        moved[axis] = at[axis] + PROLONGED
    return found, (moved[0], moved[1], moved[2])


def interpolate(voxels: np.ndarray, along: Along, round_to: float | None = None) -> np.ndarray:
    """Voxels on the new grid, float32, C order.

    Parameters
    ----------
    voxels
        Shape (x, y, z): the voxels, or along axes of four taps the coefficients of the spline.
    along
        What `taps` gives for each axis.
    round_to
        Round to multiples of this, half to even, before the result becomes float32.

    Notes
    -----
    An axis-aligned affine map is separable: for each new x one plane of old (y, z) is mixed, from it one line of
    old z for each new y, and from that the new voxels; plane and line stay in the cache. All sums are float64.
    """
    if all(axis.count == 1 for axis in along):
        found = picked(voxels, along)
        if round_to is not None:
            found = np.round(found.astype(np.float64) / round_to) * round_to
        return found.astype(np.float32, copy=False)
    from radici.imaging.mixing import mix

    x, y, z = along
    if not voxels.flags.c_contiguous or voxels.dtype not in COMPILED:
        kind = voxels.dtype if voxels.dtype in COMPILED else np.float64
        voxels = np.ascontiguousarray(voxels[x.span], dtype=kind)
        x = Taps(x.index - np.uintp(x.span.start), x.weight)
    first, size = (y.span.start, z.span.start), (y.span.stop - y.span.start, z.span.stop - z.span.start)
    y_index, z_index = (axis.index - np.uintp(axis.span.start) for axis in (y, z))
    new = np.empty(tuple(axis.index.shape[1] for axis in along), dtype=np.float32)
    mix(voxels, first, size, x.index, x.weight, y_index, y.weight, z_index, z.weight, round_to or 0.0, new)
    return new


def picked(voxels: np.ndarray, along: Along) -> np.ndarray:
    """The old voxel that each new one is, where all axes have one tap; C order."""
    if all(axis.index.shape[1] == axis.span.stop - axis.span.start for axis in along):
        return voxels[tuple(axis.span for axis in along)].copy()
    return voxels[np.ix_(*(axis.index[0] for axis in along))]
