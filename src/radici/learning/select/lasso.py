"""Keep the features that enter first along the LASSO path."""

from typing import Any, Self

import numpy as np

from radici.learning.coordinate_descent import (
    cox_largest_penalty,
    cox_path,
    first_entered,
    logistic_largest_penalty,
    logistic_path,
    penalty_sequence,
)
from radici.learning.estimator import ESTIMATORS, ColumnSelector, binary_label, is_survival, numbers


@ESTIMATORS.add("lasso")
class Lasso(ColumnSelector):
    """Keep at most `features` columns: those with non-zero coefficients at the last path point that has no more.

    The path is that of L1-penalised logistic regression for a response and of L1-penalised Cox regression for
    a survival outcome (Tibshirani 1996, 1997). Columns should be standardised before.

    Parameters
    ----------
    features
        Largest number of columns kept. At least one is kept when any column varies.
    """

    acts_on = "image"

    def __init__(self, features: int = 10) -> None:
        self.features = features

    def fit(self, X: Any, y: Any) -> Self:
        """Walk the path on the training patients."""
        X = numbers(self, X, reset=True)
        self.support_ = np.zeros(X.shape[1], dtype=bool)
        self.support_[first_entered(_path(X, y, self.features), self.features)] = True
        return self

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags


def _path(X: np.ndarray, y: np.ndarray, features: int) -> np.ndarray:
    """Coefficients along a path that is lengthened until it holds more than `features` columns."""
    coefs = np.zeros((1, X.shape[1]))
    for smallest, count in ((0.3, 8), (0.12, 16), (0.02, 32)):
        if is_survival(y):
            event, months = y["event"], y["months"]
            penalties = penalty_sequence(cox_largest_penalty(X, event, months, 1.0), smallest, count)
            coefs = cox_path(X, event, months, penalties, 1.0)
        else:
            label = binary_label(y, X)[1]
            penalties = penalty_sequence(logistic_largest_penalty(X, label, 1.0), smallest, count)
            coefs = logistic_path(X, label, penalties, 1.0)[1]
        if (coefs[-1] != 0).sum() > features:
            break
    return coefs
