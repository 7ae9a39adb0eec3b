"""CSV files: safe to open in a spreadsheet, and otherwise as the table was."""

import pandas as pd
import pytest

from radici.reporting.csvfile import write_csv


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_like_a_formula_gets_an_apostrophe(tmp_path, text):
    write_csv(pd.DataFrame({"id": [text]}), tmp_path / "a.csv")
    assert pd.read_csv(tmp_path / "a.csv", dtype=str)["id"][0].startswith("'")


def test_a_column_name_like_a_formula_gets_an_apostrophe(tmp_path):
    write_csv(pd.DataFrame({"=1+1": [1]}), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "'=1+1\n1\n"


def test_a_negative_number_stays_a_number(tmp_path):
    write_csv(pd.DataFrame({"x": [-1.5]}), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "x\n-1.5\n"


def test_other_text_stays_as_it_is(tmp_path):
    write_csv(pd.DataFrame({"id": ["P-1", None]}), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == 'id\nP-1\n""\n'


def test_an_empty_table_is_a_header(tmp_path):
    write_csv(pd.DataFrame({"id": []}), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "id\n"
