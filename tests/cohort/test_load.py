"""Scan -> Region, and the regions that are refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from radici.cohort.load import load_region, unused_labels
from radici.cohort.volumes import write_image, write_mask
from radici.core.cohort import RegionSource, Scan
from radici.core.errors import FileMissing, GeometryMismatch, InputError, RegionError, StudyError
from radici.core.image import Geometry, Image, Mask

GRID = Geometry((5, 4, 3), (1.0, 1.0, 2.5))


def scan_with(folder, voxels=None, inside=None, mask_grid=GRID, label=1, wanted=1):
    voxels = np.arange(60, dtype=np.float32).reshape(GRID.shape) if voxels is None else voxels
    if inside is None:
        inside = np.zeros(GRID.shape, bool)
        inside[1:3, 1:3, 1] = True
    write_image(folder / "ct.nii", Image(voxels, GRID))
    write_mask(folder / "m.nii", Mask(inside, mask_grid), label=label)
    return Scan("P017", "ct", folder / "ct.nii", {"gtv": RegionSource(folder / "m.nii", wanted)}, time="w0")


def test_both_masks_are_the_contour(tmp_path):
    region = load_region(scan_with(tmp_path), "gtv")
    assert region.shape_mask.voxels.sum() == region.intensity_mask.voxels.sum() == 4


def test_modality_comes_from_the_scan(tmp_path):
    assert load_region(replace(scan_with(tmp_path), modality="mr"), "gtv").modality == "mr"


def test_any_takes_every_label(tmp_path):
    assert load_region(scan_with(tmp_path, label=7, wanted=None), "gtv").shape_mask.voxels.sum() == 4


def test_mask_on_another_grid_is_refused_with_both_origins(tmp_path):
    scan = scan_with(tmp_path, mask_grid=replace(GRID, origin=(0.0, 0.0, 2.5)))
    with pytest.raises(
        GeometryMismatch, match=r"Patient P017, CT at w0: mask 'gtv'.*\(0, 0, 2\.5\) against \(0, 0, 0\)"
    ):
        load_region(scan, "gtv")


MIDDLE = replace(GRID, origin=(-20.0, -30.0, 5.0))
FLIPPED = (-1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 1.0)


def grid_sentence(folder, mask_grid):
    write_image(folder / "ct.nii", Image(np.arange(60, dtype=np.float32).reshape(GRID.shape), MIDDLE))
    write_mask(folder / "m.nii", Mask(np.ones(mask_grid.shape, bool), mask_grid))
    scan = Scan("P017", "ct", folder / "ct.nii", {"gtv": RegionSource(folder / "m.nii", 1)})
    with pytest.raises(GeometryMismatch) as caught:
        load_region(scan, "gtv")
    return str(caught.value)


@pytest.mark.parametrize(
    "mask_grid",
    [
        replace(MIDDLE, origin=(20.0, 30.0, 5.0)),
        replace(MIDDLE, direction=FLIPPED),
        replace(MIDDLE, origin=(20.0, 30.0, 5.0), direction=FLIPPED),
    ],
)
def test_grid_that_differs_in_signs_only_is_called_a_flipped_header(tmp_path, mask_grid):
    told = grid_sentence(tmp_path, mask_grid)
    assert "probably flipped (RAS" in told
    assert "export the wrong one again" in told


@pytest.mark.parametrize(
    "mask_grid",
    [
        replace(MIDDLE, origin=(-20.0, -30.0, 7.5)),
        replace(MIDDLE, shape=(5, 4, 2)),
        replace(MIDDLE, spacing=(1.0, 1.0, 2.0)),
        replace(MIDDLE, origin=(-16.0, -27.0, 5.0), direction=FLIPPED),  # the same block, stored the other way round
    ],
)
def test_other_grids_that_overlap_are_sent_to_the_recipe(tmp_path, mask_grid):
    told = grid_sentence(tmp_path, mask_grid)
    assert "'A mask on another grid'" in told
    assert "flipped" not in told


def test_mask_that_lies_elsewhere_is_not_sent_to_the_recipe(tmp_path):
    told = grid_sentence(tmp_path, replace(MIDDLE, origin=(100.0, -30.0, 5.0)))
    assert "do not even overlap" in told
    assert "A mask on another grid" not in told


def test_recipe_for_another_grid_in_the_documentation_works(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = Path(__file__).parents[2] / "docs" / "study-file.md"
    code = page.read_text().split("## A mask on another grid")[1].split("```python")[1].split("```")[0]
    write_image(tmp_path / "P017_ct.nii.gz", Image(np.arange(60, dtype=np.float32).reshape(GRID.shape), GRID))
    coarse = replace(GRID, shape=(3, 2, 3), spacing=(2.0, 2.0, 2.5))
    inside = np.zeros(coarse.shape, bool)
    inside[1, 1, 1] = True
    write_mask(tmp_path / "P017_mask.nii.gz", Mask(inside, coarse))
    exec(code, {})
    moved = RegionSource(tmp_path / "P017_mask_on_ct.nii.gz", 1)
    region = load_region(Scan("P017", "ct", tmp_path / "P017_ct.nii.gz", {"gtv": moved}), "gtv")
    assert region.shape_mask.voxels[2, 2, 1]


def two_labels(folder, **regions):
    scan = scan_with(folder)
    labels = np.zeros(GRID.shape, np.uint8)
    labels[0], labels[1], labels[2] = 1, 2, 5
    write_image(folder / "m.nii", Image(labels.astype(np.float32), GRID), whole_numbers=True)
    return replace(scan, regions={name: RegionSource(folder / "m.nii", label) for name, label in regions.items()})


@pytest.mark.parametrize(
    ("regions", "unused"),
    [
        ({"roi": 1}, {"m.nii": (2, 5)}),
        ({"roi": 1, "node": 5}, {"m.nii": (2,)}),
        ({"roi": 1, "node": 2, "other": 5}, {}),
        ({"roi": None}, {}),
        ({"roi": None, "node": 2}, {}),
    ],
)
def test_labels_that_no_region_takes_are_found(tmp_path, regions, unused):
    assert unused_labels(two_labels(tmp_path, **regions)) == unused


def test_empty_mask_is_refused(tmp_path):
    with pytest.raises(RegionError, match="the mask of region 'gtv' is empty"):
        load_region(scan_with(tmp_path, inside=np.zeros(GRID.shape, bool)), "gtv")


def test_absent_label_names_those_present(tmp_path):
    with pytest.raises(RegionError, match="label 2, which is not in the mask; labels there: 1"):
        load_region(scan_with(tmp_path, wanted=2), "gtv")


def test_a_damaged_file_is_named_with_its_patient_and_without_its_folder(tmp_path):
    scan = scan_with(tmp_path)
    scan.image.write_bytes(scan.image.read_bytes()[:400])
    with pytest.raises(InputError, match=r"^Patient P017, CT at w0: ct\.nii: cut off"):
        load_region(scan, "gtv")


def test_a_file_that_is_gone_stays_a_missing_file(tmp_path):
    scan = scan_with(tmp_path)
    scan.image.unlink()
    with pytest.raises(FileMissing, match=r"^Patient P017, CT at w0: ct\.nii: there is no such file"):
        load_region(scan, "gtv")


def test_unknown_region_is_refused(tmp_path):
    with pytest.raises(StudyError, match=r"no region 'gtw'. Did you mean 'gtv'"):
        load_region(scan_with(tmp_path), "gtw")


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_voxels_without_a_number_are_counted(tmp_path, bad):
    voxels = np.arange(60, dtype=np.float32).reshape(GRID.shape)
    voxels[1, 1, 1] = bad
    with pytest.raises(RegionError, match="1 of 4 voxels of region 'gtv' are NaN or infinite"):
        load_region(scan_with(tmp_path, voxels), "gtv")


def test_nan_outside_the_region_does_not_matter(tmp_path):
    voxels = np.arange(60, dtype=np.float32).reshape(GRID.shape)
    voxels[4, 3, 2] = np.nan
    assert load_region(scan_with(tmp_path, voxels), "gtv").shape_mask.voxels.sum() == 4


def test_constant_region_asks_for_the_series(tmp_path):
    with pytest.raises(RegionError, match="every voxel of region 'gtv' has the intensity 0: is this the right series"):
        load_region(scan_with(tmp_path, np.zeros(GRID.shape, np.float32)), "gtv")
