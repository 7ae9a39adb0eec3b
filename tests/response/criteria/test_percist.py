"""PERCIST 1.0 worked out by hand from its published tables.

Thresholds: PMC4377159 table 2 and PMC6506740 table 1 (30 % and 0.8 SUL both ways, TLG +75 %, new lesion, no response
where other lesions rise); unequivocal progression: J Nucl Med table behind snmjournals markup 102418; limit of
measurable uptake: PMC4976461. Original: Wahl 2009, doi 10.2967/jnumed.108.057307.
"""

import pytest

from radici.core.errors import LesionError
from radici.response.criteria import CRITERIA, Percist, measurable_limit, measurable_limit_blood_pool

PERCIST = Percist()


def two_scans(before, after):
    return f"""
        day lesion role   organ sul_peak
        0   T1     target lung  {before}
        42  T1     target lung  {after}"""


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (10, 7, "PMR"),  # exactly -30 %
        (10, 7.001, "SMD"),
        (10, 13, "PMD"),  # exactly +30 %
        (10, 12.999, "SMD"),
        (2, 1.2, "PMR"),  # -40 %, exactly -0.8
        (2, 1.201, "SMD"),
        (2, 2.8, "PMD"),  # +40 %, exactly +0.8
        (2, 2.799, "SMD"),
        (2, 1.3, "SMD"),  # -35 %, only -0.7
        (2.5, 3.25, "SMD"),  # exactly +30 %, only +0.75
        (4.1, 2.87, "PMR"),  # floats: 2.87 / 4.1 > 0.7
        (0.9, 1.7, "PMD"),  # floats: 1.7 - 0.9 < 0.8
    ],
)
def test_both_thresholds_are_needed_and_exact(calls_of, before, after, expected):
    assert calls_of(PERCIST, two_scans(before, after)) == expected


HOTTEST = """
    day lesion role       organ sul_peak
    0   T1     target     lung  10
    0   N1     non-target bone  4
    42  T1     target     lung  3
    42  N1     non-target bone  5
    84  T1     target     lung  3
    84  N1     non-target bone  13"""


def test_the_hottest_lesion_may_be_another_one_at_each_visit(calls_of):
    assert calls_of(PERCIST, HOTTEST) == "PMR PMD"


def test_the_reason_names_the_hottest_lesion(course_of):
    why = PERCIST(course_of(HOTTEST)).points[1].why
    assert why.startswith("hottest lesion N1: SULpeak 13.0, +30.0 % and +3.0 from 10.0 at baseline")


def test_burden_is_the_hottest_sul_peak_in_thousandths(course_of):
    assert [point.burden for point in PERCIST(course_of(HOTTEST)).points] == [5000, 13000]


def test_order_of_rows_changes_nothing(course_of):
    head, *rest = HOTTEST.strip().splitlines()
    assert PERCIST(course_of("\n".join([head, *reversed(rest)]))).points == PERCIST(course_of(HOTTEST)).points


STATES = """
    day lesion role       organ sul_peak state
    0   T1     target     lung  10       .
    0   N1     non-target bone  4        .
    42  T1     target     lung  {}
    42  N1     non-target bone  {}"""


@pytest.mark.parametrize(
    ("target", "other", "expected"),
    [
        (". absent", ". absent", "CMR"),
        (". absent", "0 .", "CMR"),
        (". absent", "4 .", "PMR"),
        (". absent", ". NE", "NE"),
        ("9 .", ". NE", "NE"),
        ("13 .", ". NE", "PMD"),  # what is not seen cannot make the hottest lesion cooler
        ("9 .", "4 progressed", "PMD"),
        ("9 .", ". present", "NE"),  # measured at baseline, so it must be here
        ("7 .", "5.2 .", "PMR"),  # the other exactly +30 %
        ("7 .", "5.201 .", "SMD"),
    ],
)
def test_state_of_two_lesions(calls_of, target, other, expected):
    assert calls_of(PERCIST, STATES.format(target, other)) == expected


def test_a_lesion_that_a_visit_does_not_mention_makes_it_not_evaluable(calls_of):
    rows = STATES.format("9 .", "4 .").rsplit("\n", 1)[0]
    assert calls_of(PERCIST, rows) == "NE"


def test_a_lesion_never_measured_is_cooler_than_those_that_are(calls_of):
    rows = STATES.replace("bone  4        .", "bone  .        present").format("6 .", ". present")
    assert calls_of(PERCIST, rows) == "PMR"


def test_a_lesion_never_measured_but_there_is_no_complete_response(calls_of):
    rows = STATES.replace("bone  4        .", "bone  .        present").format(". absent", ". present")
    assert calls_of(PERCIST, rows) == "PMR"


@pytest.mark.parametrize(("before", "expected"), [(". absent", "CMR"), (". present", "PMR")])
def test_only_what_was_there_must_be_seen_to_be_gone(calls_of, before, expected):
    rows = STATES.replace("4        .", before).format(". absent", "").rsplit("\n", 1)[0]
    assert calls_of(PERCIST, rows) == expected


@pytest.mark.parametrize(
    ("new", "expected"),
    [("2 .", "PMD"), (". present", "PMD"), (". ?", "PMR"), ("0 .", "PMR"), (". absent", "PMR"), (". NE", "NE")],
)
def test_new_lesion(calls_of, new, expected):
    new = new.replace("?", "equivocal")
    assert calls_of(PERCIST, STATES.format("5 .", "2 .") + f"\n42 L1 new liver {new}") == expected


TLG = """
    day lesion role       organ sul_peak tlg
    0   T1     target     lung  10       60
    0   N1     non-target bone  4        40
    42  T1     target     lung  {}
    42  N1     non-target bone  {}"""


@pytest.mark.parametrize(
    ("target", "other", "expected"),
    [
        ("10 100", "4 75", "SMD"),  # exactly +75 %
        ("10 100", "4 75.001", "PMD"),
        ("9 180", "4 .", "PMD"),  # one alone proves it
        ("9 100", "4 .", "SMD"),
    ],
)
def test_glycolysis_of_all_lesions(calls_of, target, other, expected):
    assert calls_of(PERCIST, TLG.format(target, other)) == expected


def test_a_rise_of_glycolysis_may_be_asked_to_come_without_decline(calls_of):
    assert calls_of(Percist(tlg_only_without_decline=True), TLG.format("9 180", "4 40")) == "SMD"


def test_uptake_that_holds_is_no_decline(calls_of):
    assert calls_of(Percist(tlg_only_without_decline=True), TLG.format("10 180", "4 40")) == "PMD"


def test_without_glycolysis_the_notes_say_so(course_of):
    assert any("glycolysis" in note for note in PERCIST(course_of(HOTTEST)).notes)


@pytest.mark.parametrize(("length", "expected"), [(26, "PMR"), (26.001, "SMD")])
def test_no_response_where_a_lesion_becomes_longer(calls_of, length, expected):
    rows = f"day lesion role longest_mm sul_peak\n0 T1 target 20 10\n42 T1 target {length} 5"
    assert calls_of(PERCIST, rows) == expected


def visits(*values):
    return "day lesion role sul_peak\n" + "\n".join(f"{42 * i} T1 target {value}" for i, value in enumerate(values))


def test_after_progression_every_visit_is_progression(calls_of):
    assert calls_of(PERCIST, visits(10, 13, 5)) == "PMD PMD"


def test_a_lesion_back_after_complete_response_is_progression(calls_of):
    assert calls_of(PERCIST, visits(10, 0, 3)) == "CMR PMD"


@pytest.mark.parametrize(("since", "expected"), [("baseline", "PMR SMD"), ("nadir", "PMR PMD")])
def test_a_rise_is_counted_from_what_the_setting_says(calls_of, since, expected):
    assert calls_of(Percist(progression_from=since), visits(10, 6, 9)) == expected


@pytest.mark.parametrize(("limit", "expected"), [(2.5, "PMR"), (2.501, "NE"), ({"P1": 3.0}, "NE"), ({"P1": 2}, "PMR")])
def test_uptake_too_low_at_baseline_cannot_be_compared(calls_of, limit, expected):
    assert calls_of(Percist(min_sul_peak=limit), two_scans(2.5, 1)) == expected


@pytest.mark.parametrize(("limit", "said"), [(2.5, False), (2.501, True)])
def test_the_notes_say_what_was_too_low(course_of, limit, said):
    notes = Percist(min_sul_peak=limit)(course_of(two_scans(2.5, 1))).notes
    assert any("Not measurable" in note for note in notes) == said


def test_a_new_lesion_is_progression_where_nothing_was_measurable(calls_of):
    assert calls_of(Percist(min_sul_peak=3), two_scans(2.5, 1) + "\n42 L1 new liver 5") == "PMD"


def test_without_a_limit_the_notes_say_that_it_was_not_checked(course_of):
    assert "`min_sul_peak` is not set" in PERCIST(course_of(HOTTEST)).notes[0]


def test_a_patient_without_a_limit_is_named(course_of):
    with pytest.raises(LesionError, match=r"Patient P1: `min_sul_peak` names 1 patients, but not this one"):
        Percist(min_sul_peak={"P2": 3})(course_of(HOTTEST))


def test_a_baseline_without_uptake_is_named(course_of):
    course = course_of("day lesion role longest_mm\n0 T1 target 20\n42 T1 target 10")
    with pytest.raises(LesionError, match=r"Patient P1, baseline day 0, column 'sul_peak'"):
        PERCIST(course)


def test_a_lesion_without_uptake_at_baseline_may_become_the_hottest(calls_of):
    rows = STATES.replace("bone  4        .", "bone  .        absent").format("10 .", "13 .")
    assert calls_of(PERCIST, rows) == "PMD"


def test_no_uptake_at_baseline_is_no_complete_response(calls_of):
    assert calls_of(PERCIST, visits(0, 0)) == "NE"


def test_limit_of_measurable_uptake_by_the_liver():
    assert measurable_limit(2.0, 0.2) == pytest.approx(3.4)


def test_limit_of_measurable_uptake_by_the_blood_pool():
    assert measurable_limit_blood_pool(1.5, 0.1) == pytest.approx(3.2)


@pytest.mark.parametrize("name", ["eortc_pet", "impercist5", "ipercist", "pecrit", "percimt", "percist"])
def test_what_is_not_verified_is_named(name):
    assert CRITERIA[name].unverified
