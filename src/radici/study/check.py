"""Everything that can be known before computing: a study file and its data in; the plan, its cost and warnings out."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from radici.cohort.load import load_region
from radici.core.errors import RadiciError, some
from radici.core.outcome import Survival
from radici.core.progress import Progress, silent
from radici.features.compute import columns
from radici.imaging.step import LearningStep
from radici.study.file import Study
from radici.study.plan import Plan, plan


@dataclass(frozen=True)
class Checked:
    """The plan in words, and as plain values."""

    lines: list[str]
    facts: dict[str, Any]


def check_study(
    study: Path, data: Path | None = None, *, table: Path | None = None, progress: Progress = silent
) -> Checked:
    """Read the study and its tables, open every scan and contour, compute nothing.

    Raises
    ------
    RadiciError
        For whatever would stop the run; a scan that would only be left out becomes a line.
    """
    made = plan(Study.read(study), data or study.parent, table, study.parent)
    broken = _open_all(made, progress)
    lines = [*_patients(made), *_broken(broken), *_work(made), *_cautions(made)]
    facts = {
        "patients": len(made.cohort.patients),
        "development": len(made.development),
        "sealed": len(made.sealed),
        "left_out": [vars(left) for left in made.left_out],
        "unreadable": broken,
        "fits": _fits(made),
        "lines": lines,
    }
    return Checked(lines, facts)


def _open_all(made: Plan, progress: Progress) -> dict[str, str]:
    broken = {}
    cases = [(scan, token) for scan in made.cohort.scans for token in scan.regions]
    for done, (scan, token) in enumerate(cases, 1):
        try:
            load_region(scan, token)
        except RadiciError as error:
            broken[f"{scan.patient} {token}"] = str(error)
        progress("opening scans", done, len(cases))
    return broken


def _patients(made: Plan) -> list[str]:
    development, sealed = made.outcome.of(made.development), made.sealed
    kind = "events" if isinstance(made.outcome, Survival) else "in the smaller class"
    lines = [f"{made.study.title}: endpoint '{made.outcome.name}'"]
    lines.append(f"Development: {len(made.development)} patients, {development.events} {kind}")
    if sealed:
        lines.append(f"Sealed ({made.sealed_name}): {len(sealed)} patients, not looked at before the models are locked")
    for reason, ids in _by_reason(made).items():
        lines.append(f"Left out ({len(ids)}): {some(ids)}: {reason}")
    return lines


def _by_reason(made: Plan) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for left in made.left_out:
        reasons.setdefault(left.reason, []).append(left.patient)
    return reasons


def _broken(broken: dict[str, str]) -> list[str]:
    return [f"Will be left out: {sentence}" for sentence in broken.values()]


def _fits(made: Plan) -> int:
    design = made.study.design
    tuned = len(made.recipe.candidates()) > 1
    per_fold = (design.inner_folds if tuned else 0) + 1
    models = 4 if made.cohort.columns else 1
    return design.folds * design.repeats * models * per_fold * (1 + 2 * design.permutations)


def _work(made: Plan) -> list[str]:
    study, design = made.study, made.study.design
    lines = []
    if study.scans is not None and made.table is None:
        features = len(columns(study.imaging, study.features, study.scans.modality))
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


def _cautions(made: Plan) -> list[str]:
    lines = []
    sites = Counter(made.cohort.site[patient] for patient in made.development)
    events = made.outcome.of(made.development).events
    if events < 50:
        lines.append(f"Caution: {events} events are few; expect wide intervals.")
    if made.study.design.permutations < 100:
        lines.append("Caution: fewer than 100 permutations give coarse p-values and intervals.")
    if made.study.volume is None and made.study.scans is not None:
        lines.append("Caution: no `volume:` column is named, so the models cannot be compared with tumour volume.")
    if made.study.sealed is None and len(sites) > 1:
        lines.append("Note: there are several sites; `sealed: {site: ...}` would keep one for external validation.")
    return lines
