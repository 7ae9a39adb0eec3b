"""Pairs of grey levels in, the features of PyRadiomics' class `glcm` out, for a segment or around each voxel."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

EPS = float(np.spacing(1))


def over_directions(values: np.ndarray) -> np.ndarray:
    """Mean over the second axis without the NaN of empty directions; NaN where there is no other; shape (v,)."""
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


@dataclass(frozen=True, eq=False)
class Pairs:
    """Probabilities of neighbouring levels.

    Sums run in PyRadiomics' order: where a direction holds one level only, whether `Correlation` is 1 or 0 and
    whether `Imc2` is a number is decided by the last bit.

    Parameters
    ----------
    p
        Shape (v, n, n, a): region, level, level of the neighbour, direction; NaN throughout for a direction without
        any pair.
    g
        The levels that occur, float64, shape (n,).
    """

    p: np.ndarray
    g: np.ndarray

    @property
    def top(self) -> float:
        """Highest level."""
        return float(self.g[-1])

    @cached_property
    def i(self) -> np.ndarray:
        """Level, shape (1, n, 1, 1)."""
        return self.g[None, :, None, None]

    @cached_property
    def j(self) -> np.ndarray:
        """Level of the neighbour, shape (1, 1, n, 1)."""
        return self.g[None, None, :, None]

    @cached_property
    def px(self) -> np.ndarray:
        """Probability of each level, shape (v, n, 1, a)."""
        return np.asarray(self.p.sum(axis=2, keepdims=True))

    @cached_property
    def py(self) -> np.ndarray:
        """Probability of each level of the neighbour, shape (v, 1, n, a)."""
        return np.asarray(self.p.sum(axis=1, keepdims=True))

    @cached_property
    def mean_x(self) -> np.ndarray:
        """Mean level, shape (v, 1, 1, a)."""
        return np.asarray((self.i * self.p).sum(axis=(1, 2), keepdims=True))

    @cached_property
    def mean_y(self) -> np.ndarray:
        """Mean level of the neighbour, shape (v, 1, 1, a)."""
        return np.asarray((self.j * self.p).sum(axis=(1, 2), keepdims=True))

    def _grouped(self, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values that occur in an array of shape (n, n), and the probability of each, shape (v, values, a)."""
        order = np.argsort(number, axis=None, kind="stable")
        values, starts = np.unique(number.ravel()[order], return_index=True)
        rows, columns = np.unravel_index(order, number.shape)
        ends = [*starts[1:], len(order)]
        cells = [self.p[:, rows[s:e], columns[s:e], :].sum(axis=1) for s, e in zip(starts, ends, strict=True)]
        return values[:, None], np.stack(cells, axis=1)

    @cached_property
    def sums(self) -> tuple[np.ndarray, np.ndarray]:
        """Sums of two levels, shape (k, 1), and their probabilities, shape (v, k, a)."""
        return self._grouped(self.g[:, None] + self.g)

    @cached_property
    def differences(self) -> tuple[np.ndarray, np.ndarray]:
        """Distances of two levels, shape (k, 1), and their probabilities, shape (v, k, a)."""
        return self._grouped(np.abs(self.g[:, None] - self.g))

    @cached_property
    def entropy(self) -> np.ndarray:
        """Disorder of the pairs in bits, shape (v, a)."""
        return _bits(self.p)

    @cached_property
    def independent(self) -> np.ndarray:
        """Probabilities if neighbours knew nothing of each other, shape (v, n, n, a)."""
        return np.asarray(self.px * self.py)

    def expect(self, values: np.ndarray) -> np.ndarray:
        """Mean of a function of the pair, of shape (…, n, n, …), over all pairs; shape (v, a)."""
        return np.asarray((self.p * values).sum(axis=(1, 2)))

    def cluster(self, power: int) -> np.ndarray:
        """Moment of the sum of two levels about its mean, shape (v, a)."""
        return self.expect((self.i + self.j - self.mean_x - self.mean_y) ** power)

    def of_difference(self, weight: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Mean of a function of the distance of two levels, shape (v, a)."""
        k, p = self.differences
        return np.asarray((p * weight(k)).sum(axis=1))


def _bits(p: np.ndarray) -> np.ndarray:
    """Entropy over all axes but the first and the last, in bits."""
    return -(p * np.log2(p + EPS)).sum(axis=tuple(range(1, p.ndim - 1)))


def _correlation(c: Pairs) -> np.ndarray:
    scale = np.sqrt(c.expect((c.i - c.mean_x) ** 2)) * np.sqrt(c.expect((c.j - c.mean_y) ** 2))
    together = (c.p * (c.i - c.mean_x) * (c.j - c.mean_y)).sum(axis=(1, 2))
    return np.where(scale == 0, 1.0, together / (scale + EPS))


def _information_1(c: Pairs) -> np.ndarray:
    unequal = c.entropy + c.expect(np.log2(c.independent + EPS))
    most = np.fmax(_bits(c.px), _bits(c.py))
    return np.where(most == 0, 0.0, unequal / np.where(most == 0, 1, most))


def _information_2(c: Pairs) -> np.ndarray:
    apart = _bits(c.independent) - c.entropy
    with np.errstate(invalid="ignore"):
        found = (1 - np.e ** (-2 * apart)) ** 0.5
    return np.where(apart == 0, 0.0, found)


def _maximal_correlation(c: Pairs) -> np.ndarray:
    """Root of the second eigenvalue."""
    p, independent = (np.moveaxis(x, 3, 1) for x in (c.p, c.independent))
    alike = (p / (independent + EPS)) @ p.swapaxes(2, 3)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.sqrt(np.sort(np.linalg.eigvals(alike), axis=-1)[..., -2]))


def _inverse_variance(c: Pairs) -> np.ndarray:
    k, p = c.differences
    return np.asarray((p[:, 1:] / k[1:] ** 2).sum(axis=1))  # the first distance is 0


def _difference_variance(c: Pairs) -> np.ndarray:
    k, p = c.differences
    return np.asarray((p * (k - (k * p).sum(axis=1, keepdims=True)) ** 2).sum(axis=1))


# Shape (v, a) each.
DIRECTED: dict[str, Callable[[Pairs], np.ndarray]] = {
    "Autocorrelation": lambda c: c.expect(c.i * c.j),
    "ClusterProminence": lambda c: c.cluster(4),
    "ClusterShade": lambda c: c.cluster(3),
    "ClusterTendency": lambda c: c.cluster(2),
    "Contrast": lambda c: c.expect(np.abs(c.i - c.j) ** 2),
    "Correlation": _correlation,
    "DifferenceAverage": lambda c: c.of_difference(lambda k: k),
    "DifferenceEntropy": lambda c: _bits(c.differences[1]),
    "DifferenceVariance": _difference_variance,
    "Id": lambda c: c.of_difference(lambda k: 1 / (1 + k)),
    "Idm": lambda c: c.of_difference(lambda k: 1 / (1 + k**2)),
    "Idmn": lambda c: c.of_difference(lambda k: 1 / (1 + k**2 / c.top**2)),
    "Idn": lambda c: c.of_difference(lambda k: 1 / (1 + k / c.top)),
    "Imc1": _information_1,
    "Imc2": _information_2,
    "InverseVariance": _inverse_variance,
    "JointAverage": lambda c: c.mean_x[:, 0, 0],
    "JointEnergy": lambda c: (c.p**2).sum(axis=(1, 2)),
    "JointEntropy": lambda c: c.entropy,
    "MCC": _maximal_correlation,
    "MaximumProbability": lambda c: c.p.max(axis=(1, 2)),
    "SumAverage": lambda c: (c.sums[0] * c.sums[1]).sum(axis=1),
    "SumEntropy": lambda c: _bits(c.sums[1]),
    "SumSquares": lambda c: c.expect((c.i - c.mean_x) ** 2),
}


def glcm_feature(name: str, pairs: Pairs) -> np.ndarray | None:
    """One feature, the mean over directions; shape (v,).

    As in PyRadiomics, `JointAverage` alone does not leave out empty directions (it is NaN where one is), and `MCC` is
    given up for all regions, None, where one of them has an empty direction; otherwise it is 1 for a single level.
    """
    if name == "MCC" and np.isnan(pairs.p).any():
        return None
    if name == "MCC" and len(pairs.g) == 1:
        return np.ones(len(pairs.p))
    found = DIRECTED[name](pairs)
    if name == "JointAverage":
        return np.asarray(found.sum(axis=1) / found.shape[1] if found.shape[1] else np.full(len(found), np.nan))
    return over_directions(found).real
