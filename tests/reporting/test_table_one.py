"""Table one: counts, quartiles and follow-up against values worked out by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from radici.core.outcome import Survival
from radici.core.table import KEYS, Blocks, Column, FeatureTable
from radici.reporting.table_one import table_one

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
