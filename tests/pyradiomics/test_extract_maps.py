"""Maps: the value at a voxel is that of its cube as a region of its own."""

import numpy as np
import pytest
import SimpleITK as sitk

from radici.pyradiomics import extract_maps, extract_pair, read_params
from radici.pyradiomics.names import default_names

CLASSES = ("firstorder", "glcm", "glrlm", "glszm", "gldm", "ngtdm")
NAMES = [f"original_{one}_{name}" for one in CLASSES for name in default_names(one)]


def maps(image, mask, classes=None, voxel=None, **setting):
    content = {"setting": setting, "voxelSetting": voxel or {}, "featureClass": classes or {one: [] for one in CLASSES}}
    found = extract_maps(image, mask, read_params(content))
    return {name: sitk.GetArrayFromImage(one) for name, one in found.items()}


@pytest.fixture(scope="module")
def levels():
    """Grey levels 1 to 4, shape (9, 11, 11), so that cube and region have the same bins."""
    return np.random.default_rng(8).integers(1, 5, (9, 11, 11)).astype(np.int16)


@pytest.fixture(scope="module")
def both(on_grid, levels):
    """The maps over the whole image but its border, and the cube around voxel (4, 5, 5) as a region."""
    whole, cube = np.zeros(levels.shape, np.uint8), np.zeros(levels.shape, np.uint8)
    whole[1:-1, 1:-1, 1:-1] = 1
    cube[3:6, 4:7, 4:7] = 1
    params = read_params({"setting": {"binWidth": 1}, "featureClass": {one: [] for one in CLASSES}})
    return maps(on_grid(levels), on_grid(whole), binWidth=1), extract_pair(on_grid(levels), on_grid(cube), params)


@pytest.mark.parametrize("name", NAMES)
def test_a_voxel_has_the_value_of_its_cube(both, name):
    found, cube = both
    assert found[name][4, 5, 5] == pytest.approx(cube[name], rel=1e-9, abs=1e-9)


@pytest.fixture
def block(on_grid, levels):
    mask = np.zeros(levels.shape, np.uint8)
    mask[2:7, 3:8, 3:8] = 1
    return on_grid(levels, (1.0, 1.0, 2.0)), on_grid(mask, (1.0, 1.0, 2.0))


def test_a_map_covers_the_region_and_a_margin(block):
    found = maps(*block, {"firstorder": ["Mean"]}, {"kernelRadius": 2})
    assert found["original_firstorder_Mean"].shape == (9, 9, 9)


def test_a_map_lies_where_the_region_lies(block):
    (found,) = extract_maps(*block, read_params({"featureClass": {"firstorder": ["Mean"]}})).values()
    assert found.TransformIndexToPhysicalPoint((0, 0, 0)) == block[0].TransformIndexToPhysicalPoint((2, 2, 1))


def test_outside_the_region_stands_the_initial_value(block):
    found = maps(*block, {"firstorder": ["Mean"]}, {"initValue": -7})["original_firstorder_Mean"]
    assert (found == -7).sum() == found.size - 125


def test_a_masked_kernel_sees_the_region_only(block, levels):
    found = maps(*block, {"firstorder": ["Mean"]})["original_firstorder_Mean"]
    assert found[1, 1, 1] == pytest.approx(levels[2:4, 3:5, 3:5].mean(), rel=1e-12)


def test_an_unmasked_kernel_sees_its_whole_cube(block, levels):
    found = maps(*block, {"firstorder": ["Mean"]}, {"maskedKernel": False})["original_firstorder_Mean"]
    assert found[1, 1, 1] == pytest.approx(levels[1:4, 2:5, 2:5].mean(), rel=1e-12)


def test_a_flat_kernel_stays_in_its_slice(block, levels):
    found = maps(*block, {"firstorder": ["Mean"]}, {"maskedKernel": False}, force2D=True)["original_firstorder_Mean"]
    assert found[1, 1, 1] == pytest.approx(levels[2, 2:5, 2:5].mean(), rel=1e-12)


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name not in ("original_glcm_MCC", "original_glcm_JointAverage")]
)
def test_batches_change_nothing_but_what_is_given_up_for_a_whole_batch(on_grid, levels, name):
    image, mask = on_grid(levels[:4, :5, :5]), on_grid(np.pad(np.ones((2, 3, 3), np.uint8), 1))
    feature_class, feature = name.split("_")[1:]
    one, many = (
        maps(image, mask, {feature_class: [feature]}, {"voxelBatch": size}, binWidth=1)[name] for size in (99, 4)
    )
    assert np.allclose(one, many, rtol=1e-12, atol=1e-12, equal_nan=True)


def test_mcc_is_given_up_for_a_batch_in_which_a_voxel_sees_nothing_in_some_direction(on_grid, levels):
    mask = np.zeros((4, 5, 5), np.uint8)
    mask[1, 1, 1:4] = 1
    mask[2, 3, 3] = 1
    setting = {"voxel": {"initValue": -1}, "binWidth": 1, "minimumROIDimensions": 1}
    found = maps(on_grid(levels[:4, :5, :5]), on_grid(mask), {"glcm": ["MCC"]}, **setting)
    assert (found["original_glcm_MCC"] == -1).all()


def test_a_feature_that_pyradiomics_gave_up_has_an_empty_map(block):
    found = maps(*block, {"glcm": ["Dissimilarity"]}, {"initValue": 3})
    assert (found["original_glcm_Dissimilarity"] == 3).all()


def test_there_are_no_shape_maps(block):
    assert maps(*block, {"shape": [], "ngtdm": ["Contrast"]}).keys() == {"original_ngtdm_Contrast"}
