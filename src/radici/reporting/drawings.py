"""A record in, every figure of its report out, each with its caption and the rows that it was drawn from."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from radici.core.outcome import Survival
from radici.evaluation.evaluation import Evaluation
from radici.evaluation.metrics import discrimination_name
from radici.reporting import calibration, flow, performance, risk_groups, roc, stability
from radici.reporting.record import Record
from radici.reporting.risk_groups import RiskGroups
from radici.reporting.words import counted, events_words, model_words, p_words


@dataclass(frozen=True, eq=False)
class Drawing:
    """One figure: file name, title, caption, its data and, for risk groups, the table of medians."""

    name: str
    title: str
    caption: str
    data: pd.DataFrame
    figure: Figure
    groups: RiskGroups | None = None


def drawings(record: Record) -> Iterator[Drawing]:
    """Every figure that the record allows, in the order of the report; draw inside `theme.style`."""
    data = flow.flow_data(record)
    yield Drawing("flow", "From the tables to the analysis", "Patients at each stage.", data, flow.flow_figure(data))
    yield _forest(record)
    for cohort, name, found in cohorts(record):
        yield from _of_cohort(record, cohort, name, found)
    data = stability.stability_data(record)
    if len(data):
        model = model_words(performance.primary_model(record.development))
        caption = (
            f"Model: {model.lower()}; {data['fits'].iloc[0]} outer fits. Fits share patients, so the share "
            f"describes this analysis and carries no interval."
        )
        yield Drawing("stability", "Features chosen most often", caption, data, stability.stability_figure(data))


def cohorts(record: Record) -> list[tuple[str, str, Evaluation]]:
    """`development` and, where there is one, `sealed`, each with its name in words."""
    found = [("development", "Development, cross-validated", record.development)]
    if record.sealed:
        found.append(("sealed", f"Sealed: {record.sealed_name}", record.sealed))
    return found


def _forest(record: Record) -> Drawing:
    shown = [("Development" if key == "development" else "Sealed", found) for key, _, found in cohorts(record)]
    data = performance.forest_data(shown)
    metric = discrimination_name(record.outcome)
    caption = f"{metric} with 95 % interval; the dashed line marks a coin (0.5) and, below, no difference (0)."
    if data.groupby("cohort")["n"].nunique().max() > 1:
        caption += (
            " Published scores and differences to them are of the patients who have the score: n is in the table."
        )
    return Drawing("discrimination", f"{metric} of every model", caption, data, performance.forest_figure(data))


def _of_cohort(record: Record, cohort: str, name: str, found: Evaluation) -> Iterator[Drawing]:
    survival = isinstance(found.outcome, Survival)
    if not survival:
        yield _roc(cohort, name, found)
    model = performance.primary_model(found)
    if calibration.can_calibrate(found, model):
        yield _calibration(cohort, name, found, model)
    if survival:
        yield _risk_groups(record, cohort, name, found, model)


def _roc(cohort: str, name: str, found: Evaluation) -> Drawing:
    data = roc.roc_data(found)
    folds = int(data["curves"].max())
    how = (
        f"Mean of {folds} curves, one per fold and repeat, averaged at equal false positive rate; predictions of "
        f"different folds are never pooled. "
        if cohort == "development"
        else "Locked models on patients that nothing had seen. "
    )
    caption = f"{how}{_size(found)}. AUC and interval are those of the table."
    return Drawing(f"roc_{cohort}", f"ROC. {name}", caption, data, roc.roc_figure(data))


def _calibration(cohort: str, name: str, found: Evaluation, model: str) -> Drawing:
    data = calibration.calibration_data(found, model)
    groups = data[data["part"] == "group"]
    if isinstance(found.outcome, Survival):
        time = f"{found.horizon_months:g} months"
        what, had, when = f"risk by {time}", "the event", f" at {time}"
        bars = "one minus Kaplan-Meier with its 95 % interval"
    else:
        what, had, when = "share with a yes", "a yes", ""
        bars = "observed share with Wilson's 95 % interval"
    repeats = len(found.heldout[model].score)
    mean = f" A patient's prediction is the mean of {repeats} repeats, less extreme than one." if repeats > 1 else ""
    missing = int(groups["observed"].isna().sum())
    bare = groups["observed"].notna() & groups["low"].isna()
    hollow = f" A hollow point has no interval: none of its patients, or all, had {had}." if bare.any() else ""
    gap = f" {counted(missing, 'group')} not drawn: follow-up ends before that time." if missing else ""
    caption = (
        f"{model_words(model)}. Groups of about equal size by prediction: {bars}; the number beside a point is its "
        f"patients. The dashed line is perfect calibration; below, the spread of predictions. {_size(found)}."
        f"{mean}{gap}{hollow}"
    )
    figure = calibration.calibration_figure(data, what)
    return Drawing(f"calibration_{cohort}", f"Calibration{when}. {name}", caption, data, figure)


def _risk_groups(record: Record, cohort: str, name: str, found: Evaluation, model: str) -> Drawing:
    if cohort == "development":
        groups = risk_groups.development_groups(found, model)
        warning = "predictions of one patient depend on the others through the folds, so it is no test"
    else:
        development = record.table.of(record.development.outcome.patients)
        groups = risk_groups.sealed_groups(found, model, record.models.get(model), development)
        warning = "the groups are for the eye, the table's numbers for conclusions"
    p = p_words(groups.p) or "not defined"
    caption = (
        f"{model_words(model)}. {groups.how}. Kaplan-Meier with pointwise 95 % intervals; ticks are censored "
        f"patients. {_size(found)}. Log-rank {p}, descriptive only: {warning}."
    )
    figure = risk_groups.curves_figure(groups.curves)
    title = f"Kaplan-Meier by predicted risk. {name}"
    return Drawing(f"risk_groups_{cohort}", title, caption, groups.curves, figure, groups)


def _size(found: Evaluation) -> str:
    n, events = len(found.outcome.patients), int(found.outcome.strata.sum())
    return f"n = {n}, {events_words(found.outcome, events)}"
