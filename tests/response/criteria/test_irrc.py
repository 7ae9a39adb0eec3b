"""irRC against its two tables, and timelines worked out by hand.

Wolchok 2009, Clin Cancer Res 15:7412, doi 10.1158/1078-0432.CCR-09-1624: table 1 (what irRC changes in the WHO
criteria) and table 2 (derivation of overall responses). Sizes are `longest x short` in mm; 20x10 is 200 mm².
"""

import pandas as pd
import pytest

from lesion_notation import rows
from radici.core.errors import LesionError
from radici.response.criteria import Irrc
from radici.response.summaries.best_response import BestResponse

IRRC = Irrc()
AT_ONCE = Irrc(confirm=False)
TWO = [84, 112]
THREE = [84, 112, 140]


def sized(days, targets=None, nontargets=None, new=None):
    """Rows of the lesion table whose sizes are written `20x10`."""
    frame = rows(days, targets, nontargets, new)
    longest, _, short = zip(*(size.partition("x") for size in frame.pop("diameter_mm")), strict=True)
    return frame.assign(longest_mm=longest, short_axis_mm=short)


@pytest.fixture
def timeline(course_of):
    """A function from sizes to the timeline by irRC."""
    return lambda days, *lesions, by=IRRC: by(course_of(sized(days, *lesions)))


@pytest.fixture
def calls(timeline):
    """A function from sizes to categories, as one text."""
    return lambda *args, **more: " ".join(point.category for point in timeline(*args, **more).points)


@pytest.mark.parametrize(
    ("target", "nontarget", "new", "expected"),
    [
        ("20x10 A", "P A", "", "irCR"),
        ("20x10 A", "P P", "", "irPR"),
        ("20x10 A", "P U", ". P", "irPR"),
        ("20x10 10x10", "P A", "", "irPR"),
        ("20x10 10x10", "P U", ". P", "irPR"),
        ("20x10 10.1x10", "P P", ". P", "irSD"),
        ("20x10 24.9x10", "P U", ". P", "irSD"),
        ("20x10 25x10", "P A", "", "irPD"),
    ],
)
def test_overall_responses_of_table_2(calls, target, nontarget, new, expected):
    lesions = ({"T1": target}, {"N1": nontarget}, {"L1": new} if new else {})
    assert calls([84], *lesions, by=AT_ONCE) == expected


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ("6.8x6.4 8.0x6.8", "irUPD"),  # floats: 8.0 * 6.8 < 1.25 * 6.4 * 6.8
        ("6.8x6.4 7.99x6.8", "irSD"),
        ("16.7x10.6 16.7x5.3", "irPR"),  # floats: 5.3 * 16.7 > 0.5 * 10.6 * 16.7
        ("16.7x10.6 16.7x5.31", "irSD"),
    ],
)
def test_thresholds_are_exact(calls, sizes, expected):
    assert calls([84], {"T1": sizes}) == expected


def test_measurable_new_lesion_is_added_to_the_burden(calls):
    assert calls([84], {"T1": "20x10 15x10"}, {}, {"L1": ". 10x10"}) == "irUPD"


def test_burden_with_new_lesions_is_printed_in_square_millimetres(timeline):
    frame = timeline([84], {"T1": "20x10 15x10"}, {}, {"L1": ". 10x10"}).frame()
    assert frame[["burden", "unit"]].values.tolist() == [[200.0, "mm²"], [250.0, "mm²"]]


def test_reason_names_burden_growth_and_limit(timeline):
    (point,) = timeline([84], {"T1": "20x10 15x10"}, {}, {"L1": ". 10x10"}).points
    assert point.why.startswith(
        "burden 250.0 mm² with new L1: +25.0 % and +50.0 mm² from the nadir of 200.0 mm² (from 25 % on: progression)"
    )


def test_new_lesion_alone_is_no_progression(calls):
    assert calls([84], {"T1": "20x10 20x10"}, {}, {"L1": ". 5x5"}) == "irSD"


def test_new_lesion_below_5_by_5_mm_is_not_added(calls):
    assert calls([84], {"T1": "20x10 24x10"}, {}, {"L1": ". 20x4.9"}) == "irSD"


def test_new_lesion_enters_once_it_is_measurable(calls):
    assert calls(TWO, {"T1": "20x10 20x10 20x10"}, {}, {"L1": ". 4x4 10x5"}) == "irSD irUPD"


def test_new_lesion_that_is_not_measurable_keeps_complete_response_away(calls):
    assert calls([84], {"T1": "20x10 A"}, {}, {"L1": ". 4x4"}) == "irPR"


def test_complete_response_needs_new_lesions_to_be_gone(calls):
    assert calls(TWO, {"T1": "20x10 10x7 A"}, {}, {"L1": ". 5x5 A"}) == "irPR irCR"


def test_growth_is_counted_from_the_smallest_burden(calls):
    assert calls(TWO, {"T1": "20x10 12x10 15x10"}) == "irSD irUPD"


def test_progression_is_confirmed_by_a_scan_four_weeks_later(calls):
    assert calls(TWO, {"T1": "20x10 25x10 25x10"}) == "irUPD irPD"


def test_confirmed_progression_is_dated_to_its_first_day(timeline):
    assert timeline(TWO, {"T1": "20x10 25x10 26x10"}).progression.since == 84


def test_scan_27_days_later_does_not_confirm(calls):
    assert calls([84, 111, 140], {"T1": "20x10 25x10 30x10 30x10"}) == "irUPD irUPD irPD"


def test_later_control_undoes_progression(calls):
    assert calls(THREE, {"T1": "20x10 25x10 20x10 25x10"}) == "irUPD irSD irUPD"


def test_control_27_days_later_does_not_undo(calls):
    assert calls([84, 111, 140], {"T1": "20x10 25x10 20x10 25x10"}) == "irUPD irSD irPD"


def test_scan_that_is_not_evaluable_leaves_progression_waiting(calls):
    assert calls(THREE, {"T1": "20x10 25x10 NE 25x10"}) == "irUPD NE irPD"


def test_after_confirmed_progression_every_visit_is_progression(calls):
    assert calls(THREE, {"T1": "20x10 25x10 25x10 5x5"}) == "irUPD irPD irPD"


def test_without_confirmation_the_first_progression_counts(calls):
    assert calls(TWO, {"T1": "20x10 25x10 20x10"}, by=AT_ONCE) == "irPD irPD"


def test_first_response_waits_for_its_confirmation(timeline):
    assert timeline(TWO, {"T1": "20x10 10x10 10x10"}).points[0].why.endswith("confirmed by a scan from day 112 on")


def test_response_four_weeks_later_confirms(timeline):
    assert timeline(TWO, {"T1": "20x10 10x10 10x10"}).points[1].extra["response_since_day"] == 84


def test_partial_response_does_not_confirm_a_complete_one(timeline):
    points = timeline(THREE, {"T1": "20x10 A 5x5 A"}).points
    assert "response_since_day" not in points[2].extra


def test_unconfirmed_response_is_stable_disease_as_best_response(timeline):
    found = timeline(TWO, {"T1": "20x10 10x10 20x10"})
    assert BestResponse(confirm=True).of(found).category == "irSD"


def test_missing_lesion_makes_a_visit_not_evaluable(calls):
    assert calls([84], {"T1": "20x10 20x10", "T2": "20x10 -"}) == "NE"


def test_burden_with_lesions_missing_may_prove_progression(calls):
    assert calls([84], {"T1": "20x10 50x10", "T2": "20x10 NE"}) == "irUPD"


def test_burden_with_lesions_missing_may_be_kept_from_proving_progression(calls):
    never = Irrc(partial_sum="never_evaluable")
    assert calls([84], {"T1": "20x10 50x10", "T2": "20x10 NE"}, by=never) == "NE"


def test_lesion_too_small_to_measure_counts_25_square_millimetres(timeline):
    assert timeline([84], {"T1": "20x10 S"}).points[0].burden == 25_000_000


def test_node_with_a_short_axis_below_10_mm_is_no_disease(calls):
    assert calls([84], {"T1n": "30x20 15x9.9"}) == "irCR"


def test_burden_from_nothing_is_progression(calls):
    assert calls(THREE, {"T1": "20x10 A A A"}, {}, {"L1": ". . 5x5 5x5"}) == "irCR irUPD irPD"


def test_patient_without_index_lesions_is_judged_by_the_others(calls):
    assert calls(TWO, {}, {"N1": "P P A"}) == "NON-CR/NON-PD irCR"


def test_measurable_new_lesion_without_index_lesions_is_progression(calls):
    assert calls([84], {}, {"N1": "P P"}, {"L1": ". 10x10"}) == "irUPD"


def lesions_in(organ, sizes, role="target", day="0"):
    """Rows of lesions of one organ, each `size` x 10 mm."""
    row = {"patient": "P1", "role": role, "organ": organ, "day": day, "short_axis_mm": "10"}
    return [{**row, "lesion": f"{organ} {i}", "longest_mm": str(size)} for i, size in enumerate(sizes, start=1)]


TEN = [*lesions_in("lung", [10] * 5), *lesions_in("liver", [10] * 5)]


@pytest.mark.parametrize(
    ("lesions", "words"),
    [
        ([*TEN, *lesions_in("bone", [10])], "at most 10 target lesions are allowed outside the skin, found 11"),
        (lesions_in("skin", [10] * 6), "at most 5 target lesions are allowed in the skin, found 6"),
        (lesions_in("lung", [10] * 6), "in one organ, found 6 in lung"),
    ],
)
def test_too_many_index_lesions_are_refused(course_of, lesions, words):
    with pytest.raises(LesionError, match=f"Patient P1, baseline day 0: .*{words}"):
        IRRC(course_of(pd.DataFrame(lesions)))


def test_ten_index_lesions_and_five_of_the_skin_are_allowed(course_of):
    lesions = pd.DataFrame([*TEN, *lesions_in("skin", [10] * 5)])
    assert IRRC(course_of(lesions)).baseline == 1_500_000_000


def test_no_more_than_the_five_largest_new_lesions_of_an_organ_enter(course_of):
    """1000 mm² at baseline; new areas of 10 to 15 by 10 mm: all six would add 750 mm², the five largest 650 mm²."""
    old = [*TEN, *({**one, "day": "84"} for one in TEN)]
    new = lesions_in("bone", [10, 15, 11, 14, 12, 13], "new", "84")
    (point,) = IRRC(course_of(pd.DataFrame([*old, *new]))).points
    assert point.extra["new_lesion_sum"] == 650_000_000


def test_missing_short_axis_at_baseline_is_named(course_of):
    lesions = pd.DataFrame(lesions_in("lung", [10])).assign(short_axis_mm="")
    with pytest.raises(
        LesionError, match=r"Patient P1, baseline day 0: target lesion 'lung 1' has no .*'short_axis_mm'"
    ):
        IRRC(course_of(lesions))


def test_small_index_lesion_is_noted(timeline):
    assert timeline([84], {"T1": "20x4 20x4"}).notes == ("Smaller at baseline than irRC asks of a target: T1.",)


@pytest.mark.parametrize("seed", range(5))
def test_order_of_rows_and_lesions_changes_nothing(course_of, seed):
    targets = {"T1": "20x10 15x10 NE 9x9", "T2": "20x10 25x10 22x10 8x8", "T3n": "22x16 20x12 18x12 14x9"}
    new = {"L1": ". 10x10 12x10 5x5", "L2": ". . 4x4 6x6", "L3": ". 10x10 9x9 A"}
    frame = sized(THREE, targets, {"N1": "P P U A"}, new)
    shuffled = frame.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(IRRC(course_of(shuffled)).frame(), IRRC(course_of(frame)).frame())
