"""Lesions and what became of the patients -> progression-free survival in months, by a named censoring rule."""

from dataclasses import replace

import numpy as np
import pandas as pd

from radici.core.outcome import DAYS_PER_MONTH, Survival
from radici.response.endpoint import Tables
from radici.response.from_lesions import FromLesions
from radici.response.patients import Facts
from radici.response.summaries.landmark import Dated, landmark
from radici.response.summaries.progression import ProgressionFree, TimeTo


class ProgressionFreeSurvival(FromLesions, name="progression_free_survival"):
    """Time to progression by the criterion, or death of any cause.

    With `criterion: irecist` it is iPFS: the event is the first day of a progression that is confirmed later.

    Parameters
    ----------
    rule
        Censoring, and how often scans were planned.
    landmark_day
        Day from which time counts, for predictors of a scan up to then; who progressed, died or left before is unknown.
    """

    lesions: str
    rule: ProgressionFree = ProgressionFree()
    landmark_day: int | None = None

    @property
    def counts_from_start(self) -> bool:
        """Whether no landmark moves time zero."""
        return self.landmark_day is None

    @property
    def called(self) -> str:
        """What it is called in print, and where time begins if not at the start of treatment."""
        zero = f" from day {self.landmark_day} on" if self.landmark_day is not None else ""
        return f"progression-free survival{zero}"

    def __call__(self, name: str, table: pd.DataFrame, tables: Tables | None = None) -> Survival:
        """Months and events; unknown for patients without lesions."""
        (found, facts), criterion = self.read(name, tables), self.criterion
        times: dict[str, TimeTo] = {}
        unknown = []
        for patient in map(str, table.index):
            if patient in found:
                times[patient] = self.rule(criterion(found[patient]), facts.get(patient, Facts(patient)))
            else:
                unknown.append((patient, f"no lesions in '{self.lesions}'"))
        if self.landmark_day is not None:
            values = {patient: Dated(0.0, self.landmark_day) for patient in times}
            outcome = landmark(name, values, times).outcome
            return replace(outcome, unknown=(*outcome.unknown, *unknown))
        event = np.array([one.event for one in times.values()], dtype=bool)
        days = np.array([one.days for one in times.values()], dtype=float)
        return Survival(name, tuple(times), tuple(unknown), event, days / DAYS_PER_MONTH)
