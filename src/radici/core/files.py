"""Feature tables as files: a CSV of keys and values beside one that says what each column is."""

import csv
from pathlib import Path

import pandas as pd

from radici.core.errors import FileMissing, TableError, some
from radici.core.table import KEYS, Column, FeatureTable


def write_table(table: FeatureTable, path: Path) -> None:
    """Write `path` and, beside it, `<name>.columns.csv` with kind, unit, origin and IBSI tag of each column."""
    pd.concat([table.rows, table.values], axis=1).to_csv(path, index=False, lineterminator="\n")
    described = pd.DataFrame([vars(table.columns[name]) for name in table.values])
    described.to_csv(_beside(path), index=False, lineterminator="\n")


def read_table(path: Path) -> FeatureTable:
    """Read what `write_table` wrote; numbers come back to the last bit.

    Raises
    ------
    FileMissing
        Without the file that describes the columns, units would have to be guessed.
    TableError
        For text in a numeric column, or columns that are not described.
    """
    if not path.is_file():
        raise FileMissing(f"There is no feature table {path}.")
    beside = _beside(path)
    if not beside.is_file():
        raise FileMissing(
            f"{path.name} needs {beside.name} beside it, which says what each column is and in which unit "
            f"(header: name,kind,unit,origin,ibsi_tag,ibsi_code). Units are not guessed."
        )
    described = pd.read_csv(beside, dtype=str, keep_default_na=False)
    columns = {row["name"]: Column(**row) for row in described.to_dict("records")}
    with path.open(newline="", encoding="utf-8") as stream:
        header = next(csv.reader(stream))
    strangers = [name for name in header if name not in columns and name not in (*KEYS, "site")]
    if strangers:
        raise TableError(f"{path.name}: column(s) {some(strangers)} are not described in {beside.name}.")
    texts = pd.read_csv(path, dtype=str, keep_default_na=False)
    rows = pd.DataFrame({key: texts.get(key, "") for key in (*KEYS, "site")}, index=texts.index)
    if "patient" not in texts:
        raise TableError(f"{path.name} has no column 'patient'.")
    values = {name: _numbers(texts, name, path) for name in texts if name in columns}
    return FeatureTable(pd.DataFrame(values, index=texts.index, dtype=float), rows, columns)


def _numbers(texts: pd.DataFrame, name: str, path: Path) -> pd.Series:
    cells = texts[name].str.strip()
    try:
        return cells.where(cells != "", "nan").map(float)
    except ValueError:
        wrong = next(i for i, cell in enumerate(cells) if not _is_number(cell))
        raise TableError(
            f"{path.name}: patient {texts['patient'].iloc[wrong]}, column '{name}' holds the text "
            f"'{cells.iloc[wrong]}' where a number is expected. Leave the cell empty if it is missing."
        ) from None


def _is_number(cell: str) -> bool:
    try:
        float(cell or "nan")
    except ValueError:
        return False
    return True


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.stem}.columns.csv")
