"""A small cohort on disk: four patients with scans, made in code."""

import numpy as np
import pytest

from radici.cohort.read import read_cohort
from radici.cohort.settings import CohortSettings
from radici.cohort.volumes import write_image, write_mask
from radici.core.image import Geometry, Image, Mask
from radici.core.settings import build

CLINICAL = """id,centre,age,sex,stage,histology
007,north,61,F,II,adeno
3,south,NA,M,IV,scc
A1,north,72.5,M,I,large cell
9,south,55,F,,adeno
"""
GRID = Geometry((4, 4, 4))


class Folder:
    """A study folder, and the settings that read it."""

    def __init__(self, path):
        self.path = path
        self.settings = {
            "patient": "id",
            "site": "centre",
            "scans": {"image": "img/{id}_ct.nii", "mask": "img/{id}_m.nii"},
            "regions": {"gtv": 1},
            "clinical": {"file": "clinical.csv", "missing": ["", "NA"]},
        }
        self.clinical(CLINICAL)
        for seed, name in enumerate(["007", "3", "A1", "9"]):
            self.scan(name, seed)

    def clinical(self, text, file="clinical.csv"):
        (self.path / file).write_text(text, encoding="utf-8")

    def scan(self, name, seed):
        rng = np.random.default_rng(seed)
        write_image(self.path / f"img/{name}_ct.nii", Image(rng.normal(size=(4, 4, 4)).astype(np.float32), GRID))
        inside = rng.random((4, 4, 4)) < 0.5
        write_mask(self.path / f"img/{name}_m.nii", Mask(inside, GRID))

    def map(self, **variables):
        self.settings["clinical"]["map"] = variables

    def read(self, **changes):
        return read_cohort(build(CohortSettings, {**self.settings, **changes}, "study.yaml"), self.path)


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)
