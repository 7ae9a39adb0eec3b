"""A region: one image, the two masks that IBSI keeps apart, and the steps that led here."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from radici.core.image import Geometry, Image, Mask
from radici.core.remember import Remembers
from radici.core.settings import Settings


@dataclass(frozen=True, eq=False)
class Region(Remembers):
    """What a feature is computed on.

    Parameters
    ----------
    image
        Intensities, or grey levels from 1 to `levels` once discretised.
    shape_mask
        The region's outline (IBSI: morphological mask).
    intensity_mask
        The voxels whose intensities count; re-segmentation shrinks this one only.
    modality
        `ct`, `pt`, `mr` …, as in the feature names.
    history
        The steps applied, in order.
    levels
        Number of grey levels; 0 while intensities are not discretised.
    """

    image: Image
    shape_mask: Mask
    intensity_mask: Mask
    modality: str = "ct"
    history: tuple[Settings, ...] = ()
    levels: int = 0

    @property
    def geometry(self) -> Geometry:
        """The common grid of image and masks."""
        return self.image.geometry

    def after(self, step: Settings, **changes: Any) -> "Region":
        """A new region with some parts replaced and `step` added to the history; this one stays."""
        return replace(self, history=(*self.history, step), **changes)

    def intensities(self) -> np.ndarray:
        """Intensities inside the intensity mask, as float64, shape (n,); not to be written to."""
        return self.once(_intensities)


def _intensities(region: Region) -> np.ndarray:
    box = region.intensity_mask.box
    found: np.ndarray = region.image.voxels[box][region.intensity_mask.voxels[box]].astype(np.float64)
    found.flags.writeable = False
    return found


def whole(image: Image, mask: Mask, modality: str = "ct") -> Region:
    """The region of a fresh contour: both masks are the same."""
    return Region(image, mask, mask, modality)
