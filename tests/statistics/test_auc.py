"""AUC: closed forms, symmetries, single classes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radici.statistics.auc import auc, delong, delong_difference, roc_curve

Y = np.array([0, 0, 1, 1, 0, 1])
SCORE = np.array([0.1, 0.4, 0.35, 0.8, 0.4, 0.4])

labelled = st.lists(st.tuples(st.booleans(), st.integers(-5, 5)), min_size=2, max_size=40).filter(
    lambda pairs: len({yes for yes, _ in pairs}) == 2
)


def arrays(pairs):
    return np.array([yes for yes, _ in pairs]), np.array([score for _, score in pairs], dtype=float)


def test_counts_pairs_by_hand():
    # Cases .35, .8, .4 against controls .1, .4, .4: 1 + 3 + (1 + 1/2 + 1/2) of 9 pairs.
    assert auc(Y, SCORE) == pytest.approx(6 / 9)


def test_constant_score_gives_one_half():
    assert auc(Y, np.zeros(6)) == 0.5


def test_perfect_score_gives_one():
    assert auc(Y, Y.astype(float)) == 1.0


@pytest.mark.parametrize("label", [0, 1])
def test_single_class_is_undefined(label):
    assert math.isnan(auc(np.full(4, label), np.arange(4.0)))


def test_nobody_is_undefined():
    assert math.isnan(auc(np.array([], dtype=bool), np.array([])))


def test_input_is_left_as_it_was():
    score = SCORE.copy()
    auc(Y, score)
    assert (score == SCORE).all()


@given(labelled)
def test_reversed_score_gives_one_minus_auc(pairs):
    y, score = arrays(pairs)
    assert auc(y, -score) == pytest.approx(1 - auc(y, score), abs=1e-12)


@given(labelled)
def test_monotone_transform_changes_nothing(pairs):
    y, score = arrays(pairs)
    assert auc(y, np.exp(score)) == auc(y, score)


@given(labelled)
def test_equals_all_pairs_compared_one_by_one(pairs):
    y, score = arrays(pairs)
    wins = [(a > b) + (a == b) / 2 for a in score[y] for b in score[~y]]
    assert auc(y, score) == pytest.approx(np.mean(wins), abs=1e-12)


@given(labelled)
def test_delong_value_is_the_auc(pairs):
    y, score = arrays(pairs)
    assert delong(y, score).value == pytest.approx(auc(y, score), abs=1e-12)


@given(labelled)
def test_area_under_the_curve_is_the_auc(pairs):
    y, score = arrays(pairs)
    false_positive, true_positive, _ = roc_curve(y, score)
    assert np.trapezoid(true_positive, false_positive) == pytest.approx(auc(y, score), abs=1e-12)


def test_delong_variance_by_hand():
    # Shares of controls under each case 1/3, 1, 2/3: variance 1/9; of cases above each control 1, 1/2, 1/2: 1/12.
    spread = math.sqrt((1 / 9 + 1 / 12) / 3)
    assert delong(Y, SCORE, level=0.6826894921370859).low == pytest.approx(6 / 9 - spread)


def test_delong_counts_class_one_as_events():
    assert (delong(Y, SCORE).n, delong(Y, SCORE).events) == (6, 3)


def test_delong_interval_stays_within_zero_and_one():
    assert delong(Y, SCORE).high == 1.0


def test_perfect_separation_claims_no_interval():
    assert math.isnan(delong(Y, Y.astype(float)).low)


def test_one_case_has_no_interval():
    assert math.isnan(delong(np.array([1, 0, 0, 0]), np.array([3.0, 1, 4, 2])).high)


def test_delong_of_single_class_is_undefined():
    assert math.isnan(delong(np.ones(3), np.arange(3.0)).value)


def test_same_ranking_differs_by_nothing():
    assert delong_difference(Y, SCORE, 2 * SCORE).p == 1.0


def test_swapped_scores_swap_the_sign():
    y, other = np.tile(Y, 3), np.random.default_rng(1).normal(size=18)
    score = np.tile(SCORE, 3)
    assert delong_difference(y, score, other).value == -delong_difference(y, other, score).value


def test_difference_for_a_single_class_is_undefined():
    assert math.isnan(delong_difference(np.ones(3), np.arange(3.0), np.ones(3)).value)


@pytest.mark.parametrize(("end", "point"), [(0, (0, 0, np.inf)), (-1, (1, 1, 0.1))])
def test_curve_runs_from_nobody_to_everybody(end, point):
    assert tuple(part[end] for part in roc_curve(Y, SCORE)) == point


def test_curve_of_a_single_class_has_one_rate():
    false_positive, true_positive, _ = roc_curve(np.ones(2), np.array([1.0, 2.0]))
    assert (np.isnan(false_positive).all(), true_positive.tolist()) == (True, [0, 0.5, 1])
