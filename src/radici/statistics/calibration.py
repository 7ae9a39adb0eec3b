"""Do predicted risks come true: probabilities or risks and outcomes in; slope, intercept and plotted groups out."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtri

from radici.core.errors import InputError
from radici.statistics.kaplan_meier import kaplan_meier
from radici.statistics.likelihood import partial_log_likelihood
from radici.statistics.vectors import flags, numbers, probabilities

Z = float(ndtri(0.975))
LONGEST = 5.0  # largest change of a logit in one Newton step; beyond it the likelihood is flat and misleads the next
STEEPEST = 500.0  # log hazards further apart than this leave no digits in a sum of their exponentials


@dataclass(frozen=True, eq=False)
class Groups:
    """Patients grouped by predicted risk; all arrays of shape (number of groups,), lowest risk first.

    Parameters
    ----------
    predicted
        Mean predicted risk.
    observed
        Share with the event.
    low, high
        95 % interval of `observed`.
    n
        Patients.
    """

    predicted: np.ndarray
    observed: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n: np.ndarray


def calibration_slope_intercept(y: np.ndarray, probability: np.ndarray, edge: float = 1e-6) -> tuple[float, float]:
    r"""Slope of a logistic recalibration, and the intercept in the large; a perfect model has 1 and 0.

    The slope b is fitted in :math:`\mathrm{logit}\,P(y=1) = a + b\,\mathrm{logit}(p)`: below 1, predictions are too
    extreme. The intercept is fitted on its own with the slope fixed at 1: below 0, predictions are too high.

    Parameters
    ----------
    y
        0/1 or bool, shape (n,).
    probability
        Predicted probability of class 1, shape (n,).
    edge
        Probabilities count as at least `edge` and at most `1 - edge`; the logit of 0 and of 1 is infinite.

    Returns
    -------
    tuple of float
        Slope and intercept. Both NaN where only one class is present; the slope NaN where the probabilities are
        constant or separate the classes, or so nearly that fitted logits would lie hundreds apart.

    References
    ----------
    Cox 1958, 10.1093/biomet/45.3-4.562; Van Calster 2019, 10.1186/s12916-019-1466-7. The slope equals that of
    R's `rms::val.prob`; the intercept is `glm(y ~ offset(qlogis(p)), binomial)`.
    """
    yes = flags(y, "y")
    probability = probabilities(probability, "probability", len(yes)).clip(edge, 1 - edge)
    if yes.all() or not yes.any():
        return math.nan, math.nan
    logit = np.log(probability / (1 - probability))
    one = np.ones((len(yes), 1))
    intercept = _logistic(one, yes, logit)[0]
    cases, controls = logit[yes], logit[~yes]
    if cases.min() >= controls.max() or controls.min() >= cases.max():
        return math.nan, float(intercept)
    scale = logit.std()
    slope = _logistic(np.column_stack([one, (logit - logit.mean()) / scale]), yes, np.zeros(len(yes)))[1] / scale
    return float(slope), float(intercept)


def calibration_groups(y: np.ndarray, probability: np.ndarray, groups: int = 10) -> Groups:
    """Mean predicted and observed share in groups of about equal size, with Wilson's 95 % interval.

    Equal probabilities stay in one group, so there may be fewer groups than asked for.

    References
    ----------
    Wilson 1927, 10.1080/01621459.1927.10502953.
    """
    yes = flags(y, "y")
    probability = probabilities(probability, "probability", len(yes))
    place = _groups(probability, groups)
    n = np.bincount(place)
    observed = np.bincount(place, yes) / n
    centre = (observed + Z**2 / (2 * n)) / (1 + Z**2 / n)
    reach = Z * np.sqrt(observed * (1 - observed) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    low, high = (centre - reach).clip(0, 1), (centre + reach).clip(0, 1)
    return Groups(np.bincount(place, probability) / n, observed, low, high, n)


def survival_calibration(
    event: np.ndarray, months: np.ndarray, risk_at_t: np.ndarray, t: float, groups: int = 5
) -> Groups:
    """Mean predicted risk of the event by month `t`, and that observed by Kaplan-Meier, in groups by risk.

    Parameters
    ----------
    event, months
        Shape (n,).
    risk_at_t
        Predicted probability of the event by `t`, shape (n,).
    t
        Horizon in months.
    groups
        Groups of about equal size; equal risks stay together.

    Returns
    -------
    Groups
        `observed` is one minus Kaplan-Meier with its log-log interval; NaN in a group whose follow-up ends before
        `t`. The interval is NaN where no patient of the group, or every one, has had the event.
    """
    seen = flags(event, "event")
    months = numbers(months, "months", len(seen))
    risk = probabilities(risk_at_t, "risk_at_t", len(seen))
    place = _groups(risk, groups)
    n = np.bincount(place)
    observed, low, high = np.full((3, len(n)), np.nan)
    for group in range(len(n)):
        rows = place == group
        curve = kaplan_meier(seen[rows], months[rows])
        observed[group] = 1 - curve.at(t)
        step = int(np.searchsorted(curve.times, t, side="right")) - 1
        if step >= 0 and not np.isnan(observed[group]):
            low[group], high[group] = 1 - curve.high[step], 1 - curve.low[step]
    return Groups(np.bincount(place, risk) / n, observed, low, high, n)


def cox_slope(event: np.ndarray, months: np.ndarray, linear_predictor: np.ndarray) -> tuple[float, float]:
    """Coefficient and standard error of a linear predictor in a Cox model of its own; a perfect one has 1.

    Below 1, the predictor spreads patients too far apart. Ties as Breslow.

    Parameters
    ----------
    event, months
        Shape (n,).
    linear_predictor
        Log relative hazard that a model predicts, shape (n,).

    Returns
    -------
    tuple of float
        (NaN, NaN) without events, for a constant predictor, and where every event has the highest (or every one
        the lowest) predictor of those at risk, or so nearly that fitted log hazards would lie over 500 apart.

    References
    ----------
    van Houwelingen 2000, 10.1002/1097-0258(20001230)19:24<3401::AID-SIM554>3.0.CO;2-2; R's
    `coxph(ties = "breslow")`.
    """
    seen = flags(event, "event")
    months = numbers(months, "months", len(seen))
    x = numbers(linear_predictor, "linear_predictor", len(seen))
    scale = float(x.std()) if seen.any() else 0.0
    if scale <= 1e-12 * max(1.0, float(np.abs(x).max(initial=0.0))):
        return math.nan, math.nan
    order = np.argsort(-months, kind="stable")
    seen, months, x = seen[order], months[order], (x[order] - x.mean()) / scale
    last = np.searchsorted(-months, -months[seen], side="right") - 1
    own = x[seen]
    if (own == np.maximum.accumulate(x)[last]).all() or (own == np.minimum.accumulate(x)[last]).all():
        return math.nan, math.nan
    slope, information = _cox_newton(seen, months, x, last)
    return slope / scale, 1 / (math.sqrt(information) * scale)


def _cox_newton(seen: np.ndarray, months: np.ndarray, x: np.ndarray, last: np.ndarray) -> tuple[float, float]:
    """Root of the partial likelihood's slope, and the information there; patients in order of falling months."""
    slope, now, widest = 0.0, partial_log_likelihood(seen, months, 0.0 * x), float(np.ptp(x))
    for _ in range(100):
        gradient, information = _cox_score(seen, x, last, slope)
        if abs(gradient) <= 1e-9 * len(last):
            return slope, information
        if information <= 0:
            break
        step = gradient / information
        while abs(slope + step) * widest > STEEPEST:
            step /= 2
        while (after := partial_log_likelihood(seen, months, (slope + step) * x)) < now - 1e-10 * abs(now):
            step /= 2
        slope, now = slope + step, after
    return math.nan, math.nan


def _cox_score(seen: np.ndarray, x: np.ndarray, last: np.ndarray, slope: float) -> tuple[float, float]:
    weight = np.exp(slope * x - (slope * x).max())
    total = weight.cumsum()[last]
    mean = (weight * x).cumsum()[last] / total
    square = (weight * x**2).cumsum()[last] / total
    return float((x[seen] - mean).sum()), float((square - mean**2).sum())


def _logistic(design: np.ndarray, yes: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """Maximum-likelihood coefficients of a logistic model by Newton's method with shortened steps; NaN if none."""
    beta = np.zeros(design.shape[1])
    now = _log_likelihood(offset, yes)
    for _ in range(200):
        fitted = expit(offset + design @ beta)
        hessian = design.T @ (design * (fitted * (1 - fitted))[:, None])
        if not np.linalg.cond(hessian) < 1e14:
            break
        step = np.linalg.solve(hessian, design.T @ (yes - fitted))
        step = step * (LONGEST / max(float(np.abs(design @ step).max()), LONGEST))
        while (after := _log_likelihood(offset + design @ (beta + step), yes)) < now - 1e-10 * abs(now):
            step = step / 2
        beta, now = beta + step, after
        if np.abs(step).max() <= 1e-10 * max(1.0, float(np.abs(beta).max())):
            return beta
    return np.full_like(beta, np.nan)


def _log_likelihood(logit: np.ndarray, yes: np.ndarray) -> float:
    return float(-np.logaddexp(0, np.where(yes, -logit, logit)).sum())


def _groups(values: np.ndarray, groups: int) -> np.ndarray:
    """Group number of each value, 0 lowest, from its middle rank; equal values share a group, none is empty."""
    if not len(values) or groups < 1:
        raise InputError(f"Groups need patients and a count of at least 1, found {len(values)} and {groups}.")
    ordered = np.sort(values)
    middle = (ordered.searchsorted(values, "left") + ordered.searchsorted(values, "right")) / 2
    place = np.minimum(np.floor(groups * middle / len(values)), groups - 1)
    return np.unique(place, return_inverse=True)[1]
