"""Held-out risk scores of a survival endpoint in; groups by terciles, Kaplan-Meier curves and medians out.

No cut is chosen on the outcome: terciles (halves below 60 patients) are counted off within each fold, because
scores of different fits are not on one scale.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from radici.core.table import FeatureTable
from radici.evaluation.evaluation import Evaluation
from radici.evaluation.heldout import HeldOut
from radici.learning.model import Model
from radici.reporting.theme import BLUE, INK, QUIET, RED, axes, canvas, key_line, write
from radici.reporting.words import interval
from radici.statistics.kaplan_meier import kaplan_meier, logrank

FEW = 60
LABELS = {2: ("low", "high"), 3: ("low", "middle", "high")}
LOOKS = {"low": (BLUE, "-"), "middle": (QUIET, (0, (5, 2))), "high": (RED, (0, (2, 1.2)))}


@dataclass(frozen=True, eq=False)
class RiskGroups:
    """Curves as tidy rows, a table of medians, the log-rank p-value, and how the groups were made, in words."""

    curves: pd.DataFrame
    medians: tuple[dict[str, str], ...]
    p: float
    how: str


def group_count(n: int) -> int:
    """3 groups, or 2 below 60 patients."""
    return 2 if n < FEW else 3


def within_folds(held: HeldOut, groups: int) -> np.ndarray:
    """Group of each patient, int of shape (n,), 0 the lowest risk: the median over repeats.

    That is the majority wherever there is one; of an even number, the lower middle.
    """
    votes = np.empty(held.score.shape, dtype=int)
    for repeat, (fold, score) in enumerate(zip(held.fold, held.score, strict=True)):
        for one in np.unique(fold):
            rows = np.flatnonzero(fold == one)
            rank = np.argsort(np.argsort(score[rows], kind="stable"), kind="stable")
            votes[repeat, rows] = rank * groups // len(rows)
    middle: np.ndarray = np.sort(votes, axis=0)[(len(votes) - 1) // 2]
    return middle


def development_groups(found: Evaluation, model: str) -> RiskGroups:
    """Groups of cross-validated scores."""
    held = found.heldout[model]
    groups = group_count(held.n)
    repeats = len(held.score)
    how = (
        f"{_name(groups)} of the held-out score within each fold"
        + (f", over {repeats} repeats the majority, or the middle one where none has it" if repeats > 1 else "")
        + "; no cut point was chosen on the outcome"
    )
    return _curves(found, held, within_folds(held, groups), groups, how)


def sealed_groups(found: Evaluation, model: str, locked: Model | None, development: FeatureTable) -> RiskGroups:
    """Groups by the locked model's cut points among the development patients, or within the cohort without them."""
    held = found.heldout[model]
    groups = group_count(held.n)
    score = held.score[0]
    if locked is None:
        how = f"{_name(groups)} within this cohort, for the development scores of this model are not at hand"
        return _curves(found, held, within_folds(held, groups), groups, how)
    known = locked.predict(development)["score"].to_numpy()
    cuts = np.quantile(known, np.arange(1, groups) / groups)
    how = f"Cut points fixed beforehand: the {_name(groups).lower()} of the locked model's scores in development"
    return _curves(found, held, np.searchsorted(cuts, score, side="left"), groups, how)


def _name(groups: int) -> str:
    return "Terciles" if groups == 3 else "Halves"


def _curves(found: Evaluation, held: HeldOut, group: np.ndarray, groups: int, how: str) -> RiskGroups:
    y = found.outcome.of(held.patients).y
    parts, medians = [], []
    for place, label in enumerate(LABELS[groups]):
        rows = group == place
        if not rows.any():
            medians.append({"group": label, "n": "0", "events": "0", "median": "nobody"})
            continue
        curve = kaplan_meier(y["event"][rows], y["months"][rows])
        part = pd.DataFrame({"group": label, "months": curve.times, "survival": curve.survival})
        part["low"], part["high"] = curve.low, curve.high
        part["at_risk"], part["events"] = curve.at_risk, curve.events
        parts.append(part)
        text = interval(curve.median()).replace("not reached to not reached", "bounds not reached")
        events = int(y["event"][rows].sum())
        medians.append({"group": label, "n": str(int(rows.sum())), "events": str(events), "median": text})
    p = logrank(y["event"], y["months"], group)[1]
    return RiskGroups(pd.concat(parts, ignore_index=True), tuple(medians), p, how)


def curves_figure(data: pd.DataFrame) -> Figure:
    """Kaplan-Meier curves with their pointwise intervals, censoring ticks, and numbers at risk beneath."""
    names = list(dict.fromkeys(data["group"]))
    figure = canvas(345 + 17 * len(names))
    ax = axes(figure, 58, 26, 290, 240)
    last = float(data["months"].max())
    for place, name in enumerate(names):
        rows = data[data["group"] == name]
        colour, dashes = LOOKS[name]
        months, survival = np.append(0, rows["months"]), np.append(1, rows["survival"])
        ax.step(months, survival, where="post", color=colour, linestyle=dashes)
        ax.fill_between(rows["months"], rows["low"], rows["high"], step="post", color=colour, alpha=0.12, linewidth=0)
        left = rows["at_risk"] - rows["events"] - rows["at_risk"].shift(-1, fill_value=0)
        ticks = rows[left > 0]
        ax.plot(ticks["months"], ticks["survival"], "|", color=colour, markersize=6, markeredgewidth=1)
        key_line(figure, 58 + 100 * place, 13, 20, colour, dashes)
        write(figure, 83 + 100 * place, 13, f"{name} risk", color=colour, fontweight="bold")
    ax.set(xlim=(0, last * 1.02), ylim=(0, 1.01), xlabel="months", ylabel="event-free probability")
    ax.grid()
    _numbers_at_risk(ax, data, names, [tick for tick in ax.get_xticks() if 0 <= tick <= last])
    return figure


def _numbers_at_risk(ax: Axes, data: pd.DataFrame, names: list[str], ticks: list[float]) -> None:
    place = ax.get_xaxis_transform()
    ax.set_xticks(ticks)
    ax.text(-0.19, -0.215, "At risk", transform=ax.transAxes, fontsize=9, color=INK, va="center")
    for line, name in enumerate(names):
        rows = data[data["group"] == name].sort_values("months")
        y = -0.285 - 0.071 * line
        ax.text(-0.05, y, name, transform=ax.transAxes, color=LOOKS[name][0], fontsize=9, ha="right", va="center")
        for tick in ticks:
            later = rows[rows["months"] >= tick]
            number = int(later["at_risk"].iloc[0]) if len(later) else 0
            ax.text(tick, y, f"{number}", transform=place, fontsize=9, color=INK, ha="center", va="center")
