"""New lesions as they appear -> those that are measured, their sum, and whether they grew; iRECIST keeps them apart."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from radici.core.errors import some
from radici.response.criteria.lesions_seen import is_gone
from radici.response.criteria.sums import grown, growth_words, recist_length, rise, sizes_of
from radici.response.exact import THOUSAND, plain
from radici.response.lesions.course import Finding, Visit, organ_of


@dataclass
class NewTargets:
    """Which new lesions are targets (NLT), how large they were when progression was first seen, and the others.

    `nadir` is the smallest sum so far, each lesion counted from its first measurement on.

    Parameters
    ----------
    least_mm, least_node_mm
        Size from which on a new lesion is measured, at its first visit.
    most, most_per_organ
        How many are; the others are judged.
    """

    least_mm: float
    least_node_mm: float
    most: int
    most_per_organ: int
    measured: dict[str, Finding] = field(default_factory=dict)
    judged: set[str] = field(default_factory=set)
    reference: dict[str, int] = field(default_factory=dict)
    nadir: int | None = None
    sizes: dict[str, int] = field(default_factory=dict)

    def admit(self, findings: Iterable[Finding]) -> None:
        """Take up lesions that were not seen before, the largest first."""
        fresh = [one for one in findings if one.lesion not in self.measured and one.lesion not in self.judged]
        for one in sorted(fresh, key=lambda one: (-(recist_length(one) or 0), one.lesion)):
            if self._measurable(one):
                self.measured[one.lesion] = one
                self.nadir = (self.nadir or 0) + (recist_length(one) or 0)
            else:
                self.judged.add(one.lesion)

    def _measurable(self, one: Finding) -> bool:
        size = recist_length(one)
        least = self.least_node_mm if one.node else self.least_mm
        if size is None or size < least * THOUSAND or len(self.measured) >= self.most:
            return False
        same = sum(organ_of(other) == organ_of(one) for other in self.measured.values())
        return not one.organ or same < self.most_per_organ

    def total(self, visit: Visit) -> int:
        """Sum of the measured new lesions at a visit, of those that could be measured there."""
        return sum(sizes_of(self.measured, visit, recist_length).values())

    def start(self, visit: Visit) -> None:
        """Remember how large new lesions are where progression is first seen."""
        self.reference = sizes_of(self.measured, visit, recist_length)
        self.sizes = self._judged_sizes(visit)

    def low(self, visit: Visit) -> None:
        """Remember the smallest sum, of visits at which all of them were measured."""
        sizes = sizes_of(self.measured, visit, recist_length)
        if self.nadir is not None and len(sizes) == len(self.measured):
            self.nadir = min(self.nadir, sum(sizes.values()))

    def further(self, visit: Visit, least: int) -> str:
        """In words, how new lesions grew since progression was first seen; empty where they did not."""
        grew = rise(self.reference, sizes_of(self.measured, visit, recist_length))
        if self.measured and grew >= least:
            return f"measured new lesions +{plain(grew)} mm in sum"
        judged = [one for one in visit.of("new") if one.lesion in self.judged and not is_gone(one)]
        worse = [one.lesion for one in judged if self._is_worse(one)]
        return f"new lesion {some(worse)} increased" if worse else ""

    def again(self, visit: Visit, share: int, least: int) -> str:
        """In words, how new lesions of an undone progression progress by themselves; empty where they do not."""
        total = self.total(visit)
        if self.nadir is not None and grown(total, self.nadir, share, least):
            return f"measured new lesions {plain(total)} mm: {growth_words(total, self.nadir)}"
        worse = [one.lesion for one in visit.of("new") if one.lesion in self.judged and one.state == "progressed"]
        return f"unequivocal progression of new lesion {some(worse)}" if worse else ""

    def _is_worse(self, one: Finding) -> bool:
        if one.state in ("increased", "progressed"):
            return True
        size, before = recist_length(one), self.sizes.get(one.lesion)
        if before == 0:  # it had gone when progression was first seen
            return one.state not in ("equivocal", "not evaluable")
        return size is not None and before is not None and size > before

    def _judged_sizes(self, visit: Visit) -> dict[str, int]:
        found = {name: visit.findings[name] for name in self.judged if name in visit.findings}
        sizes = {name: 0 if is_gone(one) else recist_length(one) for name, one in found.items()}
        return {name: size for name, size in sizes.items() if size is not None}
