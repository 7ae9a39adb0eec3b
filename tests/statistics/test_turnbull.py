"""The estimate from intervals against R, twice, and against what a maximum must satisfy."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from radici.core.errors import InputError
from radici.statistics.kaplan_meier import kaplan_meier
from radici.statistics.turnbull import turnbull

REFERENCE = Path(__file__).parents[1] / "reference"


def read(name):
    with (REFERENCE / name).open(newline="") as file:
        return list(csv.DictReader(file))


ROWS = [row for row in read("competing_r.csv") if row["case"] in ("cosmesis", "scans")]


def intervals(case):
    rows = [row for row in read("intervals_input.csv") if row["case"] == case]
    return np.array([[float(row["left"]), float(row["right"])] for row in rows]).T


@pytest.fixture(scope="module")
def curves():
    return {case: turnbull(*intervals(case)) for case in ("cosmesis", "scans")}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['case']}-{row['name']}")
def test_equals_r(row, curves):
    found = curves[row["case"]].at(float(row["name"].partition("@")[2]))
    assert found == pytest.approx(float(row["value"]), rel=0, abs=float(row["tolerance"])), row["citation"]


# Radiotherapy arm of the breast cosmesis study: tests/reference/make_turnbull_em.R, plain self-consistency in base R.
MASSES = {
    (4, 5): 0.04634677,
    (6, 7): 0.03336337,
    (7, 8): 0.08866737,
    (11, 12): 0.07075292,
    (24, 25): 0.09264584,
    (33, 34): 0.08178576,
    (38, 40): 0.12087983,
    (46, 48): 0.46555814,
}


def test_intervals_equal_self_consistency_in_r(curves):
    found = curves["cosmesis"]
    assert list(zip(found.left, found.right, strict=True)) == list(MASSES)


@pytest.mark.parametrize("place", range(len(MASSES)))
def test_masses_equal_self_consistency_in_r(curves, place):
    assert curves["cosmesis"].mass[place] == pytest.approx(list(MASSES.values())[place], abs=1e-6)


@pytest.mark.parametrize("case", ["cosmesis", "scans"])
def test_no_other_estimate_is_more_likely(case, curves):
    """Gentleman and Geyer's conditions: the derivative towards any single interval is not positive."""
    found, (left, right) = curves[case], intervals(case)
    exact = left == right
    holds = (left[:, None] <= found.left) & (right[:, None] >= found.right)
    holds &= exact[:, None] | (found.left < found.right) | (left[:, None] < found.left)
    pull = (holds / (holds @ found.mass)[:, None]).sum(axis=0) / len(left)
    np.testing.assert_allclose(pull, 1, atol=1e-5)


@pytest.mark.parametrize("case", ["cosmesis", "scans"])
def test_masses_sum_to_one(case, curves):
    assert curves[case].mass.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("case", ["cosmesis", "scans"])
def test_the_gap_to_the_maximum_is_within_the_tolerance(case, curves):
    assert curves[case].gap <= 1e-8


def test_exact_events_and_censorings_give_kaplan_meier():
    months, event = np.array([2.0, 3, 3, 5, 7, 8, 9]), np.array([1, 1, 0, 1, 0, 1, 0], dtype=bool)
    found = turnbull(months, np.where(event, months, math.inf))
    np.testing.assert_allclose(
        found.at([1, 2, 4, 6, 8.5]), kaplan_meier(event, months).at([1, 2, 4, 6, 8.5]), atol=1e-6
    )


def test_one_common_interval_holds_everything():
    assert turnbull(np.array([2.0, 1, 0]), np.array([5.0, 4, 6])).quantile(0.5) == (2.0, 4.0)


def test_an_interval_that_begins_where_another_ends_does_not_meet_it():
    np.testing.assert_allclose(turnbull(np.array([0.0, 3]), np.array([3.0, 6])).mass, [0.5, 0.5])


def test_an_exact_event_at_the_right_end_lies_inside():
    found = turnbull(np.array([1.0, 3]), np.array([3.0, 3]))
    assert (found.left.tolist(), found.right.tolist()) == ([3], [3])


def test_an_exact_event_at_the_left_end_lies_outside():
    assert len(turnbull(np.array([3.0, 3]), np.array([6.0, 3])).mass) == 2


def test_survival_inside_an_interval_is_not_known():
    assert np.isnan(turnbull(np.array([0.0, 3]), np.array([3.0, 6])).at(2))


@pytest.mark.parametrize(("time", "bounds"), [(0, (1, 1)), (2, (0.5, 1)), (3, (0.5, 0.5)), (4, (0, 0.5)), (6, (0, 0))])
def test_bounds_of_survival(time, bounds):
    assert turnbull(np.array([0.0, 3]), np.array([3.0, 6])).bounds(time) == pytest.approx(bounds)


def test_a_median_that_is_not_reached_has_no_end():
    found = turnbull(np.array([1.0, 5, 5, 5]), np.array([2.0, math.inf, math.inf, math.inf]))
    assert found.quantile(0.5) == (5.0, math.inf)


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        ([], [], "one interval per patient"),
        ([2.0], [1.0], r"found \(2, 1\] in row 0"),
        ([-1.0], [1.0], "in row 0"),
        ([0.0, math.nan], [1.0, 2.0], "'left' is NaN"),
        ([math.inf], [math.inf], "in row 0"),
        ([0.0], [0.0], "ends after 0"),
    ],
)
def test_impossible_intervals_are_refused(left, right, words):
    with pytest.raises(InputError, match=words):
        turnbull(np.array(left), np.array(right))


def test_too_few_steps_are_an_error():
    with pytest.raises(InputError, match="did not converge in 3 steps"):
        turnbull(*intervals("scans"), iterations=3)
