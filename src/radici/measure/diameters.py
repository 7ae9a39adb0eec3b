"""Points or mask in, lengths out: how far a region extends."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull
from scipy.spatial.distance import pdist

from radici.measure.mesh import Spacing


@dataclass(frozen=True)
class Hull:
    """Convex hull: its corners in mm, shape (n, 3), its area in mm² and volume in mm³."""

    corners: np.ndarray
    area: float
    volume: float


def convex_hull(points: np.ndarray) -> Hull:
    """Convex hull of points in mm, shape (n, 3), that do not lie in one plane (mesh vertices never do)."""
    hull = ConvexHull(points)
    return Hull(points[hull.vertices], float(hull.area), float(hull.volume))


def maximum_diameter(corners: np.ndarray) -> float:
    """Largest distance between two of the points, in mm; give the corners of the hull, which are enough."""
    return float(pdist(corners).max()) if len(corners) > 1 else 0.0


def principal_axes(inside: np.ndarray, spacing: Spacing) -> tuple[float, float, float]:
    """Variances in mm² of the voxel centres along their principal axes, largest first.

    Divided by the number of voxels less one, as IBSI's reference values require. Zeros where the region does
    not extend: a single voxel has three, a plane of voxels one.
    """
    centres = np.argwhere(inside) * np.asarray(spacing)
    apart = centres - centres.mean(axis=0)
    variances = np.linalg.eigvalsh(apart.T @ apart / max(len(centres) - 1, 1))
    floor = 1e-12 * max(float(variances[-1]), 0.0)
    least, minor, major = (float(v) if v > floor else 0.0 for v in variances)
    return major, minor, least
