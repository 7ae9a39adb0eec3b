"""Typed rows of a lesion table -> one `Course` per patient and reader, with every rule of order checked."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import pandas as pd

from radici.core.errors import LesionError
from radici.response.exact import thousandths
from radici.response.lesions.columns import is_baseline
from radici.response.lesions.complaints import Complaints
from radici.response.lesions.course import Course, Finding, Visit
from radici.response.lesions.plausible import check_sizes

SPREAD_DAYS = 28
WHOLE = ("longest", "short_axis", "viable", "sul_peak", "suv_max", "volume", "tlg")
KEYS = ("patient", "reader", "lesion", "role", "organ", "node", "state", "visit", "visit_number", "day", "method",
        "prompted", "zero", "note", "line")  # fmt: skip

Row = tuple[Any, ...]


def courses(
    rows: pd.DataFrame, file: str = "lesion table", reader: str | None = None, accept_sizes: Sequence[str] = ()
) -> tuple[Course, ...]:
    """One course for each patient and reader.

    Parameters
    ----------
    rows
        As `lesion_table` gives them.
    reader
        Only this reader's rows; by default each reader's are a course of their own.
    accept_sizes
        Patients whose tenfold changes of size, or tiny targets, are true.

    Raises
    ------
    LesionError
        With patient, visit and column: a lesion twice at a visit, visits out of order, two baselines, a lesion that
        changes its role, a target not present at baseline, a new lesion at baseline, sizes that jump tenfold.
    """
    kept = rows if reader is None else rows[rows["reader"] == reader]
    if reader is not None and kept.empty:
        known = ", ".join(sorted(map(str, rows["reader"].unique())))
        raise LesionError(f"{file}: no rows of reader '{reader}'. Known: {known}.")
    wrong = Complaints(file, kept.reset_index(drop=True))
    _check_rows(wrong)
    wrong.refuse()
    ordered = kept.sort_values(["patient", "reader", "day"], kind="stable")
    found = tuple(_course(group) for group in _grouped(ordered, wrong))
    wrong.refuse()
    check_sizes(found, file, accept_sizes)
    return found


def _check_rows(wrong: Complaints) -> None:
    """Duplicates, roles that change, and visits out of order; vectorised over the table."""
    rows = wrong.rows
    who = [rows["patient"], rows["reader"]]
    when = rows["visit"].where(rows["visit"] != "", rows["day"].astype(str))
    key = pd.DataFrame({"p": rows["patient"], "r": rows["reader"], "l": rows["lesion"], "v": when})
    wrong.add("lesion", key.duplicated().to_numpy(), "the lesion has two rows for this visit. Keep one.")
    roles = rows.groupby([*who, rows["lesion"]], sort=False)["role"].transform("nunique") > 1
    first = rows.groupby([*who, rows["lesion"]], sort=False)["role"].transform("first")
    wrong.add(
        "role",
        (roles & (rows["role"] != first)).to_numpy(),
        lambda row: f"'{rows['role'].iloc[row]}' here, '{first.iloc[row]}' before. A lesion keeps its role.",
    )
    organ = rows["organ"].where(rows["organ"] != "")
    organs = organ.groupby([*who, rows["lesion"]], sort=False)
    elsewhere = organs.transform("first")
    wrong.add(
        "organ",
        (organ.notna() & (organ != elsewhere)).to_numpy(),
        lambda row: f"'{rows['organ'].iloc[row]}' here, '{elsewhere.iloc[row]}' before. A lesion stays in its organ.",
    )
    nodes = rows.groupby([*who, rows["lesion"]], sort=False)["node"].transform("nunique") > 1
    wrong.add("node", (nodes & ~rows["node"]).to_numpy(), "a lymph node at another visit, not here. Correct one.")
    days = rows.groupby([*who, when], sort=False)["day"]
    spread = days.transform("max") - days.transform("min")
    wide = (spread > SPREAD_DAYS) & (rows["day"] == days.transform("max"))
    base = rows["visit"].map(is_baseline)
    wrong.add("visit", (wide & base).to_numpy(), lambda row: f"two baselines, {spread.iloc[row]} days apart.")
    wrong.add("visit", (wide & ~base).to_numpy(), lambda row: f"one visit spreads over {spread.iloc[row]} days.")
    _check_order(wrong, when)


def _check_order(wrong: Complaints, when: pd.Series) -> None:
    """Visits whose numbers and days disagree."""
    rows = wrong.rows
    numbered = rows[rows["visit_number"].notna()]
    if numbered.empty:
        return
    visits = numbered.assign(when=when).sort_values(["patient", "reader", "visit_number", "day"], kind="stable")
    firsts = visits.groupby(["patient", "reader", "visit_number"], sort=False)["day"].transform("min")
    before = visits.assign(low=firsts).groupby(["patient", "reader"], sort=False)["low"].cummax()
    back = visits.index[(firsts < before).to_numpy()]
    wrong.add("visit_number", rows.index.isin(back), "an earlier day than a visit with a smaller number. Correct one.")


def _grouped(rows: pd.DataFrame, wrong: Complaints) -> Iterator[tuple[list[Row], list[Finding], Complaints]]:
    """Rows and findings of each patient and reader."""
    columns = [rows[name].tolist() for name in KEYS]
    sizes = [_whole(rows[name].to_numpy()) for name in WHOLE]
    heads: list[Row] = list(zip(*columns, strict=True))
    findings = [
        Finding._make((*head[2:7], *size, head[13])) for head, size in zip(heads, zip(*sizes, strict=True), strict=True)
    ]
    pairs = zip(heads, findings, strict=True)
    for _, group in groupby(pairs, key=lambda pair: pair[0][:2]):
        members = list(group)
        yield [head for head, _ in members], [finding for _, finding in members], wrong


def _whole(values: np.ndarray) -> list[int | None]:
    """Thousandths, None where missing."""
    missing = np.isnan(values)
    if missing.all():
        return [None] * len(values)
    whole = thousandths(np.where(missing, 0.0, values)).tolist()
    return [None if absent else value for absent, value in zip(missing.tolist(), whole, strict=True)]


def _course(group: tuple[list[Row], list[Finding], Complaints]) -> Course:
    heads, findings, wrong = group
    patient, reader, zero = heads[0][0], heads[0][1], heads[0][12]
    visits = _visits(heads, findings)
    place = _baseline(visits, zero, f"Patient {patient}", wrong)
    _check_days(visits, place, zero, f"Patient {patient}", wrong)
    course = Course(patient, visits[place], tuple(visits[place + 1 :]), tuple(visits[:place]), reader, zero)
    _check_roles(course, wrong)
    return course


def _visits(heads: list[Row], findings: list[Finding]) -> list[Visit]:
    """Visits in the order of their first day; rows of one visit share its label, or their day where it has none."""
    by_key: dict[Any, list[int]] = {}
    for i, head in enumerate(heads):
        by_key.setdefault(head[7] or head[9], []).append(i)
    visits = []
    for key, places in by_key.items():
        days = [heads[i][9] for i in places]
        first = heads[places[0]]
        found = {findings[i].lesion: findings[i] for i in places}
        prompted = any(heads[i][11] for i in places)
        visits.append(Visit(days[0], str(key), found, days[-1], first[10], prompted))
    return sorted(visits, key=lambda visit: visit.day)


def _baseline(visits: list[Visit], zero: str, who: str, wrong: Complaints) -> int:
    """Place of the baseline: the visit called so; else the last one up to treatment start; else the first."""
    called = [i for i, visit in enumerate(visits) if is_baseline(visit.label)]
    if len(called) > 1:
        labels = " and ".join(f"'{visits[i].label}' (day {visits[i].day})" for i in called)
        wrong.lines.append(f"{who}, column 'visit': two baselines, {labels}. Call one of them otherwise.")
    if called:
        return called[0]
    before = [i for i, visit in enumerate(visits) if visit.day <= 0]
    if zero == "treatment start" and not before:
        wrong.lines.append(
            f"{who}, column 'visit': no scan up to day 0 and none called baseline; the first is on day "
            f"{visits[0].day}. Add the baseline's rows, or call that visit `baseline`."
        )
    return before[-1] if before and zero == "treatment start" else 0


def _check_days(visits: list[Visit], place: int, zero: str, who: str, wrong: Complaints) -> None:
    """Two visits on one day, which have no order, and visits before treatment that follow the baseline."""
    for old, new in pairwise(visits):
        if old.day == new.day:
            wrong.lines.append(
                f"{who}, column 'visit': '{old.label}' and '{new.label}' are both on day {new.day}, so none is the "
                f"later one. Call them the same in all their rows if they are one visit, else correct a day."
            )
    for visit in visits[place + 1 :]:
        if zero == "treatment start" and visit.day < 0:
            wrong.lines.append(
                f"{who}, visit {visit}: after the baseline ({visits[place]}), but before the start of treatment, to "
                f"which it cannot be a response. Call the last visit before treatment the baseline."
            )


def _check_roles(course: Course, wrong: Complaints) -> None:
    """New lesions at baseline, and targets or non-targets that are not there."""
    known = course.baseline.findings
    for one in course.targets:
        if one.state == "absent":
            wrong.lines.append(
                f"{course}, visit {course.baseline.label}, lesion {one.lesion}, column 'role': a target that is absent "
                f"at baseline. Measure it, or leave it out."
            )
    for one in course.baseline.of("new"):
        wrong.lines.append(
            f"{course}, visit {course.baseline.label}, lesion {one.lesion}, column 'role': a lesion at baseline is "
            f"target or non-target, not new."
        )
    told: set[str] = set()
    for visit in course.after:
        for one in visit.findings.values():
            if one.role != "new" and one.lesion not in known and one.lesion not in told:
                told.add(one.lesion)
                wrong.lines.append(
                    f"{course}, visit {visit.label}, lesion {one.lesion}, column 'role': called {one.role}, but not "
                    f"among the lesions of the baseline ({course.baseline}). Call it new, or add its baseline row."
                )


def readers(found: Iterable[Course]) -> list[str]:
    """Names of the readers, in order of appearance."""
    return list(dict.fromkeys(course.reader for course in found))
