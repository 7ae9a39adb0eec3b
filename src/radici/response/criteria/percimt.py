"""PERCIMT: a course with the sizes of new lesions on PET in; who benefits, by their number, out.

Anwar H et al. Absolute number of new lesions on 18F-FDG PET/CT is more predictive of clinical response than SUV changes
in metastatic melanoma patients receiving ipilimumab. Eur J Nucl Med Mol Imaging 2018;45:376-383,
doi 10.1007/s00259-017-3870-6. Tables of the rule: PMC7669926 (table 2), PMC8855498 (table 3).
"""

from radici.core.errors import some
from radici.response.criteria.criterion import Criterion, Point, Timeline
from radici.response.criteria.uptake import avid_new, sul_peak
from radici.response.exact import THOUSAND
from radici.response.lesions.course import Course, Visit


class Percimt(Criterion, name="percimt"):
    """New lesions on PET: four of any size, three above 1.0 cm or two above 1.5 cm mean no clinical benefit.

    A larger lesion counts among the smaller ones too, for the authors' abstract asks for four newly emerged lesions of
    whatever size, and for fewer of those with larger diameters; tables that print `< 1.0 cm` beside the four would
    leave out a patient with two small and two large ones. Functional diameter is column 'longest', measured on the
    fused PET/CT. Each visit is judged by itself, by the new lesions that are seen there. Burden is their number.

    Parameters
    ----------
    any_size
        So many new lesions mean no benefit, whatever their size.
    medium, medium_mm
        So many longer than this.
    large, large_mm
        So many longer than this.
    """

    title = "PERCIMT"
    source = "Anwar 2018, doi 10.1007/s00259-017-3870-6"
    unverified = ("that larger new lesions count among the four of any size (read in the authors' abstract only)",)

    any_size: int = 4
    medium: int = 3
    medium_mm: float = 10.0
    large: int = 2
    large_mm: float = 15.0

    def __call__(self, course: Course) -> Timeline:
        """BENEFIT, NO BENEFIT or NE at each visit."""
        points = tuple(self._point(visit) for visit in course.after)
        note = "Any visit is judged; PERCIMT was derived on the scan about three months after the start of treatment."
        return Timeline(
            course.patient, "percimt", points, 0, course.baseline.day, "new lesions", 1, course.reader, course.zero,
            (note,),
        )  # fmt: skip

    def _point(self, visit: Visit) -> Point:
        new = avid_new(visit, sul_peak)
        category, why = self._judge(visit, new)
        unclear = any(one.state == "not evaluable" for one in visit.of("new"))
        return Point(
            visit.day, visit.label, category, why, None if unclear else len(new), new=tuple(new),
            last_day=visit.last_day,
        )  # fmt: skip

    def _judge(self, visit: Visit, new: list[str]) -> tuple[str, str]:
        if not any(one.seen for one in visit.findings.values()):
            return "NE", "no lesion was seen well enough"
        sizes = {name: visit.findings[name].longest for name in new}
        known = [size for size in sizes.values() if size is not None]
        named = f" ({some(new, 5)})" if new else ""
        words = f"{len(new)} new lesions{named}, {self._longer(known)}"
        if self._too_many(len(new), known):
            return "NO BENEFIT", words
        unmeasured = sorted(name for name, size in sizes.items() if size is None)
        unclear = sorted(one.lesion for one in visit.of("new") if one.state == "not evaluable")
        largest = [*known, *[_more(self.large_mm)] * (len(unmeasured) + len(unclear))]
        if self._too_many(len(largest), largest):
            return "NE", f"{words}; {some(unmeasured + unclear, 5)}, without a length or not evaluable, would decide"
        return "BENEFIT", words

    def _too_many(self, number: int, sizes: list[int]) -> bool:
        medium, large = self._above(sizes)
        return number >= self.any_size or medium >= self.medium or large >= self.large

    def _above(self, sizes: list[int]) -> tuple[int, int]:
        """How many are longer than each of the two limits."""
        return sum(size >= _more(self.medium_mm) for size in sizes), sum(size >= _more(self.large_mm) for size in sizes)

    def _longer(self, sizes: list[int]) -> str:
        medium, large = self._above(sizes)
        return (
            f"{medium} of them longer than {self.medium_mm:g} mm and {large} longer than {self.large_mm:g} mm (no "
            f"benefit from {self.any_size}, {self.medium} and {self.large} on)"
        )


def _more(limit_mm: float) -> int:
    """Least length above a limit, in thousandths of a mm."""
    return round(limit_mm * THOUSAND) + 1
