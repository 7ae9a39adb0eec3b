"""Grids and masks: where voxels lie, and when two grids are the same."""

import numpy as np
import pytest

from radici.core.errors import GeometryMismatch
from radici.core.image import Geometry, Image, Mask

TURNED = (0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)


def test_a_voxel_lies_at_origin_plus_direction_times_spacing():
    grid = Geometry((4, 4, 4), (1, 2, 3), (10, 20, 30), TURNED)
    np.testing.assert_allclose(grid.to_mm(np.array([[1, 1, 1]])), [[8, 21, 33]])


def test_a_crop_keeps_voxels_where_they_were():
    grid = Geometry((8, 8, 8), (1, 2, 3), (10, 20, 30), TURNED)
    np.testing.assert_allclose(
        grid.cropped((2, 3, 1), (2, 2, 2)).to_mm(np.zeros((1, 3))), grid.to_mm(np.array([[2, 3, 1]]))
    )


def test_rounding_of_a_header_is_no_difference():
    grid = Geometry((512, 512, 90), (0.9765625, 0.9765625, 3.0), (-249.5117, -460.5117, -655.5))
    stored = Geometry(grid.shape, tuple(np.float32(grid.spacing).tolist()), tuple(np.float32(grid.origin).tolist()))
    assert grid.difference(stored) == ""


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (Geometry((4, 4, 5)), "shape"),
        (Geometry((4, 4, 4), (1, 1, 1.1)), "spacing"),
        (Geometry((4, 4, 4), origin=(0, 0, 0.5)), "origin"),
        (Geometry((4, 4, 4), direction=TURNED), "direction"),
    ],
)
def test_the_difference_of_two_grids_is_named(other, said):
    assert Geometry((4, 4, 4)).difference(other).startswith(said)


def test_voxels_that_do_not_fit_the_grid_are_refused():
    with pytest.raises(GeometryMismatch):
        Image(np.zeros((2, 2, 2), dtype=np.float32), Geometry((2, 2, 3)))


def test_a_mask_of_numbers_is_refused():
    with pytest.raises(TypeError, match="booleans"):
        Mask(np.ones((2, 2, 2)), Geometry((2, 2, 2)))


def test_the_bounding_box_of_a_mask():
    voxels = np.zeros((6, 5, 4), dtype=bool)
    voxels[1:4, 2, 3] = True
    assert Mask(voxels, Geometry(voxels.shape)).bounding_box() == ((1, 2, 3), (3, 1, 1))
