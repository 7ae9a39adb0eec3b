"""Locked models meet a sealed cohort, once: plain external validation with DeLong and bootstrap intervals."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from radici.core.errors import InputError, some
from radici.core.outcome import Outcome, Survival
from radici.core.provenance import hidden_ids, text_hash
from radici.core.table import FeatureTable, rows_of
from radici.evaluation import heldout
from radici.evaluation.canary import digest
from radici.evaluation.contenders import VOLUME, direction, headline, main_model
from radici.evaluation.design import stream
from radici.evaluation.evaluation import SEALED, Evaluation, Number
from radici.evaluation.heldout import HeldOut
from radici.evaluation.metrics import accuracy, discrimination_name, horizons, rank
from radici.evaluation.sealed import Sealed
from radici.evaluation.verdict import verdict
from radici.learning.model import Model
from radici.learning.tuning import predictions
from radici.statistics.auc import delong, delong_difference
from radici.statistics.bootstrap import bootstrap
from radici.statistics.estimate import Estimate

EXTERNAL = 6
REPEATS = 2000
BOOTSTRAP = f"patient bootstrap, {REPEATS} resamples"


def evaluate_sealed(models: Mapping[str, Model], sealed: Sealed, *, seed: int = 0) -> Evaluation:
    """Open a sealed cohort with locked models and evaluate each of them.

    Returns
    -------
    Evaluation
        AUC with DeLong and bootstrap intervals, or C with a bootstrap interval; calibration and Brier scores;
        differences to the comparator and to each published score, paired on the same patients.
    """
    locked = text_hash(*(f"{name}:{digest(model.pipeline)}" for name, model in sorted(models.items())))
    for model in models.values():
        _refuse_its_own_patients(model, sealed)
    table, outcome, opening = sealed.open(locked)
    facts = next(iter(models.values())).facts
    horizon, tau, months = horizons(outcome, facts.get("horizon_months"), facts.get("months_followed") or np.inf)
    held = _predict(models, sealed, table, outcome, months)
    numbers: list[Number] = []
    for place, (name, one) in enumerate(held.items()):
        numbers += _of_one(name, one, outcome.of(one.patients), seed, place)
        found = accuracy(one, outcome, horizon, tau, stream(seed, EXTERNAL, 100 + place))
        numbers += [Number(SEALED, name, metric, estimate) for metric, estimate in found.items()]
    pair, main = headline(tuple(held)), main_model(tuple(held))
    if pair:
        numbers += _difference(held[pair[0]], held[pair[1]], outcome, stream(seed, EXTERNAL, 99))
    for place, score in enumerate(held[one.name] for one in sealed.comparators if main):
        own = held[str(main)].beside(score)
        numbers += _difference(own, score, outcome.of(score.patients), stream(seed, EXTERNAL, 200 + place))
    found_all = Evaluation(SEALED, outcome, tuple(numbers), held, pair, horizon_months=horizon, tau_months=tau)
    looks = (
        "The sealed cohort has been opened with these locked models only."
        if opening.models == 1
        else f"The sealed cohort has been opened with {opening.models} different sets of locked models; only the "
        f"first look was blind."
    )
    return replace(found_all, verdict=(*verdict(found_all), looks))


def _refuse_its_own_patients(model: Model, sealed: Sealed) -> None:
    hidden = hidden_ids(sealed.patients, str(model.facts.get("salt", "")))
    own = set(model.facts.get("trained_on", ()))
    both = sorted(patient for patient, hashed in hidden.items() if hashed in own)
    if both:
        raise InputError(
            f"{len(both)} of the {len(hidden)} patients of the sealed cohort '{sealed.name}' are among those that the "
            f"model '{model.name}' was trained on: {some(both)}. Fit the model without them."
        )


def _predict(
    models: Mapping[str, Model], sealed: Sealed, table: FeatureTable, outcome: Outcome, months: np.ndarray | None
) -> dict[str, HeldOut]:
    rows = rows_of(table, outcome.patients)
    fold = np.zeros((1, len(rows)), dtype=int)
    held: dict[str, HeldOut] = {}
    if sealed.volume:
        score = direction(False, outcome) * table.values[sealed.volume].to_numpy(dtype=float)[rows]
        held[VOLUME] = HeldOut(VOLUME, outcome.patients, fold, score[None], key=heldout._engine)
    for name, model in models.items():
        X = model.matrix(table)[rows]
        score, probability, survival = predictions(model.pipeline, X, months)
        held[name] = HeldOut(
            name,
            outcome.patients,
            fold,
            score[None],
            None if probability is None else probability[None],
            months if survival is not None else None,
            None if survival is None else survival[None],
            key=heldout._engine,
        )
    for one in sealed.comparators:
        score = direction(one.better, outcome) * table.values[one.column].to_numpy(dtype=float)[rows]
        made = HeldOut(one.name, outcome.patients, fold, score[None], key=heldout._engine)
        held[one.name] = made.only(~np.isnan(score))
    return held


def _of_one(name: str, held: HeldOut, outcome: Outcome, seed: int, place: int) -> list[Number]:
    y, score, metric = outcome.y, held.score[0], discrimination_name(outcome)
    numbers = []
    if not isinstance(outcome, Survival):
        numbers.append(Number(SEALED, name, metric, delong(y, score)))
        metric = f"{metric} (bootstrap)"
    booted = _bootstrap(lambda i: rank(y[i], score[i]), outcome, stream(seed, EXTERNAL, place))
    return [*numbers, Number(SEALED, name, metric, booted)]


def _difference(first: HeldOut, second: HeldOut, outcome: Outcome, rng: np.random.Generator) -> list[Number]:
    y, a, b, metric = outcome.y, first.score[0], second.score[0], f"added {discrimination_name(outcome)}"
    if not isinstance(outcome, Survival):
        return [Number(SEALED, first.model, metric, delong_difference(y, a, b), second.model)]
    booted = _bootstrap(lambda i: rank(y[i], a[i]) - rank(y[i], b[i]), outcome, rng)
    return [Number(SEALED, first.model, metric, booted, second.model)]


def _bootstrap(statistic: Callable[[np.ndarray], float], outcome: Outcome, rng: np.random.Generator) -> Estimate:
    n, events = len(outcome.patients), int(outcome.strata.sum())
    value, low, high = bootstrap(statistic, n, strata=outcome.strata, repeats=REPEATS, rng=rng)
    return Estimate(value, low, high, n, events, None, BOOTSTRAP)
