"""Sums of diameters over time -> how fast the tumour grows, and whether it grows faster than before treatment."""

from radici.response.growth.constants import GrowthConstants, GrowthFitting, growth_constants
from radici.response.growth.hyperprogression import (
    HYPERPROGRESSION_RULES,
    Limits,
    Pace,
    Verdict,
    agreement,
    hyperprogression,
)
from radici.response.growth.rates import (
    EarlyShrinkage,
    Rate,
    doubling_time,
    early_change,
    tumour_growth_kinetics,
    tumour_growth_rate,
)

__all__ = [
    "HYPERPROGRESSION_RULES",
    "EarlyShrinkage",
    "GrowthConstants",
    "GrowthFitting",
    "Limits",
    "Pace",
    "Rate",
    "Verdict",
    "agreement",
    "doubling_time",
    "early_change",
    "growth_constants",
    "hyperprogression",
    "tumour_growth_kinetics",
    "tumour_growth_rate",
]
