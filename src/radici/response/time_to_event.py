"""Time and event columns -> Survival, in months."""

import pandas as pd

from radici.core.outcome import Survival
from radici.response.endpoint import Tables
from radici.response.follow_up import FollowUp


class TimeToEvent(FollowUp, name="time_to_event"):
    """Months until the event was seen or observation ended: `{time: os_days, event: death, unit: days}`."""

    def __call__(self, name: str, table: pd.DataFrame, tables: Tables | None = None) -> Survival:
        """Months and status; unknown where either column is missing."""
        follow = self.follow(name, table)
        known = follow.dropna()
        missing = follow.loc[follow.index.difference(known.index, sort=False)]
        unknown = [(str(patient), self.lacking(row)) for patient, row in missing.iterrows()]
        return Survival(
            name,
            tuple(map(str, known.index)),
            tuple(unknown),
            known["event"].to_numpy() == 1.0,
            known["months"].to_numpy(dtype=float),
        )
