"""Grey levels in, how much voxels differ from their neighbours out: grey tone differences (IBSI family IPET)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from pydantic import Field

from radici.core.region import Region
from radici.features.aggregate import SlicewiseSettings, refuse_room, slicewise
from radici.features.family import How, family
from radici.features.grid import Planes, grid, neighbours
from radici.features.windows import volumes


class ToneDifference(SlicewiseSettings):
    """What a neighbourhood is, and how slices are brought together.

    Parameters
    ----------
    distance
        Neighbours are all voxels within this Chebyshev distance.
    aggregation
        `3d`: neighbours in the volume; `2_5d`: neighbours in the slice, one matrix; `2d`: each slice by itself,
        features averaged.
    """

    distance: int = Field(default=1, ge=1, le=10)

    def _token(self, aggregation: str) -> str:
        return f"d{self.distance}_{aggregation}"

    def _options(self) -> tuple:
        return (self.distance,)


@dataclass(frozen=True, eq=False)
class Tones:
    """For a stack of m matrices and the levels i, shape (n,): `counts` and `s`, shape (m, n).

    `counts` are the voxels of each level that have a neighbour, `s` the sum over them of the difference between their
    level and their neighbours' mean. `held`, shape (all,), is which of the matrices asked for have a voxel: those.
    """

    level: np.ndarray
    counts: np.ndarray
    s: np.ndarray
    held: np.ndarray

    @cached_property
    def voxels(self) -> np.ndarray:
        """Voxels with a neighbour, (m,)."""
        return np.asarray(self.counts.sum(axis=1))

    @cached_property
    def p(self) -> np.ndarray:
        """Share of each level, (m, n)."""
        return self.counts / self.voxels[:, None]

    @property
    def occurring(self) -> np.ndarray:
        """Number of levels that occur (IBSI's N_g,p), (m,)."""
        return np.count_nonzero(self.counts, axis=1)

    @cached_property
    def pairs(self) -> np.ndarray:
        """Sums over all pairs of levels that occur, (m, 3), see `kernels.tone_pairs`."""
        from radici.features.kernels import tone_pairs

        found: np.ndarray = tone_pairs(self.level, self.counts, self.s)
        return found


@family("ngt", on="levels", settings=ToneDifference, ibsi="IPET", windows=True)
def ngt(region: Region, how: How) -> Tones | None:
    """Differences of levels from the mean of their neighbours in the region; a voxel without neighbours has none.

    A region in which no voxel has a neighbour has no matrix, and every feature is NaN; slices without are left out.
    """
    counts = slicewise(region, count, *how.values)
    differences, voxels = counts[:, 0], counts[:, 1]
    held: np.ndarray = np.asarray(voxels.any(axis=(1, 2)))
    if not held.any():
        return None
    many = np.arange(1, counts.shape[3] + 1)
    s = (differences[held] / many).sum(axis=2)
    return Tones(grid(region).level.astype(np.float64), voxels[held].sum(axis=2).astype(np.float64), s, held)


def count(region: Region, planes: Planes, flat: bool, distance: int) -> np.ndarray:
    """By level and number k of neighbours: sum of |k level - sum of neighbours|, and voxels; shape (m, 2, n, most)."""
    from radici.features.kernels import sum_differences

    g = grid(region, distance, flat)
    most = len(neighbours(distance, flat))
    room = (1 if flat else 2 * distance + 1, g.shape[1] * g.shape[2])
    sums = np.zeros(room, dtype=np.uint16 if (most + 1) * (g.n - 1) < 65536 else np.uint32)
    held = np.zeros(room, dtype=np.uint8 if most < 255 else np.uint16)
    many = volumes(region) if planes is None else planes[1] - planes[0]
    refuse_room(2 * many * g.n * (most + 1), g.n - 1)
    found = np.zeros((many, 2, g.n, most + 1), dtype=np.int64)
    first, last = (0, g.shape[0] - 2 * g.pad) if planes is None else planes
    sum_differences(g.levels, g.shape, g.rows, g.begins, (first + g.pad, last + g.pad), distance, sums, held, found)
    return found[:, :, 1:, 1:]


@ngt.feature("coarseness", ibsi="QCDE")
def coarseness(t: Tones) -> np.ndarray:
    """1 / sum of p s: large where neighbours hardly differ.

    Above 0; 1 000 000, as the standard caps it, where they do not differ at all.
    """
    rate = (t.p * t.s).sum(axis=1)
    return np.where(rate > 0, 1 / np.where(rate > 0, rate, 1.0), 1e6)


@ngt.feature("contrast", ibsi="65HE")
def contrast(t: Tones) -> np.ndarray:
    """Spread of levels, sum of p1 p2 (i1 - i2)² / (N (N - 1)), times the mean difference, sum of s / voxels.

    N is the number of levels that occur. 0 or more; 0 for one grey level.
    """
    mean = t.p @ t.level
    apart = t.level - mean[:, None]
    # Over all pairs the squared difference averages twice the variance.
    spread = 2 * (t.p * apart * apart).sum(axis=1)
    many = t.occurring
    return spread / np.maximum(many * (many - 1), 1) * t.s.sum(axis=1) / t.voxels


@ngt.feature("busyness", ibsi="NQ30")
def busyness(t: Tones) -> np.ndarray:
    """Sum of p s over the sum of |i1 p1 - i2 p2| over pairs of levels: how fast levels change from voxel to voxel.

    0 or more; 0 for one grey level. NaN where several levels all have the same i p, so that the divisor is 0.
    """
    apart = t.pairs[:, 0] / t.voxels
    found = np.full(len(apart), np.nan)
    np.divide((t.p * t.s).sum(axis=1), apart, out=found, where=apart > 0)
    return np.where(t.occurring == 1, 0.0, found)


@ngt.feature("complexity", ibsi="HDEZ")
def complexity(t: Tones) -> np.ndarray:
    """Sum of |i1 - i2| (p1 s1 + p2 s2) / (p1 + p2) over pairs of levels, over the number of voxels.

    0 or more; 0 for one grey level.
    """
    return t.pairs[:, 1] / t.voxels


@ngt.feature("strength", ibsi="1X9X")
def strength(t: Tones) -> np.ndarray:
    """Sum of (p1 + p2) (i1 - i2)² over pairs of levels, over the sum of s.

    0 or more; 0 where no voxel differs from its neighbours, and for one grey level.
    """
    total = t.s.sum(axis=1)
    return np.where(total > 0, t.pairs[:, 2] / t.voxels / np.where(total > 0, total, 1.0), 0.0)
