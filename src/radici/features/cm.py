"""Grey levels in, which levels lie next to which out: the co-occurrence features (IBSI family LFYI)."""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from pydantic import Field

from radici.core.region import Region
from radici.features.aggregate import DirectionalSettings, directional
from radici.features.family import How, family
from radici.features.pairs import count, occur


class CoOccurrence(DirectionalSettings):
    """How pairs of voxels are counted, and how directions and slices are brought together.

    Parameters
    ----------
    distance
        Between the voxels of a pair, in voxels along each of the 13 directions (Chebyshev distance).
    aggregation
        `3d_mrg`: one matrix of all 13 directions; `3d_avg`: one of each, features averaged; `2_5d_mrg` and `2_5d_avg`:
        the same for the four directions within slices; `2d_mrg` and `2d_avg`: each slice by itself.
    weighting, norm
        Weight of the directions that are merged, and how the length of their step is measured.
    """

    distance: int = Field(default=1, ge=1)

    @property
    def step(self) -> int:
        """The distance."""
        return self.distance

    def _token(self, aggregation: str) -> str:
        return f"d{self.distance}_{super()._token(aggregation)}"


@dataclass(frozen=True, eq=False)
class Pairs:
    """Probabilities of neighbouring levels of a stack of m symmetric matrices.

    `alone` (m, span) is the probability of each level `g` (span,), `apart` (m, span) of each difference |i - j|,
    `together` (m, 2 span - 1) of each sum i + j, from twice the lowest level on. `entropy` is in bits, `squares` the
    sum of p², `product` of p i j, `top` the largest p; each (m,). `levels` is how many there could be (IBSI's N_g).
    `held`, shape (all,), is which of the matrices asked for have a pair: those m.
    """

    g: np.ndarray
    levels: int
    alone: np.ndarray
    apart: np.ndarray
    together: np.ndarray
    entropy: np.ndarray
    squares: np.ndarray
    product: np.ndarray
    top: np.ndarray
    held: np.ndarray

    @cached_property
    def k(self) -> np.ndarray:
        """The differences 0, 1, …, as `apart` counts them."""
        return np.arange(self.apart.shape[1], dtype=np.float64)

    @cached_property
    def sums(self) -> np.ndarray:
        """The sums i + j, as `together` counts them."""
        return np.arange(self.together.shape[1], dtype=np.float64) + 2 * self.g[0]

    @cached_property
    def mean(self) -> np.ndarray:
        """Mean level, (m,)."""
        return self.alone @ self.g

    @cached_property
    def variance(self) -> np.ndarray:
        """Variance of the level, (m,)."""
        return _moment(self.alone, self.g, self.mean, 2)

    @cached_property
    def single(self) -> np.ndarray:
        """Entropy of the levels taken alone, in bits, (m,)."""
        return _bits(self.alone)

    @cached_property
    def flat(self) -> np.ndarray:
        """Whether a matrix has one level only, (m,)."""
        return np.count_nonzero(self.alone, axis=1) == 1

    def closeness(self, scale: float, power: int) -> np.ndarray:
        """Mean of 1 / (1 + (|i - j| / scale)^power), (m,)."""
        return self.apart @ (1 / (1 + (self.k / scale) ** power))

    def cluster(self, power: int) -> np.ndarray:
        """Mean of (i + j - 2 mean)^power, (m,)."""
        return _moment(self.together, self.sums, 2 * self.mean, power)


def _moment(p: np.ndarray, values: np.ndarray, about: np.ndarray, power: int) -> np.ndarray:
    """Mean of (value - about)^power for each row of p."""
    apart = values - about[:, None]
    for _ in range(power):
        p = p * apart
    return np.asarray(p.sum(axis=1))


def _bits(p: np.ndarray) -> np.ndarray:
    """Entropy of each row in bits; 0 log 0 = 0."""
    return -(p * np.log2(p, out=np.zeros_like(p), where=p > 0)).sum(axis=1) + 0.0


@family("cm", on="levels", settings=CoOccurrence, ibsi="LFYI", windows=True)
def cm(region: Region, how: How) -> Pairs | None:
    """Matrices of directions and slices, apart or merged; one without any pair is left out.

    A region without two voxels at the distance has none at all, and every feature is NaN: nothing lies next
    to anything. More than 2048 different grey levels are refused.
    """
    aggregation, by_slice, weights, distance = how.values
    occurring = occur(region)
    stacks = directional(region, aggregation, by_slice, weights, count, distance)
    parts = [_read(counts, occurring, region.levels) for counts, _ in stacks]
    found = parts[0] if len(parts) == 1 else _joined(parts)
    return found if found.held.any() else None


def _joined(parts: list[Pairs]) -> Pairs:
    stacked = {field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Pairs)[2:]}
    return Pairs(parts[0].g, parts[0].levels, **stacked)


def _read(counts: np.ndarray, occurring: np.ndarray, levels: int) -> Pairs:
    """Sums over a stack of matrices, without those that have no pair; `occurring` as `pairs.occur` gives it."""
    from radici.features.kernels import pair_sums

    counts = counts if counts.dtype == np.uint32 else counts.astype(np.float64)
    g = np.arange(occurring.min(), occurring.max() + 1)
    found = pair_sums(counts, occurring, g[0], len(g))
    held = found[0].any(axis=1)
    alone, apart, together, sums = (one[held] for one in found)
    total = alone.sum(axis=1)
    information, squares, product, top = sums.T / total
    share = total[:, None]
    entropy = np.log2(total) - information + 0.0
    shares = alone / share, apart / share, together / share
    return Pairs(g, levels, *shares, entropy, squares / total, product, top, held)


@cm.feature("joint_max", ibsi="GYBY")
def joint_maximum(c: Pairs) -> np.ndarray:
    """Probability of the most common pair: max p(i, j).

    From 0 to 1; 1 for one grey level.
    """
    return c.top


@cm.feature("joint_avg", ibsi="60VM", unit="level")
def joint_average(c: Pairs) -> np.ndarray:
    """Mean grey level of the pairs: sum of i p(i, j).

    From 1 to the number of levels.
    """
    return c.mean


@cm.feature("joint_var", ibsi="UR99", unit="level²")
def joint_variance(c: Pairs) -> np.ndarray:
    """Variance of the grey level in pairs: sum of (i - joint average)² p(i, j).

    0 or more; 0 for one grey level.
    """
    return c.variance


@cm.feature("joint_entr", ibsi="TU9B", unit="bit")
def joint_entropy(c: Pairs) -> np.ndarray:
    """Disorder of the pairs: - sum of p(i, j) log2 p(i, j).

    0 or more; 0 for one grey level. Grows with the number of levels: compare only equal discretisations.
    """
    return c.entropy


@cm.feature("diff_avg", ibsi="TF7R", unit="level")
def difference_average(c: Pairs) -> np.ndarray:
    """Mean difference between the levels of a pair: sum of k p(|i - j| = k).

    0 or more; 0 for one grey level.
    """
    return c.apart @ c.k


@cm.feature("diff_var", ibsi="D3YU", unit="level²")
def difference_variance(c: Pairs) -> np.ndarray:
    """Variance of the difference: sum of (k - difference average)² p(|i - j| = k).

    0 or more; 0 for one grey level.
    """
    return _moment(c.apart, c.k, difference_average(c), 2)


@cm.feature("diff_entr", ibsi="NTRS", unit="bit")
def difference_entropy(c: Pairs) -> np.ndarray:
    """Entropy of the difference: - sum of p(|i - j| = k) log2 p(|i - j| = k).

    0 or more; 0 for one grey level.
    """
    return _bits(c.apart)


@cm.feature("sum_avg", ibsi="ZGXS", unit="level")
def sum_average(c: Pairs) -> np.ndarray:
    """Mean sum of the levels of a pair: sum of k p(i + j = k), twice the joint average.

    From 2 to twice the number of levels.
    """
    return c.together @ c.sums


@cm.feature("sum_var", ibsi="OEEB", unit="level²")
def sum_variance(c: Pairs) -> np.ndarray:
    """Variance of the sum: sum of (k - sum average)² p(i + j = k).

    0 or more; 0 for one grey level. By definition equal to the cluster tendency.
    """
    return c.cluster(2)


@cm.feature("sum_entr", ibsi="P6QZ", unit="bit")
def sum_entropy(c: Pairs) -> np.ndarray:
    """Entropy of the sum: - sum of p(i + j = k) log2 p(i + j = k).

    0 or more; 0 for one grey level.
    """
    return _bits(c.together)


@cm.feature("energy", ibsi="8ZQL")
def angular_second_moment(c: Pairs) -> np.ndarray:
    """Sum of p(i, j)².

    From 0 to 1; 1 for one grey level, less the more pairs differ.
    """
    return c.squares


@cm.feature("contrast", ibsi="ACUI", unit="level²")
def contrast(c: Pairs) -> np.ndarray:
    """Mean squared difference between the levels of a pair: sum of (i - j)² p(i, j).

    0 or more; 0 for one grey level.
    """
    return c.apart @ c.k**2


@cm.feature("dissimilarity", ibsi="8S9J", unit="level")
def dissimilarity(c: Pairs) -> np.ndarray:
    """Mean of |i - j|: by definition equal to the difference average.

    0 or more; 0 for one grey level.
    """
    return difference_average(c)


@cm.feature("inv_diff", ibsi="IB1Z")
def inverse_difference(c: Pairs) -> np.ndarray:
    """Mean of 1 / (1 + |i - j|).

    From 0 to 1; 1 for one grey level.
    """
    return c.closeness(1, 1)


@cm.feature("inv_diff_norm", ibsi="NDRX")
def inverse_difference_normalised(c: Pairs) -> np.ndarray:
    """Mean of 1 / (1 + |i - j| / N_g).

    From 0.5 to 1; 1 for one grey level.
    """
    return c.closeness(c.levels, 1)


@cm.feature("inv_diff_mom", ibsi="WF0Z")
def inverse_difference_moment(c: Pairs) -> np.ndarray:
    """Mean of 1 / (1 + (i - j)²), also called homogeneity.

    From 0 to 1; 1 for one grey level.
    """
    return c.closeness(1, 2)


@cm.feature("inv_diff_mom_norm", ibsi="1QCO")
def inverse_difference_moment_normalised(c: Pairs) -> np.ndarray:
    """Mean of 1 / (1 + (i - j)² / N_g²).

    From 0.5 to 1; 1 for one grey level.
    """
    return c.closeness(c.levels, 2)


@cm.feature("inv_var", ibsi="E8JP")
def inverse_variance(c: Pairs) -> np.ndarray:
    """Sum of p(i, j) / (i - j)² over pairs of different levels.

    From 0 to 1; the empty sum, 0, for one grey level.
    """
    return c.apart[:, 1:] @ (1 / c.k[1:] ** 2)


@cm.feature("corr", ibsi="NI2N")
def correlation(c: Pairs) -> np.ndarray:
    """Correlation of the levels of a pair: (sum of i j p(i, j) - mean²) / variance.

    From -1 to 1; 1 for one grey level, where neighbours never disagree.
    """
    # Variances of i + j and of i - j are 2 (variance + covariance) and 2 (variance - covariance).
    together, apart = c.cluster(2), contrast(c)
    return np.where(c.flat, 1.0, (together - apart) / np.where(c.flat, 1.0, together + apart))


@cm.feature("auto_corr", ibsi="QWB0", unit="level²")
def autocorrelation(c: Pairs) -> np.ndarray:
    """Mean product of the levels of a pair: sum of i j p(i, j).

    From 1 to the squared number of levels.
    """
    return c.product


@cm.feature("clust_tend", ibsi="DG8W", unit="level²")
def cluster_tendency(c: Pairs) -> np.ndarray:
    """Second central moment of the sum of a pair: sum of (i + j - 2 mean)² p(i, j).

    0 or more; 0 for one grey level.
    """
    return c.cluster(2)


@cm.feature("clust_shade", ibsi="7NFM", unit="level³")
def cluster_shade(c: Pairs) -> np.ndarray:
    """Third central moment of the sum of a pair: sum of (i + j - 2 mean)³ p(i, j).

    Of any sign: positive where a few levels are much higher than the rest; 0 for one grey level.
    """
    return c.cluster(3)


@cm.feature("clust_prom", ibsi="AE86", unit="level⁴")
def cluster_prominence(c: Pairs) -> np.ndarray:
    """Fourth central moment of the sum of a pair: sum of (i + j - 2 mean)⁴ p(i, j).

    0 or more; 0 for one grey level.
    """
    return c.cluster(4)


@cm.feature("info_corr1", ibsi="R8DG")
def information_correlation_1(c: Pairs) -> np.ndarray:
    """(HXY - HXY1) / HX, the entropy of pairs less that of independent levels, over that of levels alone.

    From -1 to 0: 0 where the levels of a pair tell nothing of each other, and for one grey level.
    """
    # For a joint distribution and its own margins HXY1 is the sum of the margins' entropies.
    return np.where(c.flat, 0.0, (c.entropy - 2 * c.single) / np.where(c.flat, 1.0, c.single))


@cm.feature("info_corr2", ibsi="JN9H")
def information_correlation_2(c: Pairs) -> np.ndarray:
    """Square root of 1 - exp(-2 (HXY2 - HXY)), HXY2 being the entropy of independent levels.

    From 0 to 1: 0 where the levels of a pair tell nothing of each other, and for one grey level.
    """
    return np.sqrt(1 - np.exp(np.minimum(-2 * (2 * c.single - c.entropy), 0.0)))
