"""Progression-free survival, benefit, duration and landmarks on timelines worked out by hand.

Censoring: FDA guidance on clinical trial endpoints (2018), table A; admiralonco's time-to-event vignette. DCB: Rizvi
2018, doi 10.1200/JCO.2017.75.3384. iPFS dates confirmed progression back to when it was first seen (Seymour 2017).
"""

import math

import pytest

from lesion_notation import course, rows
from radici.response.criteria import Irecist, Irrc, Recist11
from radici.response.lesions import courses, lesion_table
from radici.response.patients import Facts
from radici.response.summaries.benefit import DurableBenefit
from radici.response.summaries.best_response import BestResponse
from radici.response.summaries.curves import progression_curves
from radici.response.summaries.depth import depth
from radici.response.summaries.duration import duration_of_response
from radici.response.summaries.landmark import Dated, landmark
from radici.response.summaries.progression import ProgressionFree, TimeTo, overall_survival

DAYS = [42, 84, 126, 168]
PFS = ProgressionFree()
STRICT = ProgressionFree(scan_days=42, tolerance_days=0)


def free(sizes, rule=PFS, days=DAYS, criterion=None, **facts):
    timeline = (criterion or Recist11())(course(days[: len(sizes.split()) - 1], {"T1": sizes}))
    found = rule(timeline, Facts("P1", **facts))
    return found.days, found.cause


@pytest.mark.parametrize(
    ("sizes", "facts", "expected"),
    [
        ("50 50 50 70", {}, (126, "progression")),
        ("50 50 50 50", {}, (126, "censored")),
        ("50 50 50 50", {"death": 140}, (140, "death")),
        ("50 50 50 70", {"death": 140}, (126, "progression")),
        ("50 50 50 50", {"last_contact": 400}, (126, "censored")),
        ("50 50 50 NE", {}, (84, "censored")),  # the last scan that could be evaluated
        ("50 NE NE NE", {}, (0, "censored")),  # no adequate scan after baseline
        ("50 NE", {"death": 60}, (60, "death")),
        ("50 50 70", {"new_therapy": 60}, (42, "censored")),  # progression after new therapy
        ("50 50 70", {"new_therapy": 84}, (84, "progression")),  # not before the event
        ("50 50 50", {"new_therapy": 60}, (42, "censored")),
        ("50 50", {"new_therapy": 60, "death": 90}, (42, "censored")),
    ],
)
def test_fda_rules(sizes, facts, expected):
    assert free(sizes, **facts) == expected


@pytest.mark.parametrize(
    ("days", "facts", "expected"),
    [
        ([42, 126], {}, (126, "progression")),  # one scan missed (day 84)
        ([42, 168], {}, (42, "censored")),  # two missed (days 84, 126)
        ([42], {"death": 126}, (126, "death")),  # one missed
        ([42], {"death": 127}, (42, "censored")),  # two missed
    ],
)
def test_events_after_two_missed_scans_are_censored(days, facts, expected):
    sizes = "50 50" if len(days) == 1 else "50 50 70"
    assert free(sizes, STRICT, days, **facts) == expected


def test_missed_scans_are_not_guessed_without_a_schedule():
    assert free("50 50 70", PFS, [42, 400]) == (400, "progression")


def test_as_observed_counts_events_after_new_therapy():
    assert free("50 50 70", ProgressionFree(censoring="as_observed"), new_therapy=60) == (84, "progression")


def test_immune_progression_is_dated_back_to_when_it_was_first_seen():
    assert free("50 50 70 80", criterion=Irecist()) == (84, "progression")


def test_immune_progression_that_is_undone_is_no_event():
    assert free("50 70 50 50 50", criterion=Irecist()) == (168, "censored")


def test_unconfirmed_progression_at_the_end_counts():
    assert free("50 50 70", criterion=Irecist()) == (84, "progression")


def test_unconfirmed_progression_at_the_end_need_not_count():
    assert free("50 50 70", ProgressionFree(unconfirmed_counts=False), criterion=Irecist()) == (84, "censored")


def test_progression_lies_between_two_scans():
    found = PFS(Recist11()(course([42, 84], {"T1": "50 50 70"})), Facts("P1"))
    assert (found.low, found.high) == (42, 84)


def test_death_is_known_to_the_day():
    found = PFS(Recist11()(course([42], {"T1": "50 50"})), Facts("P1", death=70))
    assert (found.low, found.high) == (70, 70)


def test_a_censored_patient_may_progress_at_any_later_time():
    assert PFS(Recist11()(course([42], {"T1": "50 50"})), Facts("P1")).high == math.inf


@pytest.mark.parametrize(
    ("facts", "expected"),
    [({"death": 300, "last_contact": 300}, (300, True)), ({"last_contact": 200}, (200, False)), ({}, None)],
)
def test_overall_survival(facts, expected):
    found = overall_survival(Facts("P1", **facts))
    assert (None if found is None else (found.days, found.event)) == expected


LONG = [60, 120, 180, 240]


@pytest.mark.parametrize(
    ("sizes", "days", "facts", "strict", "loose"),
    [
        ("50 30 30 30 30", LONG, {}, "yes", "yes"),
        ("50 50 50 50 50", LONG, {}, "yes", "yes"),
        ("50 50 50 50 70", LONG, {}, "yes", "yes"),  # stable beyond day 183, progression on day 240
        ("50 50 50 70", LONG, {}, "no", "no"),
        ("50 30 30 60", LONG, {}, "no", "yes"),  # responded, relapsed on day 180
        ("50 50 50", LONG, {}, "not evaluable", "not evaluable"),
        ("50 30 30", LONG, {}, "not evaluable", "yes"),
        ("50 50 50", LONG, {"death": 150}, "no", "no"),
        ("50 50 50", [60, 183], {}, "not evaluable", "not evaluable"),  # on day 183 is not beyond it
        ("50 50 50", [60, 184], {}, "yes", "yes"),
    ],
)
def test_durable_benefit_in_both_readings(sizes, days, facts, strict, loose):
    timeline = Recist11()(course(days[: len(sizes.split()) - 1], {"T1": sizes}))
    best, pfs = BestResponse().of(timeline), PFS(timeline, Facts("P1", **facts))
    found = [DurableBenefit(reading=r)(best, pfs).answer for r in ("disease_control_6", "any_response_or_sd6")]
    assert found == [strict, loose]


def test_duration_of_response_runs_from_the_first_response_to_progression():
    timeline = Recist11()(course(DAYS, {"T1": "50 50 30 30 45"}))
    found = duration_of_response(timeline, Facts("P1"), PFS)
    assert (found.began, found.lasted.days, found.lasted.cause) == (84, 84, "progression")


def test_without_response_there_is_no_duration():
    assert duration_of_response(Recist11()(course([42], {"T1": "50 50"})), Facts("P1"), PFS) is None


def test_depth_stops_at_progression():
    assert depth(Recist11()(course(DAYS, {"T1": "50 40 60 10 10"}))).change == pytest.approx(-20)


def test_depth_without_a_complete_measurement_says_why():
    assert depth(Recist11()(course([42], {"T1": "50 NE"}))).why == "no complete measurement after baseline"


def time_to(days, event=True):
    return TimeTo(days, "progression" if event else "censored", "", 0, days)


def test_a_value_from_a_follow_up_scan_moves_time_zero_to_it():
    found = landmark("pfs", {"P1": Dated(-20.0, 42)}, {"P1": time_to(142)})
    assert found.outcome.months[0] == pytest.approx(100 / 30.4375)


@pytest.mark.parametrize(
    ("time", "why"),
    [
        (time_to(42), "the event came on day 42, not after the landmark on day 42"),
        (time_to(30, event=False), "observation ended on day 30, not after the landmark on day 42"),
    ],
)
def test_patients_not_at_risk_at_the_landmark_are_left_out(time, why):
    found = landmark("pfs", {"P1": Dated(-20.0, 42)}, {"P1": time})
    assert found.outcome.unknown == (("P1", why),)


def test_a_fixed_landmark_takes_no_value_from_a_later_scan():
    found = landmark("pfs", {"P1": Dated(-20.0, 60)}, {"P1": time_to(200)}, fixed_day=56)
    assert found.outcome.unknown[0][1] == "the value comes from day 60, after the landmark on day 56"


def test_incidences_that_compete_and_freedom_sum_to_one():
    times = [TimeTo(d, c, "", d - 30, d) for d, c in [(91, "progression"), (182, "death"), (274, "progression")]]
    table = progression_curves([*times, TimeTo(365, "censored", "", 365, math.inf)]).iloc[:-1]
    total = table["kaplan_meier"] + table["progression"] + table["death_without_progression"]
    assert total.to_numpy() == pytest.approx(1)


def test_death_without_a_scan_that_could_be_evaluated_is_no_durable_benefit():
    timeline = Recist11()(course([42], {"T1": "50 NE"}))
    found = DurableBenefit()(BestResponse().of(timeline), PFS(timeline, Facts("P1", death=300)))
    assert found.answer == "not evaluable"


def test_a_response_after_new_therapy_has_no_duration():
    timeline = Recist11()(course([42, 84], {"T1": "50 50 20"}))
    assert duration_of_response(timeline, Facts("P1", new_therapy=60), PFS) is None


def test_depth_stops_at_new_therapy():
    timeline = Recist11()(course([42, 84], {"T1": "50 40 20"}))
    assert depth(timeline, Facts("P1", new_therapy=60)).change == pytest.approx(-20)


def test_a_visit_that_new_therapy_cuts_in_two_is_not_before_it():
    table = rows([42, 84], {"T1": "50 50 50", "T2": "20 20 20"})
    table["visit"] = table["day"].map({"0": "baseline", "42": "w6", "84": "w12"})
    table.loc[(table["lesion"] == "T2") & (table["visit"] == "w12"), "day"] = "90"
    (found,) = courses(lesion_table(table))
    assert PFS(Recist11()(found), Facts("P1", new_therapy=87)).days == 42


def test_a_response_that_a_confirmed_progression_overtakes_lasts_no_time():
    """irRC: progression on day 42, a response on day 56 too early to undo it, confirmation on day 84."""
    sizes = {"T1": "20 40 10 40"}
    table = rows([42, 56, 84], sizes).rename(columns={"diameter_mm": "longest_mm"})
    (found,) = courses(lesion_table(table.assign(short_axis_mm=table["longest_mm"])))
    lasted = duration_of_response(Irrc()(found), Facts("P1"), PFS).lasted
    assert (lasted.days, lasted.low, lasted.high) == (0, 0, 0)
