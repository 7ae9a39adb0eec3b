"""Everybody named in the study's tables in; who is analysed, who is not and why, and the drawn flow out."""

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import wrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from radici.core.cohort import Left
from radici.core.reasons import own_reason, shared_reason
from radici.reporting.record import Record
from radici.reporting.theme import BLUE, FILL, INK, LINE, PAPER, QUIET, axes, canvas
from radici.reporting.words import counted

STAGES = {
    "table": "incomplete row in a table",
    "clinical table": "no row in the clinical table",
    "excluded by hand": "excluded by hand",
    "image index": "no scan listed",
    "files": "image or contour file not found",
    "cohort": "not eligible for the cohort",
    "extraction": "extraction failed",
    "read": "scan could not be read",
    "imaging": "image processing failed",
    "features": "feature calculation failed",
    "endpoint": "endpoint unknown",
}
EXTRACTION = ("extraction", "read", "imaging", "features")
FEW = 10


@dataclass(frozen=True)
class LeftGroup:
    """Patients who share a stage and a reason; `scans_only` says that they are analysed with another scan."""

    stage: str
    reason: str
    patients: tuple[str, ...]
    scans_only: bool

    @property
    def collapsed(self) -> bool:
        """Whether the list of ids is long enough to be folded away."""
        return len(self.patients) > FEW


def everyone_left(record: Record) -> tuple[Left, ...]:
    """Those left out, and those whose endpoint is unknown if nobody listed them yet."""
    listed = {left.patient for left in record.left_out}
    unknown = [Left(p, "endpoint", why) for p, why in record.outcome.unknown if p not in listed]
    return (*record.left_out, *unknown)


def failures(record: Record) -> list[tuple[str, str]]:
    """Patient and reason of every region that gave no features, whoever recorded it."""
    left = [(one.patient, one.reason) for one in everyone_left(record) if one.stage in EXTRACTION]
    return list(dict.fromkeys([*left, *((one.patient, one.error) for one in record.table.failures)]))


def left_groups(record: Record) -> list[LeftGroup]:
    """Who is not analysed, grouped where many share a reason, in the order of the stages."""
    found = _grouped(everyone_left(record), analysed_patients(record))
    order = list(STAGES.values())
    return sorted(found, key=lambda g: (g.scans_only, order.index(g.stage) if g.stage in order else len(order)))


def failure_groups(record: Record) -> list[LeftGroup]:
    """Regions that gave no features, grouped where many share a reason."""
    return _grouped([Left(patient, "extraction", reason) for patient, reason in failures(record)], set())


def _grouped(everyone: Iterable[Left], analysed: set[str]) -> list[LeftGroup]:
    groups: dict[tuple[str, str, bool], list[Left]] = {}
    for left in everyone:
        key = (left.stage, shared_reason(left), left.patient in analysed)
        groups.setdefault(key, []).append(left)
    found = []
    for (stage, shared, scans_only), members in groups.items():
        own = {own_reason(left) for left in members}
        ids = tuple(dict.fromkeys(left.patient for left in members))
        reason = own.pop() if len(own) == 1 else shared
        found.append(LeftGroup(STAGES.get(stage, stage), reason, ids, scans_only))
    return found


def analysed_patients(record: Record) -> set[str]:
    """Development and sealed patients."""
    sealed = record.sealed.outcome.patients if record.sealed else ()
    return {*record.development.outcome.patients, *sealed}


def flow_data(record: Record) -> pd.DataFrame:
    """Rows `kind, what, patients`: `start`, one `left` per stage, `analysed`, and one `cohort` each."""
    analysed = analysed_patients(record)
    counts: dict[str, set[str]] = {}
    seen: set[str] = set()
    for left in everyone_left(record):
        if left.patient not in analysed and left.patient not in seen:
            seen.add(left.patient)
            counts.setdefault(left.stage, set()).add(left.patient)
    order = list(STAGES)
    stages = sorted(counts, key=lambda stage: order.index(stage) if stage in order else len(order))
    rows = [("start", "named in the study's tables", len(analysed) + len(seen))]
    rows += [("left", STAGES.get(stage, stage), len(counts[stage])) for stage in stages]
    rows.append(("analysed", "analysed", len(analysed)))
    rows.append(("cohort", "development", len(record.development.outcome.patients)))
    if record.sealed:
        rows.append(("cohort", f"sealed ({record.sealed_name})", len(record.sealed.outcome.patients)))
    return pd.DataFrame(rows, columns=["kind", "what", "patients"])


def unaccounted(record: Record, data: pd.DataFrame) -> str:
    """A sentence where the clinical table holds another number of patients than the flow; else empty."""
    listed = record.inputs.get("patients")
    strangers = sum(left.stage in ("clinical table", "table") for left in everyone_left(record))
    again = len({left.patient for left in everyone_left(record)} & analysed_patients(record))
    accounted = start_of(data, "start")
    if listed is None or accounted - strangers <= listed <= accounted + again:
        return ""
    return f"The clinical table holds {listed} patients, of whom this flow accounts for {accounted - strangers}."


def flow_figure(data: pd.DataFrame) -> Figure:
    """Boxes from top to bottom, those who leave to the right, the cohorts at the end."""
    leavers = data[data["kind"] == "left"]
    cohorts = data[data["kind"] == "cohort"]
    sizes = [16 + 13 * len(_lines(row)) for row in leavers.to_dict("records")]
    height = 4 + 48 + 14 + sum(size + 10 for size in sizes) + 14 + 34 + 40 + 56
    figure = canvas(height)
    ax = axes(figure, 0, 0, 360, height)
    ax.set(xlim=(0, 360), ylim=(height, 0))
    ax.axis("off")
    start = data[data["kind"] == "start"].iloc[0]
    _box(ax, 6, 4, 150, 48, counted(start["patients"], "patient"), ["named in the study's tables"], PAPER, QUIET)
    y = 66.0
    for row, size in zip(leavers.to_dict("records"), sizes, strict=True):
        _arrow(ax, 81, y + size / 2, 166, y + size / 2)
        _box(ax, 168, y, 186, size, "", _lines(row), PAPER, LINE)
        y += size + 10
    _arrow(ax, 81, 52, 81, y + 14)
    _box(ax, 6, y + 14, 150, 34, f"{start_of(data, 'analysed')} analysed", [], FILL, BLUE)
    y += 48
    for place, row in enumerate(cohorts.to_dict("records")):
        x = 6 + 181 * place
        middle = 81 if not place else x + 83
        ax.plot([81, middle, middle], [y + 18, y + 18, y + 18], color=QUIET, linewidth=1)
        ax.plot([81, 81], [y, y + 18], color=QUIET, linewidth=1)
        _arrow(ax, middle, y + 18, middle, y + 38)
        name = "\n".join(wrap(row["what"], 24)[:2])
        _box(ax, x, y + 40, 167, 52, counted(row["patients"], "patient"), [name], FILL, BLUE)
    return figure


def start_of(data: pd.DataFrame, kind: str) -> int:
    """The number of patients of the first row of a kind."""
    return int(data.loc[data["kind"] == kind, "patients"].iloc[0])


def _lines(row: dict) -> list[str]:
    return wrap(f"{row['patients']} left out: {row['what']}", 32)


def _box(ax: Axes, x: float, y: float, w: float, h: float, bold: str, lines: list[str], fill: str, edge: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    shape = FancyBboxPatch((x, y), w, h, boxstyle="round,pad=0,rounding_size=4", facecolor=fill, edgecolor=edge)
    ax.add_patch(shape)
    lines = [part for line in lines for part in line.split("\n")]
    total = len(lines) + bool(bold)
    top = y + h / 2 - 13 * (total - 1) / 2
    if bold:
        ax.text(x + 9, top, bold, fontsize=10, fontweight="bold", color=INK, va="center")
        top += 13
    for place, line in enumerate(lines):
        ax.text(x + 9, top + 13 * place, line, fontsize=8.8, color=INK, va="center")


def _arrow(ax: Axes, x: float, y: float, to_x: float, to_y: float) -> None:
    looks = {"arrowstyle": "-|>", "color": QUIET, "linewidth": 1, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (to_x, to_y), (x, y), arrowprops=looks)
