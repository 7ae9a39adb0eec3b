"""What a recipe is made of: scikit-learn estimators, registered by name, whose parameters are plain settings."""

from typing import Any

import numpy as np
from sklearn import get_config
from sklearn.base import BaseEstimator
from sklearn.feature_selection import SelectorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_consistent_length, check_is_fitted, column_or_1d, validate_data

from radici.core.registry import Registry

ESTIMATORS: Registry[type] = Registry("estimator")


def trusted(X: Any) -> bool:
    """Whether `X` comes from the engine, which has checked the whole table once; checking costs more than fitting."""
    return type(X) is np.ndarray and X.ndim == 2 and X.dtype == np.float64 and get_config()["assume_finite"]


def numbers(estimator: Any, X: Any, *, reset: bool, allow_nan: bool = False) -> np.ndarray:
    """`X` as a float64 matrix; it, and that a fit came first, is checked unless the engine vouches for both."""
    if trusted(X):
        if reset:
            estimator.n_features_in_ = X.shape[1]
        return X
    if not reset:
        check_is_fitted(estimator)
    return validate_data(
        estimator, X, reset=reset, dtype=np.float64, ensure_all_finite="allow-nan" if allow_nan else True
    )


class ColumnSelector(SelectorMixin, BaseEstimator):
    """A step that keeps some columns: `fit` sets `support_`, bool of shape (n_features,)."""

    support_: np.ndarray

    def transform(self, X: Any) -> np.ndarray:
        """Return the kept columns."""
        return numbers(self, X, reset=False)[:, self.support_]

    def _get_support_mask(self) -> np.ndarray:
        check_is_fitted(self)
        return self.support_


def binary_label(y: Any, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two classes, sorted, and 1.0 where `y` is the second; anything but two classes is refused."""
    if not trusted(X):
        y = column_or_1d(y, warn=True)
        check_classification_targets(y)
        check_consistent_length(X, y)
    classes = np.unique(y)
    if len(classes) > 2:
        raise ValueError("Only binary classification is supported. The type of the target is multiclass.")
    if len(classes) < 2:
        raise ValueError("Classifier can't train when only one class is present.")
    return classes, (y == classes[1]).astype(np.float64)


def is_survival(y: Any) -> bool:
    """Whether `y` holds the fields `event` and `months`."""
    return getattr(y, "dtype", None) is not None and y.dtype.names == ("event", "months")
