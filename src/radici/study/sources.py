"""An image and its mask, a folder, an index or a study file in; the scans to be measured out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from radici.cohort.tables import read_table
from radici.cohort.volumes import READERS, extension
from radici.core.cells import column_of, word
from radici.core.cohort import Cohort, Left, RegionSource, Scan
from radici.core.errors import FileMissing, InputError, StudyError, TableError, some
from radici.core.names import check_token

KEYS = ("patient", "time", "lesion", "scan", "reader")
OPTIONAL = (*KEYS, "modality", "label", "region", "site")


@dataclass(frozen=True)
class Given:
    """What holds where a source does not say otherwise: modality, region token, label (None: any above 0).

    With `only_this`, scans that are said to be of another modality are left out: the settings are not theirs.
    """

    modality: str = "ct"
    region: str = "roi"
    label: int | None = 1
    only_this: bool = False

    def __post_init__(self) -> None:
        check_token(self.modality, "The modality")
        check_token(self.region, "The region")

    def refuses(self, modality: str) -> str:
        """Why a scan of that modality is left out; empty where it is measured."""
        if not self.only_this or modality in ("", self.modality):
            return ""
        return f"it is {modality.upper()}, and what is asked for is {self.modality.upper()}"


def is_study(source: Path) -> bool:
    """Whether the source is a study file, by its ending."""
    return source.suffix.lower() in (".yaml", ".yml")


def is_index(source: Path) -> bool:
    """Whether the source is an index of images and masks, by its ending."""
    return source.suffix.lower() in (".csv", ".tsv")


def scans_of(source: Path, mask: Path | None, given: Given, data: Path | None = None) -> Cohort:
    """The scans that a source names; their voxels are not read.

    Parameters
    ----------
    source
        An image (with `mask`), a folder, an index (`.csv`, `.tsv`) or a study file (`.yaml`).
    data
        Folder that the paths of an index or a study start from; by default its own.

    Returns
    -------
    Cohort
        Without clinical variables, except for a study. `left_out` names what could not be used, and why.

    Raises
    ------
    FileMissing, InputError, TableError, StudyError
        When the source does not exist, names nothing, or names one scan twice.
    """
    if mask is not None and (source.is_dir() or is_study(source) or is_index(source)):
        raise StudyError(f"A mask goes with one image, but {source} is not one. Leave {mask} out.")
    found = _found(source, mask, given, data)
    return replace(found, scans=tuple(_absolute(scan) for scan in found.scans))


def _found(source: Path, mask: Path | None, given: Given, data: Path | None) -> Cohort:
    if source.is_dir():
        return _of_folder(source, given)
    if is_study(source):
        from radici.cohort.read import read_cohort
        from radici.study.file import Study

        return read_cohort(Study.read(source), data or source.parent)
    if is_index(source):
        return _of_index(source, data or source.parent, given)
    return _of_pair(source, mask, given)


def _absolute(scan: Scan) -> Scan:
    """The scan with paths that hold in a process that was started in another folder."""
    regions = {token: replace(region, path=region.path.absolute()) for token, region in scan.regions.items()}
    return replace(scan, image=scan.image.absolute(), regions=regions)


def _of_pair(image: Path, mask: Path | None, given: Given) -> Cohort:
    if not image.is_file():
        raise FileMissing(f"There is no image, folder, index or study file {image}.")
    if extension(image) not in READERS:
        raise InputError(
            f"{image}: an image ({', '.join(READERS)}), a folder, an index (.csv) or a study file (.yaml) is expected."
        )
    if mask is None:
        raise StudyError(f"The mask is missing: `radici extract {image.name} MASK ...`.")
    return _cohort([Scan(_bare_name(image), given.modality, image, {given.region: RegionSource(mask, given.label)})])


def _bare_name(image: Path) -> str:
    return image.name[: len(image.name) - len(extension(image))]


def _of_folder(folder: Path, given: Given) -> Cohort:
    from radici.study.pairs import find_pairs

    found = find_pairs(folder)
    scans = []
    left = [Left(name, "files", reason) for name, reason in found.alone.items()]
    for pair in found.pairs:
        refused = given.refuses(pair.modality)
        if refused:
            left.append(Left(pair.patient, "files", f"{pair.image}: {refused}"))
            continue
        regions = {
            token or given.region: RegionSource(folder / mask, given.label) for token, mask in pair.masks.items()
        }
        scans.append(Scan(pair.patient, pair.modality or given.modality, folder / pair.image, regions))
    return _cohort(scans, left)


def _of_index(path: Path, data: Path, given: Given) -> Cohort:
    table = _named(read_table(path), path)
    scans: list[Scan] = []
    left: list[Left] = []
    places: dict[tuple[str, ...], int] = {}
    sites: dict[str, str] = {}
    for line, row in zip(table.index, table.to_dict("records"), strict=True):
        patient = row["patient"]
        where = f"{path.name}, line {line}"
        missing = [what for what in ("patient", "image", "mask") if not row[what]]
        reason = f"no {' and no '.join(missing)}" if missing else given.refuses(row["modality"].lower())
        if reason:
            left.append(Left(patient or f"line {line}", "table", f"{where}: {reason}"))
            continue
        scan, token = _scan(row, data, given, where)
        key = (*(row[name] for name in KEYS), scan.modality, token)
        if key in places:
            raise TableError(
                f"{path.name}: lines {places[key]} and {line} describe the same region of {scan}. Delete one, or tell "
                f"them apart with a column `time`, `lesion`, `scan`, `reader`, `modality` or `region`."
            )
        places[key] = line
        site = sites.setdefault(patient, row["site"]) or row["site"]
        if row["site"] not in ("", site):
            raise TableError(
                f"{where}: patient {patient} is of site '{row['site']}' here, but of '{site}' in a line above. Mend it."
            )
        sites[patient] = site
        scans.append(scan)
    return _cohort(scans, left, sites)


def _named(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The index with all columns that it may have; names count in small letters, those not given are empty."""
    small = [str(name).lower() for name in table.columns]
    twice = sorted(name for name, count in Counter(small).items() if count > 1)
    if twice:
        raise TableError(f"{path.name}: more than one column is called {some(twice)}. Rename one of them.")
    table = table.set_axis(small, axis=1)
    if not {"image", "mask"} <= set(small):
        raise TableError(
            f"{path.name}: an index needs the columns `image` and `mask` with paths, and may have "
            f"{', '.join(OPTIONAL)}; found {some([str(name) for name in table.columns])}. Paths that follow a pattern "
            f"are described in a study file: `radici new {path.parent}`."
        )
    found = pd.DataFrame({name: column_of(table, name, path.name) for name in ("image", "mask")})
    for name in OPTIONAL:
        found[name] = table.get(name, "")
    if "patient" not in table:
        found["patient"] = [_bare_name(Path(image)) for image in found["image"]]
    return found


def _scan(row: dict[str, str], data: Path, given: Given, where: str) -> tuple[Scan, str]:
    time = check_token(row["time"], f"{where}: the time point") if row["time"] else ""
    modality = check_token(row["modality"].lower() or given.modality, f"{where}: the modality")
    token = check_token(row["region"] or given.region, f"{where}: the region")
    source = RegionSource(data / row["mask"], _label(row["label"], given, where))
    keys = {name: row[name] for name in ("lesion", "scan", "reader")}
    return Scan(row["patient"], modality, data / row["image"], {token: source}, time, **keys), token


def _label(cell: str, given: Given, where: str) -> int | None:
    return read_label(cell, where) if cell else given.label


def read_label(text: str, where: str) -> int | None:
    """A label number, or None for `any`."""
    text = word(text)
    if text.lower() == "any":
        return None
    if not text.isdigit() or int(text) < 1:
        raise InputError(f"{where}: a label is a whole number above 0, or `any`; found '{text}'.")
    return int(text)


def _cohort(scans: list[Scan], left: Iterable[Left] = (), sites: dict[str, str] | None = None) -> Cohort:
    patients = tuple(dict.fromkeys(scan.patient for scan in scans))
    rows = pd.DataFrame(index=pd.Index(patients, dtype=object))
    site = pd.Series({patient: (sites or {}).get(patient, "") for patient in patients}, name="site", dtype=object)
    return Cohort(patients, tuple(scans), rows, rows, site, {}, tuple(left))
