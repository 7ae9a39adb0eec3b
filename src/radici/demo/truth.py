"""Draws patients whose risk is known: three hidden traits -> one risk score -> response and survival.

The hidden traits texture, clinical and volume are independent standard normal numbers. The risk score is their
weighted sum with weights sqrt(0.56), sqrt(0.31) and sqrt(0.13), so that it is standard normal too.

P(response) = 1 / (1 + exp(0.5 + 1.25 risk)). For a standard normal risk the area under the ROC curve of the score
itself is then 0.780 and 40.5 % respond (by quadrature; a test repeats it). Survival is exponential with hazard
ln(2) / 14 * exp(1.25 risk) per month, which gives a concordance of 0.759 without censoring; observation
ends between 8 and 40 months, at random.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import expit, ndtr

from radici.core.errors import StudyError

Signal = Literal["planted", "clinical_and_volume", "none"]

SHARES = {"texture": 0.56, "clinical": 0.31, "volume": 0.13}
IN_RISK = {"planted": tuple(SHARES), "clinical_and_volume": ("clinical", "volume"), "none": ()}
INTERCEPT, SLOPE = -0.5, 1.25
MEDIAN_MONTHS = 14.0
FIRST_CENSORING, LAST_CENSORING = 8.0, 40.0
MEDIAN_VOLUME_MM3, VOLUME_LOG_SD = 8000.0, 0.55


@dataclass(frozen=True, eq=False)
class Patients:
    """Hidden traits (columns texture, clinical, volume), clinical variables as measured, and the risk score."""

    traits: pd.DataFrame
    clinical: pd.DataFrame
    risk: np.ndarray

    @property
    def volume_mm3(self) -> np.ndarray:
        """Lesion volumes, mm³, log-normal with median 8000 mm³, cut at two standard deviations."""
        return MEDIAN_VOLUME_MM3 * np.exp(VOLUME_LOG_SD * self.traits["volume"].clip(-2, 2).to_numpy())


def draw_patients(rng: np.random.Generator, count: int, signal: Signal) -> Patients:
    """Draw hidden traits and clinical variables of `count` patients; `signal` says which traits make the risk.

    The clinical trait is (ldh + ecog - pdl1) / sqrt(3) of three standard normal numbers, which are measured as
    `pdl1 = 100 Phi(z)^2` (%), `ldh = exp(0.35 z)` (times the upper limit of normal) and `ecog` = 0, 1, 2 with cuts
    at z = -0.1 and 1.2. Age and sex carry nothing.
    """
    if signal not in IN_RISK:
        raise StudyError(f"signal: one of {', '.join(IN_RISK)} is expected, found '{signal}'.")
    texture, volume, pdl1, ldh, ecog, age = rng.standard_normal((6, count))
    traits = pd.DataFrame({"texture": texture, "clinical": (ldh + ecog - pdl1) / np.sqrt(3.0), "volume": volume})
    clinical = pd.DataFrame(
        {
            "age": np.clip(np.rint(64 + 9 * age), 30, 90),
            "sex": (rng.random(count) < 0.4).astype(float),
            "pdl1": np.rint(100 * ndtr(pdl1) ** 2),
            "ldh": np.round(np.exp(0.35 * ldh), 2),
            "ecog": np.digitize(ecog, [-0.1, 1.2]).astype(float),
        }
    )
    parts = IN_RISK[signal]
    total = sum(SHARES[part] for part in parts)
    risk = np.zeros(count)
    for part in parts:
        risk += np.sqrt(SHARES[part] / total) * traits[part].to_numpy()
    return Patients(traits, clinical, risk)


def draw_response(rng: np.random.Generator, risk: np.ndarray) -> np.ndarray:
    """Whether each patient responds, bool; a higher risk responds less."""
    return rng.random(len(risk)) < expit(INTERCEPT - SLOPE * risk)


def draw_survival(rng: np.random.Generator, risk: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Months observed, and whether death was seen."""
    death = rng.exponential(MEDIAN_MONTHS / np.log(2.0), len(risk)) * np.exp(-SLOPE * risk)
    end = rng.uniform(FIRST_CENSORING, LAST_CENSORING, len(risk))
    return np.minimum(death, end), death <= end
