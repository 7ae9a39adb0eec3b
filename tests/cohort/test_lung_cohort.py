"""A real cohort of lung tumours: the counts that its README and index give."""

import os
from collections import Counter
from pathlib import Path

import pytest

from radici.cohort.load import load_region
from radici.cohort.read import read_cohort
from radici.cohort.settings import CohortSettings
from radici.core.errors import TableError
from radici.core.settings import build

DATA = Path(os.environ.get("SHARED", Path(__file__).parents[2].parent / "shared")) / "data/nsclc_ct_owkin"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the lung cohort is not on this machine (set SHARED)")

RECODE = {
    "Adenocarcinoma": "adenocarcinoma",
    "squamous cell carcinoma": "squamous",
    "Squamous cell carcinoma": "squamous",
    "NSCLC NOS (not otherwise specified)": "nos",
}
LEVELS = ["adenocarcinoma", "squamous", "large cell", "nos"]


def settings(recode):
    return {
        "patient": "PatientID",
        "site": "SourceDataset",
        "scans": {
            "index": "image_index.csv",
            "image": "nifti/{PatientID:03d}_ct.nii.gz",
            "mask": "nifti/{PatientID:03d}_mask.nii.gz",
        },
        "regions": {"gtv": 1},
        "clinical": {
            "file": "clinical_outcome.csv",
            "map": {
                "age": {"column": "age", "unit": "years", "range": [18, 110]},
                "histology": {"column": "Histology", "levels": LEVELS, "recode": recode},
            },
        },
    }


@pytest.fixture(scope="module")
def lung():
    return read_cohort(build(CohortSettings, settings(RECODE), "study.yaml"), DATA)


def test_128_patients_have_a_scan(lung):
    assert len(lung.patients) == len(lung.scans) == 128


def test_sites_are_81_and_47(lung):
    assert Counter(lung.site) == {"l1": 81, "l2": 47}


def test_the_two_without_files_are_named(lung):
    named = {one.patient: one.reason for one in lung.left_out if one.stage == "files"}
    assert named == {p: f"image file nifti/{p:0>3}_ct.nii.gz is missing" for p in ("3", "263")}


def test_the_70_not_indexed_are_named(lung):
    assert sum(one.reason == "no scan listed in image_index.csv" for one in lung.left_out) == 70


def test_age_is_missing_in_9(lung):
    assert lung.clinical["clinical__age"].isna().sum() == 9


def test_histology_spelled_differently_by_site_is_refused_until_recoded():
    with pytest.raises(TableError, match="Adenocarcinoma"):
        read_cohort(build(CohortSettings, settings({}), "study.yaml"), DATA)


def test_every_region_loads(lung):
    assert sum(load_region(scan, "gtv").shape_mask.voxels.any() for scan in lung.scans) == 128


def test_voxels_of_the_mask_are_those_of_the_index(lung):
    scan = next(scan for scan in lung.scans if scan.patient == "5")
    region = load_region(scan, "gtv")
    assert (region.shape_mask.voxels.sum(), region.geometry.shape) == (8250, (39, 37, 46))
