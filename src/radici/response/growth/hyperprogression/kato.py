"""Kato 2017: treatment fails within two months, with half as much tumour again and more than twice the pace."""

from radici.response.growth.hyperprogression.pace import (
    Limits,
    Pace,
    above,
    failed_within_two_months,
    increase,
    speeds,
    value_of,
)
from radici.response.growth.hyperprogression.verdict import rule


@rule(
    "kato",
    "Kato et al. 2017, Clin Cancer Res 23:4242",
    unverified="the abstract does not say how pace is measured; here it is TGK, mm a month of the sum of diameters",
)
def kato(pace: Pace, limits: Limits) -> tuple[bool, str]:
    """Time to treatment failure < 2 months, sum > 50 % above baseline, and more than a twofold pace."""
    found = speeds(pace, limits)
    grown = increase(pace, limits)
    if not above(grown, 50):
        return False, f"the sum changed by {grown:+.1f} % (needs more than +50)"
    if not failed_within_two_months(pace):
        return False, f"the sum changed by {grown:+.1f} %, but treatment did not fail within two months"
    ratio = value_of(found.tgk_ratio)
    numbers = f"treatment failed within two months, sum {grown:+.1f} %, TGK ratio {ratio:.2f} (needs more than 2)"
    return above(ratio, 2), "; ".join(filter(None, [numbers, found.note]))
