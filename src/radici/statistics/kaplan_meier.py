"""How many are still free of the event: events and months in; a survival curve, its quantiles and log-rank out."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import chdtrc, ndtri

from radici.core.errors import InputError
from radici.statistics.estimate import Estimate
from radici.statistics.vectors import flags, numbers

SAME = math.sqrt(np.finfo(float).eps)  # two survival values this close are one, as in R's quantile.survfit


@dataclass(frozen=True, eq=False)
class Curve:
    """A survival function that steps down at event times; all arrays of shape (number of distinct months,).

    Parameters
    ----------
    times
        Distinct months of events and censorings, ascending.
    survival
        Probability of being free of the event after each time.
    at_risk
        Patients under observation just before each time.
    events
        Events at each time.
    low, high
        95 % interval, NaN where survival is 1 or 0.
    """

    times: np.ndarray
    survival: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def at(self, times: np.ndarray | float) -> np.ndarray:
        """Survival after each of `times`; NaN beyond the last observation unless survival is 0 there."""
        return self._step(np.asarray(times, dtype=float), "right")

    def before(self, times: np.ndarray | float) -> np.ndarray:
        """Survival just before each of `times`, the left limit; beyond the last observation as `at`."""
        return self._step(np.asarray(times, dtype=float), "left")

    def quantile(self, probability: float) -> float:
        """Month by which `probability` of the patients had the event; infinity if that is not reached.

        Where the curve is flat at exactly that height, the middle of the flat stretch, as R's `quantile.survfit`.
        """
        return _crossing(self.times, self.survival, 1 - probability)

    def median(self) -> Estimate:
        """Median months to the event, with the interval in which the curve's own interval holds 0.5.

        Bounds and value are infinity where not reached.

        References
        ----------
        Brookmeyer and Crowley 1982, 10.2307/2530286, with the log-log interval.
        """
        low, high = (_crossing(self.times, bound, 0.5) for bound in (self.low, self.high))
        value, n, events = self.quantile(0.5), int(self.at_risk[0]), int(self.events.sum())
        if low > value:  # the curve falls to 0 at once, where its interval is undefined
            low = math.nan
        return Estimate(value, low, high, n, events, method="Kaplan-Meier median")

    def _step(self, times: np.ndarray, side: Literal["left", "right"]) -> np.ndarray:
        place = np.searchsorted(self.times, times, side=side)
        values = np.concatenate([[1.0], self.survival])[place]
        beyond = (times > self.times[-1]) & (self.survival[-1] > 0)
        return np.where(beyond, np.nan, values)


def kaplan_meier(event: np.ndarray, months: np.ndarray, level: float = 0.95) -> Curve:
    r"""Kaplan-Meier survival with the log-log interval from Greenwood's variance.

    .. math:: S(t) = \prod_{t_j \le t} 1 - d_j / n_j, \qquad
        S^{\exp(\pm z \sigma / \log S)}, \quad \sigma^2 = \sum d_j / (n_j (n_j - d_j))

    A patient censored in the month of an event is still at risk of it.

    Parameters
    ----------
    event
        0/1 or bool, shape (n,).
    months
        Shape (n,); compared exactly, so equal dates must give equal numbers.
    level
        Coverage of the pointwise interval.

    Raises
    ------
    InputError
        Without a patient.

    References
    ----------
    Kaplan and Meier 1958, 10.1080/01621459.1958.10501452; R's `survfit(conf.type = "log-log")`.
    """
    seen = flags(event, "event")
    times, at_risk, events, _ = _counts(seen, numbers(months, "months", len(seen)))
    return _product_limit(times, at_risk, events, level)


def censoring(event: np.ndarray, months: np.ndarray) -> Curve:
    """Probability G of still being under observation: the Kaplan-Meier curve with censoring as the event.

    Patients with the event in the same month leave first, so they are not at risk of being censored; inverse
    weights take `before(months)`, G just before an event, and `at(t)` for those observed beyond t. Equal to
    R's `prodlim(reverse = TRUE)`.
    """
    seen = flags(event, "event")
    times, at_risk, events, censored = _counts(seen, numbers(months, "months", len(seen)))
    return _product_limit(times, at_risk - events, censored, 0.95)


def logrank(event: np.ndarray, months: np.ndarray, group: np.ndarray) -> tuple[float, float]:
    """Log-rank test that all groups share one survival curve: chi-squared and p-value.

    Parameters
    ----------
    event, months
        As in `kaplan_meier`.
    group
        Shape (n,), any labels; k groups give k - 1 degrees of freedom.

    Returns
    -------
    tuple of float
        (NaN, NaN) where fewer than two groups are ever at risk of an event.

    References
    ----------
    Mantel 1966; R's `survdiff(rho = 0)`.
    """
    seen = flags(event, "event")
    months = numbers(months, "months", len(seen))
    labels, member = np.unique(np.asarray(group), return_inverse=True)
    when = np.unique(months[seen])
    belongs = member == np.arange(len(labels))[:, None]
    at_risk = np.stack([(months[rows, None] >= when).sum(axis=0) for rows in belongs])
    events = np.stack([(months[rows & seen, None] == when).sum(axis=0) for rows in belongs])
    everyone, share = at_risk.sum(axis=0), at_risk / at_risk.sum(axis=0)
    total = events.sum(axis=0)
    expected = (share * total).sum(axis=1)
    use = np.flatnonzero(expected > 0)[:-1]
    if not len(use):
        return math.nan, math.nan
    spread = total * (everyone - total) / np.maximum(everyone - 1, 1)
    share = share[use]
    variance = np.diag((share * spread).sum(axis=1)) - (share * spread) @ share.T
    excess = events[use].sum(axis=1) - expected[use]
    if np.linalg.matrix_rank(variance) < len(use):
        return math.nan, math.nan
    chi2 = float(excess @ np.linalg.solve(variance, excess))
    return chi2, float(chdtrc(len(use), chi2))


def _counts(seen: np.ndarray, months: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    if not len(months):
        raise InputError("A survival curve needs at least one patient, found none. Check who was left out.")
    times, place = np.unique(months, return_inverse=True)
    leaving = np.bincount(place)
    events = np.bincount(place[seen], minlength=len(times))
    at_risk = len(months) - leaving.cumsum() + leaving
    return times, at_risk, events, leaving - events


def _product_limit(times: np.ndarray, at_risk: np.ndarray, events: np.ndarray, level: float) -> Curve:
    survivors = at_risk - events
    survival = np.cumprod(survivors / np.maximum(at_risk, 1) + (at_risk == 0))  # nobody at risk: no step
    variance = np.cumsum(events / np.maximum(at_risk * survivors, 1))
    inside = (survival > 0) & (survival < 1)
    middle = np.where(inside, survival, 0.5)
    stretch = float(ndtri(0.5 + level / 2)) * np.sqrt(variance) / np.log(middle)
    low = np.where(inside, middle ** np.exp(-stretch), np.nan)
    high = np.where(inside, middle ** np.exp(stretch), np.nan)
    return Curve(times, survival, at_risk, events, low, high)


def _crossing(times: np.ndarray, height: np.ndarray, level: float) -> float:
    """First time at which a falling step function reaches `level`; the middle of a stretch that equals it."""
    known = ~np.isnan(height)
    times, height = times[known], height[known]
    reached = np.flatnonzero(height <= level + SAME)
    if not len(reached):
        return math.inf
    first = reached[0]
    if height[first] < level - SAME:
        return float(times[first])
    below = np.flatnonzero(height < level - SAME)
    return float((times[first] + times[below[0] if len(below) else -1]) / 2)
