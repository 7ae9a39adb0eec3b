"""How surprised a model is by what happened: predictions and outcomes in; log loss or partial likelihood out."""

import math

import numpy as np

from radici.statistics.vectors import flags, numbers, probabilities

SMALLEST = float(np.finfo(float).eps)  # a certain and wrong prediction costs 36 and not infinity


def log_loss(y: np.ndarray, probability: np.ndarray) -> float:
    """Mean of minus the log probability given to the class that occurred; 0 is perfect, 0.69 is a coin.

    Parameters
    ----------
    y
        0/1 or bool, shape (n,); a single class is allowed.
    probability
        Predicted probability of class 1, shape (n,). Counts as at least 2.2e-16 and at most one minus that:
        a certainty that proves wrong would otherwise give infinity whatever the other patients say.

    Returns
    -------
    float
        In nats, between 0 and 36; NaN without a patient.
    """
    yes = flags(y, "y")
    probability = probabilities(probability, "probability", len(yes))
    if not len(yes):
        return math.nan
    given = np.where(yes, probability, 1 - probability)
    return -float(np.mean(np.log(np.clip(given, SMALLEST, 1 - SMALLEST))))


def partial_log_likelihood(event: np.ndarray, months: np.ndarray, log_hazard: np.ndarray) -> float:
    r"""Cox's partial log-likelihood of given log hazards; tied events as Breslow, each against the whole risk set.

    .. math:: \sum_{i: e_i=1} \eta_i - \log \sum_{j: t_j \ge t_i} \exp \eta_j

    At most 0; exactly 0 without events; unchanged by a constant added to all log hazards. Patients censored in
    the month of an event are at risk of it.

    Parameters
    ----------
    event
        0/1 or bool, shape (n,).
    months
        Shape (n,); compared exactly.
    log_hazard
        Log relative hazard, shape (n,).

    References
    ----------
    Cox 1972; Breslow 1974, 10.2307/2529620; R's `coxph(ties = "breslow", init = 1, iter.max = 0)$loglik`.
    """
    seen = flags(event, "event")
    months = numbers(months, "months", len(seen))
    log_hazard = numbers(log_hazard, "log_hazard", len(seen))
    if not seen.any():
        return 0.0
    order = np.argsort(-months, kind="stable")
    log_risk = np.logaddexp.accumulate(log_hazard[order])
    last = np.searchsorted(-months[order], -months[seen], side="right") - 1
    return float(log_hazard[seen].sum() - log_risk[last].sum())
