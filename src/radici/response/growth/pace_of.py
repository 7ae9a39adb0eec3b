"""One course, its RECIST 1.1 timeline and what became of the patient -> the `Pace` that hyperprogression rules ask."""

from radici.response.categories import MEANING
from radici.response.criteria.criterion import Timeline
from radici.response.criteria.lesions_seen import new_lesions
from radici.response.criteria.sums import recist_length, total
from radici.response.exact import THOUSAND
from radici.response.growth.hyperprogression import Limits, Pace
from radici.response.lesions.course import Course, Visit, organ_of
from radici.response.patients import Facts


def pace_of(course: Course, timeline: Timeline, facts: Facts) -> Pace | None:
    """What is known for the rules; None without targets at baseline.

    Sums are those of the target lesions, complete ones only: of the last scan before baseline, of baseline, and of
    the first visit after it where all were measured. New lesions are those of the first visit.
    """
    if timeline.baseline is None or not course.targets or course.baseline.day > 0:
        return None
    pre = _before(course)
    first = _latest(course, tuple(visit for visit in course.after if visit.day > 0))
    evaluation = next((visit for visit in course.after if visit.day > 0), None)
    call = next((p for p in timeline.points if evaluation is not None and p.day == evaluation.day), None)
    inside, outside, organs = _new(course, evaluation)
    failed = [day for day in (facts.treatment_end, facts.death) if day is not None]
    progression = timeline.progression
    return Pace(
        course.patient,
        timeline.baseline / THOUSAND,
        course.baseline.day,
        first[1] if first else None,
        first[0] if first else None,
        pre[1] if pre else None,
        pre[0] if pre else None,
        progression=None if call is None or MEANING[call.category] == "unknown" else call.category == "PD",
        progression_day=progression.day if progression else None,
        failure_day=min(failed) if failed else None,
        followed_day=None if failed else facts.on_treatment,
        new_in_involved_organ=inside,
        new_organ=outside,
        organs_with_new_lesions=organs,
        ecog_baseline=facts.ecog_baseline,
        ecog_worst=facts.ecog_worst,
    )


def _before(course: Course) -> tuple[int, float] | None:
    """The last scan far enough before baseline to tell a pace; without one, the last before it."""
    earlier = tuple(reversed(course.before))
    far = tuple(visit for visit in earlier if course.baseline.day - visit.day >= Limits().pre_interval_days)
    return _latest(course, far) or _latest(course, earlier)


def _latest(course: Course, visits: tuple[Visit, ...]) -> tuple[int, float] | None:
    """Day and sum in mm of the first of these visits at which every target was measured."""
    for visit in visits:
        found = total(course.targets, visit, recist_length)
        if found.complete:
            return visit.day, found.known / THOUSAND
    return None


def _new(course: Course, visit: Visit | None) -> tuple[int | None, bool | None, int | None]:
    """New lesions in organs already involved, whether an organ is new, and how many organs have new lesions."""
    if visit is None:
        return None, None, None
    organs = [organ_of(visit.findings[name]) for name in new_lesions(visit)]
    if "" in organs or (organs and "" in course.organs):
        return None, None, None
    return sum(one in course.organs for one in organs), any(one not in course.organs for one in organs), len({*organs})
