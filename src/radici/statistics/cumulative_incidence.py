"""How many had each of several events that rule each other out: causes and months in; cumulative incidences out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from radici.core.errors import InputError
from radici.statistics.vectors import numbers


@dataclass(frozen=True, eq=False)
class CumulativeIncidence:
    """Probability of having had each event, stepping up at event times; m distinct months, k causes.

    Parameters
    ----------
    times
        Distinct months of events and censorings, ascending, shape (m,).
    causes
        Codes of the events, ascending, shape (k,).
    incidence
        Probability of an event of each cause up to and including each time, shape (k, m).
    free
        Probability of being free of every event after each time, shape (m,); with `incidence` it sums to 1.
    standard_error
        Of `incidence`, shape (k, m).
    low, high
        Pointwise interval, NaN where the incidence is 0 or 1, shape (k, m).
    at_risk
        Patients under observation just before each time, shape (m,).
    events
        Events of each cause at each time, shape (k, m).
    """

    times: np.ndarray
    causes: np.ndarray
    incidence: np.ndarray
    free: np.ndarray
    standard_error: np.ndarray
    low: np.ndarray
    high: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray

    def at(self, cause: int, times: np.ndarray | float) -> np.ndarray:
        """Incidence of `cause` by each of `times`; NaN beyond the last observation unless nobody is left free.

        Raises
        ------
        InputError
            No patient had that event.
        """
        row = self._row(cause)
        times = np.asarray(times, dtype=float)
        values = np.concatenate([[0.0], self.incidence[row]])[np.searchsorted(self.times, times, side="right")]
        beyond = (times > self.times[-1]) & (self.free[-1] > 0)
        return np.where(beyond, np.nan, values)

    def _row(self, cause: int) -> int:
        found = np.flatnonzero(self.causes == cause)
        if not len(found):
            raise InputError(
                f"Nobody had the event {cause}; events seen: {', '.join(map(str, self.causes)) or 'none'}."
            )
        return int(found[0])


def cumulative_incidence(
    cause: np.ndarray, months: np.ndarray, level: float = 0.95, causes: Sequence[int] | None = None
) -> CumulativeIncidence:
    r"""Aalen-Johansen cumulative incidence of events of which each patient can have only the first.

    .. math:: F_k(t) = \sum_{t_j \le t} S(t_{j-1}) \, d_{kj} / n_j

    with S the Kaplan-Meier survival free of all events. One minus Kaplan-Meier, with other events taken as
    censorings, is always at least as high: it gives the probability in a world without the other events.

    The variance is the delta method's, which is also the infinitesimal jackknife's:

    .. math::
        \sum_{t_j \le t} \frac{(F_k(t) - F_k(t_j))^2 d_j}{n_j (n_j - d_j)}
        + \frac{S_{j-1}^2 d_{kj} (n_j - d_{kj})}{n_j^3}
        - \frac{2 S_{j-1} (F_k(t) - F_k(t_j)) d_{kj}}{n_j^2}

    and the interval is :math:`F^{\exp(\mp z \sigma / (F \log F))}` (log-log).

    Parameters
    ----------
    cause
        0 for censored, else the code of the event (1, 2, ...), shape (n,).
    months
        Shape (n,); compared exactly, so equal dates must give equal numbers. A patient censored in the month of an
        event is still at risk of it.
    level
        Coverage of the pointwise interval.
    causes
        Codes to report, each with a row even where nobody had it; the codes seen where None.

    Raises
    ------
    InputError
        Without a patient; a cause that is no whole number from 0 on, or is not among `causes`.

    References
    ----------
    Aalen and Johansen 1978, Scand J Stat 5:141; variance in Marubini and Valsecchi 1995, "Analysing Survival Data
    from Clinical Trials"; R's `survfit` of a factor status with `conf.type = "log-log"`.
    """
    codes = _codes(cause)
    months = numbers(months, "months", len(codes))
    wanted = np.unique(codes[codes > 0]) if causes is None else np.unique(np.asarray(causes, dtype=int))
    strange = sorted(set(codes[codes > 0].tolist()) - set(wanted.tolist()))
    if strange:
        raise InputError(f"Event codes {strange} are seen but not among `causes` {wanted.tolist()}. Name every cause.")
    times, place = np.unique(months, return_inverse=True)
    leaving = np.bincount(place)
    at_risk = len(months) - leaving.cumsum() + leaving
    events = np.array([np.bincount(place[codes == code], minlength=len(times)) for code in wanted], dtype=int)
    events = events.reshape(len(wanted), len(times))
    every = events.sum(axis=0)
    free = np.cumprod((at_risk - every) / at_risk)
    before = np.concatenate([[1.0], free[:-1]])
    incidence = np.cumsum(before * events / at_risk, axis=1)
    error = np.array([_standard_error(f, before, d, every, at_risk) for f, d in zip(incidence, events, strict=True)])
    error = error.reshape(incidence.shape)
    low, high = _log_log(incidence, error, level)
    return CumulativeIncidence(times, wanted, incidence, free, error, low, high, at_risk, events)


def _standard_error(
    incidence: np.ndarray, before: np.ndarray, events: np.ndarray, every: np.ndarray, at_risk: np.ndarray
) -> np.ndarray:
    """Square root of the docstring's sum, for all t at once: its powers of F(t) have coefficients that add up."""
    n, survivors = at_risk.astype(float), np.maximum(at_risk - every, 1)  # after the last death F(t) - F(t_j) is 0
    all_cause = every / (n * survivors)
    own = before * events / n**2
    square = np.cumsum(all_cause)
    linear = np.cumsum(all_cause * incidence + own)
    constant = np.cumsum(all_cause * incidence**2 + 2 * own * incidence + before**2 * events * (n - events) / n**3)
    variance = incidence**2 * square - 2 * incidence * linear + constant
    return np.sqrt(np.maximum(variance, 0.0))


def _log_log(incidence: np.ndarray, error: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    inside = (incidence > 0) & (incidence < 1)
    middle = np.where(inside, incidence, 0.5)
    stretch = float(ndtri(0.5 + level / 2)) * error / (middle * np.log(middle))
    low = np.where(inside, middle ** np.exp(-stretch), math.nan)
    high = np.where(inside, middle ** np.exp(stretch), math.nan)
    return low, high


def _codes(cause: np.ndarray) -> np.ndarray:
    found = np.asarray(cause)
    if found.ndim != 1:
        raise InputError(f"Expected one 'cause' per patient, shape (n,), found shape {found.shape}.")
    if not len(found):
        raise InputError("A cumulative incidence needs at least one patient, found none. Check who was left out.")
    whole = np.isin(found, np.arange(0, 1000))
    if not whole.all():
        row = int(np.flatnonzero(~whole)[0])
        raise InputError(
            f"'cause' is 0 for censored and a whole number for an event, found {found[row]!r} in row {row}. "
            f"Recode it, and leave out patients for whom it is unknown."
        )
    return found.astype(int)
