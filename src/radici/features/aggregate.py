"""Counts by slice and direction in, the matrices of one IBSI aggregation out.

In 2D every slice is looked at by itself, in 3D the volume is; 2.5D adds up what the slices gave. Matrices of several
directions are merged (added) or kept apart, and features are averaged over those kept apart:

========  ===================================  ===========
name      matrices                             IBSI
========  ===================================  ===========
2d_avg    one for each slice and direction     `_2D_avg`
2d_mrg    one for each slice                   `_2D_comb`
2_5d_avg  one for each direction in the slice  `_2_5D_avg`
2_5d_mrg  one                                  `_2_5D_comb`
3d_avg    one for each of 13 directions        `_3D_avg`
3d_mrg    one                                  `_3D_comb`
========  ===================================  ===========

Families without directions have `2d` (each slice), `2_5d` (slices added up) and `3d`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

import numpy as np
from pydantic import Field, field_validator

from radici.core.errors import RegionError
from radici.core.region import Region
from radici.features.family import FamilySettings, How
from radici.features.grid import DIRECTIONS, IN_PLANE, slices, voxels_by_slice, voxels_by_volume
from radici.features.windows import volumes

Directional = Literal["2d_avg", "2d_mrg", "2_5d_avg", "2_5d_mrg", "3d_avg", "3d_mrg"]
Slicewise = Literal["2d", "2_5d", "3d"]
SUFFIX = {
    **{"2d_avg": "_2D_avg", "2d_mrg": "_2D_comb", "2_5d_avg": "_2_5D_avg", "2_5d_mrg": "_2_5D_comb"},
    **{"3d_avg": "_3D_avg", "3d_mrg": "_3D_comb", "2d": "_2D", "2_5d": "_2_5D", "3d": "_3D"},
}
ORDER = {"manhattan": 1, "euclidean": 2, "chebyshev": np.inf}
MOST_CELLS = 4_000_000
"""How many cells of the matrices of single slices are held at a time."""

MOST_ROOM = 50_000_000
"""How many cells the matrices that a kernel fills at once may have."""

Directions = Sequence[tuple[int, int, int]]
Count = Callable[..., np.ndarray]
"""(region, planes, directions, *settings) -> counts of each plane and direction, shape (m, d, n, k)."""


def _once_each(value: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(value)) < len(value):
        raise ValueError("an aggregation is named twice")
    return value


class DirectionalSettings(FamilySettings):
    """How directions and slices are brought together.

    Parameters
    ----------
    aggregation
        `3d_mrg`: one matrix of all 13 directions; `3d_avg`: one of each, features averaged; `2_5d_mrg` and `2_5d_avg`:
        the same for the four directions within slices; `2d_mrg` and `2d_avg`: each slice by itself.
    weighting
        Of the counts of the directions that are merged: `inverse` to the length of the step, or `exponential`,
        exp(-length²) (IBSI, 'Distances and distance weighting').
    norm
        How that length is measured, in voxels.
    """

    aggregation: tuple[Directional, ...] = Field(default=("3d_mrg",), min_length=1)
    weighting: Literal["none", "inverse", "exponential"] = "none"
    norm: Literal["manhattan", "euclidean", "chebyshev"] = "euclidean"

    _once_each = field_validator("aggregation")(_once_each)

    @property
    def step(self) -> int:
        """How many voxels a step along a direction is."""
        return 1

    def hows(self) -> Sequence[How]:
        """One for each aggregation; its values are the aggregation, whether slices are wanted, weights and step."""
        by_slice = any(one.startswith("2d") for one in self.aggregation)
        weights = self._weights()
        return [How(self._token(one), SUFFIX[one], (one, by_slice, weights, self.step)) for one in self.aggregation]

    def _token(self, aggregation: str) -> str:
        return aggregation if self.weighting == "none" else f"{aggregation}_{self.weighting}_{self.norm}"

    def _weights(self) -> tuple[float, ...]:
        length = np.linalg.norm(np.array(DIRECTIONS) * self.step, ORDER[self.norm], axis=1)
        by_name = {"none": np.ones_like(length), "inverse": 1 / length, "exponential": np.exp(-(length**2))}
        return tuple(by_name[self.weighting].tolist())


class SlicewiseSettings(FamilySettings):
    """How slices are brought together.

    Parameters
    ----------
    aggregation
        `3d`: one matrix of the volume; `2_5d`: one of all slices added up; `2d`: one of each slice, features averaged.
    """

    aggregation: tuple[Slicewise, ...] = Field(default=("3d",), min_length=1)

    _once_each = field_validator("aggregation")(_once_each)

    def hows(self) -> Sequence[How]:
        """One for each aggregation; its values are it, whether slices are wanted too, and the family's own options."""
        by_slice = "2d" in self.aggregation
        return [How(self._token(one), SUFFIX[one], (one, by_slice, *self._options())) for one in self.aggregation]

    def _token(self, aggregation: str) -> str:
        return aggregation

    def _options(self) -> tuple:
        return ()


def refuse_room(cells: int, levels: int) -> None:
    """Refuse matrices that would take gigabytes.

    Raises
    ------
    RegionError
        With the number of levels and what to do.
    """
    if cells > MOST_ROOM:
        raise RegionError(
            f"{levels} grey levels make matrices of {cells} cells; at most {MOST_ROOM} are filled at once. Use wider "
            f"bins in `discretise`, or a smaller `distance`."
        )


def directional(
    region: Region,
    aggregation: str,
    by_slice: bool,
    weights: tuple[float, ...],
    count: Count,
    *settings: object,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Stacks of matrices, shape (m, n, k), and the number of voxels behind each, shape (m,).

    Parameters
    ----------
    region
        Of grey levels.
    aggregation
        See the table above.
    by_slice
        Whether an aggregation in 2D is asked for too: then all come from the counts of single slices.
    weights
        Of each of the 13 directions where they are merged.
    count, settings
        What counts; `settings` are passed on.
    """
    flat = np.array(weights[: len(IN_PLANE)])
    if aggregation.startswith("2d"):
        voxels = voxels_by_slice(region)
        for begin, block in _blocks(region, count, settings):
            many = np.repeat(voxels[begin : begin + len(block)], len(IN_PLANE)).reshape(len(block), -1)
            if aggregation == "2d_avg":
                yield block.reshape(-1, *block.shape[2:]), many.reshape(-1)
            else:
                yield _merged(block, flat), many @ flat
        return
    counts = region.once(_in_plane, by_slice, count, settings)
    if aggregation.startswith("3d"):
        counts = np.concatenate([counts, region.once(_across, count, settings)], axis=1)
    voxels = np.repeat(voxels_by_volume(region), counts.shape[1]).reshape(len(counts), -1)
    if aggregation.endswith("avg"):
        yield counts.reshape(-1, *counts.shape[2:]), voxels.reshape(-1)
    else:
        used = np.array(weights[: counts.shape[1]])
        yield _merged(counts, used), voxels @ used


def _merged(counts: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Directions added up, float64, shape (m, n, k)."""
    if (weights == 1).all():
        return np.asarray(counts.sum(axis=1, dtype=np.float64))
    return np.einsum("mdnk,d->mnk", counts, weights)


def _blocks(region: Region, count: Count, settings: tuple) -> Iterator[tuple[int, np.ndarray]]:
    """First slice and counts of some slices, shape (slices, 4, n, k), of at most `MOST_CELLS` cells at a time."""
    kept = region.once(_all_slices, count, settings)
    if kept is not None:
        yield 0, kept
        return
    for z in range(slices(region)):
        yield z, count(region, (z, z + 1), IN_PLANE, *settings)


def _all_slices(region: Region, count: Count, settings: tuple) -> np.ndarray | None:
    """Counts of all slices, or None where they would need too much room."""
    first = count(region, (0, 1), IN_PLANE, *settings)
    if first.size * slices(region) > MOST_CELLS:
        return None
    return count(region, (0, slices(region)), IN_PLANE, *settings)


def _in_plane(region: Region, by_slice: bool, count: Count, settings: tuple) -> np.ndarray:
    """Counts of the four directions within slices, all slices added up, shape (1, 4, n, k); (m, …) of windows."""
    kept = region.once(_all_slices, count, settings) if by_slice else None
    if kept is not None:
        return _added_up(region, kept)
    return count(region, None, IN_PLANE, *settings)


def _across(region: Region, count: Count, settings: tuple) -> np.ndarray:
    """Counts of the nine directions that leave the slice."""
    return count(region, None, DIRECTIONS[len(IN_PLANE) :], *settings)


def slicewise(region: Region, count: Count, aggregation: str, by_slice: bool, *settings: object) -> np.ndarray:
    """Matrices of a family without directions: of each slice, of all slices added up, or of the volume; (m, n, k).

    `count(region, planes, within the slice only, *settings)` gives them, shape (m, n, k); `by_slice` says whether
    those of single slices are asked for too.
    """
    if aggregation == "3d":
        return count(region, None, False, *settings)
    if aggregation == "2d" or by_slice:
        each = region.once(_each_slice, count, settings)
        return each if aggregation == "2d" else _added_up(region, each)
    return count(region, None, True, *settings)


def _added_up(region: Region, each: np.ndarray) -> np.ndarray:
    """The slices of each volume added up."""
    return np.asarray(each.reshape(volumes(region), -1, *each.shape[1:]).sum(axis=1, dtype=each.dtype))


def _each_slice(region: Region, count: Count, settings: tuple) -> np.ndarray:
    return count(region, (0, slices(region)), True, *settings)
