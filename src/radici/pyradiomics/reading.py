"""Paths in, an image and a mask as SimpleITK holds them out."""

from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import SimpleITK as sitk

from radici.cohort.nifti import check_nifti, not_finite
from radici.core.errors import FileMissing, InputError, RegionError, some

Source: TypeAlias = str | Path | sitk.Image
HOLES = "The region holds voxels without a finite intensity. Mend the image, or leave it out."


def read_image(source: Source) -> sitk.Image:
    """An image of two or three axes and one number per voxel.

    Raises
    ------
    FileMissing, InputError
        There is no such file, or it is not such an image.
    """
    image = _read(source)
    if image.GetNumberOfComponentsPerPixel() != 1:
        raise InputError(
            f"{_name(source)}: one number per voxel is expected, found {image.GetNumberOfComponentsPerPixel()}. "
            f"Save the one channel that is meant."
        )
    return image


def read_mask(source: Source, label: int, channel: int) -> sitk.Image:
    """The mask as whole numbers (32 bits), of the channel named where it holds several.

    Raises
    ------
    RegionError
        The label, or the channel, does not occur.
    """
    mask = _read(source)
    channels = mask.GetNumberOfComponentsPerPixel()
    if _is_nifti(source) and mask.GetDimension() == 3 and channels == 1:
        check_nifti(Path(str(source)))
    if "vector" in mask.GetPixelIDTypeAsString().lower():
        if channel >= channels:
            raise RegionError(
                f"{_name(source)}: channel {channel} is asked for, but the mask has {channels} (0 to {channels - 1}). "
                f"Set `label_channel`."
            )
        mask = sitk.VectorIndexSelectionCast(mask, channel)
    mask = sitk.Cast(mask, sitk.sitkUInt32)
    inside = sitk.GetArrayViewFromImage(mask) == label
    if not inside.any() or inside.all():
        labels = np.unique(sitk.GetArrayViewFromImage(mask))
        found = some([str(one) for one in labels if one != 0]) if len(labels) > 1 else f"{labels[0]} everywhere"
        raise RegionError(
            f"{_name(source)}: label {label} does not set a region apart; the mask holds {found}. Set `label`."
        )
    return mask


def refuse_holes(source: Source, mask: sitk.Image, label: int) -> None:
    """Raise where a NIfTI image is cut off, or stores no number inside the region; ITK reads 0 there."""
    if not _is_nifti(source) or mask.GetDimension() != 3:
        return
    path = Path(str(source))
    stored = not_finite(check_nifti(path))
    inside = np.equal(sitk.GetArrayViewFromImage(mask).T, label)
    if stored is not None and stored.shape == inside.shape and not np.isfinite(stored[inside]).all():
        raise RegionError(HOLES)


def _is_nifti(source: Source) -> bool:
    return not isinstance(source, sitk.Image) and str(source).lower().endswith((".nii", ".nii.gz"))


def _name(source: Any) -> str:
    return "image in memory" if isinstance(source, sitk.Image) else str(source)


def _read(source: Source) -> sitk.Image:
    if isinstance(source, sitk.Image):
        image = source
    else:
        path = Path(source)
        if not path.is_file():
            raise FileMissing(f"There is no file {path}.")
        try:
            image = sitk.ReadImage(str(path))
        except RuntimeError as error:
            why = str(error).strip().splitlines()[-1].strip()
            raise InputError(f"{path}: not an image that can be read ({why}). Export it again.") from None
    if image.GetDimension() not in (2, 3):
        raise InputError(
            f"{_name(source)}: two or three axes are expected, found {image.GetDimension()} "
            f"(size {image.GetSize()}). Save the one volume that is meant."
        )
    return image
