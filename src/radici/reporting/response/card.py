"""Responses and one course in; everything a reader needs to check that patient line by line, in words, out."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup

from radici.reporting.response.course_plot import course_plot
from radici.reporting.response.findings import measured_as
from radici.reporting.response.looks import called, meaning_of, months, names, title_of
from radici.reporting.response.visits import Row, rows
from radici.reporting.response.waterfall import guides
from radici.response.categories import is_response
from radici.response.criteria.criterion import Timeline
from radici.response.growth.hyperprogression import HYPERPROGRESSION_RULES
from radici.response.lesions.course import Course
from radici.response.respond import PatientSummary, Responses
from radici.response.summaries.best_response import MISSING, Best
from radici.response.summaries.progression import TimeTo

Key = tuple[str, str]


class Target(NamedTuple):
    """Heading of a target lesion's column."""

    lesion: str
    organ: str
    what: str


class Line(NamedTuple):
    """What a criterion says of the patient in the end."""

    title: str
    best: str
    best_why: str
    meaning: str
    confirmed: str
    depth: str
    free: str
    free_why: str
    response: str
    benefit: str
    benefit_why: str


class Number(NamedTuple):
    """A number of growth: what, how much, and why where there is none."""

    what: str
    amount: str
    why: str


class Judged(NamedTuple):
    """What a rule of hyperprogression says, and what of its wording was not read at its source."""

    rule: str
    variant: bool
    answer: str
    why: str
    source: str
    unverified: str


@dataclass(frozen=True)
class Card:
    """One patient as read by one reader; texts are plain, `plot` is a drawing of our own."""

    anchor: str
    name: str
    lead: str
    best: str
    meaning: str
    free: str
    differ: int
    plot: Markup | None
    unit: str
    criterion: str
    targets: tuple[Target, ...]
    titles: tuple[str, ...]
    rows: tuple[Row, ...]
    lines: tuple[Line, ...]
    survival: str
    growth: tuple[Number, ...]
    verdicts: tuple[Judged, ...]
    notes: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


class Cards:
    """Makes cards; holds what is looked up for every patient."""

    def __init__(self, responses: Responses) -> None:
        self.responses = responses
        self.names = names(responses)
        self.places = {key: place for place, key in enumerate(self.names, start=1)}
        self.timelines = {
            name: {(line.patient, line.reader): line for line in found} for name, found in responses.timelines.items()
        }
        self.summaries = {
            name: {(one.patient, one.reader): one for one in found} for name, found in responses.summaries.items()
        }
        self.growth: dict[Key, dict[str, Any]] = {
            (str(row["patient"]), str(row["reader"])): row for row in _records(responses.growth)
        }
        self.verdicts: dict[str, list[dict[str, Any]]] = {}
        for row in _records(responses.hyperprogression):
            self.verdicts.setdefault(str(row["patient"]), []).append(row)

    def anchor(self, key: Key) -> str:
        """What links to a patient say; holds no part of the patient's name."""
        return f"patient-{self.places[key]:04d}"

    def card(self, course: Course) -> Card:
        """The card of one course."""
        key = (course.patient, course.reader)
        chosen = [name for name in self.responses.timelines if key in self.timelines[name]]
        lines = [self.timelines[name][key] for name in chosen]
        titles = [title_of(self.responses, name) for name in chosen]
        found = [self.summaries[name][key] for name in chosen]
        facts = self.responses.facts[course.patient]
        table = tuple(rows(course, lines, titles, facts))
        first = found[0] if found else None
        criterion, unit = (lines[0].criterion, lines[0].unit) if lines else ("", "mm")
        return Card(
            anchor=self.anchor(key),
            name=self.names[key],
            lead=_lead(titles, found),
            best=called(first.best.category) if first else "no criterion applies",
            meaning=meaning_of(first.best.category) if first else "unknown",
            free=_free_short(first.free) if first else "",
            differ=sum(row.differ for row in table),
            plot=self._plot(course, lines),
            unit=unit,
            criterion=titles[0] if titles else "",
            targets=tuple(Target(t.lesion, t.organ, measured_as(t, criterion, unit)) for t in course.targets),
            titles=tuple(titles),
            rows=table,
            lines=tuple(_line(title, one) for title, one in zip(titles, found, strict=True)),
            survival=_survival(first),
            growth=tuple(_growth(self.growth.get(key))),
            verdicts=tuple(_judged(row) for row in self.verdicts.get(course.patient, [])),
            notes=tuple(f"{title}: {note}" for title, line in zip(titles, lines, strict=True) for note in line.notes),
            refused=tuple(
                (title_of(self.responses, name), why)
                for patient, name, why in self.responses.refused
                if patient == course.patient and name not in chosen
            ),
        )

    def _plot(self, course: Course, lines: list[Timeline]) -> Markup | None:
        """A drawing where the first criterion measures a burden; it escapes every text that it was given."""
        if not lines or not lines[0].baseline:
            return None
        facts, limits = self.responses.facts[course.patient], guides(self.responses, lines[0].criterion)
        name = f"plot-{self.places[course.patient, course.reader]:04d}"
        return Markup(course_plot(course, lines[0], facts, limits, name))


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _lead(titles: list[str], found: list[PatientSummary]) -> str:
    """Best response and progression-free time by each criterion, once for criteria that agree."""
    said: dict[str, list[str]] = {}
    for title, one in zip(titles, found, strict=True):
        sure = f", {_confirmed(one.best, one.confirmed)}" if _confirmed(one.best, one.confirmed) else ""
        said.setdefault(f"{called(one.best.category)}{sure}; {_free_short(one.free)}", []).append(title)
    return ". ".join(f"{', '.join(who)}: {what}" for what, who in said.items()) + ("." if said else "")


def _confirmed(best: Best, confirmed: Best) -> str:
    """Whether a response was confirmed; empty for everything else."""
    if best.category == MISSING or not is_response(best.category):
        return ""
    if confirmed.category == best.category:
        return "confirmed"
    return f"not confirmed (confirmed: {called(confirmed.category)})"


def _free_short(free: TimeTo) -> str:
    what = {"progression": "progression at", "death": "death at", "censored": "progression-free, censored at"}
    return f"{what[free.cause]} {months(free.days):.1f} months"


def _survival(one: PatientSummary | None) -> str:
    if one is None or one.survival is None:
        return "Overall survival is not known: neither a death nor a last contact is recorded."
    return f"Overall survival: {months(one.survival.days):.1f} months ({one.survival.why})."


def _days(time: TimeTo) -> str:
    return f"{months(time.days):.1f} months (day {time.days}), {time.cause}"


def _line(title: str, one: PatientSummary) -> Line:
    depth = one.depth.why if math.isnan(one.depth.change) else _minus(one.depth.why)
    lasted = one.response
    response = "no response"
    if lasted is not None:
        response = f"from day {lasted.began} for {months(lasted.lasted.days):.1f} months, {lasted.lasted.cause}"
    return Line(
        title, called(one.best.category), one.best.why, meaning_of(one.best.category),
        _confirmed(one.best, one.confirmed) or f"{called(one.confirmed.category)} (nothing to confirm)", depth,
        _days(one.free), one.free.why, response, one.benefit.answer, one.benefit.why,
    )  # fmt: skip


GROWTH = (
    ("tgr_before_percent_month", "Growth rate of the volume before baseline (TGR)", "{:+.1f} % a month"),
    ("tgr_on_percent_month", "Growth rate of the volume to the first scan (TGR)", "{:+.1f} % a month"),
    ("tgk_before_mm_month", "Growth of the sum before baseline (TGK)", "{:+.1f} mm a month"),
    ("tgk_on_mm_month", "Growth of the sum to the first scan (TGK)", "{:+.1f} mm a month"),
    ("doubling_before_days", "Doubling time of the volume before baseline", "{:.0f} days"),
    ("doubling_on_days", "Doubling time of the volume to the first scan", "{:.0f} days"),
)
ANSWERS = (
    ("pseudoprogression_strict", "Pseudoprogression (a response must follow)"),
    ("pseudoprogression_broad", "Pseudoprogression (stable disease is enough)"),
    ("dissociated", "Dissociated response"),
)


def _growth(row: Mapping[str, Any] | None) -> Iterator[Number]:
    """Rates, early change, fitted constants, and what lesions did apart from each other."""
    if row is None:
        return
    for name, words, how in GROWTH:
        yield _number(words, row[name], how, str(row[f"{name}_why"]))
    shrank = {True: "early shrinkage: yes", False: "early shrinkage: no"}.get(row["early_shrinkage"], "")
    yield _number("Change at the first follow-up", row["early_change_percent"], "{:+.1f} %", row["early_why"] or shrank)
    for name, words in (("g_per_day", "Fitted growth constant g"), ("d_per_day", "Fitted regression constant d")):
        unused = f"the fitted model '{row['model']}' has no such constant" if row["model"] else ""
        fitted = row["fit_why"] or (unused if pd.isna(row[name]) else f"model {row['model']}")
        yield _number(words, row[name], "{:.5f} a day", fitted)
    for name, words in ANSWERS:
        yield Number(words, str(row[name]), str(row[f"{name}_why"]))


def _number(what: str, amount: float, how: str, why: str) -> Number:
    return Number(what, "not defined" if pd.isna(amount) else _minus(how.format(amount)), why)


def _minus(text: str) -> str:
    return f"−{text[1:]}" if text.startswith("-") else text


def _judged(row: Mapping[str, Any]) -> Judged:
    name = str(row["rule"])
    variant = HYPERPROGRESSION_RULES[name].variant_of if name in HYPERPROGRESSION_RULES else ""
    return Judged(name, bool(variant), str(row["answer"]), str(row["why"]), str(row["source"]), str(row["unverified"]))
