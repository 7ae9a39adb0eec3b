"""Values on a mask in, their sums over all pairs of voxels out, each pair weighted by one over its distance.

The sums are quadratic forms of a kernel that depends on the lag only, so they are sums over the spectrum of the box
padded to twice its size (Parseval), and nothing has to be transformed back. Three things make it cheap: lines of
zeros are not transformed, the kernel is even along each axis (a cosine transform of one octant), and the padded box
never exists as a whole but plane by plane. Few voxels, or voxels that are scattered over a large box, are cheaper pair
by pair.
"""

from dataclasses import dataclass

import numba
import numpy as np
from scipy import fft

Spacing = tuple[float, float, float]
# As many ordered pairs take as long in a loop as one voxel of the box in the transforms.
PAIRS_PER_VOXEL = 40


@dataclass(frozen=True)
class PairSums:
    """Sums over ordered pairs i ≠ j of voxels at the distance d_ij in mm.

    `values`: of x_i x_j / d_ij; `squares`: of x_i² / d_ij; `weights`: of 1 / d_ij.
    """

    values: float
    squares: float
    weights: float


def pair_sums(x: np.ndarray, inside: np.ndarray, spacing: Spacing) -> PairSums:
    """Sums over all pairs of voxels of a mask.

    Parameters
    ----------
    x
        Values, shape (x, y, z), 0 outside the mask; best centred and at most about 1.
    inside
        bool, the same shape.
    spacing
        Voxel size in mm.

    Notes
    -----
    Single precision in the transforms, double in the sums: within 1e-6 of a double loop over the pairs, and mostly
    within 1e-7. Memory is some 60 bytes for each voxel of the box.
    """
    count = int(np.count_nonzero(inside))
    if count**2 < PAIRS_PER_VOXEL * inside.size:
        places = np.argwhere(inside) * np.asarray(spacing)
        values, squares, weights = _pair_by_pair(x[inside].astype(np.float64), *np.ascontiguousarray(places.T))
        return PairSums(values, squares, weights)
    return _by_spectrum(x, inside, spacing)


def _by_spectrum(x: np.ndarray, inside: np.ndarray, spacing: Spacing) -> PairSums:
    padded = [_length(n) for n in inside.shape]
    kernel = _spectrum(padded, spacing)
    x = x.astype(np.float32)
    planes = np.empty((padded[0] // 2 + 1, 3, *inside.shape[1:]), dtype=np.complex64)
    for i, field in enumerate((x, inside.astype(np.float32), x * x)):
        planes[:, i] = fft.rfft(field, padded[0], axis=0, workers=1)
    total = np.zeros(3)
    for k in range(len(planes)):
        rows = fft.fft(planes[k], padded[2], axis=2, workers=1)
        plane = fft.fft(rows, padded[1], axis=1, overwrite_x=True, workers=1)
        once = k == 0 or 2 * k == padded[0]
        total += _weighted(plane.view(np.float32), kernel[k]) * (1 if once else 2)
    values, weights, squares = (float(t) for t in total / np.prod(padded, dtype=float))
    return PairSums(values, squares, weights)


def _length(n: int) -> int:
    """Smallest even length that is quick to transform and keeps lags of n voxels apart."""
    length = 2 * n
    while fft.next_fast_len(length) != length:
        length += 2
    return length


def _spectrum(padded: list[int], spacing: Spacing) -> np.ndarray:
    """Spectrum of 1 / distance, 0 at no distance; float32, one octant, shape n / 2 + 1 along each axis."""
    x, y, z = ((np.arange(n // 2 + 1) * side).astype(np.float32) ** 2 for n, side in zip(padded, spacing, strict=True))
    kernel = (x[:, None] + y)[:, :, None] + z
    kernel[0, 0, 0] = np.inf
    np.sqrt(kernel, out=kernel)
    np.reciprocal(kernel, out=kernel)
    return np.asarray(fft.dctn(kernel, type=1, overwrite_x=True, workers=1))


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "nsz", "contract"})
def _weighted(plane: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Sums of kernel times |X|², |M|² and Re(S conj(M)) over one plane.

    Parameters
    ----------
    plane
        float32, shape (3, y, 2 z): real and imaginary parts in turn of the spectra X, M, S of values, mask and
        squared values.
    kernel
        float32, shape (y / 2 + 1, z / 2 + 1); even along both axes.
    """
    ny, nz = plane.shape[1], plane.shape[2]
    weight = np.empty(nz, dtype=np.float32)
    values = weights = squares = 0.0
    for j in range(ny // 2 + 1):
        for k in range(nz // 2):
            weight[2 * k] = weight[2 * k + 1] = kernel[j, min(k, nz // 2 - k)]
        for row in range(j, ny - j + 1 if j else 1, max(ny - 2 * j, 1)):
            x, m, s = plane[0, row], plane[1, row], plane[2, row]
            for k in range(nz):
                values += np.float64(weight[k] * x[k] * x[k])
                weights += np.float64(weight[k] * m[k] * m[k])
                squares += np.float64(weight[k] * m[k] * s[k])
    return np.array([values, weights, squares])


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "nsz", "contract", "arcp"})
def _pair_by_pair(v: np.ndarray, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> tuple[float, float, float]:
    """Sums over ordered pairs of v_i v_j / d_ij, v_i² / d_ij and 1 / d_ij, of values at (x, y, z) in mm."""
    values = squares = weights = 0.0
    for i in range(v.size):
        product = square = weight = 0.0
        for j in range(i):
            w = 1 / np.sqrt((x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2 + (z[i] - z[j]) ** 2)
            weight += w
            product += w * v[j]
            square += w * v[j] * v[j]
        values += 2 * v[i] * product
        squares += square + v[i] * v[i] * weight
        weights += 2 * weight
    return values, squares, weights
