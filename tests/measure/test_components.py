"""Connected parts of masks whose neighbours are known."""

import numpy as np
import pytest

from radici.core.image import Geometry, Mask
from radici.measure.components import components, label_components


def voxels(*places: tuple[int, int, int]) -> Mask:
    inside = np.zeros((6, 6, 6), dtype=bool)
    inside[tuple(np.transpose(places))] = True
    return Mask(inside, Geometry((6, 6, 6)))


@pytest.mark.parametrize(("neighbours", "parts"), [(6, 1), (18, 1), (26, 1)])
def test_voxels_that_share_a_face_are_one_part(neighbours: int, parts: int) -> None:
    assert len(components(voxels((1, 1, 1), (2, 1, 1)), neighbours)) == parts


@pytest.mark.parametrize(("neighbours", "parts"), [(6, 2), (18, 1), (26, 1)])
def test_voxels_that_share_an_edge_touch_from_18_neighbours_on(neighbours: int, parts: int) -> None:
    assert len(components(voxels((1, 1, 1), (2, 2, 1)), neighbours)) == parts


@pytest.mark.parametrize(("neighbours", "parts"), [(6, 2), (18, 2), (26, 1)])
def test_voxels_that_share_a_corner_touch_with_26_neighbours(neighbours: int, parts: int) -> None:
    assert len(components(voxels((1, 1, 1), (2, 2, 2)), neighbours)) == parts


def test_26_neighbours_are_the_default() -> None:
    assert len(components(voxels((1, 1, 1), (2, 2, 2)))) == 1


def test_the_largest_part_comes_first() -> None:
    assert [
        part.count for part in components(voxels((0, 0, 0), (2, 2, 2), (2, 2, 3), (5, 5, 5), (5, 5, 4), (5, 4, 5)))
    ] == [
        3,
        2,
        1,
    ]


def test_of_equal_parts_the_first_in_the_grid_comes_first() -> None:
    first, _ = components(voxels((4, 0, 0), (0, 4, 4)))
    assert np.argwhere(first.voxels).tolist() == [[0, 4, 4]]


def test_parts_lie_on_the_whole_grid() -> None:
    mask = voxels((4, 0, 0), (0, 4, 4))
    assert {part.geometry for part in components(mask)} == {mask.geometry}


def test_parts_make_up_the_mask() -> None:
    inside = np.random.default_rng(2).random((8, 9, 7)) < 0.2
    parts = components(Mask(inside, Geometry(inside.shape)), 6)
    np.testing.assert_array_equal(sum(part.voxels.astype(int) for part in parts), inside)


def test_labels_count_the_parts() -> None:
    labels, count = label_components(voxels((4, 0, 0), (0, 4, 4)))
    assert (count, labels.max()) == (2, 2)


def test_an_empty_mask_has_no_parts() -> None:
    assert components(Mask(np.zeros((2, 2, 2), dtype=bool), Geometry((2, 2, 2)))) == []


def test_another_number_of_neighbours_is_refused() -> None:
    with pytest.raises(ValueError, match="6, 18 or 26"):
        components(voxels((1, 1, 1)), 8)
