"""An image and its mask in, one image of each feature out: PyRadiomics' voxel-based mode."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import SimpleITK as sitk

from radici.pyradiomics.filters import like
from radici.pyradiomics.grey_levels import discretise
from radici.pyradiomics.intensity import FIRST_ORDER, Sample
from radici.pyradiomics.masks import crop, tolerance
from radici.pyradiomics.names import columns, default_names
from radici.pyradiomics.offsets import offsets
from radici.pyradiomics.params import Params
from radici.pyradiomics.reading import Source
from radici.pyradiomics.segment import (
    Ready,
    as_volume,
    flat_axis,
    images,
    located,
    make_ready,
    spacing_of,
    voxel_mm3,
)
from radici.pyradiomics.texture import Texture, cells_per_box, seen_directions, texture_features

BYTES_AT_ONCE = 2**25


def extract_maps(
    image_path: Source,
    mask_path: Source,
    params: Params,
    label: int | None = None,
    label_channel: int | None = None,
) -> dict[str, sitk.Image]:
    """Each feature computed in the cube around each voxel of the region, as PyRadiomics 3.0.1 does it.

    Cubes reach `kernelRadius` voxels to each side and end at the region's box (at the region with `maskedKernel`).
    There are no shape maps.

    Returns
    -------
    Images of real numbers by the feature's name, of the region's box and `kernelRadius` voxels around it;
    `initValue` outside the region.

    Raises
    ------
    InputError
        As `extract_pair`.
    """
    given = {"label": label, "label_channel": label_channel}
    settings = {**params.settings(), **{name: value for name, value in given.items() if value is not None}}
    with located(image_path, mask_path, settings), tolerance(settings["geometryTolerance"]):
        ready = make_ready(image_path, mask_path, params, {**settings, "additionalInfo": False})
        return {
            f"{name}_{feature}": found
            for name, image, own in images(ready, params, settings)
            for feature, found in _maps(image, ready, params, own)
        }


def _maps(image: sitk.Image, ready: Ready, params: Params, own: Mapping[str, Any]) -> Iterator[tuple[str, sitk.Image]]:
    image, mask = crop((image, ready.mask), ready.box, own["kernelRadius"])
    voxels, inside = as_volume(image), as_volume(mask) == own["label"]
    visible = inside if own["maskedKernel"] else np.ones_like(inside)
    around = Around(image, voxels, inside, visible, own)
    for feature_class, asked in params.feature_classes.items():
        if feature_class.startswith("shape"):
            continue
        named = dict.fromkeys(asked or default_names(feature_class))
        found = {feature: np.full(voxels.shape, float(own["initValue"])) for feature in named}
        for batch in around.batches():
            places = tuple(batch.T)
            for feature, values in around.features(feature_class, columns(feature_class, asked), batch).items():
                found[feature][places] = values
        for feature, values in found.items():
            shaped = values if image.GetDimension() == 3 else values[0]
            yield f"{feature_class}_{feature}", like(shaped, image)


@dataclass(frozen=True, eq=False)
class Around:
    """An image, and what is seen from each voxel of the region.

    Parameters
    ----------
    image
        The region's box and its margin.
    voxels, inside, visible
        Intensities, the region, and what counts as a neighbour; shape (z, y, x).
    own
        The settings of this image type.
    """

    image: sitk.Image
    voxels: np.ndarray
    inside: np.ndarray
    visible: np.ndarray
    own: Mapping[str, Any]

    @cached_property
    def texture(self) -> Texture:
        """Grey levels of everything visible."""
        levels = discretise(self.voxels, self.visible, self.own["binWidth"], self.own["binCount"])
        return Texture(levels, spacing_of(self.image), self.own, self.flat)

    @property
    def flat(self) -> int | None:
        """Axis along which nothing moves."""
        return flat_axis(self.own, self.image.GetDimension())

    def batches(self) -> list[np.ndarray]:
        """The region's voxels, int64, shape (v, 3), `voxelBatch` at a time."""
        centres = np.argwhere(self.inside)
        size = self.own["voxelBatch"] or len(centres)
        return [centres[k : k + size] for k in range(0, len(centres), size)]

    def boxes(self, centres: np.ndarray) -> np.ndarray:
        """First and last voxel of the cube around each voxel, shape (v, 6)."""
        reach = np.full(3, self.own["kernelRadius"])
        if self.flat is not None:
            reach[self.flat] = 0
        last = np.array(self.voxels.shape) - 1
        return np.hstack([np.maximum(centres - reach, 0), np.minimum(centres + reach, last)])

    def features(self, feature_class: str, names: list[str], centres: np.ndarray) -> dict[str, np.ndarray]:
        """Features of one batch, shape (v,); without those that PyRadiomics gives up for the whole batch."""
        if feature_class == "firstorder":
            size = 8 * len(self.steps)
            parts = [self._first_order(names, part) for part in _portions(centres, size)]
        else:
            boxes = self.boxes(centres)
            kept = seen_directions(feature_class, self.texture, boxes)
            size = 8 * cells_per_box(feature_class, self.texture, boxes)
            parts = [texture_features(feature_class, names, self.texture, b, kept) for b in _portions(boxes, size)]
        return {n: np.concatenate([part[n] for part in parts]) for n in names if all(n in part for part in parts)}

    @cached_property
    def steps(self) -> np.ndarray:
        """Offsets of the voxels of a cube, its centre last; shape (k, 3)."""
        radius = self.own["kernelRadius"]
        whole: tuple[int, ...] = self.voxels.shape
        if self.own["maskedKernel"]:
            centres = np.argwhere(self.inside)
            whole = tuple(centres.max(axis=0) - centres.min(axis=0) + 1)
        z, y, x = (min(int(size), 2 * radius + 1) for size in whole)
        found = offsets((z, y, x), range(1, radius + 1), both_ways=True, flat=self.flat)
        return np.concatenate([found, np.zeros((1, 3), dtype=np.int64)])

    @cached_property
    def padded(self) -> tuple[np.ndarray, np.ndarray, int]:
        """Intensities (NaN where nothing is visible) and grey levels within a margin, and how many levels there are."""
        real = self.voxels.astype(float)
        levels = discretise(real, self.visible, self.own["binWidth"], self.own["binCount"])
        radius = self.own["kernelRadius"]
        seen = np.pad(np.where(self.visible, real, np.nan), radius, constant_values=np.nan)
        return seen, np.pad(levels.place, radius).astype(np.int64), len(levels.values)

    def _first_order(self, names: list[str], centres: np.ndarray) -> dict[str, np.ndarray]:
        intensities, levels, n = self.padded
        at = tuple(np.moveaxis(centres[:, None] + self.steps + self.own["kernelRadius"], 2, 0))
        row = np.arange(len(centres))[:, None] * (n + 1)
        counts = np.bincount((levels[at] + row).ravel(), minlength=len(centres) * (n + 1)).reshape(-1, n + 1)
        shift, volume = self.own["voxelArrayShift"], voxel_mm3(self.image)
        sample = Sample(intensities[at], counts[:, 1:], shift, volume)
        return {name: FIRST_ORDER[name](sample) for name in names}


def _portions(rows: np.ndarray, bytes_each: int) -> list[np.ndarray]:
    """Rows, as many at a time as memory should hold."""
    size = max(1, BYTES_AT_ONCE // bytes_each)
    return [rows[k : k + size] for k in range(0, len(rows), size)]
