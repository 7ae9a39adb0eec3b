import numpy as np
import pytest

from radici.core.image import Geometry, Mask
from radici.measure.diameters import convex_hull, maximum_diameter, principal_axes
from radici.measure.mesh import outermost_vertices, triangles
from radici.measure.volume import voxel_volume_mm3


def test_diameter_of_a_box_joins_the_farthest_vertices() -> None:
    # Vertices lie half a voxel outside the outermost centres: on x (+-5, 4.5, 4.5) and alike on y and z.
    mask = np.ones((10, 10, 10), dtype=bool)
    corners = convex_hull(outermost_vertices(mask, (1.0, 1.0, 1.0))).corners
    assert maximum_diameter(corners) == pytest.approx(np.sqrt(10**2 + 9**2 + 9**2))


def test_diameter_is_that_of_all_pairs_of_vertices() -> None:
    mask = np.random.default_rng(1).random((5, 6, 4)) < 0.3
    spacing = (0.9, 1.0, 3.0)
    points = triangles(mask, spacing).reshape(-1, 3)
    apart = np.linalg.norm(points[:, None] - points, axis=-1).max()
    assert maximum_diameter(convex_hull(outermost_vertices(mask, spacing)).corners) == pytest.approx(apart)


def test_hull_of_a_cube() -> None:
    cube = np.indices((2, 2, 2)).reshape(3, -1).T * 3.0
    hull = convex_hull(cube)
    np.testing.assert_allclose([hull.area, hull.volume], [54, 27])


def test_principal_axes_of_a_box() -> None:
    # n equally spaced points have the variance (n² - 1) / 12; the sample variance of all voxels is N / (N - 1) of it.
    n = np.array([9, 6, 4])
    found = principal_axes(np.ones(n, dtype=bool), (1.0, 1.0, 1.0))
    count = n.prod()
    np.testing.assert_allclose(found, (n**2 - 1) / 12 * count / (count - 1))


def test_one_voxel_has_no_axes() -> None:
    assert principal_axes(np.ones((1, 1, 1), dtype=bool), (1.0, 1.0, 1.0)) == (0.0, 0.0, 0.0)


def test_a_plane_has_two_axes() -> None:
    assert principal_axes(np.ones((5, 4, 1), dtype=bool), (1.0, 1.0, 1.0))[2] == 0.0


def test_one_point_has_no_diameter() -> None:
    assert maximum_diameter(np.zeros((1, 3))) == 0.0


def test_volume_counts_voxels() -> None:
    grid = Geometry((3, 1, 1), (0.5, 2.0, 3.0))
    assert voxel_volume_mm3(Mask(np.array([True, False, True]).reshape(3, 1, 1), grid)) == 6.0
