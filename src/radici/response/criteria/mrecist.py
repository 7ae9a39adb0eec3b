"""mRECIST for hepatocellular carcinoma: a course with viable diameters in; a category for every visit out.

Lencioni R, Llovet JM. Modified RECIST (mRECIST) assessment for hepatocellular carcinoma. Semin Liver Dis 2010;30:52-60.
Tables of the rules for target lesions: PMC9747269 (table 11), PMC5771991 (table 4).
"""

from dataclasses import replace

from pydantic import Field

from radici.core.errors import some
from radici.response.criteria.criterion import Timeline
from radici.response.criteria.recist11 import Recist11, Track
from radici.response.criteria.sums import NORMAL_NODE, Total, baseline_total, total
from radici.response.exact import THOUSAND, plain
from radici.response.lesions.columns import folded
from radici.response.lesions.course import Course, Finding, Visit

UNSEEN = ("absent", "not evaluable")


class Mrecist(Recist11, name="mrecist"):
    """Modified RECIST: the part of a tumour that enhances in the arterial phase (viable) is measured.

    Where a tumour has lost all enhancement its viable diameter is 0, whatever its size. Nodes are measured by their
    short axis; a tumour outside the liver, which mRECIST measures as RECIST does, has its longest diameter in the
    column `viable_mm`, too. Portal vein thrombosis, ascites and effusions are no targets; call ascites, an effusion or
    an atypical nodule that is new `equivocal` until it is proven.

    Parameters
    ----------
    new_liver_mm
        From which size on a new lesion of the liver, or of an unnamed organ, that is not equivocal counts.
    new_growth_mm
        Growth since it was first measured by which a smaller or an equivocal one counts all the same.
    portal_node_mm
        A lymph node at the porta hepatis with a smaller short axis is no disease.
    portal_organs
        How `organ` names the porta hepatis; any of these words makes a node one of its nodes.
    backdate_equivocal
        A new lesion that counts at a later visit counts from the visit at which it was first seen.
    """

    title = "mRECIST"
    source = "Lencioni 2010, doi 10.1055/s-0030-1247132"
    unverified = (
        "a new lesion of the liver counts from 10 mm on with typical enhancement, else by a growth of 10 mm",
        "a new lesion counts from when it was first seen",
        "a lymph node at the porta hepatis is no disease below a short axis of 20 mm",
        "partial response persists until progression, and five targets, two per organ (both from RECIST 1.1)",
    )

    progression_mm: float = Field(0.0, ge=0)
    new_liver_mm: float = Field(10.0, ge=0)
    new_growth_mm: float = Field(10.0, gt=0)
    portal_node_mm: float = Field(20.0, ge=0)
    portal_organs: tuple[str, ...] = ("porta hepatis", "portal", "hepatic hilum", "hepatic hilar")

    def __call__(self, course: Course) -> Timeline:
        """CR, PR, SD, PD or NE at each visit; after progression every visit is progression."""
        judged = replace(course, after=tuple(self._judged(course)))
        return replace(super().__call__(judged), criterion="mrecist")

    def begin(self, course: Course) -> Track:
        """The state at baseline.

        Raises
        ------
        LesionError
            Too many targets, or one without a viable diameter.
        """
        what = "viable diameter (column 'viable_mm'; for a node 'short_axis_mm')"
        base = baseline_total(course, viable_length, what, self.max_targets, self.max_targets_per_organ)
        return Track(base, base, notes=self._small(course))

    def total(self, course: Course, visit: Visit) -> Total:
        """Sum of the viable diameters of the target lesions at a visit."""
        return total(course.targets, visit, viable_length, round(self.too_small_mm * THOUSAND), self._normal)

    @property
    def _progression(self) -> int:
        """`progression_mm`, and more than nothing."""
        return max(1, round(self.progression_mm * THOUSAND))

    def _normal(self, finding: Finding) -> int:
        """Short axis below which a node is no disease."""
        return round(self.portal_node_mm * THOUSAND) if self._is_portal_node(finding) else NORMAL_NODE

    def _is_portal_node(self, finding: Finding) -> bool:
        return finding.node and any(folded(organ) in folded(finding.organ) for organ in self.portal_organs)

    def _small(self, course: Course) -> list[str]:
        small = []
        for one in course.targets:
            size = viable_length(one)
            least = self.min_target_mm if not one.node else self.min_node_mm
            least = self.portal_node_mm if self._is_portal_node(one) else least
            if size is not None and size < least * THOUSAND:
                small.append(f"{one.lesion} ({plain(size)} mm)")
        limits = f"{self.min_target_mm:g} mm viable, nodes {self.min_node_mm:g} mm, at the porta hepatis"
        small.sort()
        return (
            [f"Smaller at baseline than mRECIST asks of a target ({limits} {self.portal_node_mm:g} mm): {some(small)}."]
            if small
            else []
        )

    def _judged(self, course: Course) -> list[Visit]:
        """Visits in which new lesions that do not count yet are equivocal, and benign portal nodes absent."""
        first: dict[str, int] = {}
        visits = []
        for visit in course.after:
            findings = {name: self._seen(one, first) for name, one in visit.findings.items()}
            visits.append(replace(visit, findings=findings))
        return visits

    def _seen(self, one: Finding, first: dict[str, int]) -> Finding:
        """One finding as mRECIST counts it; `first` keeps the size at which each new lesion was first measured."""
        if one.role == "target" or one.state in UNSEEN:
            return one
        if self._is_portal_node(one) and one.short is not None and one.short < self._normal(one):
            return one._replace(state="absent")
        if one.role == "new":
            return one._replace(state="present" if self._counts(one, first) else "equivocal")
        return one

    def _counts(self, one: Finding, first: dict[str, int]) -> bool:
        """Whether a new lesion is one by mRECIST at this visit."""
        size = _extent(one)
        if size is not None:
            before = first.setdefault(one.lesion, size)
            if size - before >= self.new_growth_mm * THOUSAND:
                return True
        if one.state == "progressed" or not _is_hepatic(one):
            return one.state != "equivocal"
        return one.state != "equivocal" and (size is None or size >= self.new_liver_mm * THOUSAND)


def viable_length(finding: Finding) -> int | None:
    """Short axis of a lymph node, viable diameter of any other lesion."""
    return finding.short if finding.node else finding.viable


def _extent(finding: Finding) -> int | None:
    """Short axis of a node, longest diameter of any other lesion; its viable diameter where that alone is known."""
    if finding.node:
        return finding.short
    return finding.viable if finding.longest is None else finding.longest


def _is_hepatic(finding: Finding) -> bool:
    """Whether a lesion lies in the liver, or in an organ that the table does not name."""
    words = folded(finding.organ).split()
    return not finding.node and (not words or any(word in ("liver", "hepatic") for word in words))
