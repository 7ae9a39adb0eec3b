"""RECIST 1.1 against published time points, the tables of the guideline, and arithmetic worked out by hand.

P1 to P8: target sums of pharmaversesdtm's `tr_onco_recist` (Apache-2.0, github.com/pharmaverse/pharmaversesdtm),
visits every 21 days. Tables 1 and 2: Eisenhauer 2009, doi 10.1016/j.ejca.2008.10.026. FAQ: recist.eortc.org.
"""

import pytest

from lesion_notation import calls, course
from radici.core.errors import LesionError
from radici.response.criteria import Recist11

RECIST = Recist11()
EVERY_21 = [21, 42, 63, 84]


@pytest.mark.parametrize(
    ("name", "targets", "nontargets", "expected"),
    [
        ("P1", {"T1": "21 20 20 0", "T2n": "32 34 - 7", "T3": "24 24 - 0", "T4": "19 18 18 0"}, {}, "SD NE CR"),
        (
            "P2",
            {"T1": "16 16 - 17", "T2": "22 21 34 23", "T3": "21 19 41 20", "T4": "17 17 26 25", "T5": "18 18 9 7"},
            {},
            "SD PD PD",
        ),
        ("P3", {}, {"N1": "P P P", "N2": "P A A", "N3": "P P A"}, "NON-CR/NON-PD NON-CR/NON-PD"),
        ("P4", {}, {"N1": "P A", "N2": "P P"}, "NON-CR/NON-PD"),
        ("P5", {"T1n": "31 31 19 7", "T2": "42 34 21 0", "T3n": "17 9 4 3"}, {}, "SD PR CR"),
        ("P6", {"T1": "27 24 15 14 14", "T2": "51 48 23 - 19"}, {}, "SD PR NE PR"),
        ("P7", {"T1": "35 31 37 42", "T2": "22 24 28 39", "T3n": "33 33 31 43"}, {}, "SD SD PD"),
        ("P8", {"T1": "19 15 0 5", "T2": "21 14 0 0", "T3": "20 13 0 0"}, {}, "PR CR PD"),
    ],
)
def test_published_time_points(name, targets, nontargets, expected):
    visits = len(next(iter({**targets, **nontargets}.values())).split()) - 1
    assert calls(RECIST, EVERY_21[:visits], targets, nontargets) == expected


def test_partial_sum_that_proves_progression_says_so():
    targets = {"T1": "16 16 -", "T2": "22 21 34", "T3": "21 19 41", "T4": "17 17 26", "T5": "18 18 9"}
    timeline = RECIST(course([21, 42], targets))
    assert "+20.9 % and +19.0 mm from the nadir of 91.0 mm" in timeline.points[1].why


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ("100 70", "PR"),
        ("100 70.1", "SD"),
        ("20 25", "PD"),
        ("20 24.9", "SD"),
        ("90 108", "PD"),
        ("90 107.9", "SD"),
        ("14.0 9.8", "PR"),  # floats: 9.8 / 14.0 > 0.7
        ("27.0 32.4", "PD"),  # floats: 32.4 / 27.0 < 1.2
    ],
)
def test_thresholds_are_exact(sizes, expected):
    assert calls(RECIST, [42], {"T1": sizes}) == expected


def test_five_mm_are_exact():
    """3.2 + 5.0 is 8.2, which floats deny."""
    assert calls(RECIST, [42, 84], {"T1": "100 3.2 8.2"}) == "PR PD"


def test_partial_response_persists_until_progression():
    assert calls(RECIST, [42, 84, 126, 168, 210], {"T1": "100 70 70 80 80 80"}) == "PR PR PR PR PR"


def test_without_persistence_each_visit_stands_alone():
    strict = Recist11(partial_response_persists=False)
    assert calls(strict, [42, 84, 126, 168, 210], {"T1": "100 70 70 80 80 80"}) == "PR PR SD SD SD"


@pytest.mark.parametrize(
    ("targets", "nontargets", "new", "expected"),
    [
        ("50 0", "P A", "", "CR"),
        ("50 0", "P P", "", "PR"),
        ("50 0", "P NE", "", "PR"),
        ("50 0", "P -", "", "PR"),
        ("50 30", "P A", "", "PR"),
        ("50 30", "P P", "", "PR"),
        ("50 30", "P NE", "", "PR"),
        ("50 45", "P A", "", "SD"),
        ("50 45", "P P", "", "SD"),
        ("50 45", "P NE", "", "SD"),
        ("50 NE", "P P", "", "NE"),
        ("50 NE", "P A", "", "NE"),
        ("50 NE", "P NE", "", "NE"),
        ("50 70", "P A", "", "PD"),
        ("50 70", "P NE", "", "PD"),
        ("50 0", "P U", "", "PD"),
        ("50 NE", "P U", "", "PD"),
        ("50 0", "P A", ". 12", "PD"),
        ("50 30", "P P", ". P", "PD"),
        ("50 NE", "P NE", ". P", "PD"),
    ],
)
def test_overall_response_with_targets(targets, nontargets, new, expected):
    """Table 1 of RECIST 1.1, every row."""
    found = calls(RECIST, [56], {"T1": targets}, {"N1": nontargets}, {"L1": new} if new else {})
    assert found == expected


@pytest.mark.parametrize(
    ("nontargets", "new", "expected"),
    [
        ("P A", "", "CR"),
        ("P P", "", "NON-CR/NON-PD"),
        ("P NE", "", "NE"),
        ("P U", "", "PD"),
        ("P A", ". P", "PD"),
        ("P P", ". 11", "PD"),
    ],
)
def test_overall_response_without_targets(nontargets, new, expected):
    """Table 2 of RECIST 1.1, every row."""
    assert calls(RECIST, [56], {}, {"N1": nontargets}, {"L1": new} if new else {}) == expected


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ("18 9", "CR"),  # a node below 10 mm is normal although its sum is not 0
        ("18 10", "PR"),
        ("40 9 9.9", "CR CR"),  # growth within the normal range is no progression
        ("40 9 10", "CR PD"),  # back to a pathological node after complete response
        ("40 30 35.9", "SD SD"),
        ("40 30 36", "SD PD"),
    ],
)
def test_lymph_nodes(sizes, expected):
    assert calls(RECIST, [42, 84][: len(sizes.split()) - 1], {"T1n": sizes}) == expected


def test_reappearance_after_complete_response_is_progression():
    assert calls(RECIST, [42, 84], {"T1": "10 0 4"}) == "CR PD"


def test_regrowth_below_5_mm_without_complete_response_is_not():
    """The target had gone, the non-target had not: the response was partial, the nadir 0, and 4 mm are below 5."""
    assert calls(RECIST, [42, 84], {"T1": "50 0 4"}, {"N1": "P P P"}) == "PR PR"


def test_a_nontarget_back_after_complete_response_is_progression():
    assert calls(RECIST, [42, 84], {"T1": "50 0 0"}, {"N1": "P A P"}) == "CR PD"


def test_the_nadir_is_the_smallest_of_all_earlier_sums():
    assert calls(RECIST, [42, 84, 126], {"T1": "100 60 66 72"}) == "PR PR PD"


def test_slow_growth_that_never_reaches_20_percent_at_once_is_found():
    assert calls(RECIST, [42, 84, 126, 168], {"T1": "50 50 54 58 60"}) == "SD SD SD PD"


def test_too_small_to_measure_counts_5_mm():
    timeline = RECIST(course([42], {"T1": "20 S", "T2": "30 30"}))
    assert timeline.points[0].burden == 35_000


def test_a_measured_length_below_5_mm_is_kept():
    timeline = RECIST(course([42], {"T1": "20 3", "T2": "30 30"}))
    assert timeline.points[0].burden == 33_000


def test_partial_sum_below_the_threshold_is_not_evaluable():
    assert calls(RECIST, [42], {"T1": "50 45", "T2": "20 -"}) == "NE"


def test_partial_sums_can_be_ruled_out():
    strict = Recist11(partial_sum="never_evaluable")
    assert calls(strict, [42], {"T1": "50 90", "T2": "20 -"}) == "NE"


def test_a_target_never_measured_again_leaves_every_visit_unevaluable():
    assert calls(RECIST, [42, 84, 126], {"T1": "50 45 40 45", "T2": "20 - - -"}) == "NE NE NE"


def test_not_evaluable_names_the_target():
    timeline = RECIST(course([42], {"T1": "50 45", "T2": "20 -"}))
    assert timeline.points[0].why == "1 of 2 target lesions not measured (T2)"


def test_an_incomplete_sum_never_becomes_the_nadir():
    assert calls(RECIST, [42, 84], {"T1": "50 20 48", "T2": "50 - 50"}) == "NE SD"


def test_equivocal_new_lesion_alone_is_no_progression():
    assert calls(RECIST, [42, 84], {"T1": "50 50 50"}, {}, {"L1": ". ? ?"}) == "SD SD"


def test_equivocal_new_lesion_confirmed_later_counts_from_when_it_was_first_seen():
    assert calls(RECIST, [42, 84], {"T1": "50 50 50"}, {}, {"L1": ". ? P"}) == "PD PD"


def test_backdating_is_a_setting():
    criterion = Recist11(backdate_equivocal=False)
    assert calls(criterion, [42, 84], {"T1": "50 50 50"}, {}, {"L1": ". ? P"}) == "SD PD"


def test_six_targets_are_refused_with_patient_and_visit():
    six = {f"T{i}": "20 20" for i in range(6)}
    with pytest.raises(LesionError, match=r"Patient P1, baseline .*at most 5 target lesions .* found 6 \(T0, T1"):
        RECIST(course([42], six))


def test_three_targets_in_one_organ_are_refused():
    with pytest.raises(LesionError, match=r"at most 2 .* one organ, found 3 in lymph nodes \(T1n, T2n, T3n\)"):
        RECIST(course([42], {"T1n": "20 20", "T2n": "20 20", "T3n": "20 20"}))


def test_a_target_without_baseline_measurement_is_refused():
    with pytest.raises(LesionError, match="target lesion 'T2' has no longest diameter"):
        RECIST(course([42], {"T1": "20 20", "T2": "NE 20"}))


def test_small_targets_are_noted():
    assert RECIST(course([42], {"T1": "9 9"})).notes[0].endswith("T1 (9.0 mm).")


def test_no_disease_at_baseline_stays_free_until_a_new_lesion():
    """RECIST 1.1 has no category for it; CDISC and admiral write NED. It is no response."""
    assert calls(RECIST, [42, 84], {}, {"N1": "A A A"}, {"L1": ". . P"}) == "NED PD"


@pytest.mark.parametrize(("short_axis", "expected"), [("9.9", "SD"), ("10", "PD")])
def test_a_new_lymph_node_is_a_lesion_from_10_mm_on(short_axis, expected):
    """RECIST 1.1, section 3.1: nodes with a short axis below 10 mm are not pathological."""
    assert calls(RECIST, [42], {"T1": "50 50"}, {}, {"L1n": f". {short_axis}"}) == expected


def test_a_lesion_absent_at_baseline_that_appears_is_to_be_called_new():
    with pytest.raises(LesionError, match=r"visit day 42, lesion N1, column 'role': .* absent at baseline"):
        RECIST(course([42], {}, {"N1": "A P"}))
