"""The further promises of estimators that prepare columns: impute, select, standardise, harmonise."""

import warnings
from typing import Any

import numpy as np

from radici.learning.recipe import ByBlock
from radici.testing.patients import engine, patients
from radici.testing.promise import promise
from radici.testing.saved import check_saved


def check_transformer(cls: type, settings: dict[str, Any], kind: str, who: str) -> None:
    """Check columns and their names, an empty block, and constant columns; the engine follows columns by these.

    Parameters
    ----------
    cls, settings
        As for `check_estimator`.
    kind
        `response` or `survival`.
    who
        How the sentence begins.
    """
    given, new = patients(kind), patients(kind, seed=8, count=20)
    with engine():
        fitted = cls(**settings).fit(given.X, given.y)
        out = fitted.transform(new.X)
        together = cls(**settings).fit_transform(given.X, given.y)
        same = np.allclose(together, fitted.transform(given.X), rtol=1e-12)
    promise(out.dtype == np.float64 and out.ndim == 2, f"{who} must give a matrix of float64.")
    promise(bool(np.isfinite(out).all()), f"{who} makes NaN or infinity of finite numbers.")
    promise(same, f"{who}: `fit_transform` gives something else than `fit` and `transform`.")
    _check_columns(fitted, new.X, out, who)
    _check_little(cls, settings, given.X, given.y, who)
    check_saved(cls, settings, kind, who)


def _check_columns(fitted: Any, X: np.ndarray, out: np.ndarray, who: str) -> None:
    promise(fitted.n_features_in_ == X.shape[1], f"{who}: `n_features_in_` must be the number of training columns.")
    names = list(fitted.get_feature_names_out())
    promise(len(names) == out.shape[1], f"{who} names {len(names)} columns and gives {out.shape[1]}.")
    if not hasattr(fitted, "get_support"):
        same = out.shape == X.shape
        promise(same, f"{who} changes the number of columns but has no `get_support`: nobody knows which were kept.")
        return
    support = fitted.get_support()
    fits = support.dtype == np.bool_ and support.shape == (X.shape[1],)
    promise(fits, f"{who}: `get_support` must give a bool for each of the {X.shape[1]} columns.")
    promise(np.array_equal(out, X[:, support]), f"{who}: its output is not the columns that `get_support` names.")


def _check_little(cls: type, settings: dict[str, Any], X: np.ndarray, y: np.ndarray, who: str) -> None:
    flat = X.copy()
    flat[:, 1] = 7.25
    for what, columns in (
        ("a constant column", flat),
        ("nothing but constant columns", np.full_like(X, 7.25)),
        ("no column", X[:, :0]),
    ):
        blocks = ByBlock([cls(**settings)], [], columns.shape[1], 0)
        try:
            with engine(), warnings.catch_warnings():
                warnings.simplefilter("error")
                out = blocks.fit(columns.copy(), y).transform(columns)
        except Exception as error:
            raise AssertionError(f"{who} does not survive {what}: {error!r}") from error
        promise(len(out) == len(X) and bool(np.isfinite(out).all()), f"{who} makes something undefined of {what}.")
