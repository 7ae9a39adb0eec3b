"""Times to progression or death of a group -> survival free of it (also between scans), and incidence by cause."""

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from radici.core.outcome import DAYS_PER_MONTH
from radici.response.summaries.progression import TimeTo
from radici.statistics.cumulative_incidence import cumulative_incidence
from radici.statistics.kaplan_meier import kaplan_meier
from radici.statistics.turnbull import turnbull

CAUSES = {"censored": 0, "progression": 1, "death": 2}
EVERY_MONTH = 3.0


def progression_curves(times: Iterable[TimeTo]) -> pd.DataFrame:
    """Every three months: Kaplan-Meier, what the scan intervals allow, and the incidence of each first event.

    Returns
    -------
    pd.DataFrame
        `months`; `at_risk`; `kaplan_meier`, which takes the scan's day for the day of progression;
        `turnbull_low`, `turnbull_high`, between which the survival lies that makes no such assumption (Turnbull);
        `progression`, `death_without_progression`, cumulative incidences that compete (Aalen-Johansen). NaN beyond the
        last observation.
    """
    found = list(times)
    months = np.array([max(one.days, 0) for one in found], dtype=float) / DAYS_PER_MONTH
    event = np.array([one.event for one in found], dtype=bool)
    grid = np.arange(0.0, math.floor(months.max() / EVERY_MONTH) * EVERY_MONTH + 0.1, EVERY_MONTH)
    low, high = turnbull(*_intervals(found)).bounds(grid)
    incidence = cumulative_incidence(np.array([CAUSES[one.cause] for one in found]), months, causes=(1, 2))
    return pd.DataFrame(
        {
            "months": grid,
            "at_risk": [(months >= at).sum() for at in grid],
            "kaplan_meier": kaplan_meier(event, months).at(grid),
            "turnbull_low": low,
            "turnbull_high": high,
            "progression": incidence.at(1, grid),
            "death_without_progression": incidence.at(2, grid),
        }
    )


def _intervals(times: list[TimeTo]) -> tuple[np.ndarray, np.ndarray]:
    """Ends in months; an event on day 0 is taken half a day later, where intervals begin."""
    right = np.array([max(one.high, 0.5) for one in times]) / DAYS_PER_MONTH
    exact = np.array([one.low == one.high for one in times])
    left = np.array([max(one.low, 0.0) for one in times]) / DAYS_PER_MONTH
    return np.where(exact, right, left), right
