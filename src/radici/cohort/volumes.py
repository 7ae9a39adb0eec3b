"""Files <-> voxels: NIfTI and NRRD to `Image` and label arrays with axes (x, y, z), in millimetres, LPS.

SimpleITK keeps LPS for every format; only its arrays run (z, y, x) and are transposed here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from radici.cohort.nifti import check_nifti, not_finite
from radici.core.errors import FileMissing, InputError
from radici.core.image import Geometry, Image, Mask

READERS = {".nii": "NiftiImageIO", ".nii.gz": "NiftiImageIO", ".nrrd": "NrrdImageIO"}


def read_image(path: Path) -> Image:
    """Intensities of a NIfTI or NRRD file, as float32, rescaled as its header says.

    Raises
    ------
    FileMissing
        There is no such file.
    InputError
        The file is damaged, of another format, or not three-dimensional with one number per voxel.
    """
    raw, geometry = _read(path)
    return Image(raw.astype(np.float32, copy=False), geometry)


def read_labels(path: Path) -> tuple[np.ndarray, Geometry]:
    """Label numbers of a mask file, int32 of shape (x, y, z), and their grid.

    Raises
    ------
    FileMissing, InputError
        As `read_image`; also where a voxel holds no whole number (a probability is no label).
    """
    raw, geometry = _read(path)
    if raw.dtype.kind == "f":
        odd = raw[~(np.isfinite(raw) & (raw == np.round(raw)))]
        if odd.size:
            raise InputError(
                f"{path}: a mask of whole label numbers is expected, found {odd[0]:g} "
                f"({odd.size} such voxels). Threshold it first."
            )
    return raw.astype(np.int32), geometry


def write_image(path: Path, image: Image, whole_numbers: bool = False) -> None:
    """Write intensities as float32, or rounded to int16 (Hounsfield units) with `whole_numbers`."""
    voxels = np.rint(image.voxels).astype(np.int16) if whole_numbers else image.voxels.astype(np.float32)
    _write(path, voxels, image.geometry)


def write_mask(path: Path, mask: Mask, label: int = 1) -> None:
    """Write a mask as uint8: `label` inside, 0 outside."""
    _write(path, mask.voxels.astype(np.uint8) * np.uint8(label), mask.geometry)


def onto_grid(mask: Mask, geometry: Geometry) -> Mask:
    """The mask on another grid: each new voxel takes the nearest old one, and is outside beyond the old grid."""
    nearest = sitk.Resample(
        _image(mask.voxels.astype(np.uint8), mask.geometry),
        _image(np.zeros(geometry.shape, np.uint8), geometry),
        sitk.Transform(),
        sitk.sitkNearestNeighbor,
        0.0,
    )
    return Mask(np.ascontiguousarray(sitk.GetArrayViewFromImage(nearest).T).astype(bool), geometry)


def extension(path: Path) -> str:
    """`.nii.gz`, `.nii`, `.nrrd` …, in small letters."""
    name = path.name.lower()
    return ".nii.gz" if name.endswith(".nii.gz") else path.suffix.lower()


def _read(path: Path) -> tuple[np.ndarray, Geometry]:
    """Voxels as stored (after the header's rescaling), axes (x, y, z), and their grid."""
    _check_kind(path)
    if READERS[extension(path)] != "NiftiImageIO":
        return _decode(path)
    header = check_nifti(path)
    voxels, geometry = _decode(path)
    lost = not_finite(header)
    return (voxels, geometry) if lost is None else (np.where(lost == 0.0, voxels, lost), geometry)


def _check_kind(path: Path) -> None:
    kind = extension(path)
    if not path.exists():
        raise FileMissing(f"{path}: there is no such file. Check the path, or the data folder.")
    if not path.is_file() or kind not in READERS:
        what = "a folder" if path.is_dir() else f"'{kind or 'no extension'}'"
        raise InputError(f"{path}: an image file {', '.join(READERS)} is expected, found {what}. Convert it first.")


def _decode(path: Path) -> tuple[np.ndarray, Geometry]:
    reader = sitk.ImageFileReader()
    reader.SetImageIO(READERS[extension(path)])
    reader.SetFileName(str(path))
    try:
        with _quiet():
            reader.ReadImageInformation()
            if reader.GetDimension() == 3 and reader.GetNumberOfComponents() == 1:
                image = reader.Execute()
                return np.ascontiguousarray(sitk.GetArrayViewFromImage(image).T), _geometry(image)
    except RuntimeError as error:
        raise InputError(f"{path}: cannot be read: {_reason(error)}. Export or copy it again.") from None
    raise InputError(
        f"{path}: an image of 3 axes with one number per voxel is expected, found {reader.GetDimension()} axes "
        f"and {reader.GetNumberOfComponents()} number(s). Save the one volume that is meant."
    )


def _write(path: Path, voxels: np.ndarray, geometry: Geometry) -> None:
    if extension(path) not in READERS:
        raise InputError(f"{path}: radici writes {', '.join(READERS)}. Choose one of these endings.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with _quiet():
        sitk.WriteImage(_image(voxels, geometry), str(path), True)


def _image(voxels: np.ndarray, geometry: Geometry) -> sitk.Image:
    image = sitk.GetImageFromArray(np.ascontiguousarray(voxels.T))
    image.SetSpacing(geometry.spacing)
    image.SetOrigin(geometry.origin)
    image.SetDirection(geometry.direction)
    return image


def _geometry(image: sitk.Image) -> Geometry:
    return Geometry(image.GetSize(), image.GetSpacing(), image.GetOrigin(), image.GetDirection())


def _reason(error: RuntimeError) -> str:
    """The last line of an ITK exception, without its source path."""
    last = str(error).strip().splitlines()[-1]
    return last.rpartition("ERROR:")[2].strip().rstrip(".!") or "ITK gives no reason"


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep ITK's warnings off the terminal; what matters of them is checked by us or raised."""
    shown = sitk.ProcessObject.GetGlobalWarningDisplay()
    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    try:
        yield
    finally:
        sitk.ProcessObject.SetGlobalWarningDisplay(shown)
