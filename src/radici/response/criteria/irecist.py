"""iRECIST: a course in; unconfirmed and confirmed progression, and what resets the bar, out.

Seymour L et al. iRECIST: guidelines for response criteria for use in trials testing immunotherapeutics.
Lancet Oncol 2017;18:e143-e152, tables 2 and 3, and the EORTC's published answers.
"""

from dataclasses import dataclass, field

from pydantic import Field

from radici.core.errors import some
from radici.response.criteria.criterion import Point, Timeline
from radici.response.criteria.lesions_seen import is_gone, new_lesions, nontarget_response, reappeared
from radici.response.criteria.new_targets import NewTargets
from radici.response.criteria.recist11 import Recist, Track, change_of, overall, remember
from radici.response.criteria.sums import Total, recist_length, rise, size_of, sizes_of
from radici.response.exact import THOUSAND, plain
from radici.response.lesions.course import Course, Visit

IMMUNE = {"CR": "iCR", "PR": "iPR", "SD": "iSD", "NON-CR/NON-PD": "NON-iCR/NON-iUPD", "NE": "NE", "NED": "NED"}
BEST_FIRST = {"CR": 0, "PR": 1, "SD": 2, "NON-CR/NON-PD": 2, "PD": 3}


@dataclass
class Episode:
    """Progression that waits for its confirmation: since when, by what, and how large all was then."""

    visit: str
    day: int
    because: set[str]
    sizes: dict[str, int]
    worse: set[str]
    nontarget: int
    names: set[str]
    target: str
    rest: str


@dataclass
class State:
    """What the visits so far leave behind."""

    track: Track
    new: NewTargets
    pending: Episode | None = None
    confirmed_on: str = ""
    confirmed_since: int | None = None
    names: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)


@dataclass
class Seen:
    """One visit: sums, responses by RECIST 1.1 and why, new lesions, and which categories progress.

    `lost` are new lesions that were there when last assessed, and were not assessed here.
    """

    visit: Visit
    found: Total
    target: tuple[str, str]
    nontarget: tuple[str, str]
    names: list[str]
    lost: list[str]
    sizes: dict[str, int]
    worse: set[str]
    nontarget_total: int
    new_total: int
    progressing: dict[str, str]


class Irecist(Recist, name="irecist"):
    """Immune RECIST: progression must be confirmed, and a response after it resets the bar.

    Parameters
    ----------
    confirm_days, confirm_latest_days
        When after unconfirmed progression a scan may confirm it; a later one still does, with a note.
    confirm_tolerance_days
        How many days earlier it may be (EORTC allows 2).
    confirm_mm
        Further growth of the target sum, or of the sum of new lesions, that confirms.
    nadir_excludes_overall_ne
        Leave visits that are not evaluable as a whole out of the nadir, even where all targets were measured.
    new_target_mm, new_node_mm
        From which size on a new lesion is measured (NLT) instead of judged (NLNT).
    """

    title = "iRECIST"
    source = "Seymour 2017, doi 10.1016/S1470-2045(17)30074-8"

    confirm_days: int = Field(28, ge=0)
    confirm_latest_days: int = Field(56, ge=0)
    confirm_tolerance_days: int = Field(0, ge=0)
    confirm_mm: float = Field(5.0, ge=0)
    nadir_excludes_overall_ne: bool = False
    new_target_mm: float = Field(10.0, ge=0)
    new_node_mm: float = Field(15.0, ge=0)

    def __call__(self, course: Course) -> Timeline:
        """Category at each visit; after confirmed progression every visit is that."""
        track = self.begin(course)
        new = NewTargets(self.new_target_mm, self.new_node_mm, self.max_targets, self.max_targets_per_organ)
        state = State(track, new)
        points = tuple(self._point(course, visit, state) for visit in course.after)
        return Timeline(
            course.patient, "irecist", points, track.baseline, course.baseline.day, reader=course.reader,
            zero=course.zero, notes=tuple(track.notes),
        )  # fmt: skip

    def _point(self, course: Course, visit: Visit, state: State) -> Point:
        found, early = self.total(course, visit), self._early(visit, state)
        if early:
            return _point(course, visit, found, state, ("NE", early, None))
        seen = self._see(course, visit, found, state)
        point = _point(course, visit, found, state, self._category(seen, state), seen)
        if point.category != "NE" or not self.nadir_excludes_overall_ne:
            remember(state.track, visit, found, seen.target[0], "CR" if point.category == "iCR" else "")
            state.new.low(visit)
        if point.category in ("iUPD", "iCPD"):
            state.track.partial_on = ""
        state.names = set() if point.category == "iCR" else state.names | set(seen.names)
        state.left = (state.left - {one.lesion for one in visit.of("new") if is_gone(one)}) | set(seen.names)
        return point

    def _early(self, visit: Visit, state: State) -> str:
        """Why a scan so soon after unconfirmed progression says nothing; empty where it does."""
        pending = state.pending
        if pending is None or state.confirmed_on:
            return ""
        days = visit.day - pending.day
        if days >= self.confirm_days - self.confirm_tolerance_days:
            return ""
        if visit.prompted and set(new_lesions(visit)) - state.names:
            return ""
        return (
            f"{days} days after the unconfirmed progression of {pending.visit}, too early to confirm or to undo it "
            f"(from day {self.confirm_days - self.confirm_tolerance_days} after it on)"
        )

    def _see(self, course: Course, visit: Visit, found: Total, state: State) -> Seen:
        target = self.target(found, state.track, len(course.targets))
        nontarget = nontarget_response(course, visit)
        names = new_lesions(visit)
        state.new.admit([one for one in visit.of("new") if one.lesion in names])
        progressing = {}
        if target[0] == "PD":
            progressing["T"] = target[1]
        back = reappeared(course, visit) if state.track.complete_on else []
        if nontarget[0] == "PD" or back:
            progressing["NT"] = nontarget[1] if not back else f"non-target {some(back)} back after complete response"
        worse = {one.lesion for one in visit.of("non-target") if one.state == "progressed"} | set(back)
        lost = sorted(name for name in state.left if not _is_seen(visit, name))
        sizes = sizes_of(
            [one.lesion for one in course.targets], visit, recist_length, round(self.too_small_mm * THOUSAND)
        )
        fresh = [name for name in names if name not in state.names]
        if fresh:
            progressing["NL"] = f"new lesion {some(fresh)}"
        elif state.pending is None or "NL" not in state.pending.because:
            why = state.new.again(visit, 100 + self.progression_percent, self._progression)
            progressing |= {"NL": why} if why else {}
        return Seen(
            visit, found, target, nontarget, names, lost, sizes, worse, _nontarget_total(course, visit),
            state.new.total(visit), progressing,
        )  # fmt: skip

    @property
    def _further(self) -> int:
        return round(self.confirm_mm * THOUSAND)

    def _category(self, seen: Seen, state: State) -> tuple[str, str, int | None]:
        if state.confirmed_on:
            why = f"progression was confirmed on {state.confirmed_on}; {seen.target[1]}"
            return "iCPD", why, state.confirmed_since
        if state.pending is None:
            return self._without_pending(seen, state)
        return self._with_pending(seen, state, state.pending)

    def _without_pending(self, seen: Seen, state: State) -> tuple[str, str, int | None]:
        if seen.progressing:
            state.pending = _episode(seen)
            state.new.start(seen.visit)
            why = "; ".join(seen.progressing.values())
            return "iUPD", f"{why}: progression to be confirmed", seen.visit.day
        return (*_immune(seen), None)

    def _with_pending(self, seen: Seen, state: State, pending: Episode) -> tuple[str, str, int | None]:
        since = f"progression of {pending.visit}"
        more = self._confirms(seen, state, pending)
        if more:
            state.confirmed_on, state.confirmed_since = str(seen.visit), pending.day
            days, latest = seen.visit.day - pending.day, self.confirm_latest_days
            note = f" ({days} days after it, later than {latest})" if days > latest else ""
            return "iCPD", f"{'; '.join(more)}: {since} confirmed{note}", pending.day
        category, why = _waiting(seen, pending) or _immune(seen)
        if category in ("iUPD", "NE"):
            return category, f"{why}; {since} still waits for its confirmation", pending.day
        state.pending = None
        return category, f"{why}; {since} is undone and the next one must be confirmed anew", None

    def _confirms(self, seen: Seen, state: State, pending: Episode) -> list[str]:
        """What is worse than when the progression was first seen, in words."""
        more = [seen.progressing[what] for what in seen.progressing if what not in pending.because or what == "NL"]
        grew = rise(pending.sizes, seen.sizes)
        if "T" in pending.because and "T" in seen.progressing and grew >= self._further:
            more.append(f"target sum +{plain(grew)} mm since {pending.visit} (from {self.confirm_mm:g} mm on)")
        if "NT" in pending.because:
            worse = _worse_nontargets(seen.visit) or seen.nontarget_total > pending.nontarget > 0
            more += ["non-target lesions increased further"] if worse else []
        if "NL" in pending.because:
            further = state.new.further(seen.visit, self._further)
            more += [further] if further else []
        return more


def _point(
    course: Course,
    visit: Visit,
    found: Total,
    state: State,
    call: tuple[str, str, int | None],
    seen: Seen | None = None,
) -> Point:
    """The visit with its category, why, and the day of the progression that it concerns."""
    track, (category, why, since) = state.track, call
    return Point(
        visit.day, visit.label, category, why, found.known if found.complete and course.targets else None, track.nadir,
        change_of(found, track.baseline), change_of(found, track.nadir), seen.target[0] if seen else "",
        seen.nontarget[0] if seen else "", tuple(seen.names) if seen else (), since, visit.last_day,
        {"new_lesion_sum": seen.new_total} if seen and seen.names else {},
    )  # fmt: skip


def _episode(seen: Seen) -> Episode:
    return Episode(
        str(seen.visit), seen.visit.day, set(seen.progressing), seen.sizes, seen.worse, seen.nontarget_total,
        set(seen.names), seen.target[0], seen.nontarget[0],
    )  # fmt: skip


def _waiting(seen: Seen, pending: Episode) -> tuple[str, str] | None:
    """Category and why where a visit neither confirms progression nor undoes it; None where it undoes it."""
    if "T" in seen.progressing or "NT" in seen.progressing:
        return "iUPD", f"{'; '.join(seen.progressing.values())}; nothing further since {pending.visit}"
    if seen.target[0] == "NE":
        return "NE", seen.target[1]
    unseen = [name for name in seen.lost if name in pending.names]
    if unseen:
        return "NE", f"new lesion {some(unseen)} not evaluated"
    unseen = sorted(name for name in pending.worse if not _is_seen(seen.visit, name))
    if unseen:
        return "NE", f"non-target {some(unseen)}, which progressed, not evaluated"
    if seen.names and not _improved(seen, pending):
        return "iUPD", f"new lesion {some(seen.names)} unchanged and nothing better than on {pending.visit}"
    return None


def _immune(seen: Seen) -> tuple[str, str]:
    """Category without progression; a new lesion that stays, or was not assessed, keeps complete response away."""
    category, why = overall(seen.target, seen.nontarget)
    there = [*seen.names, *seen.lost]
    if there and category in ("CR", "NED"):
        said = f"new lesion {some(there)} is still there{' or not evaluated' if seen.lost else ''}"
        return "iPR" if seen.target[0] != "NA" else "NON-iCR/NON-iUPD", f"{why}; {said}"
    return IMMUNE[category], why


def _improved(seen: Seen, pending: Episode) -> bool:
    """Whether target or non-target lesions respond better than when progression was first seen."""
    pairs = ((seen.target[0], pending.target), (seen.nontarget[0], pending.rest))
    known = [(BEST_FIRST[now], BEST_FIRST[then]) for now, then in pairs if now in BEST_FIRST and then in BEST_FIRST]
    return any(now < then for now, then in known)


def _is_seen(visit: Visit, name: str) -> bool:
    return name in visit.findings and visit.findings[name].seen


def _worse_nontargets(visit: Visit) -> bool:
    return any(one.state == "increased" for one in visit.of("non-target"))


def _nontarget_total(course: Course, visit: Visit) -> int:
    """Sum of the non-target lesions; 0 where any of them was not measured."""
    sizes = [visit.findings.get(one.lesion) for one in course.nontargets]
    total = 0
    for found in sizes:
        size = None if found is None else size_of(found, recist_length)
        if size is None:
            return 0
        total += size
    return total
