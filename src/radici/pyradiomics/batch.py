"""A table of images and masks in, one row of PyRadiomics' columns for each out."""

import csv
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from radici.core.errors import FileMissing, RadiciError, TableError, some
from radici.core.parallel import in_order
from radici.core.progress import Progress, silent
from radici.core.registry import did_you_mean
from radici.pyradiomics.params import Params
from radici.pyradiomics.segment import Row, extract_pair

if TYPE_CHECKING:
    import pandas as pd

NEEDED = ("Image", "Mask")
NUMBERS = ("Label", "Label_channel")


def extract_batch(
    csv_path: str | Path, params: Params, jobs: int = 1, *, progress: Progress = silent
) -> "pd.DataFrame":
    """The columns of `extract_pair` for each row of a table, in the form of PyRadiomics' own batch file.

    Parameters
    ----------
    csv_path
        CSV with the columns `Image` and `Mask` (paths, from the table's folder where they are relative), and where
        wanted `Label` and `Label_channel` (whole numbers; an empty cell means the parameter file's). All columns are
        passed through.
    jobs
        Processes; -1 for one per core. The numbers are the same for any.
    progress
        Called with (label, done, all).

    Returns
    -------
    One row for each row of the table, with its columns first. Where a region could not be measured its features are
    empty, and `frame.attrs["failures"]` says why: `[{"row", "Image", "Mask", "error"}]`, rows counted from 1.

    Raises
    ------
    FileMissing, TableError
        There is no such table, a column is missing, or a label is no number.
    """
    import pandas as pd

    cases = read_cases(Path(csv_path))
    found = in_order(partial(_one, params), cases, jobs=jobs, progress=progress, label="Features")
    rows = [{**case, **row} for case, (row, _) in zip(cases, found, strict=True)]
    frame = pd.DataFrame(rows, columns=_header(rows))
    frame.attrs["failures"] = [
        {"row": number, "Image": case["Image"], "Mask": case["Mask"], "error": error}
        for number, (case, (_, error)) in enumerate(zip(cases, found, strict=True), start=1)
        if error
    ]
    return frame


def read_cases(path: Path) -> list[dict[str, str]]:
    """The rows of a batch file, with absolute paths."""
    if not path.is_file():
        raise FileMissing(f"There is no table {path}.")
    with path.open(newline="", encoding="utf-8-sig") as stream:
        reader = csv.DictReader(stream)
        names = list(reader.fieldnames or [])
        rows = list(reader)
    for name in NEEDED:
        if name not in names:
            raise TableError(f"{path}: there is no column '{name}'.{did_you_mean(name, names) if names else ''}")
    ragged = [str(n) for n, row in enumerate(rows, start=1) if None in row or None in row.values()]
    if ragged:
        raise TableError(f"{path}: row(s) {some(ragged)} hold more or fewer cells than the header's {len(names)}.")
    empty = [str(n) for n, row in enumerate(rows, start=1) if not all(row[name].strip() for name in NEEDED)]
    if empty:
        raise TableError(f"{path}: row(s) {some(empty)} have no 'Image' or no 'Mask'. Fill them in, or take them out.")
    for number, row in enumerate(rows, start=1):
        for name in NEEDED:
            row[name] = str((path.parent / row[name].strip()).resolve())
        _check_numbers(path, number, row)
    return rows


def _check_numbers(path: Path, number: int, row: dict[str, str]) -> None:
    for name in NUMBERS:
        cell = row.get(name, "").strip()
        if cell and not cell.isdecimal():
            raise TableError(f"{path}: row {number}, column '{name}' holds '{cell}'; a whole number is expected.")


def _one(params: Params, case: dict[str, str]) -> tuple[Row, str]:
    """The columns of one row, or why there are none."""
    label, channel = (int(case[name]) if case.get(name, "").strip() else None for name in NUMBERS)
    try:
        return extract_pair(case["Image"], case["Mask"], params, label, channel), ""
    except RadiciError as error:
        return {}, str(error)


def _header(rows: Sequence[Mapping[str, object]]) -> list[str]:
    """Columns of the first row that has features, then whatever others have besides."""
    if not rows:
        return []
    fullest = max(rows, key=len)
    others = {name for row in rows for name in row} - set(fullest)
    return [*fullest, *sorted(others)]
