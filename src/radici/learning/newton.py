"""The Newton steps behind `coordinate_descent`, compiled: columns and penalties in, coefficients filled in.

All kernels stand in one file: numba's cache is renewed when a kernel's own file changes, not when a kernel that it
calls changes in another (numba documentation, "Notes on Caching"), so a cut through them would run stale code.
"""
# mypy: disable-error-code="untyped-decorator"

from typing import NamedTuple

import numpy as np
from numba import njit

# reassociated sums may use vector registers; NaN and infinity keep their meaning
FAST = {"reassoc", "contract", "nsz"}
NEWTON_TOLERANCE = 1e-9  # squared Newton decrement; the next one would be about its square
SETTLED = 1e-18  # a step so small moves no gradient by more than 1e-9: what enters now stands on the boundary
SWEEP_TOLERANCE = 1e-18  # squared, curvature-weighted change in one sweep
SATURATED = 0.999  # share of the null deviance explained at which the path stops
LARGEST_SPREAD = 500.0  # of the scores; beyond, chances and relative hazards are 0 or 1 to every digit: stop too
SMALLEST_AT_RISK = 1e-290  # relative to the largest hazard; below, double precision ends
SWEEPS, NEWTON_STEPS = 2000, 100  # far above what is met
FITTED, UNUSABLE, UNSETTLED = 0, 1, 2  # what the kernel reports
DAMPING = 1e-9  # relative; lets dependent columns be solved, a descent step all the same
SWEEPS_PER_COLUMN = 0.05  # between Cholesky solves, which cost that much more than a sweep as columns enter


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
def fill_path(
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
