"""CDISC's RS, the calls that somebody else made, in; a table of them, and where they differ from ours, out."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from radici.core.cells import text_of
from radici.core.errors import LesionError, some
from radici.response.criteria.criterion import Point, Timeline
from radici.response.lesions.cdisc.domain import domain_rows, read_by, study_days
from radici.response.lesions.columns import folded, is_baseline
from radici.response.lesions.complaints import Complaints

RS_NEEDS = ("patient", "test", "result")
CALLS = ("OVRLRESP", "TRGRESP", "NTRGRESP", "NEWLIND")
KEY = ["patient", "reader", "when"]
DIFFERENCES = ("patient", "reader", "visit", "day", "supplied", "ours", "why")


def responses_from_cdisc(
    rs: pd.DataFrame, evaluator: str | None = None, category: str | None = None, file: str = "RS"
) -> pd.DataFrame:
    """Calls of each visit, one row per patient, reader and visit.

    Parameters
    ----------
    rs
        Texts, `""` or NaN where missing; the index holds line numbers.
    evaluator
        Only the calls of this evaluator or assessor; each is a reader where None.
    category
        Which `RSCAT` (RECIST 1.1), where the table has several.

    Returns
    -------
    pd.DataFrame
        patient, reader, visit, visit_number, date (texts), day (Int64: since the start, from RSDY; missing without it),
        and OVRLRESP, TRGRESP, NTRGRESP, NEWLIND as texts, `""` where there is none. Other tests are left out.

    Raises
    ------
    LesionError
        Several criteria and none chosen, two calls of one visit, or no overall response at all.
    """
    rows = read_by(domain_rows(rs, "RS", RS_NEEDS, file), evaluator, file)
    rows = rows[rows["test"].isin(CALLS)].reset_index(drop=True)
    rows = _of_category(rows, category, file)
    if not (rows["test"] == "OVRLRESP").any():
        raise LesionError(f"{file}, column 'RSTESTCD': no OVRLRESP (overall response) is among the tests.")
    wrong = Complaints(file, rows)
    place = rows.groupby(KEY, sort=False).ngroup()
    twice = pd.DataFrame({"place": place, "test": rows["test"]}).duplicated().to_numpy()
    wrong.add(
        "RSTESTCD", twice, lambda row: f"a second {rows['test'].iloc[row]} of this visit. Keep one, or name `category`."
    )
    by_days = bool((rows["study_day"] != "").any())
    rows["day"] = study_days(rows, "RSDY", wrong) if by_days else ""
    wrong.refuse()
    rows["place"] = place
    table = rows.drop_duplicates("place").set_index("place")[["patient", "reader", "visit", "visit_number", "date"]]
    days = rows[rows["day"] != ""].drop_duplicates("place").set_index("place")["day"]
    table["day"] = pd.to_numeric(days).astype("Int64").reindex(table.index)
    for call in CALLS:
        made = rows[rows["test"] == call].set_index("place")["result"]
        table[call] = made.reindex(table.index, fill_value="")
    return table.reset_index(drop=True)


def _of_category(rows: pd.DataFrame, category: str | None, file: str) -> pd.DataFrame:
    known = list(dict.fromkeys(name for name in rows["category"] if name))
    if category is None:
        if len(known) > 1:
            raise LesionError(
                f"{file}, column 'RSCAT': calls by one set of criteria are expected, found {some(known)}. Name one "
                f"with `category`."
            )
        return rows
    if category not in known:
        raise LesionError(f"{file}, column 'RSCAT': '{category}' is not among {some(known) or 'its (empty) cells'}.")
    return rows[rows["category"] == category].reset_index(drop=True)


def compare(timelines: Iterable[Timeline], supplied: pd.DataFrame) -> pd.DataFrame:
    """Visits after baseline at which the supplied overall response is not ours.

    Parameters
    ----------
    supplied
        As `responses_from_cdisc` gives it: patient, reader, visit, day, OVRLRESP. Visits are matched by name, else by
        day; where both sides have one reader only, whatever they are called, these are taken for the same.

    Returns
    -------
    pd.DataFrame
        patient, reader, visit, day, supplied, ours, why; `ours` is empty where we have no such visit. Visits without a
        supplied call are not listed.

    Raises
    ------
    LesionError
        Timelines of several criteria for one patient and reader.
    """
    lines = list(timelines)
    alone = len({line.reader for line in lines}) == 1 and supplied["reader"].nunique() == 1
    ours: dict[tuple[str, str], Timeline] = {}
    for line in lines:
        place = (line.patient, "" if alone else line.reader)
        if place in ours:
            raise LesionError(
                f"Patient {line.patient}, reader '{line.reader}': two timelines ({ours[place].criterion} and "
                f"{line.criterion}). Compare one criterion at a time."
            )
        ours[place] = line
    differences = []
    for row in supplied.to_dict("records"):
        found = _difference(ours.get((row["patient"], "" if alone else row["reader"])), row)
        differences += [found] if found else []
    frame = pd.DataFrame(differences, columns=list(DIFFERENCES))
    return frame.assign(day=frame["day"].astype("Int64"))


def _difference(line: Timeline | None, row: dict[str, Any]) -> dict[str, Any] | None:
    """What differs at one visit; None where nothing does, or nothing was supplied."""
    call = text_of(row["OVRLRESP"])
    if not call or is_baseline(row["visit"]):
        return None
    head = {"patient": row["patient"], "reader": row["reader"], "visit": row["visit"], "supplied": call}
    if line is None:
        return {**head, "day": row["day"], "ours": "", "why": "no lesions of this patient and reader"}
    point = _point(line, row)
    if point is None:
        at_baseline = line.zero == "treatment start" and _day(row) == line.baseline_day
        why = "no visit of that name or day after baseline"
        return None if at_baseline else {**head, "day": row["day"], "ours": "", "why": why}
    if folded(point.category) == folded(call):
        return None
    return {**head, "day": point.day, "ours": point.category, "why": point.why}


def _point(line: "Timeline", row: dict[str, Any]) -> Point | None:
    """Our visit of that name, else of that day."""
    name, day = folded(row["visit"]), _day(row)
    named = next((point for point in line.points if name and folded(point.label) == name), None)
    if named is not None or day is None or line.zero != "treatment start":
        return named
    return next((point for point in line.points if point.day <= day <= max(point.day, point.last_day)), None)


def _day(row: dict[str, Any]) -> int | None:
    return None if row["day"] is None or pd.isna(row["day"]) else int(np.int64(row["day"]))
