"""Responses in; rates with intervals, agreement between criteria, and how all was decided, in words, out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from radici.core.settings import Settings
from radici.reporting.response.looks import IN_WORDS, meaning_of, months, title_of
from radici.response.categories import ORDER, Meaning
from radici.response.criteria.criterion import Timeline
from radici.response.growth.hyperprogression import HYPERPROGRESSION_RULES
from radici.response.respond import PatientSummary, Responses
from radici.response.summaries import benefit, progression
from radici.response.summaries.rates import control_rate, response_rate
from radici.statistics.estimate import Estimate
from radici.statistics.kaplan_meier import kaplan_meier
from radici.statistics.proportion import clopper_pearson

FEW_CRITERIA = 4
SUMMARIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "best": ("Best overall response", ()),
    "confirmed": ("Confirmed best overall response", ()),
    "progression": ("Progression-free survival", progression.UNVERIFIED),
    "benefit": ("Durable clinical benefit", benefit.UNVERIFIED),
    "growth": ("Growth and hyperprogression", ()),
}
"""What `Rules` holds, in words, and what of it is not verified at its source."""
Links = Mapping[tuple[str, str], tuple[str, str]]


class Counts(NamedTuple):
    """Best responses by one criterion: how many of each meaning, and the rates."""

    title: str
    counts: tuple[int, ...]
    n: int
    response: str
    confirmed: str
    control: str
    evaluable: str
    free: str


class Agreement(NamedTuple):
    """Two criteria: in how many patients both speak, in how many they mean the same, and who differs."""

    first: str
    second: str
    same: str
    visits: str
    differ: tuple[tuple[str, str], ...]


class RuleCount(NamedTuple):
    """One rule of hyperprogression: patients by answer."""

    rule: str
    source: str
    variant: bool
    yes: int
    no: int
    unknown: int


class Method(NamedTuple):
    """How something was decided: its name, source, settings, and what is not verified at the source."""

    title: str
    source: str
    settings: str
    unverified: tuple[str, ...]


def meanings(responses: Responses) -> list[Meaning]:
    """What any best response of the group means, best first."""
    found = {meaning_of(one.best.category) for group in responses.summaries.values() for one in group}
    return [one for one in ORDER if one in found]


def counts(responses: Responses) -> Iterator[Counts]:
    """One row for each criterion and reader who judged somebody."""
    for title, group in _groups(responses):
        best, sure = [one.best.category for one in group], [one.confirmed.category for one in group]
        by_meaning = Counter(map(meaning_of, best))
        unknown = by_meaning["unknown"]
        yield Counts(
            title, tuple(by_meaning[one] for one in meanings(responses)), len(group),
            percents(response_rate(best)), percents(response_rate(sure)), percents(control_rate(best)),
            percents(response_rate(best, "evaluable")) if unknown < len(group) else "nobody is evaluable",
            _median(group),
        )  # fmt: skip


def percents(rate: Estimate) -> str:
    """`25 % (13 to 41), 10 of 40`."""
    return f"{100 * rate.value:.0f} % ({100 * rate.low:.0f} to {100 * rate.high:.0f}), {rate.events} of {rate.n}"


def _groups(responses: Responses) -> Iterator[tuple[str, list[PatientSummary]]]:
    for name, found in responses.summaries.items():
        readers = list(dict.fromkeys(one.reader for one in found))
        for reader in readers:
            title = title_of(responses, name) + (f", {reader or 'reader not named'}" if len(readers) > 1 else "")
            yield title, [one for one in found if one.reader == reader]


def _median(group: Sequence[PatientSummary]) -> str:
    """Median progression-free survival in months with its interval (Kaplan-Meier)."""
    event = np.array([one.free.event for one in group])
    curve = kaplan_meier(event, np.array([months(one.free.days) for one in group], dtype=float))
    found = curve.median()
    ends = [f"{end:.1f}" if np.isfinite(end) else "not reached" for end in (found.value, found.low, found.high)]
    return f"{ends[0]} ({ends[1]} to {ends[2]}), {int(event.sum())} events"


def agreement(responses: Responses, links: Links) -> list[Agreement]:
    """How often criteria mean the same: each pair of up to four, else the first against every other.

    Parameters
    ----------
    links
        Anchor and name of each patient and reader.
    """
    every = list(responses.summaries)
    pairs = list(combinations(every, 2)) if len(every) <= FEW_CRITERIA else [(every[0], other) for other in every[1:]]
    return [_agreement(responses, a, b, links) for a, b in pairs]


def _agreement(responses: Responses, first: str, second: str, links: Links) -> Agreement:
    a, b = ({(one.patient, one.reader): one for one in responses.summaries[name]} for name in (first, second))
    both = [key for key in a if key in b]
    differ = [key for key in both if meaning_of(a[key].best.category) != meaning_of(b[key].best.category)]
    visits, alike = _visits(responses.timelines[first], responses.timelines[second])
    same = _share(len(both) - len(differ), len(both))
    titles = (title_of(responses, first), title_of(responses, second))
    return Agreement(*titles, same, f"{alike} of {visits}", tuple(links[key] for key in differ))


def _visits(first: Iterable[Timeline], second: Iterable[Timeline]) -> tuple[int, int]:
    """Visits that both judged, and those of which both mean the same."""
    a, b = _meanings(first), _meanings(second)
    both = [key for key in a if key in b]
    return len(both), sum(a[key] == b[key] for key in both)


def _meanings(lines: Iterable[Timeline]) -> dict[tuple[str, str, int, str], Meaning]:
    """What each visit means, by patient, reader, day and label."""
    return {(one.patient, one.reader, p.day, p.label): meaning_of(p.category) for one in lines for p in one.points}


def _share(yes: int, n: int) -> str:
    """A share with Clopper and Pearson's interval, in words."""
    if not n:
        return "no patient in common"
    return percents(Estimate(yes / n, *clopper_pearson(yes, n), n, yes))


def hyperprogression_counts(responses: Responses) -> list[RuleCount]:
    """Patients by answer of each rule."""
    found = []
    table = responses.hyperprogression
    for name, rows in table.groupby("rule", sort=False):
        rule, source = str(name), str(rows["source"].iloc[0])
        variant = rule in HYPERPROGRESSION_RULES and bool(HYPERPROGRESSION_RULES[rule].variant_of)
        number = Counter(rows["answer"])
        found.append(RuleCount(rule, source, variant, number["yes"], number["no"], number["not applicable"]))
    return found


def methods(responses: Responses) -> list[Method]:
    """Criteria, summaries and rules of hyperprogression with every setting that was used."""
    found = [
        Method(one.title or name, one.source, settings_words(one), tuple(one.unverified))
        for name, one in responses.criteria.items()
    ]
    rules = responses.rules
    for name in type(rules).model_fields:
        title, unverified = SUMMARIES.get(name, (name.replace("_", " "), ()))
        found.append(Method(title, "", settings_words(getattr(rules, name)), unverified))
    table = responses.hyperprogression
    for _, rows in table.groupby("rule", sort=False):
        row = rows.iloc[0]
        if row["unverified"]:
            title = f"Hyperprogression, {row['rule'].replace('_', ' ')}"
            found.append(Method(title, str(row["source"]), "", (str(row["unverified"]),)))
    return found


def settings_words(settings: Settings) -> str:
    """`confirm = no, confirm_days = 28`; settings inside settings in brackets."""
    return _words(settings.plain())


def _words(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} = {_word(value)}" for name, value in values.items())


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return f"({_words(value)})"
    if isinstance(value, list):
        return ", ".join(map(_word, value))
    return "not set" if value is None else str(value)


def zeros(responses: Responses) -> str:
    """What day 0 is, and for how many."""
    number = Counter(course.zero for course in responses.courses)
    return "; ".join(f"{what} ({many})" for what, many in sorted(number.items()))


def in_words(shown: Sequence[Meaning]) -> list[str]:
    """Headings of the columns of counts."""
    return [f"{IN_WORDS[one][0].upper()}{IN_WORDS[one][1:]}" for one in shown]
