"""How well a risk ranks who has the event first: events, months and risks in; Harrell's C or Uno's C out."""

import math
from collections.abc import Iterator

import numpy as np

from radici.statistics.kaplan_meier import censoring
from radici.statistics.vectors import flags, numbers

BLOCK = 4_000_000  # pairs held at once; keeps a cohort of tens of thousands within some tens of megabytes


def concordance(event: np.ndarray, months: np.ndarray, risk: np.ndarray) -> float:
    r"""Harrell's C: share of comparable pairs in which the patient with the earlier event has the higher risk.

    A pair is comparable when one patient has the event and the other is known to outlive it; a patient censored
    in the month of the event outlives it, two events in the same month are not compared. Equal risks count one
    half. Between 0 and 1; 0.5 for a constant risk; NaN without a comparable pair.

    Parameters
    ----------
    event
        0/1 or bool, shape (n,): 1 where the event was seen, 0 where the patient was censored.
    months
        Shape (n,), time of event or censoring. Compared exactly, so equal dates must give equal numbers.
    risk
        Shape (n,), higher where the event is expected earlier.

    References
    ----------
    Harrell 1996, 10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4; ties as R's
    `survival::concordance(Surv(months, event) ~ risk, reverse = TRUE)`.
    """
    seen = flags(event, "event")
    months, risk = numbers(months, "months", len(seen)), numbers(risk, "risk", len(seen))
    pairs, won_twice = 0, 0
    for rows in _blocks(np.flatnonzero(seen), len(seen)):
        outlives, above, not_below = _compare(seen, months, risk, rows)
        pairs += int(np.count_nonzero(outlives))
        won_twice += int(np.count_nonzero(above)) + int(np.count_nonzero(not_below))
    return won_twice / (2 * pairs) if pairs else math.nan


def concordance_uno(event: np.ndarray, months: np.ndarray, risk: np.ndarray, tau: float) -> float:
    r"""Uno's C: Harrell's C with each pair weighted by 1 / G(t-)^2, for events up to `tau` months.

    G is the Kaplan-Meier estimate of staying uncensored in the patients given, just before the event, so that
    the result does not depend on how long patients were followed. Between 0 and 1; NaN without a comparable pair.

    Parameters
    ----------
    event, months, risk
        As in `concordance`; the weights come from these patients.
    tau
        Last month (included) whose events count; print it beside the number.

    References
    ----------
    Uno 2011, 10.1002/sim.4154; as R's `survival::concordance(..., timewt = "n/G2", ymax = tau)`.
    """
    seen = flags(event, "event")
    months, risk = numbers(months, "months", len(seen)), numbers(risk, "risk", len(seen))
    earlier = np.flatnonzero(seen & (months <= tau))
    if not len(earlier):
        return math.nan
    uncensored = censoring(seen, months)
    pairs, won = 0.0, 0.0
    for rows in _blocks(earlier, len(seen)):
        outlives, above, not_below = _compare(seen, months, risk, rows)
        weight = uncensored.before(months[rows]) ** -2
        pairs += float(weight @ outlives.sum(axis=1))
        won += float(weight @ (above.sum(axis=1) + not_below.sum(axis=1))) / 2
    return won / pairs if pairs else math.nan


def _blocks(rows: np.ndarray, n: int) -> Iterator[np.ndarray]:
    step = max(1, BLOCK // max(1, n))
    for start in range(0, len(rows), step):
        yield rows[start : start + step]


def _compare(
    seen: np.ndarray, months: np.ndarray, risk: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For events `rows` against all patients: outlived, and of those, risk above and risk not below theirs."""
    # A censored patient is known to be free of the event a little beyond the last visit.
    free_until = np.where(seen, months, np.nextafter(months, np.inf))
    outlives = free_until > months[rows, None]
    own = risk[rows, None]
    return outlives, outlives & (own > risk), outlives & (own >= risk)
