"""Leave out features that do not vary among the training patients."""

from typing import Any, Self

import numpy as np

from radici.learning.estimator import ESTIMATORS, ColumnSelector, numbers


@ESTIMATORS.add("drop_constant")
class DropConstant(ColumnSelector):
    """Keep the features of which at least `minority` of the training patients differ from the commonest value.

    Parameters
    ----------
    minority
        Smallest share of patients, 0 to 1, that must not hold the commonest value. The default 0 drops only
        columns with a single value.
    """

    acts_on = "all"

    def __init__(self, minority: float = 0.0) -> None:
        self.minority = minority

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn which columns vary."""
        X = numbers(self, X, reset=True)
        if self.minority <= 0:
            self.support_ = X.max(axis=0) > X.min(axis=0)
            return self
        shares = [np.unique(column, return_counts=True)[1].max() / len(X) for column in X.T]
        self.support_ = 1 - np.array(shares) > self.minority
        return self
