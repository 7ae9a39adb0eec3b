"""Survival curves: steps by hand, beyond the last observation, quantiles that are not reached."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radici.core.errors import InputError
from radici.statistics.kaplan_meier import censoring, kaplan_meier, logrank

# Event at 1; event and censoring at 2; event at 4; censored at 5.
EVENT = np.array([1, 1, 0, 1, 0])
MONTHS = np.array([1.0, 2.0, 2.0, 4.0, 5.0])
CURVE = kaplan_meier(EVENT, MONTHS)
ALL_SEEN = kaplan_meier(np.ones(4), np.arange(1.0, 5.0))


@pytest.mark.parametrize(
    ("month", "survival"), [(0, 1), (0.99, 1), (1, 4 / 5), (2, 3 / 5), (3.9, 3 / 5), (4, 3 / 10), (5, 3 / 10)]
)
def test_steps_down_at_events(month, survival):
    assert CURVE.at(month) == pytest.approx(survival)


@pytest.mark.parametrize(("month", "survival"), [(1, 1), (2, 4 / 5), (4, 3 / 5), (5, 3 / 10)])
def test_left_limit_does_not_see_the_event_of_the_month(month, survival):
    assert CURVE.before(month) == pytest.approx(survival)


def test_at_takes_many_months():
    assert CURVE.at(np.array([[0.0, 1.0], [4.0, 6.0]])) == pytest.approx(
        np.array([[1, 0.8], [0.3, np.nan]]), nan_ok=True
    )


def test_beyond_the_last_observation_is_undefined():
    assert math.isnan(CURVE.at(5.1))


def test_beyond_the_last_event_of_all_nobody_survives():
    assert ALL_SEEN.at(99) == 0


def test_at_risk_counts_those_censored_in_the_month():
    assert CURVE.at_risk.tolist() == [5, 4, 2, 1]


def test_interval_is_undefined_where_survival_is_one_or_zero():
    assert np.isnan(ALL_SEEN.low[-1])


def test_flat_stretch_at_one_half_gives_its_middle():
    assert ALL_SEEN.quantile(0.5) == 2.5


def test_quantile_not_reached_is_infinite():
    assert CURVE.quantile(0.9) == math.inf


def test_median_counts_patients_and_events():
    median = CURVE.median()
    assert (median.value, median.n, median.events) == (4, 5, 3)


def test_single_event_has_a_median_without_interval():
    assert "interval not available" in str(kaplan_meier(np.ones(1), np.array([3.0])).median())


def test_no_events_never_steps_down():
    assert kaplan_meier(np.zeros(3), np.arange(1.0, 4.0)).survival.tolist() == [1, 1, 1]


def test_nobody_is_refused():
    with pytest.raises(InputError, match="at least one patient"):
        kaplan_meier(np.array([], dtype=bool), np.array([]))


def test_event_leaves_before_the_censoring_of_its_month():
    # At 2, one of the four at risk has the event, one of the remaining three is censored.
    assert censoring(EVENT, MONTHS).at(2) == pytest.approx(2 / 3)


def test_last_event_leaves_nobody_to_be_censored():
    assert censoring(np.ones(2), np.array([1.0, 2.0])).at(2) == 1


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9)), min_size=1, max_size=40))
def test_at_risk_share_is_survival_times_censoring(patients):
    # Both leave the same people: S(t) G(t) is the share followed beyond t.
    event, months = (np.array(column) for column in zip(*patients, strict=True))
    followed = (months > months[:, None]).mean(axis=1)
    survival, observed = kaplan_meier(event, months), censoring(event, months)
    assert survival.at(months) * observed.at(months) == pytest.approx(followed, abs=1e-12)


def test_logrank_of_equal_groups_is_zero():
    chi2, p = logrank(np.tile(EVENT, 2), np.tile(MONTHS, 2), np.repeat(["a", "b"], 5))
    assert (chi2, p) == pytest.approx((0, 1))


def test_logrank_of_two_patients_by_hand():
    # At the first event, expected 1/2 in each group, variance 1/4: chi-squared (1/2)^2 / (1/4).
    assert logrank(np.ones(2), np.array([1.0, 2.0]), np.array([0, 1]))[0] == pytest.approx(1)


def test_logrank_of_one_group_is_undefined():
    assert math.isnan(logrank(EVENT, MONTHS, np.zeros(5))[1])


def test_logrank_without_events_is_undefined():
    assert math.isnan(logrank(np.zeros(5), MONTHS, np.array([0, 1, 0, 1, 0]))[1])


def test_group_gone_before_the_first_event_does_not_count():
    event, months = np.append(np.tile(EVENT, 2), 0), np.append(np.tile(MONTHS, 2), 0.5)
    group = np.append(np.repeat([0, 1], 5), 2)
    shift = np.append(np.arange(10) * 0.1, 0)
    two = logrank(event[:-1], (months + shift)[:-1], group[:-1])
    assert logrank(event, months + shift, group) == pytest.approx(two)
