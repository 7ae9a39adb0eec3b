"""Our features of public lung tumours beside the PyRadiomics table that was given out with the images.

The table and images: Owkin / ENS data challenge 33, from NSCLC-Radiomics and NSCLC-Radiogenomics (TCIA).
"""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DERIVED_FROM_THE_MESH = 0.007  # triangulations of ambiguous cells differ between extractors; no standard binds there


@pytest.fixture(scope="module")
def compared(shared):
    spec = importlib.util.spec_from_file_location("lung_features", ROOT / "benchmarks/lung_features.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.compare(shared / "nsclc_ct_owkin", ROOT / "examples/nsclc-ct/study.yaml")


def test_voxel_counts_equal_the_image_index_for_all_tumours(compared):
    counts = compared[1]
    assert (counts["tumours"], counts["voxel count equals image_index.csv"]) == (128, 128)


def test_the_table_was_computed_on_our_mask_for_45_tumours(compared):
    assert compared[1]["mask that the table was computed on"] == 45


def test_first_order_values_equal_pyradiomics(compared):
    found = compared[0].set_index("PyRadiomics")
    exact = found[found.index.str.startswith("firstorder_")]
    assert exact["largest"].max() < 1e-12


@pytest.mark.parametrize("name", ["shape_VoxelVolume", "shape_Maximum3DDiameter"])
def test_volume_and_diameter_equal_pyradiomics(compared, name):
    assert compared[0].set_index("PyRadiomics").loc[name, "largest"] < 1e-12


def test_mesh_features_differ_from_pyradiomics_by_triangulation_only(compared):
    assert compared[0]["largest"].max() < DERIVED_FROM_THE_MESH
