"""Feature tables: long and wide, one row per patient, to a file and back."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radici.core.errors import FileMissing, TableError
from radici.core.files import read_table, write_table
from radici.core.table import KEYS, Column, FeatureTable, column_values, rows_of

MEAN, VOLUME = "ct__orig__stat_mean__none", "ct__orig__morph_volume__none"
COLUMNS = {MEAN: Column(MEAN, ibsi_tag="stat_mean"), VOLUME: Column(VOLUME, unit="mm3", ibsi_tag="morph_volume")}


def table(rows, values):
    frame = pd.DataFrame([dict.fromkeys(KEYS, "") | row for row in rows])
    return FeatureTable(pd.DataFrame(values, columns=[MEAN, VOLUME], dtype=float), frame.assign(site="north"), COLUMNS)


@pytest.fixture
def visits():
    rows = [{"patient": p, "time": t, "region": "gtv"} for p in ("A", "B") for t in ("w0", "w6")]
    return table(rows, [[1, 10], [2, 20], [3, 30], [4, 40]])


@pytest.fixture
def lesions():
    rows = [{"patient": "A", "lesion": "1"}, {"patient": "A", "lesion": "2"}, {"patient": "B", "lesion": "1"}]
    return table(rows, [[1, 10], [2, 30], [5, 7]])


def test_region_and_time_move_into_the_names(visits):
    wide = visits.wide()
    assert list(wide.values) == sorted(
        f"ct_gtv_{t}__orig__{f}__none" for t in ("w0", "w6") for f in ("stat_mean", "morph_volume")
    )


def test_wide_values_stay_with_their_patient(visits):
    wide = visits.wide()
    assert wide.values.loc[rows_of(wide, ["B"])[0], "ct_gtv_w6__orig__stat_mean__none"] == 4


def test_wide_keeps_unit_tag_and_site(visits):
    wide = visits.wide()
    column = wide.columns["ct_gtv_w0__orig__morph_volume__none"]
    assert (column.unit, column.ibsi_tag, set(wide.rows["site"])) == ("mm3", "morph_volume", {"north"})


def test_several_lesions_without_a_rule_are_refused(lesions):
    with pytest.raises(TableError, match="Patient A has 2 rows"):
        lesions.per_patient()


@pytest.mark.parametrize(
    ("rule", "expected"), [("mean", 1.5), ("sum", 3), ("minimum", 1), ("maximum", 2), ("largest", 2)]
)
def test_a_rule_makes_one_row_of_several_lesions(lesions, rule, expected):
    assert lesions.per_patient(rule).values[MEAN].tolist() == [expected, 5]


def test_rows_with_the_same_keys_are_refused():
    with pytest.raises(TableError, match="same keys"):
        table([{"patient": "A"}, {"patient": "A"}], [[1, 2], [3, 4]])


def test_a_patient_without_a_row_is_named(lesions):
    with pytest.raises(TableError, match="C"):
        rows_of(lesions.per_patient("mean"), ["A", "C"])


def test_a_logarithm_of_nothing_names_the_patient():
    broken = table([{"patient": "A"}, {"patient": "B"}], [[1, 10], [2, np.nan]])
    with pytest.raises(TableError, match="B"):
        column_values(broken, f"log({VOLUME})")


def test_rows_that_are_not_wanted_are_not_looked_at():
    broken = table([{"patient": "A"}, {"patient": "B"}], [[1, 10], [2, np.nan]])
    assert column_values(broken, f"log({VOLUME})", np.array([0])) == np.log(10)


@settings(max_examples=40)
@given(st.lists(st.floats(allow_infinity=False, width=64), min_size=2, max_size=2))
def test_numbers_come_back_from_a_file_to_the_last_bit(tmp_path_factory, numbers):
    path = tmp_path_factory.mktemp("table") / "features.csv"
    write_table(table([{"patient": "007"}], [numbers]), path)
    np.testing.assert_array_equal(read_table(path).values.to_numpy(), [numbers])


def test_ids_come_back_as_texts(tmp_path):
    write_table(table([{"patient": "007"}], [[1, 2]]), tmp_path / "f.csv")
    assert read_table(tmp_path / "f.csv").patients == ("007",)


def test_a_table_without_its_units_is_refused(tmp_path):
    write_table(table([{"patient": "A"}], [[1, 2]]), tmp_path / "f.csv")
    (tmp_path / "f.columns.csv").unlink()
    with pytest.raises(FileMissing, match="Units are not guessed"):
        read_table(tmp_path / "f.csv")


def test_text_in_a_numeric_column_names_patient_and_column(tmp_path):
    write_table(table([{"patient": "A"}], [[1, 2]]), tmp_path / "f.csv")
    text = (tmp_path / "f.csv").read_text().replace("1.0", "high")
    (tmp_path / "f.csv").write_text(text)
    with pytest.raises(TableError, match="patient A, column 'ct__orig__stat_mean__none' holds the text 'high'"):
        read_table(tmp_path / "f.csv")
