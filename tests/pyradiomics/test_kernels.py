"""Counts of small images that can be done by hand, or that were published."""

import numpy as np
import pytest

from radici.pyradiomics.kernels import (
    compare_neighbours,
    count_cubes,
    count_pairs,
    count_runs,
    find_zones,
    widest_in_planes,
)

# Haralick RM et al. IEEE Trans Syst Man Cybern 1973;3:610-621, Fig. 3: levels 0 to 3, here 1 to 4.
HARALICK = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [0, 2, 2, 2], [2, 2, 3, 3]], np.uint16)[None] + np.uint16(1)
ALONG_X, ALONG_Y = np.array([[0, 0, 1]]), np.array([[0, 1, 0]])
# Galloway MM. Comput Graph Image Process 1975;4:172-179, Fig. 1.
GALLOWAY = np.array([[1, 2, 3, 4], [1, 3, 4, 4], [3, 2, 2, 2], [4, 1, 4, 1]], np.uint16)[None]


def everything(places):
    return np.array([[0, 0, 0, *(size - 1 for size in places.shape)]])


def both_ways(places, steps):
    one_way = count_pairs(places, steps, everything(places), int(places.max()))[0, 0]
    return (one_way + one_way.T).tolist()


def test_pairs_along_rows_as_haralick_printed_them():
    assert both_ways(HARALICK, ALONG_X) == [[4, 2, 1, 0], [2, 4, 0, 0], [1, 0, 6, 1], [0, 0, 1, 2]]


def test_pairs_along_columns_as_haralick_printed_them():
    assert both_ways(HARALICK, ALONG_Y) == [[6, 0, 2, 0], [0, 4, 2, 0], [2, 2, 2, 2], [0, 0, 2, 0]]


def test_runs_along_rows_as_galloway_printed_them():
    found = count_runs(GALLOWAY, ALONG_X, everything(GALLOWAY), 4, 4)[0, 0]
    assert found.tolist() == [[4, 0, 0, 0], [1, 0, 1, 0], [3, 0, 0, 0], [3, 1, 0, 0]]


def test_no_pair_reaches_out_of_its_box():
    found = count_pairs(HARALICK, ALONG_X, np.array([[0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1]]), 4)
    assert found.sum(axis=(1, 2, 3)).tolist() == [0, 1]


def test_no_pair_with_a_voxel_outside_the_region():
    places = np.array([[[1, 0, 1]]], np.uint16)
    assert count_pairs(places, ALONG_X, everything(places), 1).sum() == 0


def test_a_direction_that_no_two_voxels_share_counts_no_runs():
    places = np.array([[[1, 1, 2]]], np.uint16)
    steps = np.array([[0, 0, 1], [0, 1, 0]])
    assert count_runs(places, steps, everything(places), 2, 3).sum(axis=(2, 3)).tolist() == [[2, 0]]


def test_two_voxels_of_a_line_count_even_across_a_gap():
    places = np.array([[[1, 0, 1]]], np.uint16)
    assert count_runs(places, ALONG_X, everything(places), 1, 3).sum() == 2


def test_zones_touch_where_the_steps_say():
    places = np.array([[[1, 2], [2, 1]]], np.uint16)
    straight = np.array([[0, 0, 1], [0, 0, -1], [0, 1, 0], [0, -1, 0]])
    oblique = np.vstack([straight, [[0, 1, 1], [0, -1, -1], [0, 1, -1], [0, -1, 1]]])
    counts = [len(find_zones(places, steps, everything(places))) for steps in (straight, oblique)]
    assert counts == [4, 2]


def test_many_zones_are_all_kept():
    places = np.zeros((1, 99, 99), np.uint16)
    places[0, ::2, ::2] = 1
    assert len(find_zones(places, ALONG_X, everything(places))) == 2500


def test_each_box_finds_its_own_zones():
    places = np.ones((1, 1, 4), np.uint16)
    found = find_zones(places, np.array([[0, 0, 1], [0, 0, -1]]), np.array([[0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 3]]))
    assert found.tolist() == [[0, 1, 2], [1, 1, 4]]


def neighbours(apart):
    # Levels 1, 3, 5 in a row; each looks at the voxel before and after.
    places = np.array([[[1, 2, 3]]], np.uint16)
    steps = np.array([[0, 0, 1], [0, 0, -1]])
    return compare_neighbours(places, np.array([1, 3, 5]), steps, everything(places), apart)


@pytest.mark.parametrize(("apart", "alike"), [(0, [0, 0, 0]), (2, [1, 2, 1])])
def test_alike_neighbours_are_those_within_the_difference(apart, alike):
    assert neighbours(apart)[0][0].argmax(axis=1).tolist() == alike


def test_tones_differ_from_the_mean_of_the_neighbours():
    assert neighbours(0)[1][0].tolist() == [[1, 2], [1, 0], [1, 2]]


def test_a_single_voxel_touches_eight_cubes_by_one_corner():
    inside = np.zeros((3, 3, 3), bool)
    inside[1, 1, 1] = True
    found = count_cubes(inside)
    assert {pattern: int(found[pattern, 0]) for pattern in np.flatnonzero(found[:, 0])} == {1 << c: 1 for c in range(8)}


def test_widest_of_a_row_of_voxels():
    # Vertices at -0.5 and 2.5 of three voxels of 2 mm: 6 mm.
    inside = np.zeros((3, 3, 5), bool)
    inside[1, 1, 1:4] = True
    assert widest_in_planes(inside, 1.0, 2.0) == pytest.approx(6.0, abs=1e-12)
