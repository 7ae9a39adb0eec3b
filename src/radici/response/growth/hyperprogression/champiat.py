"""Champiat 2017: the volume grows at least twice as fast as before, and the disease progressed."""

from radici.response.growth.hyperprogression.pace import Limits, Pace, at_least, progressed, speeds, value_of
from radici.response.growth.hyperprogression.verdict import rule


@rule("champiat", "Champiat et al. 2017, Clin Cancer Res 23:1920")
def champiat(pace: Pace, limits: Limits) -> tuple[bool, str]:
    """RECIST PD at the first evaluation, and TGR on treatment at least twice TGR before it."""
    found = speeds(pace, limits)
    if not progressed(pace):
        return False, "no progression at the first evaluation"
    ratio = value_of(found.tgr_ratio)
    numbers = (
        f"TGR {found.tgr_before.value:.1f} to {found.tgr_on.value:.1f} % a month, ratio {ratio:.2f} (needs 2 or more)"
    )
    return at_least(ratio, 2), "; ".join(filter(None, [numbers, found.note]))
