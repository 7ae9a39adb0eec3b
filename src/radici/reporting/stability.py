"""What each fit selected in; the features chosen most often, in words and as bars, out."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from radici.core.table import Column
from radici.reporting.performance import primary_model
from radici.reporting.record import Record
from radici.reporting.theme import BLUE, FILL, INK, axes, canvas, write
from radici.reporting.words import feature_words

TOP, ROW = 15, 32.0


def stability_data(record: Record) -> pd.DataFrame:
    """The image features chosen most often by the model with images: `feature, words, chosen, fits, …`."""
    frame = record.development.stability
    if frame.empty:
        return pd.DataFrame()
    model = primary_model(record.development)
    rows = frame[(frame["model"] == model) & frame["column"].isin(record.blocks.image) & (frame["chosen"] > 0)]
    rows = rows.sort_values(["chosen", "column"], ascending=[False, True]).head(TOP)
    return pd.DataFrame([_row(record, row) for row in rows.to_dict("records")])


def _row(record: Record, row: dict[str, Any]) -> dict[str, Any]:
    column = record.table.columns.get(row["column"], Column(row["column"]))
    words = feature_words(column)
    times = round(row["chosen"] * row["fits"])
    return {**words, "times": times, "fits": int(row["fits"]), "share": float(row["chosen"])}


def always_in(record: Record) -> list[str]:
    """Clinical columns that reached the model with images in every fit, for they do not compete for a place."""
    frame = record.development.stability
    if frame.empty:
        return []
    own = frame[(frame["model"] == primary_model(record.development)) & (frame["chosen"] == 1)]
    return [name for name in record.blocks.clinical if name in set(own["column"])]


def stability_figure(data: pd.DataFrame) -> Figure:
    """One bar per feature: the share of fits that chose it."""
    height = 16 + ROW * len(data)
    figure = canvas(height + 44)
    ax = axes(figure, 10, 8, 290, height)
    for place, row in enumerate(data.to_dict("records")):
        y = place * ROW
        image = "" if row["image"] == "original image" else row["image"]
        detail = ", ".join(part for part in (row["where"], image, row["how"]) if part)
        text = f"{row['what']} ({detail})" if detail else row["what"]
        ax.barh(y + 23, 1, height=9, color="none", edgecolor=FILL, linewidth=0.8)
        ax.barh(y + 23, row["share"], height=9, color=BLUE)
        ax.text(0, y + 10, text if len(text) < 72 else text[:70] + "…", fontsize=8.8, color=INK, va="center")
        write(figure, 308, 8 + y + 23, f"{row['times']} of {row['fits']}", fontsize=8.8)
    ax.set(xlim=(0, 1), ylim=(height, 0), xlabel="share of fits in which the feature was chosen")
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    return figure
