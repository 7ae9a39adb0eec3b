"""A study file and its tables in; who is analysed with which recipe, or a refusal, out. No voxel is touched."""

from dataclasses import dataclass, field, replace
from inspect import signature
from pathlib import Path
from typing import Any

import pandas as pd

from radici.cohort.read import read_cohort
from radici.cohort.tables import read_table as read_texts
from radici.core.cohort import Cohort, Left
from radici.core.errors import InputError, OutcomeError, StudyError
from radici.core.files import read_table
from radici.core.outcome import Outcome, Survival
from radici.core.reasons import why_nobody
from radici.core.table import FeatureTable
from radici.features.cases import ExtractionLog
from radici.learning.recipe import Recipe
from radici.response.endpoint import check_outcome
from radici.study.comparators import check_known, with_scores
from radici.study.file import DEFAULT_RECIPE, Study
from radici.study.outcomes import joined, outcome_of
from radici.study.patients import check_volume
from radici.study.second import with_second_cohort

PLAIN = (bool, int, float, str, list, tuple)


@dataclass(eq=False)
class Plan:
    """A study whose tables have been read and whose outcome is known; no voxel has been touched.

    `study` names everything that was settled: the primary endpoint and the recipe with every setting.
    """

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
    name, _ = study.endpoint
    outcome = outcome_of(study, cohort, name, data)
    cohort = with_scores(cohort, study.clinical, study.comparators)
    if study.sealed is not None and study.sealed.study:
        cohort, theirs = with_second_cohort(cohort, study, beside or data)
        outcome = joined(outcome, theirs, study.sealed.study)
    left = [*cohort.left_out, *(Left(p, "endpoint", f"'{name}' is unknown: {why}") for p, why in outcome.unknown)]
    recipe = Recipe.read(study.recipe or default_recipe(outcome))
    recipe.fits(outcome)
    study = study.model_copy(update={"primary": name, "recipe": resolved(recipe)})
    sealed, called = _sealed(study, cohort, outcome, left, data)
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
    check_comparators(made, made.development, sealed)
    return made


def check_comparators(made: Plan, development: tuple[str, ...], sealed: tuple[str, ...]) -> None:
    """Refuse a published score that too few of these patients have."""
    apart = made.outcome.of(sealed) if sealed else None
    check_known(made.study.comparators, made.cohort, made.outcome.of(development), apart, made.study.design)


def _image_features(table: FeatureTable) -> FeatureTable:
    """The table without clinical variables and scores, which a run writes too; the clinical table gives them."""
    keep = [name for name in table.values if table.columns[name].kind not in ("clinical", "score")]
    return replace(table, values=table.values[keep], columns={name: table.columns[name] for name in keep})


def default_recipe(outcome: Outcome) -> tuple[dict[str, Any], ...]:
    """The recipe of a study that names none."""
    return (*DEFAULT_RECIPE, {"elastic_net_cox" if isinstance(outcome, Survival) else "elastic_net_logistic": {}})


def resolved(recipe: Recipe) -> tuple[dict[str, Any], ...]:
    """The recipe as a study file writes it, with every setting; it reads back as the same estimators.

    Searched settings keep their order, which decides between candidates that are equally good.
    """
    spelled = []
    for step in recipe.steps:
        usual = {name: one.default for name, one in signature(step.kind).parameters.items()}
        values: dict[str, Any] = {n: value for n, value in usual.items() if value is None or isinstance(value, PLAIN)}
        values = {n: value for n, value in {**values, **step.settings}.items() if n not in step.search}
        values.update({n: {"search": list(tried)} for n, tried in step.search.items()})
        spelled.append({step.name: values})
    return tuple(spelled)


def _sealed(
    study: Study, cohort: Cohort, outcome: Outcome, left: list[Left], data: Path
) -> tuple[tuple[str, ...], str]:
    """Sealed patients with a known outcome, and what their cohort is called; somebody must be among them."""
    if study.sealed is None:
        return (), ""
    names = study.sealed.site or (f"study {study.sealed.study}",)
    called, known = " and ".join(names), sorted(set(cohort.site))
    there = {patient for patient in cohort.patients if cohort.site[patient] in names}
    for name in names:
        listed = set() if name in known else _listed_at(study, data, name)
        if name not in known and not listed:
            raise StudyError(f"sealed: no patient is at the site '{name}'. Sites: {', '.join(known)}.")
        there |= listed
    sealed = tuple(patient for patient in outcome.patients if patient in there)
    if not sealed:
        why = why_nobody(one for one in left if one.patient in there)
        raise OutcomeError(f"Nobody is left in the sealed cohort '{called}': {why}. Mend that, or seal another site.")
    return sealed, called


def _listed_at(study: Study, data: Path, site: str) -> set[str]:
    """Patients whom the tables list at a site, those without usable files among them."""
    files = [study.clinical.file if study.clinical else None, study.scans.index if study.scans else None]
    separator = study.clinical.separator if study.clinical else None
    found: set[str] = set()
    for file in files:
        table = read_texts(data / file, separator=separator) if file else pd.DataFrame()
        if study.site in table and study.patient in table:
            found |= set(table.loc[table[study.site] == site, study.patient])
    return found


def _check_sealed(outcome: Outcome, name: str) -> None:
    if outcome.events == 0:
        raise OutcomeError(
            f"The sealed cohort '{name}' has {len(outcome.patients)} patients but only one class of '{outcome.name}' "
            f"(or no event): nothing could be validated on it. Seal another site, or none."
        )
