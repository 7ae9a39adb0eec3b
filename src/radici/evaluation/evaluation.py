"""What was found: every number with its interval and its n, in one tidy table that `reporting` draws."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from radici.core.ledger import Ledger
from radici.core.outcome import Outcome
from radici.evaluation.design import Design
from radici.evaluation.heldout import HeldOut
from radici.statistics.estimate import Estimate

DEVELOPMENT, SEALED = "development", "sealed"


@dataclass(frozen=True)
class Number:
    """One estimate: of which metric, of which model, in which cohort, and against which model for a difference."""

    cohort: str
    model: str
    metric: str
    estimate: Estimate
    against: str = ""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The result of `evaluate`.

    Parameters
    ----------
    cohort
        `development` (cross-validated) or `sealed` (external).
    outcome
        What was predicted, for the evaluated patients.
    numbers
        All estimates.
    heldout
        Held-out predictions by model.
    headline
        The model with images and the comparator that it is measured against, or None.
    stability
        How often each column reached each model: `model, column, chosen, fits`.
    chosen
        Tuned settings by model and how often each was chosen.
    horizon_months, tau_months
        Time of survival calibration, and the last time of the integrated Brier score.
    verdict
        What the numbers allow to be said, in sentences.
    ledger
        Who was seen by every fit (cross-validation only).
    """

    cohort: str
    outcome: Outcome
    numbers: tuple[Number, ...]
    heldout: Mapping[str, HeldOut]
    headline: tuple[str, str] | None
    design: Design | None = None
    stability: pd.DataFrame = field(default_factory=pd.DataFrame)
    chosen: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    horizon_months: float = 0.0
    tau_months: float = 0.0
    verdict: tuple[str, ...] = ()
    ledger: Ledger | None = None

    def frame(self) -> pd.DataFrame:
        """One row per number: `cohort, model, against, metric, value, low, high, n, events, p, method`."""
        return pd.DataFrame(
            [
                {
                    "cohort": number.cohort,
                    "model": number.model,
                    "against": number.against,
                    "metric": number.metric,
                    "value": number.estimate.value,
                    "low": number.estimate.low,
                    "high": number.estimate.high,
                    "n": number.estimate.n,
                    "events": number.estimate.events,
                    "p": number.estimate.p,
                    "method": number.estimate.method,
                }
                for number in self.numbers
            ]
        )

    def number(self, model: str, metric: str, against: str = "") -> Estimate | None:
        """One estimate, or None where it was not computed."""
        wanted = (model, metric, against)
        return next((n.estimate for n in self.numbers if (n.model, n.metric, n.against) == wanted), None)

    def predictions(self) -> pd.DataFrame:
        """Held-out predictions, one row per model, repeat and patient: `score`, and `probability` if any."""
        parts = []
        for name, held in self.heldout.items():
            for repeat in range(len(held.score)):
                part = pd.DataFrame({"model": name, "repeat": repeat, "patient": held.patients})
                part["fold"], part["score"] = held.fold[repeat], held.score[repeat]
                if held.probability is not None:
                    part["probability"] = held.probability[repeat]
                parts.append(part)
        return pd.concat(parts, ignore_index=True)
