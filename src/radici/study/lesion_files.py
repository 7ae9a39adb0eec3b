"""Tables of a folder, as texts, in; which are lesion and follow-up tables, and the endpoints that read them, out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from radici.core.cells import NUMBER
from radici.core.errors import some
from radici.response.lesions.columns import folded, meaning
from radici.response.lesions.dates import ISO
from radici.response.lesions.table import MEASURES, REQUIRED
from radici.response.patients import NAMES, TIMES, tells_outcome
from radici.study.candidates import DATE, Looked, is_baseline, is_event, is_missing, is_response, is_time, look_at
from radici.study.contour_index import is_contoured
from radici.study.spelling import FILL_IN
from radici.study.tumours import Tumour

Kind = Literal["", "lesions", "masks", "results", "tumours", "responses", "follow_up"]
CALLED: Mapping[Kind, str] = {
    "lesions": "a lesion table",
    "masks": "an index of lesion masks",
    "results": "CDISC's TR domain",
    "tumours": "CDISC's TU domain",
    "responses": "CDISC's RS domain",
    "follow_up": "a follow-up table",
}
DOMAINS: Mapping[str, Kind] = {"TRTESTCD": "results", "TUTESTCD": "tumours", "RSTESTCD": "responses"}
"""Which column, beside USUBJID, tells a domain of CDISC."""
FORMS = {
    "objective_response": "best response CR or PR",
    "durable_benefit": "response or stable disease for more than six months",
    "progression_free_survival": "time to progression or death",
}
HEAD = "  # From lesions, by RECIST 1.1 unless `criterion` says otherwise; docs/response.md has all settings:\n"
ALONE = (
    "  # No follow-up table was found: nobody would be known to have died. Name one as `follow_up:` in these lines.\n"
)
FOLLOWED: Mapping[str, str] = {
    **{folded(one): name for name, others in NAMES.items() for one in (name, *others)},
    **{folded(f"{name}_day"): name for name in TIMES},
}
"""Our name of each column of a follow-up table, by its folded heading."""


@dataclass(frozen=True)
class LesionFiles:
    """The tables that endpoints from lesions read, and what only a person can say of them (`reader`, `dates`)."""

    lesions: str
    follow_up: str | None
    asked: tuple[str, ...] = ()


def kind_of(texts: pd.DataFrame) -> Kind:
    """What a table of texts is, by its columns; `""` for any other, such as a clinical one."""
    columns = {str(name).strip().upper() for name in texts}
    for test, kind in DOMAINS.items():
        if {"USUBJID", test} <= columns:
            return kind
    names = {meaning(str(name))[0] for name in texts}
    if set(REQUIRED) <= names and names & {"day", "date"}:
        if is_contoured(texts):
            return "masks"
        if names & {*MEASURES, "diameter", "state"}:
            return "lesions"
    return "follow_up" if _is_follow_up(texts) else ""


def _is_follow_up(texts: pd.DataFrame) -> bool:
    """Patients with days or dates of what became of them, and nothing that a clinical table holds besides."""
    meant = {str(name): FOLLOWED.get(folded(str(name)), "") for name in texts}
    times = [name for name, found in meant.items() if found in TIMES]
    if "patient" not in meant.values() or not times:
        return False
    cells = {name: [str(one).strip() for one in texts[name] if str(one).strip()] for name in times}
    cells = {name: [one for one in found if not is_missing(one)] for name, found in cells.items()}
    if not any(cells.values()) or not all(_are_times(name, found) for name, found in cells.items()):
        return False
    others = [look_at(name, texts[name]) for name, found in meant.items() if not found]
    return not any(is_baseline(one) or is_response(one) or is_time(one) or is_event(one) for one in others)


def is_of_follow_up(column: Looked) -> bool:
    """Whether a column tells what became of a patient after the start: no predictor."""
    return tells_outcome(column.name)


def _are_times(name: str, cells: list[str]) -> bool:
    """Numbers under a name that ends in `day`, else dates: a column `death` of 0 and 1 is an event, not a time."""
    known = NUMBER if folded(name).endswith(" day") else DATE
    return all(known.fullmatch(cell) for cell in cells)


def used_by(tables: Mapping[str, pd.DataFrame], kinds: Mapping[str, Kind]) -> LesionFiles | None:
    """The first lesion table, with the first follow-up table; None without a lesion table."""
    lesions = next((name for name in tables if kinds[name] == "lesions"), None)
    if lesions is None:
        return None
    follow_up = next((name for name in tables if kinds[name] == "follow_up"), None)
    files = [lesions, *([follow_up] if follow_up else [])]
    asked = []
    if len(_readers(tables[lesions])) > 1:
        asked.append("reader")
    if not all(_dates_are_iso(tables[name]) for name in files):
        asked.append("dates")
    return LesionFiles(lesions, follow_up, tuple(asked))


def _readers(texts: pd.DataFrame) -> set[str]:
    return {str(one) for name in texts if meaning(str(name))[0] == "reader" for one in texts[name] if str(one).strip()}


def _dates_are_iso(texts: pd.DataFrame) -> bool:
    cells = (str(one).strip() for name in texts for one in texts[name])
    return all(ISO.fullmatch(one) for one in cells if DATE.fullmatch(one))


def endpoint_lines(files: LesionFiles, tumour: Tumour | None) -> list[tuple[str, str]]:
    """Form and line of each endpoint that the tables can give: those that the tumour advises, its primary one first."""
    if tumour is None:
        return [(form, f"{_line(form, form, files, {})}  # {what}") for form, what in FORMS.items()]
    advised = sorted(tumour.endpoints, key=lambda one: one.name != tumour.primary)
    lines = []
    for one in advised:
        form = next((form for form in one.forms if form in FORMS), None)
        if form is not None:
            more: dict[str, Any] = {}
            if one.criterion not in ("", "recist11"):
                more["criterion"] = one.criterion
            if one.reading not in ("", "disease_control_6"):
                more["rule"] = f"{{reading: {one.reading}}}"
            lines.append((form, _line(one.name, form, files, more)))
    return lines


def _line(name: str, form: str, files: LesionFiles, more: Mapping[str, str]) -> str:
    settings = {"lesions": json.dumps(files.lesions, ensure_ascii=False)}
    if files.follow_up:
        settings["follow_up"] = json.dumps(files.follow_up, ensure_ascii=False)
    settings |= {**more, **dict.fromkeys(files.asked, f'"{FILL_IN}"')}
    inside = ", ".join(f"{key}: {value}" for key, value in settings.items())
    return f"{name}: {{{form}: {{{inside}}}}}"


def notes(tables: Mapping[str, pd.DataFrame], kinds: Mapping[str, Kind], used: LesionFiles | None) -> list[str]:
    """What each table is, what reads it, and what was asked of a person."""
    said = []
    for name, texts in tables.items():
        if kinds[name] in ("lesions", "follow_up") and used and name in (used.lesions, used.follow_up):
            how = "endpoints read it"
        elif kinds[name] == "follow_up":
            how = "not used, for it goes with a lesion table" if used is None else "not used, for another one is"
        elif kinds[name] == "lesions":
            how = "not used, for another one is"
        else:
            how = "`radici respond` reads it, a study does not"
        said.append(f"{name}: {CALLED[kinds[name]]} ({len(texts)} rows), no clinical table; {how}")
    if used and "reader" in used.asked:
        said.append(f"{used.lesions}: say whose measurements count: {some(sorted(_readers(tables[used.lesions])))}")
    if used and "dates" in used.asked:
        said.append(f"{used.lesions}: say how dates are written there and in the follow-up table, dmy or mdy")
    return said


def respond_line(folder: Path, tables: Mapping[str, pd.DataFrame], kinds: Mapping[str, Kind]) -> str:
    """What to type where there are lesions and nothing else; `""` where there are none."""
    first = next((name for name in tables if kinds[name] in ("lesions", "masks", "results")), None)
    if first is None:
        return ""
    options: dict[Kind, str] = {"follow_up": "--follow-up"}
    if kinds[first] == "results":
        options["tumours"] = "--tumours"
    more = "".join(f" {options[kinds[name]]} {folder / name}" for name in tables if kinds[name] in options)
    return (
        f"{folder / first} is {CALLED[kinds[first]]}, and no table here is a clinical one, so no study can be written. "
        f"`radici respond {folder / first}{more} --out DIR` is what serves it: response, endpoints, growth. For a "
        f"study, add a CSV with a row for each patient."
    )
