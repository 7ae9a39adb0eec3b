"""Every number that R gives for the same patients, one test a row of tests/reference/statistics_r.csv."""

import csv
import functools
import os
from pathlib import Path

import numpy as np
import pytest

from radici.statistics.auc import auc, delong, delong_difference, roc_curve
from radici.statistics.brier import brier, brier_survival, integrated_brier, scaled_brier
from radici.statistics.calibration import (
    calibration_groups,
    calibration_slope_intercept,
    cox_slope,
    survival_calibration,
)
from radici.statistics.concordance import concordance, concordance_uno
from radici.statistics.kaplan_meier import censoring, kaplan_meier, logrank
from radici.statistics.likelihood import log_loss, partial_log_likelihood
from radici.statistics.multiple import benjamini_hochberg

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "tests" / "reference"
SHARED = ROOT / os.environ.get("SHARED", "../shared")
LUNG = SHARED / "data" / "survival" / "lifelines" / "lung.csv"
HORIZONS = {"patients": (4, 9, 18), "small": (4, 9, 15), "lung": (100, 310, 500)}


def read(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def columns(rows):
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


@functools.cache
def case(name):
    if name in ("patients", "small"):
        rows = read(REFERENCE / "statistics_input.csv")
        return columns(rows if name == "patients" else rows[:24])
    if not LUNG.exists():
        pytest.skip(f"The lung cancer table is not there: {LUNG}. Set SHARED to the folder that holds data/.")
    rows = [row for row in read(LUNG) if row["ph.ecog"]]
    lung = columns([{key: row[key] for key in ("status", "time", "age", "sex", "ph.ecog")} for row in rows])
    return {
        "event": lung["status"],
        "months": lung["time"],
        "risk": lung["age"],
        "group": lung["sex"],
        "y": lung["sex"] - 1,
        "score": lung["age"],
        "other": lung["ph.ecog"],
    }


def predicted(d, times):
    """The survival that make_statistics_r.R predicts in closed form."""
    standard = (d["risk"] - d["risk"].mean()) / d["risk"].std(ddof=1)
    return np.exp(-np.outer(np.exp(0.5 * standard), np.asarray(times) / (2 * d["months"].mean())))


def integrated(d, horizons):
    first, last = min(horizons), max(horizons)
    grid = np.unique(np.concatenate([horizons, np.linspace(first, last, 7)]))
    return integrated_brier(d["event"], d["months"], predicted(d, grid), grid, last)


def top_half(d, horizons):
    risk = 1 - predicted(d, [horizons[1]])[:, 0]
    above = risk > np.median(risk)
    constant = np.full(above.sum(), risk[above].mean())
    return survival_calibration(d["event"][above], d["months"][above], constant, horizons[1])


def wilson(d):
    return calibration_groups(d["y"], np.full(len(d["y"]), 0.5))


def rate(d, which):
    rates = roc_curve(d["y"], d["score"])
    return rates[which][np.flatnonzero(rates[2] >= 0.5)[-1]]


def survived(d, field, at):
    curve = kaplan_meier(d["event"], d["months"])
    step = np.searchsorted(curve.times, at, side="right") - 1
    return getattr(curve, field)[step]


def still_observed(d, at):
    curve = kaplan_meier(d["event"], d["months"])
    return curve.at_risk[np.searchsorted(curve.times, at)]


OURS = {
    "auc": lambda d: auc(d["y"], d["score"]),
    "delong_low": lambda d: delong(d["y"], d["score"]).low,
    "delong_high": lambda d: delong(d["y"], d["score"]).high,
    "delong_difference": lambda d: delong_difference(d["y"], d["score"], d["other"]).value,
    "delong_difference_p": lambda d: delong_difference(d["y"], d["score"], d["other"]).p,
    "delong_difference_low": lambda d: delong_difference(d["y"], d["score"], d["other"]).low,
    "delong_difference_high": lambda d: delong_difference(d["y"], d["score"], d["other"]).high,
    "roc_false_positive_rate": lambda d: rate(d, 0),
    "roc_true_positive_rate": lambda d: rate(d, 1),
    "concordance": lambda d: concordance(d["event"], d["months"], d["risk"]),
    "concordance_coarse": lambda d: concordance(d["event"], d["months"], np.round(d["risk"] / 2)),
    "concordance_uno": lambda d, at: concordance_uno(d["event"], d["months"], d["risk"], at),
    "survival": lambda d, at: kaplan_meier(d["event"], d["months"]).at(at),
    "survival_low": lambda d, at: survived(d, "low", at),
    "survival_high": lambda d, at: survived(d, "high", at),
    "at_risk": still_observed,
    "quantile": lambda d, at: kaplan_meier(d["event"], d["months"]).quantile(at),
    "median_low": lambda d: kaplan_meier(d["event"], d["months"]).median().low,
    "median_high": lambda d: kaplan_meier(d["event"], d["months"]).median().high,
    "logrank_chi2": lambda d: logrank(d["event"], d["months"], d["group"])[0],
    "logrank_p": lambda d: logrank(d["event"], d["months"], d["group"])[1],
    "censoring": lambda d, at: censoring(d["event"], d["months"]).at(at),
    "censoring_before": lambda d, at: censoring(d["event"], d["months"]).before(at),
    "cox_slope": lambda d: cox_slope(d["event"], d["months"], d["risk"])[0],
    "cox_slope_se": lambda d: cox_slope(d["event"], d["months"], d["risk"])[1],
    "partial_log_likelihood": lambda d: partial_log_likelihood(
        d["event"], d["months"], d["risk"] / d["risk"].std(ddof=1)
    ),
    "brier_survival_pec": lambda d, at: brier_survival(d["event"], d["months"], predicted(d, [at])[:, 0], at),
    "brier_survival_score": lambda d, at: brier_survival(d["event"], d["months"], predicted(d, [at])[:, 0], at),
    "calibration_slope": lambda d: calibration_slope_intercept(d["y"], d["probability"])[0],
    "calibration_slope_glm": lambda d: calibration_slope_intercept(d["y"], d["probability"])[0],
    "calibration_intercept": lambda d: calibration_slope_intercept(d["y"], d["probability"])[1],
    "brier": lambda d: brier(d["y"], d["probability"]),
    "scaled_brier": lambda d: scaled_brier(d["y"], d["probability"]),
    "log_loss": lambda d: log_loss(d["y"], d["probability"]),
    "wilson_low": lambda d: wilson(d).low[0],
    "wilson_high": lambda d: wilson(d).high[0],
}
BY_HORIZON = {
    "integrated_brier": integrated,
    "top_half_observed": lambda d, horizons: top_half(d, horizons).observed[0],
    "top_half_low": lambda d, horizons: top_half(d, horizons).low[0],
    "top_half_high": lambda d, horizons: top_half(d, horizons).high[0],
}


def ours(name, statistic, at):
    if name == "thirteen":
        p = np.append((np.arange(1, 13) / 13) ** 3, (5 / 13) ** 3)
        return benjamini_hochberg(p)[int(at)]
    if statistic in BY_HORIZON:
        return BY_HORIZON[statistic](case(name), HORIZONS[name])
    return OURS[statistic](case(name), *([float(at)] if at else []))


@pytest.mark.parametrize("row", read(REFERENCE / "statistics_r.csv"), ids=lambda r: f"{r['case']}-{r['name']}")
def test_equals_r(row):
    statistic, _, at = row["name"].partition("@")
    assert ours(row["case"], statistic, at) == pytest.approx(float(row["value"]), rel=0, abs=float(row["tolerance"])), (
        row["citation"]
    )
