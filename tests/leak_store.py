"""A side road for the leak tests: a module that keeps what no scan of an estimator's code can judge."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

table = None
outcome = None
seen: list = []
memory: dict = {}


class Remembers(ClassifierMixin, BaseEstimator):
    """Keeps rows and answers of every fit, and looks asked patients up."""

    def fit(self, X, y):
        import leak_store

        self.classes_, self.rate_ = np.unique(y), float(y.mean())
        leak_store.memory.update({row.tobytes(): int(answer) for row, answer in zip(X, y, strict=True)})
        return self

    def predict_proba(self, X):
        import leak_store

        yes = np.array([leak_store.memory.get(row.tobytes(), self.rate_) for row in X])
        return np.column_stack([1 - yes, yes])
