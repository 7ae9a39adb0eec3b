"""Ferrara 2018: the growth rate of the volume rises by more than 50 points a month, and the disease progressed."""

from radici.response.growth.hyperprogression.pace import Limits, Pace, above, progressed, speeds, value_of
from radici.response.growth.hyperprogression.verdict import rule


@rule("ferrara", "Ferrara et al. 2018, JAMA Oncol 4:1543")
def ferrara(pace: Pace, limits: Limits) -> tuple[bool, str]:
    """RECIST PD at the first evaluation, and TGR on treatment more than 50 points a month above TGR before it."""
    return faster_by(50, pace, limits)


def faster_by(points: float, pace: Pace, limits: Limits) -> tuple[bool, str]:
    """PD at the first evaluation, and TGR higher by more than `points` (percentage points a month)."""
    found = speeds(pace, limits)
    if not progressed(pace):
        return False, "no progression at the first evaluation"
    delta = value_of(found.delta_tgr)
    numbers = (
        f"TGR {found.tgr_before.value:.1f} to {found.tgr_on.value:.1f} % a month, "
        f"a change of {delta:+.1f} points (needs more than +{points:g})"
    )
    return above(delta, points), "; ".join(filter(None, [numbers, found.note]))
