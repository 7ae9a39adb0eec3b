"""Versions, settings, image and mask in, PyRadiomics' `diagnostics_` columns out."""

import platform
from collections.abc import Mapping
from typing import Any

import numpy as np
import SimpleITK as sitk

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
        found[f"{name}Hash"] = sitk.Hash(image)
        found[f"{name}Dimensionality"] = f"{image.GetDimension()}D"
    found[f"{name}Spacing"] = str(image.GetSpacing())
    found[f"{name}Size"] = str(image.GetSize())
    return {**found, **_intensities(name, sitk.GetArrayViewFromImage(image))}


def of_mask(image: sitk.Image | None, mask: sitk.Image, label: int, stage: str) -> Facts:
    """Where a mask lies, and what is inside; `stage` is `original`, `interpolated`, `corrected` …"""
    name = f"{PREFIX}Mask-{stage}_"
    found: Facts = {f"{name}Hash": sitk.Hash(mask)} if stage == "original" else {}
    shapes = sitk.LabelShapeStatisticsImageFilter()
    shapes.Execute(mask)
    region = mask == label
    components = sitk.ConnectedComponentImageFilter()
    components.FullyConnectedOn()
    components.Execute(region)
    inside = sitk.GetArrayViewFromImage(region) == 1
    centre = [float(np.mean(places)) for places in np.nonzero(inside)][::-1]
    found[f"{name}Spacing"] = str(mask.GetSpacing())
    found[f"{name}Size"] = str(mask.GetSize())
    found[f"{name}BoundingBox"] = str(shapes.GetBoundingBox(label))
    found[f"{name}VoxelNum"] = shapes.GetNumberOfPixels(label)
    found[f"{name}VolumeNum"] = components.GetObjectCount()
    found[f"{name}CenterOfMassIndex"] = str(tuple(centre))
    found[f"{name}CenterOfMass"] = str(mask.TransformContinuousIndexToPhysicalPoint(centre))
    if image is not None:
        found.update(_intensities(name, sitk.GetArrayViewFromImage(image)[inside]))
    return found


def _intensities(name: str, voxels: np.ndarray) -> Facts:
    voxels = voxels.astype(float)
    return {
        f"{name}Mean": float(np.mean(voxels)),
        f"{name}Minimum": float(np.min(voxels)),
        f"{name}Maximum": float(np.max(voxels)),
    }
