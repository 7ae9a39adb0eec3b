"""Net benefit: counts by hand and its known limits."""

import math

import numpy as np
import pytest

from radici.core.errors import InputError
from radici.statistics.net_benefit import net_benefit, treat_all

Y = np.array([1, 1, 0, 0, 0])
PROBABILITY = np.array([0.9, 0.2, 0.3, 0.1, 0.6])


def test_counts_by_hand():
    # At 0.25: one true and two false positives of five; the exchange rate is 1 to 3.
    assert net_benefit(Y, PROBABILITY, np.array([0.25]))[0] == pytest.approx(1 / 5 - 2 / 5 / 3)


def test_probability_at_the_threshold_is_treated():
    assert net_benefit(Y, PROBABILITY, np.array([0.9]))[0] == pytest.approx(1 / 5)


def test_treating_nobody_gains_nothing():
    assert net_benefit(Y, PROBABILITY, np.array([0.95]))[0] == 0


def test_threshold_zero_is_the_prevalence():
    assert treat_all(Y, np.array([0.0]))[0] == pytest.approx(2 / 5)


def test_treating_all_gains_nothing_at_the_prevalence():
    assert treat_all(Y, np.array([0.4]))[0] == pytest.approx(0)


def test_model_that_calls_everyone_certain_treats_all():
    thresholds = np.linspace(0.1, 0.8, 8)
    assert net_benefit(Y, np.ones(5), thresholds) == pytest.approx(treat_all(Y, thresholds))


def test_threshold_of_one_is_refused():
    with pytest.raises(InputError, match="below 1"):
        net_benefit(Y, PROBABILITY, np.array([0.5, 1.0]))


def test_nobody_is_undefined():
    assert math.isnan(treat_all(np.array([], dtype=bool), np.array([0.5]))[0])
