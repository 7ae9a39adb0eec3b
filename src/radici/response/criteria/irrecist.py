"""irRECIST: a course in; one sum of diameters of all measurable lesions, old and new, confirmed over visits, out.

Nishino M et al. Developing a common language for tumor response to immunotherapy: immune-related response criteria
using unidimensional measurements. Clin Cancer Res 2013;19:3936-3943. Tables of the rules: PMC6942076 (table 3),
PMC5994498 (table 2), PMC5735844 (table 2).
"""

from typing import Literal

from pydantic import Field

from radici.core.errors import some
from radici.response.criteria.confirmed import at_once, confirmed
from radici.response.criteria.criterion import Point, Timeline
from radici.response.criteria.total_burden import Seen, TotalDiameter
from radici.response.lesions.course import Course, Visit


class Irrecist(TotalDiameter, name="irrecist"):
    """Immune-related RECIST: as irRC, with one diameter for each lesion and RECIST's limits.

    Progression is `irUPD` where it is first seen and `irPD` from the visit on that confirms it, `since` the first day.

    Parameters
    ----------
    nontarget_progression
        `never`: non-target lesions matter for complete response only (PMC6942076). `counts`: unequivocal progression
        of non-target lesions, or of new lesions that are not measured, is progression (PMC5994498, PMC6745848).
    confirm
        Whether progression must be confirmed.
    confirm_days
        Least days from progression to the scan that confirms it.
    """

    title = "irRECIST"
    source = "Nishino 2013, doi 10.1158/1078-0432.CCR-13-0895"
    unverified = (
        "whether non-target lesions define progression (reviews disagree; see `nontarget_progression`)",
        "that new lesions enter the sum from 10 mm on (nodes 15 mm), up to five and two per organ beside the targets",
        "how a patient without target lesions is judged (here: measurable new lesions exceed a sum of 0)",
        "that progression with lesions missing counts where the others alone prove it",
    )

    nontarget_progression: Literal["never", "counts"] = "never"
    confirm: bool = True
    confirm_days: int = Field(28, ge=0)

    def __call__(self, course: Course) -> Timeline:
        """IrRECIST category at each visit: irCR, irPR, irSD, irUPD, irPD or NE; after irPD every visit is that."""
        return self.timeline(course, self._judge)

    def _judge(self, points: list[Point]) -> list[Point]:
        return confirmed(points, "ir", self.confirm_days) if self.confirm else at_once(points, "ir")

    def worse(self, course: Course, visit: Visit, seen: Seen) -> str:
        """Unequivocal progression of non-target or of unmeasured new lesions, where it counts."""
        if self.nontarget_progression == "never":
            return ""
        unmeasured = sorted(name for name in seen.left if name in seen.new)
        worse = [name for name in unmeasured if visit.findings[name].state == "progressed"]
        said = [seen.nontarget[1]] if seen.nontarget[0] == "PD" else []
        said += [f"unequivocal progression of new lesion {some(worse)}, which is not measured"] if worse else []
        return "; ".join(said)
