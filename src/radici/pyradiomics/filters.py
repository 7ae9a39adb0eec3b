"""An image in, the images that PyRadiomics' image types make of it out, with their names.

On the libraries and in the order of PyRadiomics 3.0.1: SimpleITK, PyWavelets, and for LBP scikit-image and trimesh.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import SimpleITK as sitk

from radici.core.errors import StudyError
from radici.pyradiomics.masks import inside_of

Settings = Mapping[str, Any]
Named = Iterator[tuple[str, sitk.Image]]
log = logging.getLogger(__name__)


def filtered(image_type: str, image: sitk.Image, mask: sitk.Image, settings: Settings) -> Named:
    """Name and voxels of each image that one image type makes; some make several, some none."""
    return FILTERS[image_type](image, mask, settings)


def like(voxels: np.ndarray, image: sitk.Image) -> sitk.Image:
    """Voxels, shape (z, y, x), on the grid of an image."""
    made = sitk.GetImageFromArray(voxels)
    made.CopyInformation(image)
    return made


def _original(image: sitk.Image, mask: sitk.Image, settings: Settings) -> Named:
    yield "original", image


def _laplacian_of_gaussian(image: sitk.Image, mask: sitk.Image, settings: Settings) -> Named:
    size, spacing = np.array(image.GetSize()), np.array(image.GetSpacing())
    for sigma in settings["sigma"]:
        if size.min() < 4 or (size < np.ceil(sigma / spacing) + 1).any():
            log.warning("No LoG image for sigma %s mm: the image of %s voxels is too small.", sigma, size.tolist())
            continue
        laplacian = sitk.LaplacianRecursiveGaussianImageFilter()
        laplacian.SetNormalizeAcrossScale(True)
        laplacian.SetSigma(float(sigma))
        yield f"log-sigma-{str(sigma).replace('.', '-')}-mm-3D", laplacian.Execute(image)


def _wavelet(image: sitk.Image, mask: sitk.Image, settings: Settings) -> Named:
    import pywt

    voxels = sitk.GetArrayFromImage(image)
    axes = list(range(voxels.ndim))[::-1]
    if settings["force2D"]:
        axes.remove(settings["force2Ddimension"])
    wavelet = pywt.Wavelet(settings["wavelet"])
    low = "a" * len(axes)
    real = tuple(slice(size) for size in voxels.shape)
    data = np.pad(voxels, [(0, size % 2) for size in voxels.shape], "wrap")
    for _ in range(settings["start_level"]):
        data = pywt.swtn(data, wavelet, level=1, start_level=0, axes=axes)[0][low]
    stem = "wavelet"
    for level in range(1, settings["level"] + 1):
        stem = "wavelet" if level == 1 else f"wavelet{level}"
        parts = pywt.swtn(data, wavelet, level=1, start_level=0, axes=axes)[0]
        data = parts[low]
        for name, part in parts.items():
            if name != low:
                yield f"{stem}-{name.replace('a', 'L').replace('d', 'H')}", like(part[real], image)
    yield f"{stem}-{'L' * len(axes)}", like(data[real], image)


def _pointwise(name: str, function: Callable[[np.ndarray, float], np.ndarray]) -> Callable[..., Named]:
    """A function of each intensity and of the largest absolute intensity of the whole image."""

    def make(image: sitk.Image, mask: sitk.Image, settings: Settings) -> Named:
        voxels = sitk.GetArrayFromImage(image).astype(float)
        largest = float(np.abs(voxels).max())
        if largest == 0:
            raise StudyError(f"The image is 0 everywhere; image type '{name}' has no meaning. Leave it out.")
        yield name, like(function(voxels, largest), image)

    return make


def _square(x: np.ndarray, largest: float) -> np.ndarray:
    return np.asarray((1 / np.sqrt(largest) * x) ** 2)


def _square_root(x: np.ndarray, largest: float) -> np.ndarray:
    return np.asarray(np.sign(x) * np.sqrt(np.abs(x) * largest))


def _logarithm(x: np.ndarray, largest: float) -> np.ndarray:
    found = np.sign(x) * np.log(np.abs(x) + 1)
    return np.asarray(found * (largest / np.abs(found).max()))


def _exponential(x: np.ndarray, largest: float) -> np.ndarray:
    return np.asarray(np.exp(np.log(largest) / largest * x))


def _gradient(image: sitk.Image, mask: sitk.Image, settings: Settings) -> Named:
    gradient = sitk.GradientMagnitudeImageFilter()
    gradient.SetUseImageSpacing(settings["gradientUseSpacing"])
    yield "gradient", gradient.Execute(image)


def _patterns_2d(image: sitk.Image, mask: sitk.Image, settings: Settings) -> Named:
    from radici.pyradiomics.patterns import patterns_2d

    yield "lbp-2D", like(patterns_2d(sitk.GetArrayFromImage(image), settings), image)


def _patterns_3d(image: sitk.Image, mask: sitk.Image, settings: Settings) -> Named:
    from radici.pyradiomics.patterns import patterns_3d

    if image.GetDimension() != 3:
        log.warning("No LBP3D image: the image has %d axes.", image.GetDimension())
        return
    inside = inside_of(mask, settings["label"])
    for name, voxels in patterns_3d(sitk.GetArrayFromImage(image), inside, settings):
        yield name, like(voxels, image)


FILTERS: dict[str, Callable[[sitk.Image, sitk.Image, Settings], Named]] = {
    "Original": _original,
    "LoG": _laplacian_of_gaussian,
    "Wavelet": _wavelet,
    "Square": _pointwise("square", _square),
    "SquareRoot": _pointwise("squareroot", _square_root),
    "Logarithm": _pointwise("logarithm", _logarithm),
    "Exponential": _pointwise("exponential", _exponential),
    "Gradient": _gradient,
    "LBP2D": _patterns_2d,
    "LBP3D": _patterns_3d,
}
