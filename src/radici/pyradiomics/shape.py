"""A mask in, its size and form out: PyRadiomics' classes `shape` and `shape2D`."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from radici.measure.diameters import convex_hull, maximum_diameter
from radici.measure.mesh import outermost_vertices
from radici.pyradiomics.surface import contour, mesh

Spacing = tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Outline:
    """A mask, bool, shape (z, y, x) or (y, x), False on its border, and its spacing in mm in that order."""

    inside: np.ndarray
    spacing: Spacing

    @cached_property
    def mesh(self) -> tuple[float, float]:
        """Area and volume of the surface; length and area of a flat outline."""
        if self.inside.ndim == 2:
            return contour(self.inside, self.spacing)  # type: ignore[arg-type]
        return mesh(self.inside, self.spacing)  # type: ignore[arg-type]

    @cached_property
    def voxels(self) -> int:
        """Number of voxels inside."""
        return int(np.count_nonzero(self.inside))

    @cached_property
    def variances(self) -> np.ndarray:
        """Variances in mm² along the principal axes, ascending, divided by the number of voxels.

        In PyRadiomics' order of operations, because a flat region's least variance is what rounding leaves of 0.
        """
        centres = np.argwhere(self.inside) * np.asarray(self.spacing)
        centres -= centres.mean(axis=0)
        centres /= np.sqrt(self.voxels)
        found = np.linalg.eigvals(np.dot(centres.T.copy(), centres)).real
        found[(found < 0) & (found > -1e-10)] = 0
        return np.sort(found)

    def axis(self, rank: int) -> float:
        """Length in mm of a principal axis, -1 being the longest."""
        variance = self.variances[rank]
        return float(np.sqrt(variance) * 4) if variance >= 0 else float("nan")

    def ratio(self, rank: int) -> float:
        """A principal axis in parts of the longest."""
        part, whole = self.variances[rank], self.variances[-1]
        return float(np.sqrt(part / whole)) if part >= 0 and whole > 0 else float("nan")

    def widest(self, axis: int) -> float:
        """Largest distance in mm between vertices in one plane across an axis."""
        from radici.pyradiomics.kernels import widest_in_planes

        rows, columns = (s for a, s in enumerate(self.spacing) if a != axis)
        return float(widest_in_planes(np.ascontiguousarray(np.moveaxis(self.inside, axis, 0)), rows, columns))

    @cached_property
    def sphere(self) -> float:
        """Area of the ball as large as the region."""
        return float((36 * np.pi * self.mesh[1] ** 2) ** (1 / 3))


SHAPE = {
    "Compactness1": lambda o: o.mesh[1] / (o.mesh[0] ** 1.5 * np.sqrt(np.pi)),
    "Compactness2": lambda o: 36 * np.pi * o.mesh[1] ** 2 / o.mesh[0] ** 3,
    "Elongation": lambda o: o.ratio(-2),
    "Flatness": lambda o: o.ratio(-3),
    "LeastAxisLength": lambda o: o.axis(-3),
    "MajorAxisLength": lambda o: o.axis(-1),
    "Maximum2DDiameterColumn": lambda o: o.widest(1),
    "Maximum2DDiameterRow": lambda o: o.widest(2),
    "Maximum2DDiameterSlice": lambda o: o.widest(0),
    "Maximum3DDiameter": lambda o: maximum_diameter(convex_hull(outermost_vertices(o.inside, o.spacing)).corners),
    "MeshVolume": lambda o: o.mesh[1],
    "MinorAxisLength": lambda o: o.axis(-2),
    "SphericalDisproportion": lambda o: o.mesh[0] / o.sphere,
    "Sphericity": lambda o: o.sphere / o.mesh[0],
    "SurfaceArea": lambda o: o.mesh[0],
    "SurfaceVolumeRatio": lambda o: o.mesh[0] / o.mesh[1],
    "VoxelVolume": lambda o: o.voxels * float(np.prod(o.spacing)),
}

SHAPE_2D = {
    "Elongation": lambda o: o.ratio(-2),
    "MajorAxisLength": lambda o: o.axis(-1),
    "MaximumDiameter": lambda o: Outline(_slab(o.inside), (1.0, *o.spacing)).widest(0),
    "MeshSurface": lambda o: o.mesh[1],
    "MinorAxisLength": lambda o: o.axis(-2),
    "Perimeter": lambda o: o.mesh[0],
    "PerimeterSurfaceRatio": lambda o: o.mesh[0] / o.mesh[1],
    "PixelSurface": lambda o: o.voxels * float(np.prod(o.spacing)),
    "SphericalDisproportion": lambda o: o.mesh[0] / (2 * np.sqrt(np.pi * o.mesh[1])),
    "Sphericity": lambda o: 2 * np.sqrt(np.pi * o.mesh[1]) / o.mesh[0],
}


def _slab(flat: np.ndarray) -> np.ndarray:
    """Two equal planes: all vertices of a flat mask lie in the first."""
    return np.stack([flat, flat])


def measure(outline: Outline, names: list[str]) -> dict[str, float]:
    """The named features; of `shape2D` for a flat outline, of `shape` otherwise."""
    known = SHAPE_2D if outline.inside.ndim == 2 else SHAPE
    return {name: float(known[name](outline)) for name in names}
