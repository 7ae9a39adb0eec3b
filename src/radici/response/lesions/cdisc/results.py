"""Rows of TR, one per test, in; one row per lesion and visit, with its lengths and its state, out."""

from decimal import Decimal

import numpy as np
import pandas as pd

from radici.core.cells import NUMBER
from radici.core.errors import some
from radici.response.lesions.cdisc.domain import NOT_DONE
from radici.response.lesions.columns import UNITS, folded, state_of
from radici.response.lesions.complaints import Complaints

MEASURED = {"LDIAM": "longest", "LPERP": "short_axis", "SAXIS": "short_axis", "DIAMETER": "diameter",
            "VOLUME": "volume"}  # fmt: skip
STATED = ("TUMSTATE", "LNSTATE")
TESTS = (*MEASURED, *STATED)
HEADINGS = {name: "volume_ml" if name == "volume" else f"{name}_mm" for name in MEASURED.values()}
WORDS: dict[str, str] = {
    **state_of(),
    "unequivocal increase": "progressed",
    "unequivocal": "unequivocal",
    "pathological": "present",
    "non pathological": "absent",
    "nonpathological": "absent",
}
INSTEAD = ("too small", "not evaluable", "absent")
"""Words that may stand where a length is expected."""
KEY = ["patient", "reader", "lesion", "when"]


def findings(rows: pd.DataFrame, file: str) -> pd.DataFrame:
    """One row per lesion and visit: a column for each length in mm and the volume in mL, and the state, as texts.

    Raises
    ------
    LesionError
        A result that is no number, has no unit or no meaning; a test with two results; a visit whose tests are unknown.
    """
    wrong = Complaints(file, rows)
    rows = _keyed(rows, wrong)
    known = rows[rows["test"].isin(TESTS)].reset_index(drop=True)
    wrong = Complaints(file, known)
    _check_status(known, wrong)
    known = _read(known, wrong)
    _check_twice(known, wrong)
    wrong.refuse()
    return _widened(rows, known)


def _keyed(rows: pd.DataFrame, wrong: Complaints) -> pd.DataFrame:
    """Each row with the number of its lesion and visit; one without a usable test is named."""
    place = rows.groupby(KEY, sort=False).ngroup()
    usable = rows["test"].isin(TESTS).groupby(place).transform("any").to_numpy()
    first = ~place.duplicated().to_numpy()
    wrong.add(
        "TRTESTCD",
        ~usable & first,
        lambda row: (
            f"one of {', '.join(TESTS)} is expected for each lesion and visit, found "
            f"{some(sorted(set(rows['test'][place == place.iloc[row]])))}. Correct the test, or take the rows out."
        ),
    )
    wrong.refuse()
    return rows.assign(place=place.to_numpy())


def _check_status(rows: pd.DataFrame, wrong: Complaints) -> None:
    """The status is empty or NOT DONE, and what was not done has no result."""
    status = rows["status"].str.upper()
    wrong.add(
        "TRSTAT",
        (~status.isin(["", NOT_DONE])).to_numpy(),
        lambda row: f"nothing or {NOT_DONE} is expected, found '{rows['status'].iloc[row]}'.",
    )
    both = (status == NOT_DONE) & ((rows["number"] != "") | (rows["result"] != ""))
    wrong.add("TRSTAT", both.to_numpy(), f"{NOT_DONE}, but there is a result. Correct one of the two.")


def _read(rows: pd.DataFrame, wrong: Complaints) -> pd.DataFrame:
    """Each row with `heading`, the `value` in our unit, and the `said` state; both are empty where it was not done."""
    done = (rows["status"].str.upper() != NOT_DONE).to_numpy()
    stated = rows["test"].isin(STATED).to_numpy()
    number = rows["number"].where(rows["number"] != "", rows["result"].where(rows["result"].map(_is_number), ""))
    words = rows["result"].map(lambda text: WORDS.get(folded(text), "")).to_numpy(dtype=object)
    numeric = (number != "").to_numpy() & done & ~stated
    wrong.add(
        "TRSTRESC",
        stated & done & (words == ""),
        lambda row: f"a state such as PRESENT, ABSENT or EQUIVOCAL is expected, found '{rows['result'].iloc[row]}'.",
    )
    wrong.add(
        "TRSTRESN",
        ~stated & done & ~numeric & ~np.isin(words.astype(str), INSTEAD),
        lambda row: f"a number is expected, found '{rows['result'].iloc[row]}'. Where there is none, set TRSTAT.",
    )
    heading = ["state" if is_stated else HEADINGS[MEASURED[test]]
               for test, is_stated in zip(rows["test"], stated, strict=True)]  # fmt: skip
    small = rows["original"].map(lambda text: WORDS.get(folded(text)) == "too small").to_numpy() & ~stated
    said = np.where(small & done, "too small", np.where(done & (stated | ~numeric), words, ""))
    return rows.assign(heading=heading, value=_converted(rows, number, numeric, wrong), said=said)


def _is_number(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None


def _converted(rows: pd.DataFrame, number: pd.Series, numeric: np.ndarray, wrong: Complaints) -> list[str]:
    """Lengths in mm and volumes in mL, exact, as texts."""
    units = [UNITS[MEASURED.get(test, "longest")] for test in rows["test"]]
    factors = [known.get(unit.lower().replace("^", "")) for known, unit in zip(units, rows["unit"], strict=True)]
    odd = np.array([_is_number(text) for text in number], dtype=bool)
    wrong.add("TRSTRESN", numeric & ~odd, lambda row: f"a number is expected, found '{number.iloc[row]}'.")
    lacking = np.array([factor is None for factor in factors], dtype=bool)
    wrong.add(
        "TRSTRESU",
        numeric & lacking,
        lambda row: (
            f"the unit must be one of {', '.join(units[row])}, found '{rows['unit'].iloc[row]}'. No unit is guessed."
        ),
    )
    usable = numeric & odd & ~lacking
    return [
        f"{(Decimal(text) * Decimal(str(factor))).normalize():f}" if use else ""
        for text, factor, use in zip(number, factors, usable, strict=True)
    ]


def _check_twice(rows: pd.DataFrame, wrong: Complaints) -> None:
    """A test made twice of one lesion at one visit, or two tests of one axis (LPERP and SAXIS) that differ."""
    told = rows[(rows["value"] != "") | (rows["said"] != "")]
    first = told.groupby(["place", "heading"], sort=False)[["value", "said"]].transform("first")
    differs = (first != told[["value", "said"]]).any(axis=1).reindex(rows.index, fill_value=False)
    wrong.add(
        "TRTESTCD",
        (rows.duplicated(["place", "test"]) | differs).to_numpy(),
        lambda row: (
            f"a second {rows['test'].iloc[row]} of this lesion at this visit. Keep one, or name the evaluator."
            if not differs.iloc[row]
            else f"{rows['test'].iloc[row]} differs from another row of this lesion and visit. Keep one of them."
        ),
    )


def _widened(rows: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """One row per lesion and visit, in the order of the table."""
    blank = known.drop(columns=["heading", "value", "said"])
    table = blank.drop_duplicates("place").set_index("place")
    dates = blank[blank["date"] != ""].drop_duplicates("place").set_index("place")
    table.update(dates[["date", "day"]])
    for heading in dict.fromkeys(HEADINGS.values()):
        found = known[(known["heading"] == heading) & (known["value"] != "")].drop_duplicates("place")
        table[heading] = found.set_index("place")["value"].reindex(table.index, fill_value="")
    measured = (table[list(dict.fromkeys(HEADINGS.values()))] != "").any(axis=1)
    for name in ("reason", "method"):
        found = known[known[name] != ""].drop_duplicates("place")
        table[name] = found.set_index("place")[name].reindex(table.index, fill_value="")
    accepted = (known["accepted"] == "Y").groupby(known["place"]).any().reindex(table.index).to_numpy()
    table["adjudicated"] = np.where(accepted, "yes", "")
    table["state"] = _states(known, measured)
    return table.reset_index(drop=True)


def _states(known: pd.DataFrame, measured: pd.Series) -> pd.Series:
    """State of each lesion and visit; `""` where its length says all.

    A measured lesion needs no word that it is there, and a measured node none on whether it is pathological: its short
    axis tells that. What was neither measured nor described was not evaluable.
    """
    idle = (
        measured.reindex(known["place"]).to_numpy()
        & ((known["said"] == "present") | (known["test"] == "LNSTATE")).to_numpy()
    )
    said = known[(known["said"] != "") & ~idle].sort_values(
        "heading", key=lambda names: names != "state", kind="stable"
    )
    words = said.drop_duplicates("place").set_index("place")["said"].reindex(measured.index, fill_value="")
    return words.where((words != "") | measured, "not evaluable")
