"""Grey levels by size in, how much weight lies where out: PyRadiomics' classes `glrlm`, `glszm` and `gldm`.

The three count different things (runs by length, zones by volume, voxels by the number of alike neighbours) and share
their formulas.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from radici.pyradiomics.cooccurrence import EPS, over_directions


@dataclass(frozen=True, eq=False)
class Sizes:
    """How many things of each grey level have each size.

    Parameters
    ----------
    counts
        Shape (v, a, n, s): region, direction (one for zones and dependences), level, size.
    g
        The levels that occur, float64, shape (n,).
    size
        The sizes, float64, shape (s,).
    nothing
        What stands for a total of 0, by which all is divided: NaN leaves a direction out, 1 gives 0.
    """

    counts: np.ndarray
    g: np.ndarray
    size: np.ndarray
    nothing: float = 1.0

    @cached_property
    def n(self) -> np.ndarray:
        """Number of things, shape (v, a)."""
        found = self.counts.sum(axis=(2, 3))
        return np.asarray(np.where(found == 0, self.nothing, found))

    @cached_property
    def by_level(self) -> np.ndarray:
        """Number of things of each level, shape (v, a, n)."""
        return np.asarray(self.counts.sum(axis=3))

    @cached_property
    def by_size(self) -> np.ndarray:
        """Number of things of each size, shape (v, a, s)."""
        return np.asarray(self.counts.sum(axis=2))

    def weigh(self, level: int, size: int) -> np.ndarray:
        """Mean of level to one power times size to another, shape (v, a)."""
        return np.asarray(((self.counts @ self.size**size) @ self.g**level) / self.n)

    def variance(self, counts: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Variance of levels or sizes, shape (v, a)."""
        p = counts / self.n[..., None]
        return np.asarray((p * (values - (p @ values)[..., None]) ** 2).sum(axis=2))

    def entropy(self) -> np.ndarray:
        """Disorder in bits, shape (v, a)."""
        p = self.counts / self.n[..., None, None]
        return -(p * np.log2(p + EPS)).sum(axis=(2, 3))

    def share(self) -> np.ndarray:
        """Number of things per voxel, shape (v, a)."""
        voxels = self.by_size @ self.size
        return np.asarray(self.n / np.where(voxels == 0, 1, voxels))


Formula = Callable[[Sizes], np.ndarray]


def _formulas(small: str, large: str, size: str, level: str) -> dict[str, Formula]:
    """The formulas under the names of one class; `size` and `level` are what it calls them."""
    return {
        f"{small}Emphasis": lambda c: c.weigh(0, -2),
        f"{large}Emphasis": lambda c: c.weigh(0, 2),
        "GrayLevelNonUniformity": lambda c: (c.by_level**2).sum(axis=2) / c.n,
        "GrayLevelNonUniformityNormalized": lambda c: (c.by_level**2).sum(axis=2) / c.n**2,
        f"{size}NonUniformity": lambda c: (c.by_size**2).sum(axis=2) / c.n,
        f"{size}NonUniformityNormalized": lambda c: (c.by_size**2).sum(axis=2) / c.n**2,
        "GrayLevelVariance": lambda c: c.variance(c.by_level, c.g),
        f"LowGrayLevel{level}Emphasis": lambda c: c.weigh(-2, 0),
        f"HighGrayLevel{level}Emphasis": lambda c: c.weigh(2, 0),
        f"{small}LowGrayLevelEmphasis": lambda c: c.weigh(-2, -2),
        f"{small}HighGrayLevelEmphasis": lambda c: c.weigh(2, -2),
        f"{large}LowGrayLevelEmphasis": lambda c: c.weigh(-2, 2),
        f"{large}HighGrayLevelEmphasis": lambda c: c.weigh(2, 2),
    }


def _also(noun: str) -> dict[str, Formula]:
    return {
        f"{noun}Variance": lambda c: c.variance(c.by_size, c.size),
        f"{noun}Entropy": Sizes.entropy,
        f"{noun}Percentage": Sizes.share,
    }


FORMULAS = {
    "glrlm": {**_formulas("ShortRun", "LongRun", "RunLength", "Run"), **_also("Run")},
    "glszm": {**_formulas("SmallArea", "LargeArea", "SizeZone", "Zone"), **_also("Zone")},
    "gldm": {**_formulas("SmallDependence", "LargeDependence", "Dependence", ""), **_also("Dependence")},
}


def size_feature(feature_class: str, name: str, sizes: Sizes) -> np.ndarray:
    """One feature of `glrlm`, `glszm` or `gldm`, the mean over directions; shape (v,)."""
    return over_directions(FORMULAS[feature_class][name](sizes))
