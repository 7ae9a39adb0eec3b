"""Values that PyRadiomics' authors keep for its own tests, of a brain and a breast image (data/baseline, BSD-3).

Source: github.com/AIM-Harvard/pyradiomics; van Griethuysen JJM et al. Cancer Res 2017;77:e104,
doi:10.1158/0008-5472.CAN-17-0339. Each column holds the settings it was made with. They were written by versions
1.3 to 2.1; the marching cubes of the brain's shape have changed since, and what 3.0.1 itself gives there is what we
give (docs/evidence/pyradiomics.md).
"""

import ast
import csv
import os
from functools import cache
from pathlib import Path

import pytest
import SimpleITK as sitk

from radici.pyradiomics import extract_pair, read_params

DATA = Path(os.environ.get("SHARED", Path(__file__).parents[2] / ".." / "shared")) / "data" / "pyradiomics"
CLASSES = ("firstorder", "shape", "glcm", "glrlm", "glszm", "gldm", "ngtdm", "shape2D")
CHANGED_SINCE = {
    ("brain1", f"original_shape_{name}") for name in ("SurfaceVolumeRatio", "Sphericity", "SurfaceArea", "MeshVolume")
}
pytestmark = pytest.mark.skipif(
    not (DATA / "baseline").is_dir(),
    reason="PyRadiomics' baseline is not here (set SHARED to the shared data's folder)",
)


@cache
def baseline(feature_class):
    with (DATA / "baseline" / f"baseline_{feature_class}.csv").open(encoding="utf-8") as stream:
        header, *rows = csv.reader(stream)
    return {name: {row[0]: row[place] for row in rows} for place, name in enumerate(header) if place}


def columns():
    """Columns that can be run; those of the larger image other than the plainest are slow evidence."""
    if not (DATA / "baseline").is_dir():
        return [("none", "none")]
    found = [(one, name) for one in CLASSES for name in baseline(one) if name.startswith(("brain1", "breast1"))]
    slow = [pytest.mark.reference]
    return [pytest.param(*pair, marks=slow if pair[1].startswith("brain1_") else []) for pair in found]


def one_slice(path, sha1):
    """The slice of a mask that has this hash, on a grid of its own."""
    mask = sitk.Cast(sitk.ReadImage(str(path)), sitk.sitkUInt32)
    slices = [mask[:, :, z : z + 1] for z in range(mask.GetSize()[2])]
    return next(one for one in slices if sitk.Hash(one) == sha1)


@cache
def compared(feature_class, column):
    """Name: (ours, theirs)."""
    told = baseline(feature_class)[column]
    case = told["diagnostics_Configuration_TestCase"]
    content = {
        "setting": ast.literal_eval(told["diagnostics_Configuration_Settings"]),
        "imageType": ast.literal_eval(told["diagnostics_Configuration_EnabledImageTypes"]),
        "featureClass": {feature_class: []},
    }
    name = case.removesuffix("_2D")
    mask = DATA / f"{name}_label.nrrd"
    if case != name:
        mask = one_slice(mask, told["diagnostics_Mask-original_Hash"])
    row = extract_pair(DATA / f"{name}_image.nrrd", mask, read_params(content))
    features = {name: float(value) for name, value in told.items() if value and not name.startswith("diagnostics_")}
    return {name: (row[name], value) for name, value in features.items() if (column, name) not in CHANGED_SINCE}


@pytest.mark.parametrize(("feature_class", "column"), columns())
def test_every_value_of_a_column_is_within_a_millionth(feature_class, column):
    found = compared(feature_class, column)
    apart = {name: (ours, theirs) for name, (ours, theirs) in found.items() if abs(ours - theirs) > 1e-6 * abs(theirs)}
    assert apart == {}


def test_the_region_of_one_slice_is_described_as_pyradiomics_does():
    told = baseline("shape2D")["brain1_shape2D"]
    mask = one_slice(DATA / "brain1_label.nrrd", told["diagnostics_Mask-original_Hash"])
    content = {"setting": ast.literal_eval(told["diagnostics_Configuration_Settings"]), "featureClass": {"ngtdm": []}}
    row = extract_pair(DATA / "brain1_image.nrrd", mask, read_params(content))
    names = [name for name in told if name.startswith("diagnostics_Mask") and told[name]]
    assert {name: str(row[name]) for name in names} == {name: told[name] for name in names}


@pytest.mark.parametrize("feature_class", CLASSES)
def test_a_column_is_not_empty(feature_class):
    assert len(compared(feature_class, "breast1_shape2D" if feature_class == "shape2D" else "breast1")) >= 5
