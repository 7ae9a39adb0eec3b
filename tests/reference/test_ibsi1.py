"""Our values beside all reference values of the Image Biomarker Standardisation Initiative (IBSI), chapter 1.

`ibsi1.csv` holds the published numbers: 1,804 values of features, 300 diagnostic quantities of the image processing,
30 rows on which IBSI's teams found no agreement and that have no value. Zwanenburg et al., Radiology 2020;295:328-338,
10.1148/radiol.2020191145, and IBSI's compliance check sheets; `tolerance` is IBSI's, `consensus` the number of teams.

A value complies when it lies within the tolerance of the reference after rounding to three significant digits, as the
references are; diagnostic quantities to as many digits as theirs are printed with (125256 voxels). Everything runs
through the presets that ship. The digital phantom is in `tests/data` (CC BY 4.0); the CT phantom is not ours to ship
(CC BY-NC 3.0, github.com/theibsi/data_sets) and is looked for in the shared data.
"""

import csv
import math
import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from radici.cohort.load import load_region
from radici.core.cohort import RegionSource, Scan
from radici.features.compute import columns, compute
from radici.features.record import record, tidy
from radici.study.presets import read_preset

HERE = Path(__file__).parent
DIGITAL = HERE.parent / "data" / "ibsi_digital_phantom"
CT = Path(os.environ.get("SHARED", HERE.parents[1] / ".." / "shared")) / "data/ibsi1/ibsi_1_ct_radiomics_phantom/nifti"
PRESETS = {"digital_phantom": "ibsi-digital-phantom", **{f"config_{x}": f"ibsi-{x}" for x in "ABCDE"}}
ON_CT = [case for case in PRESETS if case != "digital_phantom"]

Row = dict[str, str]
needs_ct = pytest.mark.skipif(not CT.is_dir(), reason="the shared data have no IBSI CT phantom (set SHARED)")

with (HERE / "ibsi1.csv").open(encoding="utf-8") as stream:
    ROWS: list[Row] = list(csv.DictReader(stream))
STANDARDISED = [row for row in ROWS if row["value"]]


def rows(*cases: str) -> list[Row]:
    return [row for row in STANDARDISED if row["configuration"] in cases]


def named(row: Row) -> str:
    return f"{row['configuration']}-{row['tag']}"


@cache
def ours(case: str) -> dict[str, float]:
    """Every feature and every diagnostic quantity of one configuration, by IBSI's tag."""
    preset = read_preset(PRESETS[case])
    image, mask = (CT / "image" / "phantom.nii.gz", CT / "mask" / "mask.nii.gz")
    if case == "digital_phantom":
        image, mask = DIGITAL / "phantom.nii.gz", DIGITAL / "mask.nii.gz"
    region = load_region(Scan("phantom", "ct", image, {"roi": RegionSource(mask, 1)}), "roi")
    values, described = compute(region, preset.imaging, preset.features, preset.filters)
    recorded = tidy(dict(record(region, preset.imaging, whole_image=True)), preset.imaging)
    features = {described[name].ibsi_tag: value for name, value in values.items()}
    return {entry.ibsi_tag: entry.value for entry in recorded} | features


def significant_digits(printed: str) -> int:
    return len(printed.split("e")[0].removesuffix(".0").lstrip("-").replace(".", "").strip("0"))


def complies(row: Row) -> bool:
    return close(ours(row["configuration"])[row["tag"]], row)


def close(found: float, row: Row) -> bool:
    digits = max(3, significant_digits(row["value"]))
    rounded = float(np.format_float_positional(found, precision=digits, fractional=False, unique=False))
    reference = float(row["value"])
    return abs(rounded - reference) <= float(row["tolerance"]) + 1e-9 * abs(reference)


@pytest.mark.parametrize("row", rows("digital_phantom"), ids=named)
def test_value_of_the_digital_phantom(row: Row) -> None:
    assert complies(row)


@needs_ct
@pytest.mark.reference
@pytest.mark.parametrize("row", rows(*ON_CT), ids=named)
def test_value_of_the_ct_phantom(row: Row) -> None:
    assert complies(row)


@needs_ct
@pytest.mark.parametrize("case", ON_CT)
def test_all_values_of_a_configuration_at_once(case: str) -> None:
    assert [row["tag"] for row in rows(case) if not complies(row)] == []


@pytest.mark.parametrize("case", PRESETS)
def test_a_preset_computes_what_ibsi_lists(case: str) -> None:
    preset = read_preset(PRESETS[case])
    found = {column.ibsi_tag for column in columns(preset.imaging, preset.features).values()}
    listed = {row["tag"] for row in ROWS if row["configuration"] == case and "Diagnostics" not in row["family"]}
    assert found == listed


WITHOUT_A_VALUE = [row for row in ROWS if row["configuration"] == "digital_phantom" and not row["value"]]


@pytest.mark.parametrize("row", WITHOUT_A_VALUE, ids=named)
def test_what_has_no_reference_is_computed_all_the_same(row: Row) -> None:
    assert math.isfinite(ours("digital_phantom")[row["tag"]])


@pytest.mark.parametrize(
    ("printed", "digits"), [("0.0946", 3), ("125256.0", 6), ("64000.0", 2), ("6.98e-05", 3), ("-0.05", 1)]
)
def test_digits_are_those_printed(printed: str, digits: int) -> None:
    assert significant_digits(printed) == digits


@pytest.mark.parametrize(("found", "near"), [(0.0946449, True), (0.094551, True), (0.0944, False), (0.0948, False)])
def test_a_value_without_tolerance_must_agree_to_three_digits(found: float, near: bool) -> None:
    assert close(found, {"value": "0.0946", "tolerance": "0.0"}) is near


@pytest.mark.parametrize(("found", "near"), [(125256, True), (125257, False)])
def test_a_count_without_tolerance_must_agree_exactly(found: float, near: bool) -> None:
    assert close(found, {"value": "125256.0", "tolerance": "0.0"}) is near
