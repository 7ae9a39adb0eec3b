"""First-order Riesz transforms in, the local axes of the image's structure out, and responses along these."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import factorial, prod

import numpy as np

from radici.imaging.filters.padded import Spacing
from radici.imaging.filters.separable import along

TRUNCATION = 4.0
Polynomial = dict[tuple[int, ...], np.ndarray]


def weight(order: tuple[int, ...]) -> float:
    """The factor that makes all orders of one degree together keep the energy."""
    return float(np.sqrt(factorial(sum(order)) / prod(factorial(one) for one in order)))


@dataclass(frozen=True)
class Frames:
    """Orthonormal axes at each voxel: `axes` of shape (x, y, z, d, d), float32, component by rank, strongest first."""

    axes: np.ndarray

    @classmethod
    def of(cls, first: Sequence[np.ndarray], sigma_mm: float, spacing: Spacing) -> "Frames":
        """Eigenvectors of the structure tensor: products of first-order responses, smoothed by a Gaussian.

        Each points so that its largest component is positive. Axis by axis of the image, to hold memory down.
        """
        d = len(first)
        tensor = np.empty((*first[0].shape, d, d), dtype=np.float32)
        for i in range(d):
            for j in range(i, d):
                tensor[..., i, j] = tensor[..., j, i] = _smoothed(first[i] * first[j], sigma_mm, spacing, d)
        for slab in tensor:
            vectors = np.linalg.eigh(slab)[1][..., ::-1]
            largest = np.take_along_axis(vectors, np.abs(vectors).argmax(axis=-2)[..., None, :], axis=-2)
            slab[...] = np.where(largest < 0, -vectors, vectors)
        return cls(tensor)

    def steer(self, order: tuple[int, ...], component: Callable[[tuple[int, ...]], np.ndarray]) -> np.ndarray:
        """The response of `order` along these axes, float32.

        A derivative along a turned axis is a polynomial in the derivatives along x, y and z; `component` gives
        the response of each of these orders.
        """
        polynomial: Polynomial = {(0,) * len(order): np.ones((1, 1, 1), dtype=np.float32)}
        for rank, times in enumerate(order):
            for _ in range(times):
                polynomial = self._times(polynomial, rank)
        out = np.zeros(self.axes.shape[:3], dtype=np.float32)
        for powers, factor in polynomial.items():
            out += np.float32(weight(order) / weight(powers)) * factor * component(powers)
        return out

    def _times(self, polynomial: Polynomial, rank: int) -> Polynomial:
        grown: Polynomial = {}
        for powers, factor in polynomial.items():
            for axis in range(len(powers)):
                raised = tuple(power + (one == axis) for one, power in enumerate(powers))
                grown[raised] = grown.get(raised, 0) + factor * self.axes[..., axis, rank]
        return grown


def _smoothed(voxels: np.ndarray, sigma_mm: float, spacing: Spacing, dimensions: int) -> np.ndarray:
    for axis in range(dimensions):
        sigma = sigma_mm / spacing[axis]
        radius = int(np.floor(TRUNCATION * sigma + 0.5))
        gauss = np.exp(-(np.arange(-radius, radius + 1) ** 2) / (2 * sigma**2))
        voxels = along(voxels, gauss / gauss.sum(), axis, "nearest")
    return voxels
