"""Pseudoprogression, dissociated and lesion-level response, and site schedules, on courses worked out by hand.

Definitions: Park 2020 (doi 10.1148/radiol.2020200443), Hodi 2016 (week 12), Bernard-Tessier 2020 (PMC9083034, table 1).
"""

import pandas as pd
import pytest

from lesion_notation import course, rows
from radici.response.criteria import Recist11
from radici.response.growth.pace_of import pace_of
from radici.response.growth.pseudoprogression import DissociatedResponse, Pseudoprogression, lesion_changes
from radici.response.lesions import courses, lesion_table
from radici.response.patients import Facts
from radici.response.summaries.schedule import schedule_warning

DAYS = [42, 84, 126]


def pseudo(sizes, new=None, reading="strict", days=DAYS, **facts):
    found = course(days[: len(sizes.split()) - 1], {"T1": sizes}, {}, new)
    return Pseudoprogression(reading=reading)(Recist11()(found), Facts("P1", **facts))


@pytest.mark.parametrize(
    ("sizes", "new", "strict", "broad"),
    [
        ("50 70 30", None, "yes", "yes"),
        ("50 70 0", None, "yes", "yes"),
        ("50 70 50", None, "no", "yes"),
        ("50 70 70", None, "no", "no"),
        ("50 70 35.1", None, "no", "yes"),
        ("50 70 35", None, "yes", "yes"),
        ("50 50 30", {"L1": ". 12 12"}, "yes", "yes"),
        ("50 50 30", {"L1": ". 12 12", "L2": ". . 12"}, "no", "no"),
        ("100 50 65 66", None, "no", "no"),  # -34 % from baseline, but larger than at progression
        ("100 50 65 64", None, "yes", "yes"),
        ("100 50 50 50", {"L1": ". . 12 12"}, "no", "no"),  # the new lesion is still there, and nothing is smaller
        ("100 50 50 50", {"L1": ". . 12 A"}, "yes", "yes"),
        ("50 50 50", None, "not applicable", "not applicable"),
        ("50 50 70", None, "not applicable", "not applicable"),
    ],
)
def test_pseudoprogression_in_both_readings(sizes, new, strict, broad):
    assert [pseudo(sizes, new, reading).answer for reading in ("strict", "broad")] == [strict, broad]


def test_a_scan_after_new_therapy_takes_nothing_back():
    assert pseudo("50 70 30", new_therapy=60).answer == "not applicable"


@pytest.mark.parametrize(("days", "timing"), [([84, 126], "early"), ([85, 126], "delayed")])
def test_timing_is_split_at_week_12(days, timing):
    assert pseudo("50 70 30", days=days).timing == timing


@pytest.mark.parametrize(
    ("targets", "new", "expected"),
    [
        ({"T1": "50 35", "T2": "50 60"}, None, "yes"),
        ({"T1": "50 36", "T2": "50 60"}, None, "no"),
        ({"T1": "50 35", "T2": "50 59"}, None, "no"),
        ({"T1": "50 35", "T2": "20 24"}, None, "no"),  # +20 %, but 4 mm only
        ({"T1": "50 35"}, {"L1": ". 12"}, "yes"),
        ({"T1": "50 35"}, None, "not applicable"),
    ],
)
def test_dissociated_response(targets, new, expected):
    assert DissociatedResponse()(course([42], targets, {}, new)).answer == expected


def test_a_new_lymph_node_below_10_mm_is_no_growth():
    found = course([42], {"T1": "50 30"}, {}, {"L1n": ". 8"})
    assert DissociatedResponse()(found).answer != "yes"


def test_new_lesions_need_not_count_as_growth():
    found = course([42], {"T1": "50 35", "T2": "50 50"}, {}, {"L1": ". 12"})
    assert DissociatedResponse(new_counts=False)(found).answer == "no"


def test_each_lesion_has_its_own_response():
    found = lesion_changes(course(DAYS, {"T1": "50 35 30 36", "T2n": "20 9 15 20"}))
    assert [(one.lesion, one.response) for one in found] == [
        ("T1", "PR"), ("T2n", "CR"), ("T1", "PR"), ("T2n", "PD"), ("T1", "PD"), ("T2n", "PD"),
    ]  # fmt: skip


def cohort(days_by_patient):
    found = []
    for patient, days in days_by_patient.items():
        found += courses(lesion_table(rows(days, {"T1": " ".join(["50"] * (len(days) + 1))}, patient=patient)))
    return found


def test_sites_on_different_schedules_are_told():
    six, twelve = [42, 84, 126, 168, 210], [84, 168, 252, 336, 420]
    facts = {"P1": Facts("P1", site="A"), "P2": Facts("P2", site="B")}
    assert "every 42 days at A, every 84 days at B" in schedule_warning(cohort({"P1": six, "P2": twelve}), facts)


def test_sites_on_one_schedule_are_not():
    six, late = [42, 84, 126, 168, 210], [44, 88, 132, 176, 220]
    facts = {"P1": Facts("P1", site="A"), "P2": Facts("P2", site="B")}
    assert schedule_warning(cohort({"P1": six, "P2": late}), facts) == ""


@pytest.mark.parametrize(("organ", "expected"), [("lung", (0, True)), ("", (None, None))])
def test_whether_an_organ_is_new_is_known_only_where_all_organs_of_the_baseline_are(organ, expected):
    table = rows([42], {"T1": "50 50"}, {}, {"L1": ". 12"}).assign(organ=[organ, organ, "liver"])
    (found,) = courses(lesion_table(table))
    pace = pace_of(found, Recist11()(found), Facts("P1"))
    assert (pace.new_in_involved_organ, pace.new_organ) == expected


def test_pace_is_told_by_the_last_scan_two_weeks_or_more_before_baseline():
    table = rows([42], {"T1": "50 60"})
    earlier = [table.iloc[:1].assign(day=day, diameter_mm=size) for day, size in (("-60", "40"), ("-7", "49"))]
    (found,) = courses(lesion_table(pd.concat([*earlier, table], ignore_index=True)))
    assert pace_of(found, Recist11()(found), Facts("P1")).pre_day == -60
