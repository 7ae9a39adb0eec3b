"""Everything that can be known before computing: a study file and its data in; the plan, its cost and warnings out."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from radici.cohort.load import load_region, unused_labels
from radici.core.cohort import Left
from radici.core.errors import OutcomeError, RadiciError, some
from radici.core.outcome import Survival
from radici.core.progress import Progress, silent
from radici.core.reasons import by_reason, why_nobody
from radici.features.compute import columns
from radici.imaging.step import LearningStep
from radici.response.endpoint import check_outcome
from radici.study.comparators import comparator_notes
from radici.study.file import Study
from radici.study.plan import Plan, check_comparators, plan


@dataclass(frozen=True)
class Checked:
    """The plan in words, and as plain values; `refusal` says why the study cannot be carried out, or is empty."""

    lines: list[str]
    facts: dict[str, Any]
    refusal: str = ""


@dataclass
class _Opened:
    """What opening the scans has shown: whose cases failed, who has none that opened, and labels nobody asked for."""

    failures: list[tuple[str, Left]] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    unused: dict[tuple[int, ...], list[str]] = field(default_factory=dict)

    def without_lost(self, patients: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(patient for patient in patients if patient not in self.lost)


def check_study(
    study: Path, data: Path | None = None, *, table: Path | None = None, progress: Progress = silent
) -> Checked:
    """Read the study and its tables, open every scan and contour, compute nothing.

    Raises
    ------
    RadiciError
        For whatever the tables alone tell would stop the run. A scan that would only be left out becomes a line, and
        what cannot be done with the patients who remain becomes the `refusal`.
    """
    made = plan(Study.read(study), data or study.parent, table, study.parent)
    opened = _open_all(made, progress)
    development, sealed = opened.without_lost(made.development), opened.without_lost(made.sealed)
    refusal = _refusal(made, development, sealed, opened)
    lines = [*_patients(made, development, sealed), *_broken(opened), *_unused(opened), *_work(made)]
    shown = {name: who for name, who in (("development", development), ("sealed", sealed)) if who}
    lines += comparator_notes(made.study.comparators, made.study.clinical, made.cohort, shown)
    lines += _cautions(made, development)
    facts = {
        "patients": len(made.cohort.patients),
        "development": len(development),
        "sealed": len(sealed),
        "left_out": [vars(left) for left in made.left_out],
        "unreadable": {case: left.reason for case, left in opened.failures},
        "unused_labels": {patient: list(labels) for labels, ids in opened.unused.items() for patient in ids},
        "fits": _fits(made),
        "refusal": refusal,
        "lines": lines,
    }
    return Checked(lines, facts, refusal)


def _open_all(made: Plan, progress: Progress) -> _Opened:
    opened, whole = _Opened(), set()
    for done, scan in enumerate(made.cohort.scans, 1):
        for token in scan.regions:
            try:
                load_region(scan, token)
                whole.add(scan.patient)
            except RadiciError as error:
                opened.failures.append((f"{scan.patient} {token}", Left(scan.patient, "extraction", str(error))))
        with suppress(RadiciError):  # a mask that cannot be read is among the failures
            for labels in unused_labels(scan).values():
                opened.unused.setdefault(labels, []).append(scan.patient)
        progress("opening scans", done, len(made.cohort.scans))
    if made.table is not None:
        whole = set(made.table.patients)
        absent = [patient for patient in made.outcome.patients if patient not in whole]
        opened.failures += [(p, Left(p, "table", "no row in the feature table")) for p in absent]
    if made.table is not None or made.cohort.scans:
        opened.lost = set(made.outcome.patients) - whole
    return opened


def _refusal(made: Plan, development: tuple[str, ...], sealed: tuple[str, ...], opened: _Opened) -> str:
    """Why the design cannot be carried out with the patients who remain, and what took the others away."""
    lost = [left for _, left in opened.failures if left.patient in opened.lost]
    if not lost:
        return ""
    try:
        if not development:
            raise OutcomeError("No development patient is left.")
        check_outcome(made.outcome.of(development), made.study.design.folds)
        made.study.design.check(made.outcome.of(development))
        if made.sealed and not sealed:
            raise OutcomeError(f"Nobody is left in the sealed cohort '{made.sealed_name}'.")
        check_comparators(made, development, sealed)
    except RadiciError as error:
        return f"The study cannot be carried out with the patients who remain. {error} {why_nobody(lost)}"
    return ""


def _patients(made: Plan, development: tuple[str, ...], sealed: tuple[str, ...]) -> list[str]:
    kind = "events" if isinstance(made.outcome, Survival) else "in the smaller class"
    name, endpoint = made.study.endpoint
    lines = [f"{made.study.title}: endpoint '{name}', {endpoint.about()}"]
    events = made.outcome.of(development).events
    lines.append(f"Development: {_of(development, made.development)}, {events} {kind}")
    if made.sealed:
        who = _of(sealed, made.sealed)
        lines.append(f"Sealed ({made.sealed_name}): {who}, not looked at before the models are locked")
    for reason, ids in by_reason(made.left_out).items():
        lines.append(f"Left out ({len(ids)}): {some(ids)}: {reason}")
    return lines


def _of(remaining: tuple[str, ...], planned: tuple[str, ...]) -> str:
    gone = len(planned) - len(remaining)
    return f"{len(remaining)} patients" + (f" ({gone} of {len(planned)} will be left out, see below)" if gone else "")


def _broken(opened: _Opened) -> list[str]:
    found = by_reason(left for _, left in opened.failures)
    return [f"Will be left out ({len(ids)}): {some(ids)}: {reason}" for reason, ids in found.items()]


def _unused(opened: _Opened) -> list[str]:
    lines = []
    for labels, ids in opened.unused.items():
        named = ", ".join(map(str, labels))
        lines.append(
            f"Caution: label(s) {named} in the masks of {len(set(ids))} patients belong to no region: "
            f"{some(list(dict.fromkeys(ids)))}. `any` as the label would include them, or a region of their own, "
            f"such as `regions: {{other: {labels[0]}}}`."
        )
    return lines


def _fits(made: Plan) -> int:
    design = made.study.design
    tuned = len(made.recipe.candidates()) > 1
    per_fold = (design.inner_folds if tuned else 0) + 1
    models = 4 if any(column.kind == "clinical" for column in made.cohort.columns.values()) else 1
    return design.folds * design.repeats * models * per_fold * (1 + 2 * design.permutations)


def _work(made: Plan) -> list[str]:
    study, design = made.study, made.study.design
    lines = []
    if study.scans is not None and made.table is None:
        features = len(columns(study.imaging, study.features, study.scans.modality, study.filters))
        regions = sum(len(scan.regions) for scan in made.cohort.scans)
        lines.append(f"Extraction: {regions} regions, {features} features each")
        learning = [step.registered_name for step in study.imaging if isinstance(step, LearningStep)]
        if learning:
            again = design.folds * design.repeats + 1
            lines.append(
                f"'{learning[0]}' learns from images: it is refitted on each of {again} training sets, and every "
                f"region is extracted again {again} times ({again * regions} extractions)"
            )
    lines.append(
        f"Evaluation: {design.folds} folds, {design.repeats} repeats, {design.permutations} permutations: about "
        f"{_fits(made):,} fits"
    )
    return lines


def _cautions(made: Plan, development: tuple[str, ...]) -> list[str]:
    lines = []
    sites = Counter(made.cohort.site[patient] for patient in development)
    events = made.outcome.of(development).events
    if events < 50:
        lines.append(f"Caution: {events} events are few; expect wide intervals.")
    if made.study.design.permutations < 100:
        lines.append("Caution: fewer than 100 permutations give coarse p-values and intervals.")
    if made.study.volume is None and made.study.scans is not None:
        lines.append("Caution: no `volume:` column is named, so the models cannot be compared with tumour volume.")
    if made.study.sealed is None and len(sites) > 1:
        lines.append("Note: there are several sites; `sealed: {site: ...}` would keep one for external validation.")
    return lines
