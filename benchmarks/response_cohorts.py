"""Endpoints and published scores on public cohorts, beside the figures that others computed.

    python benchmarks/response_cohorts.py --data ../shared/data --write docs/evidence

Writes `response_cohorts.md`: counts and statistics only. The patients in whom two supplied columns differ are printed,
not written.
"""

import argparse
import csv
from pathlib import Path

import pandas as pd

from radici.cohort.profile import read_profile
from radici.cohort.tables import read_table
from radici.core.settings import build_named
from radici.learning.signatures import read_score
from radici.response import ENDPOINTS
from radici.statistics.auc import auc
from radici.statistics.concordance import concordance

ROOT = Path(__file__).parents[1]
DEATH = "DEATH PRIOR TO DISEASE ASSESSMENT"
RIAZ_WORDS = {
    "PROGRESSION": "PD",
    "STABLE DISEASE": "SD",
    "PARTIAL RESPONSE": "PR",
    "COMPLETE RESPONSE": "CR",
    DEATH: "NE",
    "": "none",
}


def texts(path: Path, patient: str) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False).replace("NA", "").set_index(patient)


def score_rows(data: Path) -> list[str]:
    """Each published figure beside ours."""
    lines = ["| cohort | score | statistic | n | ours | expected |", "| --- | --- | --- | --- | --- | --- |"]
    with (ROOT / "tests/reference/loris.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        path = data / f"ici_loris/{row['cohort']}.csv"
        table = read_table(path)
        frame = read_profile("loris").apply(table, path.name)
        name = row["score"]
        values = frame[name] if name in frame else read_score(name)(frame)["score"]
        if row["measure"] == "auc":
            known = (values.notna() & (table["Response"] != "")).to_numpy()
            if name == "pdl1_tps":
                known = known & read_score("loris_nsclc")(frame)["score"].notna().to_numpy()
            found = auc(table["Response"][known].astype(float).to_numpy() == 1, values[known].to_numpy())
        else:
            time, event = (pd.to_numeric(table[c], errors="coerce") for c in ("OS_Months", "OS_Event"))
            known = (values.notna() & time.notna() & event.notna()).to_numpy()
            found = concordance(event[known].to_numpy() == 1, time[known].to_numpy(), -values[known].to_numpy())
        expected = f"{float(row['value']):.4f}".rstrip("0")
        lines.append(f"| {row['cohort']} | {name} | {row['measure']} | {known.sum()} | {found:.4f} | {expected} |")
    return lines


def imvigor(data: Path) -> list[str]:
    """Tumour mutational burden and response under both denominators."""
    table = texts(data / "ici_genomic/imvigor210_pdata.csv", "ID")
    lines = ["| denominator | patients with TMB | AUC | expected |", "| --- | --- | --- | --- |"]
    for denominator, expected in (("evaluable", "0.7278 (n = 234)"), ("all", "0.7177 (n = 272)")):
        spelled = {"objective_response": {"column": "BOR", "missing_is": "NE", "denominator": denominator}}
        outcome = build_named(ENDPOINTS, spelled, "x")("response", table)
        load = pd.to_numeric(table.loc[list(outcome.patients), "Mutation_Load"])
        known = load.notna().to_numpy()
        found = auc(outcome.yes[known], load[known].to_numpy())
        lines.append(f"| {denominator} | {known.sum()} | {found:.4f} | {expected} |")
    return lines


def riaz(data: Path) -> list[str]:
    """How the three response columns of one table differ, in counts; the patients are printed."""
    table = texts(data / "ici_genomic/riaz2017/bms038_clinical_data.csv", "PatientID")
    columns = {"IBOR": table["IBOR"].map(RIAZ_WORDS), "BOR": table["BOR"], "myBOR": table["myBOR"]}
    lines = ["| columns | differ in | how (patients) |", "| --- | --- | --- |"]
    for first, second in (("BOR", "myBOR"), ("IBOR", "BOR"), ("IBOR", "myBOR")):
        differ = columns[first] != columns[second]
        pairs = pd.DataFrame({"a": columns[first][differ], "b": columns[second][differ]}).value_counts()
        how = ", ".join(f"{a} / {b} {count}" for (a, b), count in pairs.items())
        lines.append(f"| {first} and {second} | {differ.sum()} | {how} |")
        print(f"{first} and {second} differ in {differ.sum()}: {', '.join(table.index[differ])}")
    rule = build_named(ENDPOINTS, {"objective_response": {"column": "IBOR", "not_evaluable": [DEATH]}}, "x")
    outcome = rule("response", table)
    lines += ["", f"Response from IBOR: {outcome.yes.sum()} of {len(outcome.yes)}, {len(outcome.unknown)} unknown."]
    return lines


def nsclc(data: Path) -> list[str]:
    """Progression-free beyond six months beside the supplied verdict."""
    table = texts(data / "ici_genomic/nsclc_pd1_combined.csv", "Patient_ID")
    months = pd.to_numeric(table["PFS_months"])
    known = months.notna()
    same = ((months[known] > 6) == (table["Treatment_Outcome"][known] == "Responder")).sum()
    return [
        f"Progression-free for more than six months and the supplied verdict agree in {same} of {known.sum()}",
        "patients. The table has no event column, so durable benefit cannot be computed: `durable_benefit` refuses it",
        "and says why.",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    parts = [
        "# Published scores and endpoints on public cohorts",
        "",
        "Made by `python benchmarks/response_cohorts.py --data DATA`. The profiles `loris`, `imvigor210`, `riaz2017`,",
        "and `nsclc_pd1` name the sources of the cohorts.",
        "",
        "## LORIS (Chang et al. 2024, 10.1038/s43018-024-00772-7)",
        "",
        "*Expected* was computed from the authors' tables without this package. Vanguri's figures use the table's",
        "column `NLR`, which is twice its `NLR_original`; only that column gives the expected values.",
        "",
        *score_rows(asked.data),
        "",
        "## IMvigor210: who counts as not having responded",
        "",
        *imvigor(asked.data),
        "",
        "## Riaz 2017: response columns that differ",
        "",
        *riaz(asked.data),
        "",
        "## NSCLC under PD-1 blockade",
        "",
        *nsclc(asked.data),
        "",
    ]
    if asked.write:
        (asked.write / "response_cohorts.md").write_text("\n".join(parts), encoding="utf-8")
    print("\n".join(parts))


if __name__ == "__main__":
    main()
