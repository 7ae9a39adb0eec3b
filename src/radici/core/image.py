"""Voxels on a grid. Axes are (x, y, z), millimetres, LPS, everywhere; other orders end at the reader."""

from dataclasses import dataclass, field

import numpy as np

from radici.core.errors import GeometryMismatch
from radici.core.remember import Remembers

Voxel = tuple[int, int, int]
IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Geometry:
    """Where voxels lie: voxel (i, j, k) has its centre at `origin + direction @ (spacing * (i, j, k))`.

    Parameters
    ----------
    shape
        Number of voxels along x, y and z.
    spacing
        Distance between voxel centres, in mm.
    origin
        Centre of the first voxel, in mm, LPS.
    direction
        Row-major 3 x 3 matrix; its columns are the axes of the grid.
    """

    shape: Voxel
    spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    direction: tuple[float, ...] = field(default=IDENTITY)

    @property
    def voxel_volume_mm3(self) -> float:
        """Volume of one voxel."""
        return float(np.prod(self.spacing))

    def to_mm(self, index: np.ndarray) -> np.ndarray:
        """Positions in mm, shape (n, 3), of (fractional) voxel indices of shape (n, 3)."""
        matrix = np.reshape(self.direction, (3, 3)) * np.asarray(self.spacing)
        return np.asarray(index, dtype=float) @ matrix.T + np.asarray(self.origin)

    def cropped(self, start: Voxel, shape: Voxel) -> "Geometry":
        """The grid of the block of `shape` voxels that begins at voxel `start`."""
        x, y, z = self.to_mm(np.array([start]))[0]
        return Geometry(shape, self.spacing, (float(x), float(y), float(z)), self.direction)

    def difference(self, other: "Geometry") -> str:
        """What tells two grids apart, in words; empty when a voxel of one is the same voxel of the other.

        Positions may differ by a thousandth of a voxel's edge at the far corner: headers store float32.
        """
        if self.shape != other.shape:
            return f"shape {self.shape} against {other.shape}"
        corners = np.array(np.meshgrid(*[(0, n - 1) for n in self.shape])).reshape(3, -1).T
        apart = np.abs(self.to_mm(corners) - other.to_mm(corners)).max()
        if apart <= 1e-3 * min(self.spacing):
            return ""
        if not np.allclose(self.spacing, other.spacing, rtol=1e-4):
            return f"spacing {_mm(self.spacing)} against {_mm(other.spacing)} mm"
        if not np.allclose(self.direction, other.direction, atol=1e-4):
            return f"direction {_mm(self.direction)} against {_mm(other.direction)}"
        return f"origin {_mm(self.origin)} against {_mm(other.origin)} mm"


def _mm(numbers: tuple[float, ...]) -> str:
    return "(" + ", ".join(f"{number:.6g}" for number in numbers) + ")"


@dataclass(frozen=True, eq=False)
class Image(Remembers):
    """Intensities: float32 `voxels` of shape (x, y, z) on a `geometry`."""

    voxels: np.ndarray
    geometry: Geometry

    def __post_init__(self) -> None:
        _check_shape(self.voxels, self.geometry)
        if not self.voxels.dtype.isnative:
            object.__setattr__(self, "voxels", self.voxels.astype(self.voxels.dtype.newbyteorder("=")))

    def cropped(self, start: Voxel, shape: Voxel) -> "Image":
        """The image on the block of `shape` voxels that begins at voxel `start`."""
        window = tuple(slice(first, first + n) for first, n in zip(start, shape, strict=True))
        return Image(self.voxels[window], self.geometry.cropped(start, shape))


@dataclass(frozen=True, eq=False)
class Mask(Remembers):
    """Which voxels belong: bool `voxels` of shape (x, y, z) on a `geometry`."""

    voxels: np.ndarray
    geometry: Geometry

    def __post_init__(self) -> None:
        _check_shape(self.voxels, self.geometry)
        if self.voxels.dtype != np.bool_:
            raise TypeError(f"A mask holds booleans, found {self.voxels.dtype}")

    def bounding_box(self) -> tuple[Voxel, Voxel]:
        """First voxel and number of voxels, along each axis, of the smallest box around the mask."""
        return self.once(_bounding_box)

    @property
    def box(self) -> tuple[slice, slice, slice]:
        """The smallest box around the mask, to cut it out of an array."""
        x, y, z = (slice(first, first + n) for first, n in zip(*self.bounding_box(), strict=True))
        return x, y, z

    def cropped(self, start: Voxel, shape: Voxel) -> "Mask":
        """The mask on the block of `shape` voxels that begins at voxel `start`."""
        if shape == self.geometry.shape:
            return self
        window = tuple(slice(first, first + n) for first, n in zip(start, shape, strict=True))
        return Mask(self.voxels[window], self.geometry.cropped(start, shape))

    @property
    def count(self) -> int:
        """Number of voxels that belong."""
        return self.once(_count)


def _count(mask: Mask) -> int:
    return int(np.count_nonzero(mask.voxels))


def _bounding_box(mask: Mask) -> tuple[Voxel, Voxel]:
    # The far axes are looked at once for all planes that hold anything: summing over the near ones is slow.
    planes = np.asarray(mask.voxels.any(axis=(1, 2)))
    shadow = np.asarray(mask.voxels[planes].any(axis=0))
    start, size = [], []
    for found in (planes, shadow.any(axis=1), shadow.any(axis=0)):
        inside = np.flatnonzero(found)
        start.append(int(inside[0]))
        size.append(int(inside[-1] - inside[0] + 1))
    return (start[0], start[1], start[2]), (size[0], size[1], size[2])


def _check_shape(voxels: np.ndarray, geometry: Geometry) -> None:
    if voxels.shape != geometry.shape:
        raise GeometryMismatch(f"Voxels of shape {voxels.shape} do not fit a grid of shape {geometry.shape}")
