"""A study's cross-validation alone, without models, sealed cohort or report: what simulations repeat."""

from pathlib import Path

from radici.core.progress import silent
from radici.evaluation.evaluate import evaluate
from radici.evaluation.evaluation import Evaluation
from radici.features.extract import extract
from radici.study.file import Study
from radici.study.patients import PatientTable, blocks_of
from radici.study.plan import plan


def evaluate_folder(study: Study, data: Path) -> Evaluation:
    """Cross-validate a study on the data in a folder."""
    made = plan(study, data)
    source = extract(made.cohort, study.imaging, study.features, study.filters, progress=silent)
    table = PatientTable(source, made.cohort, study.per_patient)
    have = set(table.patients)
    outcome = made.outcome.of([patient for patient in made.development if patient in have])
    blocks = blocks_of(table.learned_on(outcome.patients), study.volume)
    return evaluate(made.recipe, table, outcome, study.design, blocks=blocks, seed=study.seed)
