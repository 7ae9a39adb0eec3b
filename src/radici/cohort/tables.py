"""A text table -> a table of texts, in which each row knows its line; nothing is guessed or converted."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from radici.core.errors import FileMissing, InputError, TableError, some

TAB = "\t"
SEPARATORS = {",": "comma", ";": "semicolon", TAB: "tab"}


def read_table(path: Path, missing: Sequence[str] = ("",), separator: str | None = None) -> pd.DataFrame:
    """All cells as texts, blanks around them removed, `""` for texts in `missing`.

    The index holds line numbers of the file, from 2. Lines without any text are skipped.

    Parameters
    ----------
    separator
        What stands between two cells; by default a comma, in a `.tsv` file a tab.

    Raises
    ------
    FileMissing
        There is no such file.
    InputError
        It is no UTF-8 text.
    TableError
        No header, a name twice in the header, a row of another length, or another separator than the one declared.
    """
    separator = separator or ("\t" if path.suffix.lower() == ".tsv" else ",")
    header, rows, lines = _cells(path, separator)
    empty = set(missing)
    texts = [["" if cell.strip() in empty else cell.strip() for cell in row] for row in rows]
    return pd.DataFrame(texts, index=lines, columns=header, dtype=object)


def _cells(path: Path, separator: str) -> tuple[list[str], list[list[str]], list[int]]:
    if not path.is_file():
        raise FileMissing(f"{path}: there is no such table. Check the name, or the data folder.")
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, delimiter=separator, strict=True)
            header = [name.strip() for name in next(reader, [])]
            _check_header(path.name, header, separator)
            for row in reader:
                if any(cell.strip() for cell in row):
                    rows.append(row)
                    lines.append(reader.line_num)
    except UnicodeDecodeError:
        raise InputError(f"{path}: {_encoding(path)}") from None
    except csv.Error as error:
        what = SEPARATORS[separator]
        raise TableError(f"{path}, line {reader.line_num}: not a {what}-separated table ({error}).") from None
    wrong = [f"line {line} ({len(row)})" for row, line in zip(rows, lines, strict=True) if len(row) != len(header)]
    if wrong:
        raise TableError(
            f"{path.name}: {len(header)} cells are expected in each row, found other numbers: {some(wrong)}."
            f" Cells are separated by a {SEPARATORS[separator]}; one inside a cell needs quotes around the cell."
        )
    return header, rows, lines


def _encoding(path: Path) -> str:
    """What a file that is no UTF-8 text may be, and how it becomes one."""
    start = path.read_bytes()[:2]
    wide = start in (b"\xff\xfe", b"\xfe\xff")
    code = "UTF-16" if wide else "WINDOWS-1252"
    return (
        f"not UTF-8 text; it looks like {'UTF-16' if wide else 'a Windows encoding'}. In Excel, save it as "
        f"'CSV UTF-8 (Comma delimited)' (a German Excel puts semicolons there, so name the separator too: "
        f"`separator` under `clinical:` in a study file, --separator ';' for radici respond and radici score); in "
        f"LibreOffice, choose Unicode (UTF-8) when saving as CSV; in a shell, "
        f"`iconv -f {code} -t UTF-8 {path.name} > utf8_{path.name}`."
    )


def _check_header(file: str, header: list[str], separator: str) -> None:
    if not any(header):
        raise TableError(f"{file}: a header line with column names is expected, found none.")
    other = [mark for mark in SEPARATORS if mark != separator and mark in header[0]]
    if len(header) == 1 and other:
        mark = other[0]
        shown = "\\t" if mark == TAB else mark
        raise TableError(
            f"{file}: columns are expected to be separated by {separator!r}, found {mark!r}. Write "
            f'`separator: "{shown}"` under `clinical:` in a study file, where it holds for the index too; for '
            f"radici respond and radici score, add --separator {'tab' if mark == TAB else repr(mark)}. If its numbers "
            f"are written like 65,5, write `decimal: \",\"`, or add --decimal ',', as well."
        )
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise TableError(f"{file}: column name(s) {some([repr(n) for n in twice])} occur twice. Rename one of them.")
