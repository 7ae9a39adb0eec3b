"""Analysed patients in, the table that opens every clinical paper out: who they are, by cohort."""

from typing import Any

import numpy as np
import pandas as pd

from radici.core.outcome import Response, Survival
from radici.core.table import Column
from radici.reporting.performance import wilson
from radici.reporting.record import Record
from radici.reporting.words import interval, variable_words
from radici.statistics.kaplan_meier import kaplan_meier

ML_PER = {"mm3": 1e-3, "mm³": 1e-3, "cm3": 1.0, "cm³": 1.0, "ml": 1.0, "mL": 1.0}


def table_one(record: Record) -> dict[str, Any]:
    """`columns` (cohorts with their n) and `rows` of `label` and one text per cohort; `head` marks a heading."""
    cohorts = _cohorts(record)
    columns = [f"{name} (n = {len(patients)})" for name, patients in cohorts]
    rows: list[dict[str, Any]] = _outcome_rows(record, cohorts)
    rows += _site_rows(record, cohorts)
    values = record.table.values.set_axis(record.table.rows["patient"].astype(str), axis=0)
    if record.blocks.volume:
        rows.append(_volume_row(values, record, cohorts))
    clinical = [name for name in values if record.table.columns[name].kind == "clinical"]
    rows += [row for name in clinical for row in _variable_rows(values[name], record.table.columns[name], cohorts)]
    return {"columns": columns, "rows": rows}


Cohorts = list[tuple[str, list[str]]]


def _cohorts(record: Record) -> Cohorts:
    development = list(record.development.outcome.patients)
    if record.sealed is None:
        return [("Development", development)]
    sealed = list(record.sealed.outcome.patients)
    return [
        ("Development", development),
        (f"Sealed: {record.sealed_name}", sealed),
        ("Overall", development + sealed),
    ]


def _outcome_rows(record: Record, cohorts: Cohorts) -> list[dict[str, Any]]:
    outcomes = [record.outcome.of(tuple(patients)) for _, patients in cohorts]
    name = record.outcome.name
    if isinstance(record.outcome, Response):
        return [_row(f"{name}: yes, n (%, 95 % interval)", [_prevalence(one) for one in outcomes])]
    return [
        _row(f"{name}: events", [f"{one.events} ({_percent(one.events, len(one.patients))})" for one in outcomes]),
        _row("Median follow-up, months (95 % interval)", [_follow_up(one) for one in outcomes]),
        _row(f"{name}: median, months (95 % interval)", [_median(one.event, one.months) for one in outcomes]),
    ]


def _prevalence(outcome: Response) -> str:
    yes, n = int(outcome.yes.sum()), len(outcome.patients)
    share = wilson(yes, n)
    return f"{yes} ({_percent(yes, n)}, {100 * share.low:.0f} to {100 * share.high:.0f})"


def _follow_up(outcome: Survival) -> str:
    """Reverse Kaplan-Meier: censoring is the event."""
    return _median(~outcome.event, outcome.months)


def _median(event: np.ndarray, months: np.ndarray) -> str:
    return interval(kaplan_meier(event, months).median())


def _site_rows(record: Record, cohorts: Cohorts) -> list[dict[str, Any]]:
    site = record.cohort.site.astype(str)
    names = sorted({site.get(p, "") for _, patients in cohorts for p in patients} - {""})
    if not names:
        return []
    rows = [_row("Site, n (%)", ["" for _ in cohorts], head=True)]
    for name in names:
        counts = [(sum(site.get(p, "") == name for p in patients), len(patients)) for _, patients in cohorts]
        rows.append(_row(name, [f"{n} ({_percent(n, of)})" for n, of in counts], inner=True))
    return rows


def _volume_row(values: pd.DataFrame, record: Record, cohorts: Cohorts) -> dict[str, Any]:
    column = record.table.columns[record.blocks.volume or ""]
    factor = ML_PER.get(column.unit)
    volume = values[column.name] * (factor or 1)
    unit = "ml" if factor else column.unit or "unit not declared"
    return _row(f"Tumour volume, {unit}, median (IQR)", [_quartiles(volume.loc[patients]) for _, patients in cohorts])


def _variable_rows(values: pd.Series, column: Column, cohorts: Cohorts) -> list[dict[str, Any]]:
    label = variable_words(column)
    known = values.dropna()
    binary = len(known) > 0 and bool(known.isin([0, 1]).all()) and column.unit in ("", "no/yes")
    parts = [values.loc[patients] for _, patients in cohorts]
    if binary:
        rows = [_row(f"{label}: yes, n (%)", [_share(part) for part in parts])]
    else:
        rows = [_row(f"{label}, median (IQR)", [_quartiles(part) for part in parts])]
    if any(part.isna().any() for part in parts):
        rows.append(_row("missing", [f"{n} ({_percent(n, len(p))})" for p in parts if (n := int(p.isna().sum())) >= 0],
                         inner=True))  # fmt: skip
    return rows


def _share(values: pd.Series) -> str:
    known = values.dropna()
    return f"{int(known.sum())} ({_percent(int(known.sum()), len(known))})"


def _quartiles(values: pd.Series) -> str:
    known = values.dropna()
    if known.empty:
        return "all missing"
    low, middle, high = (_short(v) for v in np.quantile(known, [0.25, 0.5, 0.75]))
    return f"{middle} ({low} to {high})"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _percent(part: int, of: int) -> str:
    return f"{100 * part / of:.0f} %" if of else "of nobody"


def _row(label: str, cells: list[str], head: bool = False, inner: bool = False) -> dict[str, Any]:
    return {"label": label, "cells": cells, "head": head, "inner": inner}
