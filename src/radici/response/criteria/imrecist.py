"""imRECIST: a course in; one sum of diameters of all lesions, and progression that a later scan may undo, out.

Hodi FS et al. Immune-modified response evaluation criteria in solid tumors (imRECIST): refining guidelines to assess
the clinical benefit of cancer immunotherapy. J Clin Oncol 2018;36:850-858. Tables of the rules: PMC6942076 (table 3),
PMC6936240 (table 2), PMC8365813 (table 6).
"""

from pydantic import Field

from radici.response.criteria.confirmed import at_once, unless_undone
from radici.response.criteria.criterion import Point, Timeline
from radici.response.criteria.total_burden import TotalDiameter
from radici.response.lesions.course import Course


class Imrecist(TotalDiameter, name="imrecist"):
    """Immune-modified RECIST: measurable new lesions are added to the sum; non-target lesions never progress.

    Progression counts (`imPD`) on the day it is seen, unless the next scan from `control_days` after it on shows
    disease control: then it is `imUPD` and no event. Without such a scan it counts. Each visit after progression that
    counts keeps its own category, for the criterion allows response after it.

    Parameters
    ----------
    may_be_undone
        Whether a later scan may undo progression; otherwise the first one counts and every visit after it is imPD.
    control_days
        Least days from progression to the scan that may undo it.
    """

    title = "imRECIST"
    source = "Hodi 2018, doi 10.1200/JCO.2017.75.1644"
    unverified = (
        "the least growth of 5 mm (RECIST 1.1; tables of imRECIST print 20 % alone)",
        "that new lesions enter the sum from 10 mm on (nodes 15 mm), up to five and two per organ beside the targets",
        "that each progression may be undone, not only the first one",
        "how a patient without target lesions is judged (here: measurable new lesions exceed a sum of 0)",
        "that progression with lesions missing counts where the others alone prove it",
    )

    may_be_undone: bool = True
    control_days: int = Field(28, ge=0)

    def __call__(self, course: Course) -> Timeline:
        """ImRECIST category at each visit: imCR, imPR, imSD, imUPD, imPD or NE."""
        return self.timeline(course, self._judge)

    def _judge(self, points: list[Point]) -> list[Point]:
        return unless_undone(points, "im", self.control_days) if self.may_be_undone else at_once(points, "im")
