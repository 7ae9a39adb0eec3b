"""The further promises of estimators that end a recipe: classifiers and survival models."""

import warnings
from typing import Any

import numpy as np

from radici.statistics.auc import auc
from radici.statistics.concordance import concordance
from radici.testing.patients import MONTHS, engine, patients
from radici.testing.promise import promise
from radici.testing.saved import check_saved


def check_model(cls: type, settings: dict[str, Any], kind: str, who: str) -> None:
    """Check probabilities and survival curves, the direction of the score, and many fits against one by one.

    Parameters
    ----------
    cls, settings
        As for `check_estimator`.
    kind
        `response` or `survival`: what the model predicts.
    who
        How the sentence begins.
    """
    given, new = patients(kind), patients(kind, seed=8, count=200)
    with engine():
        fitted = cls(**settings).fit(given.X, given.y)
        (_check_chances if kind == "response" else _check_survival)(fitted, new.X, new.y, who)
        if hasattr(cls, "fit_many"):
            _check_many(cls, settings, given.X, given.y, who)
    _check_little(cls, settings, kind, given.X, given.y, who)
    check_saved(cls, settings, kind, who)


def _said(fitted: Any, kind: str, X: np.ndarray) -> np.ndarray:
    if kind == "response":
        return np.asarray(fitted.predict_proba(X))
    return np.column_stack([fitted.predict(X), fitted.predict_survival(X, MONTHS)])


def _check_chances(fitted: Any, X: np.ndarray, y: np.ndarray, who: str) -> None:
    chances = fitted.predict_proba(X)
    promise(chances.shape == (len(X), 2), f"{who}: `predict_proba` must have a column for no and one for yes.")
    promise(bool(((chances >= 0) & (chances <= 1)).all()), f"{who} gives probabilities outside 0 to 1.")
    promise(np.allclose(chances.sum(axis=1), 1, atol=1e-12), f"{who}: probabilities of no and yes do not sum to 1.")
    promise(list(fitted.classes_) == [0, 1], f"{who}: `classes_` must be the sorted labels.")
    promise(auc(y, chances[:, 1]) > 0.7, f"{who}: a larger probability must mean a likelier yes, as in its training.")


def _check_survival(fitted: Any, X: np.ndarray, y: np.ndarray, who: str) -> None:
    score, curves = fitted.predict(X), fitted.predict_survival(X, MONTHS)
    promise(score.shape == (len(X),), f"{who}: `predict` must give one score for each patient.")
    promise(curves.shape == (len(X), len(MONTHS)), f"{who}: `predict_survival` must have a column for each month.")
    promise(bool(((curves >= 0) & (curves <= 1)).all()), f"{who} gives survival outside 0 to 1.")
    promise(bool((curves[:, 0] == 1).all()), f"{who}: survival must start at 1 in month 0.")
    promise(bool((np.diff(curves, axis=1) <= 1e-12).all()), f"{who}: survival rises with time.")
    right = concordance(y["event"], y["months"], score)
    promise(right > 0.6, f"{who}: a larger score must mean an earlier event (concordance {right:.2f}).")
    lived = curves[:, MONTHS == 4.0].ravel()
    agreed = concordance(np.ones(len(X), dtype=bool), lived, score)
    promise(agreed > 0.9, f"{who}: a larger score must go with a lower survival curve.")


def _check_many(cls: type, settings: dict[str, Any], X: np.ndarray, y: np.ndarray, who: str) -> None:
    penalties = tuple(sorted(getattr(cls, "search", {}).get("penalty", (0.2, 0.05, 0.01)), reverse=True))
    kind = "survival" if y.dtype.names else "response"
    many = cls(**settings).fit_many(X.copy(), y.copy(), penalty=penalties)
    promise(len(many) == len(penalties), f"{who}: `fit_many` gives {len(many)} fits for {len(penalties)} penalties.")
    for penalty, one in zip(penalties, many, strict=True):
        alone = cls(**{**settings, "penalty": penalty}).fit(X.copy(), y.copy())
        promise(
            one.get_params() == alone.get_params(),
            f"{who}: `fit_many` gives an estimator with {one.get_params()} where {alone.get_params()} was asked.",
        )
        same = np.allclose(_said(one, kind, X), _said(alone, kind, X), rtol=1e-6, atol=1e-9)
        promise(same, f"{who}: at penalty {penalty:g} `fit_many` predicts something else than `fit`.")


def _check_little(cls: type, settings: dict[str, Any], kind: str, X: np.ndarray, y: np.ndarray, who: str) -> None:
    flat = X.copy()
    flat[:, 1] = 7.25
    for what, columns in (
        ("a constant column", flat),
        ("nothing but constant columns", np.full_like(X, 7.25)),
        ("no column", X[:, :0].copy()),
    ):
        try:
            with engine(), warnings.catch_warnings():
                warnings.simplefilter("error")
                said = _said(cls(**settings).fit(columns.copy(), y), kind, columns)
        except Exception as error:
            raise AssertionError(f"{who} does not survive {what}: {error!r}") from error
        promise(len(said) == len(X) and bool(np.isfinite(said).all()), f"{who} says something undefined of {what}.")
        alike = columns is flat or bool((said == said[0]).all())
        promise(alike, f"{who} tells patients apart by {what}.")
