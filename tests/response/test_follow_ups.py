"""The patients' table, and what the lesions may not contradict."""

from datetime import date

import pandas as pd
import pytest

from radici.core.errors import LesionError
from radici.response.lesions import courses, lesion_table
from radici.response.patients import Facts, check_against, patient_facts, starts_of


def facts(**columns):
    return patient_facts(pd.DataFrame({"patient": ["P1"]} | {name: [cell] for name, cell in columns.items()}))["P1"]


START = {"start": "2024-01-10"}


@pytest.mark.parametrize("name", ["death", "last_contact", "new_therapy", "treatment_end", "on_treatment"])
def test_dates_become_days_since_the_start(name):
    assert getattr(facts(**START, **{name: "2024-03-01"}), name) == 51


@pytest.mark.parametrize("name", ["death", "last_contact", "new_therapy", "treatment_end", "on_treatment"])
def test_days_are_taken_as_they_are(name):
    assert getattr(facts(**{f"{name}_day": "51"}), name) == 51


def test_what_is_not_there_is_none():
    assert facts(**START, death="").death is None


def test_randomisation_may_come_before_the_start():
    assert facts(**START, randomised="2024-01-07").randomised == -3


def test_the_start_is_kept_as_a_date():
    assert facts(**START).start == date(2024, 1, 10)


def test_the_site_is_kept():
    assert facts(**START, site="Lyon").site == "Lyon"


def test_performance_status_is_a_number():
    assert (facts(ecog_baseline="1", ecog_worst="2").ecog_baseline, facts(ecog_worst="2").ecog_worst) == (1, 2)


def test_cdiscs_names_are_known():
    table = pd.DataFrame({"USUBJID": ["S1"], "RFSTDTC": ["2024-01-10"], "DTHDTC": ["2024-01-20"], "SITEID": ["701"]})
    assert patient_facts(table)["S1"] == Facts("S1", death=10, start=date(2024, 1, 10), site="701")


def test_dates_in_another_order_are_read_when_declared():
    table = pd.DataFrame({"patient": ["P1"], "start": ["10/01/2024"], "death": ["01/03/2024"]})
    assert patient_facts(table, dates="dmy")["P1"].death == 51


def test_missing_cells_may_be_nan():
    table = pd.DataFrame({"patient": ["P1"], "start": ["2024-01-10"], "death": [float("nan")]})
    assert patient_facts(table)["P1"].death is None


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (START | {"death": "2023-12-31"}, r"Patient P1 \(line 0\), column 'death': 10 days before the start"),
        (START | {"last_contact": "2023-12-31"}, r"column 'last_contact': 10 days before the start"),
        (START | {"new_therapy": "2023-12-31"}, r"column 'new_therapy': 10 days before the start"),
        ({"death_day": "50", "last_contact_day": "60"}, r"column 'last_contact': 10 days after death"),
        ({"death_day": "50", "new_therapy_day": "51"}, r"column 'new_therapy': 1 day after death"),
        ({"death_day": "50", "treatment_end_day": "51"}, r"column 'treatment_end': 1 day after death"),
        (
            START | {"death": "01/03/2024"},
            r"column 'death': 1 of 1 different dates are written as day/month/year\. Say `--dates dmy`",
        ),
        (START | {"death": "2024-03"}, r"column 'death'.*found '2024-03'. Write whole dates"),
        (START | {"death": "2024-02-30"}, r"column 'death'.*found '2024-02-30'"),
        ({"death_day": "12.5"}, r"column 'death_day': a whole number of days since the start is expected"),
        ({"start": "", "death": "2024-03-01"}, r"column 'start': a date is expected, found nothing"),
        ({"start_day": "12", "death_day": "50"}, r"column 'start_day': the start is day 0"),
        ({"ecog_baseline": "7"}, r"column 'ecog_baseline': 0 to 5 is expected, found 7"),
        ({"ecog_worst": "good"}, r"column 'ecog_worst': a performance status from 0 to 5 is expected"),
        ({"death": "2024-03-01"}, r"column 'death' is a date, and no column 'start' says from when to count"),
        (START | {"deaht": "2024-03-01"}, r"no column is called 'deaht' here. Did you mean 'death'"),
        (START | {"albumin": "38"}, r"no column is called 'albumin' here.*others='ignore'"),
        (START | {"death": "2024-03-01", "death_day": "51"}, r"both mean 'death'"),
        (START | {"death": "2024-03-01", "death_date": "2024-03-01"}, r"both mean 'death'"),
    ],
)
def test_what_cannot_be_is_refused_by_patient_and_column(cells, message):
    with pytest.raises(LesionError, match=message):
        facts(**cells)


def test_death_on_the_day_of_last_contact_is_fine():
    assert facts(death_day="50", last_contact_day="50").death == 50


def test_a_patient_twice_is_refused():
    with pytest.raises(LesionError, match=r"Patient P1 \(line 1\), column 'patient': a second row"):
        patient_facts(pd.DataFrame({"patient": ["P1", "P1"]}))


def test_a_row_without_patient_is_refused():
    with pytest.raises(LesionError, match=r"Patient \? \(line 1\), column 'patient': a name is expected"):
        patient_facts(pd.DataFrame({"patient": ["P1", ""]}))


def test_a_table_without_patients_is_refused():
    with pytest.raises(LesionError, match=r"has no column 'patient'.*One row per patient is expected"):
        patient_facts(pd.DataFrame({"site": ["701"]}))


def test_other_columns_can_be_left_aside():
    table = pd.DataFrame({"patient": ["P1"], "albumin": ["38"]})
    assert list(patient_facts(table, others="ignore")) == ["P1"]


@pytest.mark.parametrize("column", ["deaths", "deaht", "last_contct", "last contacts", "new-terapy"])
def test_a_misspelled_column_is_not_left_aside(column):
    table = pd.DataFrame({"patient": ["P1"], column: ["2024-03-01"]})
    with pytest.raises(LesionError, match=rf"'{column}' here. Did you mean"):
        patient_facts(table, others="ignore")


@pytest.mark.parametrize(
    "column", ["treatment", "treatment_arm", "randomised_arm", "status", "stage", "cause_of_death"]
)
def test_a_column_of_another_meaning_is_left_aside(column):
    assert list(patient_facts(pd.DataFrame({"patient": ["P1"], column: ["A"]}), others="ignore")) == ["P1"]


def test_starts_are_what_the_lesion_table_counts_from():
    lesions = pd.DataFrame(
        {"patient": ["P1"], "lesion": ["T1"], "role": ["target"], "date": ["2024-02-21"], "longest_mm": ["20"]}
    )
    starts = starts_of({"P1": facts(**START)})
    assert list(lesion_table(lesions, starts=starts)["day"]) == [42]


def seen(*days, **more):
    rows = [
        {"patient": "P1", "lesion": "T1", "role": "target", "visit": f"v{i}", "day": str(day), "longest_mm": "20"}
        | more
        for i, day in enumerate(days)
    ]
    return courses(lesion_table(pd.DataFrame(rows)))


@pytest.mark.parametrize(
    ("known", "message"),
    [
        ({"death": 80}, r"Patient P1, visit v2 \(day 84\), column 'death': the scan is 4 days after it"),
        ({"last_contact": 83}, r"Patient P1, visit v2 \(day 84\), column 'last_contact': the scan is 1 day after it"),
    ],
)
def test_a_scan_that_cannot_be_is_named(known, message):
    with pytest.raises(LesionError, match=message):
        check_against(seen(0, 42, 84), {"P1": Facts("P1", **known)})


@pytest.mark.parametrize("known", [{}, {"death": 84}, {"last_contact": 84}, {"death": 90, "last_contact": 84}])
def test_a_scan_up_to_the_last_day_is_fine(known):
    check_against(seen(0, 42, 84), {"P1": Facts("P1", **known)})


def test_lesions_without_a_row_are_named():
    with pytest.raises(LesionError, match=r"Patient P1, column 'patient': lesions, but no row here"):
        check_against(seen(0, 42), {"P2": Facts("P2")})


def test_one_scan_of_two_readers_is_named_once():
    both = (*seen(0, 84, reader="A"), *seen(0, 84, reader="B"))
    with pytest.raises(LesionError, match="a cell needs a correction"):
        check_against(both, {"P1": Facts("P1", death=80)})


def test_days_from_the_baseline_scan_are_refused():
    lesions = pd.DataFrame(
        {"patient": ["P1"], "lesion": ["T1"], "role": ["target"], "date": ["2024-02-21"], "longest_mm": ["20"]}
    )
    with pytest.raises(LesionError, match=r"days of the lesions from the baseline scan. Give each patient's start"):
        check_against(courses(lesion_table(lesions)), {"P1": Facts("P1", death=80)})
