"""Give every feature mean 0 and standard deviation 1 among the training patients."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin

from radici.learning.estimator import ESTIMATORS, numbers


@ESTIMATORS.add("standardise")
class Standardise(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Subtract the training mean, divide by the training standard deviation (n, not n - 1); constants give 0.

    Parameters
    ----------
    clip
        Values beyond this many standard deviations are set to it, so that one outlying new patient does not
        dominate a prediction. None leaves them.

    Attributes
    ----------
    mean_, scale_
        float64, shape (n_features,).
    """

    acts_on = "all"

    def __init__(self, clip: float | None = None) -> None:
        self.clip = clip

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn means and standard deviations."""
        X = numbers(self, X, reset=True)
        self.mean_ = X.mean(axis=0)
        scale = X.std(axis=0)
        self.scale_ = np.where(scale > 10 * np.finfo(float).eps * np.abs(self.mean_), scale, np.inf)
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return standardised values."""
        Z = (numbers(self, X, reset=False) - self.mean_) / self.scale_
        return Z if self.clip is None else np.clip(Z, -self.clip, self.clip)
