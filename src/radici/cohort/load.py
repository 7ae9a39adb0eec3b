"""Scan -> Region: reads one image and one contour, and refuses what cannot be measured."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from radici.cohort.grids import what_to_do
from radici.cohort.volumes import read_image, read_labels
from radici.core.cohort import Scan
from radici.core.errors import GeometryMismatch, InputError, RegionError, StudyError, some
from radici.core.image import Image, Mask
from radici.core.region import Region, whole
from radici.core.registry import did_you_mean

T = TypeVar("T")


def load_region(scan: Scan, token: str) -> Region:
    """The region `token` of a scan, both masks equal, as drawn.

    Raises
    ------
    StudyError
        The scan has no region of that name.
    FileMissing, InputError
        A file is absent, damaged or not three-dimensional.
    GeometryMismatch
        Image and mask lie on different grids.
    RegionError
        The mask is empty or lacks the label; a voxel inside is NaN or infinite; all voxels inside are equal.
    """
    if token not in scan.regions:
        raise StudyError(f"{_who(scan)}: there is no region '{token}'.{did_you_mean(token, list(scan.regions))}")
    source = scan.regions[token]
    image = _read(read_image, scan.image, scan)
    labels, grid = _read(read_labels, source.path, scan)
    apart = grid.difference(image.geometry)
    if apart:
        raise GeometryMismatch(
            f"{_who(scan)}: mask '{token}' ({source.path.name}) and its {scan.modality.upper()} image "
            f"({scan.image.name}) lie on different grids: {apart}. {what_to_do(grid, image.geometry)}"
        )
    inside = labels > 0 if source.label is None else labels == source.label
    if not inside.any():
        raise RegionError(f"{_who(scan)}: {_why_empty(token, source.label, labels)} ({source.path.name}).")
    mask = Mask(inside, image.geometry)
    _check_intensities(image, mask, scan, token)
    return whole(image, mask, scan.modality)


def unused_labels(scan: Scan) -> dict[str, tuple[int, ...]]:
    """By name of the mask file, label numbers above 0 in it that no region of the scan takes.

    Raises
    ------
    FileMissing, InputError
        A mask is absent or damaged.
    """
    taken: dict[Path, set[int | None]] = {}
    for source in scan.regions.values():
        taken.setdefault(source.path, set()).add(source.label)
    found = {}
    for path, labels in taken.items():
        if None not in labels:
            present, _ = _read(read_labels, path, scan)
            found[path.name] = tuple(sorted({int(n) for n in np.unique(present) if n > 0} - labels))
    return {name: labels for name, labels in found.items() if labels}


def _read(reader: Callable[[Path], T], path: Path, scan: Scan) -> T:
    """Read a file; its errors name the patient, and the file without its folder: they are part of the results."""
    try:
        return reader(path)
    except InputError as error:
        raise type(error)(f"{_who(scan)}: {str(error).replace(str(path), path.name)}") from None


def _who(scan: Scan) -> str:
    text = str(scan)
    return text[0].upper() + text[1:]


def _why_empty(token: str, label: int | None, labels: np.ndarray) -> str:
    present = [str(number) for number in np.unique(labels) if number > 0]
    if not present:
        return f"the mask of region '{token}' is empty: no voxel is above 0. Draw the contour, or exclude the patient"
    return (
        f"region '{token}' has the label {label}, which is not in the mask; labels there: {some(present)}. "
        f"Correct `regions:`"
    )


def _check_intensities(image: Image, mask: Mask, scan: Scan, token: str) -> None:
    values = image.voxels[mask.voxels]
    bad = int((~np.isfinite(values)).sum())
    if bad:
        raise RegionError(
            f"{_who(scan)}: {bad} of {values.size} voxels of region '{token}' are NaN or infinite "
            f"({scan.image.name}). Export the image again, or exclude the patient."
        )
    if values.min() == values.max():
        raise RegionError(
            f"{_who(scan)}: every voxel of region '{token}' has the intensity {values[0]:g}: is this the right "
            f"series ({scan.image.name})?"
        )
