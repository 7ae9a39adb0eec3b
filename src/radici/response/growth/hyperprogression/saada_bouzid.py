"""Saâda-Bouzid 2017: the sum of diameters grows at least twice as fast as before."""

from radici.response.growth.hyperprogression.pace import Limits, Pace, at_least, progressed, speeds, value_of
from radici.response.growth.hyperprogression.verdict import rule

SOURCE = "Saâda-Bouzid et al. 2017, Ann Oncol 28:1605"


@rule("saada_bouzid", SOURCE)
def saada_bouzid(pace: Pace, limits: Limits) -> tuple[bool, str]:
    """TGK on treatment at least twice TGK before it, whether the disease progressed or not: as published."""
    found = speeds(pace, limits)
    ratio = value_of(found.tgk_ratio)
    numbers = (
        f"TGK {found.tgk_before.value:.1f} to {found.tgk_on.value:.1f} mm a month, ratio {ratio:.2f} (needs 2 or more)"
    )
    return at_least(ratio, 2), "; ".join(filter(None, [numbers, found.note]))


@rule("saada_bouzid_pd", f"{SOURCE}, with progression required", variant_of="saada_bouzid")
def saada_bouzid_pd(pace: Pace, limits: Limits) -> tuple[bool, str]:
    """The same among patients with RECIST PD at the first evaluation."""
    speeds(pace, limits)
    if not progressed(pace):
        return False, "no progression at the first evaluation"
    return saada_bouzid.decide(pace, limits)
