"""Concordance: ties of every kind by hand, and its identity with the AUC."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radici.statistics import concordance as module
from radici.statistics.auc import auc
from radici.statistics.concordance import concordance, concordance_uno

followed = st.lists(st.tuples(st.booleans(), st.integers(1, 8), st.integers(-3, 3)), min_size=1, max_size=30)


def arrays(patients):
    event, months, risk = zip(*patients, strict=True)
    return np.array(event), np.array(months, dtype=float), np.array(risk, dtype=float)


def pair_by_pair(event, months, risk):
    won = []
    for i in np.flatnonzero(event):
        for j in range(len(event)):
            if months[j] > months[i] or (months[j] == months[i] and not event[j]):
                won.append((risk[i] > risk[j]) + (risk[i] == risk[j]) / 2)
    return np.mean(won) if won else math.nan


@given(followed)
def test_equals_all_pairs_compared_one_by_one(patients):
    assert concordance(*arrays(patients)) == pytest.approx(pair_by_pair(*arrays(patients)), abs=1e-12, nan_ok=True)


@given(followed)
def test_reversed_risk_gives_one_minus_concordance(patients):
    event, months, risk = arrays(patients)
    expected = 1 - concordance(event, months, risk)
    assert concordance(event, months, -risk) == pytest.approx(expected, abs=1e-12, nan_ok=True)


@given(st.lists(st.tuples(st.booleans(), st.integers(-4, 4)), min_size=2, max_size=30))
def test_events_in_two_months_only_make_it_the_auc_of_the_earlier(patients):
    early = np.array([first for first, _ in patients])
    risk = np.array([risk for _, risk in patients], dtype=float)
    months = np.where(early, 3.0, 9.0)
    expected = auc(early, risk)
    assert concordance(np.ones(len(early)), months, risk) == pytest.approx(expected, abs=1e-12, nan_ok=True)


@given(followed)
def test_uno_is_harrell_where_nobody_is_censored(patients):
    _, months, risk = arrays(patients)
    event = np.ones(len(months), dtype=bool)
    expected = concordance(event, months, risk)
    assert concordance_uno(event, months, risk, 100.0) == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_censored_in_the_month_of_the_event_outlives_it():
    assert concordance(np.array([1, 0]), np.array([5.0, 5.0]), np.array([2.0, 1.0])) == 1.0


def test_two_events_in_one_month_are_not_compared():
    assert math.isnan(concordance(np.array([1, 1]), np.array([5.0, 5.0]), np.array([2.0, 1.0])))


def test_censored_before_the_event_is_not_compared():
    assert math.isnan(concordance(np.array([0, 1]), np.array([4.0, 5.0]), np.array([2.0, 1.0])))


def test_no_events_is_undefined():
    assert math.isnan(concordance(np.zeros(3), np.arange(3.0), np.arange(3.0)))


def test_constant_risk_gives_one_half():
    assert concordance(np.ones(3), np.arange(3.0), np.zeros(3)) == 0.5


def test_infinite_risk_ranks_first():
    assert concordance(np.ones(2), np.array([1.0, 2.0]), np.array([np.inf, 0.0])) == 1.0


def test_blocks_of_pairs_change_nothing(monkeypatch):
    rng = np.random.default_rng(3)
    event, months, risk = rng.random(40) < 0.6, rng.integers(1, 20, 40).astype(float), rng.normal(size=40)
    whole = concordance(event, months, risk), concordance_uno(event, months, risk, 12.0)
    monkeypatch.setattr(module, "BLOCK", 90)
    in_blocks = concordance(event, months, risk), concordance_uno(event, months, risk, 12.0)
    assert in_blocks == pytest.approx(whole, abs=1e-12)


def test_uno_weights_by_hand():
    # Censored at 2 of 4 patients: G is 1 before, 2/3 after. The event at 1 outlived by 3 (2 won) has weight 1,
    # the event at 3 outlived by 1 (won) has weight 9/4.
    event, months = np.array([1, 0, 1, 0]), np.array([1.0, 2.0, 3.0, 4.0])
    risk = np.array([2.0, 3.0, 1.0, 0.0])
    assert concordance_uno(event, months, risk, 4.0) == pytest.approx((2 + 9 / 4) / (3 + 9 / 4))


def test_uno_counts_an_event_at_tau():
    event, months, risk = np.ones(3), np.array([1.0, 2.0, 3.0]), np.array([0.0, 2.0, 1.0])
    assert concordance_uno(event, months, risk, 2.0) == pytest.approx(1 / 3)


def test_uno_without_events_by_tau_is_undefined():
    assert math.isnan(concordance_uno(np.ones(2), np.array([5.0, 6.0]), np.array([1.0, 2.0]), 4.0))
