"""Days and relative sums of one patient in; the parameters of a growth curve with the least squares out, compiled.

All kernels stand in one file: numba's cache is renewed when a kernel's own file changes, not when a kernel that it
calls changes in another (numba documentation, "Notes on Caching").
"""
# mypy: disable-error-code="untyped-decorator"

import math

import numpy as np
from numba import njit

RATES = np.array([0.05, 0.5, 2.0, 10.0])  # to start from, times one over the time of observation; the last for gdphi
LARGEST_RATE = 0.9  # per day, to start from; off the bound
EXPONENT_LIMIT = 200.0  # exp(200) is beyond any tumour and its square still fits a float
STEPS = 300  # far above what is met where a curve can be told from another
FIRST_DAMPING, LEAST_DAMPING, LARGEST_DAMPING = 1e-3, 1e-12, 1e12  # relative to the diagonal; at the last, no way down
ROUGH = 1e-6  # relative gain in the sum of squares at which a start is given up; only the best one goes on
FINE = 1e-12  # relative change of every parameter at which the best one is done
NOTHING = 1e-9  # a parameter below it stands at its bound, and need not settle relatively
ROUNDING = 1e-14  # relative error of a sum of squares, which must not stop the search short of `FINE`


@njit(cache=True)
def fit_curve(
    held: np.ndarray, additive: bool, t: np.ndarray, relative: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Fit one model from every start by Levenberg and Marquardt's method, 0 <= g, d <= 1 per day, 0 <= phi <= 1.

    Parameters
    ----------
    held
        g, d and phi of a model that does not fit them, NaN for those to be fitted, shape (3,).
    additive
        Whether the curve is exp(gt) + exp(-dt) - 1; otherwise it is (1 - phi) exp(gt) + phi exp(-dt).
    t, relative
        Days since baseline and sums relative to it, shape (n,), float.

    Returns
    -------
    x
        g, d and phi, shape (3,).
    error
        Standard errors for a residual variance of 1, shape (3,); infinite where the fitted parameters depend on each
        other, and for those that were held.
    squares
        Sum of squared residuals.

    References
    ----------
    Marquardt 1963, J SIAM 11:431 (damping by the diagonal; a step that leaves the bounds ends on them). Golub and
    Pereyra 1973, SIAM J Numer Anal 10:413 (phi, in which the curve is linear, follows from g and d at every step).
    """
    free, best, least = np.isnan(held), held.copy(), math.inf
    starts = RATES.size if free[2] else RATES.size - 1
    for i in range(starts if free[0] else 1):
        for j in range(starts if free[1] else 1):
            x = held.copy()
            if free[0]:
                x[0] = min(RATES[i] / t[-1], LARGEST_RATE)
            if free[1]:
                x[1] = min(RATES[j] / t[-1], LARGEST_RATE)
            squares = _descend(additive, free, x, t, relative, ROUGH, 0.0)
            if squares < least:
                best, least = x, squares
    least = _descend(additive, free, best, t, relative, -1.0, FINE)
    return best, _errors(additive, free, best, t, relative), least


@njit(cache=True)
def _descend(
    additive: bool,
    free: np.ndarray,
    x: np.ndarray,
    t: np.ndarray,
    relative: np.ndarray,
    gain: float,
    change: float,
) -> float:
    """Move x downhill until a step lowers the squares by `gain` of them or less, or moves x by `change` or less of it.

    The sum of squares is handed back. A negative `gain` ends nothing.
    """
    residual, slope = np.empty(t.size), np.empty((3, t.size))
    other_residual, other_slope = np.empty(t.size), np.empty((3, t.size))
    matrix, gradient, tried = np.empty((3, 3)), np.empty(3), np.empty(3)
    squares = _residuals(additive, free, x, t, relative, residual, slope)
    _normal_equations(residual, slope, matrix, gradient)
    damping = FIRST_DAMPING
    for _ in range(STEPS):
        found = math.inf
        if _step(free, x, matrix, gradient, damping, tried):
            found = _residuals(additive, free, tried, t, relative, other_residual, other_slope)
        if found > squares * (1.0 + ROUNDING):
            damping = max(3.0 * damping, FIRST_DAMPING)
            if damping > LARGEST_DAMPING:
                break
            continue
        done = squares - found <= gain * squares or _change(x, tried) <= change
        for a in range(3):
            x[a] = tried[a]
        squares = found
        if done:
            break
        residual, other_residual = other_residual, residual
        slope, other_slope = other_slope, slope
        _normal_equations(residual, slope, matrix, gradient)
        damping = max(0.3 * damping, LEAST_DAMPING)
    return squares


@njit(cache=True)
def _residuals(
    additive: bool,
    free: np.ndarray,
    x: np.ndarray,
    t: np.ndarray,
    relative: np.ndarray,
    residual: np.ndarray,
    slope: np.ndarray,
) -> float:
    """Put the best phi for g and d into x, fill in curve minus measurement (n,) and its slopes (3, n); the squares."""
    for i in range(t.size):
        slope[0, i] = math.exp(min(x[0] * t[i], EXPONENT_LIMIT))
        slope[1, i] = math.exp(-x[1] * t[i])
        slope[2, i] = slope[1, i] - slope[0, i]
    if free[2]:
        x[2] = _share(slope[0], slope[2], relative, x[2])
    growing, shrinking, shift = 1.0 - x[2], x[2], 0.0
    if additive:
        growing, shrinking, shift = 1.0, 1.0, -1.0
    squares = 0.0
    for i in range(t.size):
        residual[i] = growing * slope[0, i] + shrinking * slope[1, i] + shift - relative[i]
        slope[0, i] *= growing * t[i]
        slope[1, i] *= -shrinking * t[i]
        squares += residual[i] * residual[i]
    return squares


@njit(cache=True)
def _share(up: np.ndarray, difference: np.ndarray, relative: np.ndarray, old: float) -> float:
    """Phi with the least squares for given g and d, in which the curve is a straight line; `old` where any is."""
    above, below = 0.0, 0.0
    for i in range(up.size):
        above += difference[i] * (relative[i] - up[i])
        below += difference[i] * difference[i]
    return min(max(above / below, 0.0), 1.0) if below > 0.0 else old


@njit(cache=True)
def _normal_equations(residual: np.ndarray, slope: np.ndarray, matrix: np.ndarray, gradient: np.ndarray) -> None:
    for a in range(3):
        gradient[a] = 0.0
        for i in range(residual.size):
            gradient[a] += slope[a, i] * residual[i]
        for b in range(a + 1):
            total = 0.0
            for i in range(residual.size):
                total += slope[a, i] * slope[b, i]
            matrix[a, b] = total
            matrix[b, a] = total


@njit(cache=True)
def _step(
    free: np.ndarray, x: np.ndarray, matrix: np.ndarray, gradient: np.ndarray, damping: float, tried: np.ndarray
) -> bool:
    """Fill in where the damped step leads, parameters held at a bound left out; False if it cannot be solved for."""
    system, step, scale = np.empty((3, 3)), np.empty(3), np.empty(3)
    for a in range(3):
        held = (x[a] <= 0.0 and gradient[a] > 0.0) or (x[a] >= 1.0 and gradient[a] < 0.0)
        moves = free[a] and matrix[a, a] > 0.0 and not held
        scale[a] = 1.0 / math.sqrt(matrix[a, a]) if moves else 0.0
        step[a] = -gradient[a] * scale[a]
        for b in range(a):
            system[a, b] = matrix[a, b] * scale[a] * scale[b]
        system[a, a] = 1.0 + damping
    if not _solve(system, step):
        return False
    for a in range(3):
        tried[a] = min(max(x[a] + step[a] * scale[a], 0.0), 1.0)
    return True


@njit(cache=True)
def _solve(matrix: np.ndarray, right: np.ndarray) -> bool:
    """Solve in place by Cholesky's factors of the lower half; False if it is not positive definite."""
    for j in range(right.size):
        for k in range(j):
            for i in range(k):
                matrix[j, k] -= matrix[j, i] * matrix[k, i]
            matrix[j, k] /= matrix[k, k]
            matrix[j, j] -= matrix[j, k] * matrix[j, k]
            right[j] -= matrix[j, k] * right[k]
        if matrix[j, j] <= 0.0:
            return False
        matrix[j, j] = math.sqrt(matrix[j, j])
        right[j] /= matrix[j, j]
    for j in range(right.size - 1, -1, -1):
        right[j] /= matrix[j, j]
        for k in range(j):
            right[k] -= matrix[j, k] * right[j]
    return True


@njit(cache=True)
def _change(old: np.ndarray, new: np.ndarray) -> float:
    """Largest change of a parameter, relative to the larger of its values."""
    largest = 0.0
    for a in range(3):
        if old[a] != new[a]:
            largest = max(largest, abs(old[a] - new[a]) / max(old[a], new[a], NOTHING))
    return largest


@njit(cache=True)
def _errors(additive: bool, free: np.ndarray, x: np.ndarray, t: np.ndarray, relative: np.ndarray) -> np.ndarray:
    residual, slope = np.empty(t.size), np.empty((3, t.size))
    matrix, gradient = np.empty((3, 3)), np.empty(3)
    _residuals(additive, free, x, t, relative, residual, slope)
    _normal_equations(residual, slope, matrix, gradient)
    which = np.flatnonzero(free)
    information = np.empty((which.size, which.size))
    for s in range(which.size):
        for r in range(which.size):
            information[s, r] = matrix[which[s], which[r]]
    error = np.full(3, math.inf)
    if np.linalg.matrix_rank(information) == which.size:
        covariance = np.linalg.inv(information)
        for s in range(which.size):
            error[which[s]] = math.sqrt(max(covariance[s, s], 0.0))
    return error
