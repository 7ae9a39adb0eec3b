"""A course, what each criterion says of it and what became of the patient in; one row for each visit and event, out."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from radici.reporting.response.findings import Cell, cell, sentence
from radici.reporting.response.looks import meaning_of
from radici.response.criteria.criterion import Point, Timeline
from radici.response.criteria.sums import recist_length, total
from radici.response.exact import THOUSAND, percent, plain
from radici.response.lesions.course import Course, Visit
from radici.response.patients import Facts


class Call(NamedTuple):
    """A category of one criterion; empty where the visit has none."""

    category: str = ""
    meaning: str = ""


class Row(NamedTuple):
    """One line of a patient's table.

    Parameters
    ----------
    kind
        `before` (a scan before baseline), `baseline`, `visit`, or `event`, which has a label only.
    numbers
        Sum, nadir, change from baseline and from the nadir, as printed.
    calls
        One for each criterion.
    whys
        Criteria and the sentence that decided, once for criteria that say the same.
    differ
        Whether the categories of this visit do not all mean the same.
    """

    kind: str
    day: int
    label: str
    remark: str = ""
    targets: tuple[Cell, ...] = ()
    nontargets: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    numbers: tuple[str, str, str, str] = ("", "", "", "")
    calls: tuple[Call, ...] = ()
    whys: tuple[tuple[str, str], ...] = ()
    differ: bool = False

    @property
    def when(self) -> str:
        """The day as it is printed."""
        return f"{self.day}".replace("-", "−")


def rows(course: Course, lines: Sequence[Timeline], titles: Sequence[str], facts: Facts) -> list[Row]:
    """The table of one patient, in the order of days.

    Parameters
    ----------
    lines
        One for each criterion; the first one's numbers stand in the table, the others' in words where they differ.
    titles
        The criteria's names in print.
    """
    found = [_before(course, visit, lines) for visit in course.before]
    found.append(_baseline(course, lines))
    points = [{(point.day, point.label): point for point in line.points} for line in lines]
    for visit in course.after:
        found.append(_visit(course, visit, lines, titles, [one.get((visit.day, visit.label)) for one in points]))
    order = {"before": 0, "baseline": 0, "event": 1, "visit": 2}
    return sorted([*found, *_events(course, facts)], key=lambda row: (row.day, order[row.kind]))


def value(amount: int | None, scale: int = THOUSAND) -> str:
    """A burden as it is printed, without its unit; a dash where there is none."""
    if amount is None:
        return "–"
    return plain(amount) if scale == THOUSAND else f"{amount / scale:.10g}"


def change(number: float) -> str:
    """A change in percent as it is printed; a dash where there is none."""
    return "–" if math.isnan(number) else f"{number:+.1f} %".replace("-", "−")


def _seen(course: Course, visit: Visit, lines: Sequence[Timeline]) -> Row:
    criterion, unit = (lines[0].criterion, lines[0].unit) if lines else ("", "mm")
    news = {one.lesion for later in course.after for one in later.of("new")}
    there = [name for name in visit.findings if name in news]
    return Row(
        "visit",
        visit.day,
        "" if visit.label == str(visit.day) else visit.label,
        _remark(visit),
        tuple(cell(visit.findings.get(one.lesion), criterion, unit) for one in course.targets),
        tuple(sentence(visit.findings.get(one.lesion), one.lesion) for one in course.nontargets),
        tuple(sentence(visit.findings[name], name) for name in there),
    )


def _remark(visit: Visit) -> str:
    last = f"to day {visit.last_day}" if visit.last_day != visit.day else ""
    parts = [last, visit.method, "prompted by symptoms" if visit.prompted else ""]
    return ", ".join(part for part in parts if part)


def _before(course: Course, visit: Visit, lines: Sequence[Timeline]) -> Row:
    row = _seen(course, visit, lines)._replace(kind="before", calls=(Call(),) * len(lines))
    if not lines or lines[0].unit != "mm" or lines[0].criterion == "mrecist" or not course.targets:
        return row._replace(numbers=("–",) * 4)
    found = total(course.targets, visit, recist_length)
    return row._replace(numbers=(value(found.known if found.complete else None), "–", "–", "–"))


def _baseline(course: Course, lines: Sequence[Timeline]) -> Row:
    row = _seen(course, course.baseline, lines)._replace(kind="baseline", calls=(Call(),) * len(lines))
    base = lines[0].baseline if lines else None
    start = "–" if not base else "0.0 %"
    return row._replace(numbers=(value(base, lines[0].scale if lines else THOUSAND), "–", start, "–"))


def _visit(
    course: Course, visit: Visit, lines: Sequence[Timeline], titles: Sequence[str], points: Sequence[Point | None]
) -> Row:
    row = _seen(course, visit, lines)
    calls = tuple(Call(point.category, meaning_of(point.category)) if point else Call() for point in points)
    meanings = {call.meaning for call in calls if call.meaning}
    first, scale = (points[0], lines[0].scale) if points else (None, THOUSAND)
    numbers = ("–", "–", "–", "–")
    if first is not None:
        numbers = (value(first.burden, scale), value(first.nadir, scale), change(first.change), change(first.growth))
    whys = _whys(lines, titles, points)
    return row._replace(numbers=numbers, calls=calls, whys=whys, differ=len(meanings) > 1)


def _whys(
    lines: Sequence[Timeline], titles: Sequence[str], points: Sequence[Point | None]
) -> tuple[tuple[str, str], ...]:
    """Sentences in the order of the criteria, each with those that say it."""
    said: dict[str, list[str]] = {}
    for line, title, point in zip(lines, titles, points, strict=True):
        if point is not None:
            own = "" if point is points[0] else _own_numbers(line, point, lines[0], points[0])
            said.setdefault(f"{own}{point.why}", []).append(f"{title} {point.category}")
    return tuple((", ".join(who), why) for why, who in said.items())


def _own_numbers(line: Timeline, point: Point, first: Timeline, shown: Point | None) -> str:
    """Burden and nadir of a criterion in words, where neither the table nor the sentence tells them."""
    mine = (line.unit, point.burden, point.nadir)
    told = shown is not None and mine == (first.unit, shown.burden, shown.nadir)
    if told or point.burden is None or value(point.burden, line.scale) in point.why:
        return ""
    nadir = f", nadir {value(point.nadir, line.scale)}" if point.nadir is not None else ""
    base = f", {change(percent(point.burden, line.baseline))} from baseline" if line.baseline else ""
    return f"[burden {value(point.burden, line.scale)} {line.unit}{nadir}{base}] "


def _events(course: Course, facts: Facts) -> list[Row]:
    """What happened between the visits."""
    told = [
        (0 if course.zero == "treatment start" else None, "treatment starts"),
        (facts.treatment_end, "treatment stopped"),
        (facts.new_therapy, "new anti-cancer therapy starts"),
        (facts.death, "death"),
        (facts.last_contact if facts.death is None else None, "last contact, alive"),
    ]
    return [Row("event", day, words) for day, words in told if day is not None]
