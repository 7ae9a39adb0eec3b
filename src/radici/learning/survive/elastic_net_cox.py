"""Cox regression with an elastic-net penalty, tuned along its path."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from radici.learning.coordinate_descent import breslow_baseline, cox_largest_penalty, cox_path
from radici.learning.estimator import ESTIMATORS, is_survival, numbers


@ESTIMATORS.add("elastic_net_cox")
class ElasticNetCox(BaseEstimator):
    """Log relative hazard from a linear score with shrunken coefficients (Cox 1972; Simon 2011), Breslow ties.

    Parameters
    ----------
    penalty
        Strength as a share of the smallest penalty at which every coefficient is zero.
    l1_ratio
        1 is LASSO, 0 is ridge. The default is near ridge: selection has been made before, and ridge keeps the order
        of patients even where tuning shrinks the score almost to nothing.

    Attributes
    ----------
    coef_
        float64, shape (n_features,).
    event_months_, cumulative_hazard_
        Breslow's baseline: months and the hazard accumulated by then, at a linear score of 0.
    """

    coef_: np.ndarray
    event_months_: np.ndarray
    cumulative_hazard_: np.ndarray

    search = {"penalty": (0.2, 0.1, 0.05, 0.02, 0.01, 0.005)}  # noqa: RUF012

    def __init__(self, penalty: float = 0.05, l1_ratio: float = 0.1) -> None:
        self.penalty = penalty
        self.l1_ratio = l1_ratio

    def fit(self, X: Any, y: Any) -> Self:
        """Fit at one penalty; `y` has the fields `event` and `months`."""
        fitted = self.fit_many(X, y, (self.penalty,))[0]
        self.coef_ = fitted.coef_
        self.event_months_, self.cumulative_hazard_ = fitted.event_months_, fitted.cumulative_hazard_
        return self

    def fit_many(self, X: np.ndarray, y: np.ndarray, penalty: tuple[float, ...]) -> list["ElasticNetCox"]:
        """The fits at several penalties (decreasing), at the price of one walk along the path."""
        X = numbers(self, X, reset=True)
        if not is_survival(y):
            raise ValueError("A Cox model needs y with the fields 'event' and 'months'.")
        event, months = np.ascontiguousarray(y["event"]), np.ascontiguousarray(y["months"])
        largest = cox_largest_penalty(X, event, months, self.l1_ratio)
        coefs = cox_path(X, event, months, np.array(penalty) * largest, self.l1_ratio)
        fitted = []
        for share, coef in zip(penalty, coefs, strict=True):
            one = ElasticNetCox(share, self.l1_ratio)
            one.n_features_in_, one.coef_ = X.shape[1], np.array(coef)
            one.event_months_, one.cumulative_hazard_ = breslow_baseline(event, months, X @ one.coef_)
            fitted.append(one)
        return fitted

    def predict(self, X: Any) -> np.ndarray:
        """Log relative hazard, shape (n,); larger dies sooner."""
        return numbers(self, X, reset=False) @ self.coef_

    def predict_survival(self, X: Any, months: Any) -> np.ndarray:
        """Probability of no event by each of `months`, shape (n, len(months))."""
        check_is_fitted(self)
        place = np.searchsorted(self.event_months_, np.asarray(months, dtype=float), side="right")
        hazard = np.concatenate([[0.0], self.cumulative_hazard_])[place]
        return np.exp(-np.exp(np.clip(self.predict(X), -50, 50))[:, None] * hazard)
