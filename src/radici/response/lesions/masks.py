"""Masks of one patient's lesions, scan by scan -> rows of a lesion table, as `lesion_table` reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from radici.core.errors import InputError, LesionError, some
from radici.core.image import Image, Mask
from radici.core.registry import did_you_mean
from radici.measure.axial import axial_length
from radici.measure.volume import voxel_volume_mm3
from radici.response.burden import UNDEFINED, DrawnLesion, Uptake, check_lesions, uptake
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
    """

    visit: str
    day: int
    masks: Mapping[str, Mask]
    method: str
    suv: Image | None = None
    sul_per_suv: float | None = None


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
        drawn = [DrawnLesion(name, mask) for name, mask in visit.masks.items()]
        try:
            check_lesions([one for one in drawn if one.mask.count], visit.suv)
            found = {one.lesion: _measured(one, visit) for one in drawn}
        except InputError as error:
            raise type(error)(f"{where}: {error}") from None
        early = [one.lesion for one in drawn if not one.mask.count and one.lesion not in seen]
        if early:
            raise LesionError(
                f"{where}: the mask of {some(early)} is empty, but no earlier visit shows the lesion. Draw it, or "
                f"leave the mask out until it is seen."
            )
        seen |= {one.lesion for one in drawn if one.mask.count}
        for one in lesions:
            if one.lesion in found:
                who = {"patient": patient, "visit": visit.visit, "day": visit.day, "lesion": one.lesion}
                what = {"role": one.role, "organ": one.organ, "node": "yes" if one.node else "no"}
                rows.append({**who, **what, **found[one.lesion], "method": visit.method})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _measured(one: DrawnLesion, visit: DrawnVisit) -> dict[str, object]:
    if not one.mask.count:
        nothing = dict.fromkeys(("longest_mm", "short_axis_mm", "volume_ml"), 0.0)
        unknown = dict.fromkeys(("sul_peak", "suv_max", "suv_mean"), UNDEFINED)
        return {"state": "absent", **nothing, **unknown, "tlg": UNDEFINED if visit.suv is None else 0.0}
    lengths = axial_length(one.mask)
    volume = voxel_volume_mm3(one.mask) / 1000
    suv = Uptake(UNDEFINED, UNDEFINED, UNDEFINED) if visit.suv is None else uptake(one, visit.suv)
    return {
        "state": "measured",
        "longest_mm": lengths.longest_mm,
        "short_axis_mm": lengths.short_mm,
        "volume_ml": volume,
        "sul_peak": UNDEFINED if visit.sul_per_suv is None else suv.peak * visit.sul_per_suv,
        "suv_max": suv.maximum,
        "suv_mean": suv.mean,
        "tlg": suv.mean * volume,
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
    factor = visit.sul_per_suv
    if factor is None:
        return
    if visit.suv is None:
        raise LesionError(f"{where}: `sul_per_suv` is given without an image in SUV. Give `suv`, or leave it out.")
    if not 0 < factor <= 1:
        raise LesionError(
            f"{where}: `sul_per_suv` is lean body mass over body weight, above 0 and up to 1; found {factor:g}."
        )
