"""Held-out predictions of a response in, receiver operating characteristic curves out; never pooled across folds."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from radici.evaluation.evaluation import Evaluation
from radici.evaluation.heldout import HeldOut
from radici.evaluation.metrics import discrimination_name
from radici.reporting.theme import INK, MODEL_COLOUR, QUIET, axes, canvas, key_line, write
from radici.reporting.words import interval, model_words
from radici.statistics.auc import roc_curve

GRID = np.linspace(0, 1, 101)
DASHES = {"clinical+image": "-", "clinical+volume": (0, (5, 2)), "image": "-", "volume": (0, (1.5, 1.5))}


def shown_models(found: Evaluation) -> list[str]:
    """The two models of the headline and the volume; all of them where there is no headline."""
    if not found.headline:
        return list(found.heldout)
    return [name for name in dict.fromkeys((*found.headline, "volume")) if name in found.heldout]


def roc_data(found: Evaluation) -> pd.DataFrame:
    """True positive rate on a grid of false positive rates, with the AUC that the evaluation reports."""
    parts = []
    for model in shown_models(found):
        held = found.heldout[model]
        estimate = found.number(model, discrimination_name(found.outcome))
        curves = _curves(held, found.outcome.of(held.patients).y)
        if estimate is None or not curves:
            continue
        rate = np.concatenate([[0.0], np.mean(curves, axis=0)])
        part = pd.DataFrame({"model": model, "false_positive_rate": np.concatenate([[0.0], GRID])})
        part["true_positive_rate"] = rate
        part["curves"] = len(curves)
        part["auc"], part["low"], part["high"] = estimate.value, estimate.low, estimate.high
        part["n"], part["yes"] = estimate.n, estimate.events
        part["text"] = interval(estimate)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _curves(held: HeldOut, y: np.ndarray) -> list[np.ndarray]:
    """One curve per fold and repeat, those with a single class left out."""
    curves = []
    for fold, score in zip(held.fold, held.score, strict=True):
        for one in np.unique(fold):
            rows = fold == one
            if 0 < y[rows].sum() < rows.sum():
                false, true, _ = roc_curve(y[rows], score[rows])
                curves.append(np.interp(GRID, false, true))
    return curves


def roc_figure(data: pd.DataFrame) -> Figure:
    """Curves with the diagonal of a coin; AUC and interval stand beside each name."""
    models = list(dict.fromkeys(data["model"]))
    legend = 30.0 * len(models)
    figure = canvas(338 + legend)
    ax = axes(figure, 48, 10, 300, 275)
    ax.plot([0, 1], [0, 1], color=QUIET, linewidth=1, linestyle=(0, (4, 3)))
    for place, model in enumerate(models):
        rows = data[data["model"] == model]
        colour = MODEL_COLOUR.get(model, INK)
        dashes = DASHES.get(model, "-")
        ax.plot(rows["false_positive_rate"], rows["true_positive_rate"], color=colour, linestyle=dashes)
        y = 340 + 30 * place
        key_line(figure, 48, y, 24, colour, dashes)
        write(figure, 80, y - 6, model_words(model), fontsize=9)
        write(figure, 80, y + 7, f"AUC {rows['text'].iloc[0]}", fontsize=9)
    ax.set(xlim=(0, 1), ylim=(0, 1.005), xlabel="1 − specificity", ylabel="sensitivity")
    ax.grid()
    return figure
