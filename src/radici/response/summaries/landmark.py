"""A value taken from a follow-up scan -> survival counted from that scan: the clock cannot start earlier.

A patient must live long enough to have the scan. Counting from treatment start gives that time to the value
(immortal time bias; Anderson JR et al. J Clin Oncol 1983;1:710). So a value carries its day, and whoever joins it to an
outcome gets time zero moved to that day.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from radici.core.outcome import DAYS_PER_MONTH, Survival
from radici.response.summaries.progression import TimeTo


@dataclass(frozen=True)
class Dated:
    """A number, and the day since time zero of the scan from which on it is known."""

    value: float
    day: int


@dataclass(frozen=True, eq=False)
class Landmark:
    """Values and survival on one clock; `outcome.unknown` says who is not in it and why.

    Parameters
    ----------
    values
        Of the patients in `outcome`, in their order.
    day
        Day of each patient's time zero, counted from the start of treatment.
    """

    values: pd.Series
    day: pd.Series
    outcome: Survival

    def frame(self) -> pd.DataFrame:
        """patient, value, landmark_day, months, event."""
        rows = {"patient": self.outcome.patients, "value": self.values.to_numpy(), "landmark_day": self.day.to_numpy()}
        return pd.DataFrame({**rows, "months": self.outcome.months, "event": self.outcome.event.astype(int)})


def landmark(
    name: str, values: Mapping[str, Dated], times: Mapping[str, TimeTo], fixed_day: int | None = None
) -> Landmark:
    """Values with the survival that follows the scan they come from.

    Parameters
    ----------
    name
        What the outcome is called.
    values
        By patient.
    times
        Time to the event by patient, counted from the start of treatment.
    fixed_day
        One landmark for everybody, instead of each patient's own scan; a value from a later scan is not known then.

    Returns
    -------
    Landmark
        Patients who are still observed after their landmark; everybody else is unknown, with the reason.
    """
    known: dict[str, tuple[float, int, TimeTo]] = {}
    unknown: list[tuple[str, str]] = []
    for patient in dict.fromkeys([*values, *times]):
        why = _why_not(values.get(patient), times.get(patient), fixed_day)
        if why:
            unknown.append((patient, why))
            continue
        dated, time = values[patient], times[patient]
        known[patient] = (dated.value, dated.day if fixed_day is None else fixed_day, time)
    days = np.array([time.days - at for _, at, time in known.values()], dtype=float)
    event = np.array([time.event for _, _, time in known.values()], dtype=bool)
    outcome = Survival(name, tuple(known), tuple(unknown), event, days / DAYS_PER_MONTH)
    index = pd.Index(list(known), dtype=object)
    return Landmark(
        pd.Series([value for value, _, _ in known.values()], index=index, dtype=float),
        pd.Series([at for _, at, _ in known.values()], index=index, dtype=int),
        outcome,
    )


def _why_not(dated: Dated | None, time: TimeTo | None, fixed_day: int | None) -> str:
    """Why a patient is not in the landmark data, or nothing."""
    if dated is None or np.isnan(dated.value):
        return "no value from a follow-up scan"
    if time is None:
        return "no time to the event"
    at = dated.day if fixed_day is None else fixed_day
    if dated.day > at:
        return f"the value comes from day {dated.day}, after the landmark on day {at}"
    if time.days <= at:
        what = "the event came" if time.event else "observation ended"
        return f"{what} on day {time.days}, not after the landmark on day {at}"
    return ""
