"""File names and columns of ids in; the path pattern that leads from an id to its file out."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pandas as pd

from radici.cohort.volumes import READERS, extension, read_image
from radici.core.errors import InputError

MASK_WORDS = {
    "mask", "masks", "seg", "segs", "segmentation", "segmentations", "label", "labels", "labelmap", "roi", "rois",
    "gtv", "ctv", "ptv", "itv", "contour", "contours", "delineation", "annotation", "annotations",
}  # fmt: skip
MODALITIES = {"ct": "ct", "cect": "ct", "pt": "pt", "pet": "pt", "mr": "mr", "mri": "mr", "cbct": "cbct"}
MODALITIES |= dict.fromkeys(("t1", "t1w", "t1c", "t1ce", "t2", "t2w", "flair", "dwi", "adc"), "mr")
WORD = re.compile(r"[A-Za-z]+|[0-9]+")
WHOLE = re.compile(r"[0-9]+")
LONGEST_NUMBER = 8
MOST_LABELS = 20
FIELD = "\0"


@dataclass
class Found:
    """What lies in a folder, as paths relative to it, with `/`."""

    images: list[str] = field(default_factory=list)
    masks: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    dicom: int = 0


@dataclass(frozen=True)
class Pattern:
    """A path pattern over one column, and the file of each id that it leads to."""

    text: str
    column: str
    files: dict[str, str]


def look(folder: Path) -> Found:
    """List images, masks and tables of a folder, hidden ones and finished results left out."""
    found = Found()
    pages = (("run.json", "report.html"), ("response.yaml", "response.html"))
    done = {path.parent for mark, page in pages for path in folder.rglob(mark) if (path.parent / page).is_file()}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if not path.is_file() or any(part.startswith(".") for part in inside.parts) or done & set(path.parents):
            continue
        name, ending = inside.as_posix(), extension(path)
        if ending in READERS:
            (found.masks if is_mask(name) else found.images).append(name)
        elif ending in (".csv", ".tsv") and not name.endswith(".columns.csv"):
            found.tables.append(name)
        found.dicom += ending == ".dcm"
    return found


def sorted_out(found: Found, folder: Path) -> Found:
    """Images and masks told apart by the words of their names; without such words, by what voxels hold."""
    if found.masks and not found.images:
        names = found.masks
        found.masks = [name for name in names if is_mask(Path(name).name)]
        found.images = [name for name in names if not is_mask(Path(name).name)]
    if found.images and not found.masks:
        endings: dict[str, list[str]] = {}
        for name in found.images:
            endings.setdefault(_ending(name), []).append(name)
        for names in endings.values():
            if len(endings) > 1 and len(names) > 1 and _holds_labels(folder / names[0]):
                found.masks += names
        found.images = [name for name in found.images if name not in found.masks]
    return found


def _ending(name: str) -> str:
    """The letters after the last number of a path: what files of one kind usually share."""
    return name[max((match.end() for match in WORD.finditer(name) if match.group().isdigit()), default=0) :]


def _holds_labels(path: Path) -> bool:
    try:
        voxels = read_image(path).voxels
    except InputError:
        return False
    values = set(voxels.ravel()[:: max(1, voxels.size // 200_000)].tolist())
    return len(values) <= MOST_LABELS and all(value >= 0 and value == int(value) for value in values)


def is_mask(path: str) -> bool:
    """Whether a word of the file's name, or of a folder above it, says that it is a contour."""
    return any(word.lower() in MASK_WORDS for word in WORD.findall(path))


def patterns(paths: Sequence[str], column: str, ids: Sequence[str]) -> list[Pattern]:
    """Path patterns over `column`, those that lead to most files first.

    An id is looked for between words or numbers of the path, as it is written and, where it is a whole number,
    filled up with zeros (`{PatientID:03d}`).
    """
    if not column or any(mark in column for mark in "{}:"):
        return []
    spelled = _spellings(ids)
    files: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for path in paths:
        for part in _parts(path):
            for spec, one in spelled.get(part, {}).items():
                files[_replace(path, part), spec][one] = path
    order = sorted(files.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Pattern(_written(place, column, spec), column, found) for (place, spec), found in order]


def _spellings(ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """From text in a file name to the format, and to the id so written."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for one in dict.fromkeys(ids):
        if one:
            found[one][""] = one
        if WHOLE.fullmatch(one):
            for width in range(2, LONGEST_NUMBER + 1):
                found[format(int(one), f"0{width}d")][f"0{width}d"] = one
    return found


def _parts(path: str) -> set[str]:
    """Every stretch of the path, its ending left out, that begins and ends with a whole word or number."""
    stem = path[: len(path) - len(extension(Path(path)))]
    places = [match.span() for match in WORD.finditer(stem)]
    return {stem[start:end] for i, (start, _) in enumerate(places) for _, end in places[i:]}


def _replace(path: str, part: str) -> str:
    """The path with a mark wherever the part stands between words or numbers."""
    before = "(?<![0-9])" if part[0].isdigit() else "(?<![A-Za-z])"
    after = "(?![0-9])" if part[-1].isdigit() else "(?![A-Za-z])"
    return re.sub(before + re.escape(part) + after, FIELD, path)


def _written(place: str, column: str, spec: str) -> str:
    """The pattern as a study file writes it."""
    plain = place.replace("{", "{{").replace("}", "}}")
    return plain.replace(FIELD, f"{{{column}:{spec}}}" if spec else f"{{{column}}}")


def path_columns(table: pd.DataFrame, folder: Path) -> tuple[str | None, str | None]:
    """The columns that hold paths of images and of masks; None where there is none."""
    image = mask = None
    for name in table.columns:
        cells = [str(cell) for cell in table[name] if cell]
        if not cells or any(extension(Path(cell)) not in READERS for cell in cells):
            continue
        if not any((folder / cell).is_file() for cell in cells[:20]):
            continue
        marked = Counter(is_mask(PurePosixPath(cell).as_posix()) for cell in cells).most_common(1)[0][0]
        if marked or is_mask(str(name)):
            mask = mask or str(name)
        else:
            image = image or str(name)
    return image, mask
