"""Is a NIfTI file whole, three-dimensional, all numbers? ITK turns what is missing or NaN into 0 and says nothing.

In comes a path; out come its header and the voxels that hold no number, or an `InputError`. Offsets are those of
the NIfTI-1 and NIfTI-2 headers (https://nifti.nimh.nih.gov/nifti-1/documentation/nifti1fields,
https://nifti.nimh.nih.gov/pub/dist/doc/nifti2.h).
"""

import gzip
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import numpy as np

from radici.core.errors import InputError

HEADER_BYTES = 540
FLOATS = {16: "f4", 64: "f8"}  # datatype codes of the NIfTI standard


@dataclass(frozen=True)
class Header:
    """The few fields that tell a usable file: `dim`, `pixdim` (mm), byte order, kind of number, where voxels begin."""

    order: str
    dim: tuple[int, ...]
    pixdim: tuple[float, ...]
    datatype: int
    bits: int
    offset: int

    @property
    def file_bytes(self) -> int:
        """How long the uncompressed file has to be."""
        count = 1
        for size in self.dim[1 : self.dim[0] + 1]:
            count *= max(size, 1)
        return self.offset + count * self.bits // 8


def check_nifti(path: Path) -> Header:
    """The header of a usable file; `InputError` for one that is damaged, cut off or not three-dimensional."""
    try:
        start, length = _measure(path)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: the compressed file is damaged or cut off ({error}). Copy it again.") from None
    header = _header(start)
    if header is None:
        raise InputError(f"{path}: a NIfTI file is expected, but its header is not one. Export the image again.")
    if length < header.file_bytes:
        raise InputError(
            f"{path}: cut off: {header.file_bytes} bytes are expected, found {length}. Copy the file again."
        )
    _check_grid(path, header)
    return header


def not_finite(path: Path, header: Header) -> np.ndarray | None:
    """The stored numbers where they are NaN or infinite, 0 elsewhere, shape (x, y, z); None where all are finite."""
    if header.datatype not in FLOATS:
        return None
    with _opened(path) as stream:
        stream.seek(header.offset)
        shape = header.dim[1:4]
        content = stream.read(int(np.prod(shape)) * header.bits // 8)
    stored = np.frombuffer(content, header.order + FLOATS[header.datatype]).reshape(shape, order="F")
    finite = np.isfinite(stored)
    return None if finite.all() else np.where(finite, 0.0, stored)


def _check_grid(path: Path, header: Header) -> None:
    axes = list(header.dim[1 : header.dim[0] + 1])
    while len(axes) > 3 and axes[-1] <= 1:
        axes.pop()
    if len(axes) != 3:
        raise InputError(
            f"{path}: an image of 3 axes is expected, found {len(axes)} (shape {tuple(axes)}). "
            f"Save the one volume that is meant."
        )
    if not all(step > 0 for step in header.pixdim[1:4]):
        raise InputError(f"{path}: the header gives a voxel spacing of {header.pixdim[1:4]} mm. Export it again.")


def _opened(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.GzipFile(path)) if path.name.lower().endswith(".gz") else path.open("rb")


def _measure(path: Path) -> tuple[bytes, int]:
    """First bytes and length of the uncompressed file; reading a gzip file to its end checks its CRC."""
    with _opened(path) as stream:
        start = stream.read(HEADER_BYTES)
        length = len(start)
        while block := stream.read(1 << 20):
            length += len(block)
    return start, length


def _header(start: bytes) -> Header | None:
    for order in "<>":
        if len(start) >= 348 and struct.unpack_from(order + "i", start)[0] == 348:
            found = _unpacked(start, order, ("8h", 40), ("8f", 76), ("2h", 70), ("f", 108))
        elif len(start) >= 540 and struct.unpack_from(order + "i", start)[0] == 540:
            found = _unpacked(start, order, ("8q", 16), ("8d", 104), ("2h", 12), ("q", 168))
        else:
            continue
        return found if 1 <= found.dim[0] <= 7 else None
    return None


def _unpacked(start: bytes, order: str, *places: tuple[str, int]) -> Header:
    dim, pixdim, (datatype, bits), (offset,) = [struct.unpack_from(order + code, start, at) for code, at in places]
    return Header(order, dim, pixdim, datatype, bits, int(offset))
