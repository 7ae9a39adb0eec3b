"""Time of RECIST 1.1, iRECIST and growth on 10,000 simulated patients with 8 visits and 6 lesions, on one core.

    python benchmarks/response_speed.py --write docs/evidence

CPU seconds of one process; the table of texts is in memory. Writes `response_speed.md`.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from radici.response.criteria import Irecist, Recist11
from radici.response.growth.hyperprogression import hyperprogression
from radici.response.growth.pace_of import pace_of
from radici.response.growth.patient import GrowthRules, growth_row
from radici.response.lesions import courses, lesion_table
from radici.response.patients import Facts

PATIENTS, VISITS, LESIONS, EVERY = 10_000, 8, 6, 42
ORGANS = np.array(["lung", "liver", "lung", "liver", "lymph node", "bone"])


def draw(patients: int) -> pd.DataFrame:
    """Five targets and a non-target lesion; sizes follow a random walk with a reader's error of 3 %."""
    rng = np.random.default_rng(40)
    lesion = np.tile(np.arange(LESIONS), patients * VISITS)
    visit = np.tile(np.repeat(np.arange(VISITS), LESIONS), patients)
    walk = np.exp(np.cumsum(rng.normal(0, 0.12, (patients, VISITS, 1)), axis=1))
    error = np.exp(rng.normal(0, 0.03, (patients, VISITS, LESIONS)))
    size = (rng.uniform(15, 60, (patients, 1, LESIONS)) * walk * error).ravel()
    target = lesion < LESIONS - 1
    return pd.DataFrame(
        {
            "patient": np.repeat([f"P{i:05d}" for i in range(patients)], VISITS * LESIONS),
            "lesion": np.where(target, np.char.add("T", lesion.astype(str)), "NT1"),
            "role": np.where(target, "target", "non-target"),
            "organ": ORGANS[lesion],
            "day": ((visit - 1) * EVERY).astype(str),
            "diameter_mm": [f"{one:.1f}" if is_target else "" for one, is_target in zip(size, target, strict=True)],
            "state": np.where(target, "", "present"),
        }
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--patients", type=int, default=PATIENTS)
    asked = parser.parse_args()
    table = draw(asked.patients)
    steps: list[tuple[str, float]] = []

    def timed(what: str, work: Callable[[], Any]) -> Any:
        began = time.process_time()
        found = work()
        steps.append((what, time.process_time() - began))
        return found

    rules, facts = GrowthRules(), Facts()
    rows = timed("texts to typed rows, every cell checked", lambda: lesion_table(table))
    every = timed("rows to courses, order and units checked", lambda: courses(rows))
    lines = timed("RECIST 1.1", lambda: [Recist11()(one) for one in every])
    timed("iRECIST", lambda: [Irecist()(one) for one in every])
    pairs = list(zip(every, lines, strict=True))
    paces = timed("pace before and on treatment", lambda: [pace_of(one, line, facts) for one, line in pairs])
    timed(
        "growth: rates, constants fitted, early shrinkage, pseudoprogression, dissociated response",
        lambda: [growth_row(one, line, pace, facts, rules) for (one, line), pace in zip(pairs, paces, strict=True)],
    )
    timed("seven rules of hyperprogression and three variants", lambda: hyperprogression([p for p in paces if p]))
    total = sum(seconds for _, seconds in steps)
    parts = [
        "# Speed of the response engine",
        "",
        f"Made by `python benchmarks/response_speed.py`: {asked.patients:,} simulated patients, {VISITS} visits,",
        f"{LESIONS} lesions, {len(table):,} rows, one process, compiled code in its cache.",
        "",
        "| step | CPU s |",
        "| --- | --- |",
        *(f"| {what} | {seconds:.1f} |" for what, seconds in steps),
        f"| all | {total:.1f} |",
        "",
    ]
    if asked.write:
        (asked.write / "response_speed.md").write_text("\n".join(parts), encoding="utf-8")
    print("\n".join(parts))


if __name__ == "__main__":
    main()
