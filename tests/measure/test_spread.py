"""Distances between lesions at known places."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from radici.core.errors import RegionError
from radici.core.image import Geometry, Mask
from radici.measure.spread import centroid_mm, farthest_voxels_mm, spread

GRID = Geometry((60, 60, 40), (2.0, 2.0, 5.0), (-50.0, 10.0, 7.0))


def block(x: slice, y: slice, z: slice, grid: Geometry = GRID) -> Mask:
    inside = np.zeros(grid.shape, dtype=bool)
    inside[x, y, z] = True
    return Mask(inside, grid)


def voxel(x: int, y: int, z: int) -> Mask:
    return block(slice(x, x + 1), slice(y, y + 1), slice(z, z + 1))


# A triangle with sides of 30, 40 and 50 mm.
TRIANGLE = [voxel(0, 0, 0), voxel(15, 0, 0), voxel(0, 20, 0)]


def test_centroid_is_in_patient_coordinates() -> None:
    # Voxels 2 to 4 along x and 1 along y, of 2 mm, from -50 and 10; slice 3 of 5 mm, from 7.
    assert centroid_mm(block(slice(2, 5), slice(1, 2), slice(3, 4))).tolist() == [-44.0, 12.0, 22.0]


def test_dmax_joins_the_centroids_farthest_apart() -> None:
    assert spread(TRIANGLE).dmax_centroids_mm == pytest.approx(50)


def test_sum_goes_over_all_pairs() -> None:
    assert spread(TRIANGLE).sum_centroids_mm == pytest.approx(30 + 40 + 50)


def test_mean_goes_over_all_pairs() -> None:
    assert spread(TRIANGLE).mean_centroids_mm == pytest.approx((30 + 40 + 50) / 3)


def test_distance_from_the_largest_lesion() -> None:
    # The largest of the three lies at the right angle, with its centroid there.
    lesions = [block(slice(9, 12), slice(9, 12), slice(0, 1)), voxel(25, 10, 0), voxel(10, 30, 0)]
    assert spread(lesions).dmax_largest_mm == pytest.approx(40)


def test_sum_from_the_largest_lesion() -> None:
    lesions = [voxel(25, 10, 0), block(slice(9, 12), slice(9, 12), slice(0, 1)), voxel(10, 30, 0)]
    assert spread(lesions).sum_largest_mm == pytest.approx(70)


def test_between_one_lesion_and_itself_there_is_no_distance() -> None:
    assert np.isnan(spread([voxel(1, 1, 1)]).dmax_centroids_mm)


def test_farthest_voxels_of_one_lesion() -> None:
    # Centres of the first and last of 4, 3 and 2 voxels of 2, 2 and 5 mm.
    lesion = block(slice(3, 7), slice(5, 8), slice(8, 10))
    assert spread([lesion]).dmax_voxels_mm == pytest.approx(np.sqrt(6**2 + 4**2 + 5**2))


def test_farthest_voxels_may_belong_to_two_lesions() -> None:
    lesions = [block(slice(0, 2), slice(0, 1), slice(0, 1)), block(slice(10, 13), slice(0, 1), slice(0, 1))]
    assert spread(lesions).dmax_voxels_mm == pytest.approx(24)


def test_one_voxel_is_not_far_from_itself() -> None:
    assert farthest_voxels_mm([voxel(1, 1, 1)]) == 0.0


def test_farthest_voxels_are_those_of_all_pairs() -> None:
    inside = np.random.default_rng(4).random((12, 13, 11)) < 0.4
    grid = Geometry(inside.shape, (1.0, 1.3, 2.5))
    points = grid.to_mm(np.argwhere(inside))
    assert farthest_voxels_mm([Mask(inside, grid)]) == pytest.approx(pdist(points).max())


def test_many_outermost_voxels_give_the_same_as_all_pairs() -> None:
    x, y, z = np.indices((41, 41, 41)) - 20
    inside = x**2 + y**2 + (z / 1.3) ** 2 <= 15**2
    surface = inside & (x**2 + y**2 + (z / 1.3) ** 2 >= 13**2)
    grid = Geometry(inside.shape, (1.0, 1.1, 1.2))
    points = grid.to_mm(np.argwhere(surface))
    assert farthest_voxels_mm([Mask(inside, grid)]) == pytest.approx(pdist(points).max())


def test_many_voxels_in_one_plane() -> None:
    x, y = np.indices((901, 901)) - 450
    disc = (np.hypot(x, y) <= 450)[:, :, None]
    assert farthest_voxels_mm([Mask(disc, Geometry(disc.shape))]) == 900.0


def test_lesions_may_lie_on_different_grids() -> None:
    other = Geometry((3, 3, 3), (1.0, 1.0, 1.0), (-50.0, 10.0, 107.0))
    assert spread([voxel(0, 0, 0), block(slice(1), slice(1), slice(1), other)]).dmax_centroids_mm == pytest.approx(100)


def test_without_lesions_nothing_is_defined() -> None:
    assert np.isnan(list(vars(spread([])).values())).all()


def test_an_empty_lesion_is_refused() -> None:
    with pytest.raises(RegionError, match="Leave lesions that have disappeared out"):
        spread([voxel(1, 1, 1), block(slice(0), slice(0), slice(0))])
