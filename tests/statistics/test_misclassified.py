"""The AUC seen against wrong labels: the closed form against counting and simulation."""

import math

import numpy as np
import pytest

from radici.core.errors import InputError
from radici.statistics.auc import auc
from radici.statistics.misclassified import label_predictive_values, seen_auc, true_auc


def test_perfect_labels_change_nothing():
    assert seen_auc(0.78, 1, 1, 0.3) == pytest.approx(0.78, abs=1e-15)


def test_labels_by_the_toss_of_a_coin_show_nothing():
    assert seen_auc(0.78, 0.5, 0.5, 0.3) == pytest.approx(0.5, abs=1e-15)


def test_reversed_labels_mirror_the_auc():
    assert seen_auc(0.78, 0, 0, 0.3) == pytest.approx(0.22, abs=1e-15)


# 1000 patients, 300 truly yes: 240 + 70 recorded yes, 630 + 60 recorded no.
def test_predictive_values_are_those_of_the_table():
    assert label_predictive_values(0.8, 0.9, 0.3) == pytest.approx((240 / 310, 630 / 690))


@pytest.mark.parametrize(
    ("sensitivity", "specificity", "prevalence"), [(0.9, 0.9, 0.3), (0.7, 0.95, 0.2), (0.8, 0.6, 0.5)]
)
def test_closed_form_is_what_a_simulation_shows(sensitivity, specificity, prevalence):
    rng = np.random.default_rng(11)
    n = 200_000
    truth = rng.random(n) < prevalence
    score = rng.standard_normal(n) + 1.1 * truth  # AUC = Phi(1.1 / sqrt 2)
    recorded = np.where(truth, rng.random(n) < sensitivity, rng.random(n) > specificity)
    expected = seen_auc(0.5 * (1 + math.erf(1.1 / 2)), sensitivity, specificity, prevalence)
    assert auc(recorded, score) == pytest.approx(expected, abs=0.006)  # about 4 standard errors


def test_exact_over_all_pairs():
    """Scores 0 to 3, truth no no yes yes (AUC 1); each label wrong once over all patterns with weight 0.1 or 0.9."""
    score, truth = np.arange(4.0), np.array([0, 0, 1, 1], dtype=bool)
    won = lost = 0.0
    chance = np.where(truth, 0.9, 0.2)  # recorded yes
    for i in range(4):
        for j in range(4):
            if truth[i] == truth[j]:
                continue
            weight = chance[i] * (1 - chance[j])
            won, lost = won + weight * (score[i] > score[j]), lost + weight * (score[i] < score[j])
    tied = 2 * (0.9 * 0.1 + 0.2 * 0.8) * 2  # two of a kind, 4 ordered pairs of each truth
    expected = (won + tied / 2) / (won + lost + tied)
    ppv, npv = label_predictive_values(0.9, 0.8, 0.5)
    share_mixed = ppv * npv + (1 - ppv) * (1 - npv)
    assert (won + lost) / (won + lost + tied) == pytest.approx(share_mixed)
    assert seen_auc(1.0, 0.9, 0.8, 0.5) == pytest.approx(expected)


def test_the_inverse_recovers_the_truth():
    assert true_auc(seen_auc(0.81, 0.85, 0.9, 0.35), 0.85, 0.9, 0.35) == pytest.approx(0.81, abs=1e-14)


def test_rates_that_cannot_be_right_show_as_an_auc_above_one():
    assert true_auc(0.9, 0.7, 0.7, 0.5) > 1


def test_nothing_is_recovered_from_worthless_labels():
    with pytest.raises(InputError, match="no more than chance"):
        true_auc(0.5, 0.5, 0.5, 0.3)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((1.2, 0.9, 0.9, 0.3), "An AUC lies between"),
        ((0.7, 90, 0.9, 0.3), "`sensitivity` is a probability"),
        ((0.7, 0.9, 0.9, 0), "only one class"),
        ((0.7, 0, 1, 0.3), "only one class"),
    ],
)
def test_impossible_rates_are_refused(arguments, words):
    with pytest.raises(InputError, match=words):
        seen_auc(*arguments)
