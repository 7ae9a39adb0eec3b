"""How much a statistic would vary with other patients: a function of row numbers in; a percentile interval out."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Resampled:
    """A statistic and its bootstrap interval; unpacks as `value, low, high`.

    `dropped` of the `repeats` resamples gave NaN (one class only, no comparable pair) and are not in the interval;
    report them. The interval is NaN when that is more than half of them.
    """

    value: float
    low: float
    high: float
    dropped: int = 0
    repeats: int = 0

    def __iter__(self) -> Iterator[float]:
        return iter((self.value, self.low, self.high))


def bootstrap(
    statistic: Callable[[np.ndarray], float],
    n: int,
    *,
    strata: np.ndarray | None = None,
    repeats: int = 2000,
    rng: np.random.Generator,
    level: float = 0.95,
) -> Resampled:
    """Percentile interval of `statistic` over resamples of patients drawn with replacement.

    Parameters
    ----------
    statistic
        Takes row numbers, shape (n,), and gives a float; NaN where undefined.
    n
        Patients.
    strata
        Labels, shape (n,); each stratum keeps its size in every resample. None: one stratum.
    repeats
        Resamples.
    rng
        Where the draws come from; the same state gives the same interval.
    level
        Coverage.

    Notes
    -----
    For a locked model on patients whom it never saw. On pooled out-of-fold predictions the interval covered a true
    AUC of 0.5 in four of five simulated null cohorts only.

    References
    ----------
    Efron and Tibshirani 1993, chapter 13.
    """
    value = float(statistic(np.arange(n)))
    labels = np.zeros(n, dtype=int) if strata is None else np.asarray(strata)
    groups = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    replicates = np.empty(repeats)
    for repeat in range(repeats):
        rows = np.concatenate([rng.choice(group, len(group)) for group in groups])
        replicates[repeat] = statistic(rows)
    kept = replicates[~np.isnan(replicates)]
    low = high = math.nan
    if len(kept) and 2 * len(kept) >= repeats and not math.isnan(value):
        low, high = (float(bound) for bound in np.quantile(kept, [(1 - level) / 2, (1 + level) / 2]))
    return Resampled(value, low, high, repeats - len(kept), repeats)
