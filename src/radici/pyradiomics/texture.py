"""Grey levels and boxes in, texture features out: what is common to a segment (one box) and a map (one per voxel)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from radici.core.errors import RegionError
from radici.pyradiomics.cooccurrence import Pairs, glcm_feature
from radici.pyradiomics.emphasis import Sizes, size_feature
from radici.pyradiomics.grey_levels import Levels
from radici.pyradiomics.offsets import lengths_mm, offsets
from radici.pyradiomics.tones import TONES, Tones

CLASSES = ("glcm", "gldm", "glrlm", "glszm", "ngtdm")
MOST_CELLS = 2**30


@dataclass(frozen=True, eq=False)
class Texture:
    """Grey levels, and how PyRadiomics is told to look at them.

    Parameters
    ----------
    levels
        Of the region; the image may be larger than a box.
    spacing
        Along z, y, x in mm.
    settings
        Every setting that acts for an image type.
    flat
        Axis along which nothing moves, or None.
    """

    levels: Levels
    spacing: tuple[float, ...]
    settings: Mapping[str, Any]
    flat: int | None = None

    def offsets(self, *, both_ways: bool, adjacent: bool) -> np.ndarray:
        """Offsets to look at: those of `distances`, or the adjacent ones only."""
        distances = (1,) if adjacent else self.settings["distances"]
        shape = self.levels.place.shape
        return offsets(shape, distances, both_ways=both_ways, flat=self.flat)

    @property
    def weighting(self) -> str | None:
        """`weightingNorm`."""
        norm: str | None = self.settings["weightingNorm"]
        return norm

    @cached_property
    def whole(self) -> np.ndarray:
        """The one box that holds everything, shape (1, 6)."""
        return np.array([[0, 0, 0, *(size - 1 for size in self.levels.place.shape)]], dtype=np.int64)

    @cached_property
    def neighbours(self) -> tuple[np.ndarray, np.ndarray]:
        """How the whole compares with its neighbours, which two classes look at."""
        return _compare(self, self.whole)

    def presence(self) -> np.ndarray:
        """The region as one level."""
        return (self.levels.place > 0).astype(np.uint16)


def cells_per_box(feature_class: str, texture: Texture, boxes: np.ndarray) -> int:
    """About how many numbers the counts of one box take."""
    n = len(texture.levels.values)
    longest = int((boxes[:, 3:] - boxes[:, :3]).max()) + 1
    far = len(texture.offsets(both_ways=True, adjacent=False))
    return {"glcm": n * n * far // 2, "glrlm": n * longest * 13, "glszm": n * longest**3}.get(
        feature_class, n * (n + far)
    )


def seen_directions(feature_class: str, texture: Texture, boxes: np.ndarray) -> np.ndarray | None:
    """Which directions are not empty in all the boxes, bool, shape (a,); None for a class without directions."""
    from radici.pyradiomics.kernels import count_pairs, count_runs

    if feature_class == "glcm":
        steps = texture.offsets(both_ways=False, adjacent=False)
        found = count_pairs(texture.presence(), steps, boxes, 1)
    elif feature_class == "glrlm":
        steps = texture.offsets(both_ways=False, adjacent=True)
        found = count_runs(texture.presence(), steps, boxes, 1, max(texture.levels.place.shape))
    else:
        return None
    return np.asarray(found.sum(axis=(0, 2, 3)) > 0)


def _pairs(texture: Texture, boxes: np.ndarray, kept: np.ndarray | None) -> Pairs:
    from radici.pyradiomics.kernels import count_pairs

    n = len(texture.levels.values)
    steps = texture.offsets(both_ways=False, adjacent=False)
    _refuse_too_many(n * n * len(steps), n)
    counts = count_pairs(texture.levels.place, steps, boxes, n)
    if texture.settings["symmetricalGLCM"]:
        counts += counts.swapaxes(2, 3).copy()
    absent = texture.levels.highest - n
    order = "vija" if absent == 1 else "jiva"
    counts = _stored(counts, order)
    if texture.weighting is not None:
        counts = (counts * _pair_weights(steps, texture)).sum(axis=3, keepdims=True)
    elif len(steps) > 1:
        counts = _without_empty(counts, kept, order)
    total = counts.sum(axis=(1, 2), keepdims=True)
    return Pairs(counts / np.where(total == 0, np.nan, total), texture.levels.values.astype(float))


def _stored(counts: np.ndarray, order: str) -> np.ndarray:
    """Counts of shape (v, a, i, j) in shape (v, i, j, a), laid out in memory in another order of these axes.

    The layout fixes the order in which numpy sums. PyRadiomics takes out what does not occur with `numpy.delete`,
    which gives one layout for a single absent level or direction and others for none or several (see `Pairs`).
    """
    laid_out = np.ascontiguousarray(counts.transpose(["vaij".index(axis) for axis in order]))
    return laid_out.transpose([order.index(axis) for axis in "vija"])


def _without_empty(counts: np.ndarray, kept: np.ndarray | None, order: str) -> np.ndarray:
    """Counts of shape (v, i, j, a) without the directions that are empty in all boxes."""
    kept = np.asarray(counts.any(axis=(0, 1, 2))) if kept is None else kept
    empty = int(np.count_nonzero(~kept))
    if empty == 0:
        return counts
    return _stored(counts[..., kept].transpose(0, 3, 1, 2), "vija" if empty == 1 else "a" + order[:3])


def _pair_weights(steps: np.ndarray, texture: Texture) -> np.ndarray:
    if texture.weighting == "no_weighting":
        return np.ones(len(steps))
    return np.asarray(np.exp(-(lengths_mm(steps, texture.spacing, str(texture.weighting)) ** 2)))


def _runs(texture: Texture, boxes: np.ndarray, kept: np.ndarray | None) -> Sizes:
    from radici.pyradiomics.kernels import count_runs

    steps = texture.offsets(both_ways=False, adjacent=True)
    longest = int((boxes[:, 3:] - boxes[:, :3]).max()) + 1
    n = len(texture.levels.values)
    _refuse_too_many(n * longest * len(steps), n)
    counts = count_runs(texture.levels.place, steps, boxes, n, longest)
    if texture.weighting is not None:
        weights = np.ones(len(steps))
        if texture.weighting != "no_weighting":
            weights = lengths_mm(steps, texture.spacing, texture.weighting)
        counts = np.tensordot(counts, weights, (1, 0))[:, None]
    elif len(steps) > 1:
        counts = counts[:, counts.any(axis=(0, 2, 3)) if kept is None else kept]
    return _sizes(texture, counts, np.nan)


def _zones(texture: Texture, boxes: np.ndarray, kept: np.ndarray | None) -> Sizes:
    from radici.pyradiomics.kernels import find_zones

    steps = texture.offsets(both_ways=True, adjacent=True)
    box, place, size = find_zones(texture.levels.place, steps, boxes).T
    sizes, column = np.unique(size, return_inverse=True)
    shape = (len(boxes), 1, len(texture.levels.values), len(sizes))
    cell = np.ravel_multi_index((box, np.zeros_like(box), place - 1, column), shape)
    counts = np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape).astype(float)
    return Sizes(counts, texture.levels.values.astype(float), sizes.astype(float))


def _dependences(texture: Texture, boxes: np.ndarray, kept: np.ndarray | None) -> Sizes:
    return _sizes(texture, _neighbours(texture, boxes)[0][:, None], 1.0)


def _tones(texture: Texture, boxes: np.ndarray, kept: np.ndarray | None) -> Tones:
    found = _neighbours(texture, boxes)[1]
    return Tones(found[..., 0], found[..., 1], texture.levels.values.astype(float))


def _neighbours(texture: Texture, boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return texture.neighbours if boxes is texture.whole else _compare(texture, boxes)


def _compare(texture: Texture, boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from radici.pyradiomics.kernels import compare_neighbours

    steps = texture.offsets(both_ways=True, adjacent=False)
    levels = texture.levels
    return compare_neighbours(levels.place, levels.values, steps, boxes, texture.settings["gldm_a"])


def _sizes(texture: Texture, counts: np.ndarray, nothing: float) -> Sizes:
    """Counts without the sizes that do not occur; sizes are 1, 2, …"""
    occur = counts.any(axis=(0, 1, 2))
    return Sizes(counts[..., occur], texture.levels.values.astype(float), np.flatnonzero(occur) + 1.0, nothing)


def _refuse_too_many(cells: int, levels: int) -> None:
    if cells > MOST_CELLS:
        raise RegionError(
            f"{levels} grey levels occur in the region, too many to count their neighbours in {cells} cells. "
            f"Use a wider `binWidth`, or fewer `distances`."
        )


Matrix = Pairs | Sizes | Tones
BUILD: dict[str, Callable[[Texture, np.ndarray, np.ndarray | None], Matrix]] = {
    "glcm": _pairs,
    "gldm": _dependences,
    "glrlm": _runs,
    "glszm": _zones,
    "ngtdm": _tones,
}


def texture_features(
    feature_class: str, names: list[str], texture: Texture, boxes: np.ndarray, kept: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """The named features of one class in each box, shape (v,); without one that is undefined for some box.

    Parameters
    ----------
    boxes
        First and last voxel of each, shape (v, 6).
    kept
        Directions that count, from `seen_directions`; found here if not given.
    """
    matrix = BUILD[feature_class](texture, boxes, kept)
    found = {name: _feature(feature_class, name, matrix) for name in names}
    return {name: values for name, values in found.items() if values is not None}


def _feature(feature_class: str, name: str, matrix: Matrix) -> np.ndarray | None:
    if isinstance(matrix, Pairs):
        return glcm_feature(name, matrix)
    if isinstance(matrix, Tones):
        return TONES[name](matrix)
    return size_feature(feature_class, name, matrix)
