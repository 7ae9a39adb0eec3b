"""Maps against the families themselves, called for the cut-out cube of single voxels; and what maps are."""

from dataclasses import replace

import numpy as np
import pytest

from radici.core.errors import RegionError, StudyError
from radici.core.image import Geometry, Image, Mask
from radici.core.names import FeatureName
from radici.core.region import Region, whole
from radici.features.compute import mean_of_stack
from radici.features.family import FAMILIES, FamilySettings, family, read_families
from radici.features.maps import feature_maps, map_columns
from radici.imaging import read_chain
from radici.imaging.filter import read_filters
from radici.imaging.step import apply
from radici.testing.regions import at_the_edge, blob, with_hole

LEVELS = read_chain([{"discretise": {"bin_number": 12}}])
DIRECTIONAL = ["2d_avg", "2d_mrg", "2_5d_avg", "2_5d_mrg", "3d_avg", "3d_mrg"]
SLICEWISE = ["2d", "2_5d", "3d"]
CASES = {
    "stat": ["stat"],
    "ih": ["ih"],
    "ivh": [{"ivh": {"bin_number": 10}}],
    "cm": [{"cm": {"aggregation": DIRECTIONAL}}],
    "cm_far": [{"cm": {"aggregation": DIRECTIONAL, "distance": 2}}],
    "cm_too_far": [{"cm": {"distance": 7}}],
    "cm_weighted": [{"cm": {"aggregation": DIRECTIONAL, "weighting": "inverse", "norm": "manhattan"}}],
    "rlm": [{"rlm": {"aggregation": DIRECTIONAL}}],
    "rlm_weighted": [{"rlm": {"aggregation": DIRECTIONAL, "weighting": "exponential"}}],
    "szm": [{"szm": {"aggregation": SLICEWISE}}],
    "dzm": [{"dzm": {"aggregation": SLICEWISE}}],
    "ngt": [{"ngt": {"aggregation": SLICEWISE}}],
    "ngt_far": [{"ngt": {"aggregation": SLICEWISE, "distance": 2}}],
    "ngl": [{"ngl": {"aggregation": SLICEWISE, "coarseness": 1}}],
    "ngl_far": [{"ngl": {"aggregation": ["3d"], "distance": 3}}],
    "ngl_only_2d": [{"ngl": {"aggregation": ["2d"]}}],
}
REGIONS = {"hole": with_hole(), "edge": at_the_edge()}


def random_region(levels: int, seed: int = 5) -> Region:
    """Scattered voxels, so that many cubes hold few, in a few slices only, or one alone."""
    rng = np.random.default_rng(seed)
    grid = Geometry((9, 8, 7), (1.0, 1.5, 2.0))
    voxels = rng.integers(0, levels, grid.shape).astype(np.float32)
    voxels[:4] //= 3
    return whole(Image(voxels, grid), Mask(rng.random(grid.shape) < 0.3, grid))


REGIONS["scattered"] = random_region(40)


def cube_of(region: Region, voxel: np.ndarray, radius: int) -> Region:
    """The region cut down to the cube around a voxel, where it lies in the image."""
    low = np.maximum(voxel - radius, 0)
    high = np.minimum(voxel + radius + 1, region.geometry.shape)
    window = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    grid = Geometry(tuple(int(n) for n in high - low), region.geometry.spacing)
    shape, intensity = (Mask(np.array(m.voxels[window]), grid) for m in (region.shape_mask, region.intensity_mask))
    image = Image(np.array(region.image.voxels[window]), grid)
    return replace(region, image=image, shape_mask=shape, intensity_mask=intensity)


def expected(region: Region, settings: FamilySettings, voxel: np.ndarray, radius: int) -> list[float]:
    """What the family says of the cube as a region of its own, in the order of the columns."""
    one, values = FAMILIES[settings.family], []
    for how in settings.hows():
        built = one.build(cube_of(region, voxel, radius), how)
        values += [np.nan if built is None else mean_of_stack(f.read(built)) for f in one.features.values()]
    return values


def differences(region: Region, case: str, radius: int, count: int = 30) -> dict:
    """Where maps differ from what `expected` says, at some voxels."""
    settings = read_families(CASES[case])[0]
    measured = apply(LEVELS, region) if FAMILIES[settings.family].on == "levels" else region
    maps = dict(feature_maps(region, LEVELS, [settings], radius=radius))
    inside = np.argwhere(region.intensity_mask.voxels)
    chosen = np.random.default_rng(1).choice(inside, min(count, len(inside)), replace=False)
    found = {}
    for voxel in chosen:
        for (name, one), value in zip(maps.items(), expected(measured, settings, voxel, radius), strict=True):
            if not np.isclose(one.voxels[tuple(voxel)], value, rtol=1e-9, atol=1e-9, equal_nan=True):
                found[name, tuple(voxel)] = one.voxels[tuple(voxel)], value
    return found


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("case", CASES)
def test_a_map_holds_what_the_family_says_of_each_cube(case, region):
    assert differences(REGIONS[region], case, 1) == {}


@pytest.mark.parametrize("case", [case for case in CASES if not case.endswith("weighted")])
def test_larger_cubes_too(case):
    assert differences(with_hole(), case, 3, count=6) == {}


@pytest.mark.parametrize("case", ["cm", "rlm", "ngt", "ngl", "szm", "dzm", "ih"])
def test_cubes_with_many_levels_far_apart_too(case, monkeypatch):
    monkeypatch.setitem(globals(), "LEVELS", read_chain([{"discretise": {"bin_width": 1, "minimum": 0}}]))
    assert differences(random_region(600), case, 1, count=10) == {}


CM = read_families([{"cm": {"aggregation": ["3d_mrg"]}}])


def test_names_carry_the_cube_in_their_last_field():
    assert "ct__orig__cm_contrast__fbn12_d1_3d_mrg_r2" in map_columns(LEVELS, CM, radius=2)


def test_names_of_families_without_a_setting_end_in_the_cube():
    assert "ct__orig__stat_mean__r1" in map_columns(LEVELS, read_families(["stat"]))


def test_names_say_whether_the_mask_is_a_limit():
    assert "ct__orig__stat_mean__r1_all" in map_columns(LEVELS, read_families(["stat"]), inside_only=False)


@pytest.mark.parametrize("name", map_columns(LEVELS, CM))
def test_every_name_follows_the_grammar(name):
    assert str(FeatureName.parse(name)) == name


def test_maps_come_in_the_order_of_the_columns():
    families = read_families([{"cm": {"aggregation": ["3d_mrg", "3d_avg"]}}, "szm"])
    assert [name for name, _ in feature_maps(blob(), LEVELS, families)] == list(map_columns(LEVELS, families))


def test_a_map_has_numbers_in_the_intensity_mask_and_nowhere_else():
    found = dict(feature_maps(with_hole(), LEVELS, read_families(["szm"])))["ct__orig__szm_sze__fbn12_3d_r1"]
    assert np.array_equal(np.isfinite(found.voxels), with_hole().intensity_mask.voxels)


def test_a_map_lies_on_the_grid_that_the_chain_ends_on():
    chain = read_chain([{"resample": {"spacing_mm": [2, 2, 2]}}, *[{"discretise": {"bin_number": 8}}]])
    found = next(iter(feature_maps(blob(), chain, CM)))[1]
    assert found.geometry == apply(chain, blob()).geometry


def test_no_pair_at_all_is_undefined():
    grid = Geometry((5, 5, 5))
    inside = np.zeros(grid.shape, dtype=bool)
    inside[0, 0, 0] = inside[4, 4, 4] = True
    region = whole(Image(np.arange(125, dtype=np.float32).reshape(5, 5, 5), grid), Mask(inside, grid))
    found = next(iter(feature_maps(region, LEVELS, CM)))[1]
    assert np.isnan(found.voxels).all()


def test_the_local_mean_is_the_mean_of_the_cube():
    """A ramp is its own local mean away from the contour."""
    grid = Geometry((7, 7, 7))
    ramp = np.indices(grid.shape)[0].astype(np.float32)
    region = whole(Image(ramp, grid), Mask(np.ones(grid.shape, dtype=bool), grid))
    found = dict(feature_maps(region, (), read_families(["stat"])))["ct__orig__stat_mean__r1"]
    assert np.allclose(found.voxels[1:-1], ramp[1:-1])


def test_without_the_limit_voxels_outside_the_mask_count():
    region = blob()
    found = dict(feature_maps(region, (), read_families(["stat"]), inside_only=False))["ct__orig__stat_mean__r1_all"]
    x, y, z = np.argwhere(region.intensity_mask.voxels)[0]
    cube = region.image.voxels[x - 1 : x + 2, y - 1 : y + 2, z - 1 : z + 2]
    assert found.voxels[x, y, z] == pytest.approx(cube.mean(), rel=1e-6)


def test_without_the_limit_voxels_outside_the_range_of_resegment_do_not_count():
    chain = read_chain([{"resegment": {"range": [None, 130]}}])
    found = dict(feature_maps(blob(), chain, read_families(["stat"]), inside_only=False))
    highest = found["ct__orig__stat_max__r1_all"].voxels
    assert np.nanmax(highest) <= 130


def test_without_the_limit_the_map_still_covers_the_mask_only():
    found = dict(feature_maps(blob(), LEVELS, CM, inside_only=False))["ct__orig__cm_contrast__fbn12_d1_3d_mrg_r1_all"]
    assert np.array_equal(np.isfinite(found.voxels), blob().intensity_mask.voxels)


def test_without_the_limit_levels_are_those_of_the_grown_region():
    """With every voxel of the image in some cube, a cube's highest level is the image's own at its maximum."""
    region = blob()
    maps = dict(feature_maps(region, LEVELS, read_families(["ih"]), radius=15, inside_only=False))
    assert set(maps["ct__orig__ih_max__fbn12_r15_all"].voxels[region.intensity_mask.voxels]) == {12.0}


def test_a_voxel_without_a_number_is_refused_where_it_would_count():
    region = blob()
    voxels = region.image.voxels.copy()
    x, y, z = np.argwhere(region.intensity_mask.voxels)[0]
    voxels[x - 1, y, z] = np.nan
    replaced = replace(region, image=Image(voxels, region.geometry))
    with pytest.raises(RegionError, match="inside_only=False"):
        list(feature_maps(replaced, (), read_families(["stat"]), inside_only=False))


def test_filtered_images_have_maps_in_their_place():
    """A mean filter of one voxel changes nothing."""
    found = dict(feature_maps(with_hole(), LEVELS, CM, filters=read_filters([{"mean": {"support": 1}}])))
    original, filtered = (one.voxels for name, one in found.items() if "cm_contrast" in name)
    assert np.array_equal(original, filtered, equal_nan=True)


def test_maps_do_not_depend_on_the_number_of_processes():
    one, two = (
        dict(feature_maps(blob(), LEVELS, read_families(["cm", "ivh"]), radius=2, jobs=jobs)) for jobs in (1, 2)
    )
    assert all(np.array_equal(one[name].voxels, two[name].voxels, equal_nan=True) for name in one)


def test_progress_ends_at_all_cubes_of_all_families():
    told = []
    list(feature_maps(blob(), LEVELS, read_families(["szm", "stat"]), progress=lambda *one: told.append(one)))
    assert told[-1] == ("maps", 2 * blob().intensity_mask.count, 2 * blob().intensity_mask.count)


@pytest.mark.parametrize("name", ["morph", "loc", "autocorrelation"])
def test_a_family_that_says_nothing_of_a_voxel_is_refused(name):
    with pytest.raises(StudyError, match=f"'{name}' (measures the region as a whole|looks 6.2 mm around)"):
        feature_maps(blob(), LEVELS, read_families([name]))


@pytest.mark.parametrize("radius", [0, -1, 26])
def test_a_radius_that_makes_no_cube_is_refused(radius):
    with pytest.raises(StudyError, match="radius of 1 to 25 voxels"):
        feature_maps(blob(), LEVELS, CM, radius=radius)


@pytest.fixture
def outsider():
    """A family from elsewhere, which knows nothing of windows."""

    class Spread(FamilySettings):
        """No settings."""

    @family("spread", on="levels", settings=Spread)
    def spread(region, how):
        """Levels of the intensity mask; undefined below two voxels."""
        found = region.image.voxels[region.intensity_mask.voxels]
        return found if found.size > 1 else None

    @spread.feature("gap")
    def gap(found):
        """Highest less lowest level."""
        return float(found.max()) - float(found.min())

    yield Spread()
    FAMILIES._things.pop("spread")


def test_a_family_from_elsewhere_is_called_for_each_cube(outsider):
    region = with_hole()
    spread = dict(feature_maps(region, LEVELS, [outsider]))["ct__orig__spread_gap__fbn12_r1"].voxels
    span = dict(feature_maps(region, LEVELS, read_families(["ih"])))["ct__orig__ih_range__fbn12_r1"].voxels
    assert np.array_equal(spread, np.where(np.isnan(spread), np.nan, span), equal_nan=True)


def test_two_levels_thousands_apart_have_the_squared_difference_as_contrast():
    grid = Geometry((5, 1, 1))
    voxels = np.array([1, 5000, 1, 1, 1], dtype=np.float32).reshape(grid.shape)
    region = whole(Image(voxels, grid), Mask(np.ones(grid.shape, dtype=bool), grid))
    chain = read_chain([{"discretise": {"bin_width": 1, "minimum": 1}}])
    found = dict(feature_maps(region, chain, CM))["ct__orig__cm_contrast__fbs1_d1_3d_mrg_r1"].voxels
    assert found[:, 0, 0] == pytest.approx([4999**2, 4999**2, 4999**2 / 2, 0, 0], rel=1e-12)
