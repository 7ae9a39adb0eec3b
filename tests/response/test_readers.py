"""Two readers: where they disagree, by how much beyond chance, and whose read stands."""

import math

import numpy as np
import pandas as pd
import pytest

from radici.core.errors import LesionError
from radici.response.criteria.criterion import Point, Timeline
from radici.response.lesions.readers import (
    accepted_readers,
    adjudicated,
    best_category,
    cohen_kappa,
    disagreement,
    progression_day,
    reader_agreement,
)


def line(patient, reader, *calls, criterion="recist11"):
    """A timeline of calls six weeks apart; a call may carry the day since which it progresses."""
    points = []
    for i, call in enumerate(calls, 1):
        category, since = call if isinstance(call, tuple) else (call, None)
        points.append(Point(42 * i, f"w{6 * i}", category, "as given", since=since))
    return Timeline(patient, criterion, tuple(points), None, 0, reader=reader)


def test_best_is_the_best_before_progression():
    assert best_category(line("P1", "A", "SD", "PR", "PD", "CR")) == "PR"


def test_best_with_progression_at_once_is_progression():
    assert best_category(line("P1", "A", "PD", "PR")) == "PD"


def test_best_is_stable_rather_than_not_evaluable():
    assert best_category(line("P1", "A", "NE", "SD")) == "SD"


def test_unconfirmed_progression_does_not_end_the_search():
    assert best_category(line("P1", "A", "iUPD", "iPR", "iUPD", "iCPD", "iCPD")) == "iPR"


def test_best_without_visits_is_not_evaluable():
    assert best_category(line("P1", "A")) == "NE"


def test_progression_is_at_its_first_visit():
    assert progression_day(line("P1", "A", "SD", "PD", "PD")) == 84


def test_confirmed_progression_is_at_the_day_it_was_first_seen():
    assert progression_day(line("P1", "A", "SD", ("iUPD", 84), ("iCPD", 84))) == 84


def test_no_progression_has_no_day():
    assert progression_day(line("P1", "A", "SD")) is None


TWO = (
    line("P1", "A", "PR", "PD"), line("P1", "B", "PR", "PD"),
    line("P2", "A", "SD", "PD"), line("P2", "B", "PD"),
    line("P3", "A", "SD", "SD"), line("P3", "B", "PR", "PR"),
    line("P4", "A", "SD"),
)  # fmt: skip


def test_a_patient_read_once_has_no_row():
    assert list(disagreement(TWO)["patient"]) == ["P1", "P2", "P3"]


def test_best_responses_are_compared():
    assert list(disagreement(TWO)["same_best"]) == [True, False, False]


def test_days_of_progression_are_compared():
    assert list(disagreement(TWO)["same_progression"]) == [True, False, True]


def test_progression_for_one_reader_only_is_disagreement():
    found = disagreement([line("P1", "A", "SD", "PD"), line("P1", "B", "SD", "SD")])
    assert not found["same_progression"].iloc[0]


def test_three_readers_are_three_pairs():
    found = disagreement([line("P1", reader, "SD") for reader in "ABC"])
    assert list(zip(found["first"], found["second"], strict=True)) == [("A", "B"), ("A", "C"), ("B", "C")]


def test_readers_keep_their_places_in_each_pair():
    found = disagreement([line("P1", "A", "SD"), line("P1", "B", "SD"), line("P2", "B", "PR"), line("P2", "A", "SD")])
    assert list(found["best_second"]) == ["SD", "PR"]


def test_nobody_read_twice_is_an_empty_table():
    assert disagreement([line("P1", "A", "SD")]).empty


def test_shares_name_how_many_differ():
    (found,) = reader_agreement(disagreement(TWO))
    assert (found.best_differs.events, found.best_differs.n, found.progression_differs.events) == (2, 3, 1)


# R 4.2: binom.test(2, 3)$conf.int
def test_interval_of_a_share_is_exact():
    (found,) = reader_agreement(disagreement(TWO))
    assert (found.best_differs.low, found.best_differs.high) == pytest.approx((0.09429932, 0.99159624), abs=1e-8)


def test_two_timelines_of_one_reader_are_refused():
    with pytest.raises(LesionError, match=r"Patient P1, reader 'A': two timelines"):
        disagreement([line("P1", "A", "SD"), line("P1", "A", "PR")])


def test_two_criteria_are_refused():
    with pytest.raises(LesionError, match=r"by one criterion, found recist11, irecist"):
        disagreement([line("P1", "A", "SD"), line("P1", "B", "iSD", criterion="irecist")])


def rated(table):
    rows, columns = np.nonzero(table)
    counts = np.array(table)[rows, columns]
    return np.repeat(rows, counts), np.repeat(columns, counts)


# Table of SAS/STAT's user guide (FREQ, "Agreement Study", 88 patients); values computed in base R from the formulas of
# Fleiss, Cohen and Everitt 1969, Psychol Bull 72:323.
def test_kappa_and_its_interval_equal_r():
    found = cohen_kappa(*rated([[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]]))
    assert (found.value, found.low, found.high) == pytest.approx((0.34487535, 0.20298045, 0.48677025), abs=1e-8)


# Table 18.1 of Fleiss, Levin and Paik, Statistical methods for rates and proportions; value from base R.
def test_kappa_of_fleiss_table_equals_r():
    assert cohen_kappa(*rated([[75, 1, 4], [5, 4, 1], [0, 0, 10]])).value == pytest.approx(0.67647059, abs=1e-8)


def test_kappa_of_independent_readers_is_0():
    assert cohen_kappa(*rated([[4, 6], [6, 9]])).value == pytest.approx(0, abs=1e-12)


def test_kappa_of_equal_readers_is_1_without_interval():
    found = cohen_kappa(*rated([[4, 0], [0, 9]]))
    assert (found.value, math.isnan(found.low)) == (1, True)


def test_kappa_of_one_category_is_undefined():
    assert math.isnan(cohen_kappa(*rated([[4]])).value)


def test_kappa_tells_its_patients():
    assert cohen_kappa(*rated([[4, 0], [0, 9]])).n == 13


def test_the_chosen_read_stands():
    (found,) = adjudicated([line("P1", "A", "SD"), line("P1", "B", "PR")], {"P1": "B"})
    assert found.reader == "B"


def test_readers_who_agree_need_no_choice():
    (found,) = adjudicated([line("P1", "A", "SD", "PD"), line("P1", "B", "SD", "PD")])
    assert found.reader == "A"


def test_a_single_read_stands():
    assert [one.reader for one in adjudicated([line("P1", "A", "SD"), line("P2", "B", "PR")])] == ["A", "B"]


def test_patients_without_a_choice_are_named():
    with pytest.raises(LesionError, match=r"Readers disagree on 2 patient\(s\) and nobody's read is chosen: P2, P3"):
        adjudicated(TWO, {"P1": "A"})


def test_readers_who_differ_in_the_day_of_progression_only_need_a_choice():
    with pytest.raises(LesionError, match=r"disagree on 1 patient"):
        adjudicated([line("P1", "A", "SD", "PD"), line("P1", "B", "SD", "SD", "PD")])


def test_a_choice_of_nobody_is_refused():
    with pytest.raises(LesionError, match=r"Patient P1: 'Bob' did not read. Did you mean 'Rob'"):
        adjudicated([line("P1", "Rob", "SD"), line("P1", "Ann", "PR")], {"P1": "Bob"})


def test_a_choice_for_a_patient_without_reads_is_refused():
    with pytest.raises(LesionError, match=r"without any read: P9"):
        adjudicated([line("P1", "A", "SD")], {"P9": "A"})


def lesions(**columns):
    return pd.DataFrame({"patient": ["P1", "P1", "P2"], "reader": ["A", "B", "A"]} | columns)


def test_whose_read_stands_is_read_from_the_table():
    assert accepted_readers(lesions(adjudicated=["no", "yes", ""])) == {"P1": "B"}


def test_cdiscs_flag_is_read():
    assert accepted_readers(lesions(adjudicated=["", "Y", "Y"])) == {"P1": "B", "P2": "A"}


# As tr_onco_recist of pharmaversesdtm has it: the accepted radiologist changes from visit to visit.
def test_two_accepted_readers_of_a_patient_are_refused():
    with pytest.raises(LesionError, match=r"one reader must stand for all visits of a patient.*P1 \(A, B\)"):
        accepted_readers(lesions(adjudicated=["yes", "yes", ""]))


def test_another_word_is_refused():
    with pytest.raises(LesionError, match=r"column 'adjudicated': yes or no is expected, found maybe"):
        accepted_readers(lesions(adjudicated=["maybe", "", ""]))


def test_a_table_without_the_column_is_refused():
    with pytest.raises(LesionError, match=r"has no column 'adjudicated'"):
        accepted_readers(lesions())
