"""Is a NIfTI file whole, three-dimensional, all numbers? ITK turns what is missing or NaN into 0 and says nothing.

In comes a path; out come its header and the voxels that hold no number, or an `InputError`. Offsets are those of
the NIfTI-1 and NIfTI-2 headers (https://nifti.nimh.nih.gov/nifti-1/documentation/nifti1fields,
https://nifti.nimh.nih.gov/pub/dist/doc/nifti2.h).
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from radici.core.errors import InputError

HEADER_BYTES = 540
PIECE = 1 << 18
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
    stored: bytes = field(default=b"", repr=False, compare=False)
    """The numbers of the file, where they may be NaN or infinite; empty otherwise."""

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
        length, header, stored = _contents(path)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: the compressed file is damaged or cut off ({error}). Copy it again.") from None
    if header is None:
        raise InputError(f"{path}: a NIfTI file is expected, but its header is not one. Export the image again.")
    if length < header.file_bytes:
        raise InputError(
            f"{path}: cut off: {header.file_bytes} bytes are expected, found {length}. Copy the file again."
        )
    _check_grid(path, header)
    return replace(header, stored=stored)


def not_finite(header: Header) -> np.ndarray | None:
    """The stored numbers where they are NaN or infinite, 0 elsewhere, shape (x, y, z); None where all are finite."""
    if header.datatype not in FLOATS:
        return None
    shape = header.dim[1:4]
    count = int(np.prod(shape))
    stored = np.frombuffer(header.stored, header.order + FLOATS[header.datatype], count).reshape(shape, order="F")
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


def _contents(path: Path) -> tuple[int, Header | None, bytes]:
    """Length of the uncompressed file, its header, and its numbers if these are floating-point ones.

    Reading a gzip file to its end checks its CRC.
    """
    blocks = _blocks(path)
    start = b""
    while len(start) < HEADER_BYTES and (block := next(blocks, b"")):
        start += block
    header = _header(start)
    if header is None or header.datatype not in FLOATS:
        return len(start) + sum(map(len, blocks)), header, b""
    whole = b"".join([start, *blocks])
    return len(whole), header, whole[header.offset :]


def _blocks(path: Path) -> Iterator[bytes]:
    """The uncompressed file in pieces."""
    with path.open("rb") as stream:
        raw = iter(lambda: stream.read(PIECE), b"")
        yield from _inflated(raw) if path.name.lower().endswith(".gz") else raw


def _inflated(raw: Iterator[bytes]) -> Iterator[bytes]:
    """The contents of a gzip file, of one member after the other; what is cut off is an `EOFError`."""
    member, begun = zlib.decompressobj(wbits=31), False
    for piece in raw:
        while piece:
            yield member.decompress(piece)
            begun, piece = True, b""
            if member.eof:
                piece = member.unused_data.lstrip(b"\0")
                member, begun = zlib.decompressobj(wbits=31), False
    if begun:
        raise EOFError("the compressed stream has no end")


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
