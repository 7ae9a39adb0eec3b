"""An index of masks, one row per lesion and visit, in; the lesion table that a ruler would give, and burdens, out.

The index is a lesion table with contours where the lengths would be:

=============  ======================================================================================================
column         what it holds
=============  ======================================================================================================
mask           path of the mask, relative to the index; empty for a lesion without a contour, which needs a `state`
label          which label of the mask is the lesion; `any`, or nothing: any above 0
image          PET on the grid of the masks, for uptake; CT and MRI are not given
image_unit     `suv` (body weight) or `sul` (lean body mass), wherever an image is given
sul_per_suv    lean body mass over body weight, which makes SUL of an image in SUV
segmentation   how lesions were drawn, in words
=============  ======================================================================================================
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from radici.core.errors import InputError, LesionError, some
from radici.core.image import Image, Mask
from radici.core.progress import Progress, silent
from radici.response.burden import Burden
from radici.response.heterogeneity import heterogeneity
from radici.response.lesions.columns import meaning
from radici.response.lesions.complaints import address
from radici.response.lesions.dates import DateOrder
from radici.response.lesions.masks import DrawnVisit, MeasuredVisit, measure_visit
from radici.study.contour_files import Contour, ReadContours, read_contours
from radici.study.contour_index import is_contoured, label_of, read_index

__all__ = ["Contoured", "from_contours", "is_contoured"]

MEASURED = ("longest_mm", "short_axis_mm", "volume_ml", "suv_max", "sul_peak", "tlg")
NOT_SAID = "not said"
MOST_UPTAKE = 1000.0
"""No lesion reaches such an SUV; in Bq/mL they are thousands."""
SPREADS = ("sd", "cv", "range", "share_entropy_bits")
IN_SUL = {"suv_max": "sul_max", "suv_mean": "sul_mean", "suv_peak": "sul_peak", "tlg_ml": "tlg_sul_ml"}


NOT_SEEN = ("absent", "not evaluable")

Row = dict[str, Any]


class Contoured(NamedTuple):
    """What an index of masks gives.

    Parameters
    ----------
    texts
        As `lesion_table` reads them: the columns of the index without its own, and `state, longest_mm, short_axis_mm,
        volume_ml, suv_max, sul_peak, tlg, method`. TLG is in mL of the image's unit.
    burden
        One row per patient, reader and visit: everything of `response.burden`, how the lesions were drawn
        (`segmentation`), how many others are not known to be gone and have no contour (`not_contoured`), and how
        volume and uptake differ between lesions. SUV are under `suv_…` and `tlg_ml`, SUL under `sul_…` and
        `tlg_sul_ml`. A visit without any contour has a row only where all its lesions are absent.
    notes
        What a reader should look at.
    """

    texts: pd.DataFrame
    burden: pd.DataFrame
    notes: list[str]

    def tables(self) -> dict[str, pd.DataFrame]:
        """What is written beside the results: `lesions`, to be read again, and `burden`."""
        numeric = [name for name in map(str, self.texts) if name in MEASURED or meaning(name)[0] == "day"]
        lesions = self.texts.assign(**{name: pd.to_numeric(self.texts[name]) for name in numeric})
        return {"lesions": lesions} | ({"burden": self.burden} if len(self.burden) else {})


def from_contours(
    texts: pd.DataFrame,
    path: Path,
    starts: Mapping[str, date] | None = None,
    dates: DateOrder = "iso",
    progress: Progress = silent,
) -> Contoured:
    """Measure an index of masks; what can be told without opening a mask is told before the first.

    Parameters
    ----------
    texts
        As `read_table` gives them.
    path
        Of the index: masks and images lie relative to its folder.
    starts, dates
        As in `lesion_table`.
    progress
        Hears of `contours` after every visit. Only one visit's voxels are held at a time.

    Raises
    ------
    LesionError
        A cell, file or visit breaks a rule, each with patient, visit, lesion and column; as `lesion_table` and
        `courses`.
    FileMissing, InputError, RegionError, GeometryMismatch
        A mask or an image cannot be measured; with the same address and the file.
    """
    index = read_index(texts, path, starts, dates)
    rows = _records(index.rows)
    found: dict[int, dict[str, object]] = {}
    burdens: list[dict[str, Any]] = []
    notes: list[str] = []
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    total = sum(row["mask"] != "" for row in rows)
    for group in _visits(rows):
        visit = _Visit(group, path)
        measured, unnamed = visit.measured(seen[visit.course])
        found |= {row["at"]: measured.lesions[row["lesion"]] for row in visit.drawn}
        burdens += visit.burden(measured.burden)
        notes += [f"{visit}: {some([str(n) for n in labels])} in {file}" for file, labels in unnamed.items()]
        progress("contours", len(found), total)
    return Contoured(_with_measures(index.texts, rows, found), pd.DataFrame(burdens), _noted(notes))


def _records(rows: pd.DataFrame) -> list[Row]:
    """Rows as plain mappings that know their place."""
    columns = {str(name): rows[name].tolist() for name in rows} | {"at": list(range(len(rows)))}
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def _visits(rows: list[Row]) -> list[list[Row]]:
    """Rows of each patient, reader and visit, by their first day."""
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["patient"], row["reader"], row["when"]].append(row)
    return [groups[key] for key in sorted(groups, key=lambda key: (*key[:2], min(row["day"] for row in groups[key])))]


class _Visit:
    """The rows of one visit of an index."""

    def __init__(self, rows: list[Row], path: Path) -> None:
        self.rows, self.path = rows, path
        self.drawn = [row for row in rows if row["mask"]]
        self.head = (self.drawn or rows)[0]
        self.where = {row["lesion"]: f"{path.name}: {address(row)}" for row in self.drawn}

    def __str__(self) -> str:
        return f"Patient {self.head['patient']}, visit {self.head['when']}"

    @property
    def course(self) -> tuple[str, str]:
        return self.head["patient"], self.head["reader"]

    def measured(self, seen: set[str]) -> tuple[MeasuredVisit, dict[str, tuple[int, ...]]]:
        """Its measures, and by file the labels that no row names.

        `seen` are lesions of earlier visits, and takes in those of this one.
        """
        contours = [
            Contour(row["lesion"], row["mask"], label_of(row["label"]), self.where[row["lesion"]]) for row in self.drawn
        ]
        read = ReadContours({}, None, {})
        if contours:
            read = read_contours(self.path.parent, contours, self.head["image"])
        organs = {row["lesion"]: "lymph nodes" if row["node"] else row["organ"] for row in self.drawn}
        try:
            found = measure_visit(self._seen_on(read.masks, read.image), organs)
        except InputError as error:
            files = some(list(dict.fromkeys(one.file for one in contours)), 4)
            raise type(error)(f"{self.path.name}: {self}, column 'mask' ({files}): {error}") from None
        self._check_seen(found, seen)
        self._check_uptake(found.burden)
        seen |= {name for name, one in found.lesions.items() if one["state"] == "measured"}
        seen |= {row["lesion"] for row in self.rows if not row["mask"] and row["state"] not in NOT_SEEN}
        return found, read.unnamed

    def burden(self, found: Burden) -> list[dict[str, Any]]:
        """Its row of the table of burdens, or none."""
        others = sum(not row["mask"] and row["state"] != "absent" for row in self.rows)
        if others and not self.drawn:
            return []
        unit = self.head["image_unit"].lower() if self.head["image"] and self.drawn else ""
        who = {name: self.head[name] for name in ("patient", "reader", "visit")}
        drawn = {"day": min(row["day"] for row in self.rows), "segmentation": found.method, "image_unit": unit}
        numbers = {name: value for name, value in found.row().items() if name != "method"}
        for name in ("volume_ml", "suv_max"):
            differs = heterogeneity(found.per_lesion[name].tolist())
            numbers |= {f"{name}_{what}": getattr(differs, what) for what in SPREADS}
        names = {name: _in_unit(name, unit) for name in numbers}
        return [{**who, **drawn, "not_contoured": others, **{names[name]: value for name, value in numbers.items()}}]

    def _seen_on(self, masks: dict[str, Mask], image: Image | None) -> DrawnVisit:
        unit, factor = self.head["image_unit"].lower(), self.head["sul_per_suv"]
        said = list(dict.fromkeys(row["segmentation"] for row in self.drawn if row["segmentation"]))
        return DrawnVisit(
            visit=self.head["when"],
            day=self.head["day"],
            masks=masks,
            method="; ".join(said) or NOT_SAID,
            suv=image if unit == "suv" else None,
            sul_per_suv=float(factor) if factor and unit == "suv" and image else None,
            sul=image if unit == "sul" else None,
        )

    def _check_seen(self, found: MeasuredVisit, seen: set[str]) -> None:
        for name, one in found.lesions.items():
            if one["state"] == "absent" and name not in seen:
                raise LesionError(
                    f"{self.where[name]}, column 'mask': the mask is empty ({self._file(name)}), but no earlier visit "
                    f"shows the lesion. Draw it, or leave the row out until it is seen."
                )

    def _check_uptake(self, found: Burden) -> None:
        """An image in other numbers than its unit says."""
        for row in found.per_lesion.to_dict("records"):
            if row["suv_max"] > MOST_UPTAKE or row["suv_mean"] < 0:
                raise LesionError(
                    f"{self.where[str(row['lesion'])]}, column 'image': {self.head['image']} is said to be in "
                    f"{self.head['image_unit'].upper()}, but in the lesion it has a mean of {row['suv_mean']:g} and a "
                    f"maximum of {row['suv_max']:g}. Is it in Bq/mL, or no PET? Convert it, or leave `image` empty."
                )

    def _file(self, lesion: str) -> str:
        row = next(row for row in self.drawn if row["lesion"] == lesion)
        label = label_of(row["label"])
        return row["mask"] if label is None else f"label {label} of {row['mask']}"


def _in_unit(name: str, unit: str) -> str:
    """The name of a number that is in SUL where the image was."""
    if unit != "sul":
        return name
    stem = next((suv for suv in IN_SUL if name.startswith(suv)), "")
    return IN_SUL[stem] + name.removeprefix(stem) if stem else name


def _with_measures(texts: pd.DataFrame, rows: list[Row], found: Mapping[int, Mapping[str, Any]]) -> pd.DataFrame:
    """The lesion table, as texts on the lines of the index."""
    state = [found[at]["state"] if at in found else row["said"] for at, row in enumerate(rows)]
    columns = {name: [_text(found[at][name]) if at in found else "" for at in range(len(rows))] for name in MEASURED}
    return texts.assign(state=state, **columns, method=[_method(row) for row in rows])


def _text(number: float) -> str:
    return "" if number != number else repr(float(number))


def _method(row: Row) -> str:
    """How it was imaged and drawn, as far as that was said."""
    if not row["mask"]:
        return row["said_method"]
    return ", ".join(part for part in (row["said_method"], row["segmentation"] or "contour") if part)


def _noted(places: list[str]) -> list[str]:
    if not places:
        return []
    return [f"Labels in masks that no row names, and that were not measured; is a lesion missing? {some(places)}."]
