"""Of features that say nearly the same, keep one."""

from typing import Any, Literal, Self

import numpy as np
from scipy.stats import rankdata

from radici.learning.estimator import ESTIMATORS, ColumnSelector, numbers


@ESTIMATORS.add("drop_correlated")
class DropCorrelated(ColumnSelector):
    """Drop features whose absolute correlation with a kept one exceeds `limit`.

    Features are taken in order of their mean absolute correlation with all others, lowest first, so that of
    a near-duplicate pair the one that repeats less of the table stays. The outcome is not looked at.

    Parameters
    ----------
    limit
        Largest absolute correlation allowed between two kept features, 0 to 1.
    method
        `pearson`, or `spearman` for correlation of ranks.
    """

    acts_on = "image"

    def __init__(self, limit: float = 0.9, method: Literal["pearson", "spearman"] = "pearson") -> None:
        self.limit = limit
        self.method = method

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn which columns to keep."""
        X = numbers(self, X, reset=True)
        R = np.abs(correlations(rankdata(X, axis=0) if self.method == "spearman" else X))
        too_close = self.limit < R
        free = np.ones(len(R), dtype=bool)
        kept = np.zeros(len(R), dtype=bool)
        for column in np.argsort(R.mean(axis=0), kind="stable"):
            if free[column]:
                kept[column] = True
                free &= ~too_close[column]
        self.support_ = kept
        return self


def correlations(X: np.ndarray) -> np.ndarray:
    """Pearson correlation of every two columns; 0 where a column is constant."""
    centred = X - X.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    unit = np.divide(centred, length, out=np.zeros_like(centred), where=length > 0)
    return unit.T @ unit
