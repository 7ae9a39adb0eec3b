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
        missing = {self.time: follow["months"].isna(), self.event: follow["event"].isna()}
        known = follow.dropna()
        unknown = []
        for patient in follow.index.difference(known.index, sort=False):
            absent = [f"'{column}'" for column, is_absent in missing.items() if is_absent[patient]]
            unknown.append((str(patient), f"no {' and no '.join(absent)}"))
        return Survival(
            name,
            tuple(map(str, known.index)),
            tuple(unknown),
            known["event"].to_numpy() == 1.0,
            known["months"].to_numpy(dtype=float),
        )
