"""What people write in the heading and the cells of a lesion table -> the names and words used here."""

import re
from collections.abc import Mapping
from functools import cache

from radici.response.lesions.course import ROLES, STATES, Role, State

NAMES: dict[str, tuple[str, ...]] = {
    "patient": ("patient_id", "subject", "subject_id", "usubjid", "subjid", "case"),
    "lesion": ("lesion_id", "tumour", "tumor", "tumour_id", "tumor_id", "trlnkid", "trlinkid", "tulnkid", "tulinkid"),
    "role": ("lesion_type", "type", "category", "trgrpid", "tustresc", "tuorres"),
    "organ": ("location", "tuloc", "trloc", "lesion_organ"),
    "node": ("lymph_node", "is_node", "nodal"),
    "visit": ("time_point", "timepoint", "visit_name"),
    "visit_number": ("visitnum", "visit_no"),
    "day": ("days", "days_from_start", "day_from_start"),
    "date": ("scan_date", "visit_date", "assessment_date", "imaging_date", "trdtc"),
    "start": ("treatment_start", "start_date", "c1d1_date", "first_dose_date", "rfstdtc"),
    "diameter": ("recist_diameter", "size"),
    "longest": ("longest_diameter", "ld", "ldiam"),
    "short_axis": ("short", "short_diameter", "sa", "saxis", "perpendicular", "longest_perpendicular", "lperp"),
    "viable": ("viable_diameter", "viable_longest_diameter", "mrecist_diameter"),
    "sul_peak": ("sulpeak", "sul_peak_g_ml"),
    "suv_max": ("suvmax", "suv"),
    "volume": ("lesion_volume",),
    "tlg": ("total_lesion_glycolysis",),
    "state": ("status", "assessment", "tumstate", "tumor_state", "tumour_state"),
    "reader": ("radiologist", "evaluator", "reader_id", "trevalid"),
    "method": ("modality", "trmethod", "tumethod"),
    "prompted": ("prompted_by_symptoms", "symptoms"),
    "reason": ("ne_reason", "reason_not_evaluable", "trreasnd"),
}
"""Our name of each column, and others by which it goes; lengths and volumes carry their unit behind (`longest_mm`)."""

UNITS: dict[str, dict[str, float]] = {
    "diameter": {"mm": 1, "cm": 10},
    "longest": {"mm": 1, "cm": 10},
    "short_axis": {"mm": 1, "cm": 10},
    "viable": {"mm": 1, "cm": 10},
    "volume": {"ml": 1, "cm3": 1, "cc": 1, "mm3": 0.001},
}
"""Factor from the unit in a column's name to ours: mm and mL."""

ROLE_WORDS: dict[Role, tuple[str, ...]] = {
    "target": ("t", "tl", "target lesion", "targets"),
    "non-target": ("nt", "ntl", "nontarget", "non target", "non target lesion"),
    "new": ("n", "nl", "new lesion", "new lesions"),
}
STATE_WORDS: dict[State, tuple[str, ...]] = {
    "measured": (),
    "too small": ("too small to measure", "tstm", "btm", "below measurable"),
    "absent": ("disappeared", "gone", "resolved", "not present", "no longer visible"),
    "present": ("persistent", "persisting", "stable", "unchanged", "non cr non pd", "seen", "unequivocal"),
    "increased": ("larger", "worse", "increasing"),
    "progressed": ("unequivocal progression", "progression", "pd"),
    "equivocal": ("uncertain",),
    "not evaluable": ("ne", "not done", "nd", "not assessed", "not evaluated", "unevaluable", "missing"),
}
YES_NO = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}
BASELINE = ("baseline", "bl", "base", "screening", "scr")
NODE = re.compile(
    r"\b(nodes?|nodal|ln|lns|lymphaden\w*|lymphnodes?|lymphknoten|lk|adenopath\w*|ganglions?|linfonod\w*|linfadeno\w*)\b"
)
DOUBT = re.compile(
    r"\b(lymph\w*|linf\w*|hil(ar|us|um)|mediastin\w*|axill?\w*|inguin\w*|supraclav\w*|retroperiton\w*)\b"
)


def folded(text: str) -> str:
    """A text in small letters, with one blank for whatever is neither letter nor digit."""
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def meaning(column: str) -> tuple[str | None, str | None]:
    """Our name of a column and the unit that stands behind it; no name where the column is not read."""
    heading, known = folded(column), _spellings()
    if heading in known:
        return known[heading], None
    stem, _, unit = heading.rpartition(" ")
    name = known.get(stem, "")
    return (name, unit) if unit in UNITS.get(name, {}) else (None, None)


@cache
def _spellings() -> Mapping[str, str]:
    return {folded(other): name for name, others in NAMES.items() for other in (name, *others)}


def role_of() -> dict[str, Role]:
    """Role by folded text."""
    return {folded(word): role for role in ROLES for word in (role, *ROLE_WORDS[role])}


def state_of() -> dict[str, State]:
    """State by folded text."""
    return {folded(word): state for state in STATES for word in (state, *STATE_WORDS[state])}


def is_baseline(label: str) -> bool:
    """Whether a visit calls itself the baseline."""
    return folded(label) in BASELINE


def is_node(organ: str) -> bool:
    """Whether the organ's name says lymph node."""
    return bool(NODE.search(folded(organ)))


def may_be_node(organ: str) -> bool:
    """Whether the organ's name leaves open if a lymph node is meant, such as `mediastinum`."""
    return not is_node(organ) and bool(DOUBT.search(folded(organ)))
