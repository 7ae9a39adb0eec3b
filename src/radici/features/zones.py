"""Zones in, their matrices out: what size zones and distance zones share."""

from typing import Literal

import numpy as np

from radici.core.region import Region
from radici.features.aggregate import MOST_CELLS
from radici.features.grid import grid, slices, voxels_by_slice, voxels_by_volume, zones
from radici.features.level_table import LevelTable


def table(region: Region, aggregation: str, what: Literal["size", "distance"]) -> LevelTable:
    """Zones by level and size or distance, in the volume, in all slices, or in each slice.

    Only sizes and distances that occur have a column: a region of N voxels has fewer than sqrt(2 N) different sizes.
    """
    found = zones(region, aggregation != "3d")
    g = grid(region)
    values = found.size if what == "size" else found.distance
    occurs = np.bincount(values) > 0
    number = np.flatnonzero(occurs)
    cell = (found.level - 1) * len(number) + (np.cumsum(occurs) - 1)[values]
    cells = (g.n - 1) * len(number)
    if aggregation != "2d":
        voxels = voxels_by_volume(region)
        if g.height:
            cell += found.slice // g.height * cells
        counts = np.bincount(cell, minlength=len(voxels) * cells).reshape(len(voxels), -1, len(number))
        return LevelTable.of(counts, g.level, number, voxels)
    voxels = voxels_by_slice(region)
    block = max(1, MOST_CELLS // cells)
    parts = []
    for first in range(0, slices(region), block):
        many = min(block, slices(region) - first)
        here = (found.slice >= first) & (found.slice < first + many)
        counts = np.bincount((found.slice[here] - first) * cells + cell[here], minlength=many * cells)
        parts.append(
            LevelTable.of(counts.reshape(many, -1, len(number)), g.level, number, voxels[first : first + many])
        )
    return LevelTable.joined(parts)
