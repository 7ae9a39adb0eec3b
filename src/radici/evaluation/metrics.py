"""Numbers of held-out predictions. Every function here takes `HeldOut`, never an array of scores."""

from collections.abc import Callable

import numpy as np

from radici.core.outcome import Outcome, Survival
from radici.evaluation.heldout import HeldOut
from radici.statistics.auc import auc
from radici.statistics.bootstrap import bootstrap
from radici.statistics.brier import brier, integrated_brier
from radici.statistics.calibration import calibration_slope_intercept, cox_slope
from radici.statistics.concordance import concordance
from radici.statistics.estimate import Estimate
from radici.statistics.kaplan_meier import kaplan_meier

BOOTSTRAP = "patient bootstrap of the held-out predictions, models kept"


def rank(y: np.ndarray, score: np.ndarray) -> float:
    """AUC of a response, Harrell's C of a survival outcome, of one fit's predictions."""
    if y.dtype.names:
        return concordance(y["event"], y["months"], score)
    return auc(y, score)


def discrimination(held: HeldOut, outcome: Outcome) -> float:
    """AUC or C within each fold, averaged over folds and repeats.

    Scores of different fits are never pooled: pooled cross-validated discrimination is biased (Parker 2007,
    Airola 2009). A fold without a comparable pair does not count.
    """
    y = outcome.of(held.patients).y
    values = [
        rank(y[fold == one], score[fold == one])
        for fold, score in zip(held.fold, held.score, strict=True)
        for one in np.unique(fold)
    ]
    return float(np.nanmean(values))


def discrimination_name(outcome: Outcome) -> str:
    """`C-index` or `AUC`."""
    return "C-index" if isinstance(outcome, Survival) else "AUC"


def accuracy(
    held: HeldOut, outcome: Outcome, horizon: float, tau: float, rng: np.random.Generator, repeats: int = 500
) -> dict[str, Estimate]:
    """Calibration and overall accuracy, with bootstrap intervals; empty for scores that are no probability."""
    y = outcome.of(held.patients).y
    if isinstance(outcome, Survival):
        return _survival_accuracy(held, y, horizon, tau, rng, repeats) if held.survival is not None else {}
    return _response_accuracy(held, y, rng, repeats) if held.probability is not None else {}


def _estimate(
    statistic: Callable[[np.ndarray], float], y: np.ndarray, rng: np.random.Generator, repeats: int
) -> Estimate:
    events = int((y["event"] if y.dtype.names else y).sum())
    value, low, high = bootstrap(statistic, len(y), repeats=repeats, rng=rng)
    return Estimate(value, low, high, len(y), events, None, BOOTSTRAP)


def _response_accuracy(held: HeldOut, y: np.ndarray, rng: np.random.Generator, repeats: int) -> dict[str, Estimate]:
    assert held.probability is not None
    probability = held.probability

    def recalibration(i: np.ndarray) -> np.ndarray:
        return np.mean([calibration_slope_intercept(y[i], p[i]) for p in probability], axis=0)

    fewer = max(repeats // 2, 100)
    drawn = [rng.integers(len(y), size=len(y)) for _ in range(fewer)]
    slope, intercept = recalibration(np.arange(len(y)))
    replicates = np.array([recalibration(i) for i in drawn])
    low, high = np.array([_bounds(column) for column in replicates.T]).T
    events = int(y.sum())
    return {
        "Brier score": _estimate(lambda i: float(np.mean([brier(y[i], p[i]) for p in probability])), y, rng, repeats),
        "calibration slope": Estimate(float(slope), low[0], high[0], len(y), events, None, BOOTSTRAP),
        "calibration intercept": Estimate(float(intercept), low[1], high[1], len(y), events, None, BOOTSTRAP),
    }


def _bounds(replicates: np.ndarray) -> tuple[float, float]:
    """95 % percentile bounds; NaN where more than half of the resamples leave the statistic undefined."""
    kept = replicates[~np.isnan(replicates)]
    if 2 * len(kept) < len(replicates):
        return np.nan, np.nan
    low, high = np.quantile(kept, [0.025, 0.975])
    return float(low), float(high)


def _survival_accuracy(
    held: HeldOut, y: np.ndarray, horizon: float, tau: float, rng: np.random.Generator, repeats: int
) -> dict[str, Estimate]:
    assert held.survival is not None
    assert held.months is not None
    event, months, times, survival = y["event"], y["months"], held.months, held.survival
    at = int(np.argmin(np.abs(times - horizon)))

    def integrated(i: np.ndarray) -> float:
        return float(np.mean([integrated_brier(event[i], months[i], S[i], times, tau) for S in survival]))

    def slope(i: np.ndarray) -> float:
        return float(np.mean([cox_slope(event[i], months[i], score[i])[0] for score in held.score]))

    def observed_to_expected(i: np.ndarray) -> float:
        died = 1 - float(kaplan_meier(event[i], months[i]).at(np.array([times[at]]))[0])
        expected = float(1 - survival[:, i, at].mean())
        return died / expected if expected > 0 else np.nan

    fewer = max(repeats // 5, 100)
    return {
        "integrated Brier score": _estimate(integrated, y, rng, fewer),
        "calibration slope": _estimate(slope, y, rng, fewer),
        "observed / expected": _estimate(observed_to_expected, y, rng, fewer),
    }


def horizons(outcome: Outcome, wanted: float | None, last: float = np.inf) -> tuple[float, float, np.ndarray | None]:
    """Calibration horizon, tau of the integrated Brier score, and the times at which curves are read.

    tau is the last time at which at least a tenth of the patients are still observed, before the longest
    observation and not beyond `last`, the follow-up that a locked model was fitted on. The horizon is the median
    time of the events unless one is wanted; months, to 0.1.
    """
    if not isinstance(outcome, Survival):
        return 0.0, 0.0, None
    ordered = np.sort(outcome.months)
    usable = ordered[(ordered < ordered[-1]) & (ordered <= last)]
    tenth = ordered[max(int(0.9 * len(ordered)) - 1, 0)]
    longest = usable[-1] if len(usable) else ordered[-1]
    tau = float(np.floor(10 * min(tenth, longest, last)) / 10)
    horizon = float(np.round(wanted or np.median(outcome.months[outcome.event]), 1))
    times = np.unique(np.append(np.linspace(0, max(tau, horizon), 61), [horizon, tau]))
    return horizon, tau, times
