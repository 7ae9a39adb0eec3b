"""Matos 2020: early progression with a jump of the sum or with spread; no scan before baseline is needed."""

from radici.response.growth.hyperprogression.pace import (
    TWO_MONTHS,
    Limits,
    Pace,
    Undecided,
    at_least,
    first_scan,
    increase,
)
from radici.response.growth.hyperprogression.verdict import rule

SOURCE = "Matos et al. 2020, Clin Cancer Res 26:1846, 10.1158/1078-0432.CCR-19-2226"
EIGHT_WEEKS = 56.0


@rule("matos", SOURCE, unverified="the wording is that of a review's table (J Immunother Cancer), not of the paper")
def matos(pace: Pace, limits: Limits) -> tuple[bool, str]:
    """PD within two months, and the sum up by 40 % or more, or two new lesions in an involved organ, or a new organ."""
    if not _progressed_by(TWO_MONTHS, pace):
        return False, "no progression within two months"
    grown = increase(pace, limits)
    numbers = f"sum {grown:+.1f} % (needs +40 or more)"
    if at_least(grown, 40):
        return True, numbers
    spread = (None if pace.new_in_involved_organ is None else pace.new_in_involved_organ >= 2, pace.new_organ)
    if True in spread:
        return True, f"{numbers}, but spread: {'a new organ' if pace.new_organ else 'new lesions in an involved organ'}"
    if None in spread:
        raise Undecided(f"{numbers}, and whether the disease spread to new lesions or organs is not known")
    return False, f"{numbers}, no spread"


@rule(
    "matos_original",
    SOURCE,
    unverified="8 weeks (a review's table, Explor Target Antitumor Ther 2020, has two months) and two organs for the "
    "new lesions were read nowhere; that table confirms 10 mm, +40 % and +20 % with new lesions",
    variant_of="matos",
)
def matos_original(pace: Pace, limits: Limits) -> tuple[bool, str]:
    """PD within 8 weeks, 10 mm or more, and the sum up by 40 %, or by 20 % with new lesions in two organs."""
    if not _progressed_by(EIGHT_WEEKS, pace):
        return False, "no progression within 8 weeks"
    grown = increase(pace, limits)
    added = first_scan(pace, limits)[0] - pace.baseline_mm
    numbers = f"sum {grown:+.1f} % (needs +40, or +20 with new lesions in 2 organs), {added:+.1f} mm (needs +10)"
    if not (at_least(added, 10) and at_least(grown, 20)):
        return False, numbers
    if at_least(grown, 40):
        return True, numbers
    if pace.organs_with_new_lesions is None:
        raise Undecided(f"{numbers}, and in how many organs new lesions appeared is not known")
    return pace.organs_with_new_lesions >= 2, f"{numbers}, new lesions in {pace.organs_with_new_lesions} organ(s)"


def _progressed_by(last_day: float, pace: Pace) -> bool:
    day = pace.progression_day if pace.progression_day is not None or not pace.progression else pace.first_day
    if day is not None:
        return day <= last_day
    if pace.progression is None:
        raise Undecided("whether the disease progressed at the first evaluation is not known")
    if pace.progression:
        raise Undecided("the day of progression is not known")
    return False
