"""Every registered feature family against its contract, and broken families that the contract must catch."""

import numpy as np
import pytest

from radici.features.family import FAMILIES, FamilySettings, How, family
from radici.testing import check_family
from radici.testing.family import power

# Settings to try beside the defaults, and features whose definition holds a length or an intensity.
EXAMPLES = {"cm": [{"aggregation": ["3d_avg"]}, {"distance": 2}], "ivh": [{"bin_number": 50}]}
ABSOLUTE = {"loc": ("peak_loc", "peak_glob")}


@pytest.mark.parametrize("name", list(FAMILIES))
def test_family_keeps_its_promises(name):
    for settings in [{}, *EXAMPLES.get(name, [])]:
        check_family(FAMILIES[name], FAMILIES[name].settings(**settings), ABSOLUTE.get(name, ()))


@pytest.mark.parametrize(
    ("unit", "base", "expected"),
    [
        ("mm³", "mm", 3),
        ("1/mm", "mm", -1),
        ("image unit · mm³", "mm", 3),
        ("image unit²", "image unit", 2),
        ("image unit²", "mm", 0),
        ("", "mm", 0),
        ("bit", "mm", 0),
    ],
)
def test_power_of_a_unit(unit, base, expected):
    assert power(unit, base) == expected


def volume(region):
    """Volume by counting."""
    return float(region.shape_mask.voxels.sum() * region.geometry.voxel_volume_mm3)


PLAIN = (How(),)


def one_feature(read=volume, unit="mm³", tag="volume", ways=PLAIN, build=None, code="", on="shape"):
    class Own(FamilySettings):
        """One feature."""

        def hows(self):
            return ways

    def whole(region, how):
        """The region itself."""
        return region

    made = family("own", on=on, settings=Own)(build or whole)
    made.feature(tag, unit=unit, ibsi=code)(read)
    return made


def test_a_good_family_passes():
    check_family(one_feature())


def undocumented(region):
    return 1.0


def relative(region):
    """Standard deviation over the mean; infinite or undefined for a mean of 0."""
    return float(region.intensities().std() / region.intensities().mean())


def unexplained(region):
    """Spread, but not for one voxel."""
    x = region.intensities()
    return float(x.std()) if x.size > 1 else float("nan")


def unbounded(region):
    """Volume over a spread that may be 0."""
    return 1.0 if region.intensities().std() else float("inf")


def located(region):
    """Place of the first voxel in the scanner."""
    return float(region.geometry.origin[0])


def noisy(region):
    """Chance; NaN never."""
    return float(np.random.default_rng().random())


def spoiling(region):
    """Mean intensity, after the image was changed."""
    region.image.voxels[:] = 1
    return 1.0


def undefined(region):
    """NaN everywhere."""
    return float("nan")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: one_feature(unit="mm²"), "does not grow as its units say"),
        (lambda: one_feature(read=undocumented), "no docstring"),
        (lambda: one_feature(tag="Volume"), "cannot be part of a feature name"),
        (lambda: one_feature(ways=(How("a"), How("a"))), "two `how` are alike"),
        (lambda: one_feature(ways=(How("a"), How("b"))), "IBSI tags"),
        (lambda: one_feature(read=relative, unit=""), "Warning"),
        (lambda: one_feature(read=unexplained, unit="image unit"), "says when"),
        (lambda: one_feature(read=unbounded, unit=""), "is infinite"),
        (lambda: one_feature(read=located, unit="mm"), "where the patient lies"),
        (lambda: one_feature(read=noisy, unit=""), "other values for the same region"),
        (lambda: one_feature(read=spoiling, unit=""), "changes the region"),
        (lambda: one_feature(read=undefined, unit=""), "not finite on an ordinary region"),
        (lambda: one_feature(build=lambda region, how: [region]), "`build` has no docstring"),
    ],
)
def test_broken_family_is_caught(make, words):
    with pytest.raises(AssertionError, match=words):
        check_family(make())


def test_two_features_with_one_code_are_caught():
    own = one_feature(code="RNU0")
    own.feature("again", ibsi="RNU0", unit="mm³")(volume)
    with pytest.raises(AssertionError, match="RNU0 stand at more than one"):
        check_family(own)


def test_a_family_without_features_is_caught():
    own = one_feature()
    own.features.clear()
    with pytest.raises(AssertionError, match="has no features"):
        check_family(own)


def test_an_unregistered_family_is_caught():
    own = one_feature()
    del FAMILIES._things["own"]
    with pytest.raises(AssertionError, match="not registered"):
        check_family(own)


def test_a_length_in_the_definition_must_be_said():
    def capped(region):
        """Volume, at most 100 mm³."""
        return min(volume(region), 100.0)

    check_family(one_feature(read=capped), absolute=("volume",))
