"""Counts of grey level by number (run length, zone size, distance, dependence) in, what their features read out."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Self

import numpy as np


@dataclass(frozen=True, eq=False)
class LevelTable:
    """Sums over a stack of m matrices with counts c of level i, shape (n,), and number j, shape (k,).

    `by_level` (m, n) and `by_number` (m, k) are the margins; `information` is the sum of c log2 c, `squares` that of
    c²; `low` is the sum of c / i², `high` of c i², `few` of c / j², `many` of c j², `low_few` of c / (i² j²),
    `high_few` of c i² / j², `low_many` of c j² / i², `high_many` of c i² j², each (m,). `voxels` (m,) is how many
    voxels could have been a run, zone or dependence of their own. `held`, shape (all,), is which of the matrices asked
    for have any count: those m.
    """

    level: np.ndarray
    number: np.ndarray
    by_level: np.ndarray
    by_number: np.ndarray
    information: np.ndarray
    squares: np.ndarray
    low: np.ndarray
    high: np.ndarray
    few: np.ndarray
    many: np.ndarray
    low_few: np.ndarray
    high_few: np.ndarray
    low_many: np.ndarray
    high_many: np.ndarray
    voxels: np.ndarray
    held: np.ndarray

    @classmethod
    def of(cls, counts: np.ndarray, level: np.ndarray, number: np.ndarray, voxels: np.ndarray) -> Self:
        """From matrices of shape (m, n, k); those without any count are left out."""
        from radici.features.kernels import table_sums

        level, number = level.astype(np.float64), number.astype(np.float64)
        counts = counts if counts.dtype == np.uint32 else counts.astype(np.float64)
        by_level, by_number, sums = table_sums(counts, level, number)
        held = by_level.any(axis=1)
        kept = [by_level, by_number, *sums.T, voxels]
        if not held.all():
            kept = [found[held] for found in kept]
        return cls(level, number, *kept, held)  # type: ignore[call-arg]

    @classmethod
    def joined(cls, parts: Iterable[Self]) -> Self:
        """One stack of several with the same levels and numbers."""
        parts = list(parts)
        stacked = {
            field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)[2:]
        }
        return cls(parts[0].level, parts[0].number, **stacked)

    @cached_property
    def total(self) -> np.ndarray:
        """Sum of all counts, (m,)."""
        return np.asarray(self.by_level.sum(axis=1))

    def number_variance(self) -> np.ndarray:
        """Variance of j, (m,)."""
        return _variance(self.by_number, self.number, self.total)

    def level_variance(self) -> np.ndarray:
        """Variance of i, (m,)."""
        return _variance(self.by_level, self.level, self.total)

    def level_squares(self) -> np.ndarray:
        """Sum over levels of the squared count, (m,)."""
        return np.asarray((self.by_level**2).sum(axis=1))

    def number_squares(self) -> np.ndarray:
        """Sum over numbers of the squared count, (m,)."""
        return np.asarray((self.by_number**2).sum(axis=1))

    def entropy(self) -> np.ndarray:
        """Entropy of the matrix in bits, (m,)."""
        return np.log2(self.total) - self.information / self.total + 0.0


def _variance(counts: np.ndarray, values: np.ndarray, total: np.ndarray) -> np.ndarray:
    mean = counts @ values / total
    apart = values - mean[:, None]
    return np.asarray((counts * apart * apart).sum(axis=1) / total)
