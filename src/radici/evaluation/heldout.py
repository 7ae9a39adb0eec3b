"""Predictions for patients that the fit never received: the only thing that a metric accepts."""

from dataclasses import InitVar, dataclass, replace

import numpy as np

from radici.core.errors import LeakRefused

_engine = object()


@dataclass(frozen=True, eq=False)
class HeldOut:
    """One model's predictions of patients outside its training set, once per repeat.

    Only the evaluation engine makes these, after the ledger has accepted each prediction; a fit's own training
    predictions, or the scores of tuning, have no way to become one.

    Parameters
    ----------
    patients
        Who was predicted, shape (n,).
    fold
        int, shape (repeats, n): which fit predicted whom. Predictions of different fits are never ranked
        against each other.
    score
        float64, shape (repeats, n): larger means likelier yes, or earlier event.
    probability
        float64, shape (repeats, n), or None where the model gives none.
    months, survival
        Times, shape (t,), and event-free probabilities, shape (repeats, n, t), or None.
    """

    model: str
    patients: tuple[str, ...]
    fold: np.ndarray
    score: np.ndarray
    probability: np.ndarray | None = None
    months: np.ndarray | None = None
    survival: np.ndarray | None = None
    key: InitVar[object] = None

    def __post_init__(self, key: object) -> None:
        if key is not _engine:
            raise LeakRefused(
                "Predictions reach a metric only through `evaluate`, which knows that their patients were held "
                "out. To assess predictions made elsewhere, evaluate them as an external cohort."
            )

    @property
    def n(self) -> int:
        """Number of patients."""
        return len(self.patients)

    def only(self, keep: np.ndarray) -> "HeldOut":
        """The same predictions of some of the patients; `keep` is bool, shape (n,)."""
        return replace(
            self,
            patients=tuple(patient for patient, kept in zip(self.patients, keep, strict=True) if kept),
            fold=self.fold[:, keep],
            score=self.score[:, keep],
            probability=None if self.probability is None else self.probability[:, keep],
            survival=None if self.survival is None else self.survival[:, keep],
            key=_engine,
        )

    def beside(self, other: "HeldOut") -> "HeldOut":
        """The same predictions of the other's patients only, so that both rank the same people."""
        return self.only(np.isin(self.patients, other.patients))
