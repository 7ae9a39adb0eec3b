"""Best response and progression-free time -> durable clinical benefit: yes, no, or not evaluable, and why.

Rizvi H et al. J Clin Oncol 2018;36:633 (doi 10.1200/JCO.2017.75.3384): response or stable disease of more than six
months, else no durable benefit; patients censored before are not evaluable.
"""

from typing import Literal, NamedTuple

from pydantic import Field

from radici.core.settings import Settings
from radici.response.categories import is_response
from radici.response.summaries.best_response import Best
from radici.response.summaries.progression import TimeTo

UNVERIFIED = ("the reading `any_response_or_sd6` has one weak public source (a cohort's summary)",)


class Benefit(NamedTuple):
    """Whether the patient had durable benefit; `answer` is `yes`, `no` or `not evaluable`."""

    answer: Literal["yes", "no", "not evaluable"]
    why: str


class DurableBenefit(Settings):
    """Durable clinical benefit.

    Parameters
    ----------
    reading
        `disease_control_6`: response or stable disease that lasts longer than `days`. `any_response_or_sd6`: a response
        of any duration, or stable disease that lasts longer than `days`.
    days
        Six months are 183 days; benefit lasts longer than that.
    """

    reading: Literal["disease_control_6", "any_response_or_sd6"] = "disease_control_6"
    days: int = Field(183, gt=0)

    def __call__(self, best: Best, free: TimeTo) -> Benefit:
        """Yes, no or not evaluable.

        Parameters
        ----------
        best
            Best overall response.
        free
            Progression-free time of the same timeline.
        """
        if self.reading == "any_response_or_sd6" and best.category != "MISSING" and is_response(best.category):
            return Benefit("yes", f"{best.category} on day {best.day}, of any duration")
        if free.days > self.days and free.cause == "death" and best.meaning == "unknown":
            return Benefit("not evaluable", f"{free.why}, and no scan before it told that the disease was controlled")
        if free.days > self.days:
            return Benefit("yes", f"free of progression on day {free.days}, beyond day {self.days}")
        if free.event:
            return Benefit("no", f"{free.why}, up to day {self.days}")
        return Benefit("not evaluable", f"{free.why}; observed up to day {free.days} only, not beyond {self.days}")
