"""Scan -> Region, and the regions that are refused."""

from dataclasses import replace

import numpy as np
import pytest

from radici.cohort.load import load_region
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


def test_the_mend_for_another_grid_exists():
    from radici.cohort import volumes

    assert callable(volumes.onto_grid)


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
