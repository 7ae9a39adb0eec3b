"""Awkward regions through every feature family: a value, NaN where the docstring says so, or one clear error."""

import json
import subprocess
import sys
from math import isfinite, isnan, nan
from textwrap import dedent

import numpy as np
import pytest

import radici.features  # noqa: F401
from properties.slow_texture import AGGREGATIONS, matrices
from properties.slow_texture_features import features
from properties.texture_engine import CHAIN, REGISTERED, SPELLED, differences, engine, region_of
from radici.core.errors import RadiciError, RegionError, StudyError
from radici.core.image import Geometry, Image, Mask
from radici.core.region import Region, whole
from radici.features.compute import compute
from radici.features.family import FAMILIES, read_families
from radici.imaging import read_chain

ALL_FAMILIES = list(FAMILIES)
every_family = pytest.mark.parametrize("family", ALL_FAMILIES)
every_texture = pytest.mark.parametrize("family", REGISTERED)


def spelled(family):
    """The family with every aggregation it has."""
    if family in AGGREGATIONS:
        return {family: {"aggregation": [SPELLED[how] for how in AGGREGATIONS[family]]}}
    return family


def measured(region, family, chain=CHAIN):
    """Values by name, of one family."""
    return compute(region, chain, read_families([spelled(family)]))[0]


def region(intensities, mask, spacing=(1.0, 1.0, 1.0)):
    geometry = Geometry(mask.shape, spacing)
    return whole(Image(intensities.astype(np.float32), geometry), Mask(mask, geometry))


def says_when_undefined(family, name):
    """Whether the docstring of the feature, or of what it is read from, speaks of NaN."""
    full, known = name.split("__")[2], FAMILIES[family].features
    feature = known[full] if full in known else known[full.split("_", 1)[1]]
    texts = [feature.read.__doc__, FAMILIES[family].build.__doc__]
    return any("NaN" in (text or "") for text in texts)


def box(shape, *corners):
    mask = np.zeros(shape, bool)
    for corner in corners:
        mask[corner] = True
    return mask


def grey(shape, levels=6):
    """Levels from 1 to `levels` in an order that repeats nowhere nearby."""
    return 1 + (np.arange(np.prod(shape)) * 7919 % levels).reshape(shape)


INNER = np.s_[2:6, 2:6, 2:5]
MASKS = {
    "one voxel": box((8, 8, 8), np.s_[3, 3, 3]),
    "two voxels that touch": box((8, 8, 8), np.s_[3:5, 3, 3]),
    "two voxels apart": box((8, 8, 8), np.s_[1, 1, 1], np.s_[6, 6, 6]),
    "three voxels in a row": box((8, 8, 8), np.s_[3, 2:5, 3]),
    "one slice": box((8, 8, 8), np.s_[2:6, 2:6, 4]),
    "one slice across the stack": box((8, 8, 8), np.s_[4, 2:6, 2:6]),
    "the only slice of the image": box((6, 6, 1), np.s_[1:5, 1:5, :]),
    "the whole image": np.ones((4, 4, 4), bool),
    "the only voxel of the image": np.ones((1, 1, 1), bool),
    "three components": box((12, 8, 8), np.s_[0:3, 0:3, 0:3], np.s_[5:8, 5:8, 2:4], np.s_[11, 7, 7]),
    "with a hole": box((8, 8, 8), INNER) & ~box((8, 8, 8), np.s_[3:5, 3:5, 3]),
}


@every_family
@pytest.mark.parametrize("case", MASKS)
def test_an_awkward_shape_gives_a_number_or_a_documented_nan(family, case):
    mask = MASKS[case]
    values = measured(region(grey(mask.shape), mask), family)
    undefined = {name: value for name, value in values.items() if not isfinite(value)}
    assert {n: v for n, v in undefined.items() if not (isnan(v) and says_when_undefined(family, n))} == {}


@every_family
@pytest.mark.parametrize("case", MASKS)
@pytest.mark.parametrize("level", [1, 5])
def test_a_flat_region_gives_a_number_or_a_documented_nan(family, case, level):
    mask = MASKS[case]
    values = measured(region(np.full(mask.shape, level), mask), family)
    undefined = {name: value for name, value in values.items() if not isfinite(value)}
    assert {n: v for n, v in undefined.items() if not (isnan(v) and says_when_undefined(family, n))} == {}


@every_texture
@pytest.mark.parametrize("case", MASKS)
def test_textures_of_an_awkward_shape_are_those_of_the_slow_reference(family, case):
    levels = np.where(MASKS[case], grey(MASKS[case].shape), 0)
    assert differences(engine(region_of(levels), family), slow(levels, family)) == {}


def slow(levels, family):
    return {
        f"{family}_{tag}_{how}": value
        for how in AGGREGATIONS[family]
        for tag, value in features(family, matrices(levels, family, how), int(levels.max())).items()
    }


def test_pairs_farther_apart_than_the_region_is_wide_are_undefined():
    levels = grey((6, 5, 4))
    values = engine(region_of(levels), "cm", distance=100_000)
    assert {value for value in values.values() if not isnan(value)} == set()


@every_texture
@pytest.mark.parametrize("most", [255, 256, 257, 300, 4000])
def test_many_levels_give_the_values_of_the_slow_reference(family, most):
    """255 and 256 lie on both sides of what eight bits hold."""
    levels = np.where(box((6, 6, 4), np.s_[1:6, 1:6, 1:4]), grey((6, 6, 4), most), 0)
    levels[1, 1, 1] = most
    assert differences(engine(region_of(levels), family), slow(levels, family)) == {}


@every_family
def test_more_levels_than_sixteen_bits_hold_are_refused(family):
    values = np.full((4, 4, 4), 70000)
    values[0] = 1
    with pytest.raises(RegionError, match="65535"):
        measured(region(values, np.ones((4, 4, 4), bool)), family)


@pytest.mark.parametrize("width", [0, -1, nan, float("inf")])
def test_a_bin_width_that_is_no_width_is_refused(width):
    with pytest.raises(StudyError, match="bin_width"):
        read_chain([{"discretise": {"bin_width": width}}])


@pytest.mark.parametrize("width", [1e-6, 1e-300, 5e-324])
def test_a_bin_width_far_below_the_intensities_is_refused(width):
    chain = read_chain([{"discretise": {"bin_width": width}}])
    with pytest.raises(RegionError, match="levels"):
        measured(region(grey((4, 4, 4)), np.ones((4, 4, 4), bool)), "stat", chain)


@every_family
@pytest.mark.parametrize("kind", ["float64", "int16", "uint8", "bool"])
def test_the_number_format_of_the_image_changes_nothing(family, kind):
    """Intensities of 0 and 1, which every format holds."""
    mask = MASKS["with a hole"]
    geometry, chain = Geometry(mask.shape), read_chain([{"discretise": {"bin_width": 1, "minimum": 0}}])
    plain, other = (Image((grey(mask.shape) % 2).astype(to), geometry) for to in ("float32", kind))
    expected = measured(whole(plain, Mask(mask, geometry)), family, chain)
    assert differences(measured(whole(other, Mask(mask, geometry)), family, chain), expected) == {}


@every_family
@pytest.mark.parametrize("case", ["with a hole", "three components"])
def test_anisotropic_voxels_give_numbers(family, case):
    mask = MASKS[case]
    values = measured(region(grey(mask.shape), mask, (0.5, 0.5, 10.0)), family)
    undefined = {name: value for name, value in values.items() if not isfinite(value)}
    assert {n: v for n, v in undefined.items() if not (isnan(v) and says_when_undefined(family, n))} == {}


@every_texture
def test_textures_count_voxels_whatever_their_size(family):
    mask = MASKS["three components"]
    thick, cubic = (measured(region(grey(mask.shape), mask, mm), family) for mm in ((0.5, 0.5, 10.0), (1.0, 1.0, 1.0)))
    assert differences(thick, cubic) == {}


@every_family
@pytest.mark.parametrize("bad", [nan, float("inf"), -float("inf")])
def test_a_voxel_without_a_number_inside_the_region_is_refused(family, bad):
    mask = MASKS["with a hole"]
    intensities = grey(mask.shape).astype(np.float32)
    intensities[2, 2, 2] = bad
    with pytest.raises(RegionError, match="NaN or infinite"):
        measured(region(intensities, mask), family)


@pytest.mark.parametrize("family", [family for family in ALL_FAMILIES if family != "loc"])
@pytest.mark.parametrize("bad", [nan, float("inf"), -float("inf")])
def test_voxels_without_a_number_outside_the_region_change_nothing(family, bad):
    mask = MASKS["with a hole"]
    intensities = grey(mask.shape).astype(np.float32)
    expected = measured(region(intensities, mask), family)
    intensities[~mask] = bad
    assert differences(measured(region(intensities, mask), family), expected) == {}


@pytest.mark.parametrize("bad", [nan, float("inf"), -float("inf")])
def test_local_peaks_refuse_voxels_without_a_number_within_their_sphere(bad):
    """The sphere of 1 cm³ reaches out of the region, so these voxels enter the value."""
    mask = MASKS["with a hole"]
    intensities = np.where(mask, grey(mask.shape), bad)
    with pytest.raises(RegionError, match="NaN or infinite"):
        measured(region(intensities, mask), "loc")


@pytest.mark.parametrize("family", ["stat", "dzm"])
def test_an_intensity_mask_that_reaches_out_of_the_contour_is_refused(family):
    """Distances to the contour's border mean nothing there, and nobody looked whether those voxels are numbers."""
    contour, reaching_out = MASKS["with a hole"], np.ones(MASKS["with a hole"].shape, bool)
    geometry = Geometry(contour.shape)
    image = Image(grey(contour.shape).astype(np.float32), geometry)
    with pytest.raises(RegionError, match=r"contour|outline|shape"):
        measured(Region(image, Mask(contour, geometry), Mask(reaching_out, geometry)), family)


@every_family
def test_an_empty_region_is_refused(family):
    with pytest.raises(RegionError, match="empty"):
        measured(region(grey((4, 4, 4)), np.zeros((4, 4, 4), bool)), family)


@every_family
def test_a_region_without_a_voxel_whose_intensity_counts_is_refused(family):
    chain = read_chain([{"resegment": {"range": [100, 200]}}, {"discretise": {"bin_width": 1}}])
    with pytest.raises(RegionError):
        measured(region(grey((4, 4, 4)), np.ones((4, 4, 4), bool)), family, chain)


def test_every_refusal_is_one_clear_error():
    """What `extract` writes into the list of failures is one sentence or two, without a stack."""
    with pytest.raises(RadiciError) as caught:
        measured(region(np.full((4, 4, 4), nan), np.ones((4, 4, 4), bool)), "stat")
    assert "\n" not in str(caught.value)


IN_A_PROCESS_OF_ITS_OWN = """
    import json, resource, sys, time
    import numpy as np
    import radici.features
    from radici.core.image import Geometry, Image, Mask
    from radici.core.region import whole
    from radici.features.compute import compute
    from radici.features.family import read_families
    from radici.imaging import read_chain

    families, shape, most, block = json.loads(sys.argv[1])
    chain = read_chain([{"discretise": {"bin_width": 1, "minimum": 1}}])
    small = 1 + np.arange(np.prod(block)).reshape(block) * 7919 % most

    def measured(shape, start):
        place = tuple(slice(a, a + n) for a, n in zip(start, small.shape))
        mask = np.zeros(shape, bool)
        mask[place] = True
        voxels = np.zeros(shape, np.float32)
        voxels[place] = small
        geometry = Geometry(tuple(shape))
        return compute(whole(Image(voxels, geometry), Mask(mask, geometry)), chain, read_families(families))[0]

    peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    one = measured((26, 26, 20), (8, 8, 8)) if most < 1000 else None
    before, began = peak(), time.perf_counter()
    values = measured(shape, [(n - m) // 2 for n, m in zip(shape, small.shape)])
    close = lambda a, b: a != a and b != b or abs(a - b) <= 1e-6 * abs(b) + 1e-9
    differ = [name for name in one or () if not close(values[name], one[name])]
    print(json.dumps({"mib": peak() - before, "seconds": time.perf_counter() - began, "differ": differ}))
"""


def in_its_own_process(families, shape, most, block=(10, 10, 4)):
    """Peak memory in MiB above what the same region takes in a tight image, seconds, and whether values agree.

    Arrays of zeros cost no memory until they are written or copied, so what is measured is what the engine takes.
    """
    pytest.importorskip("resource")
    arguments = json.dumps([families, shape, most, block])
    command = [sys.executable, "-W", "error", "-c", dedent(IN_A_PROCESS_OF_ITS_OWN), arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-1500:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def billion():
    """All families on 400 voxels in the middle of 1000 x 1000 x 1000."""
    return in_its_own_process([spelled(family) for family in ALL_FAMILIES], [1000, 1000, 1000], 6)


def test_a_small_region_in_a_billion_voxels_takes_no_gigabyte(billion):
    assert billion["mib"] < 1024


def test_a_small_region_in_a_billion_voxels_has_the_values_of_a_small_image(billion):
    assert billion["differ"] == []


def test_sixty_thousand_levels_take_no_gigabyte():
    assert in_its_own_process([spelled(family) for family in REGISTERED], [12, 12, 6], 60000)["mib"] < 1024


@pytest.mark.parametrize("family", ["cm", "rlm"])
def test_a_thousand_levels_in_sixty_slices_take_no_gigabyte(family):
    """240 matrices of 1024 x 1024 counts would fill two gigabytes if all were kept until they are averaged."""
    found = in_its_own_process([{family: {"aggregation": ["2d_avg"]}}], [32, 32, 62], 1024, (30, 30, 60))
    assert found["mib"] < 1024
