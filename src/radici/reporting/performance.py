"""Evaluations in; the table of models, how its intervals were made, and the figure of discrimination out."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from radici.evaluation.contenders import IN_WORDS
from radici.evaluation.evaluation import Evaluation, Number
from radici.evaluation.metrics import discrimination_name
from radici.reporting.footnotes import notes
from radici.reporting.theme import BLUE, INK, LINE, PAPER, QUIET, RED, WIDTH, axes, canvas, write
from radici.reporting.words import in_order, interval, model_words, p_words, size_words
from radici.statistics.calibration import calibration_groups
from radici.statistics.estimate import Estimate

ACCURACY = (
    "Brier score",
    "integrated Brier score",
    "calibration slope",
    "calibration intercept",
    "observed / expected",
)
ROW, TOP, PLOT = 15.0, 30.0, 205.0
BEHIND = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.8}
SMALLEST = 0.02  # narrower axes would blow a rounding error up to a difference


def metrics_of(found: Evaluation) -> list[str]:
    """Metrics in the order of the table: discrimination first."""
    name = discrimination_name(found.outcome)
    present = {number.metric for number in found.numbers}
    return [metric for metric in (name, f"{name} (bootstrap)", *ACCURACY) if metric in present]


def metric_words(found: Evaluation, metric: str) -> str:
    """A metric with the time that its value depends on."""
    if metric == "observed / expected" and found.horizon_months:
        return f"{metric} at {found.horizon_months:g} months"
    if metric == "integrated Brier score" and found.tau_months:
        return f"{metric} to {found.tau_months:g} months"
    return metric


def table(found: Evaluation) -> dict[str, Any]:
    """The table of one cohort.

    `columns`; `rows` of cells, each a whole estimate in words; `differences`; `size` of the cohort where all rows
    rest on the same patients, else each row tells its own; `notes`.
    """
    metrics = metrics_of(found)
    rows = []
    for model in in_order(number.model for number in found.numbers):
        estimates = [found.number(model, metric) for metric in metrics]
        if estimates[0] is not None:
            cells = [interval(estimate) if estimate else "" for estimate in estimates]
            rows.append(_table_row(found, model_words(model), cells, estimates[0]))
    differences = [
        _table_row(found, model_words(n.model), [interval(n.estimate, signed=True)], n.estimate)
        | {"against": model_words(n.against).lower(), "metric": n.metric}
        for n in found.numbers
        if n.against
    ]
    sizes = {row["size"] for row in (*rows, *differences)}
    return {
        "columns": [metric_words(found, metric) for metric in metrics],
        "rows": rows,
        "differences": differences,
        "size": sizes.pop() if len(sizes) == 1 else "",
        "has_p": any(row["p"] for row in (*rows, *differences)),
        "notes": notes(found),
    }


def _table_row(found: Evaluation, model: str, cells: list[str], main: Estimate) -> dict[str, Any]:
    return {"model": model, "cells": cells, "p": p_words(main.p), "size": size_words(main, found.outcome)}


def headline(found: Evaluation, cohort: str) -> dict[str, str]:
    """The number to read first: added value, or discrimination where there is nothing to compare with."""
    metric = discrimination_name(found.outcome)
    number = next((n for n in found.numbers if n.against and (n.model, n.against) == found.headline), None)
    if number is None:
        model = primary_model(found)
        estimate = found.number(model, metric)
        assert estimate is not None
        title, text = f"{metric} of {model_words(model).lower()}; no comparator", interval(estimate)
    else:
        estimate = number.estimate
        title = f"Added {metric} of images over {model_words(number.against).lower()}"
        text = interval(estimate, signed=True)
    value, _, bounds = text.partition(" (")
    if "not available" in bounds:
        value, bounds = "No interval", f"estimate {value}, interval not available"
    return {
        "cohort": cohort,
        "title": title,
        "value": value,
        "bounds": bounds.rstrip(")"),
        "size": size_words(estimate, found.outcome),
        "p": p_words(estimate.p),
        "method": estimate.method,
    }


def primary_model(found: Evaluation) -> str:
    """The model with images that the study is about, or the first one where no model has images."""
    names = list(found.heldout)
    if found.headline:
        return found.headline[0]
    return next((name for name in ("clinical+image", "image", "clinical") if name in names), names[0])


def coverage_table(coverage: Mapping[str, Any]) -> dict[str, Any]:
    """What simulation found of the intervals, whatever was counted: `columns` and `rows`."""
    keys: list[str] = []
    for value in coverage.values():
        if isinstance(value, Mapping):
            keys += [str(key) for key in value if key not in keys]
    rows = []
    for name, value in coverage.items():
        cells = value if isinstance(value, Mapping) else {}
        text = [_covered(cells) if key == "covered" else _plain(cells.get(key, "")) for key in keys]
        rows.append({"name": str(name) if cells else f"{name}: {_plain(value)}", "cells": text})
    return {"columns": keys, "rows": rows}


def _covered(cells: Mapping[str, Any]) -> str:
    """A share of simulated cohorts with Wilson's interval, where their number is told."""
    share, cohorts = cells.get("covered"), cells.get("cohorts")
    if not isinstance(share, int | float) or not isinstance(cohorts, int) or cohorts < 1:
        return _plain(share if share is not None else "")
    return interval(wilson(round(share * cohorts), cohorts))


def wilson(yes: int, n: int) -> Estimate:
    """A share with Wilson's interval."""
    group = calibration_groups(np.arange(n) < yes, np.full(n, yes / n), groups=1)
    return Estimate(yes / n, float(group.low[0]), float(group.high[0]), n, yes, method="Wilson interval")


def _plain(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def forest_data(evaluations: list[tuple[str, Evaluation]]) -> pd.DataFrame:
    """Discrimination of every model and the headline difference, one row per cohort and number."""
    rows = []
    for cohort, found in evaluations:
        metric = discrimination_name(found.outcome)
        for number in found.numbers:
            if number.metric in (metric, f"added {metric}"):
                rows.append(_forest_row(cohort, number))
    order = in_order(row["model"] for row in rows)
    return pd.DataFrame(sorted(rows, key=lambda row: order.index(row["model"])))


def _forest_row(cohort: str, number: Number) -> dict[str, Any]:
    e = number.estimate
    label = model_words(number.model)
    return {
        "kind": "difference" if number.against else "model",
        "model": number.model,
        "against": number.against,
        "label": f"{label}\nminus {model_words(number.against).lower()}" if number.against else label,
        "metric": number.metric,
        "cohort": cohort,
        "value": e.value,
        "low": e.low,
        "high": e.high,
        "n": e.n,
        "events": e.events,
        "p": e.p,
        "text": interval(e, signed=bool(number.against)),
    }


def forest_figure(data: pd.DataFrame) -> Figure:
    """Discrimination with intervals, and under it the difference that counts."""
    models, differences = (data[data["kind"] == kind] for kind in ("model", "difference"))
    above = _height(models)
    below = _height(differences) + 62 if len(differences) else 0
    figure = canvas(TOP + above + 42 + below)
    cohorts = list(dict.fromkeys(data["cohort"]))
    top = axes(figure, 8, TOP, PLOT, above)
    for place, cohort in enumerate(cohorts):
        mark, colour, _ = _MARK[place % 2]
        figure.add_artist(_key(figure, 14 + 170 * place, mark, colour))
        write(figure, 24 + 170 * place, 12, cohort, color=colour, fontweight="bold")
    _panel(top, models, cohorts, 0.5, str(models["metric"].iloc[0]), least=0.5)
    if len(differences):
        bottom = axes(figure, 8, TOP + above + 62, PLOT, _height(differences))
        metric = str(models["metric"].iloc[0])
        better = "images add" if set(differences["against"]) <= set(IN_WORDS) else "better"
        _panel(bottom, differences, cohorts, 0.0, f"difference in {metric} (right of 0: {better})", least=0.0)
    return figure


_MARK = (("o", BLUE, 6), ("D", RED, 5))


def _key(figure: Figure, x: float, marker: str, colour: str) -> Line2D:
    total = figure.get_figheight() * 72
    return Line2D([x / WIDTH], [1 - 12 / total], marker=marker, color=colour, markersize=6)


def _height(rows: pd.DataFrame) -> float:
    labels = rows.drop_duplicates("label")["label"]
    lines = sum(1 + str(label).count("\n") for label in labels)
    return (lines + len(rows)) * ROW + 7 * len(labels)


def _panel(ax: Axes, rows: pd.DataFrame, cohorts: list[str], neutral: float, name: str, *, least: float) -> None:
    height = _height(rows)
    ax.set_ylim(height, 0)
    _limits(ax, rows, least)
    ax.axvline(neutral, color=QUIET, linewidth=1, linestyle=(0, (4, 3)))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    ax.set_yticks([])
    ax.set_xlabel(name)
    ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    y = 0.0
    beside = ax.get_yaxis_transform()
    for label, group in rows.groupby("label", sort=False):
        y += 4
        for line in str(label).split("\n"):
            ax.text(0, y + ROW / 2, line, transform=beside, fontsize=9, color=INK, va="center", bbox=BEHIND)
            y += ROW
        for row in group.to_dict("records"):
            _interval(ax, row, y + ROW / 2, cohorts.index(row["cohort"]))
            ax.text(1.03, y + ROW / 2, row["text"].replace("interval not available", "no interval"),
                    transform=beside, fontsize=8.5, color=INK, va="center")  # fmt: skip
            y += ROW
        y += 3
        ax.axhline(y, color=LINE, linewidth=0.5)


def _interval(ax: Axes, row: dict[str, Any], y: float, place: int) -> None:
    marker, colour, size = _MARK[place % 2]
    if not math.isnan(row["low"]):
        ax.plot([row["low"], row["high"]], [y, y], color=colour, linewidth=2, solid_capstyle="butt")
    ax.plot([row["value"]], [y], marker=marker, color=colour, markersize=size)


def _limits(ax: Axes, rows: pd.DataFrame, least: float) -> None:
    low = min(rows[["value", "low"]].min().min(), least)
    high = max(rows[["value", "high"]].max().max(), least + SMALLEST)
    margin = 0.05 * (high - low) + 0.005
    ax.set_xlim(low - margin, high + margin)
