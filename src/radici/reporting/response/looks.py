"""A response category in; its colour, its place in a key, and the names of patients, for every figure, out."""

from collections.abc import Iterable

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from radici.core.outcome import DAYS_PER_MONTH
from radici.reporting.theme import BLUE, FILL, GREEN, LINE, PURPLE, QUIET, RED, write
from radici.response.categories import MEANING, RANK, Meaning
from radici.response.respond import PatientSummary, Responses
from radici.response.summaries.best_response import MISSING

WIDE = 720.0  # points; two columns of the page
COLOUR: dict[Meaning, str] = {
    "complete": BLUE,
    "partial": GREEN,
    "stable": QUIET,
    "neither": FILL,
    "free": FILL,
    "progression": RED,
    "unconfirmed": PURPLE,
    "unknown": LINE,
}
IN_WORDS: dict[Meaning, str] = {
    "complete": "complete response",
    "partial": "partial response",
    "stable": "stable disease",
    "neither": "neither response nor progression",
    "free": "no disease",
    "progression": "progression",
    "unconfirmed": "unconfirmed progression",
    "unknown": "not evaluable",
}


def meaning_of(category: str) -> Meaning:
    """What a category means; no assessment at all is unknown."""
    return "unknown" if category == MISSING else MEANING[category]


def colour_of(category: str) -> str:
    """The colour of a category."""
    return COLOUR[meaning_of(category)]


def called(category: str) -> str:
    """A category as it is printed."""
    return "no assessment" if category == MISSING else category


def in_order(categories: Iterable[str]) -> list[str]:
    """Categories once each, best first."""
    return sorted(set(categories), key=lambda one: (RANK[meaning_of(one)], one == MISSING, one))


def title_of(responses: Responses, criterion: str) -> str:
    """The name of a criterion in print."""
    return responses.criteria[criterion].title or criterion


def names(responses: Responses) -> dict[tuple[str, str], str]:
    """What each patient and reader is called: the patient alone where there is one reader."""
    several = len({course.reader for course in responses.courses}) > 1
    return {(one.patient, one.reader): _name(one.patient, one.reader, several) for one in responses.courses}


def _name(patient: str, reader: str, several: bool) -> str:
    return f"{patient}, {reader or 'reader not named'}" if several else patient


def label(summary: PatientSummary, known: dict[tuple[str, str], str]) -> str:
    """What the patient of a summary is called."""
    return known[summary.patient, summary.reader]


def short(text: str, most: int = 14) -> str:
    """A name that fits beside an axis; matplotlib would take `$` for mathematics."""
    cut = text if len(text) <= most else f"{text[: most - 1]}…"
    return cut.replace("$", r"\$")


def months(days: float) -> float:
    """Days as months of 30.4375 days."""
    return days / DAYS_PER_MONTH


def time_unit(last_day: float) -> tuple[str, float]:
    """Weeks for up to a year of follow-up, else months; and how many days that is."""
    return ("weeks", 7.0) if last_day <= 364 else ("months", DAYS_PER_MONTH)


def category_key(figure: Figure, categories: Iterable[str], x: float, y: float) -> None:
    """Coloured squares with category and number of patients, in a row from a place in points."""
    every = list(categories)
    for one in in_order(every):
        text = f"{called(one)} ({every.count(one)})"
        write(figure, x, y, "■", color=colour_of(one), fontsize=13)
        write(figure, x + 14, y, text)
        x += 30 + 6.1 * len(text)


def empty(ax: Axes, sentence: str) -> None:
    """Say why nothing is drawn."""
    ax.axis("off")
    ax.text(0.5, 0.5, sentence, transform=ax.transAxes, ha="center", va="center")
