"""What was seen of one patient's lesions, visit by visit: the noun that every criterion reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

Role = Literal["target", "non-target", "new"]
State = Literal["measured", "too small", "absent", "present", "increased", "progressed", "equivocal", "not evaluable"]

ROLES: tuple[Role, ...] = ("target", "non-target", "new")
STATES: dict[State, str] = {
    "measured": "at least one measurement is given",
    "too small": "seen, but too small to be measured",
    "absent": "disappeared",
    "present": "seen, not measured",
    "increased": "larger than at the visit before, without unequivocal progression by itself",
    "progressed": "unequivocal progression (non-target lesions)",
    "equivocal": "perhaps a lesion, perhaps not (new lesions)",
    "not evaluable": "not seen well enough to say",
}


class Finding(NamedTuple):
    """One lesion at one visit.

    Lengths are whole thousandths of a mm, volumes of a mL, uptake and glycolysis of their own unit; None where they
    were not measured.
    """

    lesion: str
    role: Role
    organ: str
    node: bool
    state: State
    longest: int | None = None
    short: int | None = None
    viable: int | None = None
    sul_peak: int | None = None
    suv: int | None = None
    volume: int | None = None
    tlg: int | None = None
    note: str = ""

    @property
    def seen(self) -> bool:
        """Whether the visit says anything about this lesion."""
        return self.state != "not evaluable"


@dataclass(frozen=True)
class Visit:
    """All findings of one visit, by lesion.

    Parameters
    ----------
    day
        Of the visit's first scan, counted from the patient's day zero.
    label
        What the table calls the visit.
    findings
        By lesion, in the order of the table.
    last_day
        Of its last scan, where several days make up a visit.
    method
        How it was imaged, such as CT.
    prompted
        Whether new symptoms, not the schedule, were the reason for the scan.
    """

    day: int
    label: str
    findings: Mapping[str, Finding]
    last_day: int
    method: str = ""
    prompted: bool = False

    def of(self, role: Role) -> list[Finding]:
        """Findings of one role."""
        return [one for one in self.findings.values() if one.role == role]

    def __str__(self) -> str:
        return f"{self.label} (day {self.day})" if self.label and self.label != str(self.day) else f"day {self.day}"


@dataclass(frozen=True, eq=False)
class Course:
    """One patient, read by one reader: scans before baseline, the baseline, and every visit after it, in order.

    Parameters
    ----------
    zero
        What day 0 is: `treatment start` or `baseline`.
    """

    patient: str
    baseline: Visit
    after: tuple[Visit, ...] = ()
    before: tuple[Visit, ...] = ()
    reader: str = ""
    zero: str = "baseline"

    @cached_property
    def targets(self) -> tuple[Finding, ...]:
        """Target lesions as they were at baseline."""
        return tuple(self.baseline.of("target"))

    @cached_property
    def nontargets(self) -> tuple[Finding, ...]:
        """Non-target lesions as they were at baseline; one that was absent then is none."""
        return tuple(one for one in self.baseline.of("non-target") if one.state != "absent")

    @cached_property
    def organs(self) -> frozenset[str]:
        """Organs involved at baseline; all lymph nodes are one."""
        return frozenset(organ_of(one) for one in self.baseline.findings.values())

    def __str__(self) -> str:
        return f"Patient {self.patient}" + (f", reader {self.reader}" if self.reader else "")


def organ_of(finding: Finding) -> str:
    """The organ as criteria count it: all lymph nodes are one (EORTC's clarification of RECIST 1.1)."""
    return "lymph nodes" if finding.node else finding.organ
