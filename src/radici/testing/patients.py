"""Patients whose truth is known, as arrays: what estimators are tried on."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from sklearn import config_context

from radici.core.outcome import SURVIVAL_DTYPE, Outcome, Response, Survival
from radici.core.table import KEYS, Column, FeatureTable

MONTHS = np.array([0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0])


@dataclass(frozen=True, eq=False)
class Patients:
    """Standardised features X, float64 of shape (n, p), and an outcome y of shape (n,); the first column decides."""

    X: np.ndarray
    y: np.ndarray

    def taking(self, rows: Any) -> "Patients":
        """Some of the patients, in the order given, as copies."""
        return replace(self, X=self.X[rows].copy(), y=self.y[rows].copy())

    def table(self) -> FeatureTable:
        """The features as a table, `P0`, `P1`, …"""
        names = [f"ct__orig__stat_f{i}__none" for i in range(self.X.shape[1])]
        rows = pd.DataFrame("", index=range(len(self.X)), columns=list(KEYS))
        rows["patient"] = [f"P{i}" for i in range(len(self.X))]
        return FeatureTable(pd.DataFrame(self.X, columns=names), rows, {name: Column(name) for name in names})

    def outcome(self) -> Outcome:
        """The outcome as a noun, for `fit`."""
        ids = tuple(f"P{i}" for i in range(len(self.y)))
        if self.y.dtype == SURVIVAL_DTYPE:
            return Survival("contract", ids, (), self.y["event"], self.y["months"])
        return Response("contract", ids, (), self.y == 1)


def patients(kind: str, seed: int = 3, count: int = 60, columns: int = 6) -> Patients:
    """Patients whose `response` or `survival` is driven by the first column: larger means yes, or an earlier event."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(count, columns))
    X[:, 1] = X[:, 2] + 0.05 * rng.normal(size=count)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    if kind == "response":
        return Patients(X, (2 * X[:, 0] + rng.logistic(size=count) > 0).astype(np.int64))
    y = np.empty(count, dtype=SURVIVAL_DTYPE)
    until = rng.exponential(12 * np.exp(-1.5 * X[:, 0])) + 0.1
    stop = rng.uniform(2, 60, count)
    y["event"], y["months"] = until <= stop, np.minimum(until, stop)
    return Patients(X, y)


def engine() -> Any:
    """The setting in which folds are fitted: the whole table has been checked once, so that nothing is copied."""
    return config_context(assume_finite=True, skip_parameter_validation=True)
