from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.special import eval_legendre

from radici.core.errors import RegionError
from radici.core.image import Geometry, Image, Mask
from radici.core.region import Region, whole
from radici.features.compute import compute
from radici.features.family import read_families
from radici.features.grid import DIRECTIONS
from radici.imaging import read_chain

LEVELS = read_chain([{"discretise": {"bin_width": 1, "minimum": 1}}])
ALL = read_families(["morph", "stat", "cm"])


def region_of(voxels: np.ndarray, inside: np.ndarray | None = None, spacing: tuple = (1.0, 1.0, 1.0)) -> Region:
    voxels = np.asarray(voxels, dtype=np.float32)
    grid = Geometry(voxels.shape, spacing)
    mask = np.ones(voxels.shape, dtype=bool) if inside is None else inside
    return whole(Image(voxels, grid), Mask(mask, grid))


def tags(region: Region, families: list = ALL) -> dict[str, float]:
    values, columns = compute(region, LEVELS, families)
    return {columns[name].ibsi_tag: value for name, value in values.items()}


def line(*values: float) -> Region:
    return region_of(np.array(values).reshape(-1, 1, 1))


ONE_VOXEL = tags(line(3))
FLAT = tags(region_of(np.full((3, 3, 3), 2)))
NAN_FOR_ONE_VOXEL = {"morph_pca_elongation", "morph_pca_flatness", "morph_vol_dens_aee", "morph_area_dens_aee"}


@pytest.mark.parametrize("tag", sorted(ONE_VOXEL))
def test_one_voxel_is_undefined_only_where_the_docstring_says(tag: str) -> None:
    expected = tag.startswith("cm_") or tag in NAN_FOR_ONE_VOXEL
    assert np.isnan(ONE_VOXEL[tag]) == expected


@pytest.mark.parametrize("tag", sorted(FLAT))
def test_a_flat_region_is_defined_everywhere(tag: str) -> None:
    assert np.isfinite(FLAT[tag])


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("stat_skew", 0.0),
        ("stat_kurt", 0.0),
        ("stat_var", 0.0),
        ("stat_cov", 0.0),
        ("cm_corr_3D_comb", 1.0),
        ("cm_joint_entr_3D_comb", 0.0),
        ("cm_joint_max_3D_comb", 1.0),
        ("cm_inv_var_3D_comb", 0.0),
        ("cm_info_corr1_3D_comb", 0.0),
        ("cm_info_corr2_3D_comb", 0.0),
    ],
)
def test_value_for_a_flat_region(tag: str, value: float) -> None:
    assert FLAT[tag] == value


def test_flat_variance_is_zero_to_the_last_bit() -> None:
    assert tags(region_of(np.full((5, 5, 5), 1.1)))["stat_var"] == 0.0


def test_a_mean_of_zero_has_no_coefficient_of_variation() -> None:
    region = line(-1, 1)
    values, _ = compute(region, [], read_families(["stat"]))
    assert np.isnan(values["ct__orig__stat_cov__none"])


def test_intensities_that_sum_to_zero_have_no_centre_of_mass() -> None:
    values, _ = compute(line(-1, 1), [], read_families(["morph"]))
    assert np.isnan(values["ct__orig__morph_com__none"])


def test_centre_of_mass_shift_by_hand() -> None:
    # Weights 1 and 3 at 0 and 2 mm: centre 1.5 mm, contour's centre 1 mm.
    region = region_of(np.array([1, 3]).reshape(2, 1, 1), spacing=(2.0, 1.0, 1.0))
    assert tags(region)["morph_com"] == pytest.approx(0.5)


def test_a_box_fills_its_hull() -> None:
    assert tags(region_of(np.ones((6, 5, 4))))["morph_vol_dens_conv_hull"] == pytest.approx(1)


def test_ellipsoid_area_is_ibsis_series() -> None:
    # Written as IBSI prints it, with SciPy's Legendre polynomials.
    from radici.features.morph import _ellipsoid_area

    a, b, c = 4.0, 3.0, 2.0
    alpha, beta = np.sqrt(1 - b**2 / a**2), np.sqrt(1 - c**2 / a**2)
    nu = np.arange(21)
    legendre = eval_legendre(nu, (alpha**2 + beta**2) / (2 * alpha * beta))
    expected = 4 * np.pi * a * b * ((alpha * beta) ** nu / (1 - 4 * nu**2) * legendre).sum()
    assert _ellipsoid_area(a, b, c) == pytest.approx(expected)


def test_ellipsoid_area_of_a_sphere() -> None:
    from radici.features.morph import _ellipsoid_area

    assert _ellipsoid_area(2.0, 2.0, 2.0) == pytest.approx(16 * np.pi)


def test_pairs_of_a_row_by_hand() -> None:
    # 1 1 2: pairs (1,1) and (1,2), each both ways: p11 = 1/2, p12 = p21 = 1/4.
    found = tags(line(1, 1, 2), read_families(["cm"]))
    assert found["cm_contrast_3D_comb"] == pytest.approx(0.5)


def test_pairs_at_distance_two() -> None:
    found = tags(line(1, 5, 1, 5), read_families([{"cm": {"distance": 2}}]))
    assert found["cm_contrast_3D_comb"] == 0.0


def test_no_pair_at_the_distance_is_undefined() -> None:
    found = tags(line(1, 2), read_families([{"cm": {"distance": 2}}]))
    assert all(np.isnan(value) for value in found.values())


def test_a_direction_without_pairs_does_not_count_in_the_mean() -> None:
    both = tags(line(1, 1, 2), read_families([{"cm": {"aggregation": ["3d_avg", "3d_mrg"]}}]))
    assert both["cm_joint_entr_3D_avg"] == pytest.approx(both["cm_joint_entr_3D_comb"])


def test_voxels_outside_the_intensity_mask_make_no_pairs() -> None:
    inside = np.array([True, True, False, True]).reshape(4, 1, 1)
    region = region_of(np.array([1, 1, 9, 2]).reshape(4, 1, 1), inside)
    assert tags(region)["cm_joint_max_3D_comb"] == 1.0


def test_too_many_levels_for_co_occurrence_are_refused() -> None:
    with pytest.raises(RegionError, match="wider bins"):
        tags(region_of(np.arange(1, 2198).reshape(13, 13, 13)))


def test_thirteen_directions_are_half_of_the_neighbours() -> None:
    half = set(DIRECTIONS)
    assert len(half | {(-x, -y, -z) for x, y, z in half}) == 26


volumes = arrays.arrays(
    np.float32, st.tuples(*[st.integers(2, 5)] * 3), elements=st.integers(1, 6).map(float), fill=st.nothing()
)


@settings(max_examples=30, deadline=None)
@given(volumes)
def test_a_hundred_hu_more_move_the_mean(voxels: np.ndarray) -> None:
    moved = compute(region_of(voxels + 100), [], read_families(["stat"]))[0]
    still = compute(region_of(voxels), [], read_families(["stat"]))[0]
    assert moved["ct__orig__stat_mean__none"] == pytest.approx(still["ct__orig__stat_mean__none"] + 100)


@settings(max_examples=30, deadline=None)
@given(volumes)
def test_a_hundred_hu_more_leave_the_skewness(voxels: np.ndarray) -> None:
    moved = compute(region_of(voxels + 100), [], read_families(["stat"]))[0]
    still = compute(region_of(voxels), [], read_families(["stat"]))[0]
    assert moved["ct__orig__stat_skew__none"] == pytest.approx(still["ct__orig__stat_skew__none"], abs=1e-6)


def flipped(region: Region, axis: int) -> Region:
    return _moved(region, lambda voxels: np.ascontiguousarray(np.flip(voxels, axis)), region.geometry.spacing)


def permuted(region: Region, order: list[int]) -> Region:
    spacing = tuple(region.geometry.spacing[axis] for axis in order)
    return _moved(region, lambda voxels: np.ascontiguousarray(voxels.transpose(order)), spacing)


def _moved(region: Region, move: Callable[[np.ndarray], np.ndarray], spacing: tuple) -> Region:
    voxels = move(region.image.voxels)
    grid = Geometry(voxels.shape, spacing)
    mask = Mask(move(region.shape_mask.voxels), grid)
    return replace(whole(Image(voxels, grid), mask))


@settings(max_examples=25, deadline=None)
@given(volumes, st.integers(0, 2), st.permutations([0, 1, 2]), st.integers(0, 2**31))
def test_flips_and_permutations_change_nothing(voxels: np.ndarray, axis: int, order: list[int], seed: int) -> None:
    inside = np.random.default_rng(seed).random(voxels.shape) < 0.7
    inside.flat[0] = inside.flat[-1] = True
    region = region_of(voxels, inside, (0.7, 1.1, 2.0))
    before, after = tags(region), tags(permuted(flipped(region, axis), order))
    np.testing.assert_allclose(list(after.values()), list(before.values()), rtol=1e-6, atol=1e-7)
