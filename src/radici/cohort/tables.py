"""A comma-separated file -> a table of texts, in which each row knows its line; nothing is guessed or converted."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from radici.core.errors import FileMissing, InputError, TableError, some


def read_table(path: Path, missing: Sequence[str] = ("",)) -> pd.DataFrame:
    """All cells as texts, blanks around them removed, `""` for texts in `missing`.

    The index holds line numbers of the file, from 2. Lines without any text are skipped.

    Raises
    ------
    FileMissing
        There is no such file.
    InputError
        It is no UTF-8 text.
    TableError
        No header, a name twice in the header, a row of another length, or another separator than the comma
        (tab for `.tsv`).
    """
    header, rows, lines = _cells(path)
    empty = set(missing)
    texts = [["" if cell.strip() in empty else cell.strip() for cell in row] for row in rows]
    return pd.DataFrame(texts, index=lines, columns=header, dtype=object)


def _cells(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    separator = "\t" if path.suffix.lower() == ".tsv" else ","
    if not path.is_file():
        raise FileMissing(f"{path}: there is no such table. Check the name, or the data folder.")
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, delimiter=separator, strict=True)
            header = [name.strip() for name in next(reader, [])]
            for row in reader:
                if any(cell.strip() for cell in row):
                    rows.append(row)
                    lines.append(reader.line_num)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text (byte {error.start}). Save the table as 'CSV UTF-8'.") from None
    except csv.Error as error:
        raise TableError(f"{path}, line {reader.line_num}: not a comma-separated table ({error}).") from None
    _check_shape(path.name, header, rows, lines, separator)
    return header, rows, lines


def _check_shape(file: str, header: list[str], rows: list[list[str]], lines: list[int], separator: str) -> None:
    if not any(header):
        raise TableError(f"{file}: a header line with column names is expected, found none.")
    other = [mark for mark in ";\t," if mark != separator and mark in header[0]]
    if len(header) == 1 and other:
        raise TableError(f"{file}: columns are expected to be separated by {separator!r}, found {other[0]!r}.")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise TableError(f"{file}: column name(s) {some([repr(n) for n in twice])} occur twice. Rename one of them.")
    wrong = [f"line {line} ({len(row)})" for row, line in zip(rows, lines, strict=True) if len(row) != len(header)]
    if wrong:
        raise TableError(f"{file}: {len(header)} cells are expected in each row, found other numbers: {some(wrong)}.")
