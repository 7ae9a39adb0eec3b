"""A folder in; which mask was drawn on which image out, told by the words of their names.

`005_ct.nii.gz` and `005_mask.nii.gz`, `P1/pet.nrrd` and `P1/gtv.nrrd`, `images/7.nii` and `masks/7.nii` belong
together: what is left of the two paths without the words for images, masks and modalities is the same.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from radici.cohort.volumes import READERS, extension
from radici.core.errors import InputError, some
from radici.study.pairing import MASK_WORDS, MODALITIES, WORD, Found, look

IMAGE_WORDS = {"image", "images", "img", "imgs", "scan", "scans", "volume", "volumes"}
GENERAL = {
    "mask", "masks", "seg", "segs", "segmentation", "segmentations", "label", "labels", "labelmap", "roi", "rois",
    "contour", "contours", "delineation", "annotation", "annotations",
}  # fmt: skip
NAMED = re.compile(
    rf"(?<![A-Za-z])(?:{'|'.join(sorted(MODALITIES, key=len, reverse=True))})(?![A-Za-z0-9])", re.IGNORECASE
)
MODALITY = re.compile(rf"{NAMED.pattern}(?:[-_. ]+{NAMED.pattern})*", re.IGNORECASE)
EDGES = re.compile(r"^[-_. ]+|[-_. ]+$")
GAPS = re.compile(r"([-_. ])[-_. ]+")


@dataclass(frozen=True)
class Pair:
    """An image and its masks, as paths relative to the folder; masks by region token, `""` where the name says none."""

    patient: str
    image: str
    masks: dict[str, str]
    modality: str = ""


@dataclass
class Pairs:
    """What belongs together, and by its path what stayed alone, with the reason."""

    pairs: list[Pair] = field(default_factory=list)
    alone: dict[str, str] = field(default_factory=dict)


def find_pairs(folder: Path) -> Pairs:
    """Images and masks of a folder and its subfolders.

    Raises
    ------
    InputError
        No mask is found with its image; or two images or two masks of one name could be meant.
    """
    found = look(folder)
    if len(found.images) == len(found.masks) == 1:
        image = found.images[0]
        return Pairs([Pair(_stem(image), image, {"": found.masks[0]}, _modality(image))])
    pairs = Pairs()
    masks: dict[str, list[str]] = defaultdict(list)
    images_of = _by_names(found.images)
    for path in found.masks:
        images = images_of(path)
        if not images:
            pairs.alone[path] = f"no image belongs to the mask {path}"
        _refuse_doubles(images)
        for image in images:
            masks[image].append(path)
    names = _patients(masks)
    several = any(len(drawn) > 1 for drawn in masks.values())
    for image, drawn in masks.items():
        regions = _regions(drawn) if several else {"": drawn[0]}
        pairs.pairs.append(Pair(names[image], image, regions, _modality(image)))
    pairs.alone |= {path: f"no mask belongs to the image {path}" for path in found.images if path not in masks}
    if not pairs.pairs:
        raise InputError(_nothing(folder, found))
    return pairs


def _by_names(images: list[str]) -> Callable[[str], list[str]]:
    """From a mask's path to those of its images: with the word for the modality if both have it, else without."""
    said: dict[str, list[str]] = defaultdict(list)
    unsaid: dict[str, list[str]] = defaultdict(list)
    for path in images:
        said[_without(path, IMAGE_WORDS)].append(path)
        unsaid[_without(path, IMAGE_WORDS, modality=True)].append(path)

    def images_of(mask: str) -> list[str]:
        named, bare = (_without(mask, MASK_WORDS | IMAGE_WORDS, modality=m) for m in (False, True))
        return said.get(named) or unsaid.get(named) or unsaid.get(bare) or []

    return images_of


def _nothing(folder: Path, found: Found) -> str:
    if not found.images and not found.masks:
        dicom = f" {found.dicom} DICOM files are there; convert them first." if found.dicom else ""
        return f"{folder} holds no image ({', '.join(READERS)}).{dicom}"
    return (
        f"No image in {folder} could be paired with its mask, by their names: {len(found.images)} images "
        f"({some(found.images, 2) or 'none'}), {len(found.masks)} masks ({some(found.masks, 2) or 'none'}). A mask's "
        f"path needs a word such as mask, seg, label, roi or gtv, and apart from such words the paths must be the "
        f"same. Otherwise list both in an index: a CSV with the columns image and mask."
    )


def _without(path: str, words: set[str], modality: bool = False) -> str:
    """The path without its ending, without some words and, if asked, without the last words for a modality."""
    stem = path.removesuffix(extension(Path(path)))
    drop = [m.span() for m in WORD.finditer(stem) if m.group().lower() in words]
    if modality:
        drop += [m.span() for m in [*MODALITY.finditer(stem)][-1:]]
    for start, end in sorted(drop, reverse=True):
        stem = stem[:start] + stem[end:]
    parts = [GAPS.sub(r"\1", EDGES.sub("", part)) for part in stem.split("/")]
    return "/".join(part for part in parts if part)


def _stem(path: str) -> str:
    name = PurePosixPath(path).name
    return name.removesuffix(extension(Path(name)))


def _modality(path: str) -> str:
    """The modality that the last such word of a path names; empty without one."""
    named = [*MODALITY.finditer(path)][-1:]
    return MODALITIES[NAMED.findall(named[0].group())[0].lower()] if named else ""


def _patients(images: Iterable[str]) -> dict[str, str]:
    """A patient id for each image: what its path says beside image and modality, without the folders all share."""
    split = {image: _without(image, IMAGE_WORDS, modality=True).split("/") for image in images}
    shared = 0
    while all(len(parts) > shared + 1 for parts in split.values()) and len({p[shared] for p in split.values()}) == 1:
        shared += 1
    return {image: "_".join(parts[shared:]) or _stem(image) for image, parts in split.items()}


def _regions(paths: list[str]) -> dict[str, str]:
    """Masks of one image by region: the word that names the target (`gtv`, `ctv`)."""
    named: dict[str, str] = {}
    for path in paths:
        words = [word.lower() for word in WORD.findall(path) if word.lower() in MASK_WORDS - GENERAL]
        token = words[-1] if words else ""
        if token in named:
            raise InputError(
                f"{named[token]} and {path} could both be the mask of one image, and no word such as gtv or ctv tells "
                f"them apart. List them in an index: a CSV with the columns image, mask and region (or reader)."
            )
        named[token] = path
    return named


def _refuse_doubles(images: list[str]) -> None:
    twice = [modality for modality, count in Counter(map(_modality, images)).items() if count > 1]
    if twice:
        same = [path for path in images if _modality(path) == twice[0]]
        raise InputError(
            f"{some(same)} could be the image of the same mask. List image and mask in an index: a CSV with the "
            f"columns image and mask (and modality, time or scan)."
        )
