"""Responses in; a page with the cohort's figures and every patient's card, and the data behind each figure, out."""

from collections.abc import Callable, Iterator
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.figure import Figure

from radici.core.errors import InputError
from radici.core.provenance import versions
from radici.reporting import theme
from radici.reporting.csvfile import write_csv
from radici.reporting.response import overview, spider, swimmer, waterfall
from radici.reporting.response.card import Card, Cards
from radici.reporting.response.looks import title_of
from radici.response.criteria.criterion import timeline_frame
from radici.response.respond import Responses

PAGE = "response.html"
TOGETHER = 200
"""Patients up to whom all cards stand on one page."""


class Drawn(NamedTuple):
    """One figure on the page."""

    name: str
    title: str
    caption: str
    svg: Markup


def response_page(responses: Responses, folder: Path) -> Path:
    """Write what there is to say of a group of patients; the same responses give the same bytes.

    Parameters
    ----------
    folder
        Made where it does not exist. Gets `response.html` (self-contained: no script, nothing loaded from elsewhere),
        `figures/NAME.svg` with `figures/NAME.csv`, `figures/visits.csv` (every visit by every criterion: what the cards
        draw), and, beyond 200 patients, `patients/patient-0001.html` and so on.

    Returns
    -------
    Path
        Of `response.html`.

    Raises
    ------
    InputError
        There is no patient.
    """
    if not responses.courses:
        raise InputError("A response page needs at least one patient, found none. Read a lesion table with rows first.")
    folder = Path(folder)
    figures = folder / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    drawn = {name: list(_figures(responses, name, figures)) for name in responses.timelines}
    lines = [line for found in responses.timelines.values() for line in found]
    write_csv(timeline_frame(lines), figures / "visits.csv")
    return _write(responses, drawn, folder)


def _figures(responses: Responses, criterion: str, folder: Path) -> Iterator[Drawn]:
    """Waterfall, spider and swimmer plots of one criterion, written and returned."""
    title, lines = title_of(responses, criterion), waterfall.guides(responses, criterion)
    data = waterfall.waterfall_data(responses, criterion)
    changed = bool(data["change_percent"].notna().any())
    if changed:
        yield _drawn(
            f"waterfall_{criterion}", f"Waterfall. {title}", _waterfall_words(data, lines), data, folder,
            partial(waterfall.waterfall_figure, data, lines),
        )  # fmt: skip
        walked = spider.spider_data(responses, criterion)
        yield _drawn(
            f"spider_{criterion}", f"Spider. {title}", _spider_words(walked), walked, folder,
            partial(spider.spider_figure, walked, lines),
        )  # fmt: skip
    swum = swimmer.swimmer_data(responses, criterion)
    if swum.empty:
        return
    pages, last = swimmer.swimmer_pages(swum), float(swum["end_day"].max())
    for number, part in enumerate(pages, start=1):
        several = f" ({number} of {len(pages)})" if len(pages) > 1 else ""
        yield _drawn(
            f"swimmer_{criterion}" + (f"_{number}" if len(pages) > 1 else ""), f"Swimmer. {title}{several}",
            _swimmer_words(part, len(swum)), part, folder, partial(swimmer.swimmer_figure, part, last),
        )  # fmt: skip


def _drawn(
    name: str, title: str, caption: str, data: pd.DataFrame, folder: Path, draw: Callable[[], Figure]
) -> Drawn:  # fmt: skip
    with theme.style():
        text = theme.svg(draw(), name, title, caption)
    (folder / f"{name}.svg").write_text(text, encoding="utf-8", newline="\n")
    write_csv(data, folder / f"{name}.csv")
    return Drawn(name, title, caption, Markup(theme.inline(text)))  # texts were escaped when they were drawn


def _waterfall_words(data: pd.DataFrame, lines: waterfall.Guides | None) -> str:
    dashed = (
        f" Dashed: {lines.fall:g} % and +{lines.rise:g} % (a rise counts from the {lines.rise_from})." if lines else ""
    )
    shown = int(data["change_percent"].notna().sum())
    cut = int((data["change_percent"] > waterfall.CAP).sum())
    high = f" {cut} above +{waterfall.CAP:g} % cut there." if cut else ""
    bare = " Too many patients for names; they are in the data." if shown > waterfall.MOST_NAMES else ""
    return (
        f"Best change of the burden from baseline up to the first progression, {shown} of {len(data)} patients; "
        f"colours: best overall response.{dashed}{high}{bare}"
    )


def _spider_words(data: pd.DataFrame) -> str:
    beyond, unplaced = spider.beyond(data), spider.unplaced(data)
    high = f" {beyond} patients leave the picture at +{spider.CAP:g} %." if beyond else ""
    lost = f" {unplaced} progressions at visits without a complete burden have no mark." if unplaced else ""
    return (
        f"Change of the burden from baseline, one line for each patient in the colour of the best overall response, "
        f"visits after progression included.{high}{lost}"
    )


def _swimmer_words(part: pd.DataFrame, every: int) -> str:
    if len(part) == every:
        who = f"All {every} patients, the longest follow-up first."
    else:
        who = f"{len(part)} of {every} patients, the longest follow-up first; the others in the other figures."
    return f"{who} A bar without a sign at its end ends at the last scan. Colours: best overall response."


def _write(responses: Responses, drawn: dict[str, list[Drawn]], folder: Path) -> Path:
    environment = Environment(
        loader=FunctionLoader(_template), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    cards = Cards(responses)
    together = len(responses.courses) <= TOGETHER
    css = Markup(_template("report.css") + _template("response.css"))
    made = [cards.card(course) for course in responses.courses]
    links = {one.anchor: f"#{one.anchor}" if together else f"patients/{one.anchor}.html" for one in made}
    if not together:
        _write_patients(environment, css, made, folder / "patients")
    content = _content(responses, cards, drawn)
    page = folder / PAGE
    text = environment.get_template("response.html.j2").render(
        css=css, cards=made, links=links, together=together, **content
    )
    page.write_text(text, encoding="utf-8", newline="\n")
    return page


def _write_patients(environment: Environment, css: Markup, cards: list[Card], folder: Path) -> None:
    """One page for each patient, with links to its neighbours."""
    folder.mkdir(exist_ok=True)
    template = environment.get_template("response_patient.html.j2")
    for place, card in enumerate(cards):
        before = cards[place - 1] if place else None
        after = cards[place + 1] if place + 1 < len(cards) else None
        text = template.render(css=css, card=card, before=before, after=after, index=f"../{PAGE}")
        (folder / f"{card.anchor}.html").write_text(text, encoding="utf-8", newline="\n")


def _content(responses: Responses, cards: Cards, drawn: dict[str, list[Drawn]]) -> dict[str, Any]:
    links = {key: (cards.anchor(key), name) for key, name in cards.names.items()}
    shown = overview.meanings(responses)
    return {
        "title": "Response to treatment",
        "patients": len({course.patient for course in responses.courses}),
        "readers": sorted({course.reader for course in responses.courses} - {""}),
        "criteria": [title_of(responses, name) for name in responses.timelines],
        "zeros": overview.zeros(responses),
        "columns": overview.in_words(shown),
        "counts": list(overview.counts(responses)),
        "agreement": overview.agreement(responses, links),
        "figures": [(title_of(responses, name), found) for name, found in drawn.items() if found],
        "hyperprogression": overview.hyperprogression_counts(responses),
        "refused": [(patient, title_of(responses, name), why) for patient, name, why in responses.refused],
        "notes": responses.notes,
        "methods": overview.methods(responses),
        "versions": versions(),
    }


def _template(name: str) -> str:
    return files("radici.reporting").joinpath("templates", name).read_text(encoding="utf-8")
