"""A lesion table and what became of the patients in; categories, endpoints, growth and a page to check them, out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import Field, field_validator

from radici.cohort.tables import read_table
from radici.core.errors import StudyError
from radici.core.progress import Progress, silent
from radici.core.settings import Settings, build, build_named
from radici.reporting.csvfile import write_csv
from radici.reporting.response import response_page
from radici.response.criteria import CRITERIA, Criterion, timeline_frame
from radici.response.growth.hyperprogression import agreement
from radici.response.growth.pseudoprogression import lesion_changes
from radici.response.lesions import courses, lesion_table
from radici.response.lesions.cdisc import compare, is_cdisc, lesions_from_cdisc, responses_from_cdisc
from radici.response.lesions.course import Course
from radici.response.lesions.dates import DateOrder
from radici.response.lesions.readers import accepted_readers, disagreement, reader_agreement
from radici.response.patients import Facts, check_against, patient_facts, starts_of
from radici.response.respond import Responses, Rules, respond
from radici.response.summaries.curves import progression_curves
from radici.response.summaries.landmark import Dated, landmark
from radici.response.summaries.schedule import schedule_warning
from radici.study.contoured import Contoured, from_contours, is_contoured
from radici.study.spelling import read_yaml, write_yaml

DEFAULT = ("recist11", "irecist")
MARK = "response.yaml"
ADJUDICATED = "adjudicated"


class ResponseSettings(Settings):
    """What a settings file may say: criteria with their settings, and how timelines are summarised."""

    criteria: tuple[Criterion, ...] = Field((), validate_default=True)
    rules: Rules = Rules()

    @field_validator("criteria", mode="before")
    @classmethod
    def _read_criteria(cls, spelled: Any) -> Any:
        items = spelled or DEFAULT
        found = [one if isinstance(one, Criterion) else build_named(CRITERIA, one, "criteria") for one in items]
        names = [one.registered_name for one in found]
        if len(set(names)) < len(names):
            raise ValueError(f"each criterion once, found {', '.join(names)}")
        return tuple(found)


@dataclass(frozen=True)
class Asked:
    """What `radici respond` was asked for.

    Parameters
    ----------
    lesions
        Lesion table; an index of masks (`study.contoured`); or the TR domain of CDISC, with `tumours` (TU) and, to
        compare with, `supplied` (RS).
    out
        Folder for results.
    follow_up
        A row per patient: start, death, last_contact, new_therapy, site.
    criteria
        Names; with `settings`, that file's criteria where none are named.
    reader
        Whose measurements count; `adjudicated` takes of each patient the reader that the column `adjudicated` accepts.
    """

    lesions: Path
    out: Path
    follow_up: Path | None = None
    tumours: Path | None = None
    supplied: Path | None = None
    criteria: tuple[str, ...] = ()
    settings: Path | None = None
    reader: str | None = None
    dates: DateOrder = "iso"
    accept_jumps: tuple[str, ...] = ()
    force: bool = False


@dataclass(frozen=True)
class Told:
    """What was written, in lines for people and in facts for programs."""

    page: Path
    lines: list[str]
    facts: dict[str, Any] = field(default_factory=dict)


def criteria_lines() -> list[str]:
    """One line for each criterion: its name, its title and where it was published."""
    width = max(map(len, CRITERIA))
    return [f"{name:<{width}}  {one.title}; {one.source}" for name, one in CRITERIA.items()]


def respond_files(asked: Asked, progress: Progress = silent) -> Told:
    """Read, apply criteria, summarise, and write tables and a page.

    Raises
    ------
    StudyError
        The folder holds something else, or an unknown criterion or setting.
    LesionError
        A table breaks a rule; with patient, visit and column.
    """
    settings = _settings(asked)
    _check_out(asked)
    facts, found, drawn = _read(asked, progress)
    responses = respond(found, facts, settings.criteria, settings.rules, progress)
    notes = [note for note in (schedule_warning(found, facts), _planned(settings.rules, facts)) if note]
    notes += drawn.notes if drawn else []
    asked.out.mkdir(parents=True, exist_ok=True)
    tables = _tables(asked, responses) | (drawn.tables() if drawn else {})
    for name, table in tables.items():
        write_csv(table, asked.out / f"{name}.csv")
    page = response_page(responses, asked.out)
    (asked.out / MARK).write_text(_spelled(settings), encoding="utf-8", newline="\n")
    lines = [*_counts(responses), *notes, *_refused(responses), f"Response: {page}"]
    return Told(page, lines, _facts(responses, page, notes, tables))


def _settings(asked: Asked) -> ResponseSettings:
    values: dict[str, Any] = {}
    if asked.settings is not None:
        if not asked.settings.is_file():
            raise StudyError(f"There is no settings file {asked.settings}.")
        values = read_yaml(asked.settings.read_text(encoding="utf-8"), asked.settings.name)
    if asked.criteria:
        own = {next(iter(one)): one for one in values.get("criteria", ()) if isinstance(one, dict)}
        values = {**values, "criteria": [own.get(name, name) for name in asked.criteria]}
    found: ResponseSettings = build(ResponseSettings, values, asked.settings.name if asked.settings else "--criteria")
    return found


def _check_out(asked: Asked) -> None:
    if asked.out.is_file():
        raise StudyError(f"{asked.out} is a file. Name a folder with `--out`.")
    if asked.out.is_dir() and any(asked.out.iterdir()) and not asked.force:
        known = (asked.out / MARK).is_file()
        what = "holds results of another run" if known else "holds other files"
        raise StudyError(f"{asked.out} {what}. Name another folder, or write into it with `--force`.")


def _read(asked: Asked, progress: Progress) -> tuple[dict[str, Facts], tuple[Course, ...], Contoured | None]:
    facts: dict[str, Facts] = {}
    if asked.follow_up is not None:
        facts = patient_facts(read_table(asked.follow_up), asked.follow_up.name, asked.dates, others="ignore")
    texts, name = read_table(asked.lesions), asked.lesions.name
    if is_cdisc(texts):
        tumours = read_table(asked.tumours) if asked.tumours is not None else None
        texts = lesions_from_cdisc(texts, tumours, file=name)
    elif asked.tumours is not None:
        raise StudyError(f"--tumours goes with the TR domain of CDISC, but {name} has no column TRTESTCD.")
    drawn = None
    if is_contoured(texts):
        drawn = from_contours(texts, asked.lesions, starts_of(facts) or None, asked.dates, progress)
        texts = drawn.texts
    rows = lesion_table(texts, name, starts_of(facts) or None, asked.dates)
    if asked.reader == ADJUDICATED:
        choice = accepted_readers(texts, name)
        found = courses(rows[rows["patient"].map(choice) == rows["reader"]], name, None, asked.accept_jumps)
    else:
        found = courses(rows, name, asked.reader, asked.accept_jumps)
    if facts:
        check_against(found, facts, asked.follow_up.name if asked.follow_up else "")
    return facts, found, drawn


def _tables(asked: Asked, responses: Responses) -> dict[str, pd.DataFrame]:
    """Every table that is written, by the file's name."""
    every = [line for lines in responses.timelines.values() for line in lines]
    tables = {
        "visits": timeline_frame(every),
        "patients": responses.frame(),
        "growth": responses.growth,
        "lesion_changes": pd.DataFrame([one for course in responses.courses for one in lesion_changes(course)]),
        "progression_free": _curves(responses),
        "landmark": _landmark(responses),
    }
    if len(responses.hyperprogression):
        tables["hyperprogression"] = responses.hyperprogression
        tables["hyperprogression_agreement"] = agreement(responses.hyperprogression)
    if len({course.reader for course in responses.courses}) > 1:
        tables["readers"] = pd.concat(
            [disagreement(lines).assign(criterion=name) for name, lines in responses.timelines.items()]
        )
    if asked.supplied is not None:
        given = responses_from_cdisc(read_table(asked.supplied))
        first = next(iter(responses.timelines.values()))
        tables["supplied_differs"] = compare(first, given)
    return {name: table for name, table in tables.items() if len(table.columns)}


def _curves(responses: Responses) -> pd.DataFrame:
    parts = [
        progression_curves(one.free for one in found).assign(criterion=name)
        for name, found in responses.summaries.items()
        if found
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _landmark(responses: Responses) -> pd.DataFrame:
    """First change after baseline, with progression-free survival from that scan on."""
    parts = []
    for name, lines in responses.timelines.items():
        if len({line.reader for line in lines}) > 1:
            continue
        values = {}
        for line in lines:
            first = next((point for point in line.points if point.change == point.change), None)
            if first is not None:
                values[line.patient] = Dated(first.change, first.day)
        times = {one.patient: one.free for one in responses.summaries[name]}
        parts.append(landmark("pfs_from_first_scan", values, times).frame().assign(criterion=name))
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return found.rename(columns={"value": "first_change_percent"})


def _planned(rules: Rules, facts: dict[str, Facts]) -> str:
    """What cannot be known without more being said."""
    if not facts:
        return (
            "No follow-up table: nobody is known to have died, and progression-free survival ends at the last scan. "
            "Give one with --follow-up."
        )
    if rules.progression.censoring == "fda" and rules.progression.scan_days is None:
        return (
            "How often scans were planned is not said, so no patient is censored for missed scans. Say it with "
            "`rules: {progression: {scan_days: 42}}` in a settings file (--settings)."
        )
    return ""


def _counts(responses: Responses) -> list[str]:
    """Best responses of each criterion in one line."""
    lines = []
    for name, found in responses.summaries.items():
        counts = pd.Series([one.best.category for one in found], dtype=object).value_counts()
        text = ", ".join(f"{category} {number}" for category, number in counts.items())
        lines.append(f"{CRITERIA[name].title}: {len(found)} courses; best response {text or 'none'}.")
        unverified = CRITERIA[name].unverified
        lines += [f"  Not verified in a readable source: {'; '.join(unverified)}."] if unverified else []
    return lines


def _refused(responses: Responses) -> list[str]:
    return [f"Left out of {CRITERIA[name].title}: {why}" for _, name, why in responses.refused]


def _spelled(settings: ResponseSettings) -> str:
    """The settings file that gives these results again, with every setting."""
    criteria = [{one.registered_name: one.plain()} for one in settings.criteria]
    return write_yaml({"criteria": criteria, "rules": settings.rules.plain()})


def _facts(responses: Responses, page: Path, notes: Sequence[str], tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    agreed = {}
    if "readers" in tables:
        agreed = {
            name: [vars(one) for one in reader_agreement(group)]
            for name, group in tables["readers"].groupby("criterion")
        }
    return {
        "page": str(page),
        "notes": list(notes),
        "refused": [{"patient": who, "criterion": name, "reason": why} for who, name, why in responses.refused],
        "patients": responses.frame().to_dict("records"),
        "readers": agreed,
    }
