"""Our values of IBSI's validation patients beside those on which independent teams agree (IBSI 1, phase 3).

Teams' values: github.com/theibsi/ibsi_1_data_analysis (validation); images: github.com/theibsi/data_sets
(ibsi_validation, CC BY 3.0). Neither is ours to ship; they are looked for in the shared data. Settings, with their
source, are in `ibsi1_phase3.yaml`.
"""

import os
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from radici.cohort.load import load_region
from radici.core.cohort import RegionSource, Scan
from radici.core.settings import build
from radici.features.compute import compute
from radici.features.record import record, tidy
from radici.study.presets import Preset

HERE = Path(__file__).parent
STS = Path(os.environ.get("SHARED", HERE.parents[1] / ".." / "shared")) / "data" / "ibsi_sts"
SETTINGS = yaml.safe_load((HERE / "ibsi1_phase3.yaml").read_text(encoding="utf-8"))
DIAGNOSTIC = r"_(?:img|roi)$"
KEYS = ["tag", "modality", "id"]

needs_patients = pytest.mark.skipif(not STS.is_dir(), reason="the shared data have no IBSI patients (set SHARED)")


def preset(modality: str) -> Preset:
    found: Preset = build(Preset, SETTINGS[modality], f"ibsi1_phase3.yaml, {modality}")
    return found


@cache
def ours(modality: str) -> pd.DataFrame:
    """Features and diagnostic quantities of every patient with images of the modality."""
    settings, rows = preset(modality), []
    for image in sorted((STS / "nifti").glob(f"*/{modality}_image.nii.gz")):
        source = RegionSource(image.with_name(f"{modality}_mask.nii.gz"), 1)
        region = load_region(Scan(image.parent.name, settings.modality, image, {"gtv": source}), "gtv")
        values, columns = compute(region, settings.imaging, settings.features)
        found = {columns[name].ibsi_tag: value for name, value in values.items()}
        recorded = tidy(dict(record(region, settings.imaging, whole_image=True)), settings.imaging)
        found |= {entry.ibsi_tag: entry.value for entry in recorded}
        rows += [(tag, modality, image.parent.name, value) for tag, value in found.items()]
    return pd.DataFrame(rows, columns=[*KEYS, "ours"])


def agreed(table: pd.DataFrame) -> pd.DataFrame:
    """Entries on which at least four teams, and half of those with a value, lie near their median.

    A zero where the teams' median is not zero was not computed. Near is within 1 % of the median or of the patients'
    spread (P95 - P5 of the medians), whichever is larger.
    """
    table, teams = table.copy(), [name for name in table.columns if name not in KEYS]
    table[teams] = table[teams].mask(table[teams].eq(0).mul(table[teams].median(axis=1).ne(0), axis=0))
    table["reference"] = table[teams].median(axis=1)
    groups = table.groupby(["tag", "modality"])["reference"]
    spread = groups.transform(lambda values: values.quantile(0.95) - values.quantile(0.05))
    table["tolerance"] = 0.01 * np.maximum(table["reference"].abs(), spread)
    near = table[teams].sub(table["reference"], axis=0).abs().le(table["tolerance"], axis=0).sum(axis=1)
    return table[(near >= 4) & (near >= table[teams].notna().sum(axis=1) / 2)]


@cache
def entries() -> pd.DataFrame:
    return agreed(pd.read_csv(STS / "ibsi1_phase3_team_values.csv.gz"))


def share_met(modality: str, diagnostic: bool) -> float:
    compared = entries().merge(ours(modality), on=KEYS)
    compared = compared[compared["tag"].str.contains(DIAGNOSTIC) == diagnostic]
    return float((compared["ours"] - compared["reference"]).abs().le(compared["tolerance"]).mean())


@needs_patients
@pytest.mark.reference
@pytest.mark.parametrize("modality", SETTINGS)
def test_features_of_patients_are_those_on_which_teams_agree(modality: str) -> None:
    assert share_met(modality, diagnostic=False) >= 0.99


@needs_patients
@pytest.mark.reference
@pytest.mark.parametrize("modality", SETTINGS)
def test_diagnostic_quantities_of_patients_are_those_on_which_teams_agree(modality: str) -> None:
    assert share_met(modality, diagnostic=True) >= 0.99


@pytest.mark.parametrize("modality", SETTINGS)
def test_every_modality_has_settings_that_read(modality: str) -> None:
    assert preset(modality).imaging


def of_teams(*values: float) -> pd.DataFrame:
    """One entry, and a second patient so that there is a spread of 0."""
    row = dict(zip("abcdefgh", values, strict=False))
    return pd.DataFrame([{"tag": "stat_mean", "modality": "CT", "id": patient, **row} for patient in ("P1", "P2")])


@pytest.mark.parametrize(
    ("values", "agree"),
    [
        ((100, 100, 100, 101), True),
        ((100, 100, 100, 102), False),
        ((100, 100, 100, 100, 1, 2, 3, 4), False),
        ((100, 100, 100, 100, 0, 0, 0), True),
        ((0, 0, 0, 0), True),
    ],
)
def test_teams_agree_where_four_and_half_of_them_lie_near_their_median(values: tuple, agree: bool) -> None:
    assert len(agreed(of_teams(*values))) == (2 if agree else 0)
