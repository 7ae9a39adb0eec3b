"""Dates or days as a table writes them -> whole days since day zero; two ways of writing dates are refused."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from radici.core.cells import NUMBER
from radici.response.lesions.columns import is_baseline
from radici.response.lesions.complaints import Complaints

DateOrder = Literal["iso", "dmy", "mdy"]
CENTURY = 36525
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(T[\d:.Z+-]*)?")
OTHER = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
WRITTEN: dict[DateOrder, str] = {
    "iso": "year-month-day, such as 2024-03-31",
    "dmy": "day/month/year",
    "mdy": "month/day/year",
}


def read_date(text: str, order: DateOrder = "iso") -> date | None:
    """A date in the declared order; None for anything else, partial dates included."""
    found = ISO.fullmatch(text) if order == "iso" else OTHER.fullmatch(text)
    if found is None:
        return None
    a, b, c = (int(part) for part in found.groups()[:3])
    year, month, day = {"iso": (a, b, c), "dmy": (c, b, a), "mdy": (c, a, b)}[order]
    try:
        return date(year, month, day)
    except ValueError:
        return None


def ordinals(cells: pd.Series, column: str, order: DateOrder, wrong: Complaints) -> np.ndarray:
    """Day numbers of a column of dates, NaN where empty; anything else is named."""
    numbers, texts = pd.factorize(cells.to_numpy())
    dates = [read_date(text, order) for text in texts]
    days = np.array([np.nan if one is None else float(one.toordinal()) for one in dates])
    odd = np.array([one is None and text != "" for one, text in zip(dates, texts, strict=True)], dtype=bool)
    other = _other_order(list(texts), order)
    if other:
        wrong.lines.append(f"{wrong.file}, column '{column}': {other}")
    else:
        wrong.add(column, odd[numbers], lambda row: _why(cells.iloc[row], order))
    return days[numbers]


def _other_order(texts: list[str], order: DateOrder) -> str:
    """One sentence where most dates are written in another way; else empty."""
    written = [text for text in texts if text]
    counts = {one: sum(read_date(text, one) is not None for text in written) for one in WRITTEN}
    most = max(counts, key=lambda one: counts[one])
    if counts[most] <= len(written) / 2 or counts[order] == counts[most]:
        return ""
    told = f"{counts[most]} of {len(written)} different dates are written as {WRITTEN[most]}"
    if counts[order]:
        return f"{told}, others as {WRITTEN[order]}. Write all in one way."
    return f"{told}. Say `--dates {most}` (in a study, `dates: {most}`)."


def _why(text: str, order: DateOrder) -> str:
    other = next((one for one in WRITTEN if one != order and read_date(text, one)), None)
    hint = "All dates of a table must be written in one way." if other else "Write whole dates."
    return f"a date written as {WRITTEN[order]} is expected, found '{text}'. {hint}"


def days_of(
    rows: pd.DataFrame, start: pd.Series | None, starts: Mapping[str, date] | None, order: DateOrder, wrong: Complaints
) -> tuple[np.ndarray, np.ndarray]:
    """Day of each row since its patient's day zero, and what that day zero is."""
    given = rows["day"].to_numpy()
    if (given != "").any():
        whole = [NUMBER.fullmatch(text) is not None and float(text).is_integer() for text in given]
        far = [is_whole and abs(float(text)) > CENTURY for text, is_whole in zip(given, whole, strict=True)]
        wrong.add("day", ~np.array(whole), lambda row: f"a whole number of days is expected, found '{given[row]}'.")
        wrong.add("day", np.array(far), lambda row: f"days since the start are expected, found '{given[row]}'.")
        wrong.refuse()
        return np.array([int(float(text)) for text in given]), np.full(len(rows), "treatment start", dtype=object)
    seen = ordinals(rows["date"], "date", order, wrong)
    wrong.add("date", (rows["date"] == "").to_numpy(), "a date is expected, found nothing.")
    zeros = _zeros(rows, start, starts, order, wrong)
    wrong.refuse()
    unknown = np.isnan(zeros)
    first = _baseline_days(rows, seen)
    days = seen - np.where(unknown, first, zeros)
    return days.astype(int), np.where(unknown, "baseline", "treatment start").astype(object)


def _zeros(
    rows: pd.DataFrame, start: pd.Series | None, starts: Mapping[str, date] | None, order: DateOrder, wrong: Complaints
) -> np.ndarray:
    """Day number of each row's day zero, NaN where none is known; one per patient."""
    if start is not None:
        zeros = ordinals(start, str(start.name), order, wrong)
        by_patient = pd.Series(zeros).groupby(rows["patient"].to_numpy())
        several = by_patient.transform("nunique").to_numpy() > 1
        wrong.add(str(start.name), several, "one start for each patient is expected, found several.")
        elsewhere = _known(rows, starts)
        wrong.add(
            str(start.name),
            ~np.isnan(zeros) & ~np.isnan(elsewhere) & (zeros != elsewhere),
            "another start than in the follow-up table. Correct one of the two.",
        )
        return by_patient.transform("max").to_numpy()
    return _known(rows, starts)


def _known(rows: pd.DataFrame, starts: Mapping[str, date] | None) -> np.ndarray:
    """Day number of each row's start in the table of starts, NaN where it has none."""
    numbers = {patient: float(day.toordinal()) for patient, day in (starts or {}).items()}
    return rows["patient"].map(numbers).to_numpy(dtype=float)


def _baseline_days(rows: pd.DataFrame, seen: np.ndarray) -> np.ndarray:
    """Day number of each patient's baseline: of the visit that is called so, else of the first."""
    labelled = rows["visit"].map(is_baseline).to_numpy(dtype=bool)
    patients = rows["patient"].to_numpy()
    called = pd.Series(np.where(labelled, seen, np.nan)).groupby(patients).transform("max")
    first = pd.Series(seen).groupby(patients).transform("min")
    return called.fillna(first).to_numpy()
