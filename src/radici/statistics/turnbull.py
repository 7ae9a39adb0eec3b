"""Events known only to lie between two visits: intervals in; the survival curve that makes them most likely out."""

import math
from dataclasses import dataclass

import numpy as np

from radici.core.errors import InputError
from radici.statistics.vectors import numbers

FAINT = 1e-6  # EM never reaches 0: at the maximum a smaller mass with a pull below 1 is on its way there


@dataclass(frozen=True, eq=False)
class IntervalCurve:
    """A survival function known only outside of m innermost intervals; inside one, nobody knows how it falls.

    Parameters
    ----------
    left, right
        Ends of the intervals (left, right] that hold probability, ascending, shape (m,); equal for an event seen on
        its day, and `right` is infinite for those who may never have it.
    mass
        Probability of the event in each interval, shape (m,); sums to 1.
    n
        Patients.
    log_likelihood
        Of the estimate.
    gap
        What the log-likelihood is below its maximum, per patient, at most.
    iterations
        Steps of the EM algorithm.
    """

    left: np.ndarray
    right: np.ndarray
    mass: np.ndarray
    n: int
    log_likelihood: float
    gap: float
    iterations: int

    @property
    def survival(self) -> np.ndarray:
        """Probability of being free of the event after each interval, shape (m,)."""
        left: np.ndarray = np.maximum(1 - np.cumsum(self.mass), 0.0)
        left[-1] = 0.0
        return left

    def bounds(self, times: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
        """Lowest and highest survival that the data allow after each of `times`; equal outside of the intervals."""
        times = np.asarray(times, dtype=float)
        over = np.concatenate([[1.0], self.survival])
        high = over[np.searchsorted(self.right, times, side="right")]
        exact = self.left == self.right
        starts = np.where(exact, self.left, np.nextafter(self.left, math.inf))
        low = over[np.searchsorted(starts, times, side="right")]
        return low, high

    def at(self, times: np.ndarray | float) -> np.ndarray:
        """Survival after each of `times`; NaN inside an interval that holds probability, where it is not known."""
        low, high = self.bounds(times)
        return np.where(np.abs(high - low) <= 1e-9, high, np.nan)

    def quantile(self, probability: float) -> tuple[float, float]:
        """The interval (left, right] by whose end `probability` of the patients had the event; infinite where never."""
        place = min(int(np.searchsorted(np.cumsum(self.mass), probability - 1e-9)), len(self.mass) - 1)
        return float(self.left[place]), float(self.right[place])


def turnbull(left: np.ndarray, right: np.ndarray, tolerance: float = 1e-8, iterations: int = 100_000) -> IntervalCurve:
    r"""Nonparametric maximum likelihood estimate of survival from intervals (left, right], by self-consistency.

    A progression seen at a scan happened at some day after the last scan without it. Taking the day of the scan
    for it makes progression-free survival look longer, the more so the rarer the scans. The estimate can hold
    probability only in the innermost intervals, which begin with a left end and end with the next right end; each
    step of EM shares every patient among the intervals inside theirs, in proportion to the present estimate.

    Parameters
    ----------
    left
        Last month known to be free of the event, 0 or more, shape (n,).
    right
        First month known to be after it: infinite for a patient who never had it, equal to `left` for an event
        seen on its day, shape (n,).
    tolerance
        Stop once the log-likelihood per patient is surely within it of the maximum. The bound is that of the
        Kuhn-Tucker conditions: for :math:`d_j = \sum_i a_{ij} / \sum_k a_{ik} p_k`, the maximum of the mean
        log-likelihood exceeds the present one by at most :math:`\max_j d_j / n - 1`.
    iterations
        Most steps of EM.

    Raises
    ------
    InputError
        Without a patient; a NaN, a negative month or a right end before the left one; no convergence.

    References
    ----------
    Turnbull 1976, J R Stat Soc B 38:290; Gentleman and Geyer 1994, Biometrika 81:618 (the conditions); R's
    `survfit(Surv(left, right, type = "interval2") ~ 1)`.
    """
    left, right = _checked(left, right)
    starts, ends, inside = _innermost(left, right)
    n = len(left)
    mass = np.full(len(starts), 1 / len(starts))
    for step in range(iterations):
        seen = inside @ mass
        pull = (inside / seen[:, None]).sum(axis=0) / n
        gap = float(pull.max()) - 1
        vanishing = (mass > 0) & (mass < FAINT) & (pull < 1)
        if gap <= tolerance and not vanishing.any():
            held = mass > 0
            likelihood = float(np.log(seen).sum())
            return IntervalCurve(starts[held], ends[held], mass[held], n, likelihood, max(gap, 0.0), step)
        mass = np.where(vanishing, 0.0, mass) if gap <= tolerance else mass * pull
        mass /= mass.sum()
    raise InputError(
        f"The estimate from {n} intervals did not converge in {iterations} steps: the log-likelihood may still rise "
        f"by {gap:.2g} per patient, {tolerance:g} is asked for. Raise `iterations` or `tolerance`."
    )


def _checked(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    found = np.asarray(left)
    if found.ndim != 1 or not len(found):
        raise InputError(f"Interval-censored survival needs one interval per patient, found shape {found.shape}.")
    starts = numbers(left, "left", len(found))
    ends = numbers(right, "right", len(found))
    wrong = (starts < 0) | (ends < starts) | np.isinf(starts) | (ends <= 0)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InputError(
            f"An interval (left, right] has 0 <= left <= right and ends after 0, found "
            f"({starts[row]:g}, {ends[row]:g}] in row {row} ({int(wrong.sum())} such). Correct the days of the scans."
        )
    return starts, ends


def _innermost(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Left ends that the next end follows as a right one, those right ends, and who contains each, (n, m) of 0/1.

    A closed end lies on its month and an open one just after it; an exact event is closed on both sides.
    """
    opens = np.stack([left, np.where(left == right, 0.0, 1.0)], axis=1)
    closes = np.stack([right, np.full(len(right), 0.5)], axis=1)
    keys = np.unique(np.concatenate([opens, closes]), axis=0)
    rank = {tuple(key): place for place, key in enumerate(keys.tolist())}
    first = np.array([rank[tuple(key)] for key in opens.tolist()])
    last = np.array([rank[tuple(key)] for key in closes.tolist()])
    is_open, is_close = np.isin(np.arange(len(keys)), first), np.isin(np.arange(len(keys)), last)
    starts = np.flatnonzero(is_open[:-1] & is_close[1:])
    inside = (first[:, None] <= starts) & (last[:, None] >= starts + 1)
    return keys[starts, 0], keys[starts + 1, 0], inside.astype(float)
