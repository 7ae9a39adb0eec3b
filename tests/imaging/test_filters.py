import subprocess
import sys
from itertools import product

import numpy as np
import pytest
import pywt
from scipy import ndimage

from radici.core.errors import StudyError, UnknownName
from radici.core.image import Geometry, Image
from radici.core.names import FIELD
from radici.imaging import read_filters
from radici.imaging.filters.laws import KERNELS
from radici.imaging.filters.separable import along, centred, convolve
from radici.imaging.filters.wavelet import composite

NUMPY = {"zero": "constant", "nearest": "edge", "periodic": "wrap", "mirror": "symmetric"}

LINEAR = [
    {"mean": {"support": 3}},
    {"log": {"sigma_mm": 1}},
    {"log": {"sigma_mm": 1, "by_slice": True, "padding": "zero"}},
    {"laws": {"kernels": "L5E5S5"}},
    {"laws": {"kernels": "L3W5", "by_slice": True, "padding": "nearest"}},
    {"laws": {"kernels": "L3S5R5", "pooling": "mean"}},
    {"wavelet": {"subbands": "LHL"}},
    {"wavelet": {"family": "db3", "subbands": "LH", "by_slice": True, "pooling": "mean"}},
    {"wavelet": {"family": "haar", "subbands": "LLH", "levels": 2}},
]
OTHERS = [
    {"laws": {"kernels": "L5E5E5", "pooling": "max", "energy_delta": 2}},
    {"laws": {"kernels": "L5E5", "pooling": "min", "by_slice": True}},
    {"wavelet": {"family": "db2", "subbands": "HHL", "pooling": "max"}},
    {"gabor": {"sigma_mm": 1, "wavelength_mm": 3, "gamma": 1.5, "orientation_deg": 30}},
    {"gabor": {"sigma_mm": 0.7, "wavelength_mm": 3, "step_deg": 45, "planes": "orthogonal"}},
]
GLOBAL = [
    {"simoncelli": {}},
    {"simoncelli": {"levels": 2, "padding": "mirror"}},
    {"riesz": {"orders": [1, 0, 0], "log": {"sigma_mm": 1}}},
    {"riesz": {"orders": [0, 2], "simoncelli": {}, "by_slice": True, "padding": "zero"}},
]


def name(spelled: dict) -> str:
    return read_filters([spelled])[0].tokens()[0]


def image(voxels: np.ndarray, spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> Image:
    return Image(np.asarray(voxels, dtype=np.float32), Geometry(voxels.shape, spacing))


def noise(*shape: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 100, shape).astype(np.float32)


def responses(spelled: dict, voxels: np.ndarray, spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> list:
    (one,) = read_filters([spelled])
    return [response.voxels for _, response in one.responses(image(voxels, spacing))]


def response(spelled: dict, voxels: np.ndarray, spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> np.ndarray:
    (only,) = responses(spelled, voxels, spacing)
    return only


def impulse(n: int = 21) -> np.ndarray:
    voxels = np.zeros((n, n, n), dtype=np.float32)
    voxels[n // 2, n // 2, n // 2] = 1
    return voxels


def rotations(kernel: np.ndarray) -> list[np.ndarray]:
    """All 24 turned copies of a cube: the closure under two quarter turns."""
    found = [kernel]
    for one in found:
        for axes in ((0, 1), (1, 2)):
            turned = np.rot90(one, axes=axes)
            if not any(np.array_equal(turned, known) for known in found):
                found.append(turned)
    return found


def cube(kernels: list[np.ndarray]) -> np.ndarray:
    """The product of three kernels, each made as long as the longest."""
    width = max(len(kernel) for kernel in kernels)
    long = [np.pad(kernel, (width - len(kernel)) // 2) for kernel in kernels]
    return np.einsum("i,j,k->ijk", *long)


# One pass


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("padding", NUMPY)
@pytest.mark.parametrize("taps", [1, 5, 25])
def test_a_pass_is_numpy_convolution_of_the_padded_line(axis: int, padding: str, taps: int) -> None:
    voxels, kernel = noise(6, 9, 11), np.arange(1, taps + 1) / taps
    padded = np.pad(
        voxels, [(taps // 2,) * 2 if one == axis else (0, 0) for one in range(3)], mode=NUMPY[padding]
    ).astype(np.float64)
    expected = np.apply_along_axis(lambda line: np.convolve(line, kernel, "valid"), axis, padded)
    np.testing.assert_allclose(along(voxels, kernel, axis, padding), expected, atol=2e-6 * np.abs(expected).max())


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 4, 1), (3, 1, 2), (2, 2, 40)])
def test_a_pass_takes_any_shape(shape: tuple[int, int, int]) -> None:
    voxels, kernel = noise(*shape), np.array([1.0, 2, 4])
    expected = ndimage.convolve1d(voxels.astype(float), kernel, 2, mode="nearest")
    np.testing.assert_allclose(along(voxels, kernel, 2, "nearest"), expected, rtol=1e-5)


def test_rows_longer_than_a_chunk_are_whole() -> None:
    voxels, kernel = noise(4, 50, 101), np.array([1.0, 2, 4])
    expected = ndimage.convolve1d(voxels.astype(float), kernel, 0, mode="reflect")
    np.testing.assert_allclose(along(voxels, kernel, 0, "mirror"), expected, atol=1e-3)


def test_a_pass_can_add_to_what_is_there() -> None:
    voxels = noise(4, 5, 6)
    into = np.ones_like(voxels)
    along(voxels, np.array([0.0, 1, 0]), 1, "zero", into=into)
    np.testing.assert_allclose(into, voxels + 1, rtol=1e-6)


def test_a_centred_kernel_keeps_its_middle() -> None:
    assert centred([1, 2, 3, 4], 2).tolist() == [1, 2, 3, 4, 0]


def test_separable_is_brute_force() -> None:
    kernels = [np.array([1.0, 2, 4]), np.array([1.0, -1, 3]), np.array([2.0, 0, -1])]
    voxels = noise(8, 9, 10)
    expected = ndimage.convolve(voxels.astype(float), cube(kernels), mode="reflect")
    np.testing.assert_allclose(convolve(voxels, kernels, "mirror"), expected, atol=2e-6 * np.abs(expected).max())


# Mean


def test_mean_of_an_impulse_is_a_cube() -> None:
    expected = np.zeros((21, 21, 21))
    expected[9:12, 9:12, 9:12] = 1 / 27
    np.testing.assert_allclose(response({"mean": {"support": 3}}, impulse()), expected, atol=1e-8)


def test_mean_of_a_constant_with_zero_padding_falls_at_the_edge() -> None:
    found = response({"mean": {"support": 3, "padding": "zero"}}, np.full((5, 5, 5), 27.0))
    assert found[0, 0, 0] == pytest.approx(8)


# Constants


@pytest.mark.parametrize("padding", ["nearest", "periodic", "mirror"])
def test_mean_keeps_a_constant(padding: str) -> None:
    found = response({"mean": {"support": 5, "padding": padding}}, np.full((6, 7, 8), -1000.0))
    np.testing.assert_allclose(found, -1000, rtol=1e-6)


ZERO_ON_CONSTANTS = [
    {"log": {"sigma_mm": 2}},
    {"log": {"sigma_mm": 0.5, "by_slice": True}},
    {"laws": {"kernels": "L5E5E5", "pooling": "max", "energy_delta": 3}},
    {"wavelet": {"subbands": "LLH"}},
    {"wavelet": {"subbands": "HHH", "levels": 2, "pooling": "mean"}},
    {"simoncelli": {"levels": [1, 2]}},
    {"riesz": {"orders": [1, 0, 0], "log": {"sigma_mm": 1}}},
]


@pytest.mark.parametrize("spelled", ZERO_ON_CONSTANTS, ids=name)
def test_a_constant_has_no_detail(spelled: dict) -> None:
    for found in responses(spelled, np.full((24, 20, 22), -1000.0)):
        assert np.abs(found).max() < 2e-3  # of 1000: the rounding of float32


def test_low_pass_of_a_constant_is_sqrt_2_for_each_axis() -> None:
    found = response({"wavelet": {"subbands": "LLL"}}, np.full((8, 8, 8), 10.0))
    np.testing.assert_allclose(found, 10 * 2**1.5, rtol=1e-5)


# Laplacian of Gaussian


def test_log_of_an_impulse_is_its_formula_less_a_gaussian_of_its_sum() -> None:
    sigma, x = 1.5, np.arange(-6, 7)
    square = np.sum(np.meshgrid(x**2, x**2, x**2), axis=0)
    kernel = -1 / sigma**2 * (2 * np.pi * sigma**2) ** -1.5 * (3 - square / sigma**2) * np.exp(-square / (2 * sigma**2))
    found = response({"log": {"sigma_mm": 1.5}}, impulse())[4:17, 4:17, 4:17]
    gauss = np.exp(-square / (2 * sigma**2))
    np.testing.assert_allclose(found, kernel - kernel.sum() / gauss.sum() * gauss, atol=1e-7)


@pytest.mark.parametrize("by_slice", [False, True])
def test_log_of_a_block_is_a_block_of_the_log(by_slice: bool) -> None:
    (log,) = read_filters([{"log": {"sigma_mm": [1, 2], "by_slice": by_slice}}])
    whole = image(noise(17, 15, 13))
    blocks = [block.voxels for _, block in log.within(whole, (3, 2, 1), (9, 8, 7))]
    for block, (_, found) in zip(blocks, log.responses(whole), strict=True):
        np.testing.assert_allclose(block, found.voxels[3:12, 2:10, 1:8], atol=1e-5)


def test_log_measures_millimetres() -> None:
    found = response({"log": {"sigma_mm": 3}}, impulse(31), (2, 2, 2))
    np.testing.assert_array_equal(found, response({"log": {"sigma_mm": 1.5}}, impulse(31)))


def test_log_of_a_gaussian_blob_is_the_wider_laplacian() -> None:
    # Gaussians of 2 and 3 convolve to sqrt(13): the centre is -3 / 13 of that Gaussian's height.
    x = np.arange(-20, 21)
    square = np.sum(np.meshgrid(x**2, x**2, x**2), axis=0)
    blob = np.exp(-square / 18) / (18 * np.pi) ** 1.5
    found = response({"log": {"sigma_mm": 2, "truncation": 6}}, blob)[20, 20, 20]
    assert found == pytest.approx(-3 / 13 / (26 * np.pi) ** 1.5, rel=1e-4)


def test_log_of_a_parabola_is_its_curvature_whatever_the_voxels() -> None:
    # x^2 / 2 in mm has Laplacian 1 per mm^2; the geometric mean of the edges is 2^(1/3) mm.
    x = np.arange(60) - 30.0
    found = response(
        {"log": {"sigma_mm": 2, "truncation": 7}}, np.broadcast_to(x[:, None, None] ** 2 / 2, (60, 5, 5)), (1, 1, 2)
    )
    assert found[30, 2, 2] == pytest.approx(2 ** (2 / 3), rel=1e-3)


# Laws


@pytest.mark.parametrize("kernel", KERNELS)
def test_laws_kernels_have_unit_norm(kernel: str) -> None:
    assert np.linalg.norm(KERNELS[kernel]) == pytest.approx(1)


@pytest.mark.parametrize("pooling", ["max", "mean", "min"])
@pytest.mark.parametrize("kernels", ["L5E5S5", "E3W5R5", "E5E5E5"])
def test_pooling_is_over_all_turned_kernels(pooling: str, kernels: str) -> None:
    voxels = noise(9, 10, 11)
    turned = rotations(cube([KERNELS[kernels[i : i + 2]] for i in (0, 2, 4)]))
    brute = [ndimage.convolve(voxels.astype(float), kernel, mode="reflect") for kernel in turned]
    expected = getattr(np, pooling)(brute, axis=0)
    found = response({"laws": {"kernels": kernels, "pooling": pooling}}, voxels)
    np.testing.assert_allclose(found, expected, atol=2e-4)


def test_energy_is_the_mean_absolute_response_nearby() -> None:
    voxels = noise(12, 11, 10)
    plain = response({"laws": {"kernels": "L5E5E5"}}, voxels)
    expected = ndimage.uniform_filter(np.abs(plain.astype(float)), 5, mode="reflect")
    found = response({"laws": {"kernels": "L5E5E5", "energy_delta": 2}}, voxels)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


# Wavelets


@pytest.mark.parametrize("family", ["haar", "db2", "db3", "coif1", "bior1.3"])
def test_decimated_is_the_discrete_wavelet_transform(family: str) -> None:
    voxels = noise(32, 32, 32)
    theirs = pywt.dwtn(voxels.astype(float), family, mode="symmetric")
    wavelet = pywt.Wavelet(family)
    first = (1 - wavelet.dec_len // 2) % 2
    skipped = (first + wavelet.dec_len // 2 - 1) // 2
    for band, found in zip(
        product("LH", repeat=3), responses({"wavelet": {"family": family, "decimated": True}}, voxels), strict=True
    ):
        key = "".join("a" if letter == "L" else "d" for letter in band)
        ours = found[first::2, first::2, first::2][4:11, 4:11, 4:11]
        inside = slice(4 + skipped, 11 + skipped)
        np.testing.assert_allclose(ours, theirs[key][inside, inside, inside], atol=1e-3)


def test_decimated_level_2_is_the_discrete_wavelet_transform() -> None:
    voxels = noise(64, 64, 64)
    theirs = pywt.wavedecn(voxels.astype(float), "db2", mode="symmetric", level=2)[1]["ddd"]
    ours = response({"wavelet": {"family": "db2", "subbands": "HHH", "levels": 2, "decimated": True}}, voxels)
    # db2: tap 2 is the middle; level 2 keeps voxels 4 k + 3 - 2 - 4, that is 1, 5, 9 … for k = 1, 2, 3 …
    np.testing.assert_allclose(ours[1::4, 1::4, 1::4][3:12, 3:12, 3:12], theirs[4:13, 4:13, 4:13], atol=1e-3)


def test_decimated_voxels_are_repeated_over_their_block() -> None:
    found = response({"wavelet": {"family": "haar", "subbands": "LLL", "decimated": True}}, noise(8, 8, 8))
    np.testing.assert_array_equal(found[::2, ::2, ::2], found[1::2, 1::2, 1::2])


def energy(found: list[np.ndarray]) -> float:
    return sum(float((one.astype(float) ** 2).sum()) for one in found)


def test_periodic_subbands_keep_the_energy() -> None:
    # Orthonormal kernels: |L|^2 + |H|^2 = 2 at each frequency along each axis.
    voxels = noise(16, 16, 16)
    found = responses({"wavelet": {"family": "db3", "padding": "periodic"}}, voxels)
    assert energy(found) == pytest.approx(8 * energy([voxels]), rel=1e-4)


def test_level_2_keeps_the_energy_of_the_low_pass_response() -> None:
    voxels = noise(16, 16, 16)
    low = response({"wavelet": {"family": "db3", "padding": "periodic", "subbands": "LLL"}}, voxels)
    found = responses({"wavelet": {"family": "db3", "padding": "periodic", "levels": 2}}, voxels)
    assert energy(found) == pytest.approx(8 * energy([low]), rel=1e-4)


def test_pooled_wavelets_turn_about_the_voxel() -> None:
    voxels = noise(10, 9, 11)
    kernels = composite("db2", 1)
    brute = [
        ndimage.convolve(voxels.astype(float), kernel, mode="constant")
        for kernel in rotations(cube([kernels["L"], kernels["L"], kernels["H"]]))
    ]
    found = response({"wavelet": {"family": "db2", "subbands": "LLH", "pooling": "mean", "padding": "zero"}}, voxels)
    np.testing.assert_allclose(found, np.mean(brute, axis=0), atol=2e-4)


def test_subbands_do_not_depend_on_the_order_they_are_asked_in() -> None:
    voxels = noise(7, 8, 9)
    mixed = responses({"wavelet": {"subbands": ["HHL", "LLH", "HLL"]}}, voxels)
    np.testing.assert_array_equal(mixed[1], response({"wavelet": {"subbands": "LLH"}}, voxels))


# Gabor


def test_gabor_of_an_impulse_is_its_window() -> None:
    x = np.arange(-10, 11)
    window = np.exp(-(x[:, None] ** 2 + (0.5 * x[None, :]) ** 2) / (2 * 4))
    found = response({"gabor": {"sigma_mm": 2, "wavelength_mm": 3, "gamma": 0.5, "padding": "zero"}}, impulse())
    np.testing.assert_allclose(found[:, :, 10], window, atol=2e-6)


def test_gabor_of_its_own_wave_is_the_window_s_volume() -> None:
    # cos = (e^i + e^-i) / 2: half of the volume 2 pi sigma^2 / gamma.
    x, y = np.meshgrid(np.arange(80), np.arange(80), indexing="ij")
    along_60 = x * np.cos(np.pi / 3) + y * np.sin(np.pi / 3)
    wave = np.cos(2 * np.pi * along_60 / 5)[:, :, None]
    found = response({"gabor": {"sigma_mm": 5, "wavelength_mm": 5, "gamma": 1.5, "orientation_deg": 60}}, wave)
    assert found[40, 40, 0] == pytest.approx(np.pi * 25 / 1.5, rel=1e-4)


def test_gabor_runs_from_x_towards_y() -> None:
    x, y = np.meshgrid(np.arange(60), np.arange(60), indexing="ij")
    wave = np.cos(2 * np.pi * (x - y) / np.sqrt(2) / 5)[:, :, None]
    settings = {"sigma_mm": 4, "wavelength_mm": 5, "orientation_deg": [45, 135]}
    along_45, along_135 = responses({"gabor": settings}, wave)
    assert along_45[30, 30, 0] < 1e-3 * along_135[30, 30, 0]


def test_opposite_orientations_have_one_modulus() -> None:
    voxels = noise(16, 16, 2)
    one, other = responses({"gabor": {"sigma_mm": 1, "wavelength_mm": 3, "orientation_deg": [30, 210]}}, voxels)
    np.testing.assert_allclose(one, other, atol=1e-3)


def test_a_step_pools_the_whole_circle() -> None:
    voxels = noise(16, 16, 2)
    settings = {"sigma_mm": 1, "wavelength_mm": 3, "gamma": 2}
    each = responses({"gabor": settings | {"orientation_deg": [0, 45, 90, 135, 180, 225, 270, 315]}}, voxels)
    pooled = response({"gabor": settings | {"step_deg": 45}}, voxels)
    np.testing.assert_allclose(pooled, np.mean(each, axis=0), rtol=1e-4)


def test_orthogonal_planes_are_pooled() -> None:
    voxels = noise(12, 12, 12)
    settings = {"sigma_mm": 1, "wavelength_mm": 3, "pooling": "max"}
    turned = [np.moveaxis(voxels, order, (0, 1, 2)) for order in ((0, 1, 2), (0, 2, 1), (1, 2, 0))]
    back = [(0, 1, 2), (0, 2, 1), (1, 2, 0)]
    each = [
        np.moveaxis(response({"gabor": settings}, one), (0, 1, 2), order)
        for one, order in zip(turned, back, strict=True)
    ]
    pooled = response({"gabor": settings | {"planes": "orthogonal"}}, voxels)
    np.testing.assert_allclose(pooled, np.max(each, axis=0), rtol=1e-4)


# Simoncelli and Riesz: on 33 voxels the frequencies are multiples of 1/16, so that 8 cycles are half of the highest


def wave(cycles: int, axis: int = 0, shift: float = 0.0) -> np.ndarray:
    x = np.arange(33).reshape([-1 if one == axis else 1 for one in range(3)])
    return np.broadcast_to(np.cos(2 * np.pi * cycles * x / 33 - shift), (33, 33, 33))


@pytest.mark.parametrize(
    ("level", "cycles", "gain"), [(1, 8, 1), (1, 4, 0), (1, 16, 0), (2, 4, 1), (2, 8, 0), (3, 2, 1)]
)
def test_simoncelli_passes_its_octave(level: int, cycles: int, gain: float) -> None:
    found = response({"simoncelli": {"levels": level}}, wave(cycles))
    np.testing.assert_allclose(found, gain * wave(cycles), atol=1e-4)


def test_simoncelli_falls_as_a_cosine_of_octaves() -> None:
    found = response({"simoncelli": {}}, wave(12))
    np.testing.assert_allclose(found, np.cos(np.pi / 2 * np.log2(1.5)) * wave(12), atol=1e-4)


def test_the_first_order_riesz_of_a_cosine_is_a_sine() -> None:
    found = response({"riesz": {"orders": [1, 0, 0], "simoncelli": {}, "padding": "periodic"}}, wave(8))
    np.testing.assert_allclose(found, wave(8, shift=np.pi / 2), atol=1e-4)


def test_the_second_order_riesz_of_a_cosine_is_its_negative() -> None:
    found = response({"riesz": {"orders": [0, 2, 0], "simoncelli": {}, "padding": "periodic"}}, wave(8, axis=1))
    np.testing.assert_allclose(found, -wave(8, axis=1), atol=1e-4)


@pytest.mark.parametrize("degree", [1, 2, 3])
def test_all_orders_of_a_degree_keep_the_energy(degree: int) -> None:
    voxels = noise(15, 15, 15)
    orders = [order for order in product(range(degree + 1), repeat=3) if sum(order) == degree]
    found = responses({"riesz": {"orders": orders, "simoncelli": {}, "padding": "periodic"}}, voxels)
    base = response({"simoncelli": {}}, voxels)
    assert energy(found) == pytest.approx(energy([base]), rel=1e-4)


def test_aligned_riesz_finds_the_direction_of_a_wave() -> None:
    settings = {"simoncelli": {}, "padding": "periodic"}
    along_y = response({"riesz": settings | {"orders": [0, 2, 0]}}, wave(8, axis=1))
    aligned = response({"riesz": settings | {"orders": [2, 0, 0], "align_sigma_mm": 1}}, wave(8, axis=1))
    np.testing.assert_allclose(aligned, along_y, atol=1e-3)


def test_aligned_riesz_does_not_change_when_the_image_is_turned() -> None:
    voxels = ndimage.gaussian_filter(noise(15, 15, 15), 1)
    spelled = {"riesz": {"orders": [1, 1, 0], "simoncelli": {}, "align_sigma_mm": 1, "padding": "periodic"}}
    turned = np.rot90(response(spelled, np.rot90(voxels)), -1)
    np.testing.assert_allclose(np.abs(turned), np.abs(response(spelled, voxels)), atol=2e-2)


def test_riesz_of_log_with_margins_is_that_of_a_large_image() -> None:
    voxels = np.zeros((80, 80, 80), dtype=np.float32)
    voxels[30:50, 30:50, 30:50] = noise(20, 20, 20)
    spelled = {"riesz": {"orders": [1, 0, 0], "log": {"sigma_mm": 1}, "padding": "zero"}}
    small, large = response(spelled, voxels[20:60, 20:60, 20:60]), response(spelled, voxels)[20:60, 20:60, 20:60]
    assert np.abs(small - large).max() < 0.01 * np.ptp(large)


# Every filter


@pytest.mark.parametrize("spelled", LINEAR + GLOBAL, ids=name)
def test_responses_are_linear(spelled: dict) -> None:
    one, other = noise(14, 13, 12), noise(14, 13, 12, seed=2)
    expected = response(spelled, one) + 2 * response(spelled, other)
    np.testing.assert_allclose(response(spelled, one + 2 * other), expected, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("spelled", LINEAR + OTHERS, ids=name)
def test_beyond_its_reach_a_voxel_changes_nothing(spelled: dict) -> None:
    voxels = noise(41, 41, 41)
    changed = voxels.copy()
    changed[20, 20, 20] += 1000
    (one,) = read_filters([spelled])
    reach = one.reach((1.0, 1.0, 1.0))
    apart = np.argwhere(np.abs(response(spelled, changed) - response(spelled, voxels)) > 1e-5 * 1000) - 20
    assert (np.abs(apart).max(axis=0) <= reach).all()


@pytest.mark.parametrize("spelled", LINEAR + OTHERS, ids=name)
def test_a_block_with_the_reach_around_it_has_the_responses_of_the_whole(spelled: dict) -> None:
    voxels = noise(40, 41, 42)
    (one,) = read_filters([spelled])
    margin = [min(r, 15) for r in one.reach((1.0, 1.0, 1.0))]
    block = tuple(slice(18 - m, 22 + m) for m in margin)
    inside = tuple(slice(m, m + 4) for m in margin)
    whole = response(spelled, voxels)[18:22, 18:22, 18:22]
    np.testing.assert_allclose(response(spelled, voxels[block])[inside], whole, atol=1e-2)


@pytest.mark.parametrize("spelled", GLOBAL, ids=name)
def test_a_filter_of_frequencies_reaches_the_whole_image(spelled: dict) -> None:
    assert read_filters([spelled])[0].reach((1.0, 1.0, 1.0)) is None


@pytest.mark.parametrize(
    "spelled",
    [
        {"mean": {"support": 3, "padding": "periodic"}},
        {"gabor": {"sigma_mm": 1, "wavelength_mm": 2, "padding": "periodic"}},
        {"wavelet": {"subbands": "LLL", "decimated": True}},
    ],
    ids=name,
)
def test_what_depends_on_the_image_s_ends_needs_the_whole_image(spelled: dict) -> None:
    assert read_filters([spelled])[0].reach((1.0, 1.0, 1.0)) is None


@pytest.mark.parametrize("spelled", [one for one in LINEAR + OTHERS + GLOBAL if "2d" in name(one)], ids=name)
def test_by_slice_is_slice_by_slice(spelled: dict) -> None:
    voxels = noise(16, 17, 3)
    alone = np.concatenate([response(spelled, voxels[:, :, [z]]) for z in range(3)], axis=2)
    np.testing.assert_allclose(response(spelled, voxels), alone, atol=1e-3)


@pytest.mark.parametrize("spelled", LINEAR + OTHERS + GLOBAL, ids=name)
def test_a_response_lies_on_the_image_s_grid(spelled: dict) -> None:
    given = image(noise(9, 8, 7))
    (one,) = read_filters([spelled])
    ((_, found),) = one.responses(given)
    assert (found.voxels.dtype, found.voxels.shape, found.geometry) == (np.float32, (9, 8, 7), given.geometry)


@pytest.mark.parametrize("spelled", LINEAR + OTHERS + GLOBAL, ids=name)
def test_the_image_stays_as_it_is(spelled: dict) -> None:
    voxels = noise(9, 8, 7)
    before = voxels.copy()
    response(spelled, voxels)
    np.testing.assert_array_equal(voxels, before)


@pytest.mark.parametrize("spelled", LINEAR + OTHERS + GLOBAL, ids=name)
def test_one_slice_is_an_image(spelled: dict) -> None:
    assert np.isfinite(response(spelled, noise(9, 8, 1))).all()


@pytest.mark.parametrize("spelled", LINEAR + OTHERS + GLOBAL, ids=name)
def test_settings_survive_the_study_file(spelled: dict) -> None:
    (one,) = read_filters([spelled])
    assert read_filters([one.spelled()]) == (one,)


@pytest.mark.parametrize("spelled", LINEAR + OTHERS + GLOBAL, ids=name)
def test_settings_with_all_their_defaults_read_back(spelled: dict) -> None:
    """As a study writes itself beside its results."""
    (one,) = read_filters([spelled])
    assert read_filters([{one.registered_name: one.plain()}]) == (one,)


def test_a_bank_gives_each_of_its_responses() -> None:
    voxels = noise(9, 9, 9)
    (one,) = read_filters([{"log": {"sigma_mm": [1, 1.5]}}])
    found = dict(one.responses(image(voxels)))
    np.testing.assert_array_equal(found["log_1p5mm"].voxels, response({"log": {"sigma_mm": 1.5}}, voxels))


def test_the_usual_wavelet_is_all_eight_subbands_of_coif1() -> None:
    tokens = read_filters(["wavelet"])[0].tokens()
    assert tokens == tuple(f"wav_coif1_{''.join(band)}" for band in product("lh", repeat=3))


def test_tokens_tell_settings_apart_and_fit_into_names() -> None:
    spelled = [
        *LINEAR,
        *OTHERS,
        *GLOBAL,
        {"wavelet": {"family": "haar"}},
        {"wavelet": {"decimated": True}},
        {"wavelet": {"family": "bior1.3", "levels": [1, 2], "by_slice": True}},
        {"log": {"sigma_mm": [0.001, 3.0000001, 3]}},
        {"log": {"sigma_mm": 3, "truncation": 4.5}},
        {"gabor": {"sigma_mm": 1, "wavelength_mm": 3, "orientation_deg": -112.5, "pooling": "max"}},
        {"riesz": {"orders": [[1, 0, 0], [0, 1, 0]], "log": {"sigma_mm": [1, 2]}, "align_sigma_mm": 1.5}},
    ]
    tokens = [token for one in read_filters(spelled) for token in one.tokens()]
    assert [token for token in tokens if not FIELD.fullmatch(token)] == []


WRONG = [
    ({"log": {"sigma_mm": 0}}, "greater than 0"),
    ({"log": {"sigma_mm": []}}, "the list is empty"),
    ({"log": {"sigma_mm": [1, 1]}}, "listed twice"),
    ({"log": {"sigma_mm": 3, "padding": "wrap"}}, "'zero', 'nearest', 'periodic' or 'mirror'"),
    ({"mean": {"support": 4}}, "an odd number"),
    ({"wavelet": {"family": "coif99"}}, "Did you mean 'coif9'"),
    ({"wavelet": {"subbands": "LL"}}, "three letters L or H"),
    ({"wavelet": {"subbands": "LLX"}}, "three letters L or H"),
    ({"wavelet": {"decimated": True, "pooling": "max"}}, "cannot be pooled"),
    ({"laws": {"kernels": "L5Q5E5"}}, "is not made of L3, E3"),
    ({"laws": {"kernels": "L5E5"}}, "three kernels"),
    ({"gabor": {"sigma_mm": 1, "wavelength_mm": 2, "step_deg": 50}}, "does not divide the circle"),
    ({"simoncelli": {"levels": 0}}, "greater than or equal to 1"),
    ({"riesz": {"orders": [1, 0, 0]}}, "exactly one of `log` and `simoncelli`"),
    ({"riesz": {"orders": [1, 0], "log": {"sigma_mm": 1}}}, "3 derivatives"),
    ({"riesz": {"orders": [0, 0, 0], "log": {"sigma_mm": 1}}}, "not all of them 0"),
    ({"riesz": {"orders": [1, 0, 0], "log": {"sigma_mm": 1, "padding": "zero"}}}, "belong to `riesz`"),
]


@pytest.mark.parametrize(("spelled", "message"), WRONG, ids=[message for _, message in WRONG])
def test_bad_settings_are_explained(spelled: dict, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        read_filters([spelled])


def test_an_unknown_filter_gets_the_nearest_name() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'wavelet'"):
        read_filters(["wavelets"])


def test_a_response_asked_for_twice_is_refused() -> None:
    with pytest.raises(StudyError, match="two responses are called log_1mm"):
        read_filters([{"log": {"sigma_mm": [1, 2]}}, {"log": {"sigma_mm": 1}}])


def test_importing_the_filters_loads_no_wavelets() -> None:
    program = "import sys, radici.imaging; sys.exit('pywt' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
