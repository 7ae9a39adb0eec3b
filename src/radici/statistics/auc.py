"""How well a score ranks yes above no: labels and scores in; AUC, interval, comparison and curve out."""

import math

import numpy as np
from scipy.special import ndtr, ndtri

from radici.statistics.estimate import Estimate
from radici.statistics.vectors import flags, numbers


def auc(y: np.ndarray, score: np.ndarray) -> float:
    r"""Share of (yes, no) pairs in which the yes has the higher score; ties count one half.

    .. math:: \frac{1}{mn} \sum_{i: y_i=1} \sum_{j: y_j=0} [s_i > s_j] + \tfrac{1}{2} [s_i = s_j]

    Between 0 and 1; 0.5 for a constant score; NaN where only one class is present.

    Parameters
    ----------
    y
        0/1 or bool, shape (n,).
    score
        Shape (n,), higher where yes is likelier; any monotone scale.

    References
    ----------
    Hanley and McNeil 1982, 10.1148/radiology.143.1.7063747.
    """
    yes = flags(y, "y")
    score = numbers(score, "score", len(yes))
    cases, controls = score[yes], score[~yes]
    if not len(cases) or not len(controls):
        return math.nan
    controls.sort()
    below = controls.searchsorted(cases, "left").sum() + controls.searchsorted(cases, "right").sum()
    return float(below / (2 * len(cases) * len(controls)))


def delong(y: np.ndarray, score: np.ndarray, level: float = 0.95) -> Estimate:
    """AUC with the interval of DeLong, normal on the plain scale and cut at 0 and 1, as in R's pROC.

    For predictions of one locked model on patients whom it never saw; pooled out-of-fold predictions of several
    models are not that.

    Parameters
    ----------
    y
        0/1 or bool, shape (n,).
    score
        Shape (n,), higher where yes is likelier.
    level
        Coverage of the interval.

    Returns
    -------
    Estimate
        `events` counts the class 1. The bounds are NaN where a class has fewer than two patients, and where the
        variance estimate is zero (a perfect or a constant score): an interval of no width would claim certainty.

    References
    ----------
    DeLong, DeLong and Clarke-Pearson 1988, 10.2307/2531595.
    """
    yes = flags(y, "y")
    of_cases, of_controls = _placements(yes, numbers(score, "score", len(yes)))
    value = float(of_cases.mean()) if len(of_cases) and len(of_controls) else math.nan
    spread = math.sqrt(_variance(of_cases, of_controls))
    reach = float(ndtri(0.5 + level / 2)) * spread if spread > 0 else math.nan
    low, high = max(0.0, value - reach), min(1.0, value + reach)
    if math.isnan(reach):
        low = high = math.nan
    return Estimate(value, low, high, len(yes), int(yes.sum()), method="AUC, DeLong interval")


def delong_difference(y: np.ndarray, first: np.ndarray, second: np.ndarray, level: float = 0.95) -> Estimate:
    """AUC of the `first` score minus AUC of the `second`, on the same patients, with a two-sided p-value.

    Parameters
    ----------
    y
        0/1 or bool, shape (n,).
    first, second
        Two scores of the same patients, shape (n,).
    level
        Coverage of the interval, cut at -1 and 1.

    Returns
    -------
    Estimate
        Between -1 and 1. Two scores that rank alike differ by 0 with p = 1 and no interval; NaN where only one
        class is present. Biased towards significance for nested models fitted on the same patients.

    References
    ----------
    DeLong, DeLong and Clarke-Pearson 1988, 10.2307/2531595; nested models: Demler 2012, 10.1002/sim.5328.
    """
    yes = flags(y, "y")
    one = _placements(yes, numbers(first, "first", len(yes)))
    two = _placements(yes, numbers(second, "second", len(yes)))
    value, low, high, p = math.nan, math.nan, math.nan, math.nan
    if len(one[0]) and len(one[1]):
        value = float(one[0].mean() - two[0].mean())
        spread = math.sqrt(_variance(one[0] - two[0], one[1] - two[1]))
        if spread > 1e-12:
            reach = float(ndtri(0.5 + level / 2)) * spread
            low, high = max(-1.0, value - reach), min(1.0, value + reach)
            p = float(2 * ndtr(-abs(value) / spread))
        elif abs(value) < 1e-12:
            p = 1.0
    return Estimate(value, low, high, len(yes), int(yes.sum()), p, "difference in AUC, paired DeLong")


def roc_curve(y: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """False and true positive rate when every score at or above a threshold counts as positive.

    Returns
    -------
    tuple of arrays, each of shape (number of distinct scores + 1,)
        False positive rate, true positive rate and thresholds, from infinity (nobody is positive) down to the
        lowest score (everybody is). The rate of an absent class is NaN. The area under it is `auc`.
    """
    yes = flags(y, "y")
    score = numbers(score, "score", len(yes))
    distinct, place = np.unique(-score, return_inverse=True)
    rates = []
    for members in (~yes, yes):
        counts = np.bincount(place[members], minlength=len(distinct)).cumsum()
        total = int(members.sum())
        rates.append(np.concatenate([[0.0], counts]) / total if total else np.full(len(distinct) + 1, np.nan))
    return rates[0], rates[1], np.concatenate([[np.inf], -distinct])


def _placements(yes: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each case the share of controls below it, for each control the share of cases above it; ties half."""
    cases, controls = score[yes], score[~yes]
    if not len(cases) or not len(controls):
        return cases, controls
    of_cases = _rank_among(np.sort(controls), cases)
    of_controls = 1 - _rank_among(np.sort(cases), controls)
    return of_cases, of_controls


def _rank_among(ordered: np.ndarray, values: np.ndarray) -> np.ndarray:
    return (ordered.searchsorted(values, "left") + ordered.searchsorted(values, "right")) / (2 * len(ordered))


def _variance(of_cases: np.ndarray, of_controls: np.ndarray) -> float:
    if min(len(of_cases), len(of_controls)) < 2:
        return math.nan
    return float(of_cases.var(ddof=1) / len(of_cases) + of_controls.var(ddof=1) / len(of_controls))
