"""An image in, local binary patterns out: PyRadiomics' image types `LBP2D` and `LBP3D` (extra `lbp`).

References: Ojala T, Pietikäinen M, Harwood D. Pattern Recognit 1996;29:51-59. Banerjee J, Moelker A, Niessen WJ,
van Walsum T. 3D LBP-based rotationally invariant region description. ACCV 2012 Workshops,
doi:10.1007/978-3-642-37410-4_3.
"""

import warnings
from collections.abc import Iterator, Mapping
from math import factorial, pi, sqrt
from typing import Any

import numpy as np

from radici.core.errors import StudyError

Settings = Mapping[str, Any]
VOXELS_AT_ONCE = 4096


def _missing(image_type: str, package: str) -> StudyError:
    return StudyError(f"Image type {image_type} needs {package}. Install it with `pip install radici[lbp]`.")


def patterns_2d(voxels: np.ndarray, settings: Settings) -> np.ndarray:
    """Pattern of each voxel in its plane, in the type of the image; shape (z, y, x) or (y, x)."""
    try:
        from skimage.feature import local_binary_pattern
    except ImportError:
        raise _missing("LBP2D", "scikit-image") from None

    def plane(flat: np.ndarray) -> np.ndarray:
        return np.asarray(
            local_binary_pattern(
                flat, P=settings["lbp2DSamples"], R=settings["lbp2DRadius"], method=settings["lbp2DMethod"]
            )
        )

    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore")  # that images of real numbers are no fit input: PyRadiomics takes them
        if voxels.ndim == 2:
            return plane(voxels)
        found = voxels.swapaxes(0, settings["force2Ddimension"])
        for index in range(len(found)):
            found[index] = plane(found[index])
    return found.swapaxes(0, settings["force2Ddimension"])


def _harmonic(n: int, m: int, azimuth: np.ndarray, polar: np.ndarray) -> np.ndarray:
    """Spherical harmonic of degree n and order m, with the Condon-Shortley phase; complex, shape of the angles."""
    from scipy.special import lpmv

    order = abs(m)
    norm = sqrt((2 * n + 1) / (4 * pi) * factorial(n - order) / factorial(n + order))
    found = norm * lpmv(order, n, np.cos(polar)) * np.exp(1j * order * azimuth)
    return np.asarray(found if m >= 0 else (-1) ** order * np.conj(found))


def patterns_3d(voxels: np.ndarray, inside: np.ndarray, settings: Settings) -> Iterator[tuple[str, np.ndarray]]:
    """Name and voxels, shape (z, y, x), of the image of each level and of the kurtosis; 0 outside the region.

    PyRadiomics hands the two angles to its harmonics in swapped places; so does this.
    """
    try:
        from trimesh.creation import icosphere
    except ImportError:
        raise _missing("LBP3D", "trimesh") from None
    from scipy.ndimage import spline_filter

    radius, levels = settings["lbp3DIcosphereRadius"], settings["lbp3DLevels"]
    around = np.array(icosphere(settings["lbp3DIcosphereSubdivision"], radius).vertices)
    azimuth, polar = np.arccos(around[:, 2] / radius), np.arctan2(around[:, 1], around[:, 0])
    orders = [(n, m) for n in range(levels) for m in range(-n, n + 1)]
    harmonics = np.stack([_harmonic(n, m, azimuth, polar) for n, m in orders], axis=1)
    degree = np.array([n for n, _ in orders])
    centres = np.argwhere(inside)
    smooth = spline_filter(voxels, order=3, output=np.float64)
    parts = [
        _describe(voxels, smooth, centres[k : k + VOXELS_AT_ONCE], around, harmonics, degree)
        for k in range(0, len(centres), VOXELS_AT_ONCE)
    ]
    values = np.concatenate(parts)
    names = [f"lbp-3D-m{level + 1}" for level in range(levels)] + ["lbp-3D-k"]
    for name, column in zip(names, values.T, strict=True):
        found = np.zeros(voxels.shape)
        found[inside] = column
        yield name, found


def _describe(
    voxels: np.ndarray,
    smooth: np.ndarray,
    centres: np.ndarray,
    around: np.ndarray,
    harmonics: np.ndarray,
    degree: np.ndarray,
) -> np.ndarray:
    """Strength of each level of the pattern, and kurtosis of the samples; shape (voxels, levels + 1)."""
    from scipy.ndimage import map_coordinates
    from scipy.stats import kurtosis

    places = centres[None] + around[:, None]
    samples = map_coordinates(smooth, places.T, order=3, prefilter=False, output=voxels.dtype)
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore")  # that equal samples have no kurtosis: it is NaN, as in PyRadiomics
        peaked = kurtosis(samples, axis=1)
    above = (samples >= voxels[tuple(centres.T)][:, None]).astype(int)
    weights = (above[:, :, None] * harmonics[None]).sum(axis=1)
    strengths = []
    for level in range(degree[-1] + 1):
        of_level = degree == level
        wave = (weights[:, None, of_level] * harmonics[None, :, of_level]).sum(axis=2)
        strengths.append(np.sqrt((wave**2).sum(axis=1)).real)
    return np.stack([*strengths, peaked], axis=1)
