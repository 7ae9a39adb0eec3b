"""Cumulative incidence against R, one test a row of tests/reference/competing_r.csv, and against closed forms."""

import csv
from pathlib import Path

import numpy as np
import pytest

from radici.core.errors import InputError
from radici.statistics.cumulative_incidence import cumulative_incidence
from radici.statistics.kaplan_meier import kaplan_meier

REFERENCE = Path(__file__).parents[1] / "reference"


def read(name):
    with (REFERENCE / name).open(newline="") as file:
        return list(csv.DictReader(file))


ROWS = [row for row in read("competing_r.csv") if row["case"] in ("patients", "small")]
PATIENTS = np.array([(int(row["cause"]), float(row["months"])) for row in read("competing_input.csv")]).T


def estimate(case, **options):
    cause, months = PATIENTS if case == "patients" else PATIENTS[:, :20]
    return cumulative_incidence(cause.astype(int), months, **options)


def ours(case, name):
    statistic, _, at = name.partition("@")
    found = estimate(case)
    step = np.searchsorted(found.times, float(at), side="right") - 1
    if statistic == "free":
        return found.free[step]
    if statistic == "at_risk":
        return found.at_risk[np.searchsorted(found.times, float(at))]
    field, _, cause = statistic.rpartition("_")
    if field in ("incidence", "cmprsk"):
        return found.at(int(cause), float(at))
    return getattr(found, field)[int(cause) - 1, step]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['case']}-{row['name']}")
def test_equals_r(row):
    found = ours(row["case"], row["name"])
    assert found == pytest.approx(float(row["value"]), rel=0, abs=float(row["tolerance"])), row["citation"]


def test_incidences_and_the_free_share_sum_to_one():
    found = estimate("patients")
    np.testing.assert_allclose(found.incidence.sum(axis=0) + found.free, 1, atol=1e-14)


def test_one_cause_is_one_minus_kaplan_meier():
    cause, months = PATIENTS
    found = cumulative_incidence((cause > 0).astype(int), months)
    np.testing.assert_allclose(1 - found.incidence[0], kaplan_meier(cause > 0, months).survival, atol=1e-14)


def test_one_cause_has_greenwoods_variance():
    found = cumulative_incidence(np.array([1, 0, 1, 1]), np.array([1.0, 2, 3, 4]))
    after_first = 0.75 * np.sqrt(1 / (4 * 3))
    assert found.standard_error[0, 0] == pytest.approx(after_first, abs=1e-14)


def test_without_censoring_it_is_the_observed_share():
    found = cumulative_incidence(np.array([1, 2, 1, 2, 2]), np.array([1.0, 1, 2, 3, 4]))
    np.testing.assert_allclose(found.at(2, [1, 2, 3, 4]), [0.2, 0.2, 0.4, 0.6], atol=1e-14)


def test_without_censoring_its_variance_is_binomial():
    found = cumulative_incidence(np.array([1, 2, 1, 2, 2]), np.array([1.0, 1, 2, 3, 4]))
    np.testing.assert_allclose(found.standard_error[1] ** 2, [0.032, 0.032, 0.048, 0.048], atol=1e-14)


def test_one_minus_kaplan_meier_of_one_cause_is_higher():
    cause, months = PATIENTS
    assert (1 - kaplan_meier(cause == 1, months).survival >= estimate("patients").incidence[0] - 1e-14).all()


def test_before_the_first_event_nobody_had_it():
    assert estimate("patients").at(1, 0.5) == 0


def test_beyond_the_last_observation_it_is_not_known():
    assert np.isnan(cumulative_incidence(np.array([1, 0]), np.array([1.0, 5])).at(1, 6))


def test_beyond_the_last_observation_it_is_known_if_nobody_is_left():
    assert cumulative_incidence(np.array([2, 1]), np.array([1.0, 5])).at(1, 6) == 0.5


def test_a_cause_that_nobody_had_has_a_row_when_named():
    assert estimate("patients", causes=[1, 2, 3]).incidence[2].max() == 0


def test_interval_of_nothing_is_undefined():
    assert np.isnan(estimate("patients", causes=[1, 2, 3]).low[2]).all()


def test_a_cause_left_out_is_refused():
    with pytest.raises(InputError, match=r"codes \[2\] are seen"):
        estimate("patients", causes=[1])


def test_asking_for_an_unseen_cause_is_refused():
    with pytest.raises(InputError, match="Nobody had the event 7; events seen: 1, 2"):
        estimate("patients").at(7, 3)


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ([0.5, 1], "found np.float64\\(0.5\\) in row 0"),
        ([1, -1], "in row 1"),
        ([[1, 0]], "shape"),
        ([], "at least one patient"),
    ],
)
def test_wrong_causes_are_refused(cause, words):
    with pytest.raises(InputError, match=words):
        cumulative_incidence(np.array(cause), np.ones(len(cause)))
