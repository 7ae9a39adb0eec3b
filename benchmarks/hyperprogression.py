"""How far the published rules of hyperprogression agree on the same patients.

    python benchmarks/hyperprogression.py --write docs/evidence

Simulates 200 patients (seeded) with scans before, at and after the start of treatment, some of them missing or too
late, and asks every registered rule. Writes `hyperprogression.md`.
"""

import argparse
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from radici.response.growth import HYPERPROGRESSION_RULES, Pace, agreement, hyperprogression

SEED, PATIENTS = 20, 200
MONTH = 30.4375
KAS = """In 406 patients with advanced non-small-cell lung cancer, Kas et al. 2020 (JAMA Oncol 6:1039,
10.1001/jamaoncol.2020.1634) found from 22 (5.4 %) to 75 (18.5 %) hyperprogressive patients by five definitions. The
share of patients that two definitions have in common (Jaccard index) runs from 33.3 % to 69.3 % in their abstract;
their table 3, which calls the definitions A to E and contradicts its own counts in three of ten pairs, also has a pair
with 27.6 % (21 of 76). They conclude that the definitions do not describe the same behaviour of a tumour. The patients
above are simulated, so that no number of theirs should be expected here; what repeats is that the rules part, and that
a scan before baseline decides whether most of them apply at all."""


def one_patient(number: int, rng: np.random.Generator) -> Pace:
    """Logarithms of sums change by a rate a month before treatment and another one on it; sums have a 4 % error."""
    course = rng.choice(["responds", "as before", "accelerates"], p=[0.25, 0.6, 0.15])
    before = rng.normal(0.06, 0.07)
    on = {
        "responds": rng.normal(-0.15, 0.07),
        "as before": before + rng.normal(0, 0.06),
        "accelerates": before + rng.normal(0.22, 0.08),
    }[course]
    baseline_day, first_day = -round(rng.uniform(0, 28)), round(rng.normal(56, 12))
    first_day = max(first_day, 21) if rng.random() > 0.04 else 92 + round(rng.uniform(3, 30))
    pre_day = baseline_day - round(rng.uniform(8, 100))
    size = rng.lognormal(np.log(70), 0.5)
    true = [
        size,
        size * np.exp(on * (first_day - baseline_day) / MONTH),
        size / np.exp(before * (baseline_day - pre_day) / MONTH),
    ]
    baseline, first, pre = (max(10.0, round(one * rng.normal(1, 0.04), 1)) for one in true)
    worse = course == "accelerates"
    new = int(rng.poisson(0.9 if worse else 0.25))
    new_organ = bool(rng.random() < (0.3 if worse else 0.07))
    progression = bool((first >= 1.2 * baseline and first - baseline >= 5) or new or new_organ)
    failed = progression and rng.random() < 0.75
    ecog = int(rng.choice([0, 1, 2], p=[0.35, 0.55, 0.1]))
    has_pre, has_first, known = rng.random() > 1 / 3, rng.random() > 0.05, rng.random() > 0.08
    return Pace(
        patient=f"S{number:03d}",
        baseline_mm=baseline,
        baseline_day=baseline_day,
        first_mm=first if has_first else None,
        first_day=first_day if has_first else None,
        pre_mm=pre if has_pre else None,
        pre_day=pre_day if has_pre else None,
        progression=progression if has_first else None,
        failure_day=float(first_day + rng.integers(-14, 14)) if failed else None,
        followed_day=None if failed else float(first_day + 60),
        new_in_involved_organ=new if known else None,
        new_organ=new_organ if known else None,
        organs_with_new_lesions=min(new, 1) + new_organ if known else None,
        ecog_baseline=ecog,
        ecog_worst=min(4, ecog + int(rng.random() < (0.5 if worse else 0.15))) if rng.random() > 0.1 else None,
        treatment_switch=bool(rng.random() < 0.12),
    )


def counts(table: pd.DataFrame) -> str:
    lines = [
        "| rule | yes | no | not applicable | yes of those it applies to | not verified |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, group in table.groupby("rule", sort=False):
        said = Counter(group["answer"])
        share = 100 * said["yes"] / max(said["yes"] + said["no"], 1)
        lines.append(
            f"| {name} | {said['yes']} | {said['no']} | {said['not applicable']} | {share:.1f} % | "
            f"{HYPERPROGRESSION_RULES[name].unverified} |"
        )
    return "\n".join(lines)


def reasons(table: pd.DataFrame) -> str:
    lines = ["| rule | why it does not apply | patients |", "| --- | --- | --- |"]
    silent = table[table["answer"] == "not applicable"]
    for name, group in silent.groupby("rule", sort=False):
        for reason, number in Counter(map(_without_numbers, group["why"])).most_common():
            lines.append(f"| {name} | {reason} | {number} |")
    return "\n".join(lines)


def _without_numbers(text: str) -> str:
    text = re.sub(r"^\d of 5 signs.*", "the unknown signs could change the answer", text)
    text = re.sub(r"(at|after) day -?[\d.]+", r"\1 day …", text)
    return re.sub(r"[+-]?\d+\.\d+|only \d+", lambda found: "only …" if found[0].startswith("only") else "…", text)


def pairs(table: pd.DataFrame) -> str:
    lines = [
        "| rules | n | both yes | either yes | agreement | kappa | Jaccard |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in agreement(table).itertuples():
        kappa = "undefined" if np.isnan(row.kappa) else f"{row.kappa:.2f}"
        jaccard = "undefined" if np.isnan(row.jaccard) else f"{100 * row.jaccard:.1f} %"
        lines.append(
            f"| {row.first}, {row.second} | {row.n} | {row.both_yes} | {row.either_yes} | "
            f"{row.percent_agreement:.1f} % | {kappa} | {jaccard} |"
        )
    return "\n".join(lines)


def page(paces: list[Pace]) -> str:
    main = [name for name, rule in HYPERPROGRESSION_RULES.items() if not rule.variant_of]
    variants = [name for name in HYPERPROGRESSION_RULES if name not in main]
    table = hyperprogression(paces, [*main, *variants])
    called = table[(table["answer"] == "yes") & table["rule"].isin(main)]
    by_patient = called.groupby("patient").size()
    missing = sum(pace.pre_mm is None for pace in paces)
    return (
        f"# Seven rules for hyperprogression on the same patients\n\n"
        f"Made by `python benchmarks/hyperprogression.py`: {len(paces)} simulated patients (seed {SEED}), "
        f"{missing} of them without a scan before baseline. The last rows are other readings of a rule "
        f"({', '.join(variants)}). Nothing here says how common hyperprogression is.\n\n"
        f"## What each rule says\n\n{counts(table)}\n\n"
        f"{len(by_patient)} patients are hyperprogressive by at least one of the seven rules, "
        f"{int((by_patient == 1).sum())} of them by one only, and {int((by_patient == len(main)).sum())} by all.\n\n"
        f"## Why a rule does not apply\n\n{reasons(table)}\n\n"
        f"## How far two rules agree\n\nOver the patients to whom both apply; Jaccard is the share called "
        f"hyperprogressive by both among those called so by either.\n\n{pairs(table[table['rule'].isin(main)])}\n\n"
        f"## Beside a published comparison\n\n{KAS}\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path, help="folder for hyperprogression.md")
    write = parser.parse_args().write
    rng = np.random.default_rng(SEED)
    text = page([one_patient(number, rng) for number in range(PATIENTS)])
    if write:
        (write / "hyperprogression.md").write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
