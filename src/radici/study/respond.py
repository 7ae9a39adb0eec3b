"""A lesion table and what became of the patients in; categories, endpoints, growth and a page to check them, out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import Field, field_validator

from radici.cohort.decimals import with_points
from radici.cohort.tables import read_table
from radici.core.errors import StudyError, some
from radici.core.progress import Progress, silent
from radici.core.settings import Settings, build, build_named
from radici.reporting.csvfile import write_csv
from radici.reporting.response import response_page
from radici.response.criteria import CRITERIA, Criterion
from radici.response.lesions import courses, lesion_table
from radici.response.lesions.cdisc import compare, is_cdisc, lesions_from_cdisc, responses_from_cdisc
from radici.response.lesions.columns import meaning
from radici.response.lesions.course import Course
from radici.response.lesions.dates import DateOrder
from radici.response.lesions.readers import accepted_readers, reader_agreement
from radici.response.lesions.table import MEASURES
from radici.response.patients import Facts, check_against, patient_facts, starts_of
from radici.response.respond import Responses, Rules, respond
from radici.response.summaries.best_response import MISSING
from radici.response.summaries.schedule import schedule_warning
from radici.study.contoured import Contoured, from_contours, is_contoured
from radici.study.response_tables import clear, response_tables
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
    accept_sizes: tuple[str, ...] = ()
    separator: str | None = None
    decimal: str = "."
    force: bool = False


@dataclass(frozen=True)
class Told:
    """What was written, in lines for people and in facts for programs; `complaints` name who was left out and why."""

    page: Path
    lines: list[str]
    complaints: list[str]
    has_results: bool
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
    read = _read(asked, progress)
    facts, found, drawn = read.facts, read.courses, read.drawn
    responses = respond(found, facts, settings.criteria, settings.rules, progress)
    notes = [_day_zero(found), schedule_warning(found, facts), _planned(settings.rules, facts)]
    notes = [note for note in notes if note]
    notes += drawn.notes if drawn else []
    asked.out.mkdir(parents=True, exist_ok=True)
    if (asked.out / MARK).is_file():
        clear(asked.out)
    tables = response_tables(responses) | (drawn.tables() if drawn else {})
    if asked.supplied is not None:
        given = responses_from_cdisc(read_table(asked.supplied, separator=asked.separator))
        tables["supplied_differs"] = compare(next(iter(responses.timelines.values())), given)
    for name, table in tables.items():
        write_csv(table, asked.out / f"{name}.csv")
    page = response_page(responses, asked.out)
    (asked.out / MARK).write_text(_spelled(settings), encoding="utf-8", newline="\n")
    lines = [*_counts(responses), *notes, f"Response: {page}"]
    complaints = [*read.unread, *_refused(responses)]
    has_results = any(responses.timelines.values())
    return Told(page, lines, complaints, has_results, _facts(responses, page, notes, tables))


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


@dataclass(frozen=True)
class _Read:
    """Follow-up and courses, the contours they were measured from, and who was not read."""

    facts: dict[str, Facts]
    courses: tuple[Course, ...]
    drawn: Contoured | None
    unread: list[str]


def _read(asked: Asked, progress: Progress) -> _Read:
    facts: dict[str, Facts] = {}
    if asked.follow_up is not None:
        follow_up = read_table(asked.follow_up, separator=asked.separator)
        facts = patient_facts(follow_up, asked.follow_up.name, asked.dates, others="ignore")
    name = asked.lesions.name
    texts = _points(read_table(asked.lesions, separator=asked.separator), asked.decimal, name)
    if is_cdisc(texts):
        tumours = read_table(asked.tumours, separator=asked.separator) if asked.tumours is not None else None
        texts = lesions_from_cdisc(texts, tumours, file=name)
    elif asked.tumours is not None:
        raise StudyError(f"--tumours goes with the TR domain of CDISC, but {name} has no column TRTESTCD.")
    drawn = None
    if is_contoured(texts):
        drawn = from_contours(texts, asked.lesions, starts_of(facts) or None, asked.dates, progress)
        texts = drawn.texts
    rows = lesion_table(texts, name, starts_of(facts) or None, asked.dates)
    if asked.reader == ADJUDICATED:
        choice = _chosen(rows, accepted_readers(texts, name), name)
        found = courses(rows[rows["patient"].map(choice) == rows["reader"]], name, None, asked.accept_sizes)
    else:
        found = courses(rows, name, asked.reader, asked.accept_sizes)
    if facts:
        check_against(found, facts, asked.follow_up.name if asked.follow_up else "")
    return _Read(facts, found, drawn, _unread(asked, rows["patient"], found))


def _chosen(rows: pd.DataFrame, accepted: Mapping[str, str], name: str) -> dict[str, str]:
    """The reader whose read stands, of each patient; who has one only needs no choice."""
    readers = rows.groupby("patient", sort=False)["reader"].unique()
    open_ones = [str(patient) for patient, names in readers.items() if len(names) > 1 and patient not in accepted]
    if open_ones:
        raise StudyError(
            f"{name}: several readers measured {some(open_ones)}, and none is accepted. Write yes in the column "
            f"`adjudicated` for one reader of each, or take one with `--reader NAME`."
        )
    return {str(patient): accepted.get(str(patient), names[0]) for patient, names in readers.items()}


def _unread(asked: Asked, every: Iterable[str], found: Sequence[Course]) -> list[str]:
    """Patients whom the chosen reader did not read."""
    read = {course.patient for course in found}
    absent = [patient for patient in dict.fromkeys(every) if patient not in read]
    return [f"Not read by {asked.reader}, and so left out: {some(absent)}."] if absent else []


def _points(texts: pd.DataFrame, decimal: str, name: str) -> pd.DataFrame:
    """Measurements with a decimal point, whichever sign the table has."""
    if decimal == ".":
        return texts
    numbers = {column for column in texts if meaning(str(column))[0] in (*MEASURES, "diameter")}
    return texts.assign(
        **{column: with_points(texts[column], decimal, f"{name}, column '{column}'") for column in numbers}
    )


def _day_zero(found: Sequence[Course]) -> str:
    count = sum(course.zero == "baseline" for course in found)
    if not count:
        return ""
    return (
        f"No start of treatment is given for {count} of {len(found)} courses: their day 0 is the baseline scan, and "
        f"every time counts from there. Give a column `start`, or --follow-up with one."
    )


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
        named = counts.rename({MISSING: "no assessment"})
        text = ", ".join(f"{category} {number}" for category, number in named.items())
        what = "course" if len(found) == 1 else "courses"
        lines.append(f"{CRITERIA[name].title}: {len(found)} {what}; best response {text or 'none'}.")
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
