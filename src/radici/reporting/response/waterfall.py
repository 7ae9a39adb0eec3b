"""Responses by one criterion in; each patient's best change, sorted, as rows and as a waterfall plot, out."""

from textwrap import wrap
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from radici.core.errors import some
from radici.reporting.response.looks import WIDE, category_key, colour_of, empty, label, names, short
from radici.reporting.theme import INK, QUIET, axes, canvas, write
from radici.response.respond import Responses

CAP = 100.0  # percent; a bar beyond is cut, so that the others stay legible
MOST_NAMES = 60
MOST_VALUES = 40


class Guides(NamedTuple):
    """Changes in percent from which a criterion speaks of response and of progression, and what a rise counts from."""

    fall: float = -30.0
    rise: float = 20.0
    rise_from: str = "nadir"


RECIST = Guides()


def waterfall_data(responses: Responses, criterion: str) -> pd.DataFrame:
    """Best change of each patient, the largest growth first; patients without a change last.

    Returns
    -------
    pd.DataFrame
        `place` (from 1; missing without a change), `patient, reader, name, change_percent, day, best, confirmed`, and
        `why` there is no change (else empty).
    """
    known = names(responses)
    rows = [
        (one.patient, one.reader, label(one, known), one.depth.change, one.depth.day, one.best.category,
         one.confirmed.category, one.depth.why if np.isnan(one.depth.change) else "")
        for one in responses.summaries[criterion]
    ]  # fmt: skip
    columns = ["patient", "reader", "name", "change_percent", "day", "best", "confirmed", "why"]
    data = pd.DataFrame(rows, columns=columns).astype({"day": "Int64", "change_percent": float})
    data = data.sort_values("change_percent", ascending=False, kind="stable", na_position="last", ignore_index=True)
    number = int(data["change_percent"].notna().sum())
    place = pd.array([i + 1 if i < number else pd.NA for i in range(len(data))], dtype="Int64")
    data.insert(0, "place", place)
    return data


def guides(responses: Responses, criterion: str) -> Guides | None:
    """The limits of a criterion as it was set; None where it has no such rule."""
    values = responses.criteria[criterion].plain()
    by_sum = "partial_percent" in values  # criteria of sums count a rise from the nadir, those of PET from baseline
    fall = values.get("partial_percent", values.get("response_percent"))
    rise = values.get("progression_percent")
    if fall is None or rise is None:
        return None
    return Guides(-float(fall), float(rise), values.get("progression_from", "nadir" if by_sum else "baseline"))


def waterfall_figure(data: pd.DataFrame, lines: Guides | None = RECIST) -> Figure:
    """Bars from the largest growth to the deepest response; who has no change stands below, with the reason."""
    shown = data[data["change_percent"].notna()]
    below = without_change(data)
    text = [line for sentence in below for line in wrap(sentence, 118)]
    named = 0 < len(shown) <= MOST_NAMES
    room = 12 + 5.4 * max((len(short(name)) for name in shown["name"]), default=0) if named else 10
    figure = canvas(30 + 290 + room + 18 + 15 * len(text) + 6, WIDE)
    ax = axes(figure, 56, 34, WIDE - 100, 286)
    for place, line in enumerate(text):
        write(figure, 56, 320 + room + 18 + 15 * place, line.replace("$", r"\$"), fontsize=9, color=QUIET)
    if shown.empty:
        empty(ax, "No patient has a change from baseline.")
        return figure
    category_key(figure, shown["best"], 56, 14)
    _bars(ax, shown)
    guide_lines(ax, lines)
    _finish(ax, shown, named)
    return figure


def without_change(data: pd.DataFrame) -> list[str]:
    """One sentence for each reason why patients have no change."""
    rest = data[data["change_percent"].isna()]
    return [
        f"Not drawn, {why} ({len(group)}): {some(list(group['name']), 30)}"
        for why, group in rest.groupby("why", sort=True)
    ]


def _bars(ax: Axes, shown: pd.DataFrame) -> None:
    change = shown["change_percent"].to_numpy()
    x = np.arange(len(shown))
    colours = [colour_of(one) for one in shown["best"]]
    ax.bar(x, np.minimum(change, CAP), width=0.86 if len(x) <= 120 else 1.0, color=colours, linewidth=0)
    flat = np.abs(change) < 1
    ax.scatter(
        x[flat],
        np.zeros(int(flat.sum())),
        s=14 if len(x) <= MOST_NAMES else 2,
        color=[c for c, f in zip(colours, flat, strict=True) if f],
    )
    for place in x[change > CAP]:
        if len(x) <= MOST_VALUES:
            ax.text(place, CAP + 2, f"{change[place]:+.0f}", ha="center", va="bottom", fontsize=8)
        else:
            ax.plot(place, CAP + 4, "^", color=colours[place], markersize=4)


def guide_lines(ax: Axes, lines: Guides | None) -> None:
    """Zero, and dashed lines where the criterion speaks of response and progression."""
    ax.axhline(0, color=INK, linewidth=0.8)
    for height in lines[:2] if lines else ():
        ax.axhline(height, color=INK, linewidth=1, linestyle=(0, (4, 3)))
        _guide_label(ax, height)


def _guide_label(ax: Axes, height: float) -> None:
    ax.annotate(
        f"{height:+g} %".replace("-", "−"), (1, height), (7, 0), xycoords=("axes fraction", "data"),
        textcoords="offset points", va="center",
    )  # fmt: skip


def _finish(ax: Axes, shown: pd.DataFrame, named: bool) -> None:
    low, high = float(shown["change_percent"].min()), float(shown["change_percent"].max())
    top = CAP + 12 if high > CAP else max(high + 6, 30)
    ax.set(
        xlim=(-0.7, len(shown) - 0.3), ylim=(max(min(low - 6, -40), -104), top), ylabel="best change from baseline, %"
    )
    ax.spines["bottom"].set_visible(False)
    ax.grid(axis="y")
    if named:
        size = 8.5 if len(shown) <= MOST_VALUES else 7
        ax.set_xticks(range(len(shown)), [short(name) for name in shown["name"]], rotation=90, fontsize=size)
    else:
        ax.set_xticks([])
    ax.tick_params(axis="x", length=0)
