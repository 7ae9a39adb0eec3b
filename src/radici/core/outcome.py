"""What is predicted: a yes-or-no response, or a time to an event; unknown is an answer of its own."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from radici.core.errors import OutcomeError, some

DAYS_PER_MONTH = 365.25 / 12
SURVIVAL_DTYPE = np.dtype([("event", "?"), ("months", "<f8")])


@dataclass(frozen=True, eq=False)
class Outcome:
    """The part common to both kinds: a name, and the patients for whom it is known, in order."""

    name: str
    patients: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...] = ()

    @property
    def y(self) -> np.ndarray:
        """What an estimator takes, one entry per patient."""
        raise NotImplementedError

    @property
    def events(self) -> int:
        """Number of patients in the rarer class, or with the event."""
        raise NotImplementedError

    @property
    def strata(self) -> np.ndarray:
        """What folds are balanced on: the class, or whether the event was seen."""
        raise NotImplementedError

    def of(self, patients: tuple[str, ...] | list[str]) -> Any:
        """The same outcome for some patients, in the order given."""
        place = {patient: i for i, patient in enumerate(self.patients)}
        absent = [patient for patient in patients if patient not in place]
        if absent:
            raise OutcomeError(f"The endpoint '{self.name}' is unknown for patient(s) {some(absent)}.")
        take = np.array([place[patient] for patient in patients], dtype=int)
        return self._take(take, tuple(patients))

    def _take(self, take: np.ndarray, patients: tuple[str, ...]) -> "Outcome":
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Response(Outcome):
    """Yes or no for each patient.

    Parameters
    ----------
    yes
        bool, shape (n_patients,).
    favourable
        Whether yes is the good answer (response) or the bad one (progression); fixes the direction in which
        a larger tumour is expected to point.
    """

    yes: np.ndarray = None  # type: ignore[assignment]
    favourable: bool = True

    @property
    def y(self) -> np.ndarray:
        """int64 labels, 1 for yes."""
        return self.yes.astype(np.int64)

    @property
    def events(self) -> int:
        """Patients in the rarer class."""
        return int(min(self.yes.sum(), (~self.yes).sum()))

    @property
    def strata(self) -> np.ndarray:
        """The class."""
        return self.y

    def _take(self, take: np.ndarray, patients: tuple[str, ...]) -> "Response":
        return replace(self, patients=patients, unknown=(), yes=self.yes[take])

    @classmethod
    def from_series(cls, name: str, values: pd.Series, favourable: bool = True) -> "Response":
        """From a nullable boolean series indexed by patient; NA is unknown."""
        values = values.astype("boolean")
        known = values[values.notna()]
        unknown = tuple((str(patient), "no value") for patient in values.index[values.isna()])
        return cls(name, tuple(map(str, known.index)), unknown, known.to_numpy(dtype=bool), favourable)


@dataclass(frozen=True, eq=False)
class Survival(Outcome):
    """Months to an event or to the end of observation.

    Parameters
    ----------
    event
        bool, shape (n_patients,): True where the event was seen, False where the patient was censored.
    months
        float64, shape (n_patients,), months from time zero, not negative.
    """

    event: np.ndarray = None  # type: ignore[assignment]
    months: np.ndarray = None  # type: ignore[assignment]

    @property
    def y(self) -> np.ndarray:
        """Structured array with the fields `event` and `months`."""
        y = np.empty(len(self.patients), dtype=SURVIVAL_DTYPE)
        y["event"], y["months"] = self.event, self.months
        return y

    @property
    def events(self) -> int:
        """Patients with the event."""
        return int(self.event.sum())

    @property
    def strata(self) -> np.ndarray:
        """Whether the event was seen."""
        return self.event.astype(np.int64)

    def _take(self, take: np.ndarray, patients: tuple[str, ...]) -> "Survival":
        return replace(self, patients=patients, unknown=(), event=self.event[take], months=self.months[take])
