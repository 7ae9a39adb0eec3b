"""Image and mask as read in, the same normalised, resampled or cropped out: what PyRadiomics does before any filter."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import SimpleITK as sitk

from radici.core.errors import StudyError
from radici.pyradiomics.masks import box_of, check, crop, nearest

Settings = Mapping[str, Any]


def normalise(image: sitk.Image, scale: float, outliers: float | None) -> sitk.Image:
    """Intensities less the whole image's mean, in its standard deviations, cut off at `outliers`, times `scale`."""
    image = sitk.Normalize(image)
    if outliers is not None:
        voxels = sitk.GetArrayFromImage(image)
        voxels[voxels > outliers] = outliers
        voxels[voxels < -outliers] = -outliers
        cut = sitk.GetImageFromArray(voxels)
        cut.CopyInformation(image)
        image = cut
    return image * scale


def prepare(image: sitk.Image, mask: sitk.Image, settings: Settings) -> tuple[sitk.Image, sitk.Image, bool]:
    """Image and mask for the filters, and whether they were resampled."""
    if settings["normalize"]:
        image = normalise(image, settings["normalizeScale"], settings["removeOutliers"])
    if settings["interpolator"] is not None and settings["resampledPixelSpacing"] is not None:
        image, mask = resample(image, mask, settings)
        return image, mask, True
    if settings["preCrop"]:
        box, corrected = check(image, mask, settings)
        image, mask = crop((image, corrected or mask), box, settings["padDistance"])
    return image, mask, False


def _target(image: sitk.Image, mask: sitk.Image, box: np.ndarray, asked: list[float]) -> np.ndarray:
    """Spacing in mm: 0 keeps the mask's, and so does an axis along which the region is one voxel thick."""
    n = mask.GetDimension()
    if len(asked) != n:
        raise StudyError(
            f"`resampledPixelSpacing` names {len(asked)} spacings, but the mask has {n} axes. Name one for each axis."
        )
    spacing = np.array(mask.GetSpacing())
    wanted = np.array(asked, dtype=float)
    return np.where((wanted == 0) | (box[n:] == 1), spacing, wanted)


def resample(image: sitk.Image, mask: sitk.Image, settings: Settings) -> tuple[sitk.Image, sitk.Image]:
    """Image and mask at `resampledPixelSpacing` around the region with `padDistance` new voxels of margin.

    The grids share the outer corner of their first voxels, not their centres; the mask takes the nearest label, and
    intensities are not rounded unless the image holds whole numbers.
    """
    box = box_of(image, mask, settings["label"])
    wanted = _target(image, mask, box, settings["resampledPixelSpacing"])
    if np.allclose(image.GetSpacing(), wanted):
        return _cropped(image, nearest(image, mask), settings)
    n = mask.GetDimension()
    spacing = np.array(mask.GetSpacing())
    ratio = spacing / wanted
    first = np.maximum(np.floor((box[:n] - 0.5) * ratio - settings["padDistance"]), 0)
    last = np.ceil((box[:n] + box[n:] - 0.5) * ratio + settings["padDistance"])
    last = np.minimum(last, np.ceil(np.array(mask.GetSize()) * ratio) - 1)
    origin = mask.TransformContinuousIndexToPhysicalPoint((0.5 * (wanted - spacing) / spacing + first / ratio).tolist())
    onto = sitk.ResampleImageFilter()
    onto.SetOutputSpacing(wanted.tolist())
    onto.SetOutputDirection(mask.GetDirection())
    onto.SetSize([int(size) for size in last - first + 1])
    onto.SetOutputOrigin(origin)
    return _one(onto, image, _interpolator(settings["interpolator"])), _one(onto, mask, sitk.sitkNearestNeighbor)


def _one(onto: sitk.ResampleImageFilter, image: sitk.Image, interpolator: int) -> sitk.Image:
    onto.SetOutputPixelType(image.GetPixelID())
    onto.SetInterpolator(interpolator)
    return onto.Execute(image)


def _interpolator(asked: str | int) -> int:
    return asked if isinstance(asked, int) else int(getattr(sitk, asked))


def _cropped(image: sitk.Image, mask: sitk.Image, settings: Settings) -> tuple[sitk.Image, sitk.Image]:
    shapes = sitk.LabelShapeStatisticsImageFilter()
    shapes.Execute(mask)
    n = mask.GetDimension()
    found = np.array(shapes.GetBoundingBox(settings["label"]))
    box = np.stack([found[:n], found[:n] + found[n:] - 1], axis=1).ravel()
    image, mask = crop((image, mask), box, settings["padDistance"])
    return image, mask
