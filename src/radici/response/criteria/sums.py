"""Findings of a visit -> a sum of lengths, and what RECIST-like rules read from it: gone, grown, shrunk, incomplete."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from radici.core.errors import LesionError, some
from radici.response.exact import THOUSAND, at_least, at_most, percent, plain, signed
from radici.response.lesions.course import Course, Finding, Visit, organ_of

Length = Callable[[Finding], int | None]
NORMAL_NODE = 10 * THOUSAND
FIVE_MM = 5 * THOUSAND


def recist_length(finding: Finding) -> int | None:
    """Short axis of a lymph node, longest diameter of any other lesion."""
    return finding.short if finding.node else finding.longest


class Total(NamedTuple):
    """Sum over the target lesions of a visit.

    Parameters
    ----------
    known
        Sum of those that could be measured, in thousandths of a mm.
    missing
        Those that could not, or that the visit does not mention.
    gone
        Whether all are complete: nodes below 10 mm, others absent.
    back
        Lesions that are there: a node from 10 mm on, or any other lesion above 0.
    """

    known: int
    missing: tuple[str, ...]
    gone: bool
    back: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every target lesion was measured."""
        return not self.missing


def total(
    lesions: Iterable[Finding],
    visit: Visit,
    size: Length,
    too_small: int = FIVE_MM,
    normal: Callable[[Finding], int] = lambda _: NORMAL_NODE,
) -> Total:
    """Sum of `size` over lesions at a visit; a node with a short axis below `normal` is no disease, but stays in it.

    `known` is in whatever unit `size` has; a lesion seen but too small to be measured counts `too_small`.
    """
    known, missing, back = 0, [], []
    for lesion in lesions:
        found = visit.findings.get(lesion.lesion)
        value = None if found is None else size_of(found, size, too_small)
        if found is None or value is None:
            missing.append(lesion.lesion)
            continue
        known += value
        if value and not _is_normal_node(found, normal(lesion)):
            back.append(lesion.lesion)
    return Total(known, tuple(missing), not back and not missing, tuple(back))


def sizes_of(lesions: Iterable[str], visit: Visit, length: Length, too_small: int = FIVE_MM) -> dict[str, int]:
    """Length of each of these lesions that was measured at a visit."""
    found = {name: size_of(visit.findings[name], length, too_small) for name in lesions if name in visit.findings}
    return {name: size for name, size in found.items() if size is not None}


def rise(before: Mapping[str, int], now: Mapping[str, int]) -> int:
    """How much lesions grew in sum, each against itself; one that is not measured now counts nothing."""
    return sum(now.get(name, 0) - size for name, size in before.items())


def _is_normal_node(found: Finding, below: int) -> bool:
    if not found.node:
        return False
    return found.state == "too small" if found.short is None else found.short < below


def size_of(finding: Finding, length: Length, too_small: int = FIVE_MM) -> int | None:
    """Length of one lesion in thousandths of a mm: 0 where it is absent, None where it was not measured."""
    if finding.state == "absent":
        return 0
    if finding.state == "not evaluable":
        return None
    measured = length(finding)
    return too_small if measured is None and finding.state == "too small" else measured


def baseline_total(course: Course, length: Length, what: str, most: int, most_per_organ: int) -> int | None:
    """Sum of the target lesions at baseline; None without targets.

    Raises
    ------
    LesionError
        More targets than the criterion allows, in all or in one organ, one without a measurement, or a non-target
        lesion that was absent then and is there later.
    """
    _check_absent(course)
    targets = course.targets
    where = f"{course}, baseline {course.baseline}"
    if len(targets) > most:
        raise LesionError(
            f"{where}: at most {most} target lesions are allowed, found {len(targets)} "
            f"({some([one.lesion for one in targets])}). Make some of them non-target in column 'role'."
        )
    if len(targets) > most_per_organ:
        _check_organs(targets, where, most_per_organ)
    sum_ = 0
    for one in targets:
        size = length(one)
        if size is None or not one.seen:
            raise LesionError(
                f"{where}: target lesion '{one.lesion}' has no {what} there. Measure it, or make it non-target in "
                f"column 'role'."
            )
        sum_ += size
    return sum_ if targets else None


def _check_absent(course: Course) -> None:
    absent = {one.lesion for one in course.baseline.of("non-target") if one.state == "absent"}
    for visit in course.after if absent else ():
        for one in visit.of("non-target"):
            if one.lesion in absent and one.seen and one.state != "absent":
                raise LesionError(
                    f"{course}, visit {visit}, lesion {one.lesion}, column 'role': called non-target, but absent at "
                    f"baseline. Call it new, and leave out its row at baseline."
                )


def _check_organs(targets: Iterable[Finding], where: str, most: int) -> None:
    organs: dict[str, list[str]] = {}
    for one in targets:
        organs.setdefault(organ_of(one), []).append(one.lesion)
    for organ, lesions in organs.items():
        if organ and len(lesions) > most:
            raise LesionError(
                f"{where}: at most {most} target lesions are allowed in one organ, found {len(lesions)} in "
                f"{organ} ({some(lesions)}). Make some of them non-target in column 'role', or correct 'organ'."
            )


def grown(known: int, nadir: int, share: int, least: int) -> bool:
    """Whether a sum is `share` percent of the nadir or more, and `least` or more above it; exact."""
    return at_least(known, share, nadir) and known - nadir >= least


def shrunk(known: int, baseline: int, share: int) -> bool:
    """Whether a sum is at most `share` percent of the baseline; exact. Nothing shrinks from 0."""
    return baseline > 0 and at_most(known, share, baseline)


def growth_words(known: int, nadir: int, unit: str = "mm") -> str:
    """`+20.9 % and +19.0 mm from the nadir of 91.0 mm`."""
    share = f"{signed(percent(known, nadir))} and " if nadir else ""
    change = f"{'+' if known >= nadir else ''}{plain(known - nadir)}"
    return f"{share}{change} {unit} from the nadir of {plain(nadir)} {unit}"


def missing_words(found: Total, of: int) -> str:
    """`2 of 4 target lesions not measured (T1, T3)`."""
    return f"{len(found.missing)} of {of} target lesions not measured ({some(list(found.missing))})"
