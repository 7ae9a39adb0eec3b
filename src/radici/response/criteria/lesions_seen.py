"""Findings of a visit -> what non-target and new lesions say, and which lesions are back."""

from radici.core.errors import some
from radici.response.criteria.sums import NORMAL_NODE
from radici.response.lesions.course import Course, Finding, Visit

UNSEEN = ("absent", "not evaluable")


def is_gone(finding: Finding) -> bool:
    """Whether a non-target lesion has disappeared: absent, or a node whose short axis is below 10 mm."""
    if finding.state == "absent":
        return True
    return finding.node and finding.short is not None and finding.short < NORMAL_NODE


def nontarget_response(course: Course, visit: Visit) -> tuple[str, str]:
    """Response of the non-target lesions and why: CR, NON-CR/NON-PD, PD, NE, or NA without any."""
    if not course.nontargets:
        return "NA", "no non-target lesions"
    found = {one.lesion: visit.findings.get(one.lesion) for one in course.nontargets}
    progressed = [name for name, one in found.items() if one is not None and one.state == "progressed"]
    if progressed:
        return "PD", f"unequivocal progression of non-target {some(progressed)}"
    missing = [name for name, one in found.items() if one is None or not one.seen]
    if missing:
        return "NE", f"non-target {some(missing)} not evaluated"
    if all(is_gone(one) for one in found.values() if one is not None):
        return "CR", "all non-target lesions gone"
    return "NON-CR/NON-PD", "non-target lesions without response or progression"


def new_lesions(visit: Visit, certain: frozenset[str] = frozenset()) -> list[str]:
    """New lesions seen at a visit; an equivocal one only where it is among the `certain`.

    A lymph node with a short axis below 10 mm is normal (RECIST 1.1, section 3.1), and no lesion.
    """
    return [
        one.lesion
        for one in visit.of("new")
        if one.state not in UNSEEN and not is_gone(one) and (one.state != "equivocal" or one.lesion in certain)
    ]


def reappeared(course: Course, visit: Visit) -> list[str]:
    """Non-target lesions of the baseline that are there: what may not be after complete response."""
    found = ((one.lesion, visit.findings.get(one.lesion)) for one in course.nontargets)
    return [name for name, one in found if one is not None and one.seen and not is_gone(one)]
