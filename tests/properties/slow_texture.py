"""Grey levels in, IBSI's six texture matrices out: slow, written for the eye, the judge of the fast engine.

Written from the IBSI reference manual (version 11, chapter 'Image features') and from nothing else; `src` never
imports it. A region is a dictionary from position (x, y, z) to grey level, so that "in the region" reads `in`, and a
matrix is a dictionary from its entry to its count, so that "sum over i and j" reads as a loop over what was found.

Conventions
-----------
- `levels` is an integer array (x, y, z): 0 outside the intensity mask, 1 … N_g inside. Slices lie along z. N_g is the
  number of levels of the whole region, also for the matrices of one slice.
- A matrix without any entry (a slice outside the region, a direction in which no voxel has a neighbour, a slice for
  the NGTDM in which no voxel has a neighbour) is left out; where none is left, every feature is NaN.
- Merging sums the counts and the numbers of voxels.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import exp

import numpy as np

Position = tuple[int, int, int]
Inside = Mapping[Position, int]
"""Grey level of each voxel of the intensity mask."""

DIRECTIONS_3D = (
    *((0, 0, 1), (0, 1, 0), (1, 0, 0), (0, 1, 1), (0, 1, -1), (1, 0, 1), (1, 0, -1)),
    *((1, 1, 0), (1, -1, 0), (1, 1, 1), (1, 1, -1), (1, -1, 1), (1, -1, -1)),
)
DIRECTIONS_2D = ((1, 0, 0), (1, 1, 0), (0, 1, 0), (-1, 1, 0))
FACES_3D = ((1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1))
FACES_2D = FACES_3D[:4]

DIRECTIONAL = ("2D_avg", "2D_comb", "2_5D_avg", "2_5D_comb", "3D_avg", "3D_comb")
SLICEWISE = ("2D", "2_5D", "3D")
AGGREGATIONS = {
    "cm": DIRECTIONAL,
    "rlm": DIRECTIONAL,
    "szm": SLICEWISE,
    "dzm": SLICEWISE,
    "ngt": SLICEWISE,
    "ngl": SLICEWISE,
}
"""How IBSI's tags end for each family: per matrix or merged (`comb`), 2.5D direction-merged is `2_5D_avg`."""


@dataclass
class Matrix:
    """Counts by entry, and the number of voxels N_v that they come from.

    An entry is (i, j): two levels for the GLCM; level and run length, zone size, distance or dependence for the
    others. The NGTDM has entries i, with their count n_i in `counts` and their s_i in `differences`.
    """

    counts: Counter = field(default_factory=Counter)
    voxels: float = 0
    differences: Counter = field(default_factory=Counter)

    def add(self, other: "Matrix", weight: float = 1) -> None:
        """Merge another matrix into this one, its counts and voxels multiplied by `weight`."""
        self.voxels += weight * other.voxels
        for entry, count in other.counts.items():
            self.counts[entry] += weight * count
        for entry, difference in other.differences.items():
            self.differences[entry] += weight * difference


def matrices(
    levels: np.ndarray,
    family: str,
    aggregation: str,
    *,
    shape_mask: np.ndarray | None = None,
    distance: int = 1,
    coarseness: int = 0,
    weight: Callable[[Position], float] | None = None,
) -> list[Matrix]:
    """The matrices whose features are averaged.

    Parameters
    ----------
    levels
        int, shape (x, y, z), 0 outside the intensity mask.
    family
        `cm`, `rlm`, `szm`, `dzm`, `ngt` or `ngl`.
    aggregation
        As IBSI's tags end, see `AGGREGATIONS`.
    shape_mask
        bool, shape (x, y, z), for `dzm`: the mask whose border distances are counted from; by default the voxels
        that have a level.
    distance
        Chebyshev distance delta of `cm` (direction times delta), `ngt` and `ngl` (every neighbour within delta).
    coarseness
        alpha of `ngl`: the largest difference of dependent levels.
    weight
        Weight of a direction vector (for `cm` already multiplied by the distance) for `cm` and `rlm`: `inverse` or
        `exponential` of a `norm`; without one, 1.
    """
    volume = voxels_of(levels)
    if family in ("cm", "rlm"):
        count = (lambda inside, m: pairs(inside, m, distance)) if family == "cm" else runs
        step = distance if family == "cm" else 1
        found = directional(volume, aggregation, count, lambda m: weight(moved((0, 0, 0), m, step)) if weight else 1)
    else:
        border = set(volume) if shape_mask is None else {tuple(k) for k in np.argwhere(shape_mask).tolist()}
        if not border.issuperset(volume):
            raise ValueError("The intensity mask reaches out of the shape mask.")

        def count_3d_or_2d(inside: Inside, flat: bool) -> Matrix:
            if family == "szm":
                return zone_sizes(inside)
            if family == "dzm":
                return zone_distances(inside, distances(border, FACES_2D if flat else FACES_3D))
            return tone_differences(inside, distance) if family == "ngt" else dependences(inside, distance, coarseness)

        found = slicewise(volume, aggregation, count_3d_or_2d)
    return [matrix for matrix in found if matrix.counts]


def voxels_of(levels: np.ndarray) -> dict[Position, int]:
    """The level of each voxel in the intensity mask, by position."""
    return {tuple(k): int(levels[tuple(k)]) for k in np.argwhere(levels > 0).tolist()}


def slices_of(volume: Inside) -> dict[int, dict[Position, int]]:
    """The voxels of each slice that has any, by its z."""
    found: dict[int, dict[Position, int]] = defaultdict(dict)
    for k, level in volume.items():
        found[k[2]][k] = level
    return found


def moved(k: Position, m: Position, times: int = 1) -> Position:
    """The position `times` steps of `m` away from `k`."""
    return (k[0] + times * m[0], k[1] + times * m[1], k[2] + times * m[2])


# How matrices are brought together ------------------------------------------------------------------------------


def directional(
    volume: Inside,
    aggregation: str,
    count: Callable[[Inside, Position], Matrix],
    weight: Callable[[Position], float],
) -> list[Matrix]:
    """Matrices of each slice and direction, merged as the aggregation says.

    A weight multiplies the counts of its direction, and for the run percentage its voxels, before directions are
    merged; where they are not, it has no effect (manual, 'Distances and distance weighting').
    """
    parts = {0: volume} if aggregation.startswith("3D") else slices_of(volume)
    directions = DIRECTIONS_3D if aggregation.startswith("3D") else DIRECTIONS_2D
    merged: dict[object, Matrix] = defaultdict(Matrix)
    for (z, part), m in product(parts.items(), directions):
        key = {
            "2D_avg": (z, m),
            "2D_comb": z,
            "2_5D_avg": m,
            "2_5D_comb": "all",
            "3D_avg": m,
            "3D_comb": "all",
        }[aggregation]
        merged[key].add(count(part, m), weight(m) if aggregation.endswith("comb") else 1)
    return list(merged.values())


def slicewise(volume: Inside, aggregation: str, count: Callable[[Inside, bool], Matrix]) -> list[Matrix]:
    """One matrix of the volume (`3D`), one of each slice (`2D`), or the sum over the slices (`2_5D`)."""
    if aggregation == "3D":
        return [count(volume, False)]
    each = [count(part, True) for part in slices_of(volume).values()]
    if aggregation == "2D":
        return each
    merged = Matrix()
    for matrix in each:
        merged.add(matrix)
    return [merged]


def norm(m: Position, kind: str = "euclidean", spacing_mm: tuple[float, float, float] = (1, 1, 1)) -> float:
    """Length of a vector of voxel steps: `manhattan`, `euclidean` or `chebyshev`, in mm where a spacing is given."""
    steps = [abs(step) * mm for step, mm in zip(m, spacing_mm, strict=True)]
    if kind == "manhattan":
        return sum(steps)
    if kind == "chebyshev":
        return max(steps)
    return sum(step**2 for step in steps) ** 0.5


def inverse(length: float) -> float:
    """The weight 1 / |m| of the manual's section 'Distances and distance weighting'."""
    return 1 / length


def exponential(length: float) -> float:
    """The weight exp(-|m|²) of the same section."""
    return exp(-(length**2))


# The six matrices -----------------------------------------------------------------------------------------------


def pairs(inside: Inside, m: Position, distance: int) -> Matrix:
    """GLCM: how often level i lies `distance` times m away from level j, in either sense, so it is symmetric."""
    matrix = Matrix(voxels=len(inside))
    for k, i in inside.items():
        other = moved(k, m, distance)
        if other in inside:
            j = inside[other]
            matrix.counts[i, j] += 1
            matrix.counts[j, i] += 1
    return matrix


def runs(inside: Inside, m: Position) -> Matrix:
    """GLRLM: how many runs of level i along m are j voxels long."""
    matrix = Matrix(voxels=len(inside))
    for k, level in inside.items():
        if inside.get(moved(k, m, -1)) == level:
            continue  # inside a run that began earlier
        length = 1
        while inside.get(moved(k, m, length)) == level:
            length += 1
        matrix.counts[level, length] += 1
    return matrix


def neighbourhood(k: Position, distance: int, inside: Inside) -> Iterator[Position]:
    """Voxels of the region within a Chebyshev distance of `k`, without `k`; in a slice none of another slice is."""
    steps = range(-distance, distance + 1)
    for m in product(steps, steps, steps):
        if m != (0, 0, 0) and moved(k, m) in inside:
            yield moved(k, m)


def zones(inside: Inside) -> Iterator[list[Position]]:
    """Groups of voxels of one level that touch by face, edge or corner (26 in 3D, 8 within a slice)."""
    seen: set[Position] = set()
    for start, level in inside.items():
        if start in seen:
            continue
        seen.add(start)
        zone = [start]
        for k in zone:  # grows while it is read
            for other in neighbourhood(k, 1, inside):
                if inside[other] == level and other not in seen:
                    seen.add(other)
                    zone.append(other)
        yield zone


def zone_sizes(inside: Inside) -> Matrix:
    """GLSZM: how many zones of level i have j voxels."""
    return Matrix(Counter((inside[zone[0]], len(zone)) for zone in zones(inside)), len(inside))


def distances(mask: set[Position], faces: tuple[Position, ...]) -> dict[Position, int]:
    """Distance of each voxel of a mask to its border: 1 on the border, and 1 more for each erosion survived.

    What lies beyond the image's edge lies outside the mask.
    """
    found = dict.fromkeys(mask, 0)
    left = set(mask)
    while left:
        for k in left:
            found[k] += 1
        left = {k for k in left if all(moved(k, face) in left for face in faces)}
    return found


def zone_distances(inside: Inside, distance: Mapping[Position, int]) -> Matrix:
    """GLDZM: how many zones of level i come as near as j to the border of the shape mask."""
    counts = Counter((inside[zone[0]], min(distance[k] for k in zone)) for zone in zones(inside))
    return Matrix(counts, len(inside))


def tone_differences(inside: Inside, distance: int) -> Matrix:
    """NGTDM: number n_i of voxels of level i with a neighbour, and sum s_i of |i - mean of the neighbours|."""
    matrix = Matrix(voxels=len(inside))
    for k, level in inside.items():
        around = [inside[other] for other in neighbourhood(k, distance, inside)]
        if around:
            matrix.counts[level] += 1
            matrix.differences[level] += abs(level - sum(around) / len(around))
    return matrix


def dependences(inside: Inside, distance: int, coarseness: int) -> Matrix:
    """NGLDM: how many voxels of level i have j - 1 neighbours whose level differs by at most `coarseness`."""
    matrix = Matrix(voxels=len(inside))
    for k, level in inside.items():
        alike = [other for other in neighbourhood(k, distance, inside) if abs(inside[other] - level) <= coarseness]
        matrix.counts[level, 1 + len(alike)] += 1
    return matrix
