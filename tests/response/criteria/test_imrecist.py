"""imRECIST against published tables of its rules, and timelines worked out by hand.

Hodi 2018, J Clin Oncol 36:850, doi 10.1200/JCO.2017.75.1644 (abstract: initial progression is no event of
progression-free survival where the next scan shows disease control; response after progression is allowed). Tables:
PMC6942076 table 3 (new lesions in the sum, non-target lesions for complete response only, four weeks), PMC6936240
table 2.
"""

import pytest

from lesion_notation import calls, course, rows
from radici.core.errors import LesionError
from radici.response.criteria import Imrecist

IMRECIST = Imrecist()
TWO = [84, 112]
THREE = [84, 112, 140]


def progression_day(days, *lesions):
    found = IMRECIST(course(days, *lesions)).progression
    return None if found is None else found.since


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ("100 70", "imPR"),
        ("100 70.1", "imSD"),
        ("14.0 9.8", "imPR"),  # floats: 9.8 / 14.0 > 0.7
        ("100 120", "imPD"),
        ("27.0 32.4", "imPD"),  # floats: 32.4 / 27.0 < 1.2
        ("27.0 32.39", "imSD"),
        ("20 24.9", "imSD"),
        ("100 A", "imCR"),
    ],
)
def test_thresholds_are_exact(sizes, expected):
    assert calls(IMRECIST, [84], {"T1": sizes}) == expected


def test_least_growth_of_5_mm_can_be_left_out():
    assert calls(Imrecist(progression_mm=0), [84], {"T1": "20 24"}) == "imPD"


def test_progression_without_a_later_scan_counts():
    assert progression_day([84], {"T1": "100 120"}) == 84


def test_progression_that_the_next_scan_repeats_counts_from_its_first_day():
    assert progression_day(TWO, {"T1": "100 120 125"}) == 84


def test_progression_before_disease_control_is_no_event():
    assert calls(IMRECIST, TWO, {"T1": "100 120 110"}) == "imUPD imSD"


def test_progression_before_disease_control_leaves_no_date():
    assert progression_day(TWO, {"T1": "100 120 110"}) is None


def test_control_27_days_later_does_not_undo():
    assert calls(IMRECIST, [84, 111], {"T1": "100 120 100"}) == "imPD imSD"


def test_first_scan_from_four_weeks_on_decides():
    assert calls(IMRECIST, [84, 98, 112, 140], {"T1": "100 120 130 110 140"}) == "imUPD imUPD imSD imPD"


def test_scan_that_is_not_evaluable_decides_nothing():
    assert calls(IMRECIST, THREE, {"T1": "100 120 NE 100"}) == "imUPD NE imSD"


def test_later_progression_after_one_undone_counts_from_its_own_day():
    assert progression_day(THREE, {"T1": "100 120 110 130"}) == 140


def test_response_may_follow_progression_that_counts():
    assert calls(IMRECIST, THREE, {"T1": "100 120 125 60"}) == "imPD imPD imPR"


def test_reason_says_which_scan_undid_progression():
    assert IMRECIST(course(TWO, {"T1": "100 120 110"})).points[0].why.endswith("undone, for day 112 shows control")


def test_progression_may_be_kept_from_being_undone():
    assert calls(Imrecist(may_be_undone=False), TWO, {"T1": "100 120 110"}) == "imPD imPD"


def test_measurable_new_lesion_is_added_to_the_sum():
    assert calls(IMRECIST, [84], {"T1": "50 50"}, {}, {"L1": ". 10"}) == "imPD"


def test_unmeasured_new_lesion_is_no_progression():
    assert calls(IMRECIST, [84], {"T1": "50 50"}, {}, {"L1": ". P"}) == "imSD"


def test_progression_of_nontarget_lesions_is_no_progression():
    assert calls(IMRECIST, [84], {"T1": "50 50"}, {"N1": "P U"}) == "imSD"


def test_nontarget_lesions_keep_complete_response_away():
    assert calls(IMRECIST, [84], {"T1": "50 A"}, {"N1": "P P"}) == "imPR"


def test_six_targets_are_refused():
    lesions = {f"T{i}": "20 20" for i in range(6)}
    with pytest.raises(LesionError, match=r"Patient P1, baseline day 0: at most 5 target lesions .* found 6"):
        IMRECIST(course([84], lesions))


def test_missing_short_axis_of_a_node_at_baseline_is_named():
    with pytest.raises(LesionError, match=r"Patient P1, baseline day 0: target lesion 'T1n' has no .*'short_axis_mm'"):
        IMRECIST(course([84], {"T1n": "P 20"}))


@pytest.mark.parametrize("seed", range(5))
def test_order_of_rows_and_lesions_changes_nothing(course_of, seed):
    new = {"L1": ". 12 14 A", "L2": ". 12 P 20", "L3": ". . 11 12", "L4n": ". 9 16 18"}
    table = rows(THREE, {"T1": "40 30 45 35", "T2": "30 40 50 20", "T3n": "20 15 9 9"}, {"N1": "P P U A"}, new)
    shuffled = table.sample(frac=1, random_state=seed)
    assert repr(IMRECIST(course_of(shuffled)).points) == repr(IMRECIST(course_of(table)).points)
