"""Brier scores: closed forms, censoring weights by hand, undefined horizons."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radici.core.errors import InputError
from radici.statistics.brier import brier, brier_survival, integrated_brier, scaled_brier

EVENT = np.array([1, 0, 1, 0])
MONTHS = np.array([1.0, 2.0, 3.0, 4.0])
SURVIVAL = np.array([0.2, 0.5, 0.4, 0.9])


def test_brier_by_hand():
    assert brier(np.array([1, 0]), np.array([0.8, 0.4])) == pytest.approx((0.04 + 0.16) / 2)


def test_brier_of_nobody_is_undefined():
    assert math.isnan(brier(np.array([], dtype=bool), np.array([])))


def test_prevalence_has_no_gain():
    assert scaled_brier(np.array([1, 0, 0, 0]), np.full(4, 0.25)) == pytest.approx(0)


def test_certain_and_right_is_all_gain():
    assert scaled_brier(np.array([1, 0, 0]), np.array([1.0, 0, 0])) == 1


def test_scaled_brier_of_a_single_class_is_undefined():
    assert math.isnan(scaled_brier(np.ones(3), np.full(3, 0.9)))


def test_censored_patients_pass_their_weight_on():
    # G is 1 until 2 and 2/3 from 2: the event at 1 counts 1, those at 3 and 4 count 3/2, the censored none.
    expected = (0.2**2 + 1.5 * (0.6**2 + 0.1**2)) / 4
    assert brier_survival(EVENT, MONTHS, SURVIVAL, 2.5) == pytest.approx(expected)


def test_event_at_the_horizon_has_happened():
    expected = (0.2**2 + 1.5 * (0.4**2 + 0.1**2)) / 4
    assert brier_survival(EVENT, MONTHS, SURVIVAL, 3.0) == pytest.approx(expected)


def test_before_any_observation_survival_is_certain():
    assert brier_survival(EVENT, MONTHS, SURVIVAL, 0.5) == pytest.approx(np.mean((1 - SURVIVAL) ** 2))


def test_horizon_beyond_follow_up_is_undefined():
    assert math.isnan(brier_survival(EVENT, MONTHS, SURVIVAL, 4.5))


def test_last_patient_censored_at_the_horizon_is_defined():
    expected = (0.2**2 + 1.5 * 0.4**2) / 4
    assert brier_survival(EVENT, MONTHS, SURVIVAL, 4.0) == pytest.approx(expected)


@given(st.lists(st.tuples(st.integers(1, 9), st.floats(0, 1)), min_size=1, max_size=30), st.floats(0, 9))
def test_without_censoring_it_is_the_plain_brier_score(patients, t):
    months = np.array([month for month, _ in patients], dtype=float)
    survival = np.array([probability for _, probability in patients])
    if t <= months.max():
        expected = brier(months > t, survival)
        assert brier_survival(np.ones(len(months)), months, survival, t) == pytest.approx(expected, abs=1e-12)


def test_integral_of_a_constant_score_is_that_score():
    survival = np.full((4, 3), 0.5)
    times = np.array([1.0, 1.4, 1.9])
    assert integrated_brier(np.ones(4), MONTHS, survival, times, 1.9) == pytest.approx(0.25)


def test_integral_stops_at_tau():
    survival = np.column_stack([SURVIVAL] * 3)
    whole = integrated_brier(EVENT, MONTHS, survival[:, :2], np.array([1.0, 2.0]), 2.0)
    assert integrated_brier(EVENT, MONTHS, survival, np.array([1.0, 2.0, 3.0]), 2.5) == pytest.approx(whole)


def test_integral_over_one_time_is_undefined():
    assert math.isnan(integrated_brier(EVENT, MONTHS, SURVIVAL[:, None], np.array([1.0]), 2.0))


def test_survival_of_the_wrong_shape_is_refused():
    with pytest.raises(InputError, match=r"4 patients at 2 times, found shape \(2, 4\)"):
        integrated_brier(EVENT, MONTHS, np.ones((2, 4)), np.array([1.0, 2.0]), 2.0)


def test_times_out_of_order_are_refused():
    with pytest.raises(InputError, match="ascend"):
        integrated_brier(EVENT, MONTHS, np.ones((4, 2)), np.array([2.0, 1.0]), 2.0)


def test_survival_that_is_no_probability_is_refused_with_its_month():
    with pytest.raises(InputError, match="survival at 2 months"):
        integrated_brier(EVENT, MONTHS, np.array([[1.0, 1.2]] * 4), np.array([1.0, 2.0]), 2.0)
