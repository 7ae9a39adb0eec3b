"""Our features beside IBSI 1, phase 3: values of 36 patients on which independent teams agree.

    python benchmarks/ibsi1_phase3.py --shared SHARED --write docs/evidence

Settings, with their source, are in tests/reference/ibsi1_phase3.yaml.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from radici.cohort.load import load_region
from radici.core.cohort import RegionSource, Scan
from radici.core.region import Region
from radici.core.settings import build
from radici.features.compute import compute
from radici.features.record import record, tidy
from radici.imaging.discretise import Discretise
from radici.imaging.step import apply
from radici.study.presets import Preset

SETTINGS = Path(__file__).parents[1] / "tests" / "reference" / "ibsi1_phase3.yaml"
DIAGNOSTIC = r"_(?:img|roi)$"
KEYS = ["tag", "modality", "id"]
IVH = "volume histogram on PET"
EDGE = "image's edge"


def measure(region: Region, preset: Preset) -> dict[str, float]:
    """Every feature and every diagnostic quantity, by IBSI's tag."""
    values, columns = compute(region, preset.imaging, preset.features)
    found = {columns[name].ibsi_tag: value for name, value in values.items()}
    recorded = tidy(dict(record(region, preset.imaging, whole_image=True)), preset.imaging)
    return found | {entry.ibsi_tag: entry.value for entry in recorded}


def patients(data: Path) -> Iterator[tuple]:
    """Our values of every scan, and whether its contour reaches the edge of the image."""
    for modality, spelled in yaml.safe_load(SETTINGS.read_text(encoding="utf-8")).items():
        preset = build(Preset, spelled, f"{SETTINGS.name}, {modality}")
        for image in sorted((data / "nifti").glob(f"*/{modality}_image.nii.gz")):
            patient, mask = image.parent.name, image.with_name(f"{modality}_mask.nii.gz")
            region = load_region(Scan(patient, preset.modality, image, {"gtv": RegionSource(mask, 1)}), "gtv")
            sides = zip(region.shape_mask.box, region.geometry.shape, strict=True)
            edge = any(side.start == 0 or side.stop == n for side, n in sides)
            yield from ((tag, modality, patient, value, edge) for tag, value in measure(region, preset).items())


def agreed(table: pd.DataFrame) -> pd.DataFrame:
    """Entries on which teams agree: `reference` (their median), `tolerance`, `near` of `n` teams.

    They agree where at least four, and half of those with a value, lie within 1 % of the median or of the patients'
    spread (P95 - P5 of the medians), whichever is larger. A zero where the median is not zero was not computed.
    """
    table, teams = table.copy(), [name for name in table.columns if name not in KEYS]
    table[teams] = table[teams].mask(table[teams].eq(0).mul(table[teams].median(axis=1).ne(0), axis=0))
    table["n"] = table[teams].notna().sum(axis=1)
    table["reference"] = table[teams].median(axis=1)
    groups = table.groupby(["tag", "modality"])["reference"]
    spread = groups.transform(lambda values: values.quantile(0.95) - values.quantile(0.05))
    table["tolerance"] = 0.01 * np.maximum(table["reference"].abs(), spread)
    table["near"] = table[teams].sub(table["reference"], axis=0).abs().le(table["tolerance"], axis=0).sum(axis=1)
    return table[(table["near"] >= 4) & (table["near"] >= table["n"] / 2)]


def team_by_team(table: pd.DataFrame) -> list[str]:
    """How each team does by the same rule, judged by the others; all patients."""
    lines = ["| team | values | met | % |", "| --- | --- | --- | --- |"]
    for team in [name for name in table.columns if name not in KEYS]:
        rows = agreed(table.drop(columns=team)).join(table[team])
        rows = rows[rows[team].notna() & (rows[team].ne(0) | rows["reference"].eq(0))]
        met = (rows[team] - rows["reference"]).abs() <= rows["tolerance"]
        lines.append(f"| {team} | {len(rows)} | {met.sum()} | {100 * met.mean():.1f} |")
    return lines


def compare(data: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Agreed entries of the scans that we have, with our value, whether it is met, and the cause where it is not."""
    ours = pd.DataFrame(patients(data), columns=[*KEYS, "ours", "edge"])
    rows = agreed(table).merge(ours, on=KEYS)
    rows["kind"] = np.where(rows["tag"].str.contains(DIAGNOSTIC), "diagnostic", "feature")
    rows["met"] = (rows["ours"] - rows["reference"]).abs() <= rows["tolerance"]
    why = np.where(
        rows["tag"].str.startswith("ivh_") & rows["modality"].eq("PET"), IVH, np.where(rows["edge"], EDGE, "")
    )
    rows["cause"] = np.where(rows["met"], "", why)
    return rows


def with_rounding_errors(x: np.ndarray, width: float) -> tuple[float, float]:
    """I90 and V10 with bin centres compared as floating-point numbers and the scale ending half a bin early."""
    levels = np.floor(x / width) + 1
    centres = width / 2 + np.arange(levels.max()) * width
    shares = np.array([((levels - 0.5) * width >= centre).mean() for centre in centres])
    scale = centres[centres <= x.max() - width / 2 + 1e-12]
    fractions = (centres - centres[0]) / (scale[-1] - centres[0])
    return centres[shares <= 0.9].min(), shares[fractions >= 0.1].max()


def explained(data: Path, table: pd.DataFrame, team: str = "cardiff") -> tuple[list[bool], list[bool]]:
    """Whether `with_rounding_errors` gives a team's I90, and its V10, of each PET scan."""
    preset = build(Preset, yaml.safe_load(SETTINGS.read_text(encoding="utf-8"))["PET"], SETTINGS.name)
    theirs = table[table["modality"] == "PET"].set_index(["tag", "id"])[team]
    found: list[tuple[bool, bool]] = []
    for image in sorted((data / "nifti").glob("*/PET_image.nii.gz")):
        source = RegionSource(image.with_name("PET_mask.nii.gz"), 1)
        region = load_region(Scan(image.parent.name, "pt", image, {"gtv": source}), "gtv")
        region = apply([step for step in preset.imaging if not isinstance(step, Discretise)], region)
        pairs = zip(("ivh_i90", "ivh_v10"), with_rounding_errors(region.intensities().astype(float), 0.1), strict=True)
        found.append(tuple(abs(theirs[tag, image.parent.name] - value) < 2e-5 for tag, value in pairs))
    i90, v10 = zip(*found, strict=True)
    return list(i90), list(v10)


def report(rows: pd.DataFrame, table: pd.DataFrame, data: Path) -> str:
    """The page: shares by kind and modality, each value that is not met with its cause, and the teams' own shares."""
    i90, v10 = explained(data, table)
    same = rows[rows["tag"].isin(["ivh_i10", "ivh_i90"]) & rows["modality"].eq("PET")]
    equal = (same["ours"] - same["oncoray"]).abs().lt(1e-4).sum()
    scans = rows.groupby(["modality", "id"]).ngroups
    share = f"{rows['met'].sum()} of {len(rows)} values of {scans} scans are met ({100 * rows['met'].mean():.2f} %)."
    counted = rows.groupby(["kind", "modality"])["met"].agg(["sum", "size"])
    missed = rows[~rows["met"]].sort_values(["cause", "tag", "id"])
    causes = missed["cause"].replace("", "unknown").value_counts()
    lines = [
        "# Patients beside IBSI 1, phase 3",
        "",
        "Made by `python benchmarks/ibsi1_phase3.py --shared SHARED --write docs/evidence`; counts by feature are in",
        "`ibsi1_phase3.csv`, every setting and its source in `tests/reference/ibsi1_phase3.yaml`. Teams' values:",
        "github.com/theibsi/ibsi_1_data_analysis (Zwanenburg et al., Radiology 2020, 10.1148/radiol.2020191145);",
        "images: github.com/theibsi/data_sets (soft-tissue sarcoma, CC BY 3.0).",
        "",
        "Compared are the entries (feature, modality, patient) on which at least four teams, and half of those with a",
        "value, lie within 1 % of their median or of the patients' spread (P95 - P5 of the medians), whichever is",
        "larger; ours must lie there too. A team's zero where the median is not zero is a missing value. The bin",
        "widths and the steps of the volume histogram were read off the teams' values, for the paper's supplement was",
        "not at hand.",
        "",
        share,
        "",
        "| kind | modality | met | of | % |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {k} | {m} | {r['sum']} | {r['size']} | {100 * r['sum'] / r['size']:.2f} |"
            for (k, m), r in counted.iterrows()
        ),
        "",
        "## Not met",
        "",
        *(f"- {cause}: {count}" for cause, count in causes.items()),
        "",
        "**The image's edge.** The contour reaches the last slice, and the resampled grid ends beyond it. IBSI's",
        "manual repeats the nearest voxel there, and so do we (SciPy's `map_coordinates` with `mode='nearest'` gives",
        "our extremes to four digits). The teams differ from each other; two leave such voxels out.",
        "",
        "**The volume histogram on PET.** Bins are 0.1 SUV wide, a number that computers do not hold exactly, and the",
        "teams differ by that. In one group centres of bins are compared as floating-point numbers (0.05 + 6 x 0.1 is",
        "more than 6.5 x 0.1, so that a level's own voxels count as below it), and the scale ends half a bin below the",
        "maximum. Of the values of such a team (cardiff), this gives",
        f"{sum(i90)} of {len(i90)} `ivh_i90` and {sum(v10)} of {len(v10)} `ivh_v10`; the rest reach the edge.",
        "Ours are exact: the manual's formulas on whole numbers of bins. Of the values of another team (oncoray) for",
        f"`ivh_i10` and `ivh_i90`, {equal} of {len(same)} equal ours.",
        "",
        "| cause | feature | modality | patient | ours | median | tolerance | teams near |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        *(
            f"| {r.cause or 'unknown'} | {r.tag} | {r.modality} | {r.id} | {r.ours:.5g} | {r.reference:.5g} | "
            f"{r.tolerance:.3g} | {r.near} of {r.n} |"
            for r in missed.itertuples()
        ),
        "",
        "## The teams by the same rule",
        "",
        "Each team's values where the others agree without it, on all patients of the table.",
        "",
        *team_by_team(table),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Compare, write the page and the table, and say how many are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="folder with data/ibsi_sts")
    parser.add_argument("--write", type=Path, required=True, help="folder for ibsi1_phase3.md and ibsi1_phase3.csv")
    asked = parser.parse_args()
    data = asked.shared / "data" / "ibsi_sts"
    table = pd.read_csv(data / "ibsi1_phase3_team_values.csv.gz")
    rows = compare(data, table)
    asked.write.mkdir(parents=True, exist_ok=True)
    by_tag = rows.groupby(["kind", "tag", "modality"])["met"].agg(met="sum", values="size").reset_index()
    by_tag.to_csv(asked.write / "ibsi1_phase3.csv", index=False, lineterminator="\n")
    (asked.write / "ibsi1_phase3.md").write_text(report(rows, table, data), encoding="utf-8", newline="\n")
    print(rows.groupby(["kind", "modality"])["met"].agg(["sum", "size"]))


if __name__ == "__main__":
    main()
