"""Two columns, time and event -> months and status of each patient; what time and event endpoints share."""

from typing import Literal, Self

import pandas as pd
from pydantic import Field, model_validator

from radici.core.cells import Word, codes, column_of, numbers
from radici.core.errors import TableError, some
from radici.core.outcome import DAYS_PER_MONTH
from radici.response.endpoint import Endpoint

MONTHS_PER_UNIT = {"days": 1 / DAYS_PER_MONTH, "weeks": 7 / DAYS_PER_MONTH, "months": 1.0, "years": 12.0}


class FollowUp(Endpoint):
    """The columns of time since the start and of the event, the unit of time, and the texts for seen or censored.

    A month is 365.25 / 12 = 30.4375 days.
    """

    time: str
    event: str
    unit: Literal["days", "weeks", "months", "years"]
    event_values: tuple[Word, ...] = Field(("1",), min_length=1)
    censored_values: tuple[Word, ...] = Field(("0",), min_length=1)

    @model_validator(mode="after")
    def _check(self) -> Self:
        both = sorted(set(self.event_values) & set(self.censored_values))
        if both:
            raise ValueError(f"{both} cannot mean both event and censored")
        return self

    def follow(self, name: str, table: pd.DataFrame) -> pd.DataFrame:
        """Columns `months` and `event` (1 seen, 0 censored), float64, NaN where missing, indexed by patient.

        Raises
        ------
        TableError
            A time that is no number or negative; an event text that is not declared.
        """
        months = self._months(name, table)
        event = codes(
            column_of(table, self.event, f"Endpoint '{name}': the clinical table"),
            dict.fromkeys(self.event_values, 1.0) | dict.fromkeys(self.censored_values, 0.0),
            f"Endpoint '{name}', column '{self.event}'",
            "List the text under `event_values` or `censored_values`.",
        )
        return pd.DataFrame({"months": months, "event": event})

    def _months(self, name: str, table: pd.DataFrame) -> pd.Series:
        where = f"Endpoint '{name}', column '{self.time}'"
        time = numbers(column_of(table, self.time, f"Endpoint '{name}': the clinical table"), where)
        negative = time[time < 0]
        if len(negative):
            found = some([f"{value:g} (patient {patient})" for patient, value in negative.items()])
            raise TableError(
                f"{where}: a time from 0 on is expected, found {found} {self.unit}. Correct the table, or leave "
                f"the patient out with `exclude`."
            )
        return time * MONTHS_PER_UNIT[self.unit]
