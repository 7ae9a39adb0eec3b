"""A published rule and a patient's pace in; yes, no or not applicable, with the numbers and the source, out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from radici.core.registry import Registry
from radici.response.growth.hyperprogression.pace import Limits, Pace, Undecided

Answer = Literal["yes", "no", "not applicable"]
Decide = Callable[[Pace, Limits], tuple[bool, str]]


@dataclass(frozen=True)
class Verdict:
    """What one rule says of one patient.

    Parameters
    ----------
    rule
        Its registered name.
    answer
        `not applicable` where a number that the rule needs is missing or undefined: neither yes nor no.
    why
        The numbers in words.
    source
        Where the rule was published.
    unverified
        What of this wording was not read in the original paper; empty where everything was.
    """

    rule: str
    answer: Answer
    why: str
    source: str
    unverified: str = ""


@dataclass(frozen=True)
class Rule:
    """A rule, where it comes from, and what of it is not verified.

    `decide` returns the answer and its numbers, or raises `Undecided`. `variant_of` names the rule that it is
    another reading of, empty for the seven main ones.
    """

    name: str
    decide: Decide
    source: str
    unverified: str = ""
    variant_of: str = ""

    def __call__(self, pace: Pace, limits: Limits | None = None) -> Verdict:
        """The verdict on one patient."""
        answer: Answer
        try:
            yes, why = self.decide(pace, limits or Limits())
            answer = "yes" if yes else "no"
        except Undecided as reason:
            answer, why = "not applicable", str(reason)
        return Verdict(self.name, answer, why, self.source, self.unverified)


HYPERPROGRESSION_RULES: Registry[Rule] = Registry("hyperprogression rule")


def rule(name: str, source: str, unverified: str = "", variant_of: str = "") -> Callable[[Decide], Rule]:
    """Register the decorated function as a `Rule`."""

    def keep(decide: Decide) -> Rule:
        return HYPERPROGRESSION_RULES.add(name)(Rule(name, decide, source, unverified, variant_of))

    return keep
