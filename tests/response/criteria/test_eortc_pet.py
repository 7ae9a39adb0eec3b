"""EORTC PET 1999 worked out by hand from PMC4377159 (table 2) and BMC Cancer 2012;12:502 (table 2).

Response: a fall of at least 15 % after one cycle, of more than 25 % later. Progression: a rise of SUV above 25 %, of
the longest dimension above 20 %, or a new lesion. Original: Young 1999, doi 10.1016/S0959-8049(99)00229-4.
"""

import pytest

from radici.core.errors import LesionError
from radici.response.criteria import EortcPet

EORTC = EortcPet()


def two_scans(before, after, more=""):
    return f"day lesion role suv_max\n0 T1 target {before}\n21 T1 target {after}\n{more}"


@pytest.mark.parametrize(
    ("after", "one_cycle", "expected"),
    [
        (8.5, 21, "PMR"),  # exactly -15 % after one cycle
        (8.501, 21, "SMD"),
        (8.5, 20, "SMD"),  # later, 15 % are too little,
        (8.5, None, "SMD"),
        (7.5, None, "SMD"),  # and exactly -25 % too
        (7.499, None, "PMR"),
        (12.5, None, "SMD"),  # exactly +25 %
        (12.501, None, "PMD"),
        (12.501, 21, "PMD"),
        (0, None, "CMR"),
    ],
)
def test_thresholds_are_exact(calls_of, after, one_cycle, expected):
    assert calls_of(EortcPet(one_cycle_until_day=one_cycle), two_scans(10, after)) == expected


def test_a_new_lesion_is_progression(calls_of):
    assert calls_of(EORTC, two_scans(10, 5, "21 L1 new 3")) == "PMD"


SUMMED = """
    day lesion role       suv_max state
    0   T1     target     6       .
    0   N1     non-target 4       .
    42  T1     target     {}
    42  N1     non-target {}"""


@pytest.mark.parametrize(
    ("target", "other", "expected"),
    [
        ("2 .", "5.499 .", "PMR"),  # 10 to 7.499
        ("2 .", "5.5 .", "SMD"),
        ("2 .", ". NE", "NE"),
        ("12.6 .", ". NE", "PMD"),  # 10 to more than 12.5 by one alone
        (". absent", ". absent", "CMR"),
        (". absent", "2 .", "PMR"),
        ("5 .", "4 progressed", "PMD"),
    ],
)
def test_lesions_are_summed(calls_of, target, other, expected):
    assert calls_of(EORTC, SUMMED.format(target, other)) == expected


def longer(after):
    return f"day lesion role suv_max longest_mm\n0 T1 target 10 20\n42 T1 target 5 {after}"


@pytest.mark.parametrize(("after", "expected"), [(24, "PMR"), (24.001, "PMD")])
def test_extent_of_uptake_above_20_percent_is_progression(calls_of, after, expected):
    assert calls_of(EORTC, longer(after)) == expected


def test_extent_need_not_be_looked_at(calls_of):
    assert calls_of(EortcPet(extent_percent=None), longer(30)) == "PMR"


def test_the_notes_say_that_lengths_are_taken_for_those_of_uptake(course_of):
    assert "taken for the length of uptake" in EORTC(course_of(longer(20))).notes[1]


def test_where_extent_is_not_looked_at_the_notes_are_silent(course_of):
    assert len(EortcPet(extent_percent=None)(course_of(longer(20))).notes) == 1


def test_a_lesion_that_a_visit_does_not_mention_makes_it_not_evaluable(calls_of):
    assert calls_of(EORTC, longer(20) + "\n0 N1 non-target 4 12") == "NE"


def test_the_notes_say_that_no_scan_is_after_one_cycle(course_of):
    assert "`one_cycle_until_day` is not set" in EORTC(course_of(two_scans(10, 8))).notes[0]


def test_after_progression_every_visit_is_progression(calls_of):
    assert calls_of(EORTC, two_scans(10, 13, "42 T1 target 5")) == "PMD PMD"


def test_uptake_back_after_complete_response_is_progression(calls_of):
    assert calls_of(EORTC, two_scans(10, 0, "42 T1 target 5")) == "CMR PMD"


def test_change_is_percent_of_the_baseline_sum(course_of):
    assert EORTC(course_of(two_scans(10, 8))).points[0].change == pytest.approx(-20.0)


def test_order_of_rows_changes_nothing(course_of):
    head, *rest = SUMMED.format("2 .", "9 .").strip().splitlines()
    lines = [EORTC(course_of("\n".join([head, *rows]))).points for rows in (rest, rest[::-1])]
    assert lines[0] == lines[1]


def test_a_baseline_without_uptake_is_named(course_of):
    with pytest.raises(LesionError, match=r"Patient P1, baseline day 0, column 'suv_max'"):
        EORTC(course_of("day lesion role longest_mm\n0 T1 target 20\n42 T1 target 10"))
