"""Our filters beside IBSI 2: consensus response maps (each voxel within 1 % of the range) and reference values.

Settings are in `ibsi2.yaml`, with their source. Phantoms and reference data (github.com/theibsi: data_sets,
ibsi_2_reference_data, ibsi_2_data_analysis) are not ours to ship and are looked for in the shared data.
"""

import csv
import os
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
import yaml

from radici.core.image import Geometry, Image, Mask
from radici.core.region import Region, whole
from radici.features.compute import compute
from radici.features.family import read_families
from radici.imaging import read_chain, read_filters

HERE = Path(__file__).parent
DATA = Path(os.environ.get("SHARED", HERE.parents[1] / ".." / "shared")) / "data"
CT = DATA / "ibsi1" / "ibsi_1_ct_radiomics_phantom" / "nifti"
VALUES = DATA / "ibsi2" / "phase2_reference_values.csv"
STS = DATA / "ibsi_sts"
SETTINGS = yaml.safe_load((HERE / "ibsi2.yaml").read_text(encoding="utf-8"))
QUICK = ["1.a.2", "1.a.4", "1.b.1", "2.a", "2.c", "3.a.3", "3.b.1", "3.c.2", "5.a.1", "6.a.2", "7.a.2", "8.a.2", "9.a"]
ZERO_MEANS_NOT_DONE = ["UCSF", "UdeS"]

needs_maps = pytest.mark.skipif(not (DATA / "ibsi2").is_dir(), reason="the shared data have no IBSI 2 phantoms")
needs_ct = pytest.mark.skipif(
    not (CT.is_dir() and VALUES.is_file()), reason="the shared data have no IBSI CT phantom or no IBSI 2 values"
)
needs_patients = pytest.mark.skipif(not STS.is_dir(), reason="the shared data have no IBSI validation patients")


def read_image(path: Path) -> Image:
    scan = sitk.ReadImage(str(path))
    voxels = np.ascontiguousarray(sitk.GetArrayFromImage(scan).T.astype(np.float32))
    return Image(voxels, Geometry(voxels.shape, scan.GetSpacing(), scan.GetOrigin(), scan.GetDirection()))


def read_region(image: Path, mask: Path) -> Region:
    contour = read_image(mask)
    return whole(read_image(image), Mask(contour.voxels > 0, contour.geometry))


def percent_off(test: str) -> float:
    """Largest deviation of a response map, in % of the consensus map's range."""
    settings = SETTINGS["phase_1"][test]
    name = settings["phantom"]
    phantom = read_image(DATA / "ibsi2" / "ibsi_2_digital_phantom" / "nifti" / name / "image" / f"{name}.nii.gz")
    consensus = read_image(DATA / "ibsi2" / "phase1_response_maps" / f"{test.replace('.', '_')}-ValidCRM.nii.gz").voxels
    ((_, response),) = read_filters([settings["filter"]])[0].responses(phantom)
    return float(100 * np.abs(response.voxels.astype(float) - consensus).max() / np.ptp(consensus))


@needs_maps
@pytest.mark.parametrize("test", QUICK)
def test_response_map(test: str) -> None:
    assert percent_off(test) <= 1


@needs_maps
@pytest.mark.reference
@pytest.mark.parametrize("test", [test for test in SETTINGS["phase_1"] if test not in QUICK])
def test_slower_response_map(test: str) -> None:
    assert percent_off(test) <= 1


@needs_maps
@pytest.mark.reference
@pytest.mark.parametrize("test", list(SETTINGS["without_consensus"]))
def test_without_consensus_there_is_still_a_finite_map(test: str) -> None:
    settings = SETTINGS["without_consensus"][test]
    name = settings["phantom"]
    phantom = read_image(DATA / "ibsi2" / "ibsi_2_digital_phantom" / "nifti" / name / "image" / f"{name}.nii.gz")
    ((_, response),) = read_filters([settings["filter"]])[0].responses(phantom)
    assert np.isfinite(response.voxels).all()


def features(region: Region, chain: list, spelled: dict | None) -> dict[str, float]:
    """stat_ features of the filter's response, or of the image, by IBSI tag."""
    filters = read_filters([spelled] if spelled else [])
    image = filters[0].tokens()[0] if filters else "orig"
    values, columns = compute(region, read_chain(chain), read_families(["stat"]), filters)
    return {columns[name].ibsi_tag: value for name, value in values.items() if name.split("__")[1] == image}


@cache
def ct_phantom() -> Region:
    return read_region(CT / "image" / "phantom.nii.gz", CT / "mask" / "mask.nii.gz")


@cache
def of_ct_phantom(test: str) -> dict[str, float]:
    phase = SETTINGS["phase_2"]
    return features(ct_phantom(), phase["chains"][test[-1]], phase["filters"][test])


def three_digits(value: float) -> float:
    return float(np.format_float_positional(value, precision=3, fractional=False, unique=False))


def reference_values() -> list[dict[str, str]]:
    if not VALUES.is_file():
        return []
    with VALUES.open(encoding="utf-8") as stream:
        return [row for row in csv.DictReader(stream, delimiter=";") if row["consensus_value"]]


@needs_ct
@pytest.mark.reference
@pytest.mark.parametrize("row", reference_values(), ids=lambda row: f"{row['filter_id']}-{row['feature_tag']}")
def test_value_of_the_ct_phantom(row: dict[str, str]) -> None:
    found = three_digits(of_ct_phantom(row["filter_id"])[row["feature_tag"]])
    reference = float(row["consensus_value"])
    assert abs(found - reference) <= float(row["tolerance"]) + 1e-9 * abs(reference)


@cache
def agreed() -> pd.DataFrame:
    """Entries on which at least four teams, and half of those with a value, lie near their median."""
    table = pd.read_csv(STS / "ibsi2_phase3_team_values.csv.gz")
    teams = list(table.columns[4:])
    table[ZERO_MEANS_NOT_DONE] = table[ZERO_MEANS_NOT_DONE].replace(0, np.nan)
    table["reference"] = table[teams].median(axis=1)
    groups = table.groupby(["feature_tag", "filter_id", "modality"])["reference"]
    spread = groups.transform(lambda v: v.quantile(0.95) - v.quantile(0.05))
    table["tolerance"] = 0.03 * np.maximum(table["reference"].abs(), spread)
    near = table[teams].sub(table["reference"], axis=0).abs().le(table["tolerance"], axis=0).sum(axis=1)
    return table[(near >= 4) & (near >= table[teams].notna().sum(axis=1) / 2)]


@needs_patients
@pytest.mark.reference
@pytest.mark.parametrize("test", list(SETTINGS["phase_3"]["filters"]))
def test_patients_values_are_those_on_which_teams_agree(test: str) -> None:
    phase, met = SETTINGS["phase_3"], []
    entries = agreed()[lambda table: table["filter_id"] == test]
    for (patient, modality), rows in entries.groupby(["id", "modality"]):
        image, mask = (STS / "nifti" / patient / f"{modality}_{kind}.nii.gz" for kind in ("image", "mask"))
        if image.is_file():
            ours = features(read_region(image, mask), phase["chains"][modality], phase["filters"][test])
            met += [abs(ours[row.feature_tag] - row.reference) <= row.tolerance for row in rows.itertuples()]
    assert np.mean(met) >= 0.99
