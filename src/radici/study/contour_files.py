"""The contours of one visit, as an index names them, in; their masks and scan, cut to the block that holds them, out.

Each file is read once. Only the block around all lesions is kept, so that a whole body fits into memory many times.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from radici.cohort.grids import what_to_do
from radici.cohort.volumes import read_image, read_labels
from radici.core.errors import GeometryMismatch, InputError, LesionError, some
from radici.core.image import Geometry, Image, Mask, Voxel
from radici.response.burden import peak_reach

T = TypeVar("T")


class Contour(NamedTuple):
    """One lesion: where its mask lies, relative to the index; its label there (None: any above 0); its address."""

    lesion: str
    file: str
    label: int | None
    where: str


@dataclass(frozen=True, eq=False)
class ReadContours:
    """Masks by lesion and the scan, all on one grid; by file, labels that no contour names."""

    masks: dict[str, Mask]
    image: Image | None
    unnamed: dict[str, tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class _Block:
    """The labels of one file where any is above 0, the first voxel of that block, and the grid of the whole file."""

    labels: np.ndarray
    start: np.ndarray
    grid: Geometry

    @property
    def end(self) -> np.ndarray:
        return self.start + self.labels.shape

    @property
    def present(self) -> set[int]:
        return {int(n) for n in np.unique(self.labels) if n > 0}


def read_contours(folder: Path, contours: Sequence[Contour], image: str = "") -> ReadContours:
    """Read the masks of one visit, and the scan that they were drawn on.

    Parameters
    ----------
    folder
        That paths start from.
    image
        The scan, relative to it; `""` for none.

    Raises
    ------
    FileMissing, InputError
        A file is absent, damaged or not three-dimensional, or a mask holds no whole labels.
    GeometryMismatch
        The masks of the visit, or masks and scan, lie on different grids.
    LesionError
        A label is not in its file, while labels are there that no lesion has.
        All with the address of the lesion, column and file.
    """
    blocks: dict[str, _Block] = {}
    for one in contours:
        if one.file not in blocks:
            blocks[one.file] = _read(_block, folder, one.file, f"{one.where}, column 'mask'")
            _check_grid(one, blocks[one.file], contours[0].file, blocks[contours[0].file])
    unnamed = _unnamed(contours, blocks)
    for one in contours:
        _check_label(one, blocks[one.file], unnamed.get(one.file, ()))
    grid = blocks[contours[0].file].grid
    scan = None
    if image:
        scan = _read(read_image, folder, image, f"{contours[0].where}, column 'image'")
        _check_image(contours[0], grid, image, scan.geometry)
    start, shape = _around(blocks, grid, margin=scan is not None)
    cut = grid.cropped(start, shape)
    masks = {one.lesion: _mask(blocks[one.file], one.label, np.array(start), cut) for one in contours}
    if scan is not None:
        window = tuple(slice(first, first + n) for first, n in zip(start, shape, strict=True))
        scan = Image(scan.voxels[window].copy(), cut)
    return ReadContours(masks, scan, unnamed)


def _block(path: Path) -> _Block:
    labels, grid = read_labels(path)
    inside = Mask(labels > 0, grid)
    if not inside.count:
        return _Block(np.zeros((0, 0, 0), dtype=np.int32), np.zeros(3, dtype=int), grid)
    return _Block(labels[inside.box].copy(), np.array(inside.bounding_box()[0]), grid)


def _read(reader: Callable[[Path], T], folder: Path, file: str, where: str) -> T:
    """Read a file; its errors say where it is named, and name it as the table does."""
    try:
        return reader(folder / file)
    except InputError as error:
        raise type(error)(f"{where}: {str(error).replace(str(folder / file), file)}") from None


def _around(blocks: dict[str, _Block], grid: Geometry, margin: bool) -> tuple[Voxel, Voxel]:
    """First voxel and size of the block that holds every lesion and, with a margin, what their peaks may take in."""
    filled = [block for block in blocks.values() if block.labels.size]
    if not filled:
        return (0, 0, 0), (1, 1, 1)
    more = peak_reach(grid.spacing) if margin else np.zeros(3, dtype=int)
    low = np.maximum(np.min([block.start for block in filled], axis=0) - more, 0)
    high = np.minimum(np.max([block.end for block in filled], axis=0) + more, grid.shape)
    (a, b, c), (d, e, f) = low.tolist(), (high - low).tolist()
    return (a, b, c), (d, e, f)


def _mask(block: _Block, label: int | None, start: np.ndarray, cut: Geometry) -> Mask:
    voxels = np.zeros(cut.shape, dtype=bool)
    if block.labels.size:
        window = tuple(slice(a, b) for a, b in zip(block.start - start, block.end - start, strict=True))
        voxels[window] = block.labels > 0 if label is None else block.labels == label
    return Mask(voxels, cut)


def _unnamed(contours: Sequence[Contour], blocks: dict[str, _Block]) -> dict[str, tuple[int, ...]]:
    named: dict[str, set[int | None]] = {}
    for one in contours:
        named.setdefault(one.file, set()).add(one.label)
    left = {file: tuple(sorted(blocks[file].present - labels)) for file, labels in named.items() if None not in labels}
    return {file: labels for file, labels in left.items() if labels}


def _check_label(one: Contour, block: _Block, unnamed: tuple[int, ...]) -> None:
    """A wrong number would read as a lesion that has disappeared."""
    if one.label is not None and unnamed and one.label not in block.present:
        raise LesionError(
            f"{one.where}, column 'label': label {one.label} is not in {one.file}, but {_numbers(unnamed)} is, which "
            f"no row of this visit names. Correct the label; if the lesion has disappeared, leave `mask` empty and "
            f"write absent in a column `state`."
        )


def _check_grid(one: Contour, block: _Block, first: str, other: _Block) -> None:
    apart = block.grid.difference(other.grid)
    if apart:
        raise GeometryMismatch(
            f"{one.where}, column 'mask': the masks of a visit must lie on one grid, but {one.file} and {first} do "
            f"not: {apart}. Export them on the same scan, or give scans that were read apart visits of their own."
        )


def _check_image(one: Contour, grid: Geometry, image: str, other: Geometry) -> None:
    apart = grid.difference(other)
    if apart:
        raise GeometryMismatch(
            f"{one.where}, column 'image': the mask {one.file} and the image {image} lie on different grids: {apart}. "
            f"{what_to_do(grid, other)}"
        )


def _numbers(labels: tuple[int, ...]) -> str:
    return some([str(label) for label in labels])
