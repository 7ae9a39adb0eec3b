"""Files <-> voxels: axes, geometry, and every way in which a file can be unusable."""

import gzip
import struct

import numpy as np
import pytest
import SimpleITK as sitk

from radici.cohort.volumes import onto_grid, read_image, read_labels, write_image, write_mask
from radici.core.errors import FileMissing, InputError
from radici.core.image import Geometry, Image, Mask

C, S = np.cos(0.3), np.sin(0.3)
OBLIQUE = Geometry((4, 3, 2), (0.7, 0.8, 2.5), (-12.5, 30.25, 7.0), (C, -S, 0.0, S, C, 0.0, 0.0, 0.0, 1.0))


def nifti_bytes(voxels, srow, *, pixdim=(1.0, 1.0, 1.0), dim=None):
    """A NIfTI-1 file written by hand from the header's definition: int16, sform only, x varies fastest."""
    header = bytearray(352)
    dim = dim or (3, *voxels.shape, 1, 1, 1, 1)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, *dim)
    struct.pack_into("<2h", header, 70, 4, 16)  # datatype int16, 16 bits
    struct.pack_into("<8f", header, 76, 1, *pixdim, 0, 0, 0, 0)
    struct.pack_into("<f", header, 108, 352)
    header[123] = 2  # millimetres
    struct.pack_into("<2h", header, 252, 0, 1)  # qform unknown, sform scanner
    struct.pack_into("<12f", header, 280, *np.ravel(srow))
    header[344:348] = b"n+1\0"
    return bytes(header) + voxels.astype("<i2").tobytes(order="F")


def small(shape=(4, 3, 2)):
    return np.arange(np.prod(shape)).reshape(shape, order="F")


@pytest.fixture
def by_hand(tmp_path):
    """RAS affine: x mirrored, spacing 2, 3, 4 mm, first voxel at RAS (10, 20, 30)."""
    path = tmp_path / "hand.nii"
    srow = [[-2, 0, 0, 10], [0, 3, 0, 20], [0, 0, 4, 30]]
    path.write_bytes(nifti_bytes(small(), srow, pixdim=(2, 3, 4)))
    return path


def test_nifti_voxels_come_in_xyz_order(by_hand):
    np.testing.assert_array_equal(read_image(by_hand).voxels, small())


def test_nifti_positions_come_in_lps(by_hand):
    # RAS (10, 20, 30) + the voxel (1, 2, 1) x (-2, 3, 4) = RAS (8, 26, 34) = LPS (-8, -26, 34)
    np.testing.assert_allclose(read_image(by_hand).geometry.to_mm(np.array([[1, 2, 1]])), [[-8, -26, 34]], atol=1e-5)


def test_nifti_spacing_is_read(by_hand):
    assert read_image(by_hand).geometry.spacing == pytest.approx((2, 3, 4))


def test_voxels_are_float32(by_hand):
    assert read_image(by_hand).voxels.dtype == np.float32


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz", "a.nrrd"])
def test_oblique_geometry_survives_the_round_trip(tmp_path, name):
    write_image(tmp_path / name, Image(small().astype(np.float32), OBLIQUE))
    assert read_image(tmp_path / name).geometry.difference(OBLIQUE) == ""


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz", "a.nrrd"])
def test_voxels_survive_the_round_trip(tmp_path, name):
    voxels = small().astype(np.float32) * 0.5
    write_image(tmp_path / name, Image(voxels, OBLIQUE))
    np.testing.assert_array_equal(read_image(tmp_path / name).voxels, voxels)


def test_whole_numbers_are_written_as_int16(tmp_path):
    write_image(tmp_path / "a.nii.gz", Image(np.full((4, 3, 2), -99.6, np.float32), OBLIQUE), whole_numbers=True)
    assert sitk.ReadImage(str(tmp_path / "a.nii.gz")).GetPixelID() == sitk.sitkInt16


def test_labels_survive_the_round_trip(tmp_path):
    inside = small() > 11
    write_mask(tmp_path / "m.nii.gz", Mask(inside, OBLIQUE), label=3)
    np.testing.assert_array_equal(read_labels(tmp_path / "m.nii.gz")[0], 3 * inside)


def test_labels_stored_as_float_are_whole_numbers(tmp_path):
    write_image(tmp_path / "m.nrrd", Image((small() > 11).astype(np.float32), OBLIQUE))
    assert read_labels(tmp_path / "m.nrrd")[0].dtype == np.int32


def test_probabilities_are_no_labels(tmp_path):
    write_image(tmp_path / "m.nrrd", Image(np.full((4, 3, 2), 0.37, np.float32), OBLIQUE))
    with pytest.raises(InputError, match=r"m\.nrrd.*found 0\.37 \(24 such voxels\)"):
        read_labels(tmp_path / "m.nrrd")


@pytest.mark.parametrize("name", ["m.nii", "m.nii.gz", "m.nrrd"])
def test_nan_is_no_label(tmp_path, name):
    write_image(tmp_path / name, Image(np.full((4, 3, 2), np.nan, np.float32), OBLIQUE))
    with pytest.raises(InputError, match="found nan"):
        read_labels(tmp_path / name)


@pytest.mark.parametrize("name", ["m.nii", "m.nii.gz", "m.nrrd"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_stays_so(tmp_path, name, bad):
    # ITK's NIfTI reader replaces it by 0
    voxels = small().astype(np.float32)
    voxels[1, 2, 1] = bad
    write_image(tmp_path / name, Image(voxels, OBLIQUE))
    np.testing.assert_array_equal(read_image(tmp_path / name).voxels, voxels)


def test_writing_twice_gives_the_same_bytes(tmp_path):
    for name in ("a.nii.gz", "b.nii.gz"):
        write_image(tmp_path / name, Image(small().astype(np.float32), OBLIQUE))
    assert (tmp_path / "a.nii.gz").read_bytes() == (tmp_path / "b.nii.gz").read_bytes()


def test_gzip_header_holds_no_time(tmp_path):
    write_image(tmp_path / "a.nii.gz", Image(small().astype(np.float32), OBLIQUE))
    assert (tmp_path / "a.nii.gz").read_bytes()[4:8] == bytes(4)


def test_absent_file_is_named(tmp_path):
    with pytest.raises(FileMissing, match=r"gone\.nii: there is no such file"):
        read_image(tmp_path / "gone.nii")


def test_other_formats_are_refused(tmp_path):
    (tmp_path / "a.png").write_bytes(b"png")
    with pytest.raises(InputError, match=r"\.nii, \.nii\.gz, \.nrrd is expected, found '\.png'"):
        read_image(tmp_path / "a.png")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="found a folder"):
        read_image(tmp_path)


def test_unknown_extension_is_not_written(tmp_path):
    with pytest.raises(InputError, match="radici writes"):
        write_image(tmp_path / "a.png", Image(small().astype(np.float32), OBLIQUE))


WHOLE = nifti_bytes(small((9, 9, 9)), np.eye(3, 4))
DAMAGED = {
    "junk.nii": b"hello" * 200,
    "empty.nii": b"",
    "cut.nii": WHOLE[:900],
    "header_only.nii": WHOLE[:200],
    "cut.nii.gz": gzip.compress(WHOLE)[:400],
    "flipped.nii.gz": gzip.compress(WHOLE)[:600] + b"\xff\x00" + gzip.compress(WHOLE)[602:],
    "short_inside.nii.gz": gzip.compress(WHOLE[:900]),
    "not_gzip.nii.gz": WHOLE,
    "many_axes.nii": nifti_bytes(small(), np.eye(3, 4), dim=(300, 4, 3, 2, 1, 1, 1, 1)),
    "junk.nrrd": b"hello" * 200,
    "cut.nrrd": b"NRRD0004\ntype: short\ndimension: 3\nsizes: 9 9 9\nencoding: raw\nendian: little\n\n" + bytes(50),
}


@pytest.mark.parametrize("name", sorted(DAMAGED))
def test_damaged_file_is_refused_by_name(tmp_path, name):
    (tmp_path / name).write_bytes(DAMAGED[name])
    with pytest.raises(InputError, match=name.replace(".", r"\.")):
        read_image(tmp_path / name)


@pytest.mark.parametrize("name", sorted(DAMAGED))
def test_nothing_leaks_to_the_terminal(tmp_path, name, capfd):
    (tmp_path / name).write_bytes(DAMAGED[name])
    with pytest.raises(InputError):
        read_image(tmp_path / name)
    assert capfd.readouterr() == ("", "")


def test_skewed_axes_are_refused(tmp_path, capfd):
    (tmp_path / "skew.nii").write_bytes(nifti_bytes(small(), [[1, 0.4, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]))
    with pytest.raises(InputError, match="orthonormal"):
        read_image(tmp_path / "skew.nii")
    assert capfd.readouterr().err == ""


def test_spacing_of_zero_is_refused(tmp_path):
    (tmp_path / "flat.nii").write_bytes(nifti_bytes(small(), np.eye(3, 4), pixdim=(1, 0, 1)))
    with pytest.raises(InputError, match=r"spacing of \(1\.0, 0\.0, 1\.0\) mm"):
        read_image(tmp_path / "flat.nii")


def test_several_volumes_are_refused(tmp_path):
    sitk.WriteImage(sitk.GetImageFromArray(np.zeros((2, 2, 3, 4), np.int16), isVector=False), str(tmp_path / "4d.nii"))
    with pytest.raises(InputError, match=r"4d\.nii: an image of 3 axes is expected, found 4"):
        read_image(tmp_path / "4d.nii")


@pytest.mark.parametrize("name", ["slice.nii", "slice.nrrd"])
def test_a_single_slice_of_two_axes_is_refused(tmp_path, name):
    sitk.WriteImage(sitk.GetImageFromArray(np.zeros((3, 4), np.int16)), str(tmp_path / name))
    with pytest.raises(InputError, match="3 axes"):
        read_image(tmp_path / name)


def test_colours_are_refused(tmp_path):
    colours = sitk.GetImageFromArray(np.zeros((2, 3, 4, 3), np.uint8), isVector=True)
    sitk.WriteImage(colours, str(tmp_path / "rgb.nrrd"))
    with pytest.raises(InputError, match="one number per voxel"):
        read_image(tmp_path / "rgb.nrrd")


def test_onto_grid_keeps_the_mask_on_its_own_grid():
    mask = Mask(small() > 11, OBLIQUE)
    np.testing.assert_array_equal(onto_grid(mask, OBLIQUE).voxels, mask.voxels)


def test_onto_grid_follows_a_shift_by_one_voxel():
    mask = Mask(np.zeros((5, 5, 5), bool), Geometry((5, 5, 5)))
    mask.voxels[3, 2, 2] = True
    moved = onto_grid(mask, Geometry((5, 5, 5), origin=(1.0, 0.0, 0.0)))
    assert np.argwhere(moved.voxels).tolist() == [[2, 2, 2]]


def test_onto_grid_repeats_voxels_on_a_finer_grid():
    mask = Mask(np.ones((2, 2, 2), bool), Geometry((2, 2, 2), (2.0, 2.0, 2.0)))
    finer = onto_grid(mask, Geometry((4, 4, 4), origin=(-0.5, -0.5, -0.5)))
    assert finer.voxels.sum() == 64
