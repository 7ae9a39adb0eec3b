"""Kas 2020: as Ferrara 2018, with a limit of 100 points, where survival was seen to part."""

from radici.response.growth.hyperprogression.ferrara import faster_by
from radici.response.growth.hyperprogression.pace import Limits, Pace
from radici.response.growth.hyperprogression.verdict import rule


@rule("kas", "Kas et al. 2020, JAMA Oncol 6:1039, 10.1001/jamaoncol.2020.1634")
def kas(pace: Pace, limits: Limits) -> tuple[bool, str]:
    """RECIST PD at the first evaluation, and TGR on treatment more than 100 points a month above TGR before it."""
    return faster_by(100, pace, limits)
