"""Bin edges and offsets as PyRadiomics' documentation defines them."""

import numpy as np
import pytest

from radici.core.errors import RegionError
from radici.pyradiomics.grey_levels import bin_edges, discretise
from radici.pyradiomics.offsets import lengths_mm, offsets


def levels_of(values, width=25.0, count=None):
    image = np.array(values).reshape(1, 1, -1)
    found = discretise(image, np.ones(image.shape, bool), width, count)
    return found.values[found.place.ravel() - 1].tolist()


def test_edges_are_multiples_of_the_width():
    # The example of PyRadiomics' documentation: values from 54 to 166, width 25.
    assert bin_edges(np.array([54, 166]), 25, None).tolist() == [50, 75, 100, 125, 150, 175, 200]


def test_a_value_on_an_edge_belongs_to_the_bin_above():
    assert levels_of([0, 24.9, 25, 50]) == [1, 1, 2, 3]


def test_levels_below_zero_count_from_the_lowest():
    assert levels_of([-30, -1, 0]) == [1, 2, 3]


def test_equal_intensities_are_one_level():
    assert levels_of([75, 75]) == [1, 1]


def test_a_number_of_bins_divides_the_range_and_closes_the_last():
    assert levels_of([0.0, 2.4, 2.5, 10.0], count=4) == [1, 1, 2, 4]


def test_levels_that_do_not_occur_are_left_out():
    image = np.array([0, 100]).reshape(1, 1, 2)
    assert discretise(image, np.ones(image.shape, bool), 25, None).values.tolist() == [1, 5]


def test_a_voxel_without_a_value_gets_the_level_above_all_others():
    # Edges 0, 25, 50, 75 and 100 for values from 1 to 60: the fifth level is the last.
    assert levels_of([1.0, 60.0, np.nan]) == [1, 3, 5]


@pytest.mark.parametrize(("values", "count"), [([np.nan, 1.0], None), ([1.0, np.nan], 4), ([1.0, np.inf], None)])
def test_a_voxel_without_a_value_is_refused_where_pyradiomics_stops(values, count):
    with pytest.raises(RegionError, match="without a finite value"):
        levels_of(values, count=count)


@pytest.mark.parametrize(("distances", "count"), [((1,), 13), ((2,), 49), ((1, 2), 62), ((3,), 109)])
def test_half_of_the_neighbours_at_a_distance(distances, count):
    assert (
        len(offsets((9, 9, 9), distances)) == count == sum((2 * d + 1) ** 3 - (2 * d - 1) ** 3 for d in distances) // 2
    )


def test_both_ways_gives_each_offset_and_its_opposite():
    found = {tuple(step) for step in offsets((5, 5, 5), both_ways=True)}
    assert found == {tuple(-x for x in step) for step in found}


def test_nothing_moves_along_a_flat_axis():
    assert not offsets((5, 5, 5), (1, 2), flat=1)[:, 1].any()


def test_an_offset_longer_than_the_box_is_left_out():
    assert np.abs(offsets((2, 9, 9), (2,))[:, 0]).max() == 1


def test_a_distance_named_twice_gives_both_directions():
    assert len(offsets((5, 5, 5), (1, 1))) == 26


def test_a_distance_beyond_the_region_is_refused():
    with pytest.raises(RegionError, match="Use a smaller `distances`"):
        offsets((3, 3, 3), (4,))


@pytest.mark.parametrize(("norm", "length"), [("manhattan", 5.0), ("euclidean", np.sqrt(13)), ("infinity", 3.0)])
def test_length_of_an_offset(norm, length):
    assert lengths_mm(np.array([[1, -1, 0]]), (3.0, 2.0, 1.0), norm)[0] == pytest.approx(length, abs=1e-12)
