"""Two columns, time and event -> months and status of each patient; what time and event endpoints share."""

from typing import Any, Literal, Self

import pandas as pd
from pydantic import Field, model_validator

from radici.core.cells import Word, codes, column_of, numbers
from radici.core.errors import TableError, some
from radici.core.outcome import DAYS_PER_MONTH
from radici.response.endpoint import Endpoint

MONTHS_PER_UNIT = {"days": 1 / DAYS_PER_MONTH, "weeks": 7 / DAYS_PER_MONTH, "months": 1.0, "years": 12.0}


class FollowUp(Endpoint):
    """The columns of time since the start and of the event, the unit of time, and the texts for seen or censored.

    A month is 365.25 / 12 = 30.4375 days. `landmark` is the column, in the same unit, of the time of the scan that
    predictors come from: time zero moves there, and who had the event or left observation before is unknown.
    """

    time: str
    event: str
    unit: Literal["days", "weeks", "months", "years"]
    event_values: tuple[Word, ...] = Field(("1",), min_length=1)
    censored_values: tuple[Word, ...] = Field(("0",), min_length=1)
    landmark: str | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        both = sorted(set(self.event_values) & set(self.censored_values))
        if both:
            raise ValueError(f"{both} cannot mean both event and censored")
        return self

    @property
    def counts_from_start(self) -> bool:
        """Whether no landmark moves time zero."""
        return self.landmark is None

    def about(self) -> str:
        """The columns of time and event, and where time begins."""
        zero = f", from the scan in column {self.landmark} on" if self.landmark else ""
        return f"time in column {self.time} ({self.unit}), event in column {self.event}{zero}"

    def follow(self, name: str, table: pd.DataFrame) -> pd.DataFrame:
        """Columns `months`, `event` (1 seen, 0 censored) and `gone`, indexed by patient; NaN where missing.

        Months count from the landmark, where there is one; who had the event or left observation by then is `gone`.

        Raises
        ------
        TableError
            A time that is no number or negative; an event text that is not declared.
        """
        months = self._months(name, table, self.time)
        event = codes(
            column_of(table, self.event, f"Endpoint '{name}': the clinical table"),
            dict.fromkeys(self.event_values, 1.0) | dict.fromkeys(self.censored_values, 0.0),
            f"Endpoint '{name}', column '{self.event}'",
            "List the text under `event_values` or `censored_values`.",
        )
        gone = pd.Series(False, index=months.index)
        if self.landmark is not None:
            months = months - self._months(name, table, self.landmark)
            gone = months <= 0
        return pd.DataFrame({"months": months.mask(gone), "event": event, "gone": gone})

    def lacking(self, row: Any) -> str:
        """Why a patient with this row of `follow` has no months or no status."""
        if row["gone"]:
            return f"the event came, or observation ended, by the time '{self.landmark}' of the scan"
        both = f"'{self.time}'" + (f" or '{self.landmark}'" if self.landmark is not None else "")
        absent = [both] if pd.isna(row["months"]) else []
        absent += [f"'{self.event}'"] if pd.isna(row["event"]) else []
        return f"no {' and no '.join(absent)}"

    def _months(self, name: str, table: pd.DataFrame, column: str) -> pd.Series:
        where = f"Endpoint '{name}', column '{column}'"
        time = numbers(column_of(table, column, f"Endpoint '{name}': the clinical table"), where)
        negative = time[time < 0]
        if len(negative):
            found = some([f"{value:g} (patient {patient})" for patient, value in negative.items()])
            raise TableError(
                f"{where}: a time from 0 on is expected, found {found} {self.unit}. Correct the table, or leave "
                f"the patient out with `exclude`."
            )
        return time * MONTHS_PER_UNIT[self.unit]
