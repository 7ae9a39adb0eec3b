"""Mask in, its connected parts out: what counts as one lesion where a mask holds all of them."""

from typing import Literal

import numpy as np

from radici.core.image import Mask

Neighbours = Literal[6, 18, 26]
# Number of axes along which the two voxels of a pair may differ.
AXES = {6: 1, 18: 2, 26: 3}


def label_components(mask: Mask, neighbours: Neighbours = 26) -> tuple[np.ndarray, int]:
    """Number of the part that each voxel belongs to, int32, shape (x, y, z), 0 outside; and how many parts there are.

    Part 1 has most voxels; of equals the one comes first whose first voxel (in the order x, y, z) does.

    Parameters
    ----------
    neighbours
        Which voxels touch: those that share a face (6), a face or an edge (18), or also only a corner (26). Public
        code for lymphoma counts lesions with 18, most other code with 26: the count of lesions needs it beside it.

    Raises
    ------
    ValueError
        Another number of neighbours.
    """
    from scipy.ndimage import generate_binary_structure, label

    if neighbours not in AXES:
        raise ValueError(f"A voxel has 6, 18 or 26 neighbours, found {neighbours!r}.")
    labels = np.zeros(mask.geometry.shape, dtype=np.int32)
    if not mask.count:
        return labels, 0
    inside, count = label(mask.voxels[mask.box], generate_binary_structure(3, AXES[neighbours]), output=np.int32)
    # scipy numbers parts by their first voxel, so that a stable order keeps that among equals.
    sizes = np.bincount(inside.ravel(), minlength=count + 1)[1:]
    rank = np.zeros(count + 1, dtype=np.int32)
    rank[1 + np.argsort(-sizes, kind="stable")] = np.arange(1, count + 1)
    labels[mask.box] = rank[inside]
    return labels, int(count)


def components(mask: Mask, neighbours: Neighbours = 26) -> list[Mask]:
    """The connected parts of a mask, largest first, each on the whole grid; none for an empty mask."""
    from scipy.ndimage import find_objects

    labels, count = label_components(mask, neighbours)
    parts = []
    for number, box in enumerate(find_objects(labels, count), start=1):
        inside = np.zeros(mask.geometry.shape, dtype=bool)
        inside[box] = labels[box] == number
        parts.append(Mask(inside, mask.geometry))
    return parts
