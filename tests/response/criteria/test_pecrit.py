"""PECRIT worked out by hand from the abstract of Cho 2017 (doi 10.2967/jnumed.116.188839) and PMC8855498 (table 3).

At days 21 to 28: complete or partial response by RECIST 1.1 is benefit, progression is none, and stable disease is
benefit where the hottest SULpeak rose by more than 15.5 %.
"""

import pytest

from radici.core.errors import LesionError
from radici.response.criteria import Pecrit
from radici.response.criteria.recist11 import Recist11

PECRIT = Pecrit()


def two_scans(length, uptake, day=24, state=".", more=""):
    return f"""
        day   lesion role   longest_mm sul_peak state
        0     T1     target 20         10       .
        {day} T1     target {length}   {uptake} {state}
        {more}"""


@pytest.mark.parametrize(
    ("length", "uptake", "expected"),
    [
        (20, 11.551, "BENEFIT"),
        (20, 11.55, "NO BENEFIT"),  # exactly +15.5 %
        (20, 5, "NO BENEFIT"),
        (14, 5, "BENEFIT"),  # response by size, -30 %
        (0, 0, "BENEFIT"),
        (25, 20, "NO BENEFIT"),  # progression by size, +25 % and +5 mm
        (24.9, 20, "BENEFIT"),  # +24.5 %, but only +4.9 mm
    ],
)
def test_size_first_then_uptake(calls_of, length, uptake, expected):
    assert calls_of(PECRIT, two_scans(length, uptake)) == expected


@pytest.mark.parametrize(
    ("day", "expected"), [(20, "NE"), (21, "NO BENEFIT"), (28, "NO BENEFIT"), (29, "NE"), (84, "NE")]
)
def test_only_the_scan_of_three_to_four_weeks_is_judged(calls_of, day, expected):
    assert calls_of(PECRIT, two_scans(20, 10, day)) == expected


def test_a_new_lesion_is_no_benefit(calls_of):
    assert calls_of(PECRIT, two_scans(10, 20, more="24 L1 new 12 . .")) == "NO BENEFIT"


def test_stable_without_uptake_is_not_evaluable(calls_of):
    assert calls_of(PECRIT, two_scans(20, ".")) == "NE"


def test_size_not_seen_is_not_evaluable(calls_of):
    assert calls_of(PECRIT, two_scans(".", ".", state="NE")) == "NE"


NONTARGET = """
    day lesion role       longest_mm sul_peak state
    0   N1     non-target .          10       .
    24  N1     non-target .          {}       {}"""


@pytest.mark.parametrize(
    ("uptake", "state", "expected"), [(12, ".", "BENEFIT"), (11, ".", "NO BENEFIT"), (".", "absent", "BENEFIT")]
)
def test_nontarget_disease_alone_is_read_like_target_disease(calls_of, uptake, state, expected):
    assert calls_of(PECRIT, NONTARGET.format(uptake, state)) == expected


@pytest.mark.parametrize(("uptake", "expected"), [(11.55, "NO BENEFIT"), (11.551, "BENEFIT")])
def test_the_hottest_lesion_of_any_role_decides(calls_of, uptake, expected):
    rows = two_scans(20, 5, more=f"0 N1 non-target . 9 .\n24 N1 non-target . {uptake} .")
    assert calls_of(PECRIT, rows) == expected


def test_the_reason_holds_size_and_uptake(course_of):
    why = PECRIT(course_of(two_scans(20, 12))).points[0].why
    assert why.startswith("RECIST 1.1 SD: ")
    assert "hottest lesion T1: SULpeak 12.0, +20.0 % and +2.0 from 10.0 at baseline" in why


def test_burden_is_that_of_recist(course_of):
    course = course_of(two_scans(18, 12))
    assert PECRIT(course).points[0].burden == Recist11()(course).points[0].burden


def test_without_a_treatment_start_the_notes_say_from_where_days_count(course_of):
    rows = "date lesion role longest_mm sul_peak\n2024-01-01 T1 target 20 10\n2024-01-25 T1 target 20 12"
    assert "no treatment start" in PECRIT(course_of(rows)).notes[-1]


def test_with_a_treatment_start_the_notes_are_silent(course_of):
    assert not PECRIT(course_of(two_scans(20, 12))).notes


def test_order_of_rows_changes_nothing(course_of):
    head, *rest = two_scans(20, 5, more="0 N1 non-target . 9 .\n24 N1 non-target . 12 .").strip().splitlines()
    lines = [PECRIT(course_of("\n".join([head, *rows]))).points for rows in (rest, rest[::-1])]
    assert lines[0] == lines[1]


def test_a_baseline_without_uptake_is_named(course_of):
    with pytest.raises(LesionError, match=r"Patient P1, baseline day 0, column 'sul_peak'"):
        PECRIT(course_of("day lesion role longest_mm\n0 T1 target 20\n24 T1 target 10"))
