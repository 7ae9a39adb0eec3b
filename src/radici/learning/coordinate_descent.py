"""Elastic-net paths for logistic and Cox regression: arrays in, one row of coefficients per penalty out.

Both paths are a proximal Newton method with warm starts. At each point the log-likelihood is replaced by its
quadratic on the working set (columns that are not zero or break the optimality conditions), cyclical coordinate
descent minimises quadratic plus penalty (Friedman, Hastie, Tibshirani 2010, doi:10.18637/jss.v033.i01), and Cholesky
solves for the present signs finish the job. Cox uses the full Hessian of the Breslow likelihood where coxnet keeps
its diagonal (Simon et al. 2011, doi:10.18637/jss.v039.i05): same minimiser, fewer steps.

`X` is copied once into the kernel's layout, quickest from float64 in Fortran order. Same input, same bytes.
"""
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

import numpy as np
from numba import njit

from radici.core.errors import InputError, OutcomeError
from radici.learning.newton import NEWTON_STEPS, UNSETTLED, UNUSABLE, fill_path

SMALLEST_L1_RATIO = 1e-3  # glmnet's floor, so that ridge has a largest penalty


def logistic_path(
    X: np.ndarray, y: np.ndarray, penalties: np.ndarray, l1_ratio: float, weights: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of the elastic-net logistic model at each penalty.

    Minimises ``-loglik / n + penalty * (l1_ratio * |b|_1 + (1 - l1_ratio) / 2 * |b|_2^2)``; the intercept is free.

    Parameters
    ----------
    X : (n, p), already standardised; a constant column keeps the coefficient 0.
    y : (n,), 0 and 1.
    penalties : (k,), decreasing.
    l1_ratio : 0 (ridge) to 1 (lasso).
    weights : (n,), non-negative, scaled to mean 1; all 1 if not given.

    Returns
    -------
    intercepts (k,) and coefs (k, p). Under quasi-separation the path stops, and the remaining rows repeat the last
    solution: once 99.9 % of the deviance is explained, or scores differ by more than 500 between patients.

    Raises
    ------
    OutcomeError
        `y` has one class, or values other than 0 and 1.
    InputError
        Shapes differ, a value is not finite or out of range, or the path does not settle (X not standardised).
    """
    rows, count = _shape(X, y, "y")
    target = np.array(y, dtype=np.float64)
    share = _shares(weights, rows)
    columns = np.empty((count + 1, rows))
    columns[0] = 1.0
    columns[1:] = X.T
    _refuse_one_class(target, share)
    steps = np.array(penalties, dtype=np.float64)
    coefs = np.zeros((steps.size, count + 1))
    _refuse_unless_fitted(fill_path(columns, 1, target, share, np.empty(0), steps, float(l1_ratio), coefs))
    return coefs[:, 0].copy(), coefs[:, 1:].copy()


def cox_path(
    X: np.ndarray, event: np.ndarray, months: np.ndarray, penalties: np.ndarray, l1_ratio: float
) -> np.ndarray:
    """Coefficients (k, p) of the elastic-net Cox model at each penalty; ties by Breslow.

    Minimises ``-log partial likelihood / n + penalty * (l1_ratio * |b|_1 + (1 - l1_ratio) / 2 * |b|_2^2)``.

    Parameters
    ----------
    X : (n, p), already standardised; a constant column keeps the coefficient 0.
    event : (n,), 1 or True where the event was seen, 0 where censored.
    months : (n,), time to event or censoring.
    penalties : (k,), decreasing.
    l1_ratio : 0 (ridge) to 1 (lasso).

    Returns
    -------
    coefs (k, p); the path stops as in `logistic_path`.

    Raises
    ------
    OutcomeError
        No event was seen.
    InputError
        Shapes differ, a value is not finite or out of range, or the path does not settle (X not standardised).
    """
    _, count = _shape(X, event, "event")
    order, seen, deaths = _risk_sets(event, months)
    columns = np.ascontiguousarray(np.asarray(X, dtype=np.float64).T[:, order])
    steps = np.array(penalties, dtype=np.float64)
    coefs = np.zeros((steps.size, count))
    _refuse_unless_fitted(fill_path(columns, 0, seen, np.empty(0), deaths, steps, float(l1_ratio), coefs))
    return coefs


def logistic_largest_penalty(X: np.ndarray, y: np.ndarray, l1_ratio: float, weights: np.ndarray | None = None) -> float:
    """Smallest penalty at which every logistic coefficient is 0; `l1_ratio` counts as at least 0.001."""
    rows, _ = _shape(X, y, "y")
    target, share = np.array(y, dtype=np.float64), _shares(weights, rows)
    _refuse_one_class(target, share)
    slope = share * (share @ target - target)
    return float(np.abs(slope @ X).max(initial=0.0) / max(l1_ratio, SMALLEST_L1_RATIO))


def cox_largest_penalty(X: np.ndarray, event: np.ndarray, months: np.ndarray, l1_ratio: float) -> float:
    """Smallest penalty at which every Cox coefficient is 0; `l1_ratio` counts as at least 0.001."""
    rows, _ = _shape(X, event, "event")
    order, seen, deaths = _risk_sets(event, months)
    hazard = np.cumsum((deaths / np.arange(1, rows + 1))[::-1])[::-1]
    slope = np.empty(rows)
    slope[order] = (hazard - seen) / rows
    return float(np.abs(slope @ X).max(initial=0.0) / max(l1_ratio, SMALLEST_L1_RATIO))


def penalty_sequence(largest: float, smallest_ratio: float, count: int) -> np.ndarray:
    """Penalties (count,) from `largest` to `largest * smallest_ratio`, each the same fraction of the one before."""
    if count == 1:
        return np.array([largest])
    return largest * smallest_ratio ** (np.arange(count) / (count - 1))


def first_entered(coefs: np.ndarray, count: int) -> np.ndarray:
    """Columns, sorted, that enter first on the path `coefs` (k, p), at most `count` of them.

    Walks down the path to the last point before more than `count` columns are in. Where the first point with any
    column has more than `count` already, the `count` largest of its coefficients are taken (ties: earlier column).
    """
    sizes = np.count_nonzero(coefs, axis=1)
    over = np.flatnonzero(sizes > count)
    walked = np.flatnonzero(sizes[: over[0]] if over.size else sizes)
    if walked.size:
        return np.flatnonzero(coefs[walked[-1]])
    if not over.size:
        return np.empty(0, dtype=np.int64)
    return np.sort(np.argsort(-np.abs(coefs[over[0]]), kind="stable")[:count])


def breslow_baseline(event: np.ndarray, months: np.ndarray, risk: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cumulative baseline hazard of a Cox model, by Breslow's estimator.

    Parameters
    ----------
    event, months : (n,), as in `cox_path`.
    risk : (n,), log relative hazard ``X @ b``.

    Returns
    -------
    times (m,), the distinct months with an event, increasing; cumulative_hazard (m,), at risk 0, just after each.

    Raises
    ------
    OutcomeError
        No event was seen.
    """
    order, _, deaths = _risk_sets(event, months)
    at_risk = np.cumsum(np.exp(np.asarray(risk, dtype=np.float64)[order]))
    ends = np.flatnonzero(deaths)[::-1]
    times = np.asarray(months, dtype=np.float64)[order[ends]]
    return times, np.cumsum(deaths[ends] / at_risk[ends])


def _shape(X: np.ndarray, outcome: np.ndarray, name: str) -> tuple[int, int]:
    if X.ndim != 2 or len(outcome) != X.shape[0]:
        raise InputError(
            f"Expected X (n, p) and {name} (n,), found shapes {X.shape} and {np.shape(outcome)}. "
            "Give both the same patients in the same order."
        )
    rows, count = X.shape
    return rows, count


def _shares(weights: np.ndarray | None, rows: int) -> np.ndarray:
    if weights is None:
        return np.full(rows, 1.0 / rows)
    given = np.array(weights, dtype=np.float64)
    total = given.sum()
    if given.shape != (rows,) or not total > 0 or given.min() < 0:
        raise InputError(
            f"Expected {rows} weights, none negative and not all 0; found {given.size} with sum {total}. "
            "Give one weight per patient."
        )
    return given / total


def _refuse_one_class(target: np.ndarray, share: np.ndarray) -> None:
    positives = share @ target
    if not 0.0 < positives < 1.0 - 1e-12 or not ((target == 0.0) | (target == 1.0)).all():
        raise OutcomeError(
            f"Expected y with both 0 and 1 and nothing else, found {np.unique(target)[:8].tolist()}. "
            "Check the endpoint, or use fewer folds so that each holds both classes."
        )


def _risk_sets(event: np.ndarray, months: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Order by falling months; events in that order; events (n,) at the last row of each tied group, else 0.

    Rows 0 to i are then at risk where deaths[i] > 0.
    """
    time = np.array(months, dtype=np.float64)
    order = np.argsort(-time, kind="stable")
    seen = np.array(event, dtype=np.float64)[order]
    deaths = np.empty(seen.size)
    events = _count_deaths(time[order], seen, deaths)
    if events == 0:
        raise OutcomeError(
            f"Expected at least one event, found none among {seen.size} patients. "
            "Check the event column, or use fewer folds so that each holds events."
        )
    if events < 0:
        raise InputError(
            "Expected finite months and events of 0 or 1, found another value. Fill it in or leave this patient out."
        )
    return order, seen, deaths


def _refuse_unless_fitted(status: int) -> None:
    if status == UNUSABLE:
        raise InputError(
            "Expected finite numbers in X and penalties, no penalty below 0, and an l1_ratio from 0 to 1; "
            "found another. Impute X before fitting, and take penalties from `penalty_sequence`."
        )
    if status == UNSETTLED:
        raise InputError(
            f"Expected the path to settle within {NEWTON_STEPS} steps at each penalty, and it did not. "
            "Standardise X, or end the path at a larger penalty."
        )


@njit(cache=True)
def _count_deaths(time: np.ndarray, seen: np.ndarray, deaths: np.ndarray) -> int:
    """Fill `deaths` for rows in order of falling time; the number of events, -1 where a value cannot be used."""
    events = 0
    tied = 0.0
    for i in range(time.size):
        if not np.isfinite(time[i]) or not (seen[i] == 0.0 or seen[i] == 1.0):
            return -1
        events += int(seen[i])
        tied += seen[i]
        is_last = i + 1 == time.size or time[i + 1] != time[i]
        deaths[i] = tied if is_last else 0.0
        if is_last:
            tied = 0.0
    return events
