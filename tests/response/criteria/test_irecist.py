"""iRECIST against its tables, the EORTC's published answers, and timelines worked out by hand.

Seymour 2017, doi 10.1016/S1470-2045(17)30074-8, tables 2 and 3; EORTC: recist.eortc.org. Cases called `tracker` are
those that RECIST-tracker (MIT, github.com/heyhey-yoyo/RECIST-tracker) tests; baseline sum 100 unless it says otherwise.
"""

import pytest

from lesion_notation import calls, course, rows
from radici.response.criteria import Irecist
from radici.response.lesions import courses, lesion_table

IRECIST = Irecist()
ANY_SIZE = Irecist(new_target_mm=0)
TWO = [56, 98]
THREE = [56, 98, 140]


@pytest.mark.parametrize(
    ("targets", "new", "expected"),
    [
        ("100 125 50", ". 10 10", "iUPD iPR"),
        ("100 125 90", ". 10 10", "iUPD iSD"),
        ("100 50 50 50", ". . 10 10", "iPR iUPD iUPD"),
        ("10 0 4", "", "iCR iUPD"),
        ("100 100 50 61", ". 10 - 10", "iUPD NE iCPD"),
    ],
)
def test_tracker_cases(targets, new, expected):
    days = THREE[: len(targets.split()) - 1]
    assert calls(IRECIST, days, {"T1": targets}, {}, {"L1": new} if new else {}) == expected


def test_tracker_nadir_without_unevaluable_visits():
    """One public tool leaves the whole visit out of the nadir, and 61 then is a response to the baseline."""
    criterion = Irecist(nadir_excludes_overall_ne=True)
    assert calls(criterion, THREE, {"T1": "100 100 50 61"}, {}, {"L1": ". 10 - 10"}) == "iUPD NE iPR"


def test_new_lesion_sum_grown_by_5_mm_confirms():
    """3.2 to 8.2 mm: arithmetic only, for a measured new lesion has 10 mm or more."""
    assert calls(ANY_SIZE, TWO, {"T1": "100 100 100"}, {}, {"L1": ". 3.2 8.2"}) == "iUPD iCPD"


def test_new_lesion_sum_grown_by_less_does_not_confirm():
    assert calls(IRECIST, TWO, {"T1": "100 100 100"}, {}, {"L1": ". 12 16.9"}) == "iUPD iUPD"


def test_growth_of_new_lesions_adds_up_over_visits():
    """EORTC: +4 mm, then +2 mm confirm."""
    assert calls(IRECIST, THREE, {"T1": "100 100 100 100"}, {}, {"L1": ". 12 16 18"}) == "iUPD iUPD iCPD"


def test_any_growth_of_a_new_lesion_too_small_to_be_a_target_confirms():
    assert calls(IRECIST, TWO, {"T1": "100 100 100"}, {}, {"L1": ". 7 7.5"}) == "iUPD iCPD"


def test_growth_of_an_unmeasured_new_lesion_confirms():
    assert calls(IRECIST, TWO, {"T1": "100 100 100"}, {}, {"L1": ". P I"}) == "iUPD iCPD"


def test_one_more_new_lesion_confirms():
    found = calls(IRECIST, TWO, {"T1": "100 100 100"}, {}, {"L1": ". 12 12", "L2": ". . P"})
    assert found == "iUPD iCPD"


@pytest.mark.parametrize(
    ("targets", "nontargets", "expected"),
    [
        ("50 0", "P A", "iCR"),
        ("50 0", "P P", "iPR"),
        ("50 30", "P P", "iPR"),
        ("50 45", "P P", "iSD"),
        ("50 0", "P U", "iUPD"),
        ("50 30", "P U", "iUPD"),
        ("50 45", "P U", "iUPD"),
        ("50 70", "P P", "iUPD"),
        ("50 70", "P A", "iUPD"),
        ("50 70", "P U", "iUPD"),
    ],
)
def test_time_point_without_earlier_progression(targets, nontargets, expected):
    """Table 2, rows without new lesions, column `no previous iUPD`."""
    assert calls(IRECIST, [56], {"T1": targets}, {"N1": nontargets}) == expected


@pytest.mark.parametrize(
    ("targets", "nontargets", "new"),
    [("50 70", "P U", ". 12"), ("50 45", "P P", ". 12"), ("50 0", "P A", ". P"), ("50 30", "P P", ". P")],
)
def test_new_lesion_without_earlier_progression(targets, nontargets, new):
    """Table 2, rows with new lesions, column `no previous iUPD`."""
    assert calls(IRECIST, [56], {"T1": targets}, {"N1": nontargets}, {"L1": new}) == "iUPD"


@pytest.mark.parametrize(
    ("targets", "nontargets", "new", "expected"),
    [
        # rows 1 to 4: response or stability undoes the progression
        ("50 70 0", "P P A", "", "iUPD iCR"),
        ("50 70 0", "P P P", "", "iUPD iPR"),
        ("50 70 34", "P P P", "", "iUPD iPR"),
        ("50 70 45", "P P P", "", "iUPD iSD"),
        # row 5: new lesions seen before, targets unchanged or smaller
        ("50 70 69", "P U U", ". 12 12", "iUPD iUPD"),
        ("50 70 69", "P U U", ". 12 17", "iUPD iCPD"),
        ("50 70 69", "P U U", ". P I", "iUPD iCPD"),
        # row 6: non-target progression
        ("50 45 45", "P U U", "", "iUPD iUPD"),
        ("50 45 45", "P U I", "", "iUPD iCPD"),
        # row 7: target progression
        ("50 70 74.9", "P P P", "", "iUPD iUPD"),
        ("50 70 75", "P P P", "", "iUPD iCPD"),
        ("50 70 75", "P A A", "", "iUPD iCPD"),
        # row 8: both
        ("50 70 70", "P U U", "", "iUPD iUPD"),
        ("50 70 75", "P U U", "", "iUPD iCPD"),
        ("50 70 70", "P U I", "", "iUPD iCPD"),
        # row 9: both, and new lesions
        ("50 70 70", "P U U", ". 12 12", "iUPD iUPD"),
        ("50 70 75", "P U U", ". 12 12", "iUPD iCPD"),
        ("50 70 70", "P U I", ". 12 12", "iUPD iCPD"),
        ("50 70 70", "P U U", ". 12 17", "iUPD iCPD"),
        # last row: nothing but the new lesion
        ("50 50 50", "P P P", ". 12 12", "iUPD iUPD"),
        ("50 50 50", "P P P", ". 12 17", "iUPD iCPD"),
    ],
)
def test_time_point_after_unconfirmed_progression(targets, nontargets, new, expected):
    """Table 2, column `previous iUPD`, each row with and without what confirms it."""
    found = calls(IRECIST, TWO, {"T1": targets}, {"N1": nontargets}, {"L1": new} if new else {})
    assert found == expected


@pytest.mark.parametrize(
    ("targets", "nontargets", "new"),
    [
        ("50 70 70", "P P U", ""),
        ("50 70 45", "P P P", ". . 12"),
        ("50 45 60", "P U P", ""),
        ("50 45 60", "P P P", ". 12 12"),
        ("50 45 45", "P P U", ". 12 12"),
    ],
)
def test_progression_of_another_category_confirms(targets, nontargets, new):
    """Seymour 2017: a lesion category that did not progress before now meets progression by RECIST 1.1."""
    found = calls(IRECIST, TWO, {"T1": targets}, {"N1": nontargets}, {"L1": new} if new else {})
    assert found == "iUPD iCPD"


def test_after_confirmed_progression_every_visit_is_that():
    assert calls(IRECIST, THREE, {"T1": "50 70 80 20"}) == "iUPD iCPD iCPD"


def test_the_bar_is_reset_and_the_next_progression_waits_again():
    assert calls(IRECIST, [56, 98, 140, 182], {"T1": "50 70 45 60 66"}) == "iUPD iSD iUPD iCPD"


def test_confirmed_progression_names_the_day_it_was_first_seen():
    timeline = IRECIST(course([56, 98, 140, 182], {"T1": "50 70 45 60 66"}))
    assert timeline.points[-1].since == 140


@pytest.mark.parametrize(
    ("tolerance", "days", "expected"),
    [
        (0, [56, 83, 84], "iUPD NE iCPD"),
        (2, [56, 83, 84], "iUPD iCPD iCPD"),
        (2, [56, 81, 84], "iUPD NE iCPD"),
    ],
)
def test_a_scan_too_early_is_ignored(tolerance, days, expected):
    criterion = Irecist(confirm_tolerance_days=tolerance)
    assert calls(criterion, days, {"T1": "100 125 130 130"}) == expected


def test_an_early_scan_does_not_give_the_nadir():
    """50 on the ignored scan would make 61 progression of the targets, which confirms."""
    assert calls(IRECIST, [56, 70, 98], {"T1": "100 100 50 61"}, {}, {"L1": ". 12 12 12"}) == "iUPD NE iPR"


def test_an_early_scan_for_new_symptoms_with_an_additional_new_lesion_confirms():
    table = rows([56, 70], {"T1": "50 70 70"}, {}, {"L1": ". . 12"})
    table["prompted"] = ["yes" if day == "70" else "" for day in table["day"]]
    (found,) = courses(lesion_table(table))
    assert [point.category for point in IRECIST(found).points] == ["iUPD", "iCPD"]


def test_an_early_scan_for_new_symptoms_with_growth_only_is_ignored():
    table = rows([56, 70], {"T1": "50 70 90"})
    table["prompted"] = ["yes" if day == "70" else "" for day in table["day"]]
    (found,) = courses(lesion_table(table))
    assert [point.category for point in IRECIST(found).points] == ["iUPD", "NE"]


def test_a_late_confirmation_says_so():
    timeline = IRECIST(course([56, 200], {"T1": "50 70 80"}))
    assert "(144 days after it, later than 56)" in timeline.points[1].why


def test_a_new_lesion_that_stays_keeps_complete_response_away():
    assert calls(IRECIST, TWO, {"T1": "50 70 0"}, {"N1": "P P A"}, {"L1": ". 12 12"}) == "iUPD iPR"


def test_a_new_lesion_that_disappears_allows_complete_response():
    assert calls(IRECIST, TWO, {"T1": "50 70 0"}, {"N1": "P P A"}, {"L1": ". 12 A"}) == "iUPD iCR"


def test_partial_response_of_the_baseline_persists():
    """EORTC: sum 100, 70, 70, 80, 80, 80 is partial response throughout."""
    assert calls(IRECIST, [56, 98, 140, 182, 224], {"T1": "100 70 70 80 80 80"}) == "iPR iPR iPR iPR iPR"


def test_an_old_new_lesion_after_a_reset_must_progress_by_itself():
    """EORTC: 12 to 17 mm is +42 % and +5 mm of the new lesions' own sum; it can only be unconfirmed anew."""
    found = calls(IRECIST, THREE, {"T1": "100 125 90 90"}, {}, {"L1": ". 12 12 17"})
    assert found == "iUPD iSD iUPD"


def test_an_old_new_lesion_after_a_reset_that_grows_less_does_not_progress():
    found = calls(IRECIST, THREE, {"T1": "100 125 90 90"}, {}, {"L1": ". 12 12 16"})
    assert found == "iUPD iSD iSD"


def test_not_evaluable_scans_keep_progression_pending():
    assert calls(IRECIST, THREE, {"T1": "50 70 NE 75"}) == "iUPD NE iCPD"


def test_new_lesions_are_never_added_to_the_sum():
    timeline = IRECIST(course([56], {"T1": "100 100"}, {}, {"L1": ". 40"}))
    assert timeline.points[0].burden == 100_000


def test_nontarget_only_disease():
    assert calls(IRECIST, THREE, {}, {"N1": "P P U I"}) == "NON-iCR/NON-iUPD iUPD iCPD"


@pytest.mark.parametrize("not_assessed", ["-", "NE"])
def test_a_new_lesion_that_was_not_assessed_keeps_complete_response_away(not_assessed):
    assert calls(IRECIST, THREE, {"T1": "50 70 30 0"}, {}, {"L1": f". 12 12 {not_assessed}"}) == "iUPD iPR iPR"


def test_a_new_lesion_that_has_gone_need_not_be_mentioned_again():
    assert calls(IRECIST, THREE, {"T1": "50 70 30 0"}, {}, {"L1": ". 12 A -"}) == "iUPD iPR iCR"


def test_a_new_lesion_that_was_not_assessed_does_not_lower_the_nadir_of_new_lesions():
    found = calls(IRECIST, [56, 98, 140, 182], {"T1": "50 70 30 30 30"}, {}, {"L1": ". 12 12 - 12"})
    assert found == "iUPD iPR iPR iPR"


def test_a_new_lesion_assessed_again_after_unconfirmed_progression_is_no_growth():
    found = calls(IRECIST, [56, 98, 140, 182], {"T1": "50 70 30 45 45"}, {}, {"L1": ". 12 12 - 12"})
    assert found == "iUPD iPR iUPD iUPD"


def test_new_lesions_progress_from_their_smallest_sum_not_from_that_of_the_reset():
    """EORTC: 20 % and 5 mm over their own baseline or nadir; 10, then 14 on the visit that resets, then 16 mm."""
    assert calls(IRECIST, THREE, {"T1": "50 50 30 30"}, {}, {"L1": ". 10 14 16"}) == "iUPD iPR iUPD"


def test_a_new_lesion_back_after_complete_response_is_progression():
    found = calls(IRECIST, [56, 98, 140], {"T1": "50 70 0 0"}, {}, {"L1": ". P A P"})
    assert found == "iUPD iCR iUPD"


def test_a_target_missed_at_the_first_progression_is_no_growth_when_measured_again():
    assert calls(IRECIST, TWO, {"T1": "30 60 60", "T2": "10 - 10"}) == "iUPD iUPD"


def test_progression_of_a_nontarget_that_was_not_assessed_again_still_waits():
    assert calls(IRECIST, TWO, {"T1": "50 50 50"}, {"N1": "P U -"}) == "iUPD NE"


def test_a_new_lesion_that_stays_is_no_partial_response_without_targets():
    assert calls(IRECIST, TWO, {}, {"N1": "P P A"}, {"L1": ". P P"}) == "iUPD NON-iCR/NON-iUPD"


def test_an_unmeasured_new_lesion_gone_at_the_progression_and_back_at_the_next_visit_confirms():
    new = {"L1": ". P A A P", "L2": ". . . 12 12"}
    assert calls(IRECIST, [56, 98, 140, 182], {"T1": "50 50 50 50 50"}, {}, new) == "iUPD iSD iUPD iCPD"


def test_a_new_lymph_node_below_10_mm_is_normal_and_allows_complete_response():
    """RECIST 1.1, section 3.1: a node with a short axis below 10 mm is not pathological."""
    assert calls(IRECIST, TWO, {"T1": "50 70 0"}, {}, {"L1n": ". 16 6"}) == "iUPD iCR"


def test_an_early_scan_with_a_new_lesion_of_an_earlier_episode_is_ignored():
    new = {"L1": ". 12 12 - 12"}
    table = rows([56, 98, 140, 160], {"T1": "50 70 30 45 45"}, {}, new)
    table["prompted"] = ["yes" if day == "160" else "" for day in table["day"]]
    (found,) = courses(lesion_table(table))
    assert [point.category for point in IRECIST(found).points] == ["iUPD", "iPR", "iUPD", "NE"]
