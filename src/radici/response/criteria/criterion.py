"""A criterion: one patient's `Course` in; a `Timeline` out, with a category for every visit and why, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import pandas as pd

from radici.core.registry import Registry
from radici.core.settings import Settings
from radici.response.categories import MEANING
from radici.response.exact import THOUSAND
from radici.response.lesions.course import Course

CRITERIA: Registry[type["Criterion"]] = Registry("criterion")
NAN = float("nan")


class Point(NamedTuple):
    """One visit as a criterion sees it.

    `burden` and `nadir` are whole numbers of `1 / Timeline.scale` units; `nadir` is the smallest burden before this
    visit, baseline included. `change` and `growth` are percent from baseline and from that nadir, NaN where undefined.
    `new` names the new lesions seen. `since` is the day of the progression that this visit confirms or repeats.
    """

    day: int
    label: str
    category: str
    why: str
    burden: int | None = None
    nadir: int | None = None
    change: float = NAN
    growth: float = NAN
    target: str = ""
    nontarget: str = ""
    new: tuple[str, ...] = ()
    since: int | None = None
    last_day: int = 0
    extra: Mapping[str, int] = {}

    @property
    def first_seen(self) -> int:
        """Day of the visit, or of the earlier progression that it confirms or repeats."""
        return self.day if self.since is None else self.since


@dataclass(frozen=True, eq=False)
class Timeline:
    """What one criterion says of one patient, visit by visit after baseline.

    Parameters
    ----------
    baseline
        Burden at baseline, in `1 / scale` of `unit`; None where the patient has no target lesion.
    notes
        What a reader should know of the whole course, in sentences.
    """

    patient: str
    criterion: str
    points: tuple[Point, ...]
    baseline: int | None
    baseline_day: int
    unit: str = "mm"
    scale: int = THOUSAND
    reader: str = ""
    zero: str = "baseline"
    notes: tuple[str, ...] = field(default=())

    @property
    def progression(self) -> Point | None:
        """The visit at which progression is declared (for criteria that confirm: the confirming one), or None."""
        return next((point for point in self.points if MEANING[point.category] == "progression"), None)

    def frame(self) -> pd.DataFrame:
        """One row for each visit, baseline first; burdens in `unit`."""
        return timeline_frame([self])


class Criterion(Settings):
    """A frozen, callable setting; subclass it with `class Recist11(Criterion, name="recist11")`.

    `title` is the criterion's name in print, `source` where it was published, `unverified` the parts of it that were
    written from secondary knowledge and not confirmed in a readable source: every output names them.
    """

    registry = CRITERIA
    title: ClassVar[str] = ""
    source: ClassVar[str] = ""
    unverified: ClassVar[tuple[str, ...]] = ()

    def __call__(self, course: Course) -> Timeline:
        """The timeline of one patient.

        Raises
        ------
        LesionError
            The course breaks a rule of the criterion, such as six target lesions; named with patient and visit.
        """
        raise NotImplementedError


COLUMNS = ("patient", "reader", "criterion", "visit", "day", "category", "burden", "unit", "nadir", "change_percent",
           "growth_percent", "target", "nontarget", "new", "since_day", "why")  # fmt: skip


def timeline_frame(timelines: Iterable[Timeline]) -> pd.DataFrame:
    """One row for each visit of each timeline, baseline first; burdens and nadirs in their unit."""
    rows: list[tuple[Any, ...]] = []
    for line in timelines:
        head = (line.patient, line.reader, line.criterion)
        base = NAN if line.baseline is None else line.baseline / line.scale
        rows.append((*head, "baseline", line.baseline_day, "", base, line.unit, NAN, NAN, NAN, "", "", "", NAN, ""))
        for p in line.points:
            burden = NAN if p.burden is None else p.burden / line.scale
            nadir = NAN if p.nadir is None else p.nadir / line.scale
            since = NAN if p.since is None else p.since
            rows.append((*head, p.label, p.day, p.category, burden, line.unit, nadir, p.change, p.growth, p.target,
                         p.nontarget, " ".join(p.new), since, p.why))  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.assign(since_day=frame["since_day"].astype("Int64"))
