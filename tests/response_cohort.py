"""Simulated patients with lesions and follow-up, for whoever draws or prints responses; one seed, one cohort."""

import math

import numpy as np
import pandas as pd

from radici.response.criteria import CRITERIA
from radici.response.lesions import courses, lesion_table
from radici.response.patients import Facts
from radici.response.respond import Responses, respond

FORGED = "<b>&P</b>"
ORGANS = ("liver", "lung", "adrenal gland", "lymph node", "peritoneum")


def simulated_rows(n: int, seed: int = 5) -> pd.DataFrame:
    """Lesion rows of `n` patients as texts; every seventh had a scan before baseline, some have no target."""
    rng = np.random.default_rng(seed)
    found: list[dict[str, str]] = []
    for i in range(n):
        found += _patient(f"P{i + 1:03d}", i, rng)
    return pd.DataFrame(found)


def _patient(patient: str, i: int, rng: np.random.Generator) -> list[dict[str, str]]:
    kill, growth = rng.gamma(1.2, 0.006), rng.gamma(1.5, 0.0016)
    if i % 3 == 1:
        kill, growth = 0.0, growth + 0.003
    days = [0] if i % 13 == 12 else [0, *(int(56 * k + rng.integers(-6, 7)) for k in range(1, int(rng.integers(2, 9))))]
    days = [-60, *days] if i % 7 < 3 else days
    number = 0 if i % 11 == 10 else int(rng.integers(1, 5))
    rows = []
    for k in range(number):
        organ, size, speed = ORGANS[(i + k) % 5], float(rng.uniform(16, 60)), float(rng.uniform(0.5, 1.5))
        for day in days:
            row = {"patient": patient, "lesion": f"T{k + 1}", "role": "target", "organ": organ, "day": str(day)}
            rows.append(row | _length(size, day, kill * speed, growth, organ, rng))
    if number == 0 or rng.random() < 0.5:
        worse = int(rng.integers(2, 9))
        for place, day in enumerate(days):
            state = "progressed" if place >= worse else "present"
            row = {"patient": patient, "lesion": "N1", "role": "non-target", "organ": "pleura", "day": str(day)}
            rows.append(row | {"diameter_mm": "", "state": state})
    if rng.random() < 0.3 and len(days) > 3:
        for place, day in enumerate(days[3:]):
            row = {"patient": patient, "lesion": "L1", "role": "new", "organ": "brain", "day": str(day)}
            rows.append(row | {"diameter_mm": f"{8 + 4 * place}", "state": ""})
    return rows


def _length(size: float, day: int, kill: float, growth: float, organ: str, rng: np.random.Generator) -> dict[str, str]:
    if day > 0 and rng.random() < 0.03:
        return {"diameter_mm": "", "state": "NE"}
    relative = math.exp(0.003 * day) if day < 0 else math.exp(-kill * day) + math.exp(growth * day) - 1
    now = round(size * relative * float(rng.normal(1, 0.03)), 1)
    if now < 4 and organ != "lymph node" and day > 0:
        return {"diameter_mm": "", "state": "absent"}
    return {"diameter_mm": f"{min(now, 300.0)}", "state": ""}


def simulated_facts(rows: pd.DataFrame, seed: int = 6) -> dict[str, Facts]:
    """What became of each patient after the last scan."""
    rng = np.random.default_rng(seed)
    found = {}
    for patient, days in rows.groupby("patient", sort=False)["day"]:
        last = int(days.astype(int).max())
        until = max(last, 0) + int(rng.integers(10, 120))
        died = bool(rng.random() < 0.35)
        later = int(last + 8) if rng.random() < 0.3 and last > 60 else None
        found[str(patient)] = Facts(
            str(patient), until if died else None, until, later, max(last - 5, 1) if rng.random() < 0.6 else None,
            ecog_baseline=0, ecog_worst=1,
        )  # fmt: skip
    return found


def simulated_responses(n: int = 40, criteria: tuple[str, ...] = ("recist11", "irecist"), seed: int = 5) -> Responses:
    """Responses of `n` patients by the named criteria; the last is called `FORGED`, another has six targets."""
    rows = simulated_rows(n, seed)
    last = rows["patient"].iloc[-1]
    rows["patient"] = rows["patient"].replace(last, FORGED)
    six = [
        {"patient": "PSIX", "lesion": f"T{k}", "role": "target", "organ": f"organ {k}", "day": str(day),
         "diameter_mm": "20", "state": ""}
        for k in range(6)
        for day in (0, 50)
    ]  # fmt: skip
    rows = pd.concat([rows, pd.DataFrame(six)], ignore_index=True)
    rows["start"] = ""
    found = courses(lesion_table(rows.drop(columns="start").fillna("")))
    return respond(found, simulated_facts(rows), [CRITERIA[name]() for name in criteria])
