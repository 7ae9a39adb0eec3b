"""Image types: names, closed forms, and what is missing."""

import builtins

import numpy as np
import pytest
import SimpleITK as sitk

from radici.core.errors import StudyError
from radici.pyradiomics import read_params
from radici.pyradiomics.filters import filtered


def made(image_type, voxels, on_grid, spacing=(1.0, 1.0, 1.0), mask=None, **own):
    image = on_grid(voxels, spacing)
    mask = on_grid(np.ones(np.shape(voxels), np.uint8) if mask is None else mask, spacing)
    settings = read_params({"imageType": {image_type: own}}).settings(image_type)
    return {name: sitk.GetArrayFromImage(one) for name, one in filtered(image_type, image, mask, settings)}


VALUES = np.array([[[-100, -4, 0, 9, 25, 64]]], np.int16)


@pytest.mark.parametrize(
    ("image_type", "name", "function"),
    [
        ("Square", "square", lambda x: x**2 / 100),
        ("SquareRoot", "squareroot", lambda x: np.sign(x) * np.sqrt(np.abs(x) * 100)),
        ("Logarithm", "logarithm", lambda x: np.sign(x) * np.log(np.abs(x) + 1) * 100 / np.log(101)),
        ("Exponential", "exponential", lambda x: 100 ** (x / 100)),
    ],
)
def test_a_function_of_each_intensity(on_grid, image_type, name, function):
    assert made(image_type, VALUES, on_grid)[name] == pytest.approx(function(VALUES.astype(float)), rel=1e-12)


def test_an_image_of_zeros_has_no_square(on_grid):
    with pytest.raises(StudyError, match="0 everywhere"):
        made("Square", np.zeros((2, 2, 2)), on_grid)


@pytest.mark.parametrize(("uses", "steepness"), [(True, 2.0), (False, 4.0)])
def test_a_gradient_is_per_mm_unless_told_otherwise(on_grid, uses, steepness):
    ramp = np.broadcast_to(4.0 * np.arange(9), (5, 5, 9))
    found = made("Gradient", ramp, on_grid, (2.0, 2.0, 2.0), gradientUseSpacing=uses)["gradient"]
    assert found[2, 2, 4] == pytest.approx(steepness, rel=1e-6)


def test_a_log_image_is_named_as_its_sigma_is_written(on_grid):
    found = made("LoG", np.random.default_rng(1).normal(size=(9, 9, 9)), on_grid, sigma=[1, 1.5])
    assert list(found) == ["log-sigma-1-mm-3D", "log-sigma-1-5-mm-3D"]


def test_a_blob_answers_most_to_a_log_of_its_own_width(on_grid):
    # Scale-normalised, the answer to a Gaussian of width s in its centre is largest for sigma = s * sqrt(2 / 3).
    at = np.linalg.norm(np.indices((41, 41, 41)) - 20, axis=0)
    found = made("LoG", np.exp(-(at**2) / (2 * 4.0**2)), on_grid, sigma=[2.0, 3.27, 5.0])
    answers = [-one[20, 20, 20] for one in found.values()]
    assert int(np.argmax(answers)) == 1


def test_an_image_too_small_for_a_sigma_is_left_out(on_grid, caplog):
    assert (made("LoG", np.zeros((9, 9, 9)), on_grid, sigma=[20.0]), "too small" in caplog.text) == ({}, True)


def test_one_level_of_wavelets_has_eight_images(on_grid):
    found = made("Wavelet", np.random.default_rng(1).normal(size=(7, 8, 9)), on_grid)
    assert sorted(found) == sorted(f"wavelet-{a}{b}{c}" for a in "HL" for b in "HL" for c in "HL")


def test_two_levels_of_wavelets_keep_one_approximation(on_grid):
    found = made("Wavelet", np.random.default_rng(1).normal(size=(8, 8, 8)), on_grid, level=2)
    assert ("wavelet-LLL" in found, "wavelet2-LLL" in found, len(found)) == (False, True, 15)


def test_wavelets_of_slices_have_four_images(on_grid):
    found = made("Wavelet", np.random.default_rng(1).normal(size=(3, 8, 8)), on_grid, force2D=True)
    assert sorted(found) == ["wavelet-HH", "wavelet-HL", "wavelet-LH", "wavelet-LL"]


def test_a_haar_approximation_is_a_scaled_mean_of_neighbours(on_grid):
    voxels = np.random.default_rng(1).normal(size=(4, 4, 4))
    found = made("Wavelet", voxels, on_grid, wavelet="haar")["wavelet-LLL"]
    mean = np.mean([np.roll(voxels, (a, b, c), (0, 1, 2)) for a in (0, -1) for b in (0, -1) for c in (0, -1)], axis=0)
    assert any(np.allclose(found, np.roll(mean, shift, (0, 1, 2)) * np.sqrt(8)) for shift in [(0, 0, 0), (1, 1, 1)])


def test_a_bright_voxel_has_the_pattern_of_no_brighter_neighbour(on_grid):
    voxels = np.zeros((1, 5, 5), np.int16)
    voxels[0, 2, 2] = 9
    assert made("LBP2D", voxels, on_grid, lbp2DSamples=8)["lbp-2D"][0, 2, 2] == 0


def test_patterns_in_a_region_have_one_image_per_level_and_kurtosis(on_grid):
    mask = np.zeros((7, 7, 7), np.uint8)
    mask[2:5, 2:5, 2:5] = 1
    found = made("LBP3D", np.random.default_rng(1).normal(size=(7, 7, 7)), on_grid, mask=mask, lbp3DLevels=3)
    assert list(found) == ["lbp-3D-m1", "lbp-3D-m2", "lbp-3D-m3", "lbp-3D-k"]


def test_a_pattern_without_darker_neighbours_has_the_strength_of_a_constant(on_grid):
    # Every one of the n samples counts 1: level 0 is n Y00 Y00 at each sample, of norm n^1.5 / (4 pi).
    voxels = np.full((9, 9, 9), 5.0)
    mask = np.zeros(voxels.shape, np.uint8)
    mask[4, 4, 4] = 1
    voxels[4, 4, 4] = -50
    found = made("LBP3D", voxels, on_grid, mask=mask, lbp3DLevels=1)["lbp-3D-m1"][4, 4, 4]
    assert found == pytest.approx(42**1.5 / (4 * np.pi), rel=1e-9)


@pytest.mark.parametrize(("image_type", "package"), [("LBP2D", "skimage"), ("LBP3D", "trimesh")])
def test_a_missing_package_is_named_with_what_mends_it(on_grid, monkeypatch, image_type, package):
    real = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name.startswith(package):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(StudyError, match=r"pip install radici\[lbp\]"):
        made(image_type, np.zeros((5, 5, 5)), on_grid)
