"""Fill in missing values with the training median."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin

from radici.learning.estimator import ESTIMATORS, numbers


@ESTIMATORS.add("impute")
class Impute(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Replace NaN by the column's median among the training patients; a column with no value at all becomes 0.

    Attributes
    ----------
    median_
        float64, shape (n_features,).
    """

    acts_on = "all"

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the medians."""
        X = numbers(self, X, reset=True, allow_nan=True)
        ordered = np.sort(X, axis=0)  # NaN comes last
        known = len(X) - np.isnan(X).sum(axis=0)
        columns = np.arange(X.shape[1])
        middle = ordered[np.maximum(known - 1, 0) // 2, columns] + ordered[np.minimum(known // 2, len(X) - 1), columns]
        self.median_ = np.where(known > 0, middle / 2, 0.0)
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return a copy of `X` without NaN."""
        X = numbers(self, X, reset=False, allow_nan=True)
        return np.where(np.isnan(X), self.median_, X)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
