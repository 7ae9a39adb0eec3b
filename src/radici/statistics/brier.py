"""How far predicted probabilities lie from what happened: labels or follow-up in; Brier scores out."""

import math

import numpy as np

from radici.core.errors import InputError
from radici.statistics.kaplan_meier import censoring
from radici.statistics.vectors import flags, numbers, probabilities


def brier(y: np.ndarray, probability: np.ndarray) -> float:
    """Mean squared distance between probability and outcome; 0 is perfect, 0.25 is what a constant 0.5 gives.

    Parameters
    ----------
    y
        0/1 or bool, shape (n,).
    probability
        Predicted probability of class 1, shape (n,), between 0 and 1.

    References
    ----------
    Brier 1950, 10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.
    """
    yes = flags(y, "y")
    probability = probabilities(probability, "probability", len(yes))
    return float(np.mean((probability - yes) ** 2)) if len(yes) else math.nan


def scaled_brier(y: np.ndarray, probability: np.ndarray) -> float:
    """Brier score as a gain over predicting everybody's prevalence: 1 is perfect, 0 no gain, below 0 harm.

    One minus `brier` over that of the observed share in these patients; NaN where only one class is present.
    Steyerberg 2010, 10.1097/EDE.0b013e3181c30fb2.
    """
    yes = flags(y, "y")
    reference = float(yes.var()) if len(yes) else 0.0
    return 1 - brier(yes, probability) / reference if reference else math.nan


def brier_survival(event: np.ndarray, months: np.ndarray, survival_at_t: np.ndarray, t: float) -> float:
    r"""Brier score of predicted survival at month `t`, weighted for censoring (Graf).

    .. math:: \frac{1}{n} \sum_i \frac{\hat S_i^2 [T_i \le t, e_i]}{G(T_i-)}
        + \frac{(1 - \hat S_i)^2 [T_i > t]}{G(t)}

    G comes from the patients given (`kaplan_meier.censoring`). A patient censored by `t` has weight 0, a patient
    with the event at exactly `t` has had it. At least 0; NaN where nobody is followed to `t`.

    Parameters
    ----------
    event, months
        Shape (n,): 0/1 or bool, and time of event or censoring.
    survival_at_t
        Predicted probability of being free of the event at `t`, shape (n,).
    t
        Horizon in months.

    References
    ----------
    Graf 1999, 10.1002/(SICI)1097-0258(19990915/30)18:17/18<2529::AID-SIM274>3.0.CO;2-5; the same number as R's
    `pec::pec(cens.model = "marginal")` and `riskRegression::Score`.
    """
    seen = flags(event, "event")
    survival = probabilities(survival_at_t, "survival_at_t", len(seen))[:, None]
    return float(_scores(seen, numbers(months, "months", len(seen)), survival, np.array([t], dtype=float))[0])


def integrated_brier(
    event: np.ndarray, months: np.ndarray, survival: np.ndarray, times: np.ndarray, tau: float
) -> float:
    """Brier score averaged over time: trapezoids over the grid `times` up to `tau`, divided by the length.

    Parameters
    ----------
    event, months
        Shape (n,).
    survival
        Predicted survival of each patient at each time, shape (n, len(times)).
    times
        Ascending months; the average runs from the first one to the last one that is not after `tau`.
    tau
        Last month that counts; print it beside the number.

    Returns
    -------
    float
        NaN with fewer than two grid times, or where nobody is followed to the last of them.
    """
    seen = flags(event, "event")
    months = numbers(months, "months", len(seen))
    times, survival = np.asarray(times, dtype=float), np.asarray(survival, dtype=float)
    if survival.shape != (len(seen), len(times)):
        raise InputError(
            f"Expected survival of {len(seen)} patients at {len(times)} times, found shape {survival.shape}."
        )
    if (np.diff(times) <= 0).any():
        raise InputError("The times of an integrated Brier score must ascend. Sort them and drop repeats.")
    use = times <= tau
    if use.sum() < 2:
        return math.nan
    for column in np.flatnonzero(use):
        probabilities(survival[:, column], f"survival at {times[column]:g} months", len(seen))
    times = times[use]
    scores = _scores(seen, months, survival[:, use], times)
    return float(np.trapezoid(scores, times) / (times[-1] - times[0]))


def _scores(seen: np.ndarray, months: np.ndarray, survival: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Graf's Brier score at each of `times`; `survival` has one column for each."""
    if not len(seen):
        return np.full(len(times), np.nan)
    uncensored = censoring(seen, months)
    had = seen[:, None] & (months[:, None] <= times)
    free = months[:, None] > times
    before = np.where(seen, uncensored.before(months), 1.0)[:, None]
    at = np.where(free.any(axis=0), uncensored.at(times), 1.0)
    scores = np.mean(had * survival**2 / before + free * (1 - survival) ** 2 / at, axis=0)
    return np.where(times <= months.max(), scores, np.nan)
