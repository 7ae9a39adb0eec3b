"""What a misread endpoint does to the AUC that a study reports.

    python benchmarks/misclassified_endpoint.py --write docs/evidence

Simulates large cohorts (seeded): labels wrong at random beside the closed form of `radici.statistics.misclassified`,
then labels misread because diameters are measured with an error and a threshold is near. Writes
`misclassified_endpoint.md`.
"""

import argparse
import math
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

import numpy as np

from radici.statistics.auc import auc
from radici.statistics.misclassified import seen_auc

SEED, PATIENTS = 30, 200_000
AUC = 0.75
LESIONS_MM = (25.0, 0.4)  # median diameter and spread of its logarithm
CHANGE = (-0.10, 0.40)  # mean and spread of the logarithm of follow-up over baseline
DIFFERENT = 0.10  # spread among the lesions of a patient
RATES = (
    (1.0, 1.0, 0.25),
    (0.95, 0.95, 0.25),
    (0.9, 0.9, 0.25),
    (0.8, 0.9, 0.25),
    (0.9, 0.8, 0.25),
    (0.9, 0.9, 0.5),
    (0.9, 0.9, 0.1),
)  # sensitivity and specificity of the label, share truly yes
SHIFT = math.sqrt(2) * NormalDist().inv_cdf(AUC)  # between two normal distributions with that AUC
ERRORS = (0.04, 0.086, 0.12)  # relative standard deviation of one diameter, one reader


@dataclass(frozen=True)
class Cohort:
    """True and read sums of diameters, in mm, shape (n,), of baseline and follow-up; `read` has one pair per reader."""

    baseline: np.ndarray
    follow_up: np.ndarray
    read: list[tuple[np.ndarray, np.ndarray]]


def cohort(error: float, rng: np.random.Generator) -> Cohort:
    lesions = rng.integers(1, 6, PATIENTS)
    there = np.arange(5) < lesions[:, None]
    start = rng.lognormal(math.log(LESIONS_MM[0]), LESIONS_MM[1], (PATIENTS, 5)) * there
    change = rng.normal(*CHANGE, (PATIENTS, 1)) + rng.normal(0, DIFFERENT, (PATIENTS, 5))
    end = start * np.exp(change)
    read = [
        tuple((one * (1 + error * rng.standard_normal(one.shape))).clip(0).round().sum(axis=1) for one in (start, end))
        for _ in range(2)
    ]
    return Cohort(start.sum(axis=1), end.sum(axis=1), read)


def responds(baseline: np.ndarray, follow_up: np.ndarray) -> np.ndarray:
    return follow_up <= 0.7 * baseline


def progresses(baseline: np.ndarray, follow_up: np.ndarray) -> np.ndarray:
    return (follow_up >= 1.2 * baseline) & (follow_up - baseline >= 5)


ENDPOINTS = {"response (-30 %)": (responds, -1.0), "progression (+20 %, 5 mm)": (progresses, 1.0)}


def at_random(rng: np.random.Generator) -> list[str]:
    lines = [
        "| sensitivity | specificity | truly yes | AUC | seen | closed form |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for sensitivity, specificity, prevalence in RATES:
        truth = rng.random(PATIENTS) < prevalence
        score = rng.standard_normal(PATIENTS) + SHIFT * truth
        recorded = np.where(truth, rng.random(PATIENTS) < sensitivity, rng.random(PATIENTS) >= specificity)
        lines.append(
            f"| {sensitivity:g} | {specificity:g} | {100 * prevalence:g} % | {AUC} | {auc(recorded, score):.3f} | "
            f"{seen_auc(AUC, sensitivity, specificity, prevalence):.3f} |"
        )
    return lines


def scores(truth: np.ndarray, change: np.ndarray, sign: float, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Two scores of about equal AUC: one knows only the true class, one follows the change of the sum itself."""
    noise = rng.standard_normal(PATIENTS)
    standard = sign * (change - change.mean()) / change.std()
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        found = auc(truth, middle * standard + math.sqrt(1 - middle**2) * noise)
        low, high = (middle, high) if found < AUC else (low, middle)
    return {
        "knows the class only": noise + SHIFT * truth,
        "follows the change": middle * standard + math.sqrt(1 - middle**2) * noise,
    }


def misread(rng: np.random.Generator) -> list[str]:
    lines = [
        "| endpoint | error of a diameter | score | sensitivity | specificity | AUC | one reader | closed form "
        "| mean of two readers | readers agree |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for error in ERRORS:
        found = cohort(error, rng)
        for endpoint, (decide, sign) in ENDPOINTS.items():
            truth = decide(found.baseline, found.follow_up)
            one, two = (decide(*pair) for pair in found.read)
            both = decide(*((a + b) / 2 for a, b in zip(*found.read, strict=True)))
            change = np.log(found.follow_up / found.baseline)
            sensitivity, specificity = one[truth].mean(), 1 - one[~truth].mean()
            for name, score in scores(truth, change, sign, rng).items():
                same = one == two
                expected = seen_auc(auc(truth, score), sensitivity, specificity, truth.mean())
                lines.append(
                    f"| {endpoint} | {100 * error:g} % | {name} | {sensitivity:.3f} | {specificity:.3f} | "
                    f"{auc(truth, score):.3f} | {auc(one, score):.3f} | {expected:.3f} | {auc(both, score):.3f} | "
                    f"{auc(one[same], score[same]):.3f} |"
                )
    return lines


def readers(rng: np.random.Generator) -> list[str]:
    lines = [
        "| endpoint | error of a diameter | readers differ | kappa | misread within 10 points of the threshold |",
        "| --- | --- | --- | --- | --- |",
    ]
    for error in ERRORS:
        found = cohort(error, rng)
        for endpoint, (decide, _) in ENDPOINTS.items():
            truth = decide(found.baseline, found.follow_up)
            one, two = (decide(*pair) for pair in found.read)
            percent = 100 * (found.follow_up / found.baseline - 1)
            near = np.abs(percent - (-30 if decide is responds else 20)) <= 10
            wrong = one != truth
            chance = one.mean() * two.mean() + (1 - one.mean()) * (1 - two.mean())
            kappa = ((one == two).mean() - chance) / (1 - chance)
            lines.append(
                f"| {endpoint} | {100 * error:g} % | {100 * (one != two).mean():.1f} % | {kappa:.2f} | "
                f"{100 * (wrong & near).sum() / max(wrong.sum(), 1):.0f} % of those misread |"
            )
    return lines


def page() -> str:
    rng = np.random.default_rng(SEED)
    random, reading, two = (chr(10).join(part(rng)) for part in (at_random, misread, readers))
    return f"""# What a misread endpoint does to an AUC

Made by `python benchmarks/misclassified_endpoint.py` (seed {SEED}, {PATIENTS} patients a row, which leaves a Monte
Carlo error of about 0.002). The formula and its derivation are in `radici.statistics.misclassified`; on the bias and
its correction see Zawistowski et al. 2017, Stat Med 36:2148, 10.1002/sim.7260.

## Labels wrong at random

Errors that do not depend on the score. A label that is right nine times in ten takes a fifth to a half of what an AUC
has above 0.5, the more the rarer the event.

{random}

## Labels misread near a threshold

One to five target lesions a patient (median {LESIONS_MM[0]:g} mm), every diameter read with a relative error and
rounded to a millimetre, at baseline and at follow-up; the truth is the same rule on the true diameters. The middle
error is that of two readers of one lesion in a meta-analysis of 12 studies (95 % limits of agreement from -22.1 to
25.4 %: Yoon et al. 2016, Eur J Cancer 53:5, 10.1016/j.ejca.2015.10.014), the other two are assumptions.

*Closed form* takes the sensitivity and specificity of one reader and assumes that errors do not depend on the score.
That holds for a score that knows the class only. A score that follows the change of the sum is least sure just where
readers err, and the closed form would take more from it than the errors do: correcting such an AUC with the formula
would flatter it. *Mean of two readers* decides on the mean of both readers' sums. *Readers agree* leaves out the
patients on whom they differ: the AUC of a score that follows the change rises above the true one, because the
difficult patients are gone.

{reading}

## Two readers

Both measure the same lesions here and overlook no new one. Real readers differ more: in best response in 28.8 % of 1724
patients of five lung cancer trials (Beaumont et al. 2023, 10.3389/fonc.2023.1239570).

{two}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path, help="folder for misclassified_endpoint.md")
    write = parser.parse_args().write
    text = page()
    if write:
        (write / "misclassified_endpoint.md").write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
