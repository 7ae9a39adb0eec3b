"""Responses by one criterion in; each patient's follow-up and what happened in it, as rows and as bars, out."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from radici.reporting.response.looks import WIDE, category_key, colour_of, empty, names, short, time_unit
from radici.reporting.theme import BLUE, INK, PAPER, PURPLE, RED, axes, canvas, write
from radici.response.criteria.criterion import Timeline
from radici.response.patients import Facts
from radici.response.respond import PatientSummary, Responses

PER_FIGURE = 60
ROW = 13.0
MARKS = (
    ("response_day", "^", "▲", BLUE, "response begins"),
    ("progression_day", "D", "◆", RED, "progression"),
    ("new_therapy_day", "s", "■", PURPLE, "new therapy"),
    ("treatment_end_day", "|", "|", INK, "treatment stopped"),
    ("death_day", "X", "✖", INK, "death"),
    ("last_contact_day", ">", "▶", INK, "alive at last contact"),
)


def swimmer_data(responses: Responses, criterion: str) -> pd.DataFrame:
    """One row for each patient, the longest follow-up first; all days count from day 0, missing where not known.

    Returns
    -------
    pd.DataFrame
        `patient, reader, name, end_day` (death, else last contact, else last scan), `ended` (which of these),
        `response_day, progression_day` (when it was first seen), `new_therapy_day, treatment_end_day, death_day,
        last_contact_day` (only of patients not known to have died), `best`.
    """
    known = names(responses)
    pairs = zip(responses.timelines[criterion], responses.summaries[criterion], strict=True)
    rows = [_row(line, one, responses.facts[line.patient], known[line.patient, line.reader]) for line, one in pairs]
    data = pd.DataFrame(rows, columns=["patient", "reader", "name", "end_day", "ended", *(m[0] for m in MARKS), "best"])
    data = data.astype({"end_day": "Int64", **{mark[0]: "Int64" for mark in MARKS}})
    return data.sort_values("end_day", ascending=False, kind="stable", ignore_index=True)


def _row(line: Timeline, one: PatientSummary, facts: Facts, name: str) -> dict[str, Any]:
    seen = max([line.baseline_day, *(point.last_day or point.day for point in line.points)])
    if facts.death is not None:
        end, ended = facts.death, "death"
    elif facts.last_contact is not None and facts.last_contact >= seen:
        end, ended = facts.last_contact, "last contact"
    else:
        end, ended = seen, "last scan"
    return {
        "patient": line.patient,
        "reader": line.reader,
        "name": name,
        "end_day": end,
        "ended": ended,
        "response_day": one.response.began if one.response else None,
        "progression_day": _progression_day(line, one),
        "new_therapy_day": facts.new_therapy,
        "treatment_end_day": facts.treatment_end,
        "death_day": facts.death,
        "last_contact_day": facts.last_contact if ended == "last contact" else None,
        "best": one.best.category,
    }


def _progression_day(line: Timeline, one: PatientSummary) -> int | None:
    """When progression was first seen, also where censoring keeps it out of progression-free survival."""
    if line.progression is not None:
        return line.progression.first_seen
    return one.free.days if one.free.cause == "progression" else None


def swimmer_pages(data: pd.DataFrame) -> list[pd.DataFrame]:
    """The rows in figures' worth of up to 60 patients."""
    return [data[start : start + PER_FIGURE] for start in range(0, max(len(data), 1), PER_FIGURE)]


def swimmer_figure(data: pd.DataFrame, last_day: float | None = None) -> Figure:
    """One bar for each patient, as long as the follow-up, with marks for what happened.

    Parameters
    ----------
    last_day
        End of the axis in days, so that the figures of one cohort share it; by default that of these patients.
    """
    width = 12 + 5.6 * max((len(short(name, 18)) for name in data["name"]), default=0)
    figure = canvas(52 + ROW * max(len(data), 3) + 40, WIDE)
    ax = axes(figure, width, 48, WIDE - width - 24, ROW * max(len(data), 3))
    if data.empty:
        empty(ax, "No patient was assessed by this criterion.")
        return figure
    last = float(data["end_day"].max()) if last_day is None else last_day
    unit, days = time_unit(last)
    y = np.arange(len(data))
    colours = [colour_of(one) for one in data["best"]]
    ax.barh(y, data["end_day"].to_numpy(float) / days, height=0.66, color=colours, alpha=0.45, linewidth=0)
    _marks(ax, data, days)
    category_key(figure, data["best"], width, 14)
    _key(figure, data, width)
    ax.set_yticks(y, [short(name, 18) for name in data["name"]], fontsize=8.5)
    ax.set(xlim=(0, max(last, 1) / days * 1.02), ylim=(len(data) - 0.4, -0.6), xlabel=f"{unit} since day 0")
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x")
    return figure


def _marks(ax: Axes, data: pd.DataFrame, days: float) -> None:
    y = np.arange(len(data))
    for column, shape, _, colour, _ in MARKS:
        at = data[column].to_numpy(dtype=float, na_value=np.nan)
        there = np.isfinite(at)
        looks = {"linewidths": 1.6} if shape == "|" else {"linewidths": 0.6, "edgecolors": PAPER}
        ax.scatter(at[there] / days, y[there], marker=shape, c=colour, s=42, zorder=4, clip_on=False, **looks)


def _key(figure: Figure, data: pd.DataFrame, x: float) -> None:
    for column, _, sign, colour, text in MARKS:
        if data[column].notna().any():
            write(figure, x, 33, sign, color=colour, fontsize=11)
            write(figure, x + 13, 33, text)
            x += 28 + 5.6 * len(text)
