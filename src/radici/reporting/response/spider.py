"""Responses by one criterion in; the change from baseline over time, as rows and as a line for each patient, out."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import offset_copy

from radici.reporting.response.looks import WIDE, category_key, colour_of, empty, names, time_unit
from radici.reporting.response.waterfall import RECIST, Guides, guide_lines
from radici.reporting.theme import PAPER, axes, canvas, write
from radici.response.respond import Responses

CAP = 150.0  # percent; a line beyond leaves the picture, so that the others stay legible
MANY = 60
MARKS = (("progression", "D", "progression", 0.0), ("new_lesion", "^", "first new lesion", 7.0))
"""Column, sign, words, and points above the visit, so that both can be seen at one."""


def spider_data(responses: Responses, criterion: str) -> pd.DataFrame:
    """Change from baseline at every visit, baseline (0 %) included.

    Returns
    -------
    pd.DataFrame
        `patient, reader, name, day, change_percent` (NaN where not every lesion was measured), `best`, `progression`
        (whether it is declared at this visit), `new_lesion` (whether the first one is seen at this visit).
    """
    known = names(responses)
    rows = []
    for line, one in zip(responses.timelines[criterion], responses.summaries[criterion], strict=True):
        head = (line.patient, line.reader, known[line.patient, line.reader])
        start = 0.0 if line.baseline else np.nan
        rows.append((*head, line.baseline_day, start, one.best.category, False, False))
        declared, first = line.progression, next((point for point in line.points if point.new), None)
        rows += [
            (*head, point.day, point.change, one.best.category, point is declared, point is first)
            for point in line.points
        ]
    columns = ["patient", "reader", "name", "day", "change_percent", "best", "progression", "new_lesion"]
    return pd.DataFrame(rows, columns=columns).astype({"change_percent": float})


def spider_figure(data: pd.DataFrame, lines: Guides | None = RECIST) -> Figure:
    """One line for each patient in the colour of the best response, with marks at progression and new lesions."""
    shown = data[data["change_percent"].notna()]
    followed = shown.groupby(["patient", "reader"], sort=False).filter(lambda rows: len(rows) > 1)
    figure = canvas(372, WIDE)
    ax = axes(figure, 56, 52, WIDE - 100, 276)
    if followed.empty:
        empty(ax, "No patient has a change from baseline.")
        return figure
    unit, days = time_unit(float(followed["day"].max()))
    patients = followed.groupby(["patient", "reader"], sort=False)
    category_key(figure, patients["best"].first(), 56, 14)
    _lines(figure, ax, followed, days, patients.ngroups)
    _key(figure)
    low, high = float(followed["change_percent"].min()), float(followed["change_percent"].max())
    guide_lines(ax, lines)
    ax.set(ylim=(max(min(low - 6, -40), -104), min(max(high + 8, 40), CAP)), ylabel="change from baseline, %")
    ax.set(xlabel=f"{unit} since day 0", xlim=(followed["day"].min() / days, followed["day"].max() / days * 1.02))
    ax.grid(axis="y")
    return figure


def beyond(data: pd.DataFrame) -> int:
    """Patients whose line leaves the picture."""
    return int(data.loc[data["change_percent"] > CAP, ["patient", "reader"]].drop_duplicates().shape[0])


def unplaced(data: pd.DataFrame) -> int:
    """Progressions that have no mark, because the sum of that visit is not complete."""
    return int((data["progression"] & data["change_percent"].isna()).sum())


def _lines(figure: Figure, ax: Axes, followed: pd.DataFrame, days: float, number: int) -> None:
    looks: dict[str, Any] = {"linewidth": 1.5, "alpha": 0.9} if number <= MANY else {"linewidth": 0.8, "alpha": 0.55}
    for _, rows in followed.groupby(["patient", "reader"], sort=False):
        colour = colour_of(rows["best"].iloc[0])
        x, y = rows["day"].to_numpy() / days, rows["change_percent"].to_numpy()
        ax.plot(x, y, color=colour, marker="o" if number <= MANY else "", markersize=2.6, **looks)
    size = 6.5 if number <= MANY else 4
    for column, shape, _, above in MARKS:
        rows = followed[followed[column]]
        place = offset_copy(ax.transData, figure, y=above, units="points")
        looks_of: dict[str, Any] = {"marker": shape, "s": size**2, "linewidths": 0.6, "edgecolors": PAPER, "zorder": 4}
        colours = [colour_of(one) for one in rows["best"]]
        ax.scatter(rows["day"] / days, rows["change_percent"], c=colours, transform=place, **looks_of)


def _key(figure: Figure) -> None:
    x = 56.0
    for _, shape, text, _ in MARKS:
        write(figure, x, 33, {"D": "◆", "^": "▲"}[shape], fontsize=11)
        write(figure, x + 14, 33, text)
        x += 34 + 6.1 * len(text)
