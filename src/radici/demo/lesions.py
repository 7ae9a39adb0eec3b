"""Patients with a best response and a time of death in; lesion measurements and follow-up that fit them, out.

Every lesion of a patient follows one curve: it shrinks to a depth that belongs to the response, then grows back. What
is random is the number of lesions, their sizes and organs, a reader's error of 3 %, missed scans, and, in a few
patients, a progression that later scans take back.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

ORGANS = ("lung", "liver", "lymph node", "adrenal gland", "bone", "pleura")
SCAN_DAYS = 42
READER_ERROR = 0.03
DEPTH = {"CR": (0.0, 0.0), "PR": (0.25, 0.62), "SD": (0.82, 1.05), "PD": (1.3, 1.9)}
TABLE = ("patient", "lesion", "role", "organ", "visit", "day", "longest_mm", "short_axis_mm", "state")


@dataclass(frozen=True)
class Drawn:
    """One patient: response, last day under observation, and whether that day is a death."""

    patient: str
    site: str
    best: str
    days: int
    died: bool


@dataclass(frozen=True)
class Lesion:
    """One lesion: its name, role, organ, and size at baseline in mm."""

    name: str
    role: str
    organ: str
    size: float


def draw_lesions(patients: list[Drawn], seed: list[int], visits: int = 8) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lesion table and follow-up table as texts, as `radici respond` reads them.

    Parameters
    ----------
    patients
        Who is followed; a best response that is not CR, PR, SD or PD is drawn as SD.
    seed
        The same seed gives the same tables; a patient's rows do not depend on the others.
    visits
        Most scans on treatment.
    """
    rows: list[dict[str, str]] = []
    follow: list[dict[str, str]] = []
    for i, one in enumerate(patients):
        rng = np.random.default_rng([*seed, i])
        last, progressed = _scans(rng, one, visits)
        rows += list(_rows(rng, one, last, progressed))
        follow.append(_follow_up(rng, one, progressed))
    return pd.DataFrame(rows, columns=list(TABLE), dtype=object), pd.DataFrame(follow, dtype=object)


def _scans(rng: np.random.Generator, one: Drawn, visits: int) -> tuple[int, int | None]:
    """Number of scans on treatment, and which of them shows progression."""
    possible = max(0, min(visits, (one.days - 1) // SCAN_DAYS))
    when = 1 if one.best == "PD" else int(rng.integers(3, 12))
    return (min(possible, when + int(rng.integers(0, 2))), when) if when <= possible else (possible, None)


def _rows(rng: np.random.Generator, one: Drawn, scans: int, progressed: int | None) -> Iterator[dict[str, str]]:
    lesions = _lesions(rng)
    low, high = DEPTH.get(one.best, DEPTH["SD"])
    depth = rng.uniform(low, high)
    growth = rng.normal(0.06, 0.05) + (0.1 if one.best == "PD" else 0.0)
    fresh = progressed is not None and rng.random() < 0.35
    organ = str(rng.choice(ORGANS[:2]))
    if rng.random() < 0.6:
        yield from _visit(rng, one, lesions, "before", -int(rng.integers(60, 90)), 1 / (1 + max(growth, -0.2) * 2), 1.0)
    yield from _visit(rng, one, lesions, "baseline", -int(rng.integers(1, 21)), 1.0, 1.0)
    for scan in range(1, scans + 1):
        factor = _factor(scan, depth, progressed)
        day = scan * SCAN_DAYS + int(rng.integers(-4, 5))
        yield from _visit(rng, one, lesions, f"week {6 * scan}", day, factor, 1.0 if progressed != scan else 2.0)
        if fresh and progressed is not None and scan >= progressed:
            size = f"{12 + 4 * (scan - progressed):.0f}"
            yield _row(one, Lesion("N1", "new", organ, 0), f"week {6 * scan}", day, size, "")


def _factor(scan: int, depth: float, progressed: int | None) -> float:
    """Size relative to baseline: down to the depth over two scans, up by a third of baseline at progression."""
    shrunk = depth if depth > 1 or scan > 1 else (depth + 1) / 2 if depth else 0.3
    if progressed is None or scan < progressed or depth > 1:
        return shrunk * (1 + 0.15 * (scan - 1)) if depth > 1 else shrunk
    return shrunk + 0.35 * (scan - progressed + 1)


def _lesions(rng: np.random.Generator) -> list[Lesion]:
    organs = rng.permutation(ORGANS)
    targets = [
        Lesion(f"T{i + 1}", "target", str(organs[i]), float(rng.uniform(18, 60))) for i in range(rng.integers(1, 5))
    ]
    rest = [Lesion(f"NT{i + 1}", "non-target", str(organs[-1 - i]), 0.0) for i in range(rng.integers(0, 2))]
    return [*targets, *rest]


def _visit(
    rng: np.random.Generator, one: Drawn, lesions: list[Lesion], visit: str, day: int, factor: float, worse: float
) -> Iterator[dict[str, str]]:
    missed = visit.startswith("week") and rng.random() < 0.03
    for place, lesion in enumerate(lesions):
        if lesion.role == "non-target":
            gone = factor < 0.2
            yield _row(
                one,
                lesion,
                visit,
                day,
                "",
                "absent" if gone else "progressed" if worse > 1.5 and factor > 1.6 else "present",
            )
            continue
        if missed and place == 0:
            yield _row(one, lesion, visit, day, "", "NE")
            continue
        size = lesion.size * factor * float(np.exp(rng.normal(0, READER_ERROR)))
        if size < 3:
            yield _row(one, lesion, visit, day, "", "absent")
        else:
            yield _row(one, lesion, visit, day, f"{size:.0f}", "")


def _row(one: Drawn, lesion: Lesion, visit: str, day: int, size: str, state: str) -> dict[str, str]:
    node = lesion.organ == "lymph node"
    return {
        "patient": one.patient,
        "lesion": lesion.name,
        "role": lesion.role,
        "organ": lesion.organ,
        "visit": visit,
        "day": str(day),
        "longest_mm": "" if node else size,
        "short_axis_mm": size if node else "",
        "state": state,
    }


def _follow_up(rng: np.random.Generator, one: Drawn, progressed: int | None) -> dict[str, str]:
    stopped = None if progressed is None else progressed * SCAN_DAYS + int(rng.integers(5, 20))
    switched = stopped + int(rng.integers(7, 40)) if stopped is not None and rng.random() < 0.5 else None
    days = {"treatment_end_day": stopped, "new_therapy_day": switched}
    known = {name: "" if day is None or day >= one.days else str(day) for name, day in days.items()}
    return {
        "patient": one.patient,
        "site": one.site,
        "death_day": str(one.days) if one.died else "",
        "last_contact_day": str(one.days),
        **known,
    }
