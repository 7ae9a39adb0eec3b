"""Lo Russo 2019: three of five signs of the first two months; no scan before baseline is needed."""

from collections.abc import Callable

from radici.response.growth.hyperprogression.pace import (
    Limits,
    Pace,
    Undecided,
    at_least,
    failed_within_two_months,
    increase,
    progressed,
)
from radici.response.growth.hyperprogression.verdict import rule

SOURCE = "Lo Russo et al. 2019, Clin Cancer Res 25:989"
NEEDED = 3


@rule("lo_russo", SOURCE)
def lo_russo(pace: Pace, limits: Limits) -> tuple[bool, str]:
    """At least three of the five signs; decided as soon as the unknown ones can no longer change the answer."""
    signs = {name: sign(pace, limits) for name, sign in SIGNS.items()}
    there = [name for name, found in signs.items() if found]
    unknown = [name for name, found in signs.items() if found is None]
    numbers = f"{len(there)} of 5 signs ({', '.join(there) or 'none'}; needs {NEEDED} or more)"
    if unknown:
        numbers += f", not known: {', '.join(unknown)}"
    if len(there) < NEEDED <= len(there) + len(unknown):
        raise Undecided(numbers)
    return len(there) >= NEEDED, numbers


@rule(
    "lo_russo_pd",
    f"{SOURCE}, with progression required",
    unverified="only one review's table (Explor Target Antitumor Ther 2020) asks for progression too",
    variant_of="lo_russo",
)
def lo_russo_pd(pace: Pace, limits: Limits) -> tuple[bool, str]:
    """The same among patients with RECIST PD at the first evaluation."""
    if not progressed(pace):
        return False, "no progression at the first evaluation"
    return lo_russo.decide(pace, limits)


def _failed(pace: Pace, limits: Limits) -> bool | None:
    try:
        return failed_within_two_months(pace)
    except Undecided:
        return None


def _grown(pace: Pace, limits: Limits) -> bool | None:
    try:
        return at_least(increase(pace, limits), 50)
    except Undecided:
        return None


def _new_lesions(pace: Pace, limits: Limits) -> bool | None:
    return None if pace.new_in_involved_organ is None else pace.new_in_involved_organ >= 2


def _new_organ(pace: Pace, limits: Limits) -> bool | None:
    return pace.new_organ


def _worse(pace: Pace, limits: Limits) -> bool | None:
    if pace.ecog_worst is None or (pace.ecog_worst >= 2 and pace.ecog_baseline is None):
        return None
    return pace.ecog_worst >= 2 and pace.ecog_worst > (pace.ecog_baseline or 0)


SIGNS: dict[str, Callable[[Pace, Limits], bool | None]] = {
    "treatment failure within two months": _failed,
    "sum of diameters up by 50 % or more": _grown,
    "two or more new lesions in an involved organ": _new_lesions,
    "a new organ": _new_organ,
    "ECOG worse, to 2 or more": _worse,
}
