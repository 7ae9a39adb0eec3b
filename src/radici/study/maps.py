"""One image and its mask in, a folder of feature maps out: `radici extract --maps`."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from radici.cohort.load import load_region
from radici.cohort.volumes import write_image
from radici.core.cohort import Cohort
from radici.core.errors import FileMissing, StudyError
from radici.core.names import FeatureName
from radici.core.progress import Progress, silent
from radici.core.table import Column
from radici.features.cases import Case, cases_of
from radici.features.maps import feature_maps, map_columns, why_no_map
from radici.study.extraction import Asked, other_labels, settings_of
from radici.study.sources import scans_of

LISTING = "columns.csv"


@dataclass
class Mapped:
    """What became of it: where the maps are, how many, and what is worth saying."""

    folder: Path
    maps: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def facts(self) -> dict[str, Any]:
        """For `--json`."""
        return {"folder": str(self.folder), "maps": self.maps, "notes": self.notes}

    @property
    def lines(self) -> list[str]:
        """For people."""
        return [*self.notes, f"{self.maps} map{'' if self.maps == 1 else 's'}: {self.folder}"]


def write_maps(asked: Asked, radius: int = 1, progress: Progress = silent) -> Mapped:
    """Write a NIfTI file of each feature into the folder `asked.out`, and `columns.csv`, which says what they are.

    The files are called as the columns of a table are, with the cube in the last field, and hold float32 on the grid
    that the imaging steps end on. Families that have no maps are left out with a note.

    Raises
    ------
    StudyError
        When what is asked does not exist or does not fit together, names several images, or files would be replaced.
    InputError
        When image or mask cannot be used.
    """
    preset, otherwise = settings_of(asked)
    cohort = scans_of(asked.source, asked.mask, otherwise, asked.data)
    case = _only_case(asked.source, cohort)
    reasons = [reason for reason in map(why_no_map, preset.features) if reason]
    families = tuple(one for one in preset.features if not why_no_map(one))
    if not families:
        raise StudyError(f"{' '.join(reasons)} Nothing is left to map: choose other `features`.")
    described = map_columns(
        preset.imaging, families, radius=radius, modality=case.scan.modality, filters=preset.filters
    )
    names = {name: _placed(name, case) for name in described}
    _check_folder(asked.out, [*names.values()], asked.force)
    done = Mapped(asked.out, notes=[f"{reason} It has no maps." for reason in reasons])
    done.notes += other_labels(cohort, ())
    maps = feature_maps(
        load_region(case.scan, case.region),
        preset.imaging,
        families,
        radius=radius,
        filters=preset.filters,
        progress=progress,
        jobs=asked.jobs,
    )
    for name, image in maps:
        path = asked.out / f"{names[name]}.nii.gz"
        # Under another name first: a map that is there is whole.
        write_image(asked.out / f".unfinished-{path.name}", image)
        (asked.out / f".unfinished-{path.name}").replace(path)
        done.maps += 1
    _write_listing(asked.out / LISTING, {names[name]: column for name, column in described.items()})
    return done


def _only_case(source: Path, cohort: Cohort) -> Case:
    if not cohort.scans and cohort.left_out:
        raise StudyError(f"{source}: left out, because {cohort.left_out[0].reason}.")
    cases = cases_of(cohort)
    if len(cases) != 1:
        raise StudyError(
            f"Maps are made of one image and one contour at a time; {source} names {len(cases)}. Give "
            f"IMAGE MASK, and call it once for each."
        )
    return cases[0]


def _placed(name: str, case: Case) -> str:
    """The name with region and time, as in a table."""
    parsed = FeatureName.parse(name)
    where = "_".join(part for part in (parsed.where, case.region, case.scan.time) if part)
    return str(replace(parsed, where=where))


def _check_folder(folder: Path, names: list[str], force: bool) -> None:
    """Refuse, before any work, a folder that cannot be made, or maps that would be replaced."""
    if not folder.absolute().parent.is_dir():
        raise FileMissing(f"{folder}: there is no folder {folder.parent}. Make it first, or name another one.")
    if folder.exists() and not folder.is_dir():
        raise StudyError(f"{folder} is a file; name a folder for the maps.")
    there = [name for name in names if (folder / f"{name}.nii.gz").exists()]
    if there and not force:
        raise StudyError(
            f"{folder} holds {len(there)} of these {len(names)} maps already, such as {there[0]}.nii.gz, and they are "
            f"not overwritten. Name another folder, or add --force."
        )
    folder.mkdir(exist_ok=True)


def _write_listing(path: Path, described: dict[str, Column]) -> None:
    rows = [vars(replace(column, name=name)) for name, column in described.items()]
    pd.DataFrame(rows).to_csv(path, index=False, lineterminator="\n")
