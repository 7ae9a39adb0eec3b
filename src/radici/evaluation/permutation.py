"""What the whole pipeline gives when there is nothing to find: p-values and intervals.

Rows of the design matrix are permuted under fixed outcomes and folds, which is the same experiment as
permuting the outcome and drawing folds for it, and keeps the folds balanced. All columns move together to test
discrimination; only the image block moves to test what images add to clinical variables and volume.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from radici.core.parallel import in_order
from radici.core.progress import Progress, silent
from radici.evaluation.contenders import Contender, Matrix
from radici.evaluation.design import stream
from radici.evaluation.fold import Split, run_fold
from radici.evaluation.metrics import rank

OUTCOME, IMAGES = 2, 3


@dataclass(frozen=True, eq=False)
class Permuted:
    """Discrimination under permutation, float64 of shape (permutations,), by contender.

    `outcome`: all columns permuted; `images`: only the image block, for the contender that holds images and
    clinical variables.
    """

    outcome: dict[str, np.ndarray]
    images: dict[str, np.ndarray]


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
    n_image = matrices[0].n_image
    tasks: list[tuple] = []
    for number in range(permutations):
        tasks.append((Xs, y, tuple(competitors), tuple(all_splits), n_image, seed, OUTCOME, number))
        if added_value_of is not None:
            tasks.append((Xs, y, (added_value_of,), tuple(all_splits), n_image, seed, IMAGES, number))
    results = in_order(_work, tasks, jobs=jobs, progress=progress, label="permuting")
    outcome = [found for task, found in zip(tasks, results, strict=True) if task[6] == OUTCOME]
    images = [found for task, found in zip(tasks, results, strict=True) if task[6] == IMAGES]
    return Permuted(_columns(outcome), _columns(images))


def _columns(rows: list[dict[str, float]]) -> dict[str, np.ndarray]:
    return {name: np.array([row[name] for row in rows]) for name in rows[0]} if rows else {}


def _work(task: tuple[Any, ...]) -> dict[str, float]:
    return _one(*task)


def _one(
    Xs: list[np.ndarray],
    y: np.ndarray,
    competitors: tuple[Contender, ...],
    all_splits: tuple[Split, ...],
    n_image: int,
    seed: int,
    question: int,
    number: int,
) -> dict[str, float]:
    order = stream(seed, question, number).permutation(len(y))
    moved = [_permuted(X, order, n_image if question == IMAGES else X.shape[1]) for X in _distinct(Xs)]
    places = _places(Xs)
    return {
        contender.name: float(
            np.nanmean(
                [
                    rank(y[split.test], run_fold(contender, moved[place], y, split, None).score)
                    for split, place in zip(all_splits, places, strict=True)
                ]
            )
        )
        for contender in competitors
    }


def _permuted(X: np.ndarray, order: np.ndarray, columns: int) -> np.ndarray:
    moved = X.copy()
    moved[:, :columns] = X[order, :columns]
    return moved


def _distinct(Xs: list[np.ndarray]) -> list[np.ndarray]:
    return list({id(X): X for X in Xs}.values())


def _places(Xs: list[np.ndarray]) -> list[int]:
    known = {key: place for place, key in enumerate({id(X): X for X in Xs})}
    return [known[id(X)] for X in Xs]
