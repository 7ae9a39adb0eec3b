"""Time and event columns -> Response: free of the event at a month, such as progression-free at six months."""

from typing import Any

import pandas as pd
from pydantic import Field

from radici.core.outcome import Response
from radici.response.endpoint import Tables
from radici.response.follow_up import FollowUp


class EventFreeAt(FollowUp, name="event_free_at"):
    """Yes where the patient is known to be free of the event at `months`, no where it came before.

    A patient observed for just `months` is free of it then; one censored earlier is unknown, and so is one
    without a time, or with an earlier time and no status.
    """

    months: float = Field(gt=0)

    def about(self) -> str:
        """The month, and the columns."""
        return f"free of the event at month {self.months:g}: {super().about()}"

    def __call__(self, name: str, table: pd.DataFrame, tables: Tables | None = None) -> Response:
        """Yes or no, favourable when yes."""
        follow = self.follow(name, table)
        free = follow["months"] >= self.months
        known = free | (follow["event"] == 1.0) & follow["months"].notna()
        unknown = tuple((str(patient), self._reason(row)) for patient, row in follow[~known].iterrows())
        return Response(name, tuple(map(str, follow.index[known])), unknown, free[known].to_numpy(dtype=bool))

    def _reason(self, row: Any) -> str:
        if pd.isna(row["months"]) or pd.isna(row["event"]):
            return self.lacking(row)
        return f"censored at {row['months']:.3g} months, before month {self.months:g}"
