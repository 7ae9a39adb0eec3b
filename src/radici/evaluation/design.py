"""How often and how patients are split; the folds are made here and nowhere else."""

import math
from typing import Annotated

import numpy as np
from pydantic import Field

from radici.core.errors import StudyError
from radici.core.outcome import Outcome
from radici.core.settings import Settings


class Design(Settings):
    """Nested, repeated, stratified cross-validation over patients.

    Parameters
    ----------
    folds, repeats
        Outer folds, and how many times they are drawn anew.
    inner_folds
        Folds inside each training set, for tuning.
    permutations
        Times the whole pipeline is repeated on permuted data, for p-values and intervals; 0 gives neither.
    horizon_months
        Time at which survival calibration is read; by default the median time of the events.
    """

    folds: Annotated[int, Field(ge=2, le=50)] = 5
    repeats: Annotated[int, Field(ge=1, le=1000)] = 5
    inner_folds: Annotated[int, Field(ge=2, le=20)] = 5
    permutations: Annotated[int, Field(ge=0, le=100_000)] = 200
    horizon_months: Annotated[float, Field(gt=0)] | None = None

    def check(self, outcome: Outcome) -> None:
        """Refuse more folds than the outcome can fill: every fit, those of tuning too, must see both answers."""
        if not self._feasible(self.folds, outcome.events):
            most = next((folds for folds in range(self.folds, 1, -1) if self._feasible(folds, outcome.events)), None)
            raise StudyError(
                f"{self.folds} folds need more patients with the rarer answer to '{outcome.name}' (for a survival "
                f"endpoint: with the event); the smaller has {outcome.events}. "
                + (f"Set `design: {{folds: {most}}}` or fewer." if most else "This endpoint cannot be used.")
            )

    def _feasible(self, folds: int, events: int) -> bool:
        """One event or more in every outer fold, and two or more in every training set."""
        return events >= folds and events - math.ceil(events / folds) >= 2


def stream(seed: int, *purpose: int) -> np.random.Generator:
    """A random stream of its own for each purpose, the same for any number of workers."""
    return np.random.default_rng(np.random.SeedSequence(entropy=seed, spawn_key=purpose))
