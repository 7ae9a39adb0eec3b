"""Corners of a convex hull in, what encloses them most tightly out: a box and an ellipsoid.

O'Rourke J. Finding minimal enclosing boxes. Int J Comput Inf Sci 1985;14:183-199. Khachiyan LG. Rounding of polytopes
in the real number model of computation. Math Oper Res 1996;21:307-320, with the steps away from a point of Todd MJ,
Yildirim EA. On Khachiyan's algorithm for the computation of minimum-volume enclosing ellipsoids. Discrete Appl Math
2007;155:1731-1744.
"""

import numba
import numpy as np
from scipy.optimize import nnls

from radici.measure.diameters import Hull


def smallest_box(hull: Hull) -> tuple[float, float, float]:
    """Edges in mm, longest first, of the smallest box of any direction that has a side flush with a face of the hull.

    For each direction of a face, the rectangle around the hull's shadow is tried along each of the shadow's edges,
    which finds the smallest one. The axes are tried too, so that the box is never larger than the one along them. A
    box that touches the hull with edges only can be smaller still, by little; no quick method finds it. Directions
    whose shadow alone makes too large a box are left out.
    """
    normals = _directions(np.vstack([hull.normals, np.eye(3)]))
    least = _least_volumes(normals, hull.corners, hull.normals * hull.areas[:, None])
    order = np.argsort(least, kind="stable")
    faces = hull.normals[hull.neighbours]
    found = _box(normals[order], least[order], hull.corners, hull.edges, faces)
    a, b, c = sorted(found, reverse=True)
    return a, b, c


@numba.njit(cache=True, nogil=True)
def _least_volumes(normals: np.ndarray, corners: np.ndarray, areas: np.ndarray) -> np.ndarray:
    """For each direction the hull's height along it times the area of its shadow; no box there is smaller.

    Parameters
    ----------
    areas
        Normals of the triangles, as long as their areas: what each shows of itself adds up to twice the shadow.
    """
    found = np.empty(len(normals))
    for i in range(len(normals)):
        a, b, c = normals[i, 0], normals[i, 1], normals[i, 2]
        low, high, shadow = np.inf, -np.inf, 0.0
        for k in range(len(corners)):
            height = corners[k, 0] * a + corners[k, 1] * b + corners[k, 2] * c
            low, high = min(low, height), max(high, height)
        for k in range(len(areas)):
            shadow += abs(areas[k, 0] * a + areas[k, 1] * b + areas[k, 2] * c) / 2
        found[i] = (high - low) * shadow
    return found


@numba.njit(cache=True, nogil=True)
def _box(
    normals: np.ndarray, least: np.ndarray, corners: np.ndarray, edges: np.ndarray, faces: np.ndarray
) -> tuple[float, float, float]:
    """Edges of the smallest box with a side across one of the normals.

    Parameters
    ----------
    least
        What no box across each normal is smaller than, rising.
    faces
        The two normals of the faces that meet at each edge, float64, shape (edges, 2, 3).
    """
    best, box = np.inf, (0.0, 0.0, 0.0)
    rim = np.empty((2 * len(edges), 3))
    for i in range(len(normals)):
        if least[i] >= best:
            break
        a, b, c = normals[i, 0], normals[i, 1], normals[i, 2]
        low, high, count = np.inf, -np.inf, 0
        for k in range(len(corners)):
            height = corners[k, 0] * a + corners[k, 1] * b + corners[k, 2] * c
            low, high = min(low, height), max(high, height)
        for k in range(len(edges)):
            one = faces[k, 0, 0] * a + faces[k, 0, 1] * b + faces[k, 0, 2] * c
            other = faces[k, 1, 0] * a + faces[k, 1, 1] * b + faces[k, 1, 2] * c
            # The shadow's outline: edges between a face turned towards the normal and one turned away, or seen edge-on.
            if one * other <= 1e-12:
                for end in range(2):
                    for axis in range(3):
                        rim[count, axis] = corners[edges[k, end], axis]
                    count += 1
        wide, deep = _rectangle(rim[:count], a, b, c)
        if (high - low) * wide * deep < best:
            best, box = (high - low) * wide * deep, (high - low, wide, deep)
    return box


@numba.njit(cache=True, nogil=True)
def _rectangle(rim: np.ndarray, a: float, b: float, c: float) -> tuple[float, float]:
    """Sides of the smallest rectangle around a shadow across the normal (a, b, c); `rim`: ends of its edges in turn."""
    best, sides = np.inf, (0.0, 0.0)
    for k in range(0, len(rim), 2):
        ex, ey, ez = rim[k + 1, 0] - rim[k, 0], rim[k + 1, 1] - rim[k, 1], rim[k + 1, 2] - rim[k, 2]
        # Across the edge within the shadow, and along it.
        vx, vy, vz = b * ez - c * ey, c * ex - a * ez, a * ey - b * ex
        length2 = vx * vx + vy * vy + vz * vz
        if length2 <= 1e-18 * (ex * ex + ey * ey + ez * ez):
            continue
        ux, uy, uz = vy * c - vz * b, vz * a - vx * c, vx * b - vy * a
        low_u = low_v = np.inf
        high_u = high_v = -np.inf
        for m in range(len(rim)):
            x, y, z = rim[m, 0], rim[m, 1], rim[m, 2]
            u, v = x * ux + y * uy + z * uz, x * vx + y * vy + z * vz
            low_u, high_u, low_v, high_v = min(low_u, u), max(high_u, u), min(low_v, v), max(high_v, v)
        wide, deep = (high_u - low_u) / length2**0.5, (high_v - low_v) / length2**0.5
        if wide * deep < best:
            best, sides = wide * deep, (wide, deep)
    return sides


def _directions(normals: np.ndarray) -> np.ndarray:
    """Each direction once: neither the triangles of one face nor opposite faces are different ones."""
    rounded = np.round(normals, 9) + 0.0
    sign = np.sign(rounded[np.arange(len(rounded)), np.argmax(rounded != 0, axis=1)])
    _, first = np.unique(rounded * sign[:, None], axis=0, return_index=True)
    return np.asarray(normals[np.sort(first)])


def smallest_ellipsoid(corners: np.ndarray) -> tuple[float, float, float]:
    """Semi-axes in mm, longest first, of the smallest ellipsoid around points that do not lie in one plane.

    Parameters
    ----------
    corners
        Points in mm, shape (n, 3).
    """
    centred = corners - corners.mean(axis=0)
    # In the axes of their own spread, so that the first step starts from a sphere, whatever the shape.
    axes, lengths, _ = np.linalg.svd(centred.T, full_matrices=False)
    round_ = centred @ axes / lengths
    lifted = np.hstack([round_, np.full((len(corners), 1), len(corners) ** -0.5)])
    share = _optimal_shares(lifted)
    away = centred - share @ centred
    spread = away.T @ (away * share[:, None])
    # Scaled so that no corner lies outside, whatever the tolerance of the shares.
    reach = float(np.einsum("ni,ij,nj->n", away, np.linalg.inv(spread), away).max())
    c, b, a = (float(v) for v in np.sqrt(np.linalg.eigvalsh(spread) * reach))
    return a, b, c


@numba.njit(cache=True, nogil=True)
def _shares(
    points: np.ndarray, distance: np.ndarray, inverse: np.ndarray, tolerance: float, most: int = 10_000
) -> np.ndarray:
    """Weights of points whose weighted covariance has the shape of the smallest ellipsoid around them; shape (n,).

    Each step moves weight to the point farthest out, or from the point with weight that lies deepest inside, as far
    as the determinant grows. Distances of all points follow from their product with the point that changed.

    Parameters
    ----------
    points
        float64, shape (n, 4), C order: coordinates and a constant.
    distance, inverse
        Those at equal weights, to be overwritten: squared distances, shape (n,), from the inverse, shape (4, 4), of
        the weighted sum of products.
    """
    n, d = points.shape
    share = np.ones(n) / n
    towards = np.empty(d)
    for _ in range(most):
        at, step = _next_step(distance, share, d, tolerance)
        if step == 0:
            break
        # Sherman and Morrison: the inverse of (1 - step) M + step p p'.
        for a in range(d):
            towards[a] = 0.0
            for b in range(d):
                towards[a] += inverse[a, b] * points[at, b]
        change = step / (1 - step + step * distance[at])
        for i in range(n):
            product = 0.0
            for a in range(d):
                product += points[i, a] * towards[a]
            distance[i] = (distance[i] - change * product * product) / (1 - step)
            share[i] *= 1 - step
        for a in range(d):
            for b in range(d):
                inverse[a, b] = (inverse[a, b] - change * towards[a] * towards[b]) / (1 - step)
        share[at] = share[at] + step if share[at] + step > 1e-15 else 0.0
    return share


@numba.njit(cache=True, nogil=True)
def _next_step(distance: np.ndarray, share: np.ndarray, d: int, tolerance: float) -> tuple[int, float]:
    """Which point gains or loses weight, and how much of the whole; 0 where all are within the tolerance."""
    far, near = 0, -1
    for i in range(distance.size):
        if distance[i] > distance[far]:
            far = i
        if share[i] > 0 and (near < 0 or distance[i] < distance[near]):
            near = i
    over, under = distance[far] - d, d - distance[near]
    if max(over, under) <= tolerance * d:
        return far, 0.0
    if over >= under:
        return far, over / (d * (distance[far] - 1))
    all_of_it = -share[near] / (1 - share[near])
    if distance[near] <= 1:
        return near, all_of_it
    return near, max(all_of_it, -under / (d * (distance[near] - 1)))


def _optimal_shares(points: np.ndarray) -> np.ndarray:
    """Weights as those of `_shares`, to about nine digits."""
    n, d = points.shape
    share, gap = np.empty(0), np.inf
    for tolerance in (1e-3, 1e-5, 1e-7):
        # From equal weights: with orthonormal columns their inverse is n times the identity.
        moved = _shares(points, n * (points * points).sum(axis=1), n * np.eye(d), tolerance)
        share, gap = _polished(points, _few(points, moved))
        if gap <= 1e-9:
            break
    return share


def _few(points: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Weights with the same weighted sum of squares and products, on as few points as there are such sums."""
    held = share > 0
    rows, columns = np.triu_indices(points.shape[1])
    products = (points[held][:, rows] * points[held][:, columns]).T * len(points)
    found = np.zeros(len(points))
    found[held] = nnls(products, products @ share[held])[0]
    return np.asarray(found / found.sum())


def _polished(points: np.ndarray, share: np.ndarray, most: int = 100) -> tuple[np.ndarray, float]:
    """Weights after Newton's steps on the few points that have any, and how far they are from the optimum.

    There the points with weight lie on the ellipsoid, at the distance d, and no other lies outside: one that does
    joins them, and one whose weight would fall below 0 leaves.
    """
    d = points.shape[1]
    gap = np.inf
    for _ in range(most):
        inverse = np.linalg.inv(points.T @ (points * share[:, None]))
        distance = ((points @ inverse) * points).sum(axis=1)
        far, held = int(distance.argmax()), share > 0
        gap = float(max(distance[far] - d, d - distance[held].min())) / d
        if gap <= 1e-9:
            break
        held[far] = True
        n = int(held.sum())
        # Largest growth of log det at an unchanged sum: gradient `distance`, curvature the squared products.
        system = np.ones((n + 1, n + 1))
        system[:n, :n] = (points[held] @ inverse @ points[held].T) ** 2
        system[n, n] = 0
        step = np.linalg.lstsq(system, np.append(distance[held], 0), rcond=1e-13)[0][:n]
        falls = -step / np.maximum(share[held], 1e-300)
        leaves = int(falls.argmax())
        length = min(1.0, 1 / falls[leaves]) if falls[leaves] > 0 else 1.0
        share[held] = np.maximum(share[held] + length * step, 0)
        if length < 1:
            share[np.flatnonzero(held)[leaves]] = 0
        share /= share.sum()
    return share, gap
