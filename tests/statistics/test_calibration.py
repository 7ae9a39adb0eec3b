"""Calibration: what is known in closed form, and where no maximum of the likelihood exists."""

import math

import numpy as np
import pytest
from scipy.special import expit, logit

from radici.core.errors import InputError
from radici.statistics.calibration import (
    calibration_groups,
    calibration_slope_intercept,
    cox_slope,
    survival_calibration,
)

# Two levels of risk whose observed shares are 1 of 4 and 3 of 4.
Y = np.array([1, 0, 0, 0, 1, 1, 1, 0])
LEVELS = np.repeat([0.25, 0.75], 4)


def test_true_probabilities_have_slope_one_and_intercept_zero():
    assert calibration_slope_intercept(Y, LEVELS) == pytest.approx((1, 0), abs=1e-9)


@pytest.mark.parametrize("factor", [0.5, 2.0, 4.0])
def test_slope_undoes_stretched_logits(factor):
    assert calibration_slope_intercept(Y, expit(factor * logit(LEVELS)))[0] == pytest.approx(1 / factor)


def test_intercept_undoes_a_shift_of_constant_logits():
    # With one probability for all, the intercept is the observed logit less the predicted one.
    expected = logit(3 / 8) - logit(0.2)
    assert calibration_slope_intercept(np.repeat([1, 0], [3, 5]), np.full(8, 0.2))[1] == pytest.approx(expected)


def test_slope_of_constant_probabilities_is_undefined():
    assert math.isnan(calibration_slope_intercept(Y, np.full(8, 0.5))[0])


def test_slope_of_separated_classes_is_undefined():
    assert math.isnan(calibration_slope_intercept(np.array([0, 0, 1, 1]), np.array([0.1, 0.2, 0.2, 0.3]))[0])


def test_single_class_is_undefined():
    assert all(math.isnan(value) for value in calibration_slope_intercept(np.ones(8), LEVELS))


def test_probabilities_of_zero_and_one_count_as_the_edge():
    certain = np.array([0, 0.25, 0.5, 1, 1, 0.75, 0.5, 0])
    moved = certain.clip(1e-6, 1 - 1e-6)
    assert calibration_slope_intercept(Y, certain) == calibration_slope_intercept(Y, moved)


def test_intercept_of_absurdly_low_probabilities_is_found():
    # Half of eight patients have the event: the intercept moves the mean of the predictions to one half.
    assert calibration_slope_intercept(Y, np.full(8, 1e-6))[1] == pytest.approx(-logit(1e-6))


def test_groups_hold_all_patients():
    groups = calibration_groups(Y, np.linspace(0.1, 0.8, 8), groups=3)
    assert groups.n.sum() == 8


def test_group_means_by_hand():
    groups = calibration_groups(Y, LEVELS, groups=2)
    assert (groups.predicted.tolist(), groups.observed.tolist()) == ([0.25, 0.75], [0.25, 0.75])


def test_equal_probabilities_share_one_group():
    assert calibration_groups(Y, np.full(8, 0.4)).n.tolist() == [8]


def test_wilson_interval_of_none_in_four_by_hand():
    # Wilson's upper bound for 0 of n is z^2 / (n + z^2).
    square = 1.959963984540054**2
    assert calibration_groups(np.zeros(4), np.full(4, 0.1)).high[0] == pytest.approx(square / (4 + square))


def test_no_patients_make_no_groups():
    with pytest.raises(InputError, match="Groups need patients"):
        calibration_groups(np.array([], dtype=bool), np.array([]))


def test_observed_risk_is_one_minus_kaplan_meier():
    event, months = np.array([1, 0, 1, 0]), np.array([1.0, 2.0, 3.0, 4.0])
    observed = survival_calibration(event, months, np.full(4, 0.3), 3.0).observed
    assert observed[0] == pytest.approx(1 - 3 / 4 * 1 / 2)


def test_group_not_followed_to_the_horizon_is_undefined():
    event, months = np.array([1, 0, 1, 0]), np.array([1.0, 2.0, 3.0, 9.0])
    groups = survival_calibration(event, months, np.array([0.1, 0.1, 0.8, 0.8]), 5.0, groups=2)
    assert np.isnan(groups.observed).tolist() == [True, False]


def test_horizon_before_the_first_event_observes_nothing():
    groups = survival_calibration(np.ones(3), np.array([5.0, 6, 7]), np.full(3, 0.1), 2.0)
    assert (groups.observed[0], np.isnan(groups.low[0])) == (0, True)


def test_two_groups_in_closed_form():
    event, months, x = np.array([0, 1, 1, 0]), np.array([4.0, 2.0, 1.0, 3.0]), np.array([1.0, 0.0, 1.0, 0.0])
    # First risk set two of each (event x = 1), second one of x = 1 and two of x = 0 (event x = 0):
    # w / (w + 1) + w / (w + 2) = 1, so w = sqrt(2).
    assert cox_slope(event, months, x)[0] == pytest.approx(math.log(2) / 2)


def test_stretched_predictor_has_the_inverse_slope():
    rng = np.random.default_rng(5)
    x = rng.normal(size=60)
    months = rng.exponential(np.exp(-x))
    slope, error = cox_slope(np.ones(60), months, x)
    assert cox_slope(np.ones(60), months, 10 * x + 3) == pytest.approx((slope / 10, error / 10))


def test_constant_predictor_is_undefined():
    assert all(math.isnan(value) for value in cox_slope(np.ones(5), np.arange(5.0), np.full(5, 0.1)))


def test_no_events_is_undefined():
    assert all(math.isnan(value) for value in cox_slope(np.zeros(5), np.arange(5.0), np.arange(5.0)))


@pytest.mark.parametrize("sign", [1, -1])
def test_predictor_in_the_order_of_events_is_undefined(sign):
    assert math.isnan(cox_slope(np.ones(5), np.arange(5.0), sign * np.arange(5.0))[0])


def test_nearly_perfect_order_is_still_found():
    x = -np.arange(12.0)
    x[[5, 6]] = x[[6, 5]]
    assert cox_slope(np.ones(12), np.arange(12.0), x)[0] > 1
