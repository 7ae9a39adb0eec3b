"""Bootstrap and permutation: coverage of a known mean, counted failures, closed forms."""

import math

import numpy as np
import pytest

from radici.statistics.bootstrap import bootstrap
from radici.statistics.permutation import interval_from_permutations, p_value

VALUES = np.random.default_rng(11).normal(size=200)


def mean(rows):
    return float(VALUES[rows].mean())


def test_value_is_the_statistic_of_all_rows_in_order():
    assert bootstrap(mean, 200, repeats=10, rng=np.random.default_rng(0)).value == VALUES.mean()


def test_interval_of_a_mean_is_the_normal_one():
    # Half-width 1.96 s / sqrt(n) of the central limit theorem; Monte Carlo error of 4000 resamples about 3 %.
    _, low, high = bootstrap(mean, 200, repeats=4000, rng=np.random.default_rng(0))
    assert (high - low) / 2 == pytest.approx(1.96 * VALUES.std() / math.sqrt(200), rel=0.06)


def test_same_generator_gives_the_same_interval():
    first, second = (tuple(bootstrap(mean, 200, repeats=50, rng=np.random.default_rng(4))) for _ in range(2))
    assert first == second


def test_strata_keep_their_size():
    strata = np.array([0] * 9 + [1])
    result = bootstrap(lambda rows: float(strata[rows].sum()), 10, strata=strata, repeats=40, rng=rng())
    assert (result.low, result.high) == (1, 1)


def test_without_strata_sizes_vary():
    strata = np.array([0] * 9 + [1])
    assert bootstrap(lambda rows: float(strata[rows].sum()), 10, repeats=400, rng=rng()).low == 0


def test_undefined_resamples_are_counted():
    # A resample of three rows misses row 0 with probability (2/3)^3 = 0.30.
    result = bootstrap(lambda rows: 1.0 if 0 in rows else math.nan, 3, repeats=2000, rng=rng())
    assert result.dropped / result.repeats == pytest.approx(8 / 27, abs=0.04)


def test_undefined_resamples_are_left_out_of_the_interval():
    result = bootstrap(lambda rows: 1.0 if 0 in rows else math.nan, 3, repeats=200, rng=rng())
    assert (result.low, result.high) == (1, 1)


def test_mostly_undefined_resamples_give_no_interval():
    result = bootstrap(lambda rows: 1.0 if (rows == np.arange(3)).all() else math.nan, 3, repeats=100, rng=rng())
    assert math.isnan(result.low)


def test_undefined_statistic_has_no_interval():
    assert math.isnan(bootstrap(lambda rows: math.nan, 3, repeats=5, rng=rng()).high)


def rng():
    return np.random.default_rng(0)


def test_best_of_all_has_the_smallest_p():
    assert p_value(0.9, np.linspace(0.3, 0.7, 99)) == 0.01


def test_worst_of_all_has_p_one():
    assert p_value(0.1, np.linspace(0.3, 0.7, 99)) == 1


def test_equal_but_for_rounding_counts_as_reached():
    assert p_value(0.1 + 0.2, np.array([0.3])) == 1


def test_undefined_permutation_counts_as_reached():
    assert p_value(0.9, np.array([np.nan, 0.5, 0.4])) == 0.5


def test_undefined_observation_has_no_p():
    assert math.isnan(p_value(math.nan, np.array([0.5])))


def test_no_permutations_prove_nothing():
    assert p_value(0.9, np.array([])) == 1


def test_interval_is_observed_and_1_96_standard_deviations():
    # 0.4, 0.5 and 0.6 have the standard deviation 0.1.
    assert interval_from_permutations(0.6, np.array([0.4, 0.5, 0.6])) == pytest.approx((0.404, 0.796))


def test_interval_is_cut_at_the_bounds():
    assert interval_from_permutations(0.9, np.array([0.4, 0.5, 0.6]))[1] == 1


def test_interval_of_a_difference_may_be_negative():
    low, _ = interval_from_permutations(0.0, np.array([-0.1, 0, 0.1]), bounds=(-1, 1))
    assert low == pytest.approx(-0.196)


def test_undefined_permutations_are_left_out_of_the_interval():
    permuted = np.array([0.4, np.nan, 0.5, 0.6])
    assert interval_from_permutations(0.6, permuted) == pytest.approx((0.404, 0.796))


def test_one_permutation_has_no_interval():
    assert math.isnan(interval_from_permutations(0.6, np.array([0.5]))[0])
