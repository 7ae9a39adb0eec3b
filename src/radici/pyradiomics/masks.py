"""Image and mask in, the box and the mask that features are computed in out; or why there are none.

Order of operations, sizes and tolerances as in PyRadiomics 3.0.1 (`imageoperations`), on the same SimpleITK filters.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import SimpleITK as sitk

from radici.core.errors import GeometryMismatch, RegionError

Settings = Mapping[str, Any]


@contextmanager
def tolerance(value: float | None) -> Iterator[None]:
    """Compare grids with `geometryTolerance` (ITK: 1e-6 of a voxel) for a while."""
    before = (
        sitk.ProcessObject.GetGlobalDefaultCoordinateTolerance(),
        sitk.ProcessObject.GetGlobalDefaultDirectionTolerance(),
    )
    after = before if value is None else (float(value), float(value))
    try:
        _set_tolerance(*after)
        yield
    finally:
        _set_tolerance(*before)


def _set_tolerance(coordinate: float, direction: float) -> None:
    sitk.ProcessObject.SetGlobalDefaultCoordinateTolerance(coordinate)
    sitk.ProcessObject.SetGlobalDefaultDirectionTolerance(direction)


def check(image: sitk.Image, mask: sitk.Image, settings: Settings) -> tuple[np.ndarray, sitk.Image | None]:
    """First and last voxel of the region along x, y, z, shape (6,), and the mask if it had to be resampled.

    Raises
    ------
    GeometryMismatch
        The grids differ and `correctMask` is off.
    RegionError
        The region is smaller than `minimumROIDimensions` and `minimumROISize` ask for.
    """
    label = settings["label"]
    statistics = sitk.LabelStatisticsImageFilter()
    corrected = None
    try:
        statistics.Execute(image, mask)
    except RuntimeError as error:
        if not settings["correctMask"]:
            raise _mismatch(image, mask, error) from None
        corrected = _onto_grid(image, mask, label)
        statistics.Execute(image, corrected)
    if label not in statistics.GetLabels():
        raise RegionError(f"Label {label} has no voxel left on the image's grid. Check that image and mask overlap.")
    box = np.array(statistics.GetBoundingBox(label))
    _check_size(box, statistics.GetCount(label), settings)
    return box, corrected


def _mismatch(image: sitk.Image, mask: sitk.Image, error: RuntimeError) -> Exception:
    differences = [
        f"{name} {mine} against {other}"
        for name, mine, other in (
            ("size", image.GetSize(), mask.GetSize()),
            ("spacing", image.GetSpacing(), mask.GetSpacing()),
            ("origin", image.GetOrigin(), mask.GetOrigin()),
            ("direction", image.GetDirection(), mask.GetDirection()),
        )
        if mine != other
    ]
    if not differences:
        return error
    return GeometryMismatch(
        f"Image and mask lie on different grids: {'; '.join(differences)}. Resample the mask by setting "
        f"`correctMask: true`, or accept a small difference with `geometryTolerance`."
    )


def _check_size(box: np.ndarray, voxels: int, settings: Settings) -> None:
    extended = int((box[1::2] > box[::2]).sum())
    if extended == 0:
        raise RegionError("The region is a single voxel, of which no features can be computed. Leave it out.")
    if extended < settings["minimumROIDimensions"]:
        raise RegionError(
            f"The region extends along {extended} axes, `minimumROIDimensions` asks for at least "
            f"{settings['minimumROIDimensions']}. Lower it, or leave the region out."
        )
    least = settings["minimumROISize"]
    if least is not None and voxels <= least:
        raise RegionError(
            f"The region holds {voxels} voxels, `minimumROISize` asks for more than {least}. Lower it, or leave the "
            f"region out."
        )


def box_of(image: sitk.Image, mask: sitk.Image, label: int) -> np.ndarray:
    """First voxel and size of the region in the mask's grid, shape (2 n,), if the image's grid covers it."""
    shapes = sitk.LabelShapeStatisticsImageFilter()
    shapes.Execute(mask)
    if label not in shapes.GetLabels():
        raise RegionError(f"Label {label} is not in the mask. Set `label`.")
    box = np.array(shapes.GetBoundingBox(label))
    n = mask.GetDimension()
    ends = [
        image.TransformPhysicalPointToContinuousIndex(mask.TransformContinuousIndexToPhysicalPoint(end.tolist()))
        for end in (box[:n] - 0.5, box[:n] + box[n:] - 0.5)
    ]
    low, high = np.min(ends, axis=0), np.max(ends, axis=0)
    if (low < -0.5 - 1e-3).any() or (high > np.array(image.GetSize()) - 0.5 + 1e-3).any():
        raise RegionError(
            f"The region reaches beyond the image: voxels {low.round(2).tolist()} to {high.round(2).tolist()} of an "
            f"image of {image.GetSize()}. Check that image and mask belong together."
        )
    return box


def _onto_grid(image: sitk.Image, mask: sitk.Image, label: int) -> sitk.Image:
    box_of(image, mask, label)
    return nearest(image, mask)


def nearest(image: sitk.Image, mask: sitk.Image) -> sitk.Image:
    """The mask on the image's grid; a voxel takes the label of the nearest one."""
    resample = sitk.ResampleImageFilter()
    resample.SetReferenceImage(image)
    resample.SetInterpolator(sitk.sitkNearestNeighbor)
    return resample.Execute(mask)


def crop(images: tuple[sitk.Image, ...], box: np.ndarray, margin: int = 0) -> tuple[sitk.Image, ...]:
    """Images of one grid cut to a box (first and last voxel along x, y, z) and a margin of voxels around it."""
    size = np.array(images[-1].GetSize())
    low = np.maximum(box[::2] - margin, 0)
    high = np.maximum(size - box[1::2] - margin - 1, 0)
    cut = sitk.CropImageFilter()
    cut.SetLowerBoundaryCropSize(low.tolist())
    cut.SetUpperBoundaryCropSize(high.tolist())
    return tuple(cut.Execute(one) for one in images)


def resegment(image: sitk.Image, mask: sitk.Image, settings: Settings) -> sitk.Image:
    """The mask without voxels whose intensity lies outside `resegmentRange`.

    Raises
    ------
    RegionError
        Less than two voxels are left.
    """
    label, bounds = settings["label"], sorted(settings["resegmentRange"])
    voxels = sitk.GetArrayViewFromImage(image)
    inside = sitk.GetArrayViewFromImage(mask) == label
    intensities = voxels[inside]
    if settings["resegmentMode"] == "relative":
        bounds = [float(intensities.max()) * bound for bound in bounds]
    elif settings["resegmentMode"] == "sigma":
        mean, deviation = float(np.mean(intensities)), float(np.std(intensities))
        bounds = [mean + deviation * bound for bound in bounds]
    kept = intensities >= bounds[0]
    if len(bounds) == 2:
        kept &= intensities <= bounds[1]
    if kept.sum() <= 1:
        raise RegionError(
            f"Re-segmentation leaves {int(kept.sum())} of {kept.size} voxels (`resegmentRange` "
            f"{settings['resegmentRange']}, mode {settings['resegmentMode']}). Widen it, or leave the region out."
        )
    labels = np.zeros(inside.shape, dtype=np.int64)
    inside[inside] = kept
    labels[inside] = label
    found = sitk.GetImageFromArray(labels)
    found.CopyInformation(mask)
    return found
