"""One training set and the patients held out of it: tune inside, fit, predict, and say who was seen."""

from dataclasses import dataclass, field

import numpy as np
from sklearn.pipeline import Pipeline

from radici.evaluation.contenders import Contender
from radici.learning.recipe import Candidate
from radici.learning.tuning import make_folds, predictions, tuned_fit


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers: who is trained on and who is held out, and the inner folds of the training rows."""

    repeat: int
    fold: int
    train: np.ndarray
    test: np.ndarray
    inner: np.ndarray


@dataclass(frozen=True, eq=False)
class FoldResult:
    """What one contender did on one split.

    `seen` lists, for every fit, the rows it was given and the rows it then predicted (`tune` fits first, the
    final `fit` last); `support` marks the columns that reached the model.
    """

    score: np.ndarray
    probability: np.ndarray | None = None
    survival: np.ndarray | None = None
    chosen: Candidate = field(default_factory=dict)
    support: np.ndarray | None = None
    seen: tuple[tuple[str, np.ndarray, np.ndarray], ...] = ()
    fitted: Pipeline | None = None


def splits(strata: np.ndarray, folds: int, inner_folds: int, repeat: int, rng: np.random.Generator) -> list[Split]:
    """The splits of one repeat."""
    place = make_folds(strata, folds, rng)
    out = []
    for fold in range(folds):
        train, test = np.flatnonzero(place != fold), np.flatnonzero(place == fold)
        out.append(Split(repeat, fold, train, test, make_folds(strata[train], inner_folds, rng)))
    return out


def run_fold(contender: Contender, X: np.ndarray, y: np.ndarray, split: Split, months: np.ndarray | None) -> FoldResult:
    """Tune on the inner folds, fit on the training rows, predict the held-out rows.

    Estimators get physical copies of rows (indexing with row numbers copies); they never hold a view of the
    table.
    """
    columns = np.array(contender.columns)
    held_out = X[np.ix_(split.test, columns)]
    if contender.recipe is None:
        return FoldResult(contender.sign * held_out[:, 0])
    X_train, y_train = X[np.ix_(split.train, columns)], y[split.train]
    tuned = tuned_fit(contender.recipe, contender.layout, X_train, y_train, split.inner)
    seen = [(role, split.train[given], split.train[asked]) for role, given, asked in tuned.seen]
    seen.append(("fit", split.train, split.test))
    score, probability, survival = predictions(tuned.pipeline, held_out, months)
    support = tuned.pipeline.named_steps["columns"].support()
    return FoldResult(score, probability, survival, tuned.chosen, support, tuple(seen), tuned.pipeline)
