"""A study file and its tables in; who is analysed with which recipe, or a refusal, out. No voxel is touched."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from radici.cohort.read import read_cohort
from radici.core.cohort import Cohort, Left
from radici.core.errors import InputError, OutcomeError, StudyError
from radici.core.files import read_table
from radici.core.outcome import Outcome, Survival
from radici.core.table import FeatureTable
from radici.features.cases import ExtractionLog
from radici.learning.recipe import Recipe
from radici.response.endpoint import check_outcome
from radici.study.file import DEFAULT_RECIPE, Study
from radici.study.patients import check_volume
from radici.study.second import with_second_cohort


@dataclass(eq=False)
class Plan:
    """A study whose tables have been read and whose outcome is known; no voxel has been touched."""

    study: Study
    data: Path
    cohort: Cohort
    outcome: Outcome
    recipe: Recipe
    sealed: tuple[str, ...]
    sealed_name: str
    left_out: list[Left]
    table: FeatureTable | None = None
    log: ExtractionLog = field(default_factory=ExtractionLog)

    @property
    def development(self) -> tuple[str, ...]:
        """Patients with a known outcome who are not sealed."""
        away = set(self.sealed)
        return tuple(patient for patient in self.outcome.patients if patient not in away)


def plan(study: Study, data: Path, table: Path | None = None, beside: Path | None = None) -> Plan:
    """Read tables, settle who is analysed, and refuse what cannot be analysed.

    Parameters
    ----------
    data
        Folder that the study's paths are relative to.
    table
        A feature table to start from instead of scans.
    beside
        Folder of the study file, from which a sealed study is found.
    """
    given = _image_features(read_table(table)) if table else None
    tables_only: dict[str, Any] = {"scans": None, "regions": {}, "time": None}
    cohort = read_cohort(study.model_copy(update=tables_only) if given is not None else study, data)
    if study.sealed is not None and study.sealed.study:
        cohort = with_second_cohort(cohort, study, beside or data)
    name, endpoint = study.endpoint
    outcome: Outcome = endpoint(name, cohort.source)
    left = [*cohort.left_out, *(Left(p, "endpoint", f"'{name}' is unknown: {why}") for p, why in outcome.unknown)]
    recipe = Recipe.read(study.recipe or default_recipe(outcome))
    recipe.fits(outcome)
    sealed, called = _sealed(study, cohort, outcome)
    made = Plan(study, data, cohort, outcome, recipe, sealed, called, left, given)
    if sealed and not made.development:
        raise InputError(
            f"No development patient is left: all {len(sealed)} patients with a known '{outcome.name}' are sealed "
            f"({called}). Seal fewer sites."
        )
    check_outcome(outcome.of(made.development), study.design.folds)
    study.design.check(outcome.of(made.development))
    if sealed:
        _check_sealed(outcome.of(sealed), called)
    check_volume(made.study, cohort, given)
    return made


def _image_features(table: FeatureTable) -> FeatureTable:
    """The table without clinical variables, which a run writes beside the features; the clinical table gives them."""
    keep = [name for name in table.values if table.columns[name].kind != "clinical"]
    return replace(table, values=table.values[keep], columns={name: table.columns[name] for name in keep})


def default_recipe(outcome: Outcome) -> tuple[dict[str, Any], ...]:
    """The recipe of a study that names none."""
    return (*DEFAULT_RECIPE, {"elastic_net_cox" if isinstance(outcome, Survival) else "elastic_net_logistic": {}})


def _sealed(study: Study, cohort: Cohort, outcome: Outcome) -> tuple[tuple[str, ...], str]:
    if study.sealed is None:
        return (), ""
    names = study.sealed.site or (f"study {study.sealed.study}",)
    known = sorted(set(cohort.site))
    absent = [name for name in names if name not in known]
    if absent:
        raise StudyError(f"sealed: no patient is at the site '{absent[0]}'. Sites: {', '.join(known)}.")
    return tuple(p for p in outcome.patients if cohort.site[p] in names), " and ".join(names)


def _check_sealed(outcome: Outcome, name: str) -> None:
    if outcome.events == 0:
        raise OutcomeError(
            f"The sealed cohort '{name}' has {len(outcome.patients)} patients but only one class of '{outcome.name}' "
            f"(or no event): nothing could be validated on it. Seal another site, or none."
        )
