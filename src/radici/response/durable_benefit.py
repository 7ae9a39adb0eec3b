"""Lesions, or columns of best response and progression-free time -> durable clinical benefit, or not evaluable."""

from collections.abc import Iterator
from typing import Literal, Self

import pandas as pd
from pydantic import model_validator

from radici.core.cells import Word, codes, column_of, numbers
from radici.core.outcome import DAYS_PER_MONTH, Response
from radici.core.variables import Given, read
from radici.response.endpoint import Tables
from radici.response.follow_up import MONTHS_PER_UNIT
from radici.response.from_lesions import FromLesions, response
from radici.response.patients import Facts
from radici.response.summaries.benefit import Benefit, DurableBenefit
from radici.response.summaries.best_response import MISSING, Best, BestResponse
from radici.response.summaries.progression import ProgressionFree, TimeTo


class DurableBenefitEndpoint(FromLesions, name="durable_benefit"):
    """Whether disease control lasted longer than six months; censored before is not evaluable, and so unknown.

    Parameters
    ----------
    column, time, event, unit
        Columns of best response, progression-free time and its event; instead of `lesions`. All are needed: a time
        without its event does not say whether the disease progressed then or observation ended.
    rule
        Which reading of the definition, and how many days.
    """

    column: str | None = None
    not_evaluable: tuple[Word, ...] = ()
    time: str | None = None
    event: str | None = None
    unit: Literal["days", "weeks", "months", "years"] | None = None
    event_values: tuple[Word, ...] = ("1",)
    censored_values: tuple[Word, ...] = ("0",)
    best: BestResponse = BestResponse()
    progression: ProgressionFree = ProgressionFree()
    rule: DurableBenefit = DurableBenefit()

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        columns = [self.column, self.time, self.event, self.unit]
        if self.lesions is not None:
            if any(one is not None for one in columns):
                raise ValueError("give either `lesions`, or `column`, `time`, `event` and `unit`")
            return self
        if self.time is not None and self.event is None:
            raise ValueError(
                "durable benefit needs `event` beside `time`: a time without its event does not say whether the "
                "disease progressed then or observation ended, so no-benefit and not-evaluable cannot be told apart. "
                "Without such a column take the table's own verdict with `category`"
            )
        if (
            self.time is None
            or self.unit is None
            or (self.column is None and self.rule.reading == "any_response_or_sd6")
        ):
            needed = "`time`, `event` and `unit`" + (
                " and `column`" if self.rule.reading != "disease_control_6" else ""
            )
            raise ValueError(f"give `lesions`, or the columns {needed}")
        return self

    @property
    def counts_from_start(self) -> bool:
        """Six months from the start of treatment."""
        return True

    @property
    def called(self) -> str:
        """What it is called in print, with the reading."""
        days = f"more than {self.rule.days} days"
        if self.rule.reading == "disease_control_6":
            return f"durable benefit (disease control for {days})"
        return f"durable benefit (any response, or stable disease for {days})"

    def about(self) -> str:
        """The reading, and where it is read from."""
        if self.lesions is not None:
            return super().about()
        columns = [name for name in (self.column, self.time, self.event) if name]
        return f"{self.called} from the columns {', '.join(columns)}"

    def __call__(self, name: str, table: pd.DataFrame, tables: Tables | None = None) -> Response:
        """Yes or no; unknown where it cannot be evaluated, with the reason."""
        found = self._from_lesions(name, table, tables) if self.lesions is not None else self._from_columns(name, table)
        meaning = {"yes": True, "no": False, "not evaluable": None}
        return response(name, ((patient, meaning[one.answer], one.why) for patient, one in found))

    def _from_lesions(self, name: str, table: pd.DataFrame, tables: Tables | None) -> Iterator[tuple[str, Benefit]]:
        (courses, facts), criterion = self.read(name, tables), self.criterion
        for patient in map(str, table.index):
            if patient not in courses:
                yield patient, Benefit("not evaluable", f"no lesions in '{self.lesions}'")
                continue
            timeline = criterion(courses[patient])
            known = facts.get(patient, Facts(patient))
            yield patient, self.rule(self.best.of(timeline, known), self.progression(timeline, known))

    def _from_columns(self, name: str, table: pd.DataFrame) -> Iterator[tuple[str, Benefit]]:
        where = f"Endpoint '{name}': the clinical table"
        assert self.time is not None
        assert self.event is not None
        assert self.unit is not None
        at = f"Endpoint '{name}', column"
        times = numbers(column_of(table, self.time, where), f"{at} '{self.time}'") * MONTHS_PER_UNIT[self.unit]
        known = dict.fromkeys(self.event_values, 1.0) | dict.fromkeys(self.censored_values, 0.0)
        mend = "List the text under `event_values` or `censored_values`."
        events = codes(column_of(table, self.event, where), known, f"{at} '{self.event}'", mend)
        best = pd.Series("", index=table.index, dtype=object)
        if self.column is not None:
            given = Given(column=self.column, recode=dict.fromkeys(self.not_evaluable, "NE"))
            best = read(table, {"best_response": given}, where)["best_response"]
        for patient, months, event, category in zip(table.index, times, events, best, strict=True):
            yield str(patient), self._benefit(months, event, category)

    def _benefit(self, months: float, event: float, category: str) -> Benefit:
        if months != months or event != event:
            return Benefit("not evaluable", f"no '{self.time if months != months else self.event}'")
        days = months * DAYS_PER_MONTH
        cause: Literal["progression", "censored"] = "progression" if event else "censored"
        word = "progression or death" if event else "observation ended"
        free = TimeTo(round(days), cause, f"{word} on day {days:.0f}", 0, days)
        return self.rule(Best(category or MISSING, None, category), free)
