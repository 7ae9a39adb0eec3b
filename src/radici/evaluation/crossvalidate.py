"""Every contender on the same outer folds; every fit and prediction written to the ledger."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from radici.core.ledger import Ledger
from radici.core.outcome import Outcome
from radici.core.parallel import in_order
from radici.core.progress import Progress, silent
from radici.evaluation import heldout
from radici.evaluation.contenders import Contender, Matrix
from radici.evaluation.design import Design, stream
from radici.evaluation.fold import FoldResult, Split, run_fold, splits

OUTER = 1


@dataclass(frozen=True, eq=False)
class CrossValidation:
    """Held-out predictions by contender, columns and settings chosen in each fold, first and last fold's result."""

    heldout: dict[str, heldout.HeldOut]
    supports: dict[str, np.ndarray]
    chosen: dict[str, Counter]
    ends: dict[str, tuple[FoldResult, FoldResult]]


def outer_splits(outcome: Outcome, design: Design, seed: int) -> list[Split]:
    """All splits of all repeats; a fixed function of the outcome, the design and the seed."""
    out = []
    for repeat in range(design.repeats):
        rng = stream(seed, OUTER, repeat)
        out += splits(outcome.strata, design.folds, design.inner_folds, repeat, rng)
    return out


def cross_validate(
    matrices: Sequence[Matrix],
    outcome: Outcome,
    competitors: Sequence[Contender],
    all_splits: Sequence[Split],
    ledger: Ledger,
    *,
    months: np.ndarray | None = None,
    jobs: int = 1,
    progress: Progress = silent,
) -> CrossValidation:
    """Run every contender on every split.

    Parameters
    ----------
    matrices
        One design matrix per split: the same object again where no imaging step learns from images.
    months
        Times at which survival curves are read.
    """
    y = outcome.y
    tasks = [
        (contender, found.X, y, split, months)
        for contender in competitors
        for split, found in zip(all_splits, matrices, strict=True)
    ]
    results = in_order(fit_split, tasks, jobs=jobs, progress=progress, label="cross-validating")
    held, supports, chosen, ends = {}, {}, {}, {}
    for place, contender in enumerate(competitors):
        mine = results[place * len(all_splits) : (place + 1) * len(all_splits)]
        _write(ledger, contender, all_splits, mine, outcome.patients)
        made = _assemble(contender.name, all_splits, mine, outcome.patients, months)
        held[contender.name] = made.only(~np.isnan(made.score[0])) if contender.published else made
        ends[contender.name] = (mine[0], mine[-1])
        if contender.recipe is not None:
            supports[contender.name] = np.array([result.support for result in mine])
            chosen[contender.name] = Counter(_settings(contender, result) for result in mine)
    return CrossValidation(held, supports, chosen, ends)


def fit_split(task: tuple[Any, ...]) -> FoldResult:
    """`run_fold` of one packed task."""
    return run_fold(*task)


def _write(
    ledger: Ledger,
    contender: Contender,
    all_splits: Sequence[Split],
    results: Sequence[FoldResult],
    patients: tuple[str, ...],
) -> None:
    for split, result in zip(all_splits, results, strict=True):
        where = {"model": contender.name, "repeat": split.repeat, "fold": split.fold}
        for role, given, asked in result.seen:
            line = ledger.fitted([patients[i] for i in given], role=role, **where)
            ledger.predicted([patients[i] for i in asked], line, role=role)


def _assemble(
    name: str,
    all_splits: Sequence[Split],
    results: Sequence[FoldResult],
    patients: tuple[str, ...],
    months: np.ndarray | None,
) -> heldout.HeldOut:
    shape = (1 + max(split.repeat for split in all_splits), len(patients))
    fold, score = np.full(shape, -1), np.full(shape, np.nan)
    probability = None if results[0].probability is None else np.full(shape, np.nan)
    survival = None if months is None or results[0].survival is None else np.full((*shape, len(months)), np.nan)
    for split, result in zip(all_splits, results, strict=True):
        at = (split.repeat, split.test)
        fold[at], score[at] = split.fold, result.score
        if probability is not None:
            probability[at] = result.probability
        if survival is not None:
            survival[at] = result.survival
    times = months if survival is not None else None
    return heldout.HeldOut(name, patients, fold, score, probability, times, survival, key=heldout._engine)


def _settings(contender: Contender, result: FoldResult) -> str:
    assert contender.recipe is not None
    steps = contender.recipe.steps
    return ", ".join(f"{steps[place].name} {name} = {value}" for (place, name), value in result.chosen.items())
