"""Images and contours in, files of feature values out: `radici extract`, which needs no clinical table."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from radici.cohort.load import load_region, unused_labels
from radici.core.cohort import Cohort
from radici.core.errors import StudyError, some
from radici.core.parallel import in_order
from radici.core.progress import Progress, silent
from radici.core.table import KEYS, Column, Failure, FeatureTable
from radici.features.cases import cases_of
from radici.features.compute import columns
from radici.features.extract import extract
from radici.features.record import RecordWork, tidy
from radici.features.store import Store
from radici.imaging.step import LearningStep
from radici.study.extracted import Extracted, beside, check_output, finish
from radici.study.memory import budget_bytes, case_bytes, workers
from radici.study.presets import Preset, preset_names, read_preset
from radici.study.sources import Given, is_study, read_label, scans_of


@dataclass
class Asked:
    """What `radici extract` was asked for, as it stands on the command line; see there."""

    source: Path
    out: Path
    mask: Path | None = None
    preset: str | None = None
    study: Path | None = None
    params: Path | None = None
    data: Path | None = None
    label: str | None = None
    modality: str | None = None
    region: str | None = None
    record: Path | None = None
    whole_image: bool = False
    jobs: int = 1
    memory_gb: float | None = None
    force: bool = False


def extract_files(asked: Asked, progress: Progress = silent) -> Extracted:
    """Measure everything that the source names, and write one table.

    Results of single cases are kept in `<out>.parts` until the next time, so that the same command goes on where it
    stopped; `<out>.failures.csv` lists what could not be measured.

    Raises
    ------
    StudyError
        When what is asked does not exist or does not fit together.
    InputError
        When the source or the output cannot be used.
    """
    if asked.params is not None:
        from radici.study.dropin import extract_like_pyradiomics

        return extract_like_pyradiomics(asked, progress)
    preset, otherwise = settings_of(asked)
    check_output(asked.out, asked.force)
    if asked.record is not None:
        check_output(asked.record, asked.force, (".csv",))
    cohort = scans_of(asked.source, asked.mask, otherwise, asked.data)
    left = tuple(Failure(one.patient, one.stage, one.reason) for one in cohort.left_out)
    if not cohort.scans:
        return finish(Extracted(asked.out, failures=left))
    _check_names(preset, cohort)
    needs = [case_bytes(scan, preset.imaging, preset.filters, asked.whole_image) for scan in cohort.scans]
    jobs, note = workers(needs, asked.jobs, budget_bytes(asked.memory_gb))
    done = Extracted(asked.out, failures=left, workers=jobs, notes=[note] if note else [])
    store = beside(asked.out.absolute(), "parts") if len(cases_of(cohort)) > 1 else None
    table = extract(
        cohort,
        preset.imaging,
        preset.features,
        preset.filters,
        store=store,
        jobs=jobs,
        progress=progress,
        log=done.log,
    )
    assert isinstance(table, FeatureTable)
    done.failures += table.failures
    done.notes += other_labels(cohort, done.failures)
    if len(table.values):
        done.table = ibsi_named(table) if preset.names == "ibsi" else wide(table, preset, cohort)
    if asked.record is not None:
        _write_record(asked, cohort, preset, store, jobs, progress)
    return finish(done)


def settings_of(asked: Asked) -> tuple[Preset, Given]:
    """The settings, and what holds for scans of which the source says nothing."""
    preset = _preset(asked)
    if not preset.features:
        raise StudyError("The study names no `features`. Add them, or choose a --preset.")
    learns = [step.registered_name for step in preset.imaging if isinstance(step, LearningStep)]
    if learns:
        raise StudyError(
            f"The step '{learns[0]}' learns from images, so features depend on the patients it is fitted on. "
            f"`radici run` does that within each training set; leave the step out to extract without it."
        )
    if preset.modality and asked.modality and asked.modality != preset.modality:
        raise StudyError(
            f"The settings are for {preset.modality.upper()}, but --modality says {asked.modality.upper()}. "
            f"Choose another preset, or write one of your own."
        )
    return preset, given(asked, preset.modality)


def given(asked: Asked, modality: str = "") -> Given:
    """What holds for scans of which the source says nothing; settings may be for one `modality` only.

    Raises
    ------
    StudyError
        A study file says it, and the command too.
    """
    said = [f"--{name}" for name in ("label", "modality", "region") if getattr(asked, name) is not None]
    if is_study(asked.source) and said:
        raise StudyError(f"{some(said)}: the study file says this for its scans. Change it there.")
    label = read_label(asked.label, "--label") if asked.label is not None else 1
    modality = asked.modality or modality
    return Given(modality or "ct", asked.region or "roi", label, bool(modality))


def _preset(asked: Asked) -> Preset:
    if asked.preset is not None and asked.study is not None:
        raise StudyError("Give either --preset or --study: both say what is measured.")
    if asked.preset is not None:
        return read_preset(asked.preset)
    if asked.study is not None or is_study(asked.source):
        from radici.study.file import Study

        return Preset.of_study(Study.read(asked.study or asked.source))
    raise StudyError(
        f"Say what is measured: --preset with one of {', '.join(preset_names())} or a file of your own, --study, "
        f"or --params for a parameter file of PyRadiomics."
    )


def ibsi_named(table: FeatureTable) -> FeatureTable:
    """The table with IBSI's own tags as column names, one row per region and time."""
    names = {name: column.ibsi_tag for name, column in table.columns.items()}
    described = {
        column.ibsi_tag: replace(column, name=column.ibsi_tag, origin="ibsi") for column in table.columns.values()
    }
    return replace(table, values=table.values.rename(columns=names), columns=described)


def wide(table: FeatureTable, preset: Preset, cohort: Cohort) -> FeatureTable:
    """One row per patient, lesion, scan and reader; a feature that is undefined in every row keeps its column."""
    found = table.wide()
    expected: dict[str, Column] = {}
    keys = table.rows[list(KEYS)].drop_duplicates(["region", "time"])
    measured = {(scan.modality, token, scan.time) for scan in cohort.scans for token in scan.regions}
    for modality in sorted({scan.modality for scan in cohort.scans}):
        described = columns(preset.imaging, preset.features, modality, preset.filters)
        places = keys[[(modality, r, t) in measured for r, t in zip(keys["region"], keys["time"], strict=True)]]
        values = pd.DataFrame(0.0, index=places.index, columns=list(described)).reset_index(drop=True)
        expected |= FeatureTable(values, places.reset_index(drop=True), described).wide().columns
    every = {**expected, **found.columns}
    return replace(found, values=found.values.reindex(columns=sorted(every)), columns=every)


def _check_names(preset: Preset, cohort: Cohort) -> None:
    """Refuse, before any work, settings that do not fit together or columns of one name."""
    modalities = sorted({scan.modality for scan in cohort.scans})
    for modality in modalities:
        described = columns(preset.imaging, preset.features, modality, preset.filters)
    if preset.modality and modalities != [preset.modality]:
        raise StudyError(
            f"The settings are for {preset.modality.upper()}, the scans are "
            f"{' and '.join(m.upper() for m in modalities)}. Choose another preset, or write one of your own."
        )
    if preset.names != "ibsi":
        return
    tags = [column.ibsi_tag for column in described.values()]
    if len(set(tags)) < len(tags):
        raise StudyError(
            f"Two features would both be called {max(tags, key=tags.count)}: IBSI's tags name neither filter nor "
            f"discretisation. Leave `names: ibsi` out of the preset."
        )
    if len(modalities) > 1:
        raise StudyError(
            f"The scans are {' and '.join(m.upper() for m in modalities)}, which IBSI's tags do not tell apart. "
            f"Extract one at a time, or leave `names: ibsi` out of the preset."
        )


def other_labels(cohort: Cohort, failures: tuple[Failure, ...]) -> list[str]:
    """Labels of the mask that were not measured, where there is but one."""
    if len(cohort.scans) > 1 or failures:
        return []
    return [
        f"{name} also holds the label(s) {some([str(n) for n in labels])}, which were not measured (--label)."
        for name, labels in unused_labels(cohort.scans[0]).items()
    ]


def _write_record(
    asked: Asked, cohort: Cohort, preset: Preset, store: Path | None, jobs: int, progress: Progress
) -> None:
    cases = cases_of(cohort)
    work = RecordWork(preset.imaging, asked.whole_image, Store(store), load_region)
    found = in_order(work, cases, jobs=jobs, progress=progress, label="recording")
    rows = [
        {**dict(zip(KEYS, case.keys, strict=True)), "modality": case.scan.modality, **vars(entry)}
        for case, values in zip(cases, found, strict=True)
        for entry in tidy(values, preset.imaging)
    ]
    assert asked.record is not None
    pd.DataFrame(rows).to_csv(asked.record, index=False, lineterminator="\n")
