"""Held-out predictions in, predicted against observed risk in groups out, with the spread of predictions."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from radici.core.outcome import Survival
from radici.evaluation.evaluation import Evaluation
from radici.reporting.theme import BLUE, FILL, INK, PAPER, QUIET, axes, canvas
from radici.statistics.calibration import Groups, calibration_groups, survival_calibration

BINS = 20
MANY = 250  # patients from which ten groups are drawn instead of five


def can_calibrate(found: Evaluation, model: str) -> bool:
    """Whether the model predicts probabilities."""
    held = found.heldout[model]
    return held.survival is not None if isinstance(found.outcome, Survival) else held.probability is not None


def calibration_data(found: Evaluation, model: str) -> pd.DataFrame:
    """Rows of two parts: `group` (predicted, observed, low, high, n) and `histogram` (from, to, n).

    A patient's prediction is the mean of the repeats; each was made by models that never saw the patient.
    """
    held, outcome = found.heldout[model], found.outcome
    wanted = 10 if held.n >= MANY else 5
    y = outcome.of(held.patients).y
    if isinstance(outcome, Survival):
        assert held.survival is not None
        assert held.months is not None
        at = int(np.argmin(np.abs(held.months - found.horizon_months)))
        risk = (1 - held.survival[:, :, at].mean(axis=0)).clip(0, 1)
        groups = survival_calibration(y["event"], y["months"], risk, float(held.months[at]), wanted)
    else:
        assert held.probability is not None
        risk = held.probability.mean(axis=0).clip(0, 1)
        groups = calibration_groups(y, risk, wanted)
    return pd.concat([_group_rows(groups), _histogram_rows(risk)], ignore_index=True)


def _group_rows(groups: Groups) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "part": "group",
            "predicted": groups.predicted,
            "observed": groups.observed,
            "low": groups.low,
            "high": groups.high,
            "n": groups.n,
        }
    )


def _histogram_rows(risk: np.ndarray) -> pd.DataFrame:
    counts, edges = np.histogram(risk, bins=BINS, range=(0, 1))
    return pd.DataFrame({"part": "histogram", "from": edges[:-1], "to": edges[1:], "n": counts})


def calibration_figure(data: pd.DataFrame, what: str) -> Figure:
    """Groups against the diagonal of perfect calibration, above a histogram of the predictions.

    `what` completes `predicted …` and `observed …` on the axes.
    """
    groups, bars = (data[data["part"] == part] for part in ("group", "histogram"))
    figure = canvas(400)
    ax = axes(figure, 48, 10, 300, 270)
    ax.plot([0, 1], [0, 1], color=QUIET, linewidth=1, linestyle=(0, (4, 3)))
    known = groups.dropna(subset=["observed"])
    ax.plot(known["predicted"], known["observed"], color=BLUE, linewidth=1)
    for row in known.to_dict("records"):
        bounded = row["low"] == row["low"]
        if bounded:
            ax.plot([row["predicted"]] * 2, [row["low"], row["high"]], color=BLUE, linewidth=1.6)
        ax.plot([row["predicted"]], [row["observed"]], "o", color=BLUE, markersize=5.5, clip_on=False,
                markerfacecolor=BLUE if bounded else PAPER)  # fmt: skip
        ax.annotate(f"{row['n']:.0f}", (row["predicted"], row["observed"]), (6, -9), textcoords="offset points",
                    fontsize=8, color=INK)  # fmt: skip
    ax.set(xlim=(0, 1), ylim=(-0.01, 1.01), ylabel=f"observed {what}")
    ax.tick_params(labelbottom=False)
    ax.grid()
    below = axes(figure, 48, 292, 300, 62)
    below.bar(bars["from"], bars["n"], width=bars["to"] - bars["from"], align="edge", color=FILL, edgecolor=BLUE,
              linewidth=0.6)  # fmt: skip
    below.set(xlim=(0, 1), xlabel=f"predicted {what}", ylabel="patients")
    below.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    return figure
