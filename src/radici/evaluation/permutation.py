"""What the whole pipeline gives when there is nothing to find: p-values and intervals.

Rows of the design matrix are permuted under fixed outcomes and folds, which is the same experiment as
permuting the outcome and drawing folds for it, and keeps the folds balanced. All columns move together to test
discrimination.

To test what images *add*, only that part of the image block moves which clinical variables and volume do not
predict: image features repeat the volume, and moving all of them would test whether a tumour's size matters.
Each image column is regressed on the clinical variables, the logarithm of the volume and its square; fitted values
stay with their patients, residuals are permuted together (Kennedy 1995, doi:10.1080/03610929508831509, for one
column). The outcome is not looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from radici.core.parallel import in_order
from radici.core.progress import Progress, silent
from radici.evaluation.contenders import Contender, Matrix, main_model
from radici.evaluation.design import stream
from radici.evaluation.fold import Split, run_fold
from radici.evaluation.metrics import rank

OUTCOME, IMAGES = 2, 3


@dataclass(frozen=True, eq=False)
class Permuted:
    """Discrimination under permutation, float64 of shape (permutations,), by contender.

    `outcome`: all columns permuted, and by `beside` what the main model does on the patients who have a published
    score; `images`: only what images hold beyond clinical variables and volume, for the
    contender that holds images. `flat`: share of permuted folds in which all held-out patients got the same score.
    """

    outcome: dict[str, np.ndarray]
    images: dict[str, np.ndarray]
    flat: dict[str, float]


def permute(
    matrices: Sequence[Matrix],
    y: np.ndarray,
    competitors: Sequence[Contender],
    added_value_of: Contender | None,
    all_splits: Sequence[Split],
    *,
    permutations: int,
    seed: int,
    jobs: int = 1,
    progress: Progress = silent,
) -> Permuted:
    """Run the whole pipeline on permuted data, `permutations` times for each question."""
    Xs = [found.X for found in matrices]
    known = {id(found.X): predictable(found) for found in matrices} if added_value_of is not None else {}
    fixed = [known[id(X)] for X in Xs] if known else []
    tasks: list[tuple[Any, ...]] = []
    for number in range(permutations):
        tasks.append((Xs, [], y, tuple(competitors), tuple(all_splits), seed, OUTCOME, number))
        if added_value_of is not None:
            tasks.append((Xs, fixed, y, (added_value_of,), tuple(all_splits), seed, IMAGES, number))
    results = in_order(_work, tasks, jobs=jobs, progress=progress, label="permuting")
    outcome = [found for task, found in zip(tasks, results, strict=True) if task[6] == OUTCOME]
    images = [found for task, found in zip(tasks, results, strict=True) if task[6] == IMAGES]
    flat = {name: float(np.mean([row[name][1] for row in outcome])) for name in (outcome[0] if outcome else {})}
    return Permuted(_columns(outcome), _columns(images), flat)


def _columns(rows: list[dict[str, tuple[float, float]]]) -> dict[str, np.ndarray]:
    return {name: np.array([row[name][0] for row in rows]) for name in rows[0]} if rows else {}


def _work(task: tuple[Any, ...]) -> dict[str, tuple[float, float]]:
    return _one(*task)


def _one(
    Xs: list[np.ndarray],
    fixed: list[np.ndarray],
    y: np.ndarray,
    competitors: tuple[Contender, ...],
    all_splits: tuple[Split, ...],
    seed: int,
    question: int,
    number: int,
) -> dict[str, tuple[float, float]]:
    order = stream(seed, question, number).permutation(len(y))
    moved: dict[int, np.ndarray] = {}
    for place, X in enumerate(Xs):
        if id(X) not in moved:
            moved[id(X)] = X[order] if question == OUTCOME else _residuals_moved(X, fixed[place], order)
    found, scores = {}, {}
    for contender in competitors:
        scores[contender.name] = [
            run_fold(contender, moved[id(X)], y, split, None).score for split, X in zip(all_splits, Xs, strict=True)
        ]
        if not contender.published:
            ranks = [
                rank(y[split.test], score) for split, score in zip(all_splits, scores[contender.name], strict=True)
            ]
            flat = [np.ptp(score) == 0 for score in scores[contender.name]]
            found[contender.name] = (float(np.nanmean(ranks)), float(np.mean(flat)))
    main = main_model(tuple(scores))
    for name in (one.name for one in competitors if one.published):
        found[name] = (_on_known(y, all_splits, scores[name], scores[name]), 0.0)
        if main:
            found[beside(main, name)] = (_on_known(y, all_splits, scores[main], scores[name]), 0.0)
    return found


def beside(model: str, score: str) -> str:
    """What the model's discrimination on the patients who have a published score is called here."""
    return f"{model} beside {score}"


def _on_known(
    y: np.ndarray, all_splits: Sequence[Split], scores: Sequence[np.ndarray], published: Sequence[np.ndarray]
) -> float:
    """Mean discrimination of the held-out patients who have the published score; NaN where no fold has a pair."""
    ranks = []
    for split, score, known in zip(all_splits, scores, [~np.isnan(one) for one in published], strict=True):
        ranks.append(rank(y[split.test][known], score[known]) if known.any() else np.nan)
    return float(np.nanmean(ranks)) if not np.isnan(ranks).all() else np.nan


def predictable(found: Matrix) -> np.ndarray:
    """What clinical variables and volume predict of each image column, float64 of shape (n, n_image).

    Least squares on the other columns, standardised, missing values at their median, and the square of the
    logarithm of the volume; without any such column, the image column's mean. Published scores take no part.
    """
    X, n = found.X[:, : found.X.shape[1] - found.n_scores], found.n_image
    image = np.where(np.isnan(X[:, :n]), 0.0, X[:, :n])
    parts = [np.ones(len(X))]
    for name, column in zip(found.names[n : X.shape[1]], X[:, n:].T, strict=True):
        filled = np.where(np.isnan(column), np.nanmedian(column), column)
        spread = filled.std()
        if spread > 0:
            parts.append((filled - filled.mean()) / spread)
            if name.startswith("log("):
                parts.append(parts[-1] ** 2)
    basis = np.column_stack(parts)
    coefficients = np.linalg.lstsq(basis, image, rcond=None)[0]
    fitted: np.ndarray = basis @ coefficients
    return fitted


def _residuals_moved(X: np.ndarray, fixed: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Fitted values stay, residuals move with the row order; a missing value stays with its residual."""
    n = fixed.shape[1]
    moved = X.copy()
    moved[:, :n] = fixed + (X[:, :n] - fixed)[order]
    return moved
