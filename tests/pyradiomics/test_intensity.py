"""First-order features of a few numbers."""

import numpy as np
import pytest

from radici.pyradiomics.intensity import FIRST_ORDER, Sample


def sample(*rows, shift=0.0, counts=None):
    x = np.array(rows, float)
    counts = np.ones((len(x), x.shape[1])) if counts is None else np.array(counts, float)
    return Sample(x, counts, shift, 2.0)


CLOSED = [
    ("Mean", 3.0),
    ("Median", 3.0),
    ("Minimum", 1.0),
    ("Maximum", 5.0),
    ("Range", 4.0),
    ("Variance", 2.0),
    ("StandardDeviation", np.sqrt(2)),
    ("Skewness", 0.0),
    ("Kurtosis", 34 / 5 / 4),
    ("Energy", 55.0),
    ("TotalEnergy", 110.0),
    ("RootMeanSquared", np.sqrt(11)),
    ("MeanAbsoluteDeviation", 1.2),
    ("10Percentile", 1.4),
    ("90Percentile", 4.6),
    ("InterquartileRange", 2.0),
    ("RobustMeanAbsoluteDeviation", 2 / 3),
    ("Entropy", np.log2(5)),
    ("Uniformity", 0.2),
]


@pytest.mark.parametrize(("name", "value"), CLOSED)
def test_feature_of_one_to_five(name, value):
    assert FIRST_ORDER[name](sample([1, 2, 3, 4, 5]))[0] == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(("name", "value"), CLOSED)
def test_missing_voxels_do_not_count(name, value):
    found = FIRST_ORDER[name](sample([1, 2, np.nan, 5, 4, np.nan, 3], counts=[[1, 1, 1, 1, 1]]))
    assert found[0] == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize("name", FIRST_ORDER)
def test_regions_are_independent(name):
    one, other, both = (FIRST_ORDER[name](sample(*rows)) for rows in ([[1, 2, 9]], [[4, 4, 5]], [[1, 2, 9], [4, 4, 5]]))
    assert both == pytest.approx([one[0], other[0]], abs=1e-12)


@pytest.mark.parametrize("percent", [3, 10, 25, 50, 75, 90])
def test_percentiles_are_those_of_numpy(percent):
    x = np.random.default_rng(2).normal(size=37)
    assert sample(x).percentile(percent)[0] == np.percentile(x, percent)


@pytest.mark.parametrize("name", ["Energy", "RootMeanSquared"])
def test_the_shift_is_added_before_squaring(name):
    assert FIRST_ORDER[name](sample([1, 2], shift=10)) == pytest.approx(FIRST_ORDER[name](sample([11, 12])), abs=1e-12)


@pytest.mark.parametrize("name", ["Skewness", "Kurtosis"])
def test_equal_intensities_have_no_form(name):
    assert FIRST_ORDER[name](sample([7, 7, 7]))[0] == 0
