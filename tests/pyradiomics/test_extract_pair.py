"""One region, from image and mask to columns: what acts, what is reported, what is refused."""

import numpy as np
import pytest
import SimpleITK as sitk

from radici.core.errors import FileMissing, GeometryMismatch, InputError, RegionError, StudyError
from radici.pyradiomics import extract_pair, read_params

MEAN = {"featureClass": {"firstorder": ["Mean", "Minimum", "Maximum"], "shape": ["VoxelVolume"]}}


def extract(image, mask, label=None, label_channel=None, classes=None, images=None, **setting):
    content = {**(MEAN if classes is None else {"featureClass": classes}), "setting": setting}
    return extract_pair(image, mask, read_params({**content, "imageType": images or {}}), label, label_channel)


@pytest.fixture
def pair(on_grid, noisy):
    return tuple(on_grid(one, (1.0, 2.0, 3.0)) for one in noisy)


def test_diagnostics_come_first_and_can_be_left_out(pair):
    assert [next(iter(extract(*pair, additionalInfo=on))).startswith("diagnostics_") for on in (True, False)] == [
        True,
        False,
    ]


def test_the_version_names_radici(pair):
    assert extract(*pair)["diagnostics_Versions_PyRadiomics"].startswith("radici ")


def test_settings_are_reported_as_they_were_given(pair):
    assert "'binWidth': 7" in extract(*pair, binWidth=7)["diagnostics_Configuration_Settings"]


def test_the_region_is_described(pair, noisy):
    row = extract(*pair)
    found = [row[f"diagnostics_Mask-original_{name}"] for name in ("BoundingBox", "VoxelNum", "VolumeNum")]
    assert found == ["(2, 3, 2, 7, 5, 5)", int(noisy[1].sum()), 1]


def test_the_mean_is_that_of_the_region(pair, noisy):
    assert extract(*pair)["original_firstorder_Mean"] == pytest.approx(noisy[0][noisy[1] == 1].mean(), rel=1e-12)


def test_the_volume_is_that_of_its_voxels(pair, noisy):
    assert extract(*pair)["original_shape_VoxelVolume"] == pytest.approx(6 * noisy[1].sum(), rel=1e-12)


def test_a_label_can_be_chosen(on_grid, noisy):
    mask = noisy[1].copy()
    mask[0, :3, :3] = 2
    row = extract(on_grid(noisy[0]), on_grid(mask), label=2)
    assert row["original_firstorder_Mean"] == pytest.approx(noisy[0][0, :3, :3].mean(), rel=1e-12)


def test_a_channel_can_be_chosen(on_grid, noisy):
    both = sitk.Compose(on_grid(np.ones_like(noisy[1])), on_grid(noisy[1]))
    row = extract(on_grid(noisy[0]), both, label_channel=1)
    assert row["diagnostics_Mask-original_VoxelNum"] == noisy[1].sum()


def test_normalising_uses_the_whole_image(pair, noisy):
    voxels = noisy[0].astype(float)
    expected = ((voxels - voxels.mean()) / voxels.std(ddof=1))[noisy[1] == 1].mean() * 100
    found = extract(*pair, normalize=True, normalizeScale=100)["original_firstorder_Mean"]
    assert found == pytest.approx(expected, rel=1e-6)


def test_outliers_are_cut_off(pair):
    row = extract(*pair, normalize=True, removeOutliers=1)
    assert (row["original_firstorder_Minimum"], row["original_firstorder_Maximum"]) == pytest.approx((-1, 1), abs=1e-12)


@pytest.mark.parametrize(
    ("mode", "bounds"),
    [("absolute", [50, 120]), ("absolute", [50]), ("relative", [0.3, 0.8]), ("sigma", [-1, 1])],
)
def test_resegmentation_keeps_its_range(pair, noisy, mode, bounds):
    inside = noisy[0][noisy[1] == 1]
    scale = {
        "absolute": lambda b: b,
        "relative": lambda b: b * inside.max(),
        "sigma": lambda b: inside.mean() + b * inside.std(),
    }
    low, high = scale[mode](bounds[0]), scale[mode](bounds[1]) if len(bounds) > 1 else np.inf
    row = extract(*pair, resegmentRange=bounds, resegmentMode=mode)
    expected = inside[(inside >= low) & (inside <= high)]
    assert row["original_firstorder_Mean"] == pytest.approx(expected.mean(), rel=1e-12)


@pytest.mark.parametrize("also", [True, False])
def test_resegmentation_changes_the_shape_only_if_asked(pair, noisy, also):
    row = extract(*pair, resegmentRange=[100], resegmentShape=also)
    inside = noisy[0][noisy[1] == 1]
    assert row["original_shape_VoxelVolume"] == pytest.approx(6 * ((inside >= 100).sum() if also else inside.size))


def test_a_range_that_keeps_nothing_is_refused(pair):
    with pytest.raises(RegionError, match="Re-segmentation leaves 0 of"):
        extract(*pair, resegmentRange=[5000, 6000])


def test_resampling_gives_the_spacing_asked_for_but_keeps_zeros(pair):
    row = extract(*pair, resampledPixelSpacing=[0.5, 0, 1.5])
    assert row["diagnostics_Image-interpolated_Spacing"] == "(0.5, 2.0, 1.5)"


def test_a_region_of_one_slice_is_not_resampled_across_it(on_grid, noisy):
    mask = np.zeros_like(noisy[1])
    mask[4, 2:8, 2:8] = 1
    row = extract(on_grid(noisy[0]), on_grid(mask), resampledPixelSpacing=[0.5, 0.5, 0.5])
    assert row["diagnostics_Image-interpolated_Spacing"] == "(0.5, 0.5, 1.0)"


def test_a_constant_image_stays_constant_when_resampled(on_grid, noisy):
    row = extract(on_grid(np.full(noisy[0].shape, 7.0)), on_grid(noisy[1]), resampledPixelSpacing=[0.7, 0.7, 0.7])
    assert row[
        "original_firstorder_Range" if "original_firstorder_Range" in row else "original_firstorder_Mean"
    ] == pytest.approx(7)


def test_without_an_interpolator_nothing_is_resampled(pair):
    assert "diagnostics_Image-interpolated_Size" not in extract(
        *pair, interpolator=None, resampledPixelSpacing=[2, 2, 2]
    )


def test_cutting_first_changes_no_feature_of_the_original_image(pair):
    whole, cut = (extract(*pair, preCrop=on, additionalInfo=False, classes={}) for on in (False, True))
    assert whole == pytest.approx(cut, rel=1e-12)


def test_an_image_type_has_a_bin_width_of_its_own(pair):
    row = extract(
        *pair, binWidth=10, classes={"firstorder": ["Entropy"]}, images={"Original": {}, "Square": {"binWidth": 1000}}
    )
    assert (row["original_firstorder_Entropy"] > 3, row["square_firstorder_Entropy"]) == (
        True,
        pytest.approx(0, abs=1e-12),
    )


def test_a_removed_feature_has_no_column(pair):
    row = extract(*pair, additionalInfo=False, classes={"glcm": ["Dissimilarity", "Contrast"]})
    assert list(row) == ["original_glcm_Contrast"]


def test_shape2d_needs_one_slice(pair):
    with pytest.raises(RegionError, match="Class shape2D is for regions of one voxel along"):
        extract(*pair, classes={"shape2D": []}, force2D=True)


def test_an_image_of_two_axes_gives_flat_shapes_and_textures(on_grid, noisy):
    image, mask = (on_grid(one[4]) for one in noisy)
    row = extract(
        image, mask, classes={"shape": [], "shape2D": ["PixelSurface"], "glcm": ["Contrast"]}, additionalInfo=False
    )
    assert list(row) == ["original_shape2D_PixelSurface", "original_glcm_Contrast"]


def test_a_missing_file_is_named(pair, tmp_path):
    with pytest.raises(FileMissing, match=r"There is no file .*nowhere\.nrrd"):
        extract(tmp_path / "nowhere.nrrd", pair[1])


def test_a_file_that_is_no_image_is_named(pair, tmp_path):
    (tmp_path / "text.nrrd").write_text("no image")
    with pytest.raises(InputError, match=r"text\.nrrd: not an image"):
        extract(tmp_path / "text.nrrd", pair[1])


def test_an_image_of_several_channels_is_refused(pair):
    with pytest.raises(InputError, match="one number per voxel"):
        extract(sitk.Compose(pair[0], pair[0]), pair[1])


def test_a_label_that_does_not_occur_is_refused_with_those_that_do(pair):
    with pytest.raises(RegionError, match=r"label 3: .*the mask holds 1"):
        extract(*pair, label=3)


def test_a_channel_that_does_not_exist_is_refused(pair):
    with pytest.raises(RegionError, match=r"channel 2 is asked for, but the mask has 2"):
        extract(pair[0], sitk.Compose(pair[1], pair[1]), label_channel=2)


def test_another_grid_is_refused_with_the_difference(on_grid, noisy):
    with pytest.raises(GeometryMismatch, match=r"spacing \(1\.0, 1\.0, 1\.0\) against \(1\.0, 1\.0, 2\.0\)"):
        extract(on_grid(noisy[0]), on_grid(noisy[1], (1.0, 1.0, 2.0)))


def test_another_grid_is_mended_if_asked(on_grid, noisy):
    smaller = on_grid(noisy[1][1:, 1:, 1:], origin=(1.0, 1.0, 1.0))
    row = extract(on_grid(noisy[0]), smaller, correctMask=True)
    assert row["diagnostics_Mask-corrected_VoxelNum"] == noisy[1].sum()


@pytest.mark.parametrize(("value", "fits"), [(1e-6, False), (1e-3, True)])
def test_the_tolerance_decides_what_is_the_same_grid(on_grid, noisy, value, fits):
    image, mask = on_grid(noisy[0]), on_grid(noisy[1], origin=(1e-4, 0.0, 0.0))
    if fits:
        assert extract(image, mask, geometryTolerance=value)
    else:
        with pytest.raises(GeometryMismatch):
            extract(image, mask, geometryTolerance=value)


def test_the_tolerance_does_not_outlast_the_call(on_grid, noisy):
    before = sitk.ProcessObject.GetGlobalDefaultCoordinateTolerance()
    extract(*(on_grid(one) for one in noisy), geometryTolerance=0.5)
    assert sitk.ProcessObject.GetGlobalDefaultCoordinateTolerance() == before


def test_a_region_beyond_the_image_is_refused(on_grid, noisy):
    with pytest.raises(RegionError, match="reaches beyond the image"):
        extract(on_grid(noisy[0]), on_grid(noisy[1], origin=(50.0, 0.0, 0.0)), correctMask=True)


def test_a_single_voxel_is_refused(on_grid, noisy):
    mask = np.zeros_like(noisy[1])
    mask[4, 4, 4] = 1
    with pytest.raises(RegionError, match="single voxel"):
        extract(on_grid(noisy[0]), on_grid(mask))


@pytest.mark.parametrize(("least", "refused"), [(1, False), (2, True)])
def test_a_line_has_one_dimension(on_grid, noisy, least, refused):
    mask = np.zeros_like(noisy[1])
    mask[4, 4, 2:7] = 1
    if refused:
        with pytest.raises(RegionError, match="extends along 1 axes"):
            extract(on_grid(noisy[0]), on_grid(mask), minimumROIDimensions=least)
    else:
        assert extract(on_grid(noisy[0]), on_grid(mask), minimumROIDimensions=least)


def test_a_region_must_have_more_voxels_than_asked_for(pair, noisy):
    with pytest.raises(RegionError, match="asks for more than"):
        extract(*pair, minimumROISize=int(noisy[1].sum()))


def test_spacings_for_other_axes_are_refused(pair):
    with pytest.raises(StudyError, match="names 2 spacings, but the mask has 3 axes"):
        extract(*pair, resampledPixelSpacing=[1, 1])


def test_every_error_says_which_pair_it_is_about(pair):
    with pytest.raises(RegionError, match="Image in memory, mask in memory, label 9"):
        extract(*pair, label=9)


@pytest.mark.parametrize(("place", "refused"), [((4, 5, 5), True), ((0, 0, 0), False)])
def test_a_nifti_image_without_a_number_in_the_region_is_refused(on_grid, noisy, tmp_path, place, refused):
    voxels = noisy[0].astype(np.float32)
    voxels[place] = np.nan
    sitk.WriteImage(on_grid(voxels), str(tmp_path / "image.nii"))
    if refused:
        with pytest.raises(RegionError, match="without a finite intensity"):
            extract(tmp_path / "image.nii", on_grid(noisy[1]))
    else:
        assert extract(tmp_path / "image.nii", on_grid(noisy[1]))


def test_a_nifti_file_that_is_cut_off_is_refused(on_grid, noisy, tmp_path):
    path = tmp_path / "image.nii"
    sitk.WriteImage(on_grid(noisy[0]), str(path))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match="cut off"):
        extract(path, on_grid(noisy[1]))


def test_an_intensity_that_is_no_number_is_refused(on_grid, noisy):
    voxels = noisy[0].astype(np.float32)
    voxels[4, 5, 5] = np.nan
    with pytest.raises(RegionError, match="without a finite intensity"):
        extract(on_grid(voxels), on_grid(noisy[1]))
