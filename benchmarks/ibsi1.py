"""Our features beside IBSI 1: every reference value of the digital phantom and of the CT phantom, five times.

    python benchmarks/ibsi1.py --shared SHARED --write docs/evidence

The published numbers are in tests/reference/ibsi1.csv; all is computed through the presets that ship.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from radici.cohort.load import load_region
from radici.core.cohort import RegionSource, Scan
from radici.features.compute import compute
from radici.features.record import record, tidy
from radici.study.presets import read_preset

TESTS = Path(__file__).parents[1] / "tests"
PRESETS = {"digital_phantom": "ibsi-digital-phantom", **{f"config_{x}": f"ibsi-{x}" for x in "ABCDE"}}
VERDICTS = ("met", "not met", "without verdict")


def phantom(case: str, shared: Path) -> tuple[Path, Path]:
    """Image and mask of a configuration."""
    if case == "digital_phantom":
        folder = TESTS / "data" / "ibsi_digital_phantom"
        return folder / "phantom.nii.gz", folder / "mask.nii.gz"
    folder = shared / "data" / "ibsi1" / "ibsi_1_ct_radiomics_phantom" / "nifti"
    return folder / "image" / "phantom.nii.gz", folder / "mask" / "mask.nii.gz"


def measure(case: str, shared: Path) -> dict[str, float]:
    """Every feature and every diagnostic quantity of a configuration, by IBSI's tag."""
    preset = read_preset(PRESETS[case])
    image, mask = phantom(case, shared)
    region = load_region(Scan("phantom", "ct", image, {"roi": RegionSource(mask, 1)}), "roi")
    values, columns = compute(region, preset.imaging, preset.features, preset.filters)
    found = {columns[name].ibsi_tag: value for name, value in values.items()}
    recorded = tidy(dict(record(region, preset.imaging, whole_image=True)), preset.imaging)
    return found | {entry.ibsi_tag: entry.value for entry in recorded}


def verdict(ours: float, value: str, tolerance: str) -> str:
    """Whether ours, rounded to three significant digits or to as many as the value is printed with, complies."""
    if not value:
        return "without verdict"
    printed = value.split("e")[0].removesuffix(".0").lstrip("-").replace(".", "").strip("0")
    rounded = float(np.format_float_positional(ours, precision=max(3, len(printed)), fractional=False, unique=False))
    return "met" if abs(rounded - float(value)) <= float(tolerance) + 1e-9 * abs(float(value)) else "not met"


def compare(shared: Path) -> pd.DataFrame:
    """The published rows with our value and a verdict on each."""
    rows = pd.read_csv(TESTS / "reference" / "ibsi1.csv", dtype=str, keep_default_na=False)
    rows["kind"] = np.where(rows["family"].str.startswith("Diagnostics"), "diagnostic", "feature")
    found = {case: measure(case, shared) for case in PRESETS}
    ours = [found[row.configuration][row.tag] for row in rows.itertuples()]
    rows["ours"] = [f"{value:.7g}" for value in ours]
    rows["verdict"] = [
        verdict(value, *pair) for value, *pair in zip(ours, rows["value"], rows["tolerance"], strict=True)
    ]
    return rows


def count(rows: pd.DataFrame, by: str) -> list[str]:
    """A table: verdicts on features and on diagnostic quantities, by configuration or family."""
    lines = [f"| {by} | rows | {' | '.join(VERDICTS)} |", "| --- | --- | --- | --- | --- |"]
    for name, group in rows.groupby(by, sort=False):
        cells = [str((group["verdict"] == one).sum()) for one in VERDICTS]
        lines.append(f"| {name} | {len(group)} | {' | '.join(cells)} |")
    cells = [str((rows["verdict"] == one).sum()) for one in VERDICTS]
    return [*lines, f"| **all** | {len(rows)} | {' | '.join(cells)} |", ""]


def report(rows: pd.DataFrame) -> str:
    """The page: verdicts by configuration and family, each row that is not met, and those without a verdict."""
    features, diagnostics = (rows[rows["kind"] == kind] for kind in ("feature", "diagnostic"))
    missed, open_rows = (rows[rows["verdict"] == one] for one in ("not met", "without verdict"))
    exact = (pd.to_numeric(rows["tolerance"]) == 0).sum()
    lines = [
        "# Features beside IBSI 1",
        "",
        "Made by `python benchmarks/ibsi1.py --shared SHARED --write docs/evidence`; every row is in `ibsi1.csv`, the",
        "published numbers are in `tests/reference/ibsi1.csv`, the settings in the presets that ship (`ibsi-A` and so",
        "on). Source: Zwanenburg et al., Radiology 2020;295:328-338, 10.1148/radiol.2020191145, and IBSI's compliance",
        "check sheets; phantoms of github.com/theibsi/data_sets.",
        "",
        "A value is met when, rounded to three significant digits as the references are, it lies within IBSI's",
        "tolerance. Diagnostic quantities are rounded to as many digits as theirs are printed with (125256 voxels).",
        f"For {exact} rows the tolerance is 0.",
        "",
        "## Features by configuration",
        "",
        *count(features, "configuration"),
        "## Diagnostic quantities by configuration",
        "",
        *count(diagnostics, "configuration"),
        "## By family",
        "",
        *count(rows, "family"),
        "## Not met",
        "",
        *_table(missed),
        "",
        "## Without verdict",
        "",
        "IBSI's teams found no agreement on these values (densities of the oriented box and of the smallest ellipsoid,",
        "area under the intensity-volume histogram).",
        "",
        *_table(open_rows),
        "",
    ]
    return "\n".join(lines)


def _table(rows: pd.DataFrame) -> list[str]:
    if rows.empty:
        return ["None."]
    head = ["| configuration | tag | ours | reference | tolerance |", "| --- | --- | --- | --- | --- |"]
    return head + [
        f"| {r.configuration} | {r.tag} | {r.ours} | {r.value or '-'} | {r.tolerance or '-'} |"
        for r in rows.itertuples()
    ]


def main() -> None:
    """Compare, write the page and the table, and say how many are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="folder with data/ibsi1")
    parser.add_argument("--write", type=Path, required=True, help="folder for ibsi1.md and ibsi1.csv")
    asked = parser.parse_args()
    rows = compare(asked.shared)
    asked.write.mkdir(parents=True, exist_ok=True)
    order = ["configuration", "kind", "family", "feature", "tag", "ours", "value", "tolerance", "consensus", "verdict"]
    rows[order].to_csv(asked.write / "ibsi1.csv", index=False, lineterminator="\n")
    (asked.write / "ibsi1.md").write_text(report(rows), encoding="utf-8", newline="\n")
    print(rows.groupby(["kind", "verdict"]).size().to_string())


if __name__ == "__main__":
    main()
