"""The fast texture engine against the slow reference, and properties that hold whatever the numbers are."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from properties.slow_texture import AGGREGATIONS, exponential, inverse, matrices, norm
from properties.slow_texture_features import DEFINITIONS, features
from properties.texture_engine import REGISTERED, differences, engine, region_of, volumes

stable = settings.get_profile("texture")

VARIANTS = [
    *[("cm", {"distance": 1}), ("cm", {"distance": 2})],
    ("cm", {"distance": 2, "weighting": "exponential", "norm": "euclidean"}),
    ("cm", {"distance": 1, "weighting": "inverse", "norm": "manhattan"}),
    ("rlm", {"weighting": "inverse", "norm": "euclidean"}),
    ("rlm", {"weighting": "exponential", "norm": "chebyshev"}),
    *[("rlm", {}), ("szm", {}), ("dzm", {})],
    *[("ngt", {"distance": 1}), ("ngt", {"distance": 2})],
    *[("ngl", {"distance": 1, "coarseness": 0}), ("ngl", {"distance": 1, "coarseness": 1})],
    ("ngl", {"distance": 2, "coarseness": 2}),
]
COMPARED = [
    pytest.param(family, options, id="-".join([family, *(f"{name}={value}" for name, value in options.items())]))
    for family, options in VARIANTS
    if family in REGISTERED
]

every_family = pytest.mark.parametrize("family", REGISTERED)


WEIGHTS = {"inverse": inverse, "exponential": exponential}


def slow(levels, shape_mask, family, weighting="none", **options):
    """The reference's values by IBSI's full tag."""
    if weighting != "none":
        kind = options.pop("norm")
        options["weight"] = lambda m: WEIGHTS[weighting](norm(m, kind))
    found = {}
    for aggregation in AGGREGATIONS[family]:
        built = matrices(levels, family, aggregation, shape_mask=shape_mask, **options)
        for tag, value in features(family, built, int(levels.max())).items():
            found[f"{family}_{tag}_{aggregation}"] = value
    return found


def of_dimension(values, dimension):
    """The values whose aggregation begins with `2D`, `2_5D` or `3D`."""
    return {tag: value for tag, value in values.items() if f"_{dimension}" in tag}


def ending(values, *aggregations):
    """The values of one of the aggregations, under the tag without it."""
    return {
        tag.removesuffix(f"_{how}"): v for tag, v in values.items() for how in aggregations if tag.endswith(f"_{how}")
    }


def test_all_six_texture_families_are_registered():
    assert set(REGISTERED) == set(AGGREGATIONS)


@pytest.mark.parametrize(("family", "options"), COMPARED)
@given(volume=volumes())
@settings(stable)
def test_engine_agrees_with_the_slow_reference(family, options, volume):
    levels, shape_mask = volume
    ours = engine(region_of(levels, shape_mask), family, **options)
    assert differences(ours, slow(levels, shape_mask, family, **options)) == {}


def test_busyness_is_undefined_where_all_levels_have_the_same_product_with_their_frequency():
    """Level 2 three times and level 3 twice: the denominator is a sum of |2 * 3/5 - 3 * 2/5|, which is 0."""
    values = engine(region_of(np.array([[[2, 2, 2], [0, 3, 3]]])), "ngt")
    assert np.isnan(values["ngt_busyness_3D"])


@every_family
@given(volume=volumes(), axes=st.sampled_from(list(permutations(range(3)))), flips=st.sets(st.integers(0, 2)))
@settings(stable)
def test_3d_values_do_not_depend_on_the_order_or_sense_of_the_axes(family, volume, axes, flips):
    levels, shape = volume
    turned = [np.ascontiguousarray(np.flip(array.transpose(axes), tuple(flips))) for array in (levels, shape)]
    before, after = engine(region_of(levels, shape), family), engine(region_of(*turned), family)
    assert differences(of_dimension(after, "3D"), of_dimension(before, "3D")) == {}


@every_family
@given(volume=volumes(), transpose=st.booleans(), flips=st.sets(st.integers(0, 1)))
@settings(stable)
def test_no_value_depends_on_the_order_or_sense_of_the_axes_within_slices(family, volume, transpose, flips):
    levels, shape = volume
    axes = (1, 0, 2) if transpose else (0, 1, 2)
    turned = [np.ascontiguousarray(np.flip(array.transpose(axes), tuple(flips))) for array in (levels, shape)]
    assert differences(engine(region_of(*turned), family), engine(region_of(levels, shape), family)) == {}


@every_family
@given(volume=volumes(), data=st.data())
@settings(stable)
def test_slicewise_values_do_not_depend_on_the_order_of_slices(family, volume, data):
    levels, shape = volume
    order = data.draw(st.permutations(range(levels.shape[2])))
    before = engine(region_of(levels, shape), family)
    after = engine(region_of(levels[..., order], shape[..., order]), family)
    for dimension in ("2D", "2_5D"):
        assert differences(of_dimension(after, dimension), of_dimension(before, dimension)) == {}


@every_family
@given(volume=volumes())
@settings(stable)
def test_a_slice_seen_twice_leaves_averages_over_slices_unchanged(family, volume):
    levels, shape = volume
    twice = [np.concatenate([array, array], axis=2) for array in (levels, shape)]
    before, after = engine(region_of(levels, shape), family), engine(region_of(*twice), family)
    assert differences(of_dimension(after, "2D"), of_dimension(before, "2D")) == {}


@every_family
@given(volume=volumes(), width=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=3, max_size=3))
@settings(stable)
def test_background_around_the_region_changes_nothing(family, volume, width):
    padded = [np.pad(array, width) for array in volume]
    assert differences(engine(region_of(*padded), family), engine(region_of(*volume), family)) == {}


@every_family
@given(volume=volumes(), outside=st.sampled_from([-1000.0, 0.0, 3.0, 6.0, 70000.0]))
@settings(stable)
def test_intensities_outside_the_intensity_mask_change_nothing(family, volume, outside):
    assert differences(engine(region_of(*volume, outside=outside), family), engine(region_of(*volume), family)) == {}


@every_family
@given(volume=volumes())
@settings(stable)
def test_values_of_a_region_in_one_slice_do_not_depend_on_the_dimension(family, volume):
    """Run lengths and distances to the border do: there, the empty slices above and below are neighbours."""
    levels = volume[0][:, :, :1]
    if family in ("rlm", "dzm") or not levels.any():
        return
    values = engine(region_of(levels), family)
    for dimension in ("2D", "2_5D") if family != "cm" else ("2D_avg", "2_5D_avg"):
        reference = "3D" if family != "cm" else "3D_avg"
        assert differences(ending(values, dimension), ending(values, reference)) == {}


# How values grow when the region is there twice, far enough apart: 1 where not listed.
DOUBLED = {
    "rlm": {"glnu": 2, "rlnu": 2},
    "szm": {"glnu": 2, "zsnu": 2},
    "dzm": {"glnu": 2, "zdnu": 2},
    "ngt": {"coarseness": 0.5, "busyness": 2, "strength": 0.5},
    "ngl": {"glnu": 2, "dcnu": 2},
}


@every_family
@given(volume=volumes())
@settings(stable)
def test_a_distant_copy_of_the_region_only_doubles_what_counts_voxels(family, volume):
    twice = [np.concatenate([array, np.zeros((3, *array.shape[1:]), array.dtype), array]) for array in volume]
    before, after = engine(region_of(*volume), family), engine(region_of(*twice), family)
    expected = {
        f"{family}_{tag}_{how}": before[f"{family}_{tag}_{how}"] * DOUBLED.get(family, {}).get(tag, 1)
        for tag in DEFINITIONS[family]
        for how in AGGREGATIONS[family]
    }
    # Where no neighbours differ, coarseness is IBSI's ceiling of a million, which does not halve.
    at_ceiling = {tag for tag, value in before.items() if "coarseness" in tag and value > 1e5}
    after |= {tag: expected[tag] for tag in at_ceiling}
    assert differences(after, expected) == {}


# What a shift of all grey levels leaves alone: differences and shapes, not the levels themselves, nor N_g.
SHIFT_FREE = {
    "cm": "joint_max joint_var joint_entr diff_avg diff_var diff_entr sum_var sum_entr energy contrast dissimilarity "
    "inv_diff inv_diff_mom inv_var corr clust_tend clust_shade clust_prom info_corr1 info_corr2",
    "rlm": "sre lre glnu glnu_norm rlnu rlnu_norm r_perc gl_var rl_var rl_entr",
    "szm": "sze lze glnu glnu_norm zsnu zsnu_norm z_perc gl_var zs_var zs_entr",
    "dzm": "sde lde glnu glnu_norm zdnu zdnu_norm z_perc gl_var zd_var zd_entr",
    "ngt": "coarseness contrast complexity strength",
    "ngl": "lde hde glnu glnu_norm dcnu dcnu_norm dc_perc gl_var dc_var dc_entr dc_energy",
}


@every_family
@given(volume=volumes(), shift=st.integers(1, 300))
@settings(stable)
def test_a_shift_of_all_levels_leaves_differences_and_shapes_unchanged(family, volume, shift):
    levels, shape = volume
    tags = {f"{family}_{tag}_{how}" for tag in SHIFT_FREE[family].split() for how in AGGREGATIONS[family]}
    before = engine(region_of(levels, shape), family)
    after = engine(region_of(np.where(levels > 0, levels + shift, 0), shape), family)
    assert differences({tag: after[tag] for tag in tags}, {tag: before[tag] for tag in tags}) == {}
