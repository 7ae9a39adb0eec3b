import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from radici.measure.diameters import Hull, convex_hull
from radici.measure.enclose import smallest_box, smallest_ellipsoid
from radici.measure.mesh import outermost_vertices

masks = arrays.arrays(bool, st.tuples(*[st.integers(1, 6)] * 3), elements=st.booleans()).filter(lambda m: m.any())


def turned(points: np.ndarray, seed: int = 0) -> np.ndarray:
    rotation, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return points @ rotation.T


def box_points(x: float, y: float, z: float) -> np.ndarray:
    return np.indices((2, 2, 2)).reshape(3, -1).T * np.array([x, y, z])


def hull_of(mask: np.ndarray, spacing: tuple[float, float, float] = (0.7, 1.3, 2.0)) -> Hull:
    return convex_hull(outermost_vertices(mask, spacing))


def test_the_smallest_box_around_a_turned_box_is_that_box() -> None:
    hull = convex_hull(turned(box_points(5, 3, 2)))
    np.testing.assert_allclose(smallest_box(hull), (5, 3, 2))


def test_the_smallest_box_around_a_turned_prism() -> None:
    # Over an equilateral triangle of side 2 the smallest rectangle has a side of the triangle: 2 by sqrt(3).
    triangle = np.array([(0, 0), (2, 0), (1, np.sqrt(3))])
    prism = np.concatenate([np.column_stack([triangle, np.full(3, z)]) for z in (0, 7)])
    np.testing.assert_allclose(smallest_box(convex_hull(turned(prism))), (7, 2, np.sqrt(3)))


@settings(max_examples=40, deadline=None)
@given(masks)
def test_the_smallest_box_is_at_most_the_one_along_the_axes(mask: np.ndarray) -> None:
    hull = hull_of(mask)
    assert np.prod(smallest_box(hull)) <= np.prod(np.ptp(hull.corners, axis=0)) * (1 + 1e-12)


@settings(max_examples=40, deadline=None)
@given(masks)
def test_the_smallest_box_is_at_least_the_hull(mask: np.ndarray) -> None:
    hull = hull_of(mask)
    assert np.prod(smallest_box(hull)) >= hull.volume * (1 - 1e-12)


@settings(max_examples=15, deadline=None)
@given(masks)
def test_no_box_flush_with_a_face_is_smaller(mask: np.ndarray) -> None:
    # All directions in the plane of a face, by tenths of a degree, over the box along the normal.
    hull = hull_of(mask)
    least = np.inf
    angles = np.deg2rad(np.arange(0, 90, 0.1))
    for normal in np.unique(hull.normals.round(9), axis=0):
        u = np.linalg.svd(normal[None])[2][1]
        v = np.cross(normal, u)
        ways = np.outer(np.cos(angles), u) + np.outer(np.sin(angles), v)
        area = np.ptp(hull.corners @ ways.T, axis=0) * np.ptp(hull.corners @ np.cross(normal, ways).T, axis=0)
        least = min(least, np.ptp(hull.corners @ normal) * area.min())
    assert np.prod(smallest_box(hull)) <= least * (1 + 1e-9)


def test_the_ellipsoid_around_a_box_has_its_proportions() -> None:
    # The corners of a cube lie on their sphere; stretched, the smallest ellipsoid is stretched alike.
    found = smallest_ellipsoid(turned(box_points(6, 4, 2)))
    np.testing.assert_allclose(found, np.sqrt(3) * np.array([3, 2, 1]))


def test_the_ellipsoid_around_points_on_an_ellipsoid() -> None:
    points = np.random.default_rng(1).normal(size=(500, 3))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    points = np.concatenate([points, -points, np.eye(3), -np.eye(3)])
    np.testing.assert_allclose(smallest_ellipsoid(turned(points * (9, 4, 2.5) + 100)), (9, 4, 2.5))


def test_a_point_inside_changes_nothing() -> None:
    corners = box_points(6, 4, 2)
    more = np.concatenate([corners, [[3.1, 2.2, 0.9]]])
    np.testing.assert_allclose(smallest_ellipsoid(more), smallest_ellipsoid(corners))


@settings(max_examples=40, deadline=None)
@given(masks)
def test_the_ellipsoid_is_larger_than_the_hull_and_smaller_than_the_sphere(mask: np.ndarray) -> None:
    corners = hull_of(mask).corners
    a, b, c = smallest_ellipsoid(corners)
    sphere = np.linalg.norm(corners - corners.mean(axis=0), axis=1).max()
    assert hull_of(mask).volume < 4 / 3 * np.pi * a * b * c <= 4 / 3 * np.pi * sphere**3 * (1 + 1e-9)


@settings(max_examples=40, deadline=None)
@given(masks, st.permutations([0, 1, 2]), st.integers(0, 2))
def test_flips_and_permutations_leave_the_ellipsoid(mask: np.ndarray, order: list[int], axis: int) -> None:
    spacing = (0.7, 1.3, 2.0)
    x, y, z = (spacing[a] for a in order)
    moved = hull_of(np.flip(mask.transpose(order), axis), (x, y, z))
    np.testing.assert_allclose(
        smallest_ellipsoid(moved.corners), smallest_ellipsoid(hull_of(mask, spacing).corners), rtol=1e-7
    )


def test_a_round_region_of_many_corners() -> None:
    # Thousands of corners lie almost on the ellipsoid; its axes are those of the ball, half a voxel more at most.
    n = 61
    ball = np.square(np.indices((n,) * 3) - n // 2).sum(axis=0) <= (n // 2) ** 2
    found = smallest_ellipsoid(hull_of(ball, (1.0, 1.0, 1.0)).corners)
    assert found == pytest.approx((30.5,) * 3, abs=0.5)
