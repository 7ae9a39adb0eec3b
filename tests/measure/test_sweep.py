import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.spatial import ConvexHull

from radici.measure.mesh import outermost_vertices, triangles
from radici.measure.sweep import count_patterns, moments, outermost, weighted_sums

masks = arrays.arrays(bool, st.tuples(*[st.integers(1, 6)] * 3), elements=st.booleans())
filled = masks.filter(lambda mask: mask.any())


@settings(max_examples=60, deadline=None)
@given(masks)
def test_patterns_agree_with_a_plain_count(mask: np.ndarray) -> None:
    padded = np.pad(mask, 1).astype(np.uint8)
    expected = np.zeros(256, dtype=int)
    for x, y, z in np.ndindex(*(n - 1 for n in padded.shape)):
        corners = [padded[x + (c & 1), y + (c >> 1 & 1), z + (c >> 2 & 1)] for c in range(8)]
        expected[sum(int(bit) << c for c, bit in enumerate(corners))] += 1
    np.testing.assert_array_equal(count_patterns(padded), expected)


@settings(max_examples=40, deadline=None)
@given(masks)
def test_moments_agree_with_the_list_of_voxels(mask: np.ndarray) -> None:
    x, y, z = np.argwhere(mask).T
    expected = [len(x), *(v.sum() for v in (x, y, z, x * x, y * y, z * z, x * y, y * z, z * x))]
    np.testing.assert_array_equal(moments(mask), expected)


def test_weighted_sums_agree_with_the_list_of_voxels() -> None:
    rng = np.random.default_rng(3)
    mask = rng.random((5, 4, 6)) < 0.5
    weights = rng.normal(size=mask.sum())
    expected = [weights.sum(), *(weights @ np.argwhere(mask))]
    np.testing.assert_allclose(weighted_sums(weights, mask), expected)


@settings(max_examples=60, deadline=None)
@given(filled)
def test_outermost_voxels_hold_every_extreme_one(mask: np.ndarray) -> None:
    # The farthest voxel in any direction is as far as the farthest of those kept.
    directions = np.random.default_rng(0).normal(size=(3, 200))
    reach = (np.argwhere(mask) @ directions).max(axis=0)
    np.testing.assert_allclose((outermost(mask) @ directions).max(axis=0), reach)


@settings(max_examples=40, deadline=None)
@given(filled)
def test_hull_of_the_outermost_is_that_of_the_whole_mesh(mask: np.ndarray) -> None:
    spacing = (0.7, 1.3, 2.0)
    whole = ConvexHull(triangles(mask, spacing).reshape(-1, 3)).volume
    np.testing.assert_allclose(ConvexHull(outermost_vertices(mask, spacing)).volume, whole)
