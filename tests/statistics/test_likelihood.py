"""Log loss and partial likelihood: closed forms and shifts that change nothing."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radici.statistics.likelihood import log_loss, partial_log_likelihood


def test_coin_costs_log_two():
    assert log_loss(np.array([1, 0, 0]), np.full(3, 0.5)) == pytest.approx(math.log(2))


def test_certain_and_right_costs_nothing():
    assert log_loss(np.array([1, 0]), np.array([1.0, 0.0])) == pytest.approx(0, abs=1e-15)


def test_certain_and_wrong_costs_a_finite_amount():
    assert log_loss(np.array([1]), np.array([0.0])) == pytest.approx(52 * math.log(2))


def test_log_loss_of_nobody_is_undefined():
    assert math.isnan(log_loss(np.array([], dtype=bool), np.array([])))


def test_constant_hazard_counts_those_at_risk():
    event, months = np.array([1, 0, 1, 1]), np.array([1.0, 2.0, 3.0, 4.0])
    assert partial_log_likelihood(event, months, np.zeros(4)) == pytest.approx(-math.log(4 * 2 * 1))


def test_tied_events_share_one_risk_set():
    # Breslow: both events of month 1 against all three, the censored of that month included.
    assert partial_log_likelihood(np.array([1, 1, 0]), np.ones(3), np.zeros(3)) == pytest.approx(-2 * math.log(3))


def test_no_events_is_zero():
    assert partial_log_likelihood(np.zeros(3), np.arange(3.0), np.arange(3.0)) == 0


def test_hazards_far_apart_do_not_overflow():
    value = partial_log_likelihood(np.ones(2), np.array([1.0, 2.0]), np.array([-2000.0, 2000.0]))
    assert value == pytest.approx(-4000)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 6), st.floats(-5, 5)), min_size=1, max_size=20),
    st.floats(-50, 50),
)
def test_a_constant_added_to_all_changes_nothing(patients, shift):
    event, months, eta = (np.array(column) for column in zip(*patients, strict=True))
    expected = partial_log_likelihood(event, months, eta)
    assert partial_log_likelihood(event, months, eta + shift) == pytest.approx(expected, abs=1e-9)
