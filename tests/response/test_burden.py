"""Whole-body burden of lesions whose volume, surface and uptake are known in closed form."""

import numpy as np
import pytest

from radici.core.aggregation import combine
from radici.core.errors import GeometryMismatch, InputError, RegionError
from radici.core.image import Geometry, Image, Mask
from radici.measure.components import components
from radici.response.burden import DrawnLesion, burden, uptake

GRID = Geometry((80, 60, 40), (1.0, 1.0, 1.0))
METHOD = "SUV 4.0 and above"
# Of a sphere of 1 cm³: 10 (3 / 4π)^(1/3) mm.
PEAK_RADIUS_MM = 6.2035


def ball(centre: tuple[float, float, float], radius: float, grid: Geometry = GRID) -> Mask:
    places = grid.to_mm(np.moveaxis(np.indices(grid.shape), 0, -1).reshape(-1, 3))
    near = np.linalg.norm(places - np.array(centre), axis=1) <= radius
    return Mask(near.reshape(grid.shape), grid)


def voxel(x: int, y: int, z: int, grid: Geometry = GRID) -> Mask:
    inside = np.zeros(grid.shape, dtype=bool)
    inside[x, y, z] = True
    return Mask(inside, grid)


def filled(*parts: tuple[Mask, float], rest: float = 0.0) -> Image:
    voxels = np.full(GRID.shape, rest, dtype=np.float32)
    for mask, value in parts:
        voxels[mask.voxels] = value
    return Image(voxels, GRID)


LARGE, SMALL = ball((20, 30, 20), 15), ball((60, 30, 20), 9)
LESIONS = [DrawnLesion("A", LARGE, "lung"), DrawnLesion("B", SMALL, "liver")]


@pytest.fixture(scope="module")
def two():
    return burden(LESIONS, filled((LARGE, 10.0), (SMALL, 4.0)), method=METHOD)


def test_volume_of_balls(two) -> None:
    assert two.mtv_ml == pytest.approx(4 / 3 * np.pi * (15**3 + 9**3) / 1000, rel=0.01)


def test_volume_is_voxels_times_their_volume(two) -> None:
    assert two.mtv_ml == pytest.approx((LARGE.count + SMALL.count) / 1000, rel=1e-12)


def test_glycolysis_is_mean_times_volume_of_each_lesion(two) -> None:
    assert two.tlg_ml == pytest.approx((10 * LARGE.count + 4 * SMALL.count) / 1000, rel=1e-12)


def test_mean_goes_over_all_voxels(two) -> None:
    expected = (10 * LARGE.count + 4 * SMALL.count) / (LARGE.count + SMALL.count)
    assert two.suv_mean == pytest.approx(expected, rel=1e-12)


def test_maximum_is_that_of_the_hottest_lesion(two) -> None:
    assert two.suv_max == 10.0


def test_peak_inside_an_even_ball_is_its_suv(two) -> None:
    assert two.suv_peak == pytest.approx(10.0, rel=1e-6)


def test_lesions_are_counted(two) -> None:
    assert two.lesions == 2


def test_organs_are_told_apart(two) -> None:
    assert [(one.organ, one.lesions) for one in two.organs] == [("liver", 1), ("lung", 1)]


def test_volume_of_an_organ(two) -> None:
    assert two.organs[1].volume_ml == pytest.approx(LARGE.count / 1000)


def test_distance_of_centroids(two) -> None:
    assert two.dmax_centroids_mm == pytest.approx(40)


def test_distance_of_farthest_voxels(two) -> None:
    # From x = 20 - 15 to 60 + 9.
    assert two.dmax_voxels_mm == pytest.approx(64, abs=0.1)


def test_longest_diameters_are_summed(two) -> None:
    # 30 and 18 mm, each up to a pixel too long.
    assert two.sum_longest_mm == pytest.approx(30 + 18, abs=2)


def test_the_method_is_kept(two) -> None:
    assert two.row()["method"] == METHOD


def test_a_row_counts_the_organs(two) -> None:
    assert two.row()["involved_organs"] == 2


def test_organs_nobody_named_are_not_counted() -> None:
    found = burden([DrawnLesion("A", LARGE, "lung"), DrawnLesion("B", SMALL)], method=METHOD)
    assert np.isnan(found.involved_organs)


def test_surface_of_single_voxels_is_that_of_octahedra() -> None:
    # Eight triangles of side √½: area √3 mm² for each voxel of 1 mm.
    found = burden([DrawnLesion("A", voxel(3, 3, 3)), DrawnLesion("B", voxel(9, 9, 9))], method=METHOD)
    assert found.surface_mm2 == pytest.approx(2 * np.sqrt(3))


def test_volume_to_surface_of_single_voxels() -> None:
    found = burden([DrawnLesion("A", voxel(3, 3, 3)), DrawnLesion("B", voxel(9, 9, 9))], method=METHOD)
    assert found.volume_to_surface_mm == pytest.approx(1 / np.sqrt(3))


def test_peak_of_one_hot_voxel_is_its_share_of_the_sphere() -> None:
    hot = voxel(40, 30, 20)
    steps = np.indices((15, 15, 15)).reshape(3, -1) - 7
    in_sphere = int((np.linalg.norm(steps, axis=0) <= PEAK_RADIUS_MM).sum())
    found = uptake(DrawnLesion("A", hot), filled((hot, 7.0)))
    assert found.peak == pytest.approx(7.0 / in_sphere, rel=1e-6)


def test_the_sphere_may_reach_over_the_lesions_edge() -> None:
    # A ball smaller than the sphere of the peak, on a background of SUV 1.
    small = ball((40, 30, 20), 4)
    steps = np.indices((15, 15, 15)).reshape(3, -1) - 7
    apart = np.linalg.norm(steps, axis=0)
    expected = np.where(apart <= 4, 9.0, 1.0)[apart <= PEAK_RADIUS_MM].mean()
    assert uptake(DrawnLesion("A", small), filled((small, 9.0), rest=1.0)).peak == pytest.approx(expected, rel=1e-6)


def test_peak_at_the_images_corner_counts_what_is_there() -> None:
    assert uptake(DrawnLesion("A", voxel(0, 0, 0)), filled(rest=3.0)).peak == pytest.approx(3.0)


def test_without_an_image_there_is_no_uptake() -> None:
    assert np.isnan(burden(LESIONS, method=METHOD).tlg_ml)


def test_without_an_image_there_is_volume() -> None:
    assert burden(LESIONS, method=METHOD).mtv_ml == pytest.approx((LARGE.count + SMALL.count) / 1000)


def test_no_lesions_are_no_tumour() -> None:
    found = burden([], filled(), method=METHOD)
    assert (found.mtv_ml, found.tlg_ml, found.lesions, found.sum_longest_mm, found.organs) == (0.0, 0.0, 0, 0.0, ())


def test_no_lesions_have_no_uptake() -> None:
    assert np.isnan(burden([], filled(), method=METHOD).suv_max)


def test_parts_of_one_mask_give_the_same_volume(two) -> None:
    whole = Mask(LARGE.voxels | SMALL.voxels, GRID)
    parts = [DrawnLesion(f"L{k}", part) for k, part in enumerate(components(whole))]
    assert burden(parts, method=METHOD).mtv_ml == two.mtv_ml


def test_lesions_become_one_row_by_the_rules_of_features(two) -> None:
    numbers = two.per_lesion[["volume_ml", "suv_max"]]
    assert combine(numbers, "largest", "P1", volume="volume_ml")["suv_max"] == 10.0


@pytest.mark.parametrize("method", ["", "  "])
def test_a_burden_without_its_method_is_refused(method: str) -> None:
    with pytest.raises(InputError, match="how the lesions were drawn"):
        burden(LESIONS, method=method)


def test_lesions_that_share_voxels_are_refused() -> None:
    with pytest.raises(RegionError, match=r"Lesions A and C share voxels \(1 of 1\)"):
        burden([*LESIONS, DrawnLesion("C", voxel(20, 30, 20))], method=METHOD)


def test_lesions_of_one_name_are_refused() -> None:
    with pytest.raises(InputError, match="Several masks are called A"):
        burden([LESIONS[0], DrawnLesion("A", SMALL)], method=METHOD)


def test_an_empty_lesion_is_refused() -> None:
    empty = Mask(np.zeros(GRID.shape, dtype=bool), GRID)
    with pytest.raises(RegionError, match="mask of lesion C is empty"):
        burden([*LESIONS, DrawnLesion("C", empty)], method=METHOD)


def test_masks_of_another_grid_than_the_image_are_refused() -> None:
    other = Geometry(GRID.shape, (1.0, 1.0, 2.0))
    with pytest.raises(GeometryMismatch, match="lesion C and the image lie on different grids: spacing"):
        burden([DrawnLesion("C", voxel(1, 1, 1, other))], filled(), method=METHOD)


def test_an_image_that_lacks_numbers_near_a_lesion_is_refused() -> None:
    image = filled(rest=1.0)
    image.voxels[23, 3, 3] = np.nan
    with pytest.raises(RegionError, match=r"1 voxels within 6\.2 mm of lesion C"):
        burden([DrawnLesion("C", voxel(20, 3, 3))], image, method=METHOD)
