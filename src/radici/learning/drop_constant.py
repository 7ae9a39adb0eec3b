"""Leave out features that do not vary among the training patients."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.feature_selection import SelectorMixin
from sklearn.utils.validation import check_is_fitted

from radici.learning.estimator import ESTIMATORS, numbers


@ESTIMATORS.add("drop_constant")
class DropConstant(SelectorMixin, BaseEstimator):
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
        ordered = np.sort(X, axis=0)
        shares = [np.unique(column, return_counts=True)[1].max() / len(X) for column in ordered.T]
        self.support_ = 1 - np.array(shares) > self.minority
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return the columns that vary."""
        check_is_fitted(self)
        return numbers(self, X, reset=False)[:, self.support_]

    def _get_support_mask(self) -> np.ndarray:
        check_is_fitted(self)
        return self.support_
