"""Table one: counts, quartiles and follow-up against values worked out by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from radici.core.outcome import Survival
from radici.core.table import KEYS, Blocks, Column, FeatureTable
from radici.reporting.table_one import by_outcome, table_one

IDS = tuple(f"P{i}" for i in range(5))


@pytest.fixture
def small(record_of):
    """Five patients: one value missing, a volume in cubic millimetres, everybody observed to the end but one."""
    values = pd.DataFrame(
        {
            "volume": [1000.0, 2000.0, 3000.0, 4000.0, 5000.0],
            "clinical__age": [50.0, 60.0, np.nan, 70.0, 80.0],
            "clinical__smoker": [1.0, 0.0, 1.0, 0.0, 1.0],
        }
    )
    rows = pd.DataFrame({key: IDS if key == "patient" else [""] * 5 for key in KEYS})
    columns = {
        "volume": Column("volume", unit="mm3"),
        "clinical__age": Column("clinical__age", "clinical", "years"),
        "clinical__smoker": Column("clinical__smoker", "clinical", "no/yes"),
    }
    record = record_of("survival", sealed=False, clinical=False, permutations=0)
    event, months = np.array([True, False, False, False, False]), np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    outcome = Survival("os", IDS, (), event, months)
    return replace(
        record,
        outcome=outcome,
        development=replace(record.development, outcome=outcome),
        table=FeatureTable(values, rows, columns),
        blocks=Blocks(("volume",), ("clinical__age", "clinical__smoker"), "volume"),
        cohort=replace(record.cohort, site=pd.Series(["a", "a", "b", "b", "b"], index=pd.Index(IDS))),
    )


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("os: events", "1 (20 %)"),
        ("a", "2 (40 %)"),
        ("b", "3 (60 %)"),
        ("Tumour volume, ml, median (IQR)", "3 (2 to 4)"),
        ("age (years), median (IQR)", "65 (57.5 to 72.5)"),
        ("missing", "1 (20 %)"),
        ("smoker: yes, n (%)", "3 (60 %)"),
    ],
)
def test_row(small, label, text):
    rows = {row["label"]: row["cells"] for row in table_one(small)["rows"]}
    assert rows[label] == [text]


def test_follow_up_counts_censoring_as_the_event(small):
    # Four at risk after month 1; reverse curve: 3/4 at 2, 1/2 at 3, 1/4 at 4. Flat at exactly one half from 3 to 4,
    # where the median is the middle of the stretch (as R's quantile.survfit).
    rows = {row["label"]: row["cells"] for row in table_one(small)["rows"]}
    assert rows["Median follow-up, months (95 % interval)"][0].startswith("3.50 (")


def test_without_a_sealed_cohort_there_is_one_column(small):
    assert table_one(small)["columns"] == ["Development (n = 5)"]


def test_with_a_sealed_cohort_there_are_three_columns(record_of):
    assert table_one(record_of())["columns"] == ["Development (n = 40)", "Sealed: coast (n = 20)", "Overall (n = 60)"]


STUDY = """
clinical:
  file: clinical.csv
  map:
    sex: {column: Sex, 'yes': [F], 'no': [M]}
    smoker: {column: Smoker, 'yes': ['Yes'], 'no': ['No']}
    histology: {column: H, levels: [adenocarcinoma, squamous, large cell]}
"""


@pytest.fixture
def coded(small):
    """The five patients with an order, a stage in numbers, a sex and a category, as a study file declares them."""
    values = small.table.values.assign(
        clinical__ecog=[0.0, 1.0, 1.0, 2.0, np.nan],
        clinical__N_stage=[1.0, 1.0, 3.0, 3.0, 3.0],
        clinical__sex=[1.0, 1.0, 0.0, 0.0, 0.0],
        clinical__histology_squamous=[1.0, 0.0, 0.0, 0.0, np.nan],
        clinical__histology_large_cell=[0.0, 1.0, 0.0, 0.0, np.nan],
    )
    names = {"ecog": "rank in 0 < 1 < 2-4", "N_stage": "TNM N", "sex": "no/yes", "histology_squamous": "no/yes",
             "histology_large_cell": "no/yes"}  # fmt: skip
    columns = {f"clinical__{name}": Column(f"clinical__{name}", "clinical", unit) for name, unit in names.items()}
    table = replace(small.table, values=values, columns={**small.table.columns, **columns})
    return replace(small, table=table, study=STUDY)


@pytest.mark.parametrize(
    ("head", "levels"),
    [
        ("ecog, n (%)", {"0": "1 (25 %)", "1": "2 (50 %)", "2-4": "1 (25 %)", "missing": "1 (20 %)"}),
        ("N_stage (TNM N), n (%)", {"1": "2 (40 %)", "3": "3 (60 %)"}),
        (
            "histology, n (%)",
            {"adenocarcinoma": "2 (50 %)", "squamous": "1 (25 %)", "large cell": "1 (25 %)", "missing": "1 (20 %)"},
        ),
    ],
)
def test_levels_are_counted_in_their_own_words(coded, head, levels):
    rows = table_one(coded)["rows"]
    start = [row["label"] for row in rows].index(head) + 1
    assert {row["label"]: row["cells"][0] for row in rows[start : start + len(levels)]} == levels


@pytest.mark.parametrize("label", ["sex: F, n (%)", "smoker: yes, n (%)"])
def test_yes_is_what_the_table_says(coded, label):
    assert label in [row["label"] for row in table_one(coded)["rows"]]


def test_a_category_is_listed_once(coded):
    assert sum("squamous" in row["label"] for row in table_one(coded)["rows"]) == 1


def test_many_whole_numbers_stay_a_median(small):
    values = small.table.values.assign(clinical__age=[50.0, 60.0, 61.0, 70.0, 80.0])
    rows = table_one(replace(small, table=replace(small.table, values=values)))["rows"]
    assert "age (years), median (IQR)" in [row["label"] for row in rows]


def test_by_outcome_parts_events_from_censored(small):
    assert by_outcome(small)["columns"] == ["Event (n = 1)", "Censored (n = 4)"]


def test_by_outcome_counts_within_each_column(small):
    # only the first patient, a smoker, had the event; of the other four, two smoke
    rows = {row["label"]: row["cells"] for row in by_outcome(small)["rows"]}
    assert rows["smoker: yes, n (%)"] == ["1 (100 %)", "2 (50 %)"]


def test_by_outcome_of_a_response_is_yes_and_no(record_of):
    yes = int(record_of().development.outcome.yes.sum())
    assert by_outcome(record_of())["columns"] == [f"response: yes (n = {yes})", f"response: no (n = {40 - yes})"]


def test_by_outcome_tests_nothing(small):
    assert not any("p =" in cell for row in by_outcome(small)["rows"] for cell in row["cells"])
