"""How levels differ from their surroundings in, the features of PyRadiomics' class `ngtdm` out."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True, eq=False)
class Tones:
    """What surrounds the voxels of each level.

    Parameters
    ----------
    counts
        Voxels of each level, shape (v, n).
    apart
        Sum of |level - mean level of the neighbours|, shape (v, n).
    g
        The levels, float64, shape (n,).
    """

    counts: np.ndarray
    apart: np.ndarray
    g: np.ndarray

    @cached_property
    def voxels(self) -> np.ndarray:
        """Voxels of each region, shape (v,)."""
        return np.asarray(self.counts.sum(axis=1))

    @cached_property
    def p(self) -> np.ndarray:
        """Share of each level, shape (v, n)."""
        return np.asarray(self.counts / self.voxels[:, None])

    @cached_property
    def levels(self) -> np.ndarray:
        """Levels that occur, shape (v,)."""
        return np.asarray((self.counts > 0).sum(axis=1))

    def of_pairs(self, term: np.ndarray) -> np.ndarray:
        """Sum of a term of shape (v, n, n) over the pairs of levels that both occur, shape (v,)."""
        there = self.p > 0
        return np.asarray(np.where(there[:, :, None] & there[:, None, :], term, 0.0).sum(axis=(1, 2)))

    @cached_property
    def coarse(self) -> np.ndarray:
        """Sum of share times difference, shape (v,)."""
        return np.asarray((self.p * self.apart).sum(axis=1))

    def distance(self, power: int) -> np.ndarray:
        """Distance of two levels to a power, shape (n, n)."""
        return np.asarray(np.abs(self.g[:, None] - self.g) ** power)


def _pair(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return values[:, :, None], values[:, None, :]


def _over(above: np.ndarray, below: np.ndarray, otherwise: float = 0.0) -> np.ndarray:
    """Quotient, and what stands for it where the divisor is 0."""
    return np.where(below == 0, otherwise, above / np.where(below == 0, 1, below))


def _coarseness(t: Tones) -> np.ndarray:
    return _over(np.ones(len(t.coarse)), t.coarse, 1e6)


def _contrast(t: Tones) -> np.ndarray:
    i, j = _pair(t.p)
    spread = (i * j * t.distance(2)).sum(axis=(1, 2)) * t.apart.sum(axis=1) / t.voxels
    return _over(spread, t.levels * (t.levels - 1))


def _busyness(t: Tones) -> np.ndarray:
    i, j = _pair(t.p * t.g)
    return _over(t.coarse, t.of_pairs(np.abs(i - j)))


def _complexity(t: Tones) -> np.ndarray:
    i, j = _pair(t.p * t.apart)
    p, q = _pair(t.p)
    return t.of_pairs(t.distance(1) * (i + j) / np.where(p + q == 0, 1, p + q)) / t.voxels


def _strength(t: Tones) -> np.ndarray:
    p, q = _pair(t.p)
    return _over(t.of_pairs((p + q) * t.distance(2)), t.apart.sum(axis=1))


TONES: dict[str, Callable[[Tones], np.ndarray]] = {
    "Busyness": _busyness,
    "Coarseness": _coarseness,
    "Complexity": _complexity,
    "Contrast": _contrast,
    "Strength": _strength,
}
