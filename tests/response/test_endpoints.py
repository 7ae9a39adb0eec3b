"""Clinical table -> Outcome: units, unknowns, and every cell that does not fit."""

import numpy as np
import pandas as pd
import pytest

from radici.core.errors import OutcomeError, StudyError, TableError, UnknownName
from radici.core.outcome import Response, Survival
from radici.core.settings import build, build_named
from radici.response import ENDPOINTS, Category, EventFreeAt, TimeToEvent, check_outcome


def table(**columns):
    first = next(iter(columns.values()))
    return pd.DataFrame(columns, index=[f"P{i + 1}" for i in range(len(first))], dtype=object)


OS = {"time": "time", "event": "event", "unit": "days"}


# 1 month = 365.25 / 12 days; 1 week = 7 days; 1 year = 12 months
@pytest.mark.parametrize(
    ("unit", "time", "months"),
    [("days", "365.25", 12), ("weeks", "52", 364 / 30.4375), ("months", "5", 5), ("years", "2.5", 30)],
)
def test_time_is_given_in_months(unit, time, months):
    outcome = TimeToEvent(**OS | {"unit": unit})("os", table(time=[time], event=["1"]))
    assert outcome.months[0] == pytest.approx(months, rel=1e-12)


def test_event_is_true_where_it_was_seen():
    assert TimeToEvent(**OS)("os", table(time=["10", "20"], event=["1", "0"])).event.tolist() == [True, False]


def test_event_written_with_a_decimal_is_read():
    assert TimeToEvent(**OS)("os", table(time=["10", "20"], event=["1.0", "0.0"])).event.tolist() == [True, False]


def test_event_texts_can_be_declared():
    endpoint = TimeToEvent(**OS, event_values=["dead"], censored_values=["alive", "lost"])
    assert endpoint("os", table(time=["1", "2"], event=["dead", "lost"])).event.tolist() == [True, False]


def test_outcome_is_structured_for_estimators():
    assert TimeToEvent(**OS)("os", table(time=["0"], event=["1"])).y["months"].tolist() == [0.0]


def test_missing_time_or_event_is_unknown_with_the_reason():
    outcome = TimeToEvent(**OS)("os", table(time=["", "5", "", "9"], event=["1", "", "", "0"]))
    assert outcome.unknown == (("P1", "no 'time'"), ("P2", "no 'event'"), ("P3", "no 'time' and no 'event'"))


def test_patients_with_both_are_known():
    assert TimeToEvent(**OS)("os", table(time=["", "5"], event=["1", "1"])).patients == ("P2",)


@pytest.mark.parametrize("kind", [TimeToEvent, lambda **s: EventFreeAt(months=6, **s)])
@pytest.mark.parametrize(
    ("time", "event", "words"),
    [
        ("-3", "1", "a time from 0 on is expected, found -3 (patient P2) days"),
        ("soon", "1", "found 'soon' (patient P2)"),
        ("5", "yes", "Endpoint 'os', column 'event': 'yes' (patient P2) is not among the declared texts"),
        ("5", "2", "'2' (patient P2)"),
    ],
)
def test_cells_that_do_not_fit_name_the_patient(kind, time, event, words):
    with pytest.raises(TableError) as caught:
        kind(**OS)("os", table(time=["1", time], event=["0", event]))
    assert words in str(caught.value)


def test_absent_column_suggests_the_nearest():
    with pytest.raises(TableError, match=r"no column 'tim'\. Did you mean 'time'"):
        TimeToEvent(time="tim", event="event", unit="days")("os", table(time=["1"], event=["1"]))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"time": "t", "event": "e"}, "'unit' is required"),
        ({**OS, "unit": "d"}, "unit"),
        ({**OS, "event_values": [0]}, "both event and censored"),
        ({**OS, "units": "days"}, "no setting 'units'. Did you mean 'unit'"),
    ],
)
def test_time_settings_that_cannot_be_are_refused(settings, words):
    with pytest.raises(StudyError) as caught:
        build(TimeToEvent, settings, "endpoints")
    assert words in str(caught.value)


BEST = {"column": "best", "yes": ["CR", "PR"], "no": ["SD", "PD"], "unknown": ["NE"]}


def test_category_says_yes_and_no():
    assert Category(**BEST)("response", table(best=["CR", "PD", "PR", "SD"])).yes.tolist() == [True, False, True, False]


def test_category_keeps_what_is_unknown():
    outcome = Category(**BEST)("response", table(best=["NE", "CR", ""]))
    assert outcome.unknown == (("P1", "'best' is 'NE'"), ("P3", "'best' is missing"))


def test_category_can_be_unfavourable():
    assert not Category(**BEST, favourable=False)("progression", table(best=["CR"])).favourable


def test_category_refuses_other_texts():
    with pytest.raises(TableError, match=r"'pr' \(patient P2\) is not among the declared texts"):
        Category(**BEST)("response", table(best=["CR", "pr"]))


def test_category_suggests_the_nearest_text():
    with pytest.raises(TableError, match="Did you mean 'partial'"):
        Category(column="best", yes=["partial"], no=["stable"])("response", table(best=["partiel"]))


@pytest.mark.parametrize("change", [{"no": ["PR"]}, {"unknown": ["CR"]}, {"yes": []}])
def test_category_settings_that_cannot_be_are_refused(change):
    with pytest.raises(StudyError):
        build(Category, BEST | change, "endpoints")


PFS6 = EventFreeAt(months=6, time="time", event="event", unit="months")


@pytest.mark.parametrize(
    ("time", "event", "answer"),
    [
        ("7", "1", [True]),  # event later
        ("7", "0", [True]),
        ("6", "1", [True]),  # free of it at month 6
        ("7", "", [True]),  # observed long enough, whatever came then
        ("5.9", "1", [False]),
        ("0", "1", [False]),
        ("5.9", "0", []),  # censored earlier
        ("5.9", "", []),
        ("", "1", []),
        ("", "", []),
    ],
)
def test_free_of_the_event_at_a_month(time, event, answer):
    assert PFS6("pfs6", table(time=[time], event=[event])).yes.tolist() == answer


def test_censored_before_6_months_is_unknown_with_the_month():
    unknown = PFS6("pfs6", table(time=["4.25"], event=["0"])).unknown
    assert unknown == (("P1", "censored at 4.25 months, before month 6"),)


def test_half_a_year_of_days_is_six_months():
    endpoint = EventFreeAt(months=6, **OS)
    assert endpoint("pfs6", table(time=["182.625"], event=["0"])).yes.tolist() == [True]


def test_26_weeks_are_less_than_six_months():
    endpoint = EventFreeAt(months=6, **OS | {"unit": "weeks"})
    assert endpoint("pfs6", table(time=["26"], event=["0"])).unknown[0][1] == "censored at 5.98 months, before month 6"


def test_every_endpoint_is_registered():
    assert set(ENDPOINTS) >= {"category", "event_free_at", "time_to_event"}


def test_a_study_file_spells_an_endpoint():
    assert build_named(ENDPOINTS, {"category": BEST}, "endpoints") == Category(**BEST)


def test_an_unknown_endpoint_suggests_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'time_to_event'"):
        build_named(ENDPOINTS, {"time_to_evnt": {}}, "endpoints")


def response(yes, no, unknown=()):
    count = yes + no
    return Response("r", tuple(f"P{i}" for i in range(count)), unknown, np.arange(count) < yes)


def survival(events, censored):
    count = events + censored
    return Survival("os", tuple(f"P{i}" for i in range(count)), (), np.arange(count) < events, np.ones(count))


@pytest.mark.parametrize("outcome", [response(5, 20), response(20, 5), survival(5, 20), survival(5, 0)])
def test_as_many_folds_as_events_will_do(outcome):
    check_outcome(outcome, 5)


@pytest.mark.parametrize("outcome", [response(4, 20), response(20, 4), survival(4, 20)])
def test_more_folds_than_events_tells_the_largest_number(outcome):
    with pytest.raises(StudyError, match=r"Set `design: \{folds: 4\}` or fewer"):
        check_outcome(outcome, 5)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (response(0, 9), "two classes are needed, found 0 yes and 9 no"),
        (response(9, 0), "two classes are needed, found 9 yes and 0 no"),
        (survival(0, 9), "events are needed, found 0 events among 9 patients"),
        (response(1, 9), "at least 2 patients in the rarer class"),
        (survival(1, 9), "at least 2 patients with the event"),
        (response(0, 0, (("P1", "no 'time'"),)), "the outcome of all 1 patients is unknown (no 'time')"),
    ],
)
def test_outcomes_that_cannot_be_analysed_are_refused_with_counts(outcome, words):
    with pytest.raises(OutcomeError) as caught:
        check_outcome(outcome, 5)
    assert words in str(caught.value)


def test_a_landmark_moves_time_zero_to_the_scan():
    table = pd.DataFrame({"d": ["100", "100"], "e": ["1", "0"], "scan": ["40", "60"]}, index=["P1", "P2"])
    rule = TimeToEvent(time="d", event="e", unit="days", landmark="scan")
    assert rule("os", table).months * 30.4375 == pytest.approx([60, 40])


def test_who_had_the_event_before_the_scan_is_unknown():
    table = pd.DataFrame({"d": ["40", "100"], "e": ["1", "0"], "scan": ["40", "60"]}, index=["P1", "P2"])
    rule = TimeToEvent(time="d", event="e", unit="days", landmark="scan")
    assert rule("os", table).unknown == (
        ("P1", "the event came, or observation ended, by the time 'scan' of the scan"),
    )


def test_freedom_at_a_month_counts_from_the_landmark_too():
    table = pd.DataFrame({"d": ["7", "8"], "e": ["1", "1"], "scan": ["2", "1"]}, index=["P1", "P2"])
    rule = EventFreeAt(time="d", event="e", unit="months", months=6, landmark="scan")
    assert rule("pfs6", table).yes.tolist() == [False, True]
