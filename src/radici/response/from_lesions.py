"""A lesion table, and what became of the patients, in; the summary of each patient that an endpoint reads, out."""

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, PlainSerializer

from radici.core.errors import StudyError
from radici.core.outcome import Response
from radici.core.settings import build_named
from radici.response.criteria import CRITERIA, Criterion, Recist11
from radici.response.endpoint import Endpoint, Tables
from radici.response.lesions import Course, courses, lesion_table
from radici.response.lesions.dates import DateOrder
from radici.response.patients import Facts, check_against, patient_facts, starts_of, tells_outcome


def _read_criterion(spelled: Any) -> Any:
    return spelled if isinstance(spelled, Criterion) else build_named(CRITERIA, spelled, "criterion")


def _spell_criterion(criterion: Any) -> Any:
    return {criterion.registered_name: criterion.plain()} if isinstance(criterion, Criterion) else criterion


SpelledCriterion = Annotated[Criterion, BeforeValidator(_read_criterion), PlainSerializer(_spell_criterion)]
"""A criterion, written as its name or as `{name: {settings}}`."""


class FromLesions(Endpoint):
    """Where lesion measurements and follow-up lie, and by which criterion they are read.

    Parameters
    ----------
    lesions
        File of the lesion table, relative to the data folder.
    follow_up
        File with a row per patient: start, death, last_contact, new_therapy.
    criterion
        Name of the response criterion, or `{name: {settings}}`.
    reader
        Whose measurements count, where several readers measured.
    dates
        How dates are written in both files.
    accept_sizes
        Patients whose tenfold changes of size are true.
    """

    lesions: str | None = None
    follow_up: str | None = None
    criterion: SpelledCriterion = Recist11()
    reader: str | None = None
    dates: DateOrder = "iso"
    accept_sizes: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """Tables that are needed beside the clinical one."""
        return tuple(name for name in (self.lesions, self.follow_up) if name)

    def holds(self, column: str, file: str) -> bool:
        """Whether a column tells what became of the patients, where the clinical table is the follow-up table too."""
        return self.follow_up is not None and PurePath(self.follow_up) == PurePath(file) and tells_outcome(column)

    @property
    def called(self) -> str:
        """What the endpoint is called in print."""
        return self.registered_name.replace("_", " ")

    def about(self) -> str:
        """What is read, by which criterion, from which files."""
        whose = f", as {self.reader} measured them" if self.reader else ""
        return f"{self.called} by {self.criterion.title} from {' and '.join(self.files)}{whose}"

    def read(self, name: str, tables: Tables | None) -> tuple[dict[str, Course], dict[str, Facts]]:
        """Courses and follow-up by patient.

        Raises
        ------
        StudyError
            A file was not handed over, or several readers measured and none is chosen.
        LesionError
            A table that breaks a rule; with patient, visit and column.
        """
        texts = {file: _table(file, tables, name) for file in self.files}
        facts: dict[str, Facts] = {}
        if self.follow_up is not None:
            facts = patient_facts(texts[self.follow_up], self.follow_up, self.dates, others="ignore")
        assert self.lesions is not None
        rows = lesion_table(texts[self.lesions], self.lesions, starts_of(facts) or None, self.dates)
        found = courses(rows, self.lesions, self.reader, self.accept_sizes)
        if facts:
            check_against(found, facts, self.follow_up or "")
        return _by_patient(found, name), facts


def _table(file: str, tables: Tables | None, name: str) -> pd.DataFrame:
    if tables is None or file not in tables:
        raise StudyError(f"Endpoint '{name}' reads '{file}', which was not given. Hand its table over under that name.")
    return tables[file]


def response(name: str, answers: Iterable[tuple[str, bool | None, str]], favourable: bool = True) -> Response:
    """Patient, yes or no, and the reason where neither -> a response."""
    every = list(answers)
    known = [(patient, yes) for patient, yes, _ in every if yes is not None]
    unknown = tuple((patient, why) for patient, yes, why in every if yes is None)
    yes = np.array([one for _, one in known], dtype=bool)
    return Response(name, tuple(patient for patient, _ in known), unknown, yes, favourable)


def _by_patient(found: Sequence[Course], name: str) -> dict[str, Course]:
    readers = list(dict.fromkeys(course.reader for course in found))
    if len(readers) > 1:
        raise StudyError(
            f"Endpoint '{name}': lesions were measured by {len(readers)} readers ({', '.join(readers)}). Say whose "
            f"count: `reader: {readers[0]}`."
        )
    return {course.patient: course for course in found}
