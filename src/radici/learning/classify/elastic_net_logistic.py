"""Logistic regression with an elastic-net penalty, tuned along its path."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from radici.learning.coordinate_descent import logistic_largest_penalty, logistic_path
from radici.learning.estimator import ESTIMATORS, binary_label, numbers


@ESTIMATORS.add("elastic_net_logistic")
class ElasticNetLogistic(ClassifierMixin, BaseEstimator):
    """Probability of a yes, from a linear score with shrunken coefficients (Zou and Hastie 2005; Friedman 2010).

    Parameters
    ----------
    penalty
        Strength as a share of the smallest penalty at which every coefficient is zero: 1 gives the prevalence
        for everybody, small values approach ordinary logistic regression.
    l1_ratio
        1 is LASSO, 0 is ridge. The default is near ridge: selection has been made before, and ridge keeps the order
        of patients even where tuning shrinks the score almost to nothing.

    Attributes
    ----------
    intercept_, coef_
        float and float64 of shape (n_features,).
    """

    search = {"penalty": (0.2, 0.1, 0.05, 0.02, 0.01, 0.005)}  # noqa: RUF012

    def __init__(self, penalty: float = 0.05, l1_ratio: float = 0.1) -> None:
        self.penalty = penalty
        self.l1_ratio = l1_ratio

    def fit(self, X: Any, y: Any) -> Self:
        """Fit at one penalty."""
        X, label = self._check(X, y)
        return self._path(X, label, [self.penalty])[0]._into(self)

    def fit_many(self, X: np.ndarray, y: np.ndarray, penalty: tuple[float, ...]) -> list["ElasticNetLogistic"]:
        """The fits at several penalties (decreasing), at the price of one walk along the path."""
        X, label = self._check(X, y)
        return self._path(X, label, list(penalty))

    def _check(self, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        X = numbers(self, X, reset=True)
        self.classes_, label = binary_label(y, X)
        return X, label

    def _path(self, X: np.ndarray, label: np.ndarray, shares: list[float]) -> list["ElasticNetLogistic"]:
        largest = logistic_largest_penalty(X, label, self.l1_ratio)
        intercepts, coefs = logistic_path(X, label, np.array(shares) * largest, self.l1_ratio)
        fitted = []
        for share, intercept, coef in zip(shares, intercepts, coefs, strict=True):
            one = ElasticNetLogistic(share, self.l1_ratio)
            one.classes_, one.n_features_in_ = self.classes_, X.shape[1]
            one.intercept_, one.coef_ = float(intercept), np.array(coef)
            fitted.append(one)
        return fitted

    def _into(self, target: "ElasticNetLogistic") -> "ElasticNetLogistic":
        target.intercept_, target.coef_ = self.intercept_, self.coef_
        return target

    def decision_function(self, X: Any) -> np.ndarray:
        """Log odds of a yes, shape (n,)."""
        return numbers(self, X, reset=False) @ self.coef_ + self.intercept_

    def predict_proba(self, X: Any) -> np.ndarray:
        """Probabilities of no and yes, shape (n, 2)."""
        yes = 1 / (1 + np.exp(-np.clip(self.decision_function(X), -500, 500)))
        return np.column_stack([1 - yes, yes])

    def predict(self, X: Any) -> np.ndarray:
        """The likelier class."""
        positive = self.decision_function(X) > 0
        return self.classes_[positive.astype(int)]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags
