"""Text tables: nothing is converted, and a malformed file is refused by line."""

import pytest

from radici.cohort.tables import read_table
from radici.core.errors import FileMissing, InputError, TableError


def write(folder, text, name="t.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_cells_stay_texts(tmp_path):
    assert read_table(write(tmp_path, "id,x\n007,1e3\n")).iloc[0].tolist() == ["007", "1e3"]


def test_blanks_around_cells_are_removed(tmp_path):
    assert read_table(write(tmp_path, "id , x\n 1 , a b \n")).to_dict("list") == {"id": ["1"], "x": ["a b"]}


def test_declared_texts_are_missing(tmp_path):
    assert read_table(write(tmp_path, "id,x\n1,NA\n2,na\n"), ["NA"])["x"].tolist() == ["", "na"]


def test_the_index_is_the_line_of_the_file(tmp_path):
    assert read_table(write(tmp_path, "id\n1\n\n2\n")).index.tolist() == [2, 4]


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path):
    assert read_table(write(tmp_path, b"\xef\xbb\xbfid\n1\n")).columns.tolist() == ["id"]


def test_tabs_separate_tsv(tmp_path):
    assert read_table(write(tmp_path, "id\tx\n1\t2\n", "t.tsv")).columns.tolist() == ["id", "x"]


def test_quoted_commas_stay(tmp_path):
    assert read_table(write(tmp_path, 'id,x\n1,"[39, 37]"\n'))["x"].tolist() == ["[39, 37]"]


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        ("id;x\n1;2\n", TableError, "separated by ',', found ';'"),
        ("", TableError, "a header line"),
        ("id,x,x\n1,2,3\n", TableError, "'x' occur twice"),
        ("id,x\n1,2\n2\n", TableError, "line 3 (1)"),
        ("id,x\n1,2,3\n", TableError, "line 2 (3)"),
        ('id,x\n1,"2\n', TableError, "not a comma-separated table"),
        (b"id,x\n1,\xe9\n", InputError, "not UTF-8 text"),
    ],
)
def test_malformed_tables_are_refused(tmp_path, content, error, words):
    with pytest.raises(error) as caught:
        read_table(write(tmp_path, content))
    assert words in str(caught.value)


def test_an_absent_table_is_refused(tmp_path):
    with pytest.raises(FileMissing, match=r"gone\.csv"):
        read_table(tmp_path / "gone.csv")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("id,x\n1,\xe4\n".encode("cp1252"), "iconv -f WINDOWS-1252 -t UTF-8 t.csv"),
        ("id,x\n1,\xe4\n".encode("utf-16"), "iconv -f UTF-16 -t UTF-8 t.csv"),
        (b"id,x\n1,\xe9\n", "'CSV UTF-8 (Comma delimited)'"),
    ],
)
def test_text_in_another_encoding_says_what_to_do(tmp_path, content, words):
    with pytest.raises(InputError) as caught:
        read_table(write(tmp_path, content))
    assert words in str(caught.value)


@pytest.mark.parametrize(("mark", "switch"), [(";", "--separator ';'"), ("\t", "--separator tab")])
def test_another_separator_names_the_switch_of_the_commands(tmp_path, mark, switch):
    with pytest.raises(TableError) as caught:
        read_table(write(tmp_path, f"id{mark}x\n1{mark}2\n"))
    assert f"for radici respond and radici score, add {switch}." in str(caught.value)


def test_german_excel_writes_semicolons(tmp_path):
    with pytest.raises(InputError, match="a German Excel puts semicolons there, so name the separator too"):
        read_table(write(tmp_path, b"id;x\n1;\xe9\n"))


def test_declared_separator_is_used(tmp_path):
    assert read_table(write(tmp_path, "id;x\n1;a,b\n"), separator=";")["x"].tolist() == ["a,b"]
