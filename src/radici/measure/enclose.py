"""Corners of a convex hull in, what encloses them most tightly out: a box and an ellipsoid.

O'Rourke J. Finding minimal enclosing boxes. Int J Comput Inf Sci 1985;14:183-199. Khachiyan LG. Rounding of polytopes
in the real number model of computation. Math Oper Res 1996;21:307-320, with the steps away from a point of Todd MJ,
Yildirim EA. On Khachiyan's algorithm for the computation of minimum-volume enclosing ellipsoids. Discrete Appl Math
2007;155:1731-1744.
"""

import numba
import numpy as np

from radici.measure.diameters import Hull


def smallest_box(hull: Hull) -> tuple[float, float, float]:
    """Edges in mm, longest first, of the smallest box of any direction that has a side flush with a face of the hull.

    For each direction of a face, the rectangle around the hull's shadow is tried along each of the shadow's edges,
    which finds the smallest one. The axes are tried too, so that the box is never larger than the one along them. A
    box that touches the hull with edges only can be smaller still, by little; no quick method finds it. Directions
    whose shadow alone makes too large a box are left out.
    """
    normals = _directions(np.vstack([hull.normals, np.eye(3)]))
    # Normals as long as the triangles' areas: half the sum of what each face shows of itself is the shadow's area.
    shadow = np.abs(normals @ (hull.normals * hull.areas[:, None]).T).sum(axis=1) / 2
    along = hull.corners @ normals.T
    height = along.max(axis=0) - along.min(axis=0)
    first, second = hull.normals[hull.neighbours[:, 0]], hull.normals[hull.neighbours[:, 1]]
    edges = hull.corners[hull.edges[:, 1]] - hull.corners[hull.edges[:, 0]]
    order = np.argsort(height * shadow, kind="stable")
    faces = hull.normals[hull.neighbours]
    found = _box(normals[order], height[order], shadow[order], hull.corners, hull.edges, faces)
    a, b, c = sorted(found, reverse=True)
    return a, b, c


@numba.njit(cache=True, nogil=True)
def _box(
    normals: np.ndarray,
    height: np.ndarray,
    shadow: np.ndarray,
    corners: np.ndarray,
    edges: np.ndarray,
    faces: np.ndarray,
) -> tuple[float, float, float]:
    """Edges of the smallest box with a side across one of the normals; these come with rising height x shadow.

    Parameters
    ----------
    faces
        The two normals of the faces that meet at each edge, float64, shape (edges, 2, 3).
    """
    best, box = np.inf, (0.0, 0.0, 0.0)
    rim = np.empty((2 * len(edges), 3))
    for i in range(len(normals)):
        if height[i] * shadow[i] >= best:
            break
        a, b, c = normals[i, 0], normals[i, 1], normals[i, 2]
        count = 0
        for k in range(len(edges)):
            one = faces[k, 0, 0] * a + faces[k, 0, 1] * b + faces[k, 0, 2] * c
            other = faces[k, 1, 0] * a + faces[k, 1, 1] * b + faces[k, 1, 2] * c
            # The shadow's outline: edges between a face turned towards n and one turned away, or seen edge-on.
            if one * other <= 1e-12:
                for end in range(2):
                    for axis in range(3):
                        rim[count, axis] = corners[edges[k, end], axis]
                    count += 1
        for k in range(0, count, 2):
            ex, ey, ez = rim[k + 1, 0] - rim[k, 0], rim[k + 1, 1] - rim[k, 1], rim[k + 1, 2] - rim[k, 2]
            # Across the edge within the shadow, and along it.
            vx, vy, vz = b * ez - c * ey, c * ex - a * ez, a * ey - b * ex
            length2 = vx * vx + vy * vy + vz * vz
            if length2 <= 1e-18 * (ex * ex + ey * ey + ez * ez):
                continue
            ux, uy, uz = vy * c - vz * b, vz * a - vx * c, vx * b - vy * a
            low_u = low_v = np.inf
            high_u = high_v = -np.inf
            for m in range(count):
                x, y, z = rim[m, 0], rim[m, 1], rim[m, 2]
                u, v = x * ux + y * uy + z * uz, x * vx + y * vy + z * vz
                low_u, high_u, low_v, high_v = min(low_u, u), max(high_u, u), min(low_v, v), max(high_v, v)
            wide, deep = (high_u - low_u) / length2**0.5, (high_v - low_v) / length2**0.5
            if height[i] * wide * deep < best:
                best, box = height[i] * wide * deep, (height[i], wide, deep)
    return box


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
    share = _polished(lifted, _shares(lifted))
    away = centred - share @ centred
    spread = away.T @ (away * share[:, None])
    # Scaled so that no corner lies outside, whatever the tolerance of the shares.
    reach = float(np.einsum("ni,ij,nj->n", away, np.linalg.inv(spread), away).max())
    c, b, a = (float(v) for v in np.sqrt(np.linalg.eigvalsh(spread) * reach))
    return a, b, c


@numba.njit(cache=True, nogil=True)
def _shares(points: np.ndarray, tolerance: float = 1e-3, most: int = 10_000) -> np.ndarray:
    """Weights of points whose weighted covariance has the shape of the smallest ellipsoid around them; shape (n,).

    Each step moves weight to the point farthest out, or from the point with weight that lies deepest inside, as far
    as the determinant grows. Distances of all points follow from their product with the point that changed.

    Parameters
    ----------
    points
        float64, shape (n, 4), C order: coordinates and a constant, with orthonormal columns.
    """
    n, d = points.shape
    share = np.full(n, 1.0 / n)
    distance = np.zeros(n)
    inverse = np.zeros((d, d))
    towards = np.empty(d)
    for a in range(d):
        inverse[a, a] = n
        for i in range(n):
            distance[i] += n * points[i, a] ** 2
    for _ in range(most):
        far, near = 0, -1
        for i in range(n):
            if distance[i] > distance[far]:
                far = i
            if share[i] > 0 and (near < 0 or distance[i] < distance[near]):
                near = i
        over, under = distance[far] - d, d - distance[near]
        if max(over, under) <= tolerance * d:
            break
        dropped = False
        if over >= under:
            at, step = far, over / (d * (distance[far] - 1))
        else:
            at, step = near, -share[near] / (1 - share[near])
            dropped = distance[near] <= 1 or step >= -under / (d * (distance[near] - 1))
            if not dropped:
                step = -under / (d * (distance[near] - 1))
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
        share[at] = 0.0 if dropped else share[at] + step
    return share


def _polished(points: np.ndarray, share: np.ndarray, tolerance: float = 1e-9, most: int = 100) -> np.ndarray:
    """The same weights, exact to about nine digits: Newton's steps on the few points that have any.

    At the optimum these lie on the ellipsoid, at the distance d; a point that still lies outside joins them, and one
    whose weight would fall below 0 leaves.
    """
    d = points.shape[1]
    share = share / share.sum()
    for _ in range(most):
        inverse = np.linalg.inv(points.T @ (points * share[:, None]))
        distance = np.einsum("ni,ij,nj->n", points, inverse, points)
        far, held = int(distance.argmax()), share > 0
        if max(distance[far] - d, d - distance[held].min()) <= tolerance * d:
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
    return share
