"""A folder of scans and tables in; a commented study file and what was found out.

What cannot be known from the files (units, which text means what) is not guessed: it is marked FILL_IN, and a study
file with that mark in it is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from radici.cohort.tables import read_table
from radici.cohort.volumes import read_image, read_labels
from radici.core.errors import FileMissing, InputError, RadiciError, StudyError, some
from radici.study.candidates import ID, is_baseline, is_event, is_response, is_time, look_at
from radici.study.draft import Draft, study_text
from radici.study.pairing import WORD, Found, Pattern, is_mask, look, path_columns, patterns
from radici.study.spelling import FILL_IN

MODALITIES = {"ct": "ct", "cect": "ct", "pt": "pt", "pet": "pt", "mr": "mr", "mri": "mr", "cbct": "cbct"}
MASKS_READ = 5
MOST_LABELS = 20


@dataclass
class _Tables:
    """The folder's tables as texts, which one is which, and the column of ids."""

    all: dict[str, pd.DataFrame]
    clinical: str = ""
    index: str | None = None
    patient: str = ""
    notes: list[str] = field(default_factory=list)


def write_study(folder: Path, out: Path | None = None) -> tuple[Path, list[str]]:
    """Look through a folder and write a commented study file for it.

    Parameters
    ----------
    folder
        Searched with its subfolders for NIfTI and NRRD files and comma-separated tables.
    out
        The study file to write; by default `study.yaml` in the folder.

    Returns
    -------
    tuple
        The path written, and sentences on what was found.

    Raises
    ------
    FileMissing
        There is no such folder.
    StudyError
        The study file exists already; it is never overwritten.
    InputError
        The folder holds no table that could be read.
    """
    folder = Path(folder)
    out = Path(out) if out is not None else folder / "study.yaml"
    if not folder.is_dir():
        raise FileMissing(f"There is no folder {folder}.")
    if out.exists():
        raise StudyError(f"{out} exists already and is not overwritten. Rename it, or name another file with `--out`.")
    found = _sorted_out(look(folder), folder)
    tables = _read_tables(found, folder)
    draft = _draft(found, tables, folder)
    text = study_text(draft)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise StudyError(
            f"{out} cannot be written ({error.strerror}). Name a file elsewhere with `--out FILE`."
        ) from None
    return out, [*tables.notes, *draft.notes]


def _sorted_out(found: Found, folder: Path) -> Found:
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


def _read_tables(found: Found, folder: Path) -> _Tables:
    tables = _Tables({})
    for name in found.tables:
        try:
            tables.all[name] = read_table(folder / name)
        except InputError as error:
            tables.notes.append(f"Not read: {error}")
    if not tables.all:
        more = f" {tables.notes[0]}" if tables.notes else ""
        dicom = f" {found.dicom} DICOM files were seen; save them as NIfTI first." if found.dicom else ""
        raise InputError(
            f"{folder} holds no table that could be read. A study needs a comma-separated table (.csv) with a row "
            f"for each patient and a column of ids.{more}{dicom}"
        )
    return tables


def _draft(found: Found, tables: _Tables, folder: Path) -> Draft:
    image, mask, image_column, mask_column = _files(found, tables, folder)
    table = tables.all[tables.clinical]
    columns = [look_at(str(name), table[name]) for name in table if name != tables.patient]
    draft = Draft(tables.patient, tables.clinical, table, columns, index=tables.index)
    draft.notes.append(
        f"{tables.clinical}: {len(table)} rows, {len(table.columns)} columns; ids in the column '{tables.patient}'"
    )
    others = [name for name in tables.all if name not in (tables.clinical, tables.index)]
    if others:
        draft.notes.append(f"Other tables, not used: {some(others)}")
    if found.images or found.masks:
        _scans(draft, found, image, mask, image_column, mask_column, folder, tables)
    else:
        draft.notes.append("No images (.nii, .nii.gz, .nrrd): the study uses the table alone")
    if found.dicom:
        draft.notes.append(f"{found.dicom} DICOM file(s), which are not read: save them as NIfTI to use them")
    return draft


def _files(
    found: Found, tables: _Tables, folder: Path
) -> tuple[Pattern | None, Pattern | None, str | None, str | None]:
    """Settle the clinical table, the index and the column of ids; how images and masks follow from it."""
    best = _best_patterns(found.images or found.masks, tables)
    if best:
        most = max(len(pattern.files) for pattern in best.values())
        linked = {name: one for name, one in best.items() if 2 * len(one.files) >= most}
        tables.clinical = max(linked, key=lambda name: _clinical_score(name, tables.all[name]))
        tables.patient = linked[tables.clinical].column
    else:
        tables.clinical = max(tables.all, key=lambda name: _clinical_score(name, tables.all[name]))
        tables.patient = _id_column(tables.all[tables.clinical])
    image_column = mask_column = None
    for name, table in tables.all.items():
        if tables.patient not in table:
            continue
        pair = path_columns(table, folder)
        if any(pair):
            image_column, mask_column = pair
            tables.index = name if name != tables.clinical else None
            break
        if name != tables.clinical and _is_index(name):
            tables.index = name
    image = best.get(tables.clinical)
    ids = [str(one) for one in tables.all[tables.clinical][tables.patient]]
    masks = patterns(found.masks, tables.patient, ids)
    return image if found.images else None, masks[0] if masks else None, image_column, mask_column


def _best_patterns(paths: list[str], tables: _Tables) -> dict[str, Pattern]:
    """For each table, the column and pattern that lead to most files."""
    best = {}
    for name, table in tables.all.items():
        tried = [one for c in table for one in patterns(paths, str(c), [str(cell) for cell in table[c]])[:1]]
        if tried:
            best[name] = max(
                tried, key=lambda one: (len(one.files), bool(look_at(one.column, table[one.column]).words & ID))
            )
    return best


def _clinical_score(name: str, table: pd.DataFrame) -> tuple[int, int]:
    """How much a table looks like the clinical one: outcomes and baseline variables among its columns."""
    columns = [look_at(str(column), table[column]) for column in table]
    known = sum(1 for one in columns if is_time(one) or is_event(one) or is_response(one) or is_baseline(one))
    return known + 2 * ("clin" in name.lower()), len(columns)


def _is_index(name: str) -> bool:
    words = {word.lower() for word in WORD.findall(Path(name).stem)}
    return bool(words & {"index", "scans", "images", "series", "manifest", "paths"})


def _id_column(table: pd.DataFrame) -> str:
    """The column of different texts whose name says id, else the first column of different texts, else FILL_IN."""
    unique = [str(c) for c in table if table[c].nunique() == len(table) and "" not in set(table[c])]
    named = [name for name in unique if look_at(name, table[name]).words & ID]
    return (named or unique or [FILL_IN])[0]


def _scans(
    draft: Draft,
    found: Found,
    image: Pattern | None,
    mask: Pattern | None,
    image_column: str | None,
    mask_column: str | None,
    folder: Path,
    tables: _Tables,
) -> None:
    draft.image = f"{{column: {image_column}}}" if image_column else f'"{image.text}"' if image else FILL_IN
    draft.mask = f"{{column: {mask_column}}}" if mask_column else f'"{mask.text}"' if mask else FILL_IN
    names = {word.lower() for word in WORD.findall((image.text if image else "") or " ".join(found.images[:1]))}
    draft.modality = next((MODALITIES[word] for word in sorted(names) if word in MODALITIES), FILL_IN)
    draft.region = "gtv" if any("gtv" in name.lower() for name in found.masks[:1]) else "roi"
    draft.labels = _labels(mask, found, folder)
    draft.notes.append(_matched(found, image, mask, image_column))
    if image and mask and not image_column:
        _unmatched(
            draft, found, image.files, mask.files, [str(one) for one in tables.all[tables.clinical][image.column]]
        )


def _matched(found: Found, image: Pattern | None, mask: Pattern | None, image_column: str | None) -> str:
    text = f"{len(found.images)} images and {len(found.masks)} masks"
    if image_column:
        return f"{text}; paths of the images stand in the column '{image_column}'"
    if image is None and mask is None:
        return f"{text}; no column of any table leads to their names: write the patterns yourself"
    parts = [f"{len(one.files)} matched by `{one.text}`" for one in (image, mask) if one]
    return f"{text}; {' and '.join(parts)}"


def _unmatched(draft: Draft, found: Found, images: Mapping[str, str], masks: Mapping[str, str], ids: list[str]) -> None:
    for what, missing in (
        ("with an image but no mask", [one for one in images if one not in masks]),
        ("with a mask but no image", [one for one in masks if one not in images]),
        ("in the table without an image", [one for one in dict.fromkeys(ids) if one and one not in images]),
    ):
        if missing:
            patients = "patient" if len(missing) == 1 else "patients"
            draft.notes.append(f"{len(missing)} {patients} {what}: {some(missing)}")
    stray = [name for name in found.images if name not in set(images.values())]
    stray += [name for name in found.masks if name not in set(masks.values())]
    if stray:
        draft.notes.append(f"{len(stray)} file(s) that no pattern leads to: {some(stray, 4)}")


def _labels(mask: Pattern | None, found: Found, folder: Path) -> list[int]:
    """Label numbers in the first few masks."""
    labels: set[int] = set()
    for name in (list(mask.files.values()) if mask else found.masks)[:MASKS_READ]:
        try:
            voxels, _ = read_labels(folder / name)
        except RadiciError:
            continue
        labels |= {int(number) for number in set(voxels[voxels > 0].tolist())}
    return sorted(labels)
