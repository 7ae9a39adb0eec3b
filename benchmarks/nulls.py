"""What our own numbers do when the truth is known: nothing, something, or nothing beyond the simple comparators.

    python benchmarks/nulls.py --jobs 2 --write docs/evidence

Draws feature-level cohorts (n = 120; seeds 0 to 199, for the last truth 0 to 99) and image-level ones (seeds 0 to 9),
runs the whole pipeline on each, and writes `nulls.csv` (a row per cohort), `nulls.md` (the summary) and the coverage
that reports print.
"""

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.stats import kstest

from radici.core.errors import RadiciError
from radici.demo import feature_cohort, write_cohort
from radici.evaluation.design import Design
from radici.evaluation.evaluate import evaluate
from radici.evaluation.evaluation import Evaluation
from radici.learning.recipe import Recipe
from radici.statistics.auc import auc
from radici.study.file import Study
from radici.study.simulate import evaluate_folder

RECIPE = [
    {"impute": {}},
    {"drop_constant": {}},
    {"drop_correlated": {"limit": 0.9}},
    {"standardise": {}},
    {"lasso": {"features": 10}},
    {"elastic_net_logistic": {}},
]
TRUTHS = ("none", "planted", "clinical_and_volume")
MAIN = "clinical+image"


def one_cohort(truth: str, seed: int, n: int, design: Design) -> dict:
    table, outcome, blocks, risk = feature_cohort(n, signal=truth, seed=seed)
    planned = design if truth != "planted" else design.model_copy(update={"permutations": 0})
    found = evaluate(Recipe.read(RECIPE), table, outcome, planned, blocks=blocks, seed=seed)
    row = {"level": "features", "truth": truth, "seed": seed, "auc_risk_score": 1 - auc(outcome.y, np.asarray(risk))}
    return row | numbers(found)


def one_survival_cohort(seed: int, n: int, design: Design) -> dict:
    table, outcome, blocks, _ = feature_cohort(n, signal="none", seed=seed, kind="survival")
    recipe = Recipe.read([*RECIPE[:-1], {"elastic_net_cox": {}}])
    found = evaluate(recipe, table, outcome, design, blocks=blocks, seed=seed)
    return {"level": "survival", "truth": "none", "seed": seed} | numbers(found)


def one_image_cohort(seed: int, design: Design) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        write_cohort(Path(folder), signal="none", seed=seed)
        study = Study.read(Path(folder) / "study.yaml").model_copy(update={"seed": seed, "design": design})
        return {"level": "images", "truth": "none", "seed": seed} | numbers(evaluate_folder(study, Path(folder)))


def numbers(found: Evaluation) -> dict:
    row = {"n": len(found.outcome.patients), "events": int(found.outcome.strata.sum())}
    for number in found.numbers:
        if number.metric in ("AUC", "added AUC", "C-index", "added C-index"):
            name = f"{number.metric.replace('C-index', 'AUC').replace(' ', '_').lower()}_{number.model}"
            estimate = number.estimate
            row |= {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
            row[f"{name}_p"] = estimate.p
    return row


def summary(rows: pd.DataFrame, design: Design) -> tuple[str, dict]:
    none = rows[(rows.truth == "none") & (rows.level == "features")]
    planted = rows[rows.truth == "planted"]
    beyond = rows[rows.truth == "clinical_and_volume"]
    images = rows[rows.level == "images"]
    key, added = f"auc_{MAIN}", f"added_auc_{MAIN}"
    covered = ((none[f"{key}_low"] <= 0.5) & (none[f"{key}_high"] >= 0.5)).mean()
    gap = planted["auc_risk_score"] - planted[key]
    lines = [
        ("mean AUC of clinical+image, no signal", f"{none[key].mean():.3f}", "0.49 to 0.51"),
        ("… of image alone", f"{none['auc_image'].mean():.3f}", ""),
        ("… of volume alone (fixed direction)", f"{none['auc_volume'].mean():.3f}", ""),
        ("interval covers 0.5, no signal", f"{100 * covered:.1f} %", "92 to 98 %"),
        ("permutation p uniform, Kolmogorov-Smirnov p", f"{kstest(none[f'{key}_p'], 'uniform').pvalue:.3f}", "> 0.01"),
        ("permutation p < 0.05", f"{100 * (none[f'{key}_p'] < 0.05).mean():.1f} %", ""),
        ("added value p < 0.05, no signal", f"{100 * (none[f'{added}_p'] < 0.05).mean():.1f} %", "at most 8 %"),
    ]
    if len(beyond):
        share = (beyond[f"{added}_p"] < 0.05).mean()
        lines.append(("added value p < 0.05, clinical and volume real, image null", f"{100 * share:.1f} %", ""))
        beyond_covered = ((beyond[f"{added}_low"] <= 0) & (beyond[f"{added}_high"] >= 0)).mean()
        lines.append(("… its interval covers 0", f"{100 * beyond_covered:.1f} %", ""))
    lines += [
        ("AUC of the risk score itself, signal planted", f"{planted['auc_risk_score'].mean():.3f}", "0.75 to 0.80"),
        ("mean (risk score - clinical+image), same patients", f"{gap.mean():+.3f}", "0 to 0.08"),
        ("mean added AUC over clinical+volume, signal planted", f"{planted[added].mean():+.3f}", ""),
    ]
    if len(images):
        spread = f"{images[key].mean():.3f} (SD {images[key].std():.3f}, {len(images)} cohorts)"
        inside = ((images[f"{key}_low"] <= 0.5) & (images[f"{key}_high"] >= 0.5)).sum()
        lines.append(("mean AUC of clinical+image, image-level cohorts without signal", spread, "near 0.5"))
        lines.append(("… interval covers 0.5", f"{inside} of {len(images)}", ""))
    survival = rows[rows.level == "survival"]
    if len(survival):
        inside = ((survival[f"{key}_low"] <= 0.5) & (survival[f"{key}_high"] >= 0.5)).mean()
        lines.append(
            (f"mean C-index of clinical+image, no signal ({len(survival)} cohorts)", f"{survival[key].mean():.3f}", "")
        )
        lines.append(("… interval covers 0.5", f"{100 * inside:.1f} %", ""))
        lines.append(
            (
                "… permutation p uniform, Kolmogorov-Smirnov p",
                f"{kstest(survival[f'{key}_p'], 'uniform').pvalue:.3f}",
                "",
            )
        )
        lines.append(("… added value p < 0.05", f"{100 * (survival[f'{added}_p'] < 0.05).mean():.1f} %", ""))
    text = "| what | found | wanted |\n| --- | --- | --- |\n" + "".join(f"| {a} | {b} | {c} |\n" for a, b, c in lines)
    about = f"{design.folds} folds, {design.repeats} repeat(s), {design.permutations} permutations"
    coverage = {
        "interval of a cross-validated AUC": {
            "truth": "no signal",
            "cohorts": len(none),
            "n": int(none["n"].iloc[0]),
            "design": about,
            "covered": round(float(covered), 3),
        }
    }
    if len(beyond):
        coverage["interval of the added value"] = {
            "truth": "clinical variables and volume matter, images do not",
            "cohorts": len(beyond),
            "n": int(beyond["n"].iloc[0]),
            "design": about,
            "covered": round(float(beyond_covered), 3),
        }
    return text, coverage


def page(text: str, frame: pd.DataFrame, design: Design) -> str:
    counts = frame[frame.level == "features"].truth.value_counts()
    cohorts = ", ".join(f"{counts[truth]} {truth}" for truth in TRUTHS if truth in counts)
    command = f"python benchmarks/nulls.py --repeats {design.repeats} --permutations {design.permutations}"
    return (
        f"# What our numbers do when the truth is known\n\nMade by `{command}`: feature-level cohorts of "
        f"n = {int(frame['n'].max())} ({cohorts}), {design.folds} folds, {design.repeats} repeat(s), "
        f"{design.permutations} whole-pipeline permutations. One row per cohort in `nulls.csv`; the generator is "
        f"`radici.demo.feature_cohort`.\n\n{text}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cohorts", type=int, default=200)
    parser.add_argument(
        "--beyond", type=int, default=100, help="cohorts in which only clinical variables and volume matter"
    )
    parser.add_argument("--survival", type=int, default=80, help="cohorts with a survival endpoint and no signal")
    parser.add_argument("--images", type=int, default=10)
    parser.add_argument("-n", type=int, default=120)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--permutations", type=int, default=59)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--truths", nargs="*", default=list(TRUTHS))
    parser.add_argument("--write", type=Path, default=Path("docs/evidence"))
    args = parser.parse_args()
    design = Design(repeats=args.repeats, permutations=args.permutations)
    counts = {"none": args.cohorts, "planted": args.cohorts, "clinical_and_volume": args.beyond}
    tasks = [(truth, seed, args.n, design) for truth in args.truths for seed in range(counts[truth])]
    rows = []
    work = Parallel(n_jobs=args.jobs, return_as="generator")(delayed(one_cohort)(*task) for task in tasks)
    for done, row in enumerate(work, 1):
        rows.append(row)
        if done % 20 == 0:
            print(f"{done} of {len(tasks)} cohorts", flush=True)
    deaths = (delayed(one_survival_cohort)(seed, args.n, design) for seed in range(args.survival))
    rows += Parallel(n_jobs=args.jobs)(deaths)
    images = Parallel(n_jobs=args.jobs)(delayed(one_image_cohort)(seed, design) for seed in range(args.images))
    frame = pd.DataFrame([*rows, *images])
    args.write.mkdir(parents=True, exist_ok=True)
    frame.round(4).to_csv(args.write / "nulls.csv", index=False)
    text, coverage = summary(frame, design)
    (args.write / "nulls.md").write_text(page(text, frame, design))
    target = Path(__file__).parent.parent / "src/radici/study/coverage.json"
    target.write_text(json.dumps(coverage, indent=1) + "\n")
    print(text)


if __name__ == "__main__":
    try:
        main()
    except RadiciError as error:
        raise SystemExit(str(error)) from None
