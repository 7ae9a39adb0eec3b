"""Best responses of a group -> objective response and disease control rates with exact intervals and their n."""

from collections.abc import Callable, Iterable
from typing import Literal

from radici.core.errors import OutcomeError
from radici.response.categories import is_control, is_response
from radici.response.summaries.best_response import MISSING
from radici.statistics.estimate import Estimate
from radici.statistics.proportion import clopper_pearson

Denominator = Literal["all", "evaluable"]
NOT_EVALUABLE = ("NE", MISSING)


def response_rate(categories: Iterable[str], denominator: Denominator = "all") -> Estimate:
    """Share of best responses that are complete or partial, with Clopper and Pearson's 95 % interval.

    Parameters
    ----------
    categories
        Best overall response of each patient.
    denominator
        `all`: everyone with a baseline; who is not evaluable did not respond. `evaluable`: without those.

    Raises
    ------
    OutcomeError
        Nobody is left in the denominator.
    """
    return _rate(categories, is_response, denominator, "objective response rate")


def control_rate(categories: Iterable[str], denominator: Denominator = "all") -> Estimate:
    """Share of best responses that are complete, partial, stable, or non-CR/non-PD; else as `response_rate`."""
    return _rate(categories, is_control, denominator, "disease control rate")


def _rate(categories: Iterable[str], counts: Callable[[str], bool], denominator: Denominator, what: str) -> Estimate:
    every = list(categories)
    known = [one for one in every if one not in NOT_EVALUABLE]
    n = len(every) if denominator == "all" else len(known)
    if n == 0:
        raise OutcomeError(f"{what}: nobody is in the denominator '{denominator}' of {len(every)} patients.")
    yes = sum(map(counts, known))
    low, high = clopper_pearson(yes, n)
    method = f"{what}, Clopper-Pearson interval, denominator: {denominator} ({len(every) - len(known)} not evaluable)"
    return Estimate(yes / n, low, high, n, yes, method=method)
