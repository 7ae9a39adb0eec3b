"""The whole study: a study file and a folder of data in; models, numbers, figures and a report out.

Nothing is written into the output folder before everything that can be checked without voxels has been checked;
what a run writes it writes under another name first, so that a folder holds a whole run or none.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from radici.core.cohort import Left
from radici.core.errors import InputError, OutcomeError
from radici.core.progress import Progress, silent
from radici.core.provenance import file_hash, text_hash, versions
from radici.core.reasons import why_nobody
from radici.core.table import Blocks, FeatureSource
from radici.evaluation.contenders import column_names, contenders
from radici.evaluation.evaluate import evaluate
from radici.evaluation.evaluation import Evaluation
from radici.evaluation.sealed import Sealed
from radici.features.extract import extract
from radici.learning.fit import fit
from radici.learning.model import Model
from radici.reporting.document import PAGE
from radici.reporting.record import Record
from radici.study.comparators import comparator_notes, comparators_of
from radici.study.evidence import coverage
from radici.study.file import Study
from radici.study.patients import PatientTable, blocks_of
from radici.study.plan import Plan, check_comparators, plan
from radici.study.results import check_folder, write_results


@dataclass(frozen=True, eq=False)
class Finished:
    """What a run left behind."""

    folder: Path
    report: Path
    record: Record


def run(
    study: Study | Path | str,
    data: Path | str | None = None,
    out: Path | str = "results",
    *,
    table: Path | None = None,
    jobs: int = 1,
    progress: Progress = silent,
) -> Finished:
    """Do the whole study.

    Parameters
    ----------
    study
        A study, or the path of its file. A sealed second study is looked for beside the file, for a `Study` in `data`.
    data
        Folder that the study's paths are relative to; by default the study file's own.
    out
        Folder for results. Extracted features are kept in it and reused while scans and settings are unchanged.
    table
        Start from this feature table instead of scans.
    jobs
        Processes; the results are the same, byte for byte, whatever their number.
    """
    began = time.time()
    folder = Path() if isinstance(study, Study) else Path(study).parent
    read = study if isinstance(study, Study) else Study.read(study)
    data, out = Path(data) if data is not None else folder, Path(out)
    beside = data if isinstance(study, Study) else folder
    check_folder(out)
    made = plan(read, data, table, beside)
    source = _features(made, out, jobs, progress)
    everyone = PatientTable(source, made.cohort, read.per_patient)
    analysed = _analysed(made, everyone, source)
    check_comparators(made, analysed.development, analysed.sealed)
    ours = everyone.learned_on(analysed.development).of(analysed.development)
    blocks = blocks_of(ours, read.volume, comparators_of(read.comparators))
    key = study_key(read, made)
    development = evaluate(
        made.recipe,
        everyone,
        made.outcome.of(analysed.development),
        read.design,
        blocks=blocks,
        seed=read.seed,
        study=key,
        jobs=jobs,
        progress=progress,
    )
    models = lock(made, everyone, blocks, development, key)
    sealed = _open(made, everyone, blocks, analysed, models)
    record = _record(made, everyone, blocks, analysed, development, sealed, models)
    write_results(record, _about(made, began), out)
    return Finished(out, out / PAGE, record)


@dataclass(frozen=True)
class Analysed:
    """Development and sealed patients with features and a known outcome."""

    development: tuple[str, ...]
    sealed: tuple[str, ...]


def study_key(study: Study, made: Plan) -> str:
    """Hash of the study and of everybody's id: what salts the ledger besides the machine's secret."""
    return text_hash(study.text(), *made.cohort.patients)


def _features(made: Plan, out: Path, jobs: int, progress: Progress) -> FeatureSource | None:
    if made.table is not None:
        return made.table
    if made.study.scans is None:
        return None
    known = set(made.outcome.patients)
    wanted = made.cohort.only([patient for patient in made.cohort.patients if patient in known])
    return extract(
        wanted,
        made.study.imaging,
        made.study.features,
        made.study.filters,
        store=out / "extraction",
        jobs=jobs,
        progress=progress,
        log=made.log,
    )


def _analysed(made: Plan, everyone: PatientTable, source: FeatureSource | None) -> Analysed:
    """Who has features; extraction failures join those left out."""
    have = set(everyone.patients)
    if made.table is not None:
        absent = [patient for patient in made.outcome.patients if patient not in have]
        made.left_out += [Left(patient, "table", "no row in the feature table") for patient in absent]
    found = Analysed(
        tuple(patient for patient in made.development if patient in have),
        tuple(patient for patient in made.sealed if patient in have),
    )
    drawn = everyone.learned_on(found.development) if found.development else source
    for failure in getattr(drawn, "failures", ()):
        made.left_out.append(Left(failure.patient, "extraction", failure.error))
    if not found.development:
        raise InputError(f"No development patient is left after extraction: {why_nobody(made.left_out)}")
    made.study.design.check(made.outcome.of(found.development))
    if made.sealed and not found.sealed:
        raise OutcomeError(
            f"Nobody of the sealed cohort '{made.sealed_name}' is left after extraction: "
            f"{why_nobody([left for left in made.left_out if left.patient in made.sealed])}"
        )
    return found


def lock(made: Plan, everyone: FeatureSource, blocks: Blocks, development: Evaluation, key: str) -> dict[str, Model]:
    """Fit each of the study's models once, on all development patients; each carries the ledger's last hash."""
    outcome, names = development.outcome, column_names(blocks)
    facts = {
        "title": made.study.title,
        "study": made.study.model_copy(update={"exclude": {}}).text(),  # no patient's id travels with a model
        "horizon_months": development.horizon_months,
        "ledger": development.ledger.verify()["last_hash"] if development.ledger else "",
    }
    locked = {}
    for contender in contenders(made.recipe, blocks, outcome):
        if contender.recipe is not None:
            columns = [names[place] for place in contender.columns]
            locked[contender.name] = fit(
                contender.recipe,
                everyone,
                outcome,
                image=columns[: contender.layout.image],
                clinical=columns[contender.layout.image :],
                name=contender.name,
                inner_folds=made.study.design.inner_folds,
                seed=made.study.seed,
                study=key,
                facts=facts,
            )
    return locked


def _open(
    made: Plan, everyone: PatientTable, blocks: Blocks, analysed: Analysed, models: dict[str, Model]
) -> Evaluation | None:
    if not analysed.sealed:
        return None
    table, outcome = everyone.learned_on(analysed.development), made.outcome.of(analysed.sealed)
    sealed = Sealed(
        table, outcome, made.sealed_name, volume=blocks.volume, comparators=blocks.comparators, beside=made.data
    )
    sealed.refuse_overlap(analysed.development)
    return evaluate(models, sealed, seed=made.study.seed)


def _record(
    made: Plan,
    everyone: PatientTable,
    blocks: Blocks,
    analysed: Analysed,
    development: Evaluation,
    sealed: Evaluation | None,
    models: dict[str, Model],
) -> Record:
    both = (*analysed.development, *analysed.sealed)
    shown = {name: who for name, who in vars(analysed).items() if who}
    assert development.ledger is not None
    return Record(
        title=made.study.title,
        study=made.study.text(),
        cohort=made.cohort,
        outcome=made.outcome.of(both),
        table=everyone.learned_on(analysed.development).of(both),
        blocks=blocks,
        development=development,
        sealed=sealed,
        sealed_name=made.sealed_name,
        models=models,
        left_out=tuple(made.left_out),
        imaging=tuple({step.registered_name: step.plain()} for step in made.study.imaging),
        recipe=tuple(made.recipe.spelled()),
        comparators=comparator_notes(made.study.comparators, made.study.clinical, made.cohort, shown),
        ledger=development.ledger.verify(),
        inputs={
            "patients": len(made.cohort.patients) + len({left.patient for left in made.cohort.left_out}),
            "scans": len(made.cohort.scans),
            "regions": sum(len(scan.regions) for scan in made.cohort.scans),
        },
        versions=versions(),
        coverage=coverage(),
        endpoint=made.study.endpoint[1].about(),
    )


def _about(made: Plan, began: float) -> dict[str, Any]:
    """What differs between two runs of the same study: times, paths, work saved."""
    study = made.study
    named = [study.clinical.file if study.clinical else None, study.scans.index if study.scans else None]
    files = [file for file in named if file is not None and (made.data / file).is_file()]
    return {
        "finished": time.strftime("%Y-%m-%dT%H:%M:%S"),
        "seconds": round(time.time() - began, 1),
        "data": str(made.data),
        "inputs_sha256": {file: file_hash(made.data / file) for file in files},
        "extraction": vars(made.log),
        "versions": versions(),
    }
