"""A folder of scans and tables in; a commented study file and what was found out.

What cannot be known from the files (units, which text means what) is not guessed: it is marked FILL_IN, and a study
file with that mark in it is refused.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from radici.cohort.decimals import SIGNED
from radici.cohort.tables import read_table
from radici.cohort.volumes import read_labels
from radici.core.errors import FileMissing, InputError, RadiciError, StudyError, some
from radici.study.candidates import ID, is_baseline, is_event, is_response, is_time, look_at
from radici.study.dialect import dialect
from radici.study.draft import NOT_YET, Draft, study_text
from radici.study.lesion_files import LesionFiles, kind_of, respond_line, used_by
from radici.study.lesion_files import notes as lesion_notes
from radici.study.pairing import MODALITIES, WORD, Found, Pattern, look, path_columns, patterns, sorted_out
from radici.study.spelling import FILL_IN
from radici.study.tumours import Tumour, read_tumour, remarks

MASKS_READ = 300
OURS = ({"patient", "score", "outside_range"}, {"model", "repeat", "patient", "score"}, {"patient", "stage", "reason"})


@dataclass
class _Tables:
    """The folder's tables as texts, which one is which, and the column of ids."""

    all: dict[str, pd.DataFrame]
    clinical: str = ""
    index: str | None = None
    patient: str = FILL_IN
    dialects: dict[str, tuple[str, str]] = field(default_factory=dict)
    lesions: LesionFiles | None = None
    notes: list[str] = field(default_factory=list)


def write_study(folder: Path, out: Path | None = None, tumour: str | Path | None = None) -> tuple[Path, list[str]]:
    """Look through a folder and write a commented study file for it.

    Parameters
    ----------
    folder
        Searched with its subfolders for NIfTI and NRRD files and comma-separated tables.
    out
        The study file to write; by default `study.yaml` in the folder.
    tumour
        Name of a tumour that ships, or a YAML file: title, imaging steps and features start from it, and remarks say
        what studies of it predict, need and compare with. What only a person can know is asked all the same.

    Returns
    -------
    tuple
        The path written, and sentences on what was found.

    Raises
    ------
    FileMissing
        There is no such folder, or no such tumour file.
    UnknownName
        No tumour is called that.
    StudyError
        The study file exists already; it is never overwritten.
    InputError
        The folder holds no table that could be read, or lesion measurements and no clinical table.
    """
    about = read_tumour(tumour) if tumour is not None else None
    folder = Path(folder)
    out = Path(out) if out is not None else folder / "study.yaml"
    if not folder.is_dir():
        raise FileMissing(f"There is no folder {folder}.")
    if out.exists():
        raise StudyError(f"{out} exists already and is not overwritten. Rename it, or name another file with `--out`.")
    found = sorted_out(look(folder), folder)
    tables = _read_tables(found, folder)
    _set_lesions_aside(tables, folder, bool(found.images))
    draft = _draft(found, tables, folder, about)
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


def _read_tables(found: Found, folder: Path) -> _Tables:
    tables = _Tables({})
    for name in found.tables:
        try:
            separator, decimal = dialect(folder / name)
            table = read_table(folder / name, separator=separator)
        except InputError as error:
            tables.notes.append(f"Not read: {error}")
            continue
        if any(ours <= set(table) for ours in OURS):
            tables.notes.append(f"{name}: predictions or results of radici, not used")
            continue
        tables.all[name], tables.dialects[name] = _with_points(table, decimal), (separator, decimal)
    if not tables.all:
        more = f" {tables.notes[0]}" if tables.notes else ""
        dicom = f" {found.dicom} DICOM files were seen; save them as NIfTI first." if found.dicom else ""
        raise InputError(
            f"{folder} holds no table that could be read. A study needs a comma-separated table (.csv) with a row "
            f"for each patient and a column of ids.{more}{dicom}"
        )
    return tables


def _set_lesions_aside(tables: _Tables, folder: Path, images: bool) -> None:
    """Take lesion and follow-up tables from those that may be the clinical one.

    Beside images and without any other table, a follow-up table is the clinical one: it has a row for each patient.
    """
    kinds = {name: kind for name, table in tables.all.items() if (kind := kind_of(table))}
    ours = {name: tables.all[name] for name in kinds}
    others = {name: table for name, table in tables.all.items() if name not in kinds}
    tables.lesions = used_by(ours, kinds)
    if not others and (why := respond_line(folder, ours, kinds)) and not (images and "follow_up" in kinds.values()):
        raise InputError(why)
    if not others:
        others = {name: table for name, table in ours.items() if kinds[name] == "follow_up"} or ours
    tables.all = others
    tables.notes += lesion_notes(
        {name: table for name, table in ours.items() if name not in others}, kinds, tables.lesions
    )


def _with_points(table: pd.DataFrame, decimal: str) -> pd.DataFrame:
    """The table with points in its numbers: it is only looked at, the study file declares the sign."""
    if decimal == ".":
        return table
    return table.map(lambda cell: cell.replace(",", ".") if SIGNED[","].fullmatch(cell) else cell)


def _draft(found: Found, tables: _Tables, folder: Path, tumour: Tumour | None) -> Draft:
    image, mask, image_column, mask_column = _files(found, tables, folder)
    table = tables.all[tables.clinical]
    columns = [look_at(str(name), table[name]) for name in table if name != tables.patient]
    draft = Draft(tables.patient, tables.clinical, table, columns, index=tables.index, tumour=tumour)
    draft.lesions = tables.lesions
    draft.separator, draft.decimal = tables.dialects[tables.clinical]
    known = tables.patient != FILL_IN
    ids = f"ids in the column '{tables.patient}'" if known else "no column of ids was found; say which one it is"
    draft.notes.append(f"{tables.clinical}: {len(table)} rows, {len(table.columns)} columns; {ids}")
    if tables.index and tables.dialects[tables.index][0] != draft.separator:
        draft.notes.append(_other_signs(tables.clinical, tables.index))
    if tables.lesions is not None:
        files = [name for name in (tables.lesions.lesions, tables.lesions.follow_up) if name]
        draft.notes += [
            _other_signs(tables.clinical, one) for one in files if tables.dialects[one][0] != draft.separator
        ]
    others = [name for name in tables.all if name not in (tables.clinical, tables.index)]
    if others:
        draft.notes.append(f"Other tables, not used: {some(others)}")
    if found.images or found.masks:
        _scans(draft, found, image, mask, image_column, mask_column, folder, tables)
    else:
        draft.notes.append("No images (.nii, .nii.gz, .nrrd): the study uses the table alone")
    if found.dicom:
        draft.notes.append(f"{found.dicom} DICOM file(s), which are not read: save them as NIfTI to use them")
    if tumour is not None:
        draft.notes += remarks.notes(tumour, draft.modality, draft.sought)
    return draft


def _other_signs(first: str, second: str) -> str:
    return f"{first} and {second} have other signs between their cells; save both with the same one"


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
        if found.images or found.masks:
            tables.notes.append(_tried(tables))
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
    if tables.patient == FILL_IN:
        return None, None, image_column, mask_column
    ids = [str(one) for one in tables.all[tables.clinical][tables.patient]]
    masks = [one for one in patterns(found.masks, tables.patient, ids) if _leads(one, found.masks, len(ids))]
    return image if found.images else None, masks[0] if masks else None, image_column, mask_column


def _leads(pattern: Pattern, paths: list[str], rows: int) -> bool:
    """Whether a pattern leads to at least half of the files, or for half of the rows to one: else it is chance."""
    return 2 * len(pattern.files) >= min(len(paths), rows)


def _best_patterns(paths: list[str], tables: _Tables) -> dict[str, Pattern]:
    """For each table, the column and pattern that lead to most files, if these are half of what is there."""
    best = {}
    for name, table in tables.all.items():
        tried = [one for c in table for one in patterns(paths, str(c), [str(cell) for cell in table[c]])[:1]]
        tried = [one for one in tried if _leads(one, paths, len(table))]
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


def _tried(tables: _Tables) -> str:
    """Which columns were compared with the names of the files, and how many of the files each of them leads to."""
    columns = [str(name) for table in tables.all.values() for name in table]
    return f"No column leads to half of the files' names; tried: {some(list(dict.fromkeys(columns)), 12)}"


def _id_column(table: pd.DataFrame) -> str:
    """The column of different texts whose name says id, else the first that looks like nothing else, else FILL_IN."""
    unique = [look_at(str(c), table[c]) for c in table if table[c].nunique() == len(table) and "" not in set(table[c])]
    named = [one.name for one in unique if one.words & ID]
    plain = [one.name for one in unique if one.looks == "texts" or all(text.isdigit() for text in one.counts)]
    other = [one.name for one in unique if is_time(one) or is_baseline(one) or is_response(one)]
    return (named or [name for name in plain if name not in other] or [FILL_IN])[0]


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
    draft.image = f"{{column: {image_column}}}" if image_column else f'"{image.text}"' if image else NOT_YET
    draft.mask = f"{{column: {mask_column}}}" if mask_column else f'"{mask.text}"' if mask else NOT_YET
    text = (image.text if image else "") or " ".join(found.images[:1])
    names = {word.lower() for word in [*WORD.findall(text), *re.findall("[A-Za-z0-9]+", text)]}
    draft.modality = next((MODALITIES[word] for word in sorted(names) if word in MODALITIES), FILL_IN)
    draft.region = "gtv" if any("gtv" in name.lower() for name in found.masks[:1]) else "roi"
    _read_labels(draft, list(mask.files.values()) if mask else found.masks, folder)
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


def _read_labels(draft: Draft, masks: list[str], folder: Path) -> None:
    """Label numbers in the masks, and in how many of them each stands."""
    counts: Counter[int] = Counter()
    for name in masks[:MASKS_READ]:
        try:
            voxels, _ = read_labels(folder / name)
        except RadiciError:
            continue
        counts.update(int(number) for number in np.unique(voxels) if number > 0)
    draft.labels = dict(sorted(counts.items()))
    read = f"all {len(masks)} masks" if len(masks) <= MASKS_READ else f"the first {MASKS_READ} of {len(masks)} masks"
    draft.masks_read = read if masks else "no mask"
