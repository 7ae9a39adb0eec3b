"""Points or mask in, lengths out: how far a region extends."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull
from scipy.spatial.distance import pdist

from radici.measure.mesh import Spacing


@dataclass(frozen=True, eq=False)
class Hull:
    """Convex hull: its area in mm², its volume in mm³, and the triangles it is made of.

    Parameters
    ----------
    corners
        In mm, shape (n, 3).
    normals, areas
        Of each triangle: unit vector outwards, shape (m, 3), and mm², shape (m,).
    edges, neighbours
        The two corners of each edge and the two triangles that meet there, shape (3 m / 2, 2).
    """

    corners: np.ndarray
    area: float
    volume: float
    normals: np.ndarray
    areas: np.ndarray
    edges: np.ndarray
    neighbours: np.ndarray


def convex_hull(points: np.ndarray) -> Hull:
    """Convex hull of points in mm, shape (n, 3), that do not lie in one plane (mesh vertices never do)."""
    hull = ConvexHull(points)
    number = np.empty(len(points), dtype=np.intp)
    number[hull.vertices] = np.arange(len(hull.vertices))
    triangles = number[hull.simplices]
    a, b, c = (points[hull.simplices[:, k]] for k in range(3))
    areas = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2
    # Neighbour k of a triangle lies across the edge that leaves out corner k; each edge is taken from one side.
    here = np.repeat(np.arange(len(triangles)), 3)
    there = hull.neighbors.ravel()
    edges = triangles[:, [[1, 2], [2, 0], [0, 1]]].reshape(-1, 2)
    once = here < there
    return Hull(
        points[hull.vertices],
        float(hull.area),
        float(hull.volume),
        hull.equations[:, :3],
        areas,
        edges[once],
        np.stack([here, there], axis=1)[once],
    )


def maximum_diameter(corners: np.ndarray) -> float:
    """Largest distance between two of the points, in mm; give the corners of the hull, which are enough."""
    return float(pdist(corners).max()) if len(corners) > 1 else 0.0


def principal_axes(inside: np.ndarray, spacing: Spacing) -> tuple[float, float, float]:
    """Variances in mm² of the voxel centres along their principal axes, largest first.

    Divided by the number of voxels less one, as IBSI's reference values require. Zeros where the region does
    not extend: a single voxel has three, a plane of voxels one.
    """
    from radici.measure.sweep import moments

    count, x, y, z, xx, yy, zz, xy, yz, zx = (int(n) for n in moments(np.ascontiguousarray(inside)))
    # Whole numbers: N sum(ab) - sum(a) sum(b) is exact, and so is 0.
    square = [
        [count * xx - x * x, count * xy - x * y, count * zx - x * z],
        [count * xy - x * y, count * yy - y * y, count * yz - y * z],
        [count * zx - x * z, count * yz - y * z, count * zz - z * z],
    ]
    scatter = np.array(square, dtype=float) * np.outer(spacing, spacing) / count
    variances = np.linalg.eigvalsh(scatter / max(count - 1, 1))
    floor = 1e-12 * max(float(variances[-1]), 0.0)
    least, minor, major = (float(v) if v > floor else 0.0 for v in variances)
    return major, minor, least
