"""Our values beside those of the Image Biomarker Standardisation Initiative, with its own tolerances.

A value complies when, rounded to three significant digits as IBSI's are, it lies within the tolerance of the
reference. The digital phantom is in `tests/data` (CC BY 4.0); the CT phantom is not ours to ship (CC BY-NC) and
is looked for in the shared data.
"""

import csv
import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from radici.core.image import Geometry, Image, Mask
from radici.core.region import Region, whole
from radici.features.compute import compute
from radici.features.family import read_families
from radici.imaging import read_chain

HERE = Path(__file__).parent
PHANTOM = HERE.parent / "data" / "ibsi_digital_phantom"
SHARED = Path(os.environ.get("SHARED", HERE.parents[1] / ".." / "shared")) / "data" / "ibsi1"
FAMILIES = ["morph", "autocorrelation", "loc", "stat", "ih", {"cm": {"aggregation": ["3d_avg", "3d_mrg"]}}]
# Features on whose value IBSI's teams found no agreement.
NOT_STANDARDISED = {
    *(f"morph_{what}_dens_{body}" for what in ("vol", "area") for body in ("ombb", "mvee")),
    "ivh_auc",
}

TO_2_MM = {"spacing_mm": [2, 2, 2], "round_to": 1}
# How each configuration reads the intensity-volume histogram; config_E takes the default of 1000 levels.
HISTOGRAMS = {"config_C": {"bin_width": 2.5}, "config_E": {}}
CHAINS = {
    "digital_phantom": [{"discretise": {"bin_width": 1, "minimum": 1}}],
    "config_A": [{"resegment": {"range": [-500, 400]}}, {"discretise": {"bin_width": 25}}],
    "config_B": [
        {"resample": {"spacing_mm": [2, 2, 0], "round_to": 1}},
        {"resegment": {"range": [-500, 400]}},
        {"discretise": {"bin_number": 32}},
    ],
    "config_C": [
        {"resample": TO_2_MM},
        {"resegment": {"range": [-1000, 400]}},
        {"discretise": {"bin_width": 25}},
    ],
    "config_D": [{"resample": TO_2_MM}, {"resegment": {"outliers": 3}}, {"discretise": {"bin_number": 32}}],
    "config_E": [
        {"resample": {**TO_2_MM, "interpolation": "cubic"}},
        {"resegment": {"range": [-1000, 400], "outliers": 3}},
        {"discretise": {"bin_number": 32}},
    ],
}


def read_region(image: Path, mask: Path) -> Region:
    scan, contour = sitk.ReadImage(str(image)), sitk.ReadImage(str(mask))
    voxels = np.ascontiguousarray(sitk.GetArrayFromImage(scan).T.astype(np.float32))
    grid = Geometry(voxels.shape, scan.GetSpacing(), scan.GetOrigin(), scan.GetDirection())
    return whole(Image(voxels, grid), Mask(np.ascontiguousarray(sitk.GetArrayFromImage(contour).T > 0), grid))


@cache
def ours(case: str) -> dict[str, float]:
    if case == "digital_phantom":
        region = read_region(PHANTOM / "phantom.nii.gz", PHANTOM / "mask.nii.gz")
    else:
        folder = SHARED / "ibsi_1_ct_radiomics_phantom" / "nifti"
        region = read_region(folder / "image" / "phantom.nii.gz", folder / "mask" / "mask.nii.gz")
    families = read_families([*FAMILIES, {"ivh": HISTOGRAMS.get(case, {"interval": 1})}])
    values, columns = compute(region, read_chain(CHAINS[case]), families)
    return {columns[name].ibsi_tag: value for name, value in values.items()}


def three_digits(value: float) -> float:
    return float(np.format_float_positional(value, precision=3, fractional=False, unique=False))


def assert_complies(case: str, tag: str, value: str, tolerance: str) -> None:
    reference = float(value)
    found = three_digits(ours(case)[tag])
    assert abs(found - reference) <= float(tolerance) + 1e-9 * abs(reference)


with (HERE / "ibsi1_digital_phantom.csv").open() as stream:
    DIGITAL = list(csv.DictReader(stream))


@pytest.mark.parametrize("row", DIGITAL, ids=[row["tag"] for row in DIGITAL])
def test_digital_phantom(row: dict[str, str]) -> None:
    assert_complies(row["case"], row["tag"], row["value"], row["tolerance"])


def test_every_feature_has_a_reference_value() -> None:
    assert {row["tag"] for row in DIGITAL} == set(ours("digital_phantom")) - NOT_STANDARDISED


def ct_phantom_rows() -> list[tuple[str, str, str, str]]:
    table = SHARED / "reference_values.csv"
    if not table.is_file():
        return []
    tags = {row["tag"] for row in DIGITAL}
    with table.open(encoding="utf-8") as stream:
        return [
            (row["configuration"], row["tag"], row["reference_value"], row["tolerance"])
            for row in csv.DictReader(stream)
            if row["configuration"] in CHAINS
            and row["configuration"] != "digital_phantom"
            and row["tag"] in tags
            and row["consensus"] in ("≥ 10", "6-9", "3-5")
        ]


CT_ROWS = ct_phantom_rows()


@pytest.mark.reference
@pytest.mark.skipif(not CT_ROWS, reason="IBSI CT phantom not found: set SHARED to the shared data folder")
@pytest.mark.parametrize(("case", "tag", "value", "tolerance"), CT_ROWS, ids=[f"{row[0]}-{row[1]}" for row in CT_ROWS])
def test_ct_phantom(case: str, tag: str, value: str, tolerance: str) -> None:
    assert_complies(case, tag, value, tolerance)
