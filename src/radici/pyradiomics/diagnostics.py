"""Versions, settings, image and mask in, PyRadiomics' `diagnostics_` columns out."""

import hashlib
import platform
from collections.abc import Mapping
from typing import Any

import numpy as np
import SimpleITK as sitk

from radici.pyradiomics.masks import extent, inside_of

PREFIX = "diagnostics_"
Facts = dict[str, float | str]


def versions() -> Facts:
    """What computed the features; the first names radici, not PyRadiomics."""
    import pywt

    from radici import __version__

    found = {
        "PyRadiomics": f"radici {__version__} (as PyRadiomics 3.0.1)",
        "Numpy": np.__version__,
        "SimpleITK": sitk.Version.VersionString(),
        "PyWavelet": pywt.__version__,
        "Python": platform.python_version(),
    }
    return {f"{PREFIX}Versions_{name}": version for name, version in found.items()}


def configuration(setting: Mapping[str, Any], image_types: Mapping[str, Mapping[str, Any]]) -> Facts:
    """Settings and image types, written as Python writes mappings."""
    return {
        f"{PREFIX}Configuration_Settings": str(dict(setting)),
        f"{PREFIX}Configuration_EnabledImageTypes": str({name: dict(own) for name, own in image_types.items()}),
    }


def of_image(image: sitk.Image, stage: str) -> Facts:
    """Size and intensities of an image; `stage` is `original` or `interpolated`."""
    name = f"{PREFIX}Image-{stage}_"
    found: Facts = {}
    if stage == "original":
        found[f"{name}Hash"] = _hash(image)
        found[f"{name}Dimensionality"] = f"{image.GetDimension()}D"
    found[f"{name}Spacing"] = str(image.GetSpacing())
    found[f"{name}Size"] = str(image.GetSize())
    return {**found, **_intensities(name, sitk.GetArrayViewFromImage(image))}


def of_mask(image: sitk.Image | None, mask: sitk.Image, label: int, stage: str) -> Facts:
    """Where a mask lies, and what is inside; `stage` is `original`, `interpolated`, `corrected` …"""
    name = f"{PREFIX}Mask-{stage}_"
    found: Facts = {f"{name}Hash": _hash(mask)} if stage == "original" else {}
    inside = inside_of(mask, label)
    ends = extent(inside)
    start, size = ends[::2], ends[1::2] - ends[::2] + 1
    window = tuple(slice(first, last + 1) for first, last in zip(ends[::2][::-1], ends[1::2][::-1], strict=True))
    region = inside[window]
    voxels = int(np.count_nonzero(region))
    # Sums of whole numbers are exact, so that the centre is the same to the last digit wherever they start.
    sums = [int(place.sum()) for place in np.nonzero(region)][::-1]
    centre = [(total + voxels * int(first)) / voxels for total, first in zip(sums, start, strict=True)]
    found[f"{name}Spacing"] = str(mask.GetSpacing())
    found[f"{name}Size"] = str(mask.GetSize())
    found[f"{name}BoundingBox"] = str((*start.tolist(), *size.tolist()))
    found[f"{name}VoxelNum"] = voxels
    found[f"{name}VolumeNum"] = _components(region)
    found[f"{name}CenterOfMassIndex"] = str(tuple(centre))
    found[f"{name}CenterOfMass"] = str(mask.TransformContinuousIndexToPhysicalPoint(centre))
    if image is not None:
        found.update(_intensities(name, sitk.GetArrayViewFromImage(image)[inside]))
    return found


def _hash(image: sitk.Image) -> str:
    """SHA-1 of the voxels' bytes, as ITK's own hash."""
    voxels = np.ascontiguousarray(sitk.GetArrayViewFromImage(image))
    return hashlib.sha1(voxels.data, usedforsecurity=False).hexdigest()


def _components(region: np.ndarray) -> int:
    """Parts of a region that do not touch, not even at a corner."""
    count = sitk.ConnectedComponentImageFilter()
    count.FullyConnectedOn()
    count.Execute(sitk.GetImageFromArray(region.astype(np.uint8)))
    return int(count.GetObjectCount())


def _intensities(name: str, voxels: np.ndarray) -> Facts:
    return {
        f"{name}Mean": float(np.mean(voxels, dtype=float)),
        f"{name}Minimum": float(np.min(voxels)),
        f"{name}Maximum": float(np.max(voxels)),
    }
