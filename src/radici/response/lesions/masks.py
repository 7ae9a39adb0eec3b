"""Masks of one patient's lesions, scan by scan -> rows of a lesion table, as `lesion_table` reads them."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from radici.core.errors import InputError, LesionError, some
from radici.core.image import Image, Mask
from radici.core.registry import did_you_mean
from radici.response.burden import UNDEFINED, Burden, DrawnLesion, burden
from radici.response.lesions.course import ROLES, Role

COLUMNS = (
    "patient", "visit", "day", "lesion", "role", "organ", "node", "state", "longest_mm", "short_axis_mm", "volume_ml",
    "sul_peak", "suv_max", "suv_mean", "tlg", "method",
)  # fmt: skip


@dataclass(frozen=True)
class TrackedLesion:
    """What a lesion is at all visits: its role, its organ, and whether it is a lymph node (`organ` does not say)."""

    lesion: str
    role: Role
    organ: str
    node: bool


@dataclass(frozen=True, eq=False)
class DrawnVisit:
    """One scan and the masks drawn on it.

    Parameters
    ----------
    visit
        What the table calls it, such as `baseline`.
    day
        Of the scan, counted from the patient's day zero.
    masks
        By lesion. A lesion that is not there any more has an empty mask; one that nobody looked at has none.
    method
        How it was imaged and the lesions drawn, such as `CT, by hand` or `PET, 41 % of SUVmax`.
    suv
        The scan in SUV (body weight), on the grid of the masks; None for CT and MRI.
    sul_per_suv
        Lean body mass over body weight of that day, which makes SUL of SUV; None leaves `sul_peak` unknown.
    sul
        The scan in SUL (lean body mass), where it is not given in SUV: then SUV are unknown, and TLG is in mL of SUL 1.
    """

    visit: str
    day: int
    masks: Mapping[str, Mask]
    method: str
    suv: Image | None = None
    sul_per_suv: float | None = None
    sul: Image | None = None

    @property
    def pet(self) -> Image | None:
        """The scan whose uptake is measured."""
        return self.suv if self.sul is None else self.sul


class MeasuredVisit(NamedTuple):
    """What was drawn at one visit, in numbers.

    Parameters
    ----------
    lesions
        By lesion: `state` (measured / absent), `longest_mm, short_axis_mm, volume_ml, sul_peak, suv_max, suv_mean,
        tlg`.
    burden
        Of the lesions that are there; its SUV and TLG are SUL where the scan is given in SUL.
    """

    lesions: dict[str, dict[str, object]]
    burden: Burden


def measure_visit(visit: DrawnVisit, organs: Mapping[str, str] | None = None) -> MeasuredVisit:
    """Measure the lesions of one visit and their burden, each mask once.

    Parameters
    ----------
    organs
        In which organ each lesion lies, for the burden; `""` or nothing where nobody said.

    Raises
    ------
    InputError, RegionError, GeometryMismatch
        As `burden`; with the lesion, without patient and visit.
    """
    place = organs or {}
    there = [DrawnLesion(name, mask, place.get(name, "")) for name, mask in visit.masks.items() if mask.count]
    total = burden(there, visit.pet, method=visit.method)
    found = {str(row["lesion"]): _measured(row, visit) for row in total.per_lesion.to_dict("records")}
    return MeasuredVisit({name: found.get(name) or _absent(visit) for name in visit.masks}, total)


def rows_from_masks(patient: str, lesions: Sequence[TrackedLesion], visits: Sequence[DrawnVisit]) -> pd.DataFrame:
    """Measure what was drawn.

    Parameters
    ----------
    lesions
        Every lesion that any visit has a mask of.
    visits
        In any order; rows come by day, and in the order of `lesions`.

    Returns
    -------
    pd.DataFrame
        `patient, visit, day, lesion, role, organ, node` (yes / no), `state` (measured / absent), `longest_mm,
        short_axis_mm, volume_ml, sul_peak, suv_max, suv_mean, tlg, method`. TLG is in mL of SUV 1. Lengths and volume
        of an absent lesion are 0, its SUV are NaN. A lesion without a mask at a visit has no row: it was not assessed.

    Raises
    ------
    LesionError
        Visits or lesions of one name, a mask of an unknown lesion, an empty mask of a lesion that was not seen before,
        a role, method or factor that does not exist.
    RegionError, GeometryMismatch
        Masks that share voxels or lie on different grids, voxels that are NaN; all with patient and visit.
    """
    _check(patient, lesions, visits)
    rows: list[dict[str, object]] = []
    seen: set[str] = set()
    for visit in sorted(visits, key=lambda one: one.day):
        where = f"Patient {patient}, visit {visit.visit}"
        try:
            found = measure_visit(visit).lesions
        except InputError as error:
            raise type(error)(f"{where}: {error}") from None
        early = [name for name, mask in visit.masks.items() if not mask.count and name not in seen]
        if early:
            raise LesionError(
                f"{where}: the mask of {some(early)} is empty, but no earlier visit shows the lesion. Draw it, or "
                f"leave the mask out until it is seen."
            )
        seen |= {name for name, mask in visit.masks.items() if mask.count}
        for one in lesions:
            if one.lesion in found:
                who = {"patient": patient, "visit": visit.visit, "day": visit.day, "lesion": one.lesion}
                what = {"role": one.role, "organ": one.organ, "node": "yes" if one.node else "no"}
                rows.append({**who, **what, **found[one.lesion], "method": visit.method})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _absent(visit: DrawnVisit) -> dict[str, object]:
    nothing = dict.fromkeys(("longest_mm", "short_axis_mm", "volume_ml"), 0.0)
    unknown = dict.fromkeys(("sul_peak", "suv_max", "suv_mean"), UNDEFINED)
    return {"state": "absent", **nothing, **unknown, "tlg": UNDEFINED if visit.pet is None else 0.0}


def _measured(row: Mapping[Hashable, Any], visit: DrawnVisit) -> dict[str, object]:
    """A row of a burden's lesions, by the names of a lesion table."""
    factor = visit.sul_per_suv if visit.sul is None else 1.0
    return {
        "state": "measured",
        **{name: row[name] for name in ("longest_mm", "short_axis_mm", "volume_ml")},
        "sul_peak": UNDEFINED if factor is None else row["suv_peak"] * factor,
        "suv_max": row["suv_max"] if visit.sul is None else UNDEFINED,
        "suv_mean": row["suv_mean"] if visit.sul is None else UNDEFINED,
        "tlg": row["tlg_ml"],
    }


def _check(patient: str, lesions: Sequence[TrackedLesion], visits: Sequence[DrawnVisit]) -> None:
    who = f"Patient {patient}"
    names = [one.lesion for one in lesions]
    for what, found in (("Lesions", names), ("Visits", [one.visit for one in visits])):
        twice = sorted({name for name in found if found.count(name) > 1})
        if twice:
            raise LesionError(f"{who}: {what} of the same name: {some(twice)}. Give each a name of its own.")
    for one in lesions:
        if one.role not in ROLES:
            raise LesionError(f"{who}, lesion {one.lesion}: no role is called '{one.role}'. Use {', '.join(ROLES)}.")
    for visit in visits:
        where = f"{who}, visit {visit.visit}"
        unknown = [name for name in visit.masks if name not in names]
        if unknown:
            raise LesionError(
                f"{where}: masks of {some(unknown)}, which are not among the patient's lesions."
                f"{did_you_mean(unknown[0], names)} Say what they are with a `TrackedLesion`."
            )
        if not visit.method.strip():
            raise LesionError(f"{where}: say how it was imaged and drawn in `method`; sizes depend on it.")
        _check_factor(visit, where)


def _check_factor(visit: DrawnVisit, where: str) -> None:
    if visit.suv is not None and visit.sul is not None:
        raise LesionError(f"{where}: the scan is given twice, in SUV and in SUL. Keep one.")
    factor = visit.sul_per_suv
    if factor is None:
        return
    if visit.suv is None:
        raise LesionError(f"{where}: `sul_per_suv` is given without an image in SUV. Give `suv`, or leave it out.")
    if not 0 < factor <= 1:
        raise LesionError(
            f"{where}: `sul_per_suv` is lean body mass over body weight, above 0 and up to 1; found {factor:g}."
        )
