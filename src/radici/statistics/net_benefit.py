"""Is acting on the model worth it: labels and probabilities in; net benefit at each threshold out."""

import numpy as np

from radici.core.errors import InputError
from radici.statistics.vectors import flags, probabilities


def net_benefit(y: np.ndarray, probability: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    r"""True positives per patient, less false positives at the exchange rate that the threshold implies.

    .. math:: \frac{TP}{n} - \frac{FP}{n} \frac{p_t}{1 - p_t}

    Patients with a probability at or above the threshold are treated. At most the prevalence; 0 for treating
    nobody; compare with `treat_all`.

    Parameters
    ----------
    y
        0/1 or bool, shape (n,): 1 where treatment is due.
    probability
        Predicted probability of class 1, shape (n,).
    thresholds
        Shape (k,), at least 0 and below 1.

    Returns
    -------
    np.ndarray
        Shape (k,).

    References
    ----------
    Vickers and Elkin 2006, 10.1177/0272989X06295361.
    """
    yes = flags(y, "y")
    treated = probabilities(probability, "probability", len(yes))[:, None] >= np.atleast_1d(thresholds)
    return _benefit(yes, treated, thresholds)


def treat_all(y: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Net benefit of treating everybody, shape (k,), whatever the model says; `y` and `thresholds` as above."""
    yes = flags(y, "y")
    return _benefit(yes, np.ones((len(yes), np.atleast_1d(thresholds).size), dtype=bool), thresholds)


def _benefit(yes: np.ndarray, treated: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    thresholds = np.atleast_1d(np.asarray(thresholds, dtype=float))
    if not ((thresholds >= 0) & (thresholds < 1)).all():
        raise InputError("A threshold is a probability of at least 0 and below 1; leave out the others.")
    if not len(yes):
        return np.full(thresholds.shape, np.nan)
    right, wrong = treated[yes].sum(axis=0), treated[~yes].sum(axis=0)
    benefit: np.ndarray = (right - wrong * thresholds / (1 - thresholds)) / len(yes)
    return benefit
