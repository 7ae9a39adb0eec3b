"""A CDISC domain (TR, TU or RS) as it was exported -> its rows under plain names: whose, which visit, who read, when.

Names and rules: SDTM Implementation Guide, domains TU, TR and RS, and the RECIST 1.1 disease response supplement.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from radici.core.cells import NUMBER, text_of
from radici.core.errors import LesionError
from radici.core.registry import did_you_mean
from radici.response.lesions.columns import is_baseline
from radici.response.lesions.complaints import Complaints

PLAIN = {
    "patient": "USUBJID",
    "lesion": "{}LNKID",
    "group": "{}GRPID",
    "test": "{}TESTCD",
    "original": "{}ORRES",
    "result": "{}STRESC",
    "number": "{}STRESN",
    "unit": "{}STRESU",
    "status": "{}STAT",
    "reason": "{}REASND",
    "method": "{}METHOD",
    "organ": "{}LOC",
    "category": "{}CAT",
    "evaluator": "{}EVAL",
    "assessor": "{}EVALID",
    "accepted": "{}ACPTFL",
    "visit": "VISIT",
    "visit_number": "VISITNUM",
    "date": "{}DTC",
    "study_day": "{}DY",
    "start": "RFSTDTC",
}
OLDER = {"TRLINKID": "TRLNKID", "TULINKID": "TULNKID"}
"""The link's name in releases before it was shortened."""
INVESTIGATOR = "INVESTIGATOR"
NOT_DONE = "NOT DONE"


def domain_rows(table: pd.DataFrame, domain: str, needed: Sequence[str], file: str) -> pd.DataFrame:
    """Rows of a domain under plain names, as texts, with the line each came from and the reader who made it.

    `when` tells visits apart: by name and number, or by day where they have no name. The reader is the assessor
    (`--EVALID`), else the evaluator (`--EVAL`), else the investigator: SDTM leaves both empty for the investigator's
    own data.

    Raises
    ------
    LesionError
        A needed column does not exist; an assessor's name that two evaluators share.
    """
    columns = {OLDER.get(name, name): name for name in (str(one).strip().upper() for one in table.columns)}
    given = dict(zip((str(one).strip().upper() for one in table.columns), table.columns, strict=True))
    if len(columns) < len(given) or len(given) < len(table.columns):
        raise LesionError(f"{file}: two columns have the same name, or a link is spelled both ways. Keep one of them.")
    names = {plain: name.format(domain) for plain, name in PLAIN.items()}
    for plain in needed:
        if names[plain] not in columns:
            hint = did_you_mean(names[plain], list(given))
            raise LesionError(f"{file} has no column '{names[plain]}', which a CDISC {domain} table needs.{hint}")
    rows = pd.DataFrame({"line": np.asarray(table.index)})
    for plain, name in names.items():
        rows[plain] = _texts(table[given[columns[name]]]) if name in columns else pd.Series("", rows.index, object)
    rows["test"] = rows["test"].map(str.upper).astype(object)
    rows["reader"] = pd.Series(_readers(rows, file), dtype=object)
    rows["visit"] = _labels(rows)
    named, dated = rows["visit"] + "|" + rows["visit_number"], rows["study_day"] + "|" + rows["date"]
    rows["when"] = named.where(rows["visit"] != "", dated)
    return rows


def _texts(cells: pd.Series) -> pd.Series:
    """Cells as texts, each different one read once; objects, because single texts of an Arrow column come slowly."""
    numbers, different = pd.factorize(cells.to_numpy(dtype=object), use_na_sentinel=False)
    texts = np.array([text_of(cell) for cell in different], dtype=object)
    return pd.Series(texts[numbers] if len(texts) else [], dtype=object)


def read_by(rows: pd.DataFrame, evaluator: str | None, file: str) -> pd.DataFrame:
    """Rows of one evaluator or assessor; all where None.

    Raises
    ------
    LesionError
        Nobody is called that.
    """
    if evaluator is None:
        return rows
    kept = rows[(rows["reader"] == evaluator) | (rows["evaluator"] == evaluator)]
    if kept.empty:
        known = list(dict.fromkeys([*rows["evaluator"], *rows["reader"]]))
        hint = did_you_mean(evaluator, [name for name in known if name])
        raise LesionError(f"{file}: nothing was read by '{evaluator}'.{hint}")
    return kept.reset_index(drop=True)


def _readers(rows: pd.DataFrame, file: str) -> list[str]:
    by_assessor = rows[rows["assessor"] != ""].groupby("assessor", sort=False)["evaluator"].nunique()
    shared = [str(name) for name in by_assessor.index[by_assessor > 1]]
    if shared:
        raise LesionError(
            f"{file}: assessor '{shared[0]}' has rows of several evaluators. Give each reader a name of its own, or "
            f"keep the rows of one evaluator."
        )
    pairs = zip(rows["assessor"], rows["evaluator"], strict=True)
    return [assessor or evaluator or INVESTIGATOR for assessor, evaluator in pairs]


def _labels(rows: pd.DataFrame) -> pd.Series:
    """What each visit is called: its number too, where a patient has several visits of one name (unscheduled ones)."""
    label, number = rows["visit"], rows["visit_number"]
    several = rows.groupby(["patient", "visit"], sort=False)["visit_number"].transform("nunique") > 1
    numbered = several & (label != "") & ~label.map(is_baseline).astype(bool)
    label = label.where(~numbered, label + " " + number)
    return label.where((label != "") | (number == ""), "VISITNUM " + number)


def study_days(rows: pd.DataFrame, column: str, wrong: Complaints) -> list[str]:
    """Days since the start of treatment, as texts: SDTM calls the day of the start 1 and the day before it -1.

    `""` where there is neither day nor date. A day 0, no whole number, or a date without its day is a complaint.
    """
    given = rows["study_day"].to_list()
    whole = [NUMBER.fullmatch(text) is not None and float(text).is_integer() for text in given]
    days = [int(float(text)) if is_whole else None for text, is_whole in zip(given, whole, strict=True)]
    odd = np.array([text != "" and not is_whole for text, is_whole in zip(given, whole, strict=True)], dtype=bool)
    wrong.add(column, odd, lambda row: f"a whole number of days is expected, found '{given[row]}'.")
    zero = np.array([day == 0 for day in days], dtype=bool)
    wrong.add(column, zero, "there is no study day 0: the day of the start is 1, the day before it -1. Correct it.")
    dated = (rows["date"] != "").to_numpy() & np.array([text == "" for text in given], dtype=bool)
    wrong.add(
        column,
        dated,
        lambda row: (
            f"no study day, but the date '{rows['date'].iloc[row]}'. Write the whole date and its study day, or take "
            f"the column out, so that dates are used."
        ),
    )
    return ["" if day is None else str(day - 1 if day > 0 else day) for day in days]
