"""A locked model and new patients in; their predictions out, with who could not be predicted and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from radici.cohort.read import read_cohort
from radici.core.cohort import Cohort
from radici.core.errors import InputError, ModelRefused, some
from radici.core.files import read_table
from radici.core.progress import Progress, silent
from radici.core.table import FeatureTable
from radici.features.extract import extract
from radici.imaging.step import LearningStep, Step, read_chain
from radici.learning.model import Model
from radici.learning.store import load
from radici.study.file import Study
from radici.study.patients import PatientTable

USUAL_MONTHS = (12.0, 24.0)
CAUTION = "Research use only: not for decisions about patients."


@dataclass(frozen=True, eq=False)
class Predicted:
    """Predictions (see `Model.predict`), what they are of, who was left out and why, and the caution with them.

    `about` says which model predicts what; `outside` names, for each patient who has any, the columns outside the
    range of the training patients.
    """

    model: str
    about: str
    frame: pd.DataFrame
    outside: dict[str, list[str]]
    left_out: tuple[str, ...]
    caution: str = CAUTION

    @property
    def lines(self) -> list[str]:
        """The table in words; the score is left out where it is the probability."""
        shown = self.frame
        if "probability" in shown and np.allclose(shown["probability"], shown["score"]):
            shown = shown.drop(columns="score")
        return [*shown.to_string(index=False).splitlines(), *self.warnings]

    @property
    def warnings(self) -> list[str]:
        """One line for each patient with values beyond what the model has seen."""
        return [
            f"Caution: patient {patient} is outside the training range in {len(names)} column(s): {some(names, 5)}"
            for patient, names in self.outside.items()
        ]


def predict_new(
    model: Path,
    new: Path,
    *,
    study: Path | None = None,
    months: Sequence[float] | None = None,
    accept_versions: bool = False,
    jobs: int = 1,
    progress: Progress = silent,
) -> Predicted:
    """Predict new patients.

    Parameters
    ----------
    model
        A model folder.
    new
        A feature table with its columns file, or a folder of scans and tables.
    study
        A study file that says where the scans lie in `new` and what the table's columns mean; by default the
        model's own study. Imaging and features always come from the model.
    months
        Times for event-free probabilities; by default 12 and 24 where the model's patients were followed so long.

    Raises
    ------
    ModelRefused
        The model is altered or does not fit the new data, or a month lies beyond its follow-up.
    """
    locked = load(model, accept_versions=accept_versions)
    left: tuple[str, ...] = ()
    if new.suffix == ".csv":
        table = read_table(new)
    else:
        table, left = _from_folder(locked, new, study, jobs, progress)
    if not table.patients:
        raise InputError(f"Nobody in {new} could be predicted. {' '.join(left[:3])}")
    times = _months(locked, months) if locked.endpoint["kind"] == "survival" else None
    rows = table.per_patient("only")
    return Predicted(locked.name, _about(locked), locked.predict(rows, times), _outside(locked, rows), left)


def _months(model: Model, asked: Sequence[float] | None) -> np.ndarray:
    """The months asked for, none beyond the follow-up on which the model was fitted."""
    followed = float(model.facts.get("months_followed") or np.inf)
    beyond = [f"{month:g}" for month in asked or () if month > followed]
    if beyond:
        raise ModelRefused(
            f"--months {', '.join(beyond)}: the patients of the model '{model.name}' were followed for "
            f"{followed:.1f} months at most, so it says nothing of later ones. Ask for earlier months."
        )
    return np.array(asked or [month for month in USUAL_MONTHS if month <= followed] or [np.floor(followed) or followed])


def _about(model: Model) -> str:
    """Which model this is, what it predicts, and on how many patients it was developed."""
    name, kind = model.endpoint["name"], model.endpoint["kind"]
    study = model.facts.get("study")
    own = Study.parse(str(study), "the model's study").endpoints[name].plain() if study else {}
    if kind == "survival":
        what = f"survival_<month> is the probability of no event ('{own.get('event', name)}') until that month"
    elif "months" in own:
        what = f"probability is that of being free of the event ('{own['event']}') at {own['months']:g} months"
    elif "yes" in own:
        what = f"probability is that of '{own['column']}' being {' or '.join(own['yes'])}"
    else:
        what = "probability is that of yes"
    return f"Endpoint '{name}': {what}. Model '{model.name}', developed on {model.facts['patients']} patients."


def _outside(model: Model, table: FeatureTable) -> dict[str, list[str]]:
    """By patient, columns whose value lies outside the training range."""
    X, names = model.matrix(table), [column.name for column in model.columns]
    low, high = np.array([model.ranges[name] for name in names]).T
    found = {}
    for patient, row in zip(table.rows["patient"], (low > X) | (high < X), strict=True):
        if row.any():
            found[str(patient)] = [name for name, away in zip(names, row, strict=True) if away]
    return found


def _from_folder(
    model: Model, folder: Path, study: Path | None, jobs: int, progress: Progress
) -> tuple[FeatureTable, tuple[str, ...]]:
    own = Study.parse(str(model.facts["study"]), "the model's study")
    where = Study.read(study) if study is not None else own
    if not folder.is_dir():
        raise InputError(f"{folder} is neither a folder nor a feature table (.csv).")
    cohort: Cohort = read_cohort(where.model_copy(update={"site": None, "exclude": {}}), folder)
    source = None
    failures: tuple[str, ...] = ()
    if own.scans is not None:
        source = extract(cohort, fitted_chain(own, model), own.features, own.filters, jobs=jobs, progress=progress)
        assert isinstance(source, FeatureTable)
        failures = tuple(f"patient {failure.patient}: {failure.error}" for failure in source.failures)
    table = PatientTable(source, cohort, own.per_patient).learned_on(())
    left = tuple(f"patient {one.patient}: {one.reason}" for one in cohort.left_out)
    return table, (*left, *failures)


def fitted_chain(study: Study, model: Model) -> tuple[Step, ...]:
    """The study's imaging steps, with those that learn from images replaced by what the model learned."""
    learned = iter(read_chain(model.learned))
    chain = tuple(next(learned, step) if isinstance(step, LearningStep) else step for step in study.imaging)
    if any(isinstance(step, LearningStep) for step in chain):
        raise ModelRefused("The model does not hold the numbers that its image steps learned. Get a fresh copy.")
    return chain
