"""Everything that a report is a view of; nothing in it is computed again when it is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from radici.core.cohort import Cohort, Left
from radici.core.outcome import Outcome
from radici.core.table import Blocks, FeatureTable
from radici.evaluation.evaluation import Evaluation
from radici.learning.model import Model


@dataclass(frozen=True, eq=False)
class Record:
    """One finished study.

    Parameters
    ----------
    title, study
        The study's title, and the study file as text.
    cohort
        Patients read, with site and clinical variables.
    outcome
        The primary endpoint of every analysed patient, development and sealed.
    table
        One row per analysed patient: image features and clinical variables.
    blocks
        Which columns are image features, clinical variables and the volume.
    development, sealed
        Cross-validated evaluation, and that of the sealed cohort or None.
    sealed_name
        What the sealed cohort is called, `""` without one.
    models
        The locked models by name.
    left_out
        Everybody who is not analysed: at which stage (`cohort`, `extraction`, `endpoint`), and why.
    imaging, recipe
        Steps as the study file spells them, defaults included.
    comparators
        What must be said of each published score, a paragraph for each.
    ledger
        What `Ledger.verify` found.
    inputs
        Number of patients in the clinical table, scans and regions found.
    versions
        Of the libraries that numbers depend on.
    coverage
        What simulation found of the intervals (see docs/evidence), or empty.
    endpoint
        What the primary endpoint is, in a phrase, or `""`.
    """

    title: str
    study: str
    cohort: Cohort
    outcome: Outcome
    table: FeatureTable
    blocks: Blocks
    development: Evaluation
    sealed: Evaluation | None
    sealed_name: str
    models: Mapping[str, Model]
    left_out: tuple[Left, ...]
    imaging: tuple[dict[str, Any], ...]
    recipe: tuple[dict[str, Any], ...]
    ledger: Mapping[str, Any]
    inputs: Mapping[str, int] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    coverage: Mapping[str, Any] = field(default_factory=dict)
    comparators: tuple[str, ...] = ()
    endpoint: str = ""
