"""The patients' table, one row per patient, in; what is known of each besides the lesions, in days since start, out.

Start of treatment, death, last contact, new anti-cancer therapy: the dates that endpoints need and scans do not give.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Literal

import numpy as np
import pandas as pd

from radici.core.cells import NUMBER, text_of
from radici.core.errors import LesionError
from radici.core.registry import did_you_mean
from radici.response.lesions.columns import folded
from radici.response.lesions.complaints import Complaints
from radici.response.lesions.course import Course
from radici.response.lesions.dates import DateOrder, ordinals

TIMES = ("death", "last_contact", "new_therapy", "treatment_end", "on_treatment", "randomised")
NAMES: dict[str, tuple[str, ...]] = {
    "patient": ("patient_id", "subject_id", "usubjid", "case"),
    "start": ("start_date", "treatment_start", "first_dose_date", "c1d1_date", "rfstdtc"),
    "death": ("death_date", "date_of_death", "dthdtc"),
    "last_contact": ("last_contact_date", "last_known_alive", "last_follow_up"),
    "new_therapy": ("new_therapy_date", "new_therapy_start", "subsequent_therapy_date"),
    "treatment_end": ("treatment_end_date", "last_dose_date", "rfxendtc"),
    "on_treatment": ("on_treatment_date", "last_known_on_treatment"),
    "randomised": ("randomized", "randomisation_date", "randomization_date"),
    "site": ("centre", "center", "siteid"),
    "ecog_baseline": ("ecog",),
    "ecog_worst": (),
}
"""Our name of each column, and others by which it goes. Times are dates, or days since the start in `death_day` …"""
MOST_ECOG = 5
CLOSE = 0.8


@dataclass(frozen=True)
class Facts:
    """One patient's follow-up, in days since time zero (treatment start or randomisation); None where not known.

    Parameters
    ----------
    death
        Day of death of any cause.
    last_contact
        Last day on which the patient is known to have been alive.
    new_therapy
        Start of another anti-cancer therapy.
    treatment_end
        Day on which treatment was stopped for any reason.
    on_treatment
        Last day on which treatment is known to have gone on, where it was not stopped.
    ecog_baseline, ecog_worst
        Performance status at baseline, and the worst of the first two months.
    site
        Centre.
    randomised
        Day of randomisation; mostly before the first dose.
    start
        Date of time zero, where the table gives dates.
    """

    patient: str = ""
    death: int | None = None
    last_contact: int | None = None
    new_therapy: int | None = None
    treatment_end: int | None = None
    on_treatment: int | None = None
    ecog_baseline: int | None = None
    ecog_worst: int | None = None
    site: str = ""
    randomised: int | None = None
    start: date | None = None


def patient_facts(
    texts: pd.DataFrame,
    file: str = "patients' table",
    dates: DateOrder = "iso",
    others: Literal["refuse", "ignore"] = "refuse",
) -> dict[str, Facts]:
    """Facts of each patient, in the order of the table.

    Parameters
    ----------
    texts
        One row per patient, `""` or NaN where missing; the index holds line numbers. Columns: patient, start, death,
        last_contact, new_therapy, treatment_end, on_treatment, randomised (dates; or days since the start as
        `death_day` …), site, ecog_baseline, ecog_worst.
    dates
        How dates are written: `iso` (2024-03-31), `dmy` or `mdy`.
    others
        What becomes of columns with other names: refused, or left aside; one that is nearly a known name is refused
        either way, since a death in a misspelled column would be a death that is not counted.

    Raises
    ------
    LesionError
        Each wrong cell with patient and column: partial dates or two ways of writing them, no start, a patient twice,
        death or last contact before the start, anything after death.
    """
    cells = _named(texts, file, others)
    rows = pd.DataFrame({"patient": cells["patient"].to_numpy(), "line": np.asarray(texts.index)})
    wrong = Complaints(file, rows)
    wrong.add("patient", (rows["patient"] == "").to_numpy(), "a name is expected, found nothing.")
    twice = rows["patient"].duplicated() & (rows["patient"] != "")
    wrong.add("patient", twice.to_numpy(), "a second row of this patient. Keep one.")
    starts = _starts(cells, dates, wrong)
    days = {name: _days(cells, name, starts, dates, wrong) for name in TIMES}
    ecog = {name: _ecog(cells, name, wrong) for name in ("ecog_baseline", "ecog_worst")}
    wrong.refuse()
    _check_order(days, wrong)
    wrong.refuse()
    whole = {name: [None if np.isnan(one) else int(one) for one in found] for name, found in (days | ecog).items()}
    sites = cells["site"].to_list() if "site" in cells else [""] * len(rows)
    return {
        patient: Facts(
            patient,
            start=None if np.isnan(starts[i]) else date.fromordinal(int(starts[i])),
            site=sites[i],
            **{name: found[i] for name, found in whole.items()},
        )
        for i, patient in enumerate(rows["patient"])
    }


def tells_outcome(column: str) -> bool:
    """Whether a column of the patients' table tells what became of a patient after the start: no predictor."""
    outcomes = {*TIMES, "ecog_worst"} - {"randomised"}
    headings = [one for name in outcomes for one in (name, f"{name}_day", *NAMES[name])]
    return folded(column) in map(folded, headings)


def starts_of(facts: Mapping[str, Facts]) -> dict[str, date]:
    """Day zero of each patient whose start has a date: what `lesion_table` takes as `starts`."""
    return {patient: one.start for patient, one in facts.items() if one.start is not None}


def check_against(courses: Iterable[Course], facts: Mapping[str, Facts], file: str = "patients' table") -> None:
    """Refuse scans that the patients' table cannot be true of.

    Raises
    ------
    LesionError
        With patient, visit and column: lesions of somebody without a row, a scan after death or after the last
        contact, or days of the lesions that do not count from the start of treatment.
    """
    wrong = Complaints(file, pd.DataFrame())
    told: dict[str, None] = {}
    for course in courses:
        told |= dict.fromkeys(_contradictions(course, facts.get(course.patient)))
    wrong.lines.extend(told)
    wrong.refuse()


def _contradictions(course: Course, one: Facts | None) -> list[str]:
    who = f"Patient {course.patient}"
    if one is None:
        return [f"{who}, column 'patient': lesions, but no row here. Add the row, or correct the id in one of the two."]
    if course.zero != "treatment start":
        return [
            f"{who}, column 'start': times here count from the start of treatment, days of the lesions from the "
            f"baseline scan. Give each patient's start to the lesion table (`starts`, or a column 'start')."
        ]
    lines = []
    for visit in (*course.before, course.baseline, *course.after):
        if one.death is not None and visit.last_day > one.death:
            late = visit.last_day - one.death
            lines.append(
                f"{who}, visit {visit}, column 'death': the scan is {_in_days(late)} after it. Correct one of them."
            )
        elif one.last_contact is not None and visit.last_day > one.last_contact:
            late = visit.last_day - one.last_contact
            lines.append(
                f"{who}, visit {visit}, column 'last_contact': the scan is {_in_days(late)} after it, and a scan is a "
                f"contact. Give the later day, or correct the scan's."
            )
    return lines


def _named(texts: pd.DataFrame, file: str, others: str) -> dict[str, pd.Series]:
    """Known columns, as texts, under our names; times that are given in days end in `_day`."""
    known = {folded(other): name for name, more in NAMES.items() for other in (name, *more)}
    known |= {folded(f"{name}_day"): f"{name}_day" for name in ("start", *TIMES)}
    found: dict[str, pd.Series] = {}
    for column in map(str, texts.columns):
        name = known.get(folded(column))
        if name is None:
            _refuse_stranger(column, list(known), file, others)
            continue
        if name in found or name.removesuffix("_day") in found or f"{name}_day" in found:
            raise LesionError(
                f"{file}: '{column}' and another column both mean '{name.removesuffix('_day')}'. Keep one."
            )
        found[name] = texts[column].astype(object).map(text_of)
    if "patient" not in found:
        hint = did_you_mean("patient", list(map(str, texts.columns)))
        raise LesionError(f"{file} has no column 'patient'.{hint} One row per patient is expected.")
    if "start" not in found and any(name in found for name in TIMES):
        first = next(name for name in TIMES if name in found)
        raise LesionError(
            f"{file}: column '{first}' is a date, and no column 'start' says from when to count. Add it, or give days "
            f"since the start as '{first}_day'."
        )
    return found


def _refuse_stranger(column: str, known: list[str], file: str, others: str) -> None:
    misspelled = any(_misspells(folded(column).split(), name.split()) for name in known)
    if others == "refuse" or misspelled:
        hint = did_you_mean(column, [*NAMES, *(f"{name}_day" for name in TIMES)])
        more = "" if misspelled else " Take it out, or leave such columns aside with `others='ignore'`."
        raise LesionError(f"{file}: no column is called '{column}' here.{hint}{more}")


def _misspells(words: list[str], name: list[str]) -> bool:
    """Whether each word is nearly that of the name; `treatment_arm` is no misspelled `treatment_start`."""
    pairs = zip(words, name, strict=False)
    return len(words) == len(name) and all(SequenceMatcher(None, a, b).ratio() >= CLOSE for a, b in pairs)


def _starts(cells: Mapping[str, pd.Series], order: DateOrder, wrong: Complaints) -> np.ndarray:
    """Day number of each start, NaN without one; days are counted from it, so it is day 0 itself."""
    if "start_day" in cells:
        odd = np.array([text not in ("", "0") for text in cells["start_day"]], dtype=bool)
        wrong.add(
            "start_day",
            odd,
            lambda row: (
                f"the start is day 0 of all other columns, found '{cells['start_day'].iloc[row]}'. Count every day "
                f"from the start."
            ),
        )
    if "start" not in cells:
        return np.full(len(wrong.rows), np.nan)
    starts = ordinals(cells["start"], "start", order, wrong)
    needed = np.zeros(len(starts), dtype=bool)
    for name in TIMES:
        if name in cells:
            needed |= (cells[name] != "").to_numpy()
    lacking = needed & (cells["start"] == "").to_numpy()
    wrong.add("start", lacking, "a date is expected, found nothing, and the other dates count from it. Fill it in.")
    return starts


def _days(
    cells: Mapping[str, pd.Series], name: str, starts: np.ndarray, order: DateOrder, wrong: Complaints
) -> np.ndarray:
    """Days since the start, NaN where missing."""
    if name in cells:
        return ordinals(cells[name], name, order, wrong) - starts
    return _whole(cells, f"{name}_day", "a whole number of days since the start", wrong)


def _whole(cells: Mapping[str, pd.Series], column: str, what: str, wrong: Complaints) -> np.ndarray:
    if column not in cells:
        return np.full(len(wrong.rows), np.nan)
    texts = cells[column].to_list()
    whole = [NUMBER.fullmatch(text) is not None and float(text).is_integer() for text in texts]
    odd = np.array([text != "" and not one for text, one in zip(texts, whole, strict=True)], dtype=bool)
    wrong.add(column, odd, lambda row: f"{what} is expected, found '{texts[row]}'.")
    return np.array([float(text) if one else np.nan for text, one in zip(texts, whole, strict=True)])


def _ecog(cells: Mapping[str, pd.Series], column: str, wrong: Complaints) -> np.ndarray:
    values = _whole(cells, column, f"a performance status from 0 to {MOST_ECOG}", wrong)
    outside = (values < 0) | (values > MOST_ECOG)
    wrong.add(column, outside, lambda row: f"0 to {MOST_ECOG} is expected, found {values[row]:g}.")
    return values


def _check_order(days: Mapping[str, np.ndarray], wrong: Complaints) -> None:
    """Nothing but randomisation comes before the start, and nothing after death."""
    for name in TIMES[:-1]:
        _refuse_gap(name, -days[name], "before the start", wrong)
    for name in TIMES[1:]:
        _refuse_gap(name, days[name] - days["death"], "after death", wrong)


def _refuse_gap(name: str, gap: np.ndarray, what: str, wrong: Complaints) -> None:
    wrong.add(name, gap > 0, lambda row: f"{_in_days(gap[row])} {what}. Correct one of the two.")


def _in_days(count: float) -> str:
    return f"{count:g} day{'' if count == 1 else 's'}"
