"""Surfaces whose area and volume have a closed form."""

import numpy as np
import pytest

from radici.pyradiomics.shape import Outline, measure
from radici.pyradiomics.surface import contour, mesh, triangle_table


def padded(voxels):
    return np.pad(np.asarray(voxels, bool), 1)


def block(*sides):
    return padded(np.ones(sides))


def test_a_voxel_is_an_octahedron():
    # Vertices half an edge from the centre: area 8 * sqrt(3)/4 * (1/sqrt 2)^2, volume sqrt(2)/3 * (1/sqrt 2)^3.
    assert mesh(block(1, 1, 1), (1, 1, 1)) == pytest.approx((np.sqrt(3), 1 / 6), abs=1e-12)


def test_volume_of_a_block_without_its_edges():
    # A box of a, b, c voxels less 12 edges (a triangular prism of 1/8 per voxel of length between the ends) and 8
    # corners (of each unit corner cube 1/48 is left): abc - (a + b + c - 3) / 2 - 8 (1/8 - 1/48) voxels.
    a, b, c = 3, 4, 5
    expected = a * b * c - (a + b + c - 3) * 4 / 8 - 8 * (1 / 8 - 1 / 48)
    assert mesh(block(a, b, c), (1, 2, 3))[1] == pytest.approx(6 * expected, abs=1e-9)


@pytest.mark.parametrize("pattern", range(1, 128))
def test_a_pattern_and_its_complement_have_one_surface_with_opposite_normals(pattern):
    one, other = triangle_table()[pattern], triangle_table()[255 - pattern]
    assert np.array_equal(one[:, ::-1], other)


def test_a_closed_surface_does_not_depend_on_where_the_region_lies():
    ball = np.linalg.norm(np.indices((13, 13, 13)) - 6, axis=0) < 5
    moved = np.pad(ball, ((3, 0), (0, 2), (1, 4)))
    assert mesh(moved, (1, 1, 1)) == pytest.approx(mesh(ball, (1, 1, 1)), rel=1e-12)


def test_a_ball_has_its_volume():
    ball = np.linalg.norm(np.indices((45, 45, 45)) - 22, axis=0) <= 20
    assert mesh(ball, (1, 1, 1))[1] == pytest.approx(4 / 3 * np.pi * 20**3, rel=0.01)


def test_a_pixel_is_a_square_on_its_corner():
    assert contour(block(1, 1), (1, 1)) == pytest.approx((2 * np.sqrt(2), 0.5), abs=1e-12)


def test_the_outline_of_a_rectangle_lacks_its_corners():
    # 3 x 5 pixels of 2 x 1 mm: straight parts 2 * 2 * 2 + 2 * 4 * 1, four corners of the diagonal of 1 x 0.5 mm.
    length, area = contour(block(3, 5), (2, 1))
    assert (length, area) == pytest.approx((16 + 4 * np.hypot(1, 0.5), 30 - 4 * 0.25), abs=1e-12)


def shapes(inside, spacing, *names):
    return [measure(Outline(inside, spacing), list(names))[name] for name in names]


def test_diameters_of_a_block():
    # Vertices half a voxel beyond the outer centres; none at corners or edges of the block.
    found = shapes(
        block(2, 3, 4), (1.0, 1.0, 1.0), "Maximum2DDiameterSlice", "Maximum2DDiameterColumn", "Maximum2DDiameterRow"
    )
    slice_, column, row = np.hypot(4, 2), np.hypot(4, 1), np.hypot(3, 1)
    assert found == pytest.approx([slice_, column, row], abs=1e-12)


def test_the_largest_diameter_is_that_of_all_pairs_of_vertices():
    inside = padded(np.random.default_rng(3).random((4, 5, 6)) > 0.5)
    spacing = np.array((2.0, 1.0, 0.7))
    vertices = [(np.argwhere(np.diff(inside, axis=axis)) + 0.5 * np.eye(3)[axis]) * spacing for axis in range(3)]
    points = np.concatenate(vertices)
    largest = np.linalg.norm(points[:, None] - points[None], axis=2).max()
    assert shapes(inside, tuple(spacing), "Maximum3DDiameter") == pytest.approx([largest], abs=1e-12)


def test_axes_of_a_block_are_those_of_its_voxel_centres():
    # Variance of n centres d apart: d^2 (n^2 - 1) / 12.
    found = shapes(block(2, 3, 4), (3.0, 2.0, 1.0), "MajorAxisLength", "MinorAxisLength", "LeastAxisLength")
    variances = sorted((d * d * (n * n - 1) / 12 for d, n in ((3, 2), (2, 3), (1, 4))), reverse=True)
    assert found == pytest.approx([4 * np.sqrt(v) for v in variances], abs=1e-12)


def test_a_plane_has_no_thickness():
    assert shapes(block(1, 4, 5), (1.0, 1.0, 1.0), "LeastAxisLength", "Flatness") == pytest.approx([0, 0], abs=1e-7)


def test_deprecated_ratios_follow_from_area_and_volume():
    inside = block(3, 3, 3)
    area, volume = mesh(inside, (1, 1, 1))
    found = shapes(inside, (1.0, 1.0, 1.0), "Compactness1", "Compactness2", "SphericalDisproportion", "Sphericity")
    sphericity = (36 * np.pi * volume**2) ** (1 / 3) / area
    expected = [volume / (np.sqrt(np.pi) * area**1.5), sphericity**3, 1 / sphericity, sphericity]
    assert found == pytest.approx(expected, rel=1e-12)


def test_a_flat_outline_has_its_diameter():
    assert shapes(block(1, 6), (1.0, 2.0), "MaximumDiameter", "PixelSurface") == pytest.approx([12, 12], abs=1e-12)
