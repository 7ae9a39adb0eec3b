"""Grey levels in, which levels lie next to which out: the co-occurrence features (IBSI family LFYI)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from pydantic import Field, field_validator

from radici.core.errors import RegionError
from radici.core.region import Region
from radici.features.family import FamilySettings, How, family

Aggregation = Literal["3d_avg", "3d_mrg"]
IBSI_SUFFIX = {"3d_avg": "_3D_avg", "3d_mrg": "_3D_comb"}
MOST_LEVELS = 2048


class CoOccurrence(FamilySettings):
    """How pairs of voxels are counted.

    Parameters
    ----------
    distance
        Between the voxels of a pair, in voxels along each of the 13 directions (Chebyshev distance).
    aggregation
        `3d_mrg`: one matrix of all directions; `3d_avg`: one matrix per direction, features averaged.
    """

    distance: int = Field(default=1, ge=1)
    aggregation: tuple[Aggregation, ...] = Field(default=("3d_mrg",), min_length=1)

    @field_validator("aggregation")
    @classmethod
    def _once_each(cls, value: tuple[Aggregation, ...]) -> tuple[Aggregation, ...]:
        if len(set(value)) < len(value):
            raise ValueError("an aggregation is named twice")
        return value

    def hows(self) -> Sequence[How]:
        """One for each aggregation."""
        return [How(f"d{self.distance}_{a}", IBSI_SUFFIX[a], (self.distance, a)) for a in self.aggregation]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Probabilities p of neighbouring levels, symmetric, shape (n, n), for the levels g, shape (n,).

    Only levels that occur are held; `levels` is how many there could be (IBSI's N_g).
    """

    p: np.ndarray
    g: np.ndarray
    levels: int

    @cached_property
    def apart(self) -> np.ndarray:
        """Difference |i - j|, shape (n, n)."""
        return np.abs(self.g[:, None] - self.g)

    @cached_property
    def together(self) -> np.ndarray:
        """Sum i + j, shape (n, n)."""
        return self.g[:, None] + self.g

    @cached_property
    def alone(self) -> np.ndarray:
        """Probability of each level, shape (n,)."""
        return np.asarray(self.p.sum(axis=1))

    @cached_property
    def mean(self) -> float:
        """Mean level."""
        return float(self.alone @ self.g)

    @cached_property
    def difference(self) -> np.ndarray:
        """Probability of each |i - j|, shape (largest + 1,)."""
        return np.bincount(self.apart.ravel(), self.p.ravel())

    @cached_property
    def total(self) -> np.ndarray:
        """Probability of each i + j, shape (largest + 1,)."""
        return np.bincount(self.together.ravel(), self.p.ravel())

    @cached_property
    def entropy(self) -> float:
        """Entropy of the pairs, in bits."""
        return _bits(self.p)

    def moment(self, power: int) -> float:
        """Mean of (i + j - 2 mean)^power."""
        return float(self.total @ (np.arange(self.total.size) - 2 * self.mean) ** power)


def _bits(p: np.ndarray) -> float:
    """Entropy in bits; 0 log 0 = 0."""
    p = p[p > 0]
    return float(-(p @ np.log2(p))) + 0.0


@family("cm", on="levels", settings=CoOccurrence, ibsi="LFYI")
def cm(region: Region, how: How) -> Sequence[Pairs]:
    """Matrices of the 13 directions, or their sum; a direction without any pair has no matrix.

    A region without two voxels at the distance has none at all, and every feature is NaN: nothing lies next
    to anything.
    """
    from radici.features.pairs import DIRECTIONS, count_pairs

    distance, aggregation = how.values
    start, shape = region.intensity_mask.bounding_box()
    window = tuple(slice(first, first + n) for first, n in zip(start, shape, strict=True))
    found = np.where(region.intensity_mask.voxels[window], region.image.voxels[window], 0)
    present = np.bincount(found.ravel(), minlength=region.levels + 1) > 0
    present[0] = False
    g = np.flatnonzero(present)
    if len(g) > MOST_LEVELS:
        raise RegionError(
            f"{len(g)} grey levels occur in the region; co-occurrence is counted for at most {MOST_LEVELS}. Use "
            f"wider bins in `discretise`."
        )
    place = np.cumsum(present).astype(np.uint16) * present
    counts = count_pairs(place.astype(np.uint16)[found], DIRECTIONS * distance, len(g))
    if aggregation == "3d_mrg":
        counts = counts.sum(axis=0, keepdims=True)
    counts = counts + counts.transpose(0, 2, 1)
    return [Pairs(count / count.sum(), g, region.levels) for count in counts if count.any()]


@cm.feature("joint_max", ibsi="GYBY")
def joint_maximum(c: Pairs) -> float:
    """Probability of the most common pair; 1 for one grey level."""
    return float(c.p.max())


@cm.feature("joint_avg", ibsi="60VM", unit="level")
def joint_average(c: Pairs) -> float:
    """Mean grey level of the pairs."""
    return c.mean


@cm.feature("joint_var", ibsi="UR99", unit="level²")
def joint_variance(c: Pairs) -> float:
    """Variance of the grey level in pairs; 0 for one grey level."""
    return float(c.alone @ (c.g - c.mean) ** 2)


@cm.feature("joint_entr", ibsi="TU9B", unit="bit")
def joint_entropy(c: Pairs) -> float:
    """Disorder of the pairs; 0 for one grey level. Compare only equal discretisations."""
    return c.entropy


@cm.feature("diff_avg", ibsi="TF7R", unit="level")
def difference_average(c: Pairs) -> float:
    """Mean difference between the levels of a pair."""
    return float(c.difference @ np.arange(c.difference.size))


@cm.feature("diff_var", ibsi="D3YU", unit="level²")
def difference_variance(c: Pairs) -> float:
    """Variance of the difference between the levels of a pair."""
    k = np.arange(c.difference.size)
    return float(c.difference @ (k - c.difference @ k) ** 2)


@cm.feature("diff_entr", ibsi="NTRS", unit="bit")
def difference_entropy(c: Pairs) -> float:
    """Entropy of the difference between the levels of a pair; 0 for one grey level."""
    return _bits(c.difference)


@cm.feature("sum_avg", ibsi="ZGXS", unit="level")
def sum_average(c: Pairs) -> float:
    """Mean sum of the levels of a pair: twice the joint average."""
    return float(c.total @ np.arange(c.total.size))


@cm.feature("sum_var", ibsi="OEEB", unit="level²")
def sum_variance(c: Pairs) -> float:
    """Variance of the sum of the levels of a pair."""
    k = np.arange(c.total.size)
    return float(c.total @ (k - c.total @ k) ** 2)


@cm.feature("sum_entr", ibsi="P6QZ", unit="bit")
def sum_entropy(c: Pairs) -> float:
    """Entropy of the sum of the levels of a pair; 0 for one grey level."""
    return _bits(c.total)


@cm.feature("energy", ibsi="8ZQL")
def angular_second_moment(c: Pairs) -> float:
    """Sum of squared probabilities; 1 for one grey level, less the more pairs differ."""
    return float((c.p**2).sum())


@cm.feature("contrast", ibsi="ACUI", unit="level²")
def contrast(c: Pairs) -> float:
    """Mean squared difference between the levels of a pair; 0 for one grey level."""
    return float(c.difference @ np.arange(c.difference.size) ** 2)


@cm.feature("dissimilarity", ibsi="8S9J", unit="level")
def dissimilarity(c: Pairs) -> float:
    """Mean difference between the levels of a pair: by definition equal to the difference average."""
    return difference_average(c)


@cm.feature("inv_diff", ibsi="IB1Z")
def inverse_difference(c: Pairs) -> float:
    """Mean of 1 / (1 + |i - j|); 1 for one grey level."""
    return float((c.difference / (1 + np.arange(c.difference.size))).sum())


@cm.feature("inv_diff_norm", ibsi="NDRX")
def inverse_difference_normalised(c: Pairs) -> float:
    """Mean of 1 / (1 + |i - j| / N_g)."""
    return float((c.difference / (1 + np.arange(c.difference.size) / c.levels)).sum())


@cm.feature("inv_diff_mom", ibsi="WF0Z")
def inverse_difference_moment(c: Pairs) -> float:
    """Mean of 1 / (1 + (i - j)²); 1 for one grey level."""
    return float((c.difference / (1 + np.arange(c.difference.size) ** 2)).sum())


@cm.feature("inv_diff_mom_norm", ibsi="1QCO")
def inverse_difference_moment_normalised(c: Pairs) -> float:
    """Mean of 1 / (1 + (i - j)² / N_g²)."""
    return float((c.difference / (1 + (np.arange(c.difference.size) / c.levels) ** 2)).sum())


@cm.feature("inv_var", ibsi="E8JP")
def inverse_variance(c: Pairs) -> float:
    """Sum of p / (i - j)² over pairs of different levels; the empty sum, 0, for one grey level."""
    return float((c.difference[1:] / np.arange(1, c.difference.size) ** 2).sum())


@cm.feature("corr", ibsi="NI2N")
def correlation(c: Pairs) -> float:
    """Correlation of the levels of a pair; 1 for one grey level, where neighbours never disagree."""
    spread = joint_variance(c)
    if len(c.g[c.alone > 0]) == 1:
        return 1.0
    away = c.g - c.mean
    return float(away @ c.p @ away) / spread


@cm.feature("auto_corr", ibsi="QWB0", unit="level²")
def autocorrelation(c: Pairs) -> float:
    """Mean product of the levels of a pair."""
    return float(c.g @ c.p @ c.g)


@cm.feature("clust_tend", ibsi="DG8W", unit="level²")
def cluster_tendency(c: Pairs) -> float:
    """Second central moment of the sum of a pair; 0 for one grey level."""
    return c.moment(2)


@cm.feature("clust_shade", ibsi="7NFM", unit="level³")
def cluster_shade(c: Pairs) -> float:
    """Third central moment of the sum of a pair; 0 for one grey level."""
    return c.moment(3)


@cm.feature("clust_prom", ibsi="AE86", unit="level⁴")
def cluster_prominence(c: Pairs) -> float:
    """Fourth central moment of the sum of a pair; 0 for one grey level."""
    return c.moment(4)


@cm.feature("info_corr1", ibsi="R8DG")
def information_correlation_1(c: Pairs) -> float:
    """(HXY - HXY1) / HX: 0 where the levels of a pair tell nothing of each other, and for one grey level."""
    single = _bits(c.alone)
    # For a joint distribution and its own margins HXY1 is the sum of the margins' entropies.
    return (c.entropy - 2 * single) / single if single else 0.0


@cm.feature("info_corr2", ibsi="JN9H")
def information_correlation_2(c: Pairs) -> float:
    """sqrt(1 - exp(-2 (HXY2 - HXY))), entropies in bits as IBSI's values require; 0 for one grey level."""
    return float(np.sqrt(1 - np.exp(-2 * max(2 * _bits(c.alone) - c.entropy, 0.0))))
