from dataclasses import replace

import numpy as np
import pytest

from radici.core.errors import LeakRefused, RegionError, StudyError
from radici.core.image import Geometry, Image, Mask
from radici.core.region import Region, whole
from radici.imaging import read_chain, split
from radici.imaging.check import check_region
from radici.imaging.crop import Crop
from radici.imaging.discretise import Discretise
from radici.imaging.resegment import Resegment
from radici.imaging.standardise import ScaleIntensity, StandardiseIntensity


def line(*values: float) -> Region:
    voxels = np.array(values, dtype=np.float32).reshape(-1, 1, 1)
    grid = Geometry(voxels.shape)
    return whole(Image(voxels, grid), Mask(np.ones(voxels.shape, dtype=bool), grid))


def levels(region: Region) -> list[int]:
    return region.image.voxels.ravel().tolist()


def test_resegment_keeps_both_bounds() -> None:
    assert Resegment(range=(0, 10))(line(-1, 0, 5, 10, 11)).intensities().tolist() == [0, 5, 10]


def test_resegment_leaves_the_shape_mask() -> None:
    assert Resegment(range=(0, 10))(line(-1, 0, 5)).shape_mask.voxels.sum() == 3


def test_an_infinite_bound_is_open() -> None:
    (step,) = read_chain([{"resegment": {"range": [0, float("inf")]}}])
    assert step(line(-1, 0, 1e6)).intensities().tolist() == [0, 1e6]


def test_outliers_lie_beyond_sigmas_of_the_mean() -> None:
    # Mean 1, SD 3 of nine zeros and a ten: 10 lies 3 SD above, so 2.9 SD drop it and 3.1 SD keep it.
    region = line(*[0] * 9, 10)
    kept = [Resegment(outliers=sigmas)(region).intensities().size for sigmas in (2.9, 3.1)]
    assert kept == [9, 10]


def test_range_and_outliers_both_judge_the_mask_as_it_was() -> None:
    # IBSI: the intersection of the two. After the range alone the SD of 0 … 0 would be 0.
    region = line(*[0] * 8, 1, 10)
    assert Resegment(range=(None, 9), outliers=1)(region).intensities().max() == 1


def test_nothing_left_is_refused_with_what_was_found() -> None:
    with pytest.raises(RegionError, match="run from 1 to 3"):
        Resegment(range=(10, 20))(line(1, 2, 3))


def test_resegment_must_be_asked_something() -> None:
    with pytest.raises(StudyError, match="give a `range`"):
        read_chain([{"resegment": {}}])


def test_bounds_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(StudyError, match="lies above"):
        read_chain([{"resegment": {"range": [5, 1]}}])


def test_bin_width_from_a_given_minimum() -> None:
    assert levels(Discretise(bin_width=25, minimum=-50)(line(-50, -26, -25, 0, 24.9))) == [1, 1, 2, 3, 3]


def test_bin_width_starts_at_the_resegmentation_range() -> None:
    region = Resegment(range=(-100, 400))(line(-40, 0, 500))
    assert levels(Discretise(bin_width=50)(region)) == [2, 3, 0]


def test_bin_width_without_a_range_starts_at_the_minimum() -> None:
    assert levels(Discretise(bin_width=50)(line(-40, 0, 500))) == [1, 1, 11]


def test_a_range_from_before_scaling_is_not_the_lower_edge() -> None:
    region = ScaleIntensity(mean=0, sd=10)(Resegment(range=(-1000, 400))(line(0, 10, 20)))
    assert levels(Discretise(bin_width=1)(region)) == [1, 2, 3]


def test_a_voxel_at_a_bound_that_single_precision_rounds_down_is_in_level_1() -> None:
    """0.7 is 0.69999999 in single precision, and the voxel of 0.7 is kept by a range that begins there."""
    region = Resegment(range=(0.7, None))(line(0.6, 0.7, 1.3))
    assert levels(Discretise(bin_width=0.5)(region)) == [0, 1, 2]


@pytest.mark.parametrize("number", [49, 98, 103])
def test_equal_shares_of_as_many_values_have_one_each(number: int) -> None:
    """49 * (1 / 49) is less than 1 in double precision."""
    assert levels(Discretise(equal_shares=number)(line(*range(number)))) == list(range(1, number + 1))


def test_bin_number_puts_the_maximum_in_the_last_level() -> None:
    assert levels(Discretise(bin_number=4)(line(0, 1, 2, 3, 4))) == [1, 2, 3, 4, 4]


def test_bin_number_keeps_its_number_of_levels() -> None:
    assert Discretise(bin_number=64)(line(0, 1)).levels == 64


def test_a_flat_region_has_one_level() -> None:
    assert Discretise(bin_number=64)(line(7, 7)).levels == 1


def test_outside_the_intensity_mask_is_level_zero() -> None:
    assert levels(Discretise(bin_width=1)(Resegment(range=(2, 3))(line(1, 2, 3)))) == [0, 1, 2]


def test_few_levels_take_one_byte() -> None:
    assert Discretise(bin_width=1)(line(0, 254)).image.voxels.dtype == np.uint8


def test_many_levels_take_two_bytes() -> None:
    assert Discretise(bin_width=1)(line(0, 255)).image.voxels.dtype == np.uint16


def test_too_many_levels_are_refused() -> None:
    with pytest.raises(RegionError, match="makes 65536 grey levels"):
        Discretise(bin_width=1)(line(0, 65535))


def test_voxels_below_the_lower_edge_are_refused() -> None:
    with pytest.raises(RegionError, match="1 of 2 voxels lie below 0"):
        Discretise(bin_width=25, minimum=0)(line(-5, 5))


def test_discretising_twice_is_refused() -> None:
    with pytest.raises(StudyError, match="only once"):
        Discretise(bin_number=4)(Discretise(bin_number=4)(line(1, 2)))


@pytest.mark.parametrize("settings", [{}, {"bin_width": 25, "bin_number": 32}])
def test_exactly_one_rule_of_discretisation(settings: dict) -> None:
    with pytest.raises(StudyError, match="exactly one"):
        read_chain([{"discretise": settings}])


@pytest.mark.parametrize(
    ("step", "token"),
    [(Discretise(bin_width=25), "fbs25"), (Discretise(bin_width=0.5), "fbs0p5"), (Discretise(bin_number=32), "fbn32")],
)
def test_token_of_a_discretisation(step: Discretise, token: str) -> None:
    assert step.token == token


def test_crop_keeps_the_margin_in_mm() -> None:
    grid = Geometry((20, 20, 20), (1.0, 2.0, 5.0))
    inside = np.zeros(grid.shape, dtype=bool)
    inside[10, 10, 10] = True
    region = whole(Image(np.zeros(grid.shape, np.float32), grid), Mask(inside, grid))
    assert Crop(margin_mm=4)(region).geometry.shape == (9, 5, 3)


def test_crop_moves_no_voxel() -> None:
    grid = Geometry((6, 6, 6), (1.0, 2.0, 5.0), (3.0, 4.0, 5.0))
    inside = np.zeros(grid.shape, dtype=bool)
    inside[4, 3, 2] = True
    region = whole(Image(np.zeros(grid.shape, np.float32), grid), Mask(inside, grid))
    places = [r.geometry.to_mm(np.argwhere(r.shape_mask.voxels)) for r in (region, Crop(margin_mm=0)(region))]
    np.testing.assert_allclose(places[0], places[1])


def test_standardise_refuses_to_run_unfitted() -> None:
    with pytest.raises(LeakRefused, match=r"call `\.learn"):
        StandardiseIntensity()(line(1, 2))


def test_standardise_learns_mean_and_sd_over_all_voxels() -> None:
    step = StandardiseIntensity().learn([line(1, 2, 3), line(10, 20)])
    np.testing.assert_allclose([step.mean, step.sd], [np.mean([1, 2, 3, 10, 20]), np.std([1, 2, 3, 10, 20])])


def test_standardised_training_voxels_are_z_scores() -> None:
    region = line(1, 2, 3, 4)
    found = StandardiseIntensity().learn([region])(region).intensities()
    np.testing.assert_allclose([found.mean(), found.std()], [0, 1], atol=1e-6)


def test_standardise_counts_only_the_intensity_mask() -> None:
    region = Resegment(range=(0, 10))(line(1, 3, 1000))
    assert StandardiseIntensity().learn([region]).mean == 2


def test_a_flat_training_set_teaches_no_scale() -> None:
    with pytest.raises(RegionError, match="no scale can be learned"):
        StandardiseIntensity().learn([line(5, 5)])


def test_chain_is_cut_at_the_learning_step() -> None:
    chain = read_chain([{"crop": {}}, "standardise_intensity", {"discretise": {"bin_width": 0.25}}])
    assert [len(part) for part in split(chain)] == [1, 2]


def test_an_empty_mask_is_refused() -> None:
    region = line(1, 2)
    with pytest.raises(RegionError, match="empty"):
        check_region(whole(region.image, Mask(np.zeros((2, 1, 1), dtype=bool), region.geometry)))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_voxels_without_a_number_are_counted_and_refused(bad: float) -> None:
    with pytest.raises(RegionError, match="1 of 3 voxels inside the region"):
        check_region(line(1, bad, 3))


def test_nan_outside_the_region_passes_the_door() -> None:
    region = line(1, 2, np.nan)
    inside = np.array([True, True, False]).reshape(3, 1, 1)
    check_region(whole(region.image, Mask(inside, region.geometry)))


def test_nan_inside_is_not_dropped_by_resegment() -> None:
    with pytest.raises(RegionError, match="NaN"):
        Resegment(range=(0, 10))(line(1, np.nan))


def test_history_names_the_steps_in_order() -> None:
    chain = read_chain([{"resegment": {"range": [0, 10]}}, {"discretise": {"bin_number": 8}}])
    assert chain[1](chain[0](line(1, 2))).history == chain


def test_a_step_leaves_its_region_as_it_was() -> None:
    region = line(1, 20)
    Resegment(range=(0, 10))(region)
    assert region.intensity_mask.voxels.sum() == 2


def test_an_empty_intensity_mask_is_refused() -> None:
    region = line(1, 2)
    with pytest.raises(RegionError, match="Widen the range"):
        check_region(replace(region, intensity_mask=Mask(np.zeros((2, 1, 1), dtype=bool), region.geometry)))
