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
    corrected = None
    if _differ(image, mask):
        if not settings["correctMask"]:
            raise _mismatch(image, mask)
        box_of(image, mask, label)
        mask = corrected = nearest(image, mask)
    inside = inside_of(mask, label)
    if not inside.any():
        raise RegionError(f"Label {label} has no voxel left on the image's grid. Check that image and mask overlap.")
    box = extent(inside)
    _check_size(box, int(np.count_nonzero(inside)), settings)
    return box, corrected


def inside_of(mask: sitk.Image, label: int) -> np.ndarray:
    """Which voxels have the label, bool, shape (z, y, x) or (y, x)."""
    return np.asarray(sitk.GetArrayViewFromImage(mask) == label)


def extent(inside: np.ndarray) -> np.ndarray:
    """First and last voxel inside along x, y (and z): [x0, x1, y0, y1, …]."""
    ends = []
    for axis in reversed(range(inside.ndim)):
        found = np.flatnonzero(inside.any(axis=tuple(other for other in range(inside.ndim) if other != axis)))
        ends += [found[0], found[-1]]
    return np.array(ends)


def _differ(image: sitk.Image, mask: sitk.Image) -> bool:
    """Whether ITK would refuse to use the two together, by the tolerance in force."""
    if image.GetSize() != mask.GetSize():
        return True
    try:
        sitk.Add(*(_one_voxel(one) for one in (image, mask)))
    except RuntimeError:
        return True
    return False


def _one_voxel(image: sitk.Image) -> sitk.Image:
    """A single voxel where the first voxel of an image lies."""
    voxel = sitk.Image([1] * image.GetDimension(), sitk.sitkUInt8)
    voxel.SetSpacing(image.GetSpacing())
    voxel.SetOrigin(image.GetOrigin())
    voxel.SetDirection(image.GetDirection())
    return voxel


def _mismatch(image: sitk.Image, mask: sitk.Image) -> GeometryMismatch:
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
    inside = inside_of(mask, label)
    intensities = sitk.GetArrayViewFromImage(image)[inside]
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
