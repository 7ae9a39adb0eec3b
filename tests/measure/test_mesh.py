from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from radici.core.errors import RegionError
from radici.measure.mesh import outermost_vertices, surface, triangle_table, triangles

masks = arrays.arrays(bool, st.tuples(*[st.integers(1, 4)] * 3), elements=st.booleans())
ONE = (1.0, 1.0, 1.0)


def ball(radius: float) -> np.ndarray:
    n = int(radius) + 2
    return (np.square(np.indices((2 * n + 1,) * 3) - n).sum(axis=0)) <= radius**2


def test_one_voxel_is_an_octahedron() -> None:
    # Semi-diagonal 1/2: area 8 triangles of side sqrt(1/2), volume 4/3 (1/2)^3.
    np.testing.assert_allclose(surface(np.ones((1, 1, 1), dtype=bool), ONE), [np.sqrt(3), 1 / 6])


def test_a_box_by_hand() -> None:
    n, m, k = 9, 7, 2
    inner = (n - 1) * (m - 1) * (k - 1)
    faces = 2 * ((n - 1) * (m - 1) + (m - 1) * (k - 1) + (k - 1) * (n - 1))
    edges = 4 * ((n - 1) + (m - 1) + (k - 1))
    # A cube at a face is half inside, one at an edge holds a prism of 1/8, one at a corner a tetrahedron of 1/48.
    volume = inner + faces / 2 + edges / 8 + 8 / 48
    area = faces + edges * np.sqrt(0.5) + 8 * np.sqrt(3) / 8
    np.testing.assert_allclose(surface(np.ones((n, m, k), dtype=bool), ONE), [area, volume])


def test_volume_of_a_ball() -> None:
    assert surface(ball(20), ONE)[1] == pytest.approx(4 / 3 * np.pi * 20**3, rel=0.01)


def test_area_of_a_ball_with_the_known_excess_of_binary_masks() -> None:
    # Steps of a voxel make the surface of a binary ball about 8 % too large at any size; no less, no more.
    assert surface(ball(20), ONE)[0] / (4 * np.pi * 20**2) == pytest.approx(1.08, abs=0.02)


def test_spacing_scales_the_volume() -> None:
    mask = ball(5)
    assert surface(mask, (0.5, 2.0, 3.0))[1] == pytest.approx(3 * surface(mask, ONE)[1])


@settings(max_examples=50, deadline=None)
@given(masks)
def test_surface_is_closed(mask: np.ndarray) -> None:
    # Every edge of the mesh is walked once in each direction.
    mesh = np.round(triangles(mask, ONE) * 2).astype(int)
    edges: Counter = Counter()
    for corners in mesh:
        for k in range(3):
            edges[(tuple(corners[k]), tuple(corners[(k + 1) % 3]))] += 1
    assert all(edges[(b, a)] == count for (a, b), count in edges.items())


@settings(max_examples=50, deadline=None)
@given(masks)
def test_volume_is_that_of_signed_tetrahedra(mask: np.ndarray) -> None:
    spacing = (0.7, 1.3, 2.0)
    mesh = triangles(mask, spacing)
    tetrahedra = np.einsum("ni,ni->n", mesh[:, 0], np.cross(mesh[:, 1], mesh[:, 2])).sum() / 6
    assert surface(mask, spacing)[1] == pytest.approx(tetrahedra, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(masks)
def test_area_is_that_of_the_triangles(mask: np.ndarray) -> None:
    spacing = (1.3, 1.3, 1.3)
    mesh = triangles(mask, spacing)
    area = np.linalg.norm(np.cross(mesh[:, 1] - mesh[:, 0], mesh[:, 2] - mesh[:, 0]), axis=1).sum() / 2
    assert surface(mask, spacing)[0] == pytest.approx(area, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(masks, st.permutations([0, 1, 2]), st.integers(0, 2))
def test_flips_and_permutations_change_nothing(mask: np.ndarray, order: list[int], axis: int) -> None:
    spacing = (0.7, 1.3, 2.0)
    moved = np.flip(mask.transpose(order), axis)
    found = surface(moved, tuple(spacing[a] for a in order))
    np.testing.assert_allclose(found, surface(mask, spacing), rtol=1e-12, atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(masks.filter(lambda mask: mask.any()))
def test_outermost_vertices_span_the_mesh(mask: np.ndarray) -> None:
    mesh = triangles(mask, ONE).reshape(-1, 3)
    found = outermost_vertices(mask, ONE)
    np.testing.assert_array_equal([found.min(axis=0), found.max(axis=0)], [mesh.min(axis=0), mesh.max(axis=0)])


def test_an_empty_mask_has_no_vertices() -> None:
    with pytest.raises(RegionError, match="no surface"):
        outermost_vertices(np.zeros((2, 2, 2), dtype=bool), ONE)


def test_no_triangles_where_nothing_changes() -> None:
    assert [len(triangle_table()[pattern]) for pattern in (0, 255)] == [0, 0]
