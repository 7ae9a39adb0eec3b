"""irRECIST against published tables of its rules, and timelines worked out by hand.

Nishino 2013, Clin Cancer Res 19:3936, doi 10.1158/1078-0432.CCR-13-0895. Tables: PMC5994498 table 2 (20 % and 5 mm over
the nadir, new lesions in the sum, confirmation after four weeks, progression of non-target lesions counts), PMC6942076
table 3 (non-target lesions for complete response only).
"""

import pytest

from lesion_notation import calls, course, rows
from radici.core.errors import LesionError
from radici.response.criteria import Irrecist

IRRECIST = Irrecist()
COUNTS = Irrecist(nontarget_progression="counts")
TWO = [84, 112]
THREE = [84, 112, 140]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ("100 70", "irPR"),
        ("100 70.1", "irSD"),
        ("14.0 9.8", "irPR"),  # floats: 9.8 / 14.0 > 0.7
        ("100 120", "irUPD"),
        ("100 119.9", "irSD"),
        ("27.0 32.4", "irUPD"),  # floats: 32.4 / 27.0 < 1.2
        ("20 25", "irUPD"),
        ("20 24.9", "irSD"),  # +24.5 %, but less than 5 mm
        ("100 A", "irCR"),
    ],
)
def test_thresholds_are_exact(sizes, expected):
    assert calls(IRRECIST, [84], {"T1": sizes}) == expected


def test_measurable_new_lesion_is_added_to_the_sum():
    assert calls(IRRECIST, [84], {"T1": "50 50"}, {}, {"L1": ". 10"}) == "irUPD"


def test_sum_holds_targets_and_new_lesions():
    assert IRRECIST(course([84], {"T1": "50 40"}, {}, {"L1": ". 12"})).points[0].burden == 52_000


def test_new_lesion_alone_is_no_progression():
    assert calls(IRRECIST, [84], {"T1": "100 100"}, {}, {"L1": ". 19"}) == "irSD"


def test_new_lesion_below_10_mm_is_not_added():
    assert calls(IRRECIST, [84], {"T1": "30 30"}, {}, {"L1": ". 9.9"}) == "irSD"


def test_new_node_below_15_mm_is_not_added():
    assert calls(IRRECIST, [84], {"T1": "30 30"}, {}, {"L1n": ". 14.9"}) == "irSD"


def test_new_lesions_do_not_hinder_partial_response():
    assert calls(IRRECIST, [84], {"T1": "100 50"}, {}, {"L1": ". 20"}) == "irPR"


def test_unmeasured_new_lesion_keeps_complete_response_away():
    assert calls(IRRECIST, [84], {"T1": "100 A"}, {}, {"L1": ". P"}) == "irPR"


def test_new_lesion_not_evaluated_later_keeps_complete_response_away():
    assert calls(IRRECIST, TWO, {"T1": "100 A A"}, {}, {"L1": ". P NE"}) == "irPR irPR"


def test_no_more_than_two_new_lesions_of_an_organ_enter():
    """The notation puts L1 and L2 into one organ, L3 and L4 into another."""
    (point,) = IRRECIST(course([84], {"T1": "100 100"}, {}, {"L1": ". 10", "L2": ". 10", "L3": ". 10"})).points
    assert point.extra["new_lesion_sum"] == 30_000


def test_no_more_than_five_new_lesions_enter():
    new = {f"L{i}": f". {10 + i}" for i in range(6)}
    (point,) = IRRECIST(course([84], {"T1": "100 100"}, {}, new)).points
    assert point.extra["new_lesion_sum"] == 65_000


def test_progression_of_nontarget_lesions_does_not_count_unless_asked():
    assert calls(IRRECIST, [84], {"T1": "100 100"}, {"N1": "P U"}) == "irSD"


def test_progression_of_nontarget_lesions_counts_where_asked():
    assert calls(COUNTS, TWO, {"T1": "100 100 100"}, {"N1": "P U U"}) == "irUPD irPD"


def test_progression_of_unmeasured_new_lesions_counts_where_asked():
    assert calls(COUNTS, TWO, {"T1": "100 100 100"}, {}, {"L1": ". P U"}) == "irSD irUPD"


def test_nontarget_lesions_keep_complete_response_away():
    assert calls(IRRECIST, [84], {"T1": "100 A"}, {"N1": "P P"}) == "irPR"


def test_confirmed_progression_is_dated_to_its_first_day():
    timeline = IRRECIST(course(THREE, {"T1": "100 100 120 120"}))
    assert (timeline.progression.day, timeline.progression.since) == (140, 112)


def test_scan_that_is_no_progression_undoes_it():
    assert calls(IRRECIST, THREE, {"T1": "100 120 110 120"}) == "irUPD irSD irUPD"


def test_scan_27_days_later_neither_confirms_nor_undoes():
    assert calls(IRRECIST, [84, 111, 112], {"T1": "100 120 110 120"}) == "irUPD irSD irPD"


def test_growth_is_counted_from_the_smallest_sum():
    assert calls(IRRECIST, TWO, {"T1": "100 60 72"}) == "irPR irUPD"


def test_without_confirmation_the_first_progression_counts():
    assert calls(Irrecist(confirm=False), TWO, {"T1": "100 120 100"}) == "irPD irPD"


def test_patient_without_targets_is_judged_by_nontarget_lesions():
    assert calls(IRRECIST, TWO, {}, {"N1": "P P A"}) == "NON-CR/NON-PD irCR"


def test_measurable_new_lesion_without_targets_is_progression():
    assert calls(IRRECIST, [84], {}, {"N1": "P P"}, {"L1": ". 10"}) == "irUPD"


def test_six_targets_are_refused():
    lesions = {f"T{i}": "20 20" for i in range(6)}
    with pytest.raises(LesionError, match=r"Patient P1, baseline day 0: at most 5 target lesions .* found 6"):
        IRRECIST(course([84], lesions))


def test_three_targets_of_an_organ_are_refused(course_of):
    lesions = "day lesion role organ longest_mm\n" + "\n".join(f"0 T{i} target liver 20" for i in range(3))
    with pytest.raises(LesionError, match=r"Patient P1, baseline day 0: .* one organ, found 3 in liver"):
        IRRECIST(course_of(lesions))


def test_missing_length_at_baseline_is_named():
    with pytest.raises(LesionError, match=r"Patient P1, baseline day 0: target lesion 'T1' has no .*'longest_mm'"):
        IRRECIST(course([84], {"T1": "P 20"}))


@pytest.mark.parametrize("seed", range(5))
def test_order_of_rows_and_lesions_changes_nothing(course_of, seed):
    new = {"L1": ". 12 14 A", "L2": ". 12 P 20", "L3": ". . 11 12", "L4n": ". 9 16 18"}
    table = rows(THREE, {"T1": "40 30 NE 35", "T2": "30 40 38 20", "T3n": "20 15 9 9"}, {"N1": "P P U A"}, new)
    shuffled = table.sample(frac=1, random_state=seed)
    assert repr(IRRECIST(course_of(shuffled)).points) == repr(IRRECIST(course_of(table)).points)
