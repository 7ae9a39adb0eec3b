"""An index of masks, as texts, in; its typed rows, every cell checked before any file is opened, out."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from radici.core.cells import NUMBER
from radici.core.errors import LesionError, some
from radici.response.lesions import courses, lesion_table
from radici.response.lesions.columns import folded, meaning, state_of
from radici.response.lesions.complaints import Complaints
from radici.response.lesions.dates import DateOrder

OWN = ("mask", "label", "image", "image_unit", "sul_per_suv", "segmentation")
BY_CONTOUR = ("diameter", "longest", "short_axis", "volume", "suv_max", "sul_peak", "tlg")


class ContourIndex(NamedTuple):
    """An index of masks, read.

    Parameters
    ----------
    texts
        Columns of a lesion table that are not measured, without `state` and `method`.
    rows
        As `lesion_table` types them, one for each row of `texts`; with the index's own columns as texts, `said` (the
        state), `said_method`, and `when`, which tells the visits of a patient and reader apart.
    """

    texts: pd.DataFrame
    rows: pd.DataFrame


def is_contoured(texts: pd.DataFrame) -> bool:
    """Whether a table of texts is an index of masks: it has a column `mask`."""
    return any(folded(str(column)) == "mask" for column in texts)


def read_index(texts: pd.DataFrame, path: Path, starts: Mapping[str, date] | None, dates: DateOrder) -> ContourIndex:
    """Type an index of masks, and check it.

    Parameters
    ----------
    path
        Of the index: masks and images lie relative to its folder.

    Raises
    ------
    LesionError
        Every wrong cell and missing file with patient, visit, lesion and column; as `lesion_table` and `courses`.
    """
    rest, own = _split(texts, path.name)
    state = own["state"].where(own["state"] != "", "present")
    rows = lesion_table(rest.assign(state=state), path.name, starts, dates)
    given = {name: own[name].to_numpy() for name in OWN}
    rows = rows.assign(**given, said=own["state"].to_numpy(), said_method=own["method"].to_numpy())
    rows["when"] = rows["visit"].where(rows["visit"] != "", rows["day"].astype(str))
    _check_cells(rows, path)
    courses(rows, path.name)
    return ContourIndex(rest, rows)


def label_of(text: str) -> int | None:
    """The number of a label; None for any, 0 for what is no label."""
    if text == "" or folded(text) == "any":
        return None
    return int(float(text)) if NUMBER.fullmatch(text) and float(text) >= 1 and float(text).is_integer() else 0


def _split(texts: pd.DataFrame, file: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Columns of a lesion table; and those of the index with `state` and `method`, `""` where it has none."""
    names = {str(column): _own_name(str(column)) for column in texts}
    own = pd.DataFrame("", index=texts.index, columns=[*OWN, "state", "method"], dtype=object)
    for name in own:
        columns = [column for column, meant in names.items() if meant == name]
        if len(columns) > 1:
            raise LesionError(f"{file}: {some([repr(one) for one in columns])} both mean '{name}'. Keep one of them.")
        if columns:
            own[name] = texts[columns[0]].fillna("").astype(str).str.strip()
    given = [column for column in names if meaning(column)[0] in BY_CONTOUR and (texts[column].fillna("") != "").any()]
    if given:
        raise LesionError(
            f"{file}: column(s) {some([repr(one) for one in given])} hold what the contours of column 'mask' are "
            f"measured for. Keep the contours or the numbers, not both."
        )
    dropped = [column for column, name in names.items() if name or meaning(column)[0] in BY_CONTOUR]
    return texts.drop(columns=dropped), own


def _own_name(column: str) -> str | None:
    """`mask`, `image_unit` …, or `state` and `method` by any name that a lesion table reads."""
    plain = folded(column).replace(" ", "_")
    if plain in OWN:
        return plain
    name = meaning(column)[0]
    return name if name in ("state", "method") else None


def _check_cells(rows: pd.DataFrame, path: Path) -> None:
    """Everything in the cells of the index that can be told without opening a file."""
    wrong = Complaints(path.name, rows)
    drawn, said = (rows["mask"] != "").to_numpy(), rows["said"]
    measured = said.map(lambda text: state_of().get(folded(text)) == "measured").to_numpy()
    nothing = "neither a mask nor a state. Draw the lesion, or say why it is not: absent, present, too small or NE."
    wrong.add("mask", ~drawn & (said == "").to_numpy(), nothing)
    wrong.add("state", ~drawn & measured, "the lesion is called measured, but has no mask. Give one, or another state.")
    both = drawn & (said != "").to_numpy() & ~measured
    wrong.add("state", both, lambda row: f"'{said[row]}' is said of a lesion with a mask. Keep one of the two.")
    odd = [label_of(text) == 0 for text in rows["label"]]
    wrong.add(
        "label", np.array(odd), lambda row: f"a whole number above 0 or any is expected, found '{rows.label[row]}'."
    )
    for name in ("mask", "image"):
        here = {text: text == "" or (path.parent / text).is_file() for text in rows[name].unique()}
        absent = ~rows[name].map(here).to_numpy(dtype=bool)
        wrong.add(name, absent, partial(_no_file, rows[name], path.name))
    _check_images(rows, wrong)
    wrong.refuse()


def _no_file(cells: pd.Series, index: str, row: int) -> str:
    return f"there is no file {cells[row]}. Correct the path; it starts from the folder of {index}."


def _check_images(rows: pd.DataFrame, wrong: Complaints) -> None:
    """One image, unit and factor for each visit, and one unit for each patient."""
    shown = (rows["image"] != "").to_numpy()
    units = rows["image_unit"].str.lower()
    unknown = ~units.isin(["suv", "sul"]).to_numpy()
    wrong.add("image_unit", shown & unknown, lambda row: f"suv or sul is expected, found '{rows.image_unit[row]}'.")
    factors = rows["sul_per_suv"]
    bad = [text != "" and not (NUMBER.fullmatch(text) and 0 < float(text) <= 1) for text in factors]
    share = "lean body mass over body weight, above 0 and up to 1, is expected, found"
    wrong.add("sul_per_suv", np.array(bad), lambda row: f"{share} '{factors[row]}'.")
    idle = (factors != "").to_numpy() & ~(shown & (units == "suv").to_numpy()) & (rows["mask"] != "").to_numpy()
    wrong.add("sul_per_suv", idle, "it makes SUL of an image in SUV, and none is given here. Leave it out.")
    drawn = rows[rows["mask"] != ""]
    for name in ("image", "image_unit", "sul_per_suv"):
        cells = (units if name == "image_unit" else rows[name])[drawn.index]
        first = cells.groupby([drawn["patient"], drawn["reader"], drawn["when"]]).transform("first")
        odd = np.isin(rows.index, drawn.index[(cells != first) & (shown[drawn.index] | (name == "image"))])
        why = "another than in the first row of this visit with a mask. Give all masks of a visit the same."
        wrong.add(name, odd, why)
    seen = rows[shown & ~unknown]
    first = units[seen.index].groupby(seen["patient"]).transform("first")
    mixed = np.isin(rows.index, seen.index[units[seen.index] != first])
    wrong.add("image_unit", mixed, "another unit than at the patient's first image; SUV and SUL cannot be compared.")
