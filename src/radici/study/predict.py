"""A locked model and new patients in; their predictions out, with who could not be predicted and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from radici.cohort.read import read_cohort
from radici.core.cohort import Cohort
from radici.core.errors import InputError, ModelRefused
from radici.core.files import read_table
from radici.core.progress import Progress, silent
from radici.core.table import FeatureTable
from radici.features.extract import extract
from radici.imaging.step import LearningStep, Step, read_chain
from radici.learning.model import Model
from radici.learning.store import load
from radici.study.file import Study
from radici.study.patients import PatientTable

CAUTION = "Research use only: not for decisions about patients."


@dataclass(frozen=True, eq=False)
class Predicted:
    """Predictions (see `Model.predict`), who was left out and why, and the caution that goes with them."""

    model: str
    frame: pd.DataFrame
    left_out: tuple[str, ...]
    caution: str = CAUTION


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
        Times for event-free probabilities; 12 and 24 by default.
    """
    locked = load(model, accept_versions=accept_versions)
    left: tuple[str, ...] = ()
    if new.suffix == ".csv":
        table = read_table(new)
    else:
        table, left = _from_folder(locked, new, study, jobs, progress)
    if not table.patients:
        raise InputError(f"Nobody in {new} could be predicted. {' '.join(left[:3])}")
    times = np.array(months or (12.0, 24.0)) if locked.endpoint["kind"] == "survival" else None
    return Predicted(locked.name, locked.predict(table.per_patient("only"), times), left)


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
        source = extract(cohort, fitted_chain(own, model), own.features, jobs=jobs, progress=progress)
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
