"""One lesion at one visit in; what was measured, its state and the reader's note, as a cell of a table, out."""

from typing import NamedTuple

from radici.response.criteria.sums import recist_length
from radici.response.exact import plain
from radici.response.lesions.course import Finding

OTHERS = (
    ("longest", "longest {} mm"),
    ("short", "short axis {} mm"),
    ("viable", "viable {} mm"),
    ("sul_peak", "SULpeak {}"),
    ("suv", "SUVmax {}"),
    ("volume", "{} mL"),
    ("tlg", "TLG {}"),
)


class Cell(NamedTuple):
    """What a table says of a lesion: the number or the state, the rest in small letters, and whether it is unknown."""

    main: str
    small: str = ""
    unknown: bool = False


def length_of(finding: Finding, criterion: str, unit: str) -> int | None:
    """What the criterion adds up, in thousandths; None where it was not measured or is a product of two lengths."""
    if unit == "SUL":
        return finding.sul_peak
    if unit == "SUV":
        return finding.suv
    if unit != "mm":
        return None
    viable = criterion == "mrecist" and not finding.node
    return finding.viable if viable else recist_length(finding)


def measured_as(finding: Finding, criterion: str, unit: str) -> str:
    """What the number of a target lesion is."""
    if unit == "SUL":
        return "SULpeak"
    if unit == "SUV":
        return "SUVmax"
    if unit == "mm²":
        return "longest × short axis, mm"
    if criterion == "mrecist" and not finding.node:
        return "viable diameter, mm"
    return "short axis, mm" if finding.node else "longest diameter, mm"


def cell(finding: Finding | None, criterion: str, unit: str) -> Cell:
    """A target lesion at a visit: the length that enters the sum, else its state."""
    if finding is None:
        return Cell("no row", unknown=True)
    used: tuple[str, ...]
    if unit == "mm²" and finding.longest is not None and finding.short is not None:
        used, main = ("longest", "short"), f"{plain(finding.longest)} × {plain(finding.short)}"
    else:
        length = length_of(finding, criterion, unit)
        main = "" if length is None else plain(length)
        used = _used(finding, length)
    state = "" if finding.state == "measured" else finding.state
    small = [state if main else "", *_others(finding, used), finding.note]
    return Cell(main or state or "not measured", _join(small), unknown=not finding.seen)


def sentence(finding: Finding | None, lesion: str) -> str:
    """A non-target or new lesion at a visit, in words: `N1 (liver): present, longest 12.0 mm`."""
    if finding is None:
        return f"{lesion}: no row"
    organ = f" ({'lymph node' if finding.node else finding.organ})" if finding.organ or finding.node else ""
    state = "" if finding.state == "measured" else finding.state
    return f"{lesion}{organ}: {_join([state, *_others(finding, ()), finding.note], ', ')}"


def _used(finding: Finding, length: int | None) -> tuple[str, ...]:
    """The measurement that stands in the cell already."""
    return next(((name,) for name, _ in OTHERS if length is not None and getattr(finding, name) == length), ())


def _others(finding: Finding, used: tuple[str, ...]) -> list[str]:
    found = [(words, getattr(finding, name)) for name, words in OTHERS if name not in used]
    return [words.format(plain(value)) for words, value in found if value is not None]


def _join(parts: list[str], between: str = "; ") -> str:
    return between.join(part for part in parts if part)
