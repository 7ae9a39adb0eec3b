"""A lesion table of texts, one row per lesion and visit, in; known columns, numbers and days out.

Nothing is converted on a guess: units stand in the column names, and whatever does not fit is named with its patient,
visit and column.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from radici.core.cells import NUMBER, text_of
from radici.core.errors import LesionError
from radici.core.registry import did_you_mean
from radici.response.exact import MOST
from radici.response.lesions.columns import UNITS, YES_NO, folded, is_node, may_be_node, meaning, role_of, state_of
from radici.response.lesions.complaints import Complaints
from radici.response.lesions.dates import DateOrder, days_of

MEASURES = ("longest", "short_axis", "viable", "sul_peak", "suv_max", "volume", "tlg")
REQUIRED = ("patient", "lesion", "role")
TEXTS = ("patient", "lesion", "organ", "visit", "reader", "method", "reason", "date", "day", "visit_number")
MOST_MM = 600.0
COMMA = re.compile(r"[+-]?\d+,\d+")
MARKED = re.compile(r"(ca\.?|~|about)?\s*\d+([.,]\d+)?\s*(mm|cm|ml)?", re.IGNORECASE)

Cells = Mapping[str, pd.Series]


def lesion_table(
    texts: pd.DataFrame,
    file: str = "lesion table",
    starts: Mapping[str, date] | None = None,
    dates: DateOrder = "iso",
) -> pd.DataFrame:
    """Typed rows of a lesion table.

    Parameters
    ----------
    texts
        One row per lesion and visit, `""` or NaN where missing; the index holds line numbers. Columns by the names of
        `radici.response.lesions.columns`: patient, lesion, role, and a `day` or `date` are needed.
    file
        What messages call the table.
    starts
        Day zero of each patient, where rows have dates and no column `start`; without either, day zero is the baseline.
    dates
        How dates are written: `iso` (2024-03-31), `dmy` or `mdy`.

    Returns
    -------
    pd.DataFrame
        patient, reader, lesion, role, organ (in small letters), node, visit, visit_number, day, zero, state, longest,
        short_axis, viable (mm), sul_peak, suv_max, volume (mL), tlg, method, prompted, note, line.

    Raises
    ------
    LesionError
        Each wrong cell with patient, visit and column.
    """
    cells, factors = _named(texts, file)
    if not len(texts):
        raise LesionError(f"{file} has no rows. One row per lesion and visit is expected.")
    rows = pd.DataFrame({"line": np.asarray(texts.index)})
    for name in TEXTS:
        rows[name] = cells[name].to_numpy() if name in cells else ""
    rows["organ"] = [organ.lower() for organ in rows["organ"]]
    wrong = Complaints(file, rows)
    for name in ("patient", "lesion"):
        wrong.add(name, (rows[name] == "").to_numpy(), "a name is expected, found nothing")
    rows["role"] = _coded(cells["role"], "role", role_of(), wrong)
    rows["node"] = _nodes(cells, wrong, len(rows))
    for name in MEASURES:
        rows[name] = _measured(cells, name, factors, wrong, len(rows))
    longer = (rows["short_axis"] > rows["longest"]).to_numpy()
    wrong.add("short_axis", longer, "longer than the longest diameter. Correct one of the two.")
    if "diameter" in cells:
        _split_diameter(rows, _measured(cells, "diameter", factors, wrong, len(rows)), wrong)
    rows["state"] = _states(rows, cells, wrong)
    rows["prompted"] = _yes_no(cells, "prompted", wrong, len(rows)) == 1.0
    rows["visit_number"] = _numbers(rows["visit_number"], "visit_number", wrong)
    rows["day"], rows["zero"] = days_of(rows, cells.get("start"), starts, dates, wrong)
    wrong.refuse()
    return rows.rename(columns={"reason": "note"}).drop(columns="date")


def _named(texts: pd.DataFrame, file: str) -> tuple[Cells, Mapping[str, float]]:
    """Known columns under our names, and the factor that makes mm or mL of each."""
    found: dict[str, pd.Series] = {}
    factors: dict[str, float] = {}
    for column in map(str, texts.columns):
        name, unit = meaning(column)
        if name is None:
            continue
        if name in UNITS and unit is None:
            raise LesionError(
                f"{file}, column '{column}': the unit must be in the name, for none is guessed. Call it "
                f"{' or '.join(f'`{name}_{one}`' for one in list(UNITS[name])[:2])}."
            )
        if name in found or (texts.columns.map(str) == column).sum() > 1:
            raise LesionError(f"{file}: '{column}' and another column both mean '{name}'. Keep one of them.")
        found[name] = texts[column].astype(object).map(text_of).rename(column)
        factors[name] = UNITS[name][unit] if unit else 1.0
    _refuse_missing(found, [str(column) for column in texts.columns], file)
    return found, factors


def _refuse_missing(found: Cells, columns: list[str], file: str) -> None:
    """Refuse a table without what every table needs, all at once."""
    unused = [column for column in columns if column not in {str(cells.name) for cells in found.values()}]
    lines = [f"{file} has no column '{name}'.{did_you_mean(name, unused)}" for name in REQUIRED if name not in found]
    if "day" not in found and "date" not in found:
        lines.append(f"{file} has neither a column 'day' nor a column 'date'.{did_you_mean('date', unused)}")
    if not found.keys() & {*MEASURES, "diameter", "state"}:
        lines.append(
            f"{file} has no column of sizes and none of states. Call the column of lengths `longest_mm` (and "
            f"`short_axis_mm`), or `diameter_mm` where a lymph node's is its short axis; the unit stands in the name. "
            f"Not used: {', '.join(unused) or 'nothing'}."
        )
    if lines:
        what = "One row per lesion and visit is expected: patient, lesion, role (target, non-target, new), day or date."
        raise LesionError("\n".join([*lines, what]))


def _by_text(cells: pd.Series, read: Callable[[str], Any]) -> np.ndarray:
    """`read` of each cell, called once for each different text."""
    numbers, texts = pd.factorize(cells.to_numpy())
    return np.array([read(text) for text in texts], dtype=object)[numbers]


def _unknown(found: np.ndarray) -> np.ndarray:
    return np.array([value is None for value in found], dtype=bool)


def _coded(cells: pd.Series, name: str, known: Mapping[str, str], wrong: Complaints) -> np.ndarray:
    """What each text means; those that mean nothing are named."""
    found = _by_text(cells, lambda text: known.get(folded(text)))
    words = sorted(set(known.values()) - {""})
    wrong.add(
        name,
        _unknown(found),
        lambda row: f"one of {', '.join(words)} is expected, found '{cells.iloc[row]}'.",
    )
    return found


def _numbers(cells: pd.Series, name: str, wrong: Complaints) -> np.ndarray:
    """Floats, NaN where empty; anything but a number is named."""
    found = _by_text(cells, lambda text: float(text) if NUMBER.fullmatch(text) else (np.nan if text == "" else None))
    odd = _unknown(found)
    wrong.add(name, odd, lambda row: f"a number is expected, found '{cells.iloc[row]}'.{_cure(cells.iloc[row])}")
    return np.where(odd, np.nan, found).astype(float)


def _cure(text: str) -> str:
    """What to write instead of a text among numbers."""
    if folded(text) in state_of():
        return " Leave the number empty and write that in the column `state`."
    if text.lstrip().startswith("<"):
        return " Leave the number empty and write `too small` in the column `state`."
    if COMMA.fullmatch(text):
        return " Write a decimal point, or say `--decimal ,` (with `--separator`)."
    if MARKED.fullmatch(text):
        return " Write the number alone; the unit stands in the column's name."
    return ""


def _measured(cells: Cells, name: str, factors: Mapping[str, float], wrong: Complaints, count: int) -> np.ndarray:
    if name not in cells:
        return np.full(count, np.nan)
    values = _numbers(cells[name], str(cells[name].name), wrong)
    column = str(cells[name].name)
    wrong.add(column, values < 0, lambda row: f"a measurement from 0 on is expected, found {values[row]:g}.")
    wrong.add(column, values >= MOST, lambda row: f"{values[row]:g} is beyond any measurement.")
    values = values * factors[name] if factors[name] != 1 else values
    if name in ("longest", "short_axis", "viable", "diameter"):
        unit = f" Is the unit mm, as '{column}' says?" if factors[name] == 1 else ""
        wrong.add(column, values > MOST_MM, lambda row: f"{values[row]:g} mm is longer than any lesion.{unit}")
    return values


def _split_diameter(rows: pd.DataFrame, diameter: np.ndarray, wrong: Complaints) -> None:
    """RECIST's one diameter: the short axis of a node, the longest diameter of any other lesion."""
    node = rows["node"].to_numpy(dtype=bool)
    for name, which in (("short_axis", node), ("longest", ~node)):
        given = rows[name].to_numpy()
        both = which & ~np.isnan(given) & ~np.isnan(diameter) & (given != diameter)
        wrong.add("diameter", both, f"another length than in column '{name}'. Keep one of the two columns.")
        rows[name] = np.where(which & np.isnan(given), diameter, given)


def _nodes(cells: Cells, wrong: Complaints, count: int) -> np.ndarray:
    """Whether each lesion is a lymph node: by the column `node`, else by the organ's name; one in doubt is named."""
    said = _yes_no(cells, "node", wrong, count)
    if "organ" not in cells:
        return said == 1.0
    by_organ = _by_text(cells["organ"], is_node).astype(bool)
    doubt = np.isnan(said) & _by_text(cells["organ"], may_be_node).astype(bool)
    wrong.add(
        "organ",
        doubt,
        lambda row: (
            f"'{cells['organ'].iloc[row]}' may be a lymph node, which counts by its short axis. Say yes or no in a "
            f"column `node`."
        ),
    )
    return np.where(np.isnan(said), by_organ, said == 1.0)


def _yes_no(cells: Cells, name: str, wrong: Complaints, count: int) -> np.ndarray:
    """1 for yes, 0 for no, NaN where nothing is said."""
    if name not in cells:
        return np.full(count, np.nan)
    found = _by_text(cells[name], lambda text: YES_NO.get(folded(text), np.nan if text == "" else None))
    odd = _unknown(found)
    wrong.add(name, odd, lambda row: f"yes or no is expected, found '{cells[name].iloc[row]}'.")
    return np.where(odd, np.nan, found).astype(float)


def _states(rows: pd.DataFrame, cells: Cells, wrong: Complaints) -> np.ndarray:
    """What is said of each lesion; without words, that it was measured, or that 0 mm are left of it."""
    lengths = rows[["longest", "short_axis", "viable"]].to_numpy()
    known = rows[list(MEASURES)].notna().to_numpy().any(axis=1)
    zero = (np.nan_to_num(lengths, nan=0.0) == 0).all(axis=1) & ~np.isnan(lengths).all(axis=1)
    if "state" in cells:
        said = _coded(cells["state"], "state", {"": "", **state_of()}, wrong)
    else:
        said = np.full(len(rows), "", dtype=object)
    silent = said == ""
    wrong.add(
        "state",
        silent & ~known & ~wrong.named,
        "neither a measurement nor a state. Give one, such as absent, present, too small or NE.",
    )
    larger = ~np.isnan(lengths).all(axis=1) & ~zero
    odd = np.isin(said.astype(str), ("absent",)) & larger
    wrong.add("state", odd, "the lesion is called absent, but has a length. Correct one of the two.")
    there = np.isin(said.astype(str), ("too small", "present", "increased", "progressed")) & zero
    there &= ~np.isnan(lengths[:, :2]).all(axis=1)  # a tumour that is there may have nothing viable left
    wrong.add("state", there, "the lesion is called seen, but has a length of 0. Correct one of the two.")
    found = np.where(silent, np.where(zero, "absent", "measured"), said)
    return np.where((found == "measured") & zero, "absent", found)
