"""Elastic-net paths for logistic and Cox regression: arrays in, one row of coefficients per penalty out.

Both paths are a proximal Newton method with warm starts. At each point the log-likelihood is replaced by its
quadratic on the working set (columns that are not zero or break the optimality conditions), cyclical coordinate
descent minimises quadratic plus penalty (Friedman, Hastie, Tibshirani 2010, doi:10.18637/jss.v033.i01), and once
the signs rest one Cholesky solve finishes the job. Cox uses the full Hessian of the Breslow likelihood where coxnet
keeps its diagonal (Simon et al. 2011, doi:10.18637/jss.v039.i05): same minimiser, fewer steps.

`X` in float64 and Fortran order is fastest; any other layout is copied once. Same input, same bytes.
"""
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from radici.core.errors import InputError, OutcomeError

# reassociated sums may use vector registers; NaN and infinity keep their meaning
FAST = {"reassoc", "contract", "nsz"}
NEWTON_TOLERANCE = 1e-9  # squared Newton decrement; the next one would be about its square
SETTLED = 1e-18  # a step so small moves no gradient by more than 1e-9: what enters now stands on the boundary
SWEEP_TOLERANCE = 1e-18  # squared, curvature-weighted change in one sweep
SATURATED = 0.999  # share of the null deviance explained at which the path stops
LARGEST_SPREAD = 500.0  # of the scores; beyond, chances and relative hazards are 0 or 1 to every digit: stop too
SMALLEST_AT_RISK = 1e-290  # relative to the largest hazard; below, double precision ends
SMALLEST_L1_RATIO = 1e-3  # glmnet's floor, so that ridge has a largest penalty
SWEEPS, NEWTON_STEPS = 2000, 100  # far above what is met
FITTED, UNUSABLE, UNSETTLED = 0, 1, 2  # what the kernel reports
DAMPING = 1e-9  # relative; lets dependent columns be solved, a descent step all the same
SWEEPS_PER_COLUMN = 0.05  # quiet sweeps per column before a Cholesky solve, which costs that much more with size


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
    _refuse_unless_fitted(_path(columns, 1, target, share, np.empty(0), steps, float(l1_ratio), coefs))
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
    _refuse_unless_fitted(_path(columns, 0, seen, np.empty(0), deaths, steps, float(l1_ratio), coefs))
    return coefs


def logistic_largest_penalty(X: np.ndarray, y: np.ndarray, l1_ratio: float, weights: np.ndarray | None = None) -> float:
    """Smallest penalty at which every logistic coefficient is 0; `l1_ratio` counts as at least 0.001."""
    rows, _ = _shape(X, y, "y")
    target, share = np.array(y, dtype=np.float64), _shares(weights, rows)
    _refuse_one_class(target, share)
    slope = share * (share @ target - target)
    return float(np.abs(slope @ X).max() / max(l1_ratio, SMALLEST_L1_RATIO))


def cox_largest_penalty(X: np.ndarray, event: np.ndarray, months: np.ndarray, l1_ratio: float) -> float:
    """Smallest penalty at which every Cox coefficient is 0; `l1_ratio` counts as at least 0.001."""
    rows, _ = _shape(X, event, "event")
    order, seen, deaths = _risk_sets(event, months)
    hazard = np.cumsum((deaths / np.arange(1, rows + 1))[::-1])[::-1]
    slope = np.empty(rows)
    slope[order] = (hazard - seen) / rows
    return float(np.abs(slope @ X).max() / max(l1_ratio, SMALLEST_L1_RATIO))


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


class Rows(NamedTuple):
    """What is fitted: columns (p, n), the first `free` without penalty, and per row its outcome and share.

    `deaths` (n,) as `_risk_sets` gives them; empty for the logistic model.
    """

    columns: np.ndarray
    free: int
    target: np.ndarray
    share: np.ndarray
    deaths: np.ndarray


class Fit(NamedTuple):
    """Where the fit stands: per column coefficient and gradient, per row the rest; changed in place."""

    coef: np.ndarray
    gradient: np.ndarray
    score: np.ndarray
    slope: np.ndarray
    curvature: np.ndarray
    relative: np.ndarray
    at_risk: np.ndarray


@njit(cache=True, fastmath=FAST)
def _logistic_slope(rows: Rows, fit: Fit) -> float:
    """Fill the first and second derivative of the loss in each row's score; the loss."""
    loss = 0.0
    for i in range(fit.score.size):
        score, share, y = fit.score[i], rows.share[i], rows.target[i]
        small = np.exp(-abs(score))
        chance = (small if score < 0.0 else 1.0) / (1.0 + small)
        fit.slope[i] = share * (chance - y)
        fit.curvature[i] = share * small / ((1.0 + small) * (1.0 + small))
        loss += share * (np.log1p(small) + max(score, 0.0) - y * score)
    return loss


@njit(cache=True)
def _cox_slope(rows: Rows, fit: Fit) -> float:
    """Fill derivatives as for the logistic loss, relative hazards, their sums over the risk sets; the loss."""
    size = fit.score.size
    top = fit.score.max()
    total = 0.0
    loss = 0.0
    for i in range(size):
        fit.relative[i] = np.exp(fit.score[i] - top)
        total += fit.relative[i]
        fit.at_risk[i] = total
        loss -= rows.target[i] * (fit.score[i] - top)
        if rows.deaths[i] > 0.0:
            if total < SMALLEST_AT_RISK:
                return np.inf  # the line search comes back
            loss += rows.deaths[i] * np.log(total)
    hazard = 0.0
    for i in range(size - 1, -1, -1):
        if rows.deaths[i] > 0.0:
            hazard += rows.deaths[i] / fit.at_risk[i]
        fit.curvature[i] = fit.relative[i] * hazard / size
        fit.slope[i] = fit.curvature[i] - rows.target[i] / size
    return loss / size


@njit(cache=True, fastmath=FAST)
def _dot(a: np.ndarray, b: np.ndarray) -> float:
    total = 0.0
    for i in range(a.size):
        total += a[i] * b[i]
    return total


@njit(cache=True, fastmath=FAST)
def _hessian(columns: np.ndarray, working: np.ndarray, curvature: np.ndarray) -> np.ndarray:
    """Second derivative of the loss on the working set, from the rows' own curvature."""
    size, rows = working.size, curvature.size
    hessian = np.empty((size, size))
    scaled = np.empty(rows)
    for a in range(size):
        column = columns[working[a]]
        for i in range(rows):
            scaled[i] = curvature[i] * column[i]
        for b in range(a + 1):
            hessian[a, b] = _dot(scaled, columns[working[b]])
            hessian[b, a] = hessian[a, b]
    return hessian


@njit(cache=True, fastmath=FAST)
def _less_between(hessian: np.ndarray, rows: Rows, fit: Fit, working: np.ndarray) -> None:
    """Take off, at each event time, the outer product of the risk set's weighted mean (Cox only)."""
    size = rows.deaths.size
    means = np.empty((working.size, np.count_nonzero(rows.deaths)))
    for a in range(working.size):
        total = 0.0
        k = 0
        for i in range(size):
            total += fit.relative[i] * rows.columns[working[a], i]
            if rows.deaths[i] > 0.0:
                means[a, k] = total / fit.at_risk[i] * np.sqrt(rows.deaths[i] / size)
                k += 1
        for b in range(a + 1):
            hessian[a, b] -= _dot(means[a], means[b])
            hessian[b, a] = hessian[a, b]


@njit(cache=True, fastmath=FAST)
def _sweep(hessian: np.ndarray, free: int, gradient: np.ndarray, b: np.ndarray, l1: float, l2: float) -> float:
    """One cycle of coordinate descent on the quadratic; the largest squared change, weighted by curvature."""
    change = 0.0
    for j in range(b.size):
        lasso = l1 if j >= free else 0.0
        ridge = l2 if j >= free else 0.0
        if hessian[j, j] + ridge <= 1e-14:
            continue
        pull = hessian[j, j] * b[j] - gradient[j]
        new = np.sign(pull) * max(abs(pull) - lasso, 0.0) / (hessian[j, j] + ridge)
        step = new - b[j]
        if step != 0.0:
            b[j] = new
            for k in range(b.size):
                gradient[k] += step * hessian[j, k]
            change = max(change, hessian[j, j] * step * step)
    return change


@njit(cache=True, fastmath=FAST)
def _cholesky_solve(matrix: np.ndarray, right: np.ndarray) -> bool:
    """Solve in place; False if the matrix is not safely positive definite."""
    size = right.size
    for j in range(size):
        for k in range(j):
            matrix[j, k] = (matrix[j, k] - _dot(matrix[j, :k], matrix[k, :k])) / matrix[k, k]
        pivot = matrix[j, j] - _dot(matrix[j, :j], matrix[j, :j])
        if pivot <= 0.0:
            return False
        matrix[j, j] = np.sqrt(pivot)
        right[j] = (right[j] - _dot(matrix[j, :j], right[:j])) / matrix[j, j]
    for j in range(size - 1, -1, -1):
        right[j] /= matrix[j, j]
        for k in range(j):
            right[k] -= right[j] * matrix[j, k]
    return True


@njit(cache=True, fastmath=FAST)
def _direct(hessian: np.ndarray, free: int, gradient: np.ndarray, b: np.ndarray, l1: float, l2: float) -> bool:
    """Solve the quadratic for the present signs; True where it had to stop early because a coefficient reached 0."""
    inside = np.empty(b.size, dtype=np.int64)
    size = 0
    for j in range(b.size):
        if j < free or b[j] != 0.0:
            inside[size] = j
            size += 1
    matrix = np.empty((size, size))
    step = np.empty(size)
    for s in range(size):
        j = inside[s]
        for t in range(s + 1):
            matrix[s, t] = hessian[j, inside[t]]
        matrix[s, s] *= 1.0 + DAMPING
        step[s] = -gradient[j]
        if j >= free:
            matrix[s, s] += l2
            step[s] -= l2 * b[j] + l1 * np.sign(b[j])
    return _cholesky_solve(matrix, step) and _move(hessian, free, gradient, b, inside[:size], step)


@njit(cache=True, fastmath=FAST)
def _move(
    hessian: np.ndarray, free: int, gradient: np.ndarray, b: np.ndarray, inside: np.ndarray, step: np.ndarray
) -> bool:
    """Take the step as far as no sign turns; True if one would have, and its coefficient is now 0."""
    length = 1.0
    first = -1
    for s in range(inside.size):
        j = inside[s]
        if j >= free and b[j] * (b[j] + length * step[s]) < 0.0:
            length = -b[j] / step[s]
            first = j
    for s in range(inside.size):
        j = inside[s]
        old = b[j]
        b[j] = 0.0 if j == first else old + length * step[s]
        for k in range(b.size):
            gradient[k] += (b[j] - old) * hessian[j, k]
    return first >= 0


@njit(cache=True)
def _minimise_quadratic(
    hessian: np.ndarray, free: int, gradient: np.ndarray, b: np.ndarray, l1: float, l2: float
) -> None:
    """Minimise ``gradient (b - b0) + (b - b0) hessian (b - b0) / 2 + penalty`` from b0; both arrays are updated."""
    since = 0
    for _ in range(SWEEPS):
        if _sweep(hessian, free, gradient, b, l1, l2) < SWEEP_TOLERANCE:
            return
        since += 1
        if SWEEPS_PER_COLUMN * np.count_nonzero(b) < since:
            while _direct(hessian, free, gradient, b, l1, l2):
                pass
            since = 0


@njit(cache=True)
def _working_set(fit: Fit, usable: np.ndarray, free: int, l1: float) -> tuple[np.ndarray, int]:
    """Columns that are not zero or have to become so, and how many of the latter."""
    working = np.empty(fit.coef.size, dtype=np.int64)
    size = 0
    entering = 0
    for j in range(fit.coef.size):
        enters = j >= free and fit.coef[j] == 0.0 and usable[j] and abs(fit.gradient[j]) > l1 * (1.0 + 1e-10)
        if j < free or fit.coef[j] != 0.0 or enters:
            working[size] = j
            size += 1
            entering += enters
    return working[:size], entering


@njit(cache=True)
def _penalty(coef: np.ndarray, free: int, l1: float, l2: float) -> float:
    total = 0.0
    for j in range(free, coef.size):
        total += l1 * abs(coef[j]) + 0.5 * l2 * coef[j] * coef[j]
    return total


@njit(cache=True)
def _usable(columns: np.ndarray, free: int) -> np.ndarray:
    """False for constant columns, which no likelihood here can tell from the intercept."""
    usable = np.ones(columns.shape[0], dtype=np.bool_)
    for j in range(free, columns.shape[0]):
        usable[j] = columns[j].min() != columns[j].max()
    return usable


@njit(cache=True)
def _saturated_loss(deaths: np.ndarray) -> float:
    """Loss of a model with one parameter per row (Breslow: each tied group of events shares its time)."""
    loss = 0.0
    for i in range(deaths.size):
        if deaths[i] > 0.0:
            loss += deaths[i] * np.log(deaths[i]) / deaths.size
    return loss


@njit(cache=True)
def _in_range(penalties: np.ndarray, l1_ratio: float) -> bool:
    return (np.isfinite(penalties) & (penalties >= 0.0)).all() and 0.0 <= l1_ratio <= 1.0


@njit(cache=True, fastmath=FAST)
def _update(rows: Rows, fit: Fit, coef: np.ndarray) -> float:
    """Scores and derivatives per row at `coef`; the loss."""
    fit.score[:] = 0.0
    for j in range(coef.size):
        if coef[j] != 0.0:
            for i in range(fit.score.size):
                fit.score[i] += coef[j] * rows.columns[j, i]
    return _cox_slope(rows, fit) if rows.deaths.size else _logistic_slope(rows, fit)


@njit(cache=True)
def _line_search(rows: Rows, fit: Fit, working: np.ndarray, b: np.ndarray, loss: float, l1: float, l2: float) -> float:
    """Move to `b`, or as far towards it as the objective does not rise; the loss there."""
    before = loss + _penalty(fit.coef, rows.free, l1, l2)
    trial = fit.coef.copy()
    length = 1.0
    for _ in range(40):
        for a in range(working.size):
            j = working[a]
            trial[j] = b[a] if length == 1.0 else fit.coef[j] + length * (b[a] - fit.coef[j])
        loss = _update(rows, fit, trial)
        if loss + _penalty(trial, rows.free, l1, l2) <= before + 1e-13 * (1.0 + abs(before)):
            break
        length *= 0.5
    fit.coef[:] = trial
    for j in range(trial.size):
        fit.gradient[j] = _dot(rows.columns[j], fit.slope)
    return loss


@njit(cache=True)
def _newton(rows: Rows, fit: Fit, usable: np.ndarray, loss: float, l1: float, l2: float) -> float:
    """Minimise loss plus penalty from where `fit` stands; the loss there.

    NaN if that did not settle, minus infinity if the scores ran apart.
    """
    working, _ = _working_set(fit, usable, rows.free, l1)
    for _ in range(NEWTON_STEPS):
        hessian = _hessian(rows.columns, working, fit.curvature)
        if rows.deaths.size:
            _less_between(hessian, rows, fit, working)
        b, inner = fit.coef[working], fit.gradient[working]
        _minimise_quadratic(hessian, rows.free, inner, b, l1, l2)
        decrement = 0.0
        for a in range(working.size):
            decrement += (b[a] - fit.coef[working[a]]) * (inner[a] - fit.gradient[working[a]])
        loss = _line_search(rows, fit, working, b, loss, l1, l2)
        working, entering = _working_set(fit, usable, rows.free, l1)
        if decrement < (SETTLED if entering else NEWTON_TOLERANCE):
            return loss
        if fit.score.max() - fit.score.min() > LARGEST_SPREAD:
            return -np.inf
    return np.nan


@njit(cache=True)
def _path(
    columns: np.ndarray,
    free: int,
    target: np.ndarray,
    share: np.ndarray,
    deaths: np.ndarray,
    penalties: np.ndarray,
    l1_ratio: float,
    path: np.ndarray,
) -> int:
    """Fill `path` (k, p) for `columns` (p, n), the first `free` without penalty; Cox if there are `deaths`."""
    count, size = columns.shape
    rows = Rows(columns, free, target, share, deaths)
    fit = Fit(
        np.zeros(count),
        np.empty(count),
        np.zeros(size),
        np.empty(size),
        np.empty(size),
        np.empty(size),
        np.empty(size),
    )
    if free:
        positives = _dot(share, target)
        fit.coef[0] = np.log(positives / (1.0 - positives))
    loss = _update(rows, fit, fit.coef)
    for j in range(count):
        fit.gradient[j] = _dot(columns[j], fit.slope)
    if not (np.isfinite(loss) and np.isfinite(fit.gradient).all() and _in_range(penalties, l1_ratio)):
        return UNUSABLE
    usable = _usable(columns, free)
    saturated = _saturated_loss(deaths)
    stop = saturated + (1.0 - SATURATED) * (loss - saturated)
    for k in range(penalties.size):
        loss = _newton(rows, fit, usable, loss, penalties[k] * l1_ratio, penalties[k] * (1.0 - l1_ratio))
        if np.isnan(loss):
            return UNSETTLED
        path[k:] = path[k - 1] if k and loss == -np.inf else fit.coef
        if loss < stop:
            break
    return FITTED
