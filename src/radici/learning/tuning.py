"""Choose settings inside a training set, then fit on all of it; and say which rows each fit saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn import config_context
from sklearn.pipeline import Pipeline

from radici.learning.estimator import is_survival
from radici.learning.recipe import Candidate, Layout, Recipe
from radici.statistics.likelihood import log_loss, partial_log_likelihood


def make_folds(strata: np.ndarray, folds: int, rng: np.random.Generator) -> np.ndarray:
    """Fold number of each patient, int, shape (n,): every stratum is dealt out evenly, in random order.

    Dealing goes on where the last stratum stopped, so that fold sizes differ by at most one.
    """
    place = np.empty(len(strata), dtype=np.int64)
    dealt = 0
    for stratum in np.unique(strata):
        members = rng.permutation(np.flatnonzero(strata == stratum))
        place[members] = (dealt + np.arange(len(members))) % folds
        dealt += len(members)
    return place


@dataclass(frozen=True, eq=False)
class Tuned:
    """A fitted pipeline, the settings chosen, and (role, rows given, rows asked) of every fit on the way."""

    pipeline: Pipeline
    chosen: Candidate
    seen: tuple[tuple[str, np.ndarray, np.ndarray], ...]


def tuned_fit(recipe: Recipe, layout: Layout, X: np.ndarray, y: np.ndarray, inner: np.ndarray) -> Tuned:
    """Fit on all rows, with the settings that predicted best on the inner folds.

    The loss is the log loss of a response and the negative partial log-likelihood of a survival outcome; of
    equal candidates the first, most regularised one wins.

    Parameters
    ----------
    X, y
        Training rows only, float64 of shape (n, n_columns) and (n,).
    inner
        Inner fold of each row, int, shape (n,).
    """
    with config_context(assume_finite=True, skip_parameter_validation=True):
        candidates = recipe.candidates()
        seen: list[tuple[str, np.ndarray, np.ndarray]] = []
        chosen = candidates[0]
        if len(candidates) > 1:
            loss = np.zeros(len(candidates))
            for fold in range(inner.max() + 1):
                given, asked = np.flatnonzero(inner != fold), np.flatnonzero(inner == fold)
                loss += _losses(recipe, layout, candidates, (X[given], y[given]), (X[asked], y[asked]))
                seen.append(("tune", given, asked))
            chosen = candidates[int(np.argmin(loss))]
        columns, model = recipe.preparation(layout, chosen), recipe.model(chosen)
        model.fit(columns.fit_transform(X.copy(), y.copy()), y.copy())
    return Tuned(Pipeline([("columns", columns), ("model", model)]), chosen, tuple(seen))


def _losses(
    recipe: Recipe,
    layout: Layout,
    candidates: Sequence[Candidate],
    given: tuple[np.ndarray, np.ndarray],
    asked: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """Loss of each candidate on the rows asked; candidates that prepare columns alike share the preparation."""
    last = len(recipe.steps) - 1
    loss = np.empty(len(candidates))
    groups: dict[tuple, list[int]] = {}
    for i, candidate in enumerate(candidates):
        key = tuple((place, name, repr(value)) for (place, name), value in candidate.items() if place != last)
        groups.setdefault(key, []).append(i)
    for members in groups.values():
        preparation = recipe.preparation(layout, candidates[members[0]])
        Z = preparation.fit_transform(given[0].copy(), given[1].copy())
        Z_asked = preparation.transform(asked[0].copy())
        for i, model in zip(members, _fit_all(recipe, [candidates[i] for i in members], Z, given[1]), strict=True):
            loss[i] = _loss(model, Z_asked, asked[1])
    return loss


def _fit_all(recipe: Recipe, candidates: list[Candidate], Z: np.ndarray, y: np.ndarray) -> list[Any]:
    """The models of candidates that share `Z`; along one path where the model offers that."""
    last = len(recipe.steps) - 1
    tuned = [{name: value for (place, name), value in c.items() if place == last} for c in candidates]
    model = recipe.model(candidates[0])
    if hasattr(model, "fit_many") and all(set(values) == {"penalty"} for values in tuned):
        order = sorted(range(len(tuned)), key=lambda i: -tuned[i]["penalty"])
        fitted = model.fit_many(Z.copy(), y.copy(), penalty=tuple(tuned[i]["penalty"] for i in order))
        back = np.argsort(order)
        return [fitted[i] for i in back]
    return [recipe.model(candidate).fit(Z.copy(), y.copy()) for candidate in candidates]


def _loss(model: Any, X: np.ndarray, y: np.ndarray) -> float:
    if is_survival(y):
        return -partial_log_likelihood(y["event"], y["months"], model.predict(X)) / max(int(y["event"].sum()), 1)
    return log_loss(y, model.predict_proba(X)[:, 1])


def predictions(
    pipeline: Pipeline, X: np.ndarray, months: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray | None]:
    """Score (n,), probability of a yes (n,) or None, and survival at `months` (n, t) or None, of some rows."""
    with config_context(assume_finite=True):
        Z = pipeline.named_steps["columns"].transform(X.copy())
        model = pipeline.named_steps["model"]
        if hasattr(model, "predict_survival"):
            return model.predict(Z), None, None if months is None else model.predict_survival(Z, months)
        probability = model.predict_proba(Z)[:, 1]
        return probability, probability, None
