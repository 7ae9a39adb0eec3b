from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from radici.core.errors import RegionError, StudyError
from radici.core.image import Geometry, Image, Mask
from radici.core.region import Region, whole
from radici.imaging import read_chain
from radici.imaging.discretise import Discretise
from radici.imaging.interpolate import coefficients, interpolate, taps
from radici.imaging.resample import Resample, new_grid

ROTATED = (0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)


def region_of(voxels: np.ndarray, inside: np.ndarray, grid: Geometry) -> Region:
    return whole(Image(voxels.astype(np.float32), grid), Mask(inside, grid))


def row(values: list[float], spacing: float) -> Region:
    """A line of voxels along x, all inside."""
    voxels = np.array(values, dtype=float).reshape(-1, 1, 1)
    grid = Geometry(voxels.shape, (spacing, 1.0, 1.0))
    return region_of(voxels, np.ones(voxels.shape, dtype=bool), grid)


def test_number_of_voxels_is_rounded_up() -> None:
    assert new_grid(Geometry((204, 201, 60), (0.977, 0.977, 3.0)), (2, 2, 2)).shape == (100, 99, 90)


def test_float32_spacing_adds_no_voxel() -> None:
    stored = float(np.float32(0.3))
    assert new_grid(Geometry((10, 10, 10), (stored,) * 3), (0.3, 0.3, 0.3)).shape == (10, 10, 10)


def test_zero_keeps_an_axis() -> None:
    grid = new_grid(Geometry((8, 8, 5), (1.0, 1.0, 3.0)), (2, 2, 0))
    assert (grid.shape, grid.spacing) == ((4, 4, 5), (2, 2, 3.0))


@pytest.mark.parametrize("direction", [Geometry((1, 1, 1)).direction, ROTATED])
def test_centres_of_both_grids_coincide(direction: tuple[float, ...]) -> None:
    old = Geometry((7, 6, 5), (0.9, 1.1, 3.0), (10.0, -20.0, 5.0), direction)
    new = new_grid(old, (2.0, 2.0, 2.0))
    middle = [grid.to_mm((np.array([grid.shape]) - 1) / 2) for grid in (old, new)]
    np.testing.assert_allclose(middle[0], middle[1], atol=1e-12)


def test_linear_values_by_hand() -> None:
    # Old centres at 0, 3, 6, 9 mm; 6 new voxels of 2 mm have their centres at -0.5, 1.5, 3.5, 5.5, 7.5, 9.5 mm.
    found = Resample(spacing_mm=(2, 0, 0))(row([0, 30, 60, 90], 3.0)).image.voxels.ravel()
    np.testing.assert_allclose(found, [0, 15, 35, 55, 75, 90], atol=1e-4)


def test_new_voxels_lie_where_the_grid_says() -> None:
    region = Resample(spacing_mm=(2, 0, 0))(row([0, 30, 60, 90], 3.0))
    np.testing.assert_allclose(region.geometry.to_mm(np.array([[0, 0, 0]])), [[-0.5, 0, 0]])


@pytest.mark.parametrize("interpolation", ["linear", "cubic"])
def test_a_ramp_stays_a_ramp_on_a_rotated_anisotropic_grid(interpolation: str) -> None:
    grid = Geometry((24, 22, 20), (0.8, 1.0, 2.5), (5.0, -3.0, 40.0), ROTATED)
    places = grid.to_mm(np.indices(grid.shape).reshape(3, -1).T)
    slope = np.array([3.0, -2.0, 1.5])
    inside = np.zeros(grid.shape, dtype=bool)
    inside[10:14, 9:13, 8:12] = True
    region = region_of((places @ slope).reshape(grid.shape), inside, grid)
    # Cubic splines mirror at the edge of the image, so the contour and its margin stay away from there.
    new = Resample(spacing_mm=(1.1, 1.1, 1.1), interpolation=interpolation, margin_mm=1)(region)
    index = np.argwhere(new.shape_mask.voxels)
    np.testing.assert_allclose(new.intensities(), new.geometry.to_mm(index) @ slope, atol=2e-2)


def test_block_gives_the_same_voxels_as_the_whole_image() -> None:
    rng = np.random.default_rng(0)
    grid = Geometry((40, 38, 36), (1.0, 1.2, 1.7))
    inside = np.zeros(grid.shape, dtype=bool)
    inside[15:22, 14:20, 16:20] = True
    region = region_of(rng.normal(size=grid.shape), inside, grid)
    near = Resample(spacing_mm=(1.3, 1.3, 1.3), interpolation="cubic", margin_mm=2)(region)
    far = Resample(spacing_mm=(1.3, 1.3, 1.3), interpolation="cubic", margin_mm=500)(region)
    np.testing.assert_allclose(near.intensities(), far.intensities(), atol=1e-6)


def test_block_is_smaller_than_the_image() -> None:
    inside = np.zeros((60, 60, 60), dtype=bool)
    inside[30, 30, 30] = True
    region = region_of(np.zeros((60, 60, 60)), inside, Geometry((60, 60, 60)))
    assert max(Resample(spacing_mm=(1, 1, 1), margin_mm=5)(region).geometry.shape) <= 15


def test_half_inside_stays_inside() -> None:
    # New centres lie half-way between old ones: at 0.5, 2.5 of 0, 1, 2, 3; the first pair is half inside.
    region = row([1, 2, 3, 4], 1.0)
    inside = np.array([False, True, False, False]).reshape(4, 1, 1)
    region = whole(region.image, Mask(inside, region.geometry))
    assert Resample(spacing_mm=(2, 0, 0))(region).shape_mask.voxels.ravel().tolist() == [True, False]


def test_intensities_are_rounded_on_request() -> None:
    found = Resample(spacing_mm=(2, 0, 0), round_to=10)(row([0, 30, 60, 90], 3.0)).image.voxels.ravel()
    assert set(found % 10) == {0.0}


def test_voxels_are_float32() -> None:
    assert Resample(spacing_mm=(2, 0, 0))(row([0, 30], 3.0)).image.voxels.dtype == np.float32


def test_a_region_that_vanishes_is_refused() -> None:
    inside = np.zeros((9, 9, 9), dtype=bool)
    inside[4, 4, 5] = True
    region = region_of(np.zeros((9, 9, 9)), inside, Geometry((9, 9, 9)))
    with pytest.raises(RegionError, match="vanishes at a voxel size of 4 x 4 x 4 mm"):
        Resample(spacing_mm=(4, 4, 4))(region)


def test_nan_beside_the_region_is_refused() -> None:
    region = row([0, 1, 2, 3, 4, 5], 1.0)
    voxels = region.image.voxels.copy()
    voxels[5] = np.nan
    inside = np.array([True, True, False, False, False, False]).reshape(6, 1, 1)
    region = whole(Image(voxels, region.geometry), Mask(inside, region.geometry))
    with pytest.raises(RegionError, match="1 of 6 voxels within 10 mm"):
        Resample(spacing_mm=(0.5, 0, 0))(region)


def test_nan_far_from_the_region_changes_nothing() -> None:
    region = row([0, 1, 2, 3, 4, 5, 6, 7], 1.0)
    voxels = region.image.voxels.copy()
    voxels[7] = np.nan
    inside = np.array([True, True] + 6 * [False]).reshape(8, 1, 1)
    far = whole(Image(voxels, region.geometry), Mask(inside, region.geometry))
    found = Resample(spacing_mm=(0.5, 0, 0), margin_mm=1)(far)
    assert np.isfinite(found.image.voxels).all()


def test_intensity_mask_is_resampled_apart() -> None:
    region = row([1, 2, 3, 4], 1.0)
    fewer = np.array([True, True, False, False]).reshape(4, 1, 1)
    region = replace(region, intensity_mask=Mask(fewer, region.geometry))
    found = Resample(spacing_mm=(0.5, 0, 0))(region)
    assert (found.shape_mask.voxels.sum(), found.intensity_mask.voxels.sum()) == (8, 4)


def test_grey_levels_are_not_interpolated() -> None:
    with pytest.raises(StudyError, match="Put `discretise` last"):
        Resample(spacing_mm=(2, 0, 0))(Discretise(bin_number=4)(row([0, 1, 2], 1.0)))


def test_negative_spacing_is_refused() -> None:
    with pytest.raises(StudyError, match="voxel sizes must be positive"):
        read_chain([{"resample": {"spacing_mm": [1, -1, 1]}}])


def test_without_a_margin_ten_mm_are_kept() -> None:
    inside = np.zeros((60, 60, 60), dtype=bool)
    inside[30, 30, 30] = True
    region = region_of(np.zeros((60, 60, 60)), inside, Geometry((60, 60, 60)))
    found = [Resample(spacing_mm=(1, 1, 1), margin_mm=margin)(region) for margin in (None, 10)]
    assert found[0].geometry == found[1].geometry


def test_spacing_after_the_step_is_what_is_asked_for() -> None:
    assert Resample(spacing_mm=(2, 2, 0)).spacing_after((0.9, 0.9, 3.0)) == (2, 2, 3.0)


def test_masks_that_are_one_stay_one() -> None:
    found = Resample(spacing_mm=(0.5, 0, 0))(row([1, 2, 3, 4], 1.0))
    assert found.intensity_mask is found.shape_mask


ORDER = {"nearest": 0, "linear": 1, "cubic": 3}
GRIDS = [
    ((9, 8, 7), (1.7, 0.6, 0.9), (-0.3, 0.2, 0.0), (6, 14, 7)),
    ((13, 1, 5), (0.31, 1.0, 2.0), (0.5, 0.0, -0.5), (40, 1, 3)),
    ((1, 11, 4), (1.0, 1.0, 1 / 3), (0.0, 0.0, -1 / 3), (1, 11, 13)),
    ((7, 6, 20), (0.5, 0.5, 3.0), (-0.5, -0.25, 0.5), (14, 12, 7)),
    ((5, 5, 5), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0), (5, 5, 5)),
    ((6, 9, 3), (1.0, 1.1, 1.0), (2.0, -0.5, 0.0), (4, 9, 3)),
]


@pytest.mark.parametrize("how", ["nearest", "linear", "cubic"])
@pytest.mark.parametrize(("shape", "step", "first", "new"), GRIDS, ids=[f"{grid[0]}" for grid in GRIDS])
def test_each_axis_in_turn_gives_what_scipy_gives_for_all_at_once(
    shape: tuple[int, ...], step: tuple[float, ...], first: tuple[float, ...], new: tuple[int, ...], how: str
) -> None:
    voxels = np.random.default_rng(3).normal(0, 100, shape)
    at = tuple(begin + side * np.arange(n) for begin, side, n in zip(first, step, new, strict=True))
    expected = ndimage.affine_transform(
        voxels, np.array(step), np.array(first), output_shape=new, order=ORDER[how], mode="nearest"
    )
    old, at = coefficients(voxels, at) if how == "cubic" else (voxels, at)
    found = interpolate(old, tuple(taps(a, n, how) for a, n in zip(at, old.shape, strict=True)))
    # A float32 holds 100 to within 4e-6.
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-5)


@pytest.mark.parametrize("interpolation", ["linear", "cubic"])
@pytest.mark.parametrize("spacing_mm", [(1.0, 1.0, 1.0), (2.0, 2.0, 0.0), (0.7, 2.3, 1.9)])
def test_image_and_mask_are_those_of_scipy_on_the_whole_grid(
    spacing_mm: tuple[float, float, float], interpolation: str
) -> None:
    rng = np.random.default_rng(5)
    grid = Geometry((31, 28, 17), (0.977, 0.977, 3.0))
    inside = np.zeros(grid.shape, dtype=bool)
    inside[9:21, 8:20, 5:12] = rng.random((12, 12, 7)) < 0.6
    region = region_of(rng.normal(0, 200, grid.shape), inside, grid)
    found = Resample(spacing_mm=spacing_mm, interpolation=interpolation, margin_mm=500, round_to=1)(region)
    new = new_grid(grid, spacing_mm)
    step = np.divide(new.spacing, grid.spacing)
    first = (np.array(grid.shape) - 1) / 2 - (np.array(new.shape) - 1) / 2 * step

    def by_scipy(voxels: np.ndarray, order: int) -> np.ndarray:
        return ndimage.affine_transform(
            voxels.astype(float), step, first, output_shape=new.shape, order=order, mode="nearest"
        )

    assert np.array_equal(found.image.voxels, np.round(by_scipy(region.image.voxels, ORDER[interpolation])))
    assert np.array_equal(found.shape_mask.voxels, by_scipy(inside, 1) >= 0.5 - 1e-6)


def test_voxels_half_way_between_multiples_are_rounded_to_the_even_one() -> None:
    # New voxels lie at -0.25, 0.25, 0.75, … old ones, so their values are 0, 0.5, 1.5, 2.5, …, 5.5, 6.
    found = Resample(spacing_mm=(0.5, 0, 0), round_to=1)(row([0, 2, 4, 6], 1.0)).image.voxels.ravel()
    assert found.tolist() == [0, 0, 2, 2, 4, 4, 6, 6]


def test_half_way_is_exact_where_the_spacing_is_no_binary_fraction() -> None:
    # 2 mm from 3 mm: positions -1/6, 1/2, 7/6, 11/6, 5/2, 19/6; the values 0.5 and 2.5 are rounded to even.
    found = Resample(spacing_mm=(2, 0, 0), round_to=1)(row([0, 1, 2, 3], 3.0)).image.voxels.ravel()
    assert found.tolist() == [0, 0, 1, 2, 2, 3]


def test_a_flat_image_stays_exactly_flat() -> None:
    grid = Geometry((9, 8, 7), (0.977, 0.9, 3.0))
    region = region_of(np.full(grid.shape, 66.5), np.ones(grid.shape, dtype=bool), grid)
    assert set(Resample(spacing_mm=(1.1, 0.7, 2.0))(region).image.voxels.ravel()) == {66.5}


def test_the_margin_changes_no_bit_of_the_voxels_inside() -> None:
    grid = Geometry((40, 38, 36), (0.977, 1.2, 1.7))
    inside = np.zeros(grid.shape, dtype=bool)
    inside[15:22, 14:20, 16:20] = True
    region = region_of(np.random.default_rng(0).normal(size=grid.shape), inside, grid)
    near, far = (Resample(spacing_mm=(1.3, 1.3, 1.3), margin_mm=margin)(region) for margin in (0, 500))
    assert np.array_equal(near.intensities(), far.intensities())


def test_the_order_in_which_voxels_are_stored_changes_nothing() -> None:
    wide = np.random.default_rng(1).normal(size=(9, 8, 7)).astype(np.float32)
    grid = Geometry(wide.shape, (1.0, 2.0, 3.0))
    inside = np.ones(wide.shape, dtype=bool)
    found = [
        Resample(spacing_mm=(1.5, 1.5, 1.5))(whole(Image(voxels, grid), Mask(mask, grid))).image.voxels
        for voxels, mask in ((wide, inside), (np.asfortranarray(wide), np.asfortranarray(inside)))
    ]
    assert np.array_equal(*found)
