"""Analysed patients in, the table that opens every clinical paper out: who they are, by cohort and by outcome."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from radici.core.outcome import Response, Survival
from radici.core.table import Column
from radici.reporting.performance import wilson
from radici.reporting.record import Record
from radici.reporting.variables import Answers, answers, ranks
from radici.reporting.words import interval
from radici.statistics.kaplan_meier import kaplan_meier

MOST_LEVELS = 6
ML_PER = {"mm3": 1e-3, "mm³": 1e-3, "cm3": 1.0, "cm³": 1.0, "ml": 1.0, "mL": 1.0}


def table_one(record: Record) -> dict[str, Any]:
    """`columns` (cohorts with their n) and `rows` of `label` and one text per cohort; `head` marks a heading."""
    cohorts = _cohorts(record)
    return {"columns": _heads(cohorts), "rows": [*_outcome_rows(record, cohorts), *_patient_rows(record, cohorts)]}


def by_outcome(record: Record) -> dict[str, Any]:
    """The same of development patients with and without the event, or with a yes and a no."""
    outcome = record.development.outcome
    names = ("Event", "Censored") if isinstance(outcome, Survival) else (f"{outcome.name}: yes", f"{outcome.name}: no")
    cohorts = [
        (name, [patient for patient, seen in zip(outcome.patients, outcome.strata, strict=True) if seen == wanted])
        for name, wanted in zip(names, (1, 0), strict=True)
    ]
    return {"columns": _heads(cohorts), "rows": _patient_rows(record, cohorts)}


Cohorts = list[tuple[str, list[str]]]


def _heads(cohorts: Cohorts) -> list[str]:
    return [f"{name} (n = {len(patients)})" for name, patients in cohorts]


def _patient_rows(record: Record, cohorts: Cohorts) -> list[dict[str, Any]]:
    """Site, volume and clinical variables."""
    rows = _site_rows(record, cohorts)
    values = record.table.values.set_axis(record.table.rows["patient"].astype(str), axis=0)
    if record.blocks.volume:
        rows.append(_volume_row(values, record, cohorts))
    known = answers(record.study)
    members = {column for _, _, levels in known.categories.values() for column in levels}
    clinical = [name for name in values if record.table.columns[name].kind == "clinical"]
    for name in clinical:
        if name in known.categories and set(known.categories[name][2]) <= set(clinical):
            rows += _category_rows(values, *known.categories[name], cohorts)
        elif name not in members or not _complete(name, known, clinical):
            rows += _variable_rows(values[name], record.table.columns[name], known, cohorts)
    return rows


def _complete(name: str, known: Answers, clinical: list[str]) -> bool:
    """Whether a category's column stands in a table that holds all of its columns."""
    own = next(levels for _, _, levels in known.categories.values() if name in levels)
    return set(own) <= set(clinical)


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


def _variable_rows(values: pd.Series, column: Column, known: Answers, cohorts: Cohorts) -> list[dict[str, Any]]:
    label = known.words(column)
    parts = [values.loc[patients] for _, patients in cohorts]
    levels = _levels(values, column)
    if _is_binary(values, column):
        yes = label if column.name in known.one else f"{label}: yes"
        rows = [_row(f"{yes}, n (%)", [_share(part) for part in parts])]
    elif levels:
        name = column.name.removeprefix("clinical__") if ranks(column) else label
        rows = [_row(f"{name}, n (%)", ["" for _ in parts], head=True)]
        rows += [_row(text, [_share(_is(part, level)) for part in parts], inner=True) for level, text in levels.items()]
    else:
        rows = [_row(f"{label}, median (IQR)", [_quartiles(part) for part in parts])]
    return [*rows, *_missing_row(parts)]


def _category_rows(
    values: pd.DataFrame, name: str, reference: str, levels: Mapping[str, str], cohorts: Cohorts
) -> list[dict[str, Any]]:
    """Each level of a category, the reference first: those who are of no other level."""
    other = values[list(levels)].sum(axis=1, skipna=False)
    shown = {reference: 1 - other, **{level: values[column] for column, level in levels.items()}}
    rows = [_row(f"{name}, n (%)", ["" for _ in cohorts], head=True)]
    for level, column in shown.items():
        rows.append(_row(level, [_share(column.loc[patients]) for _, patients in cohorts], inner=True))
    return [*rows, *_missing_row([other.loc[patients] for _, patients in cohorts])]


def _missing_row(parts: list[pd.Series]) -> list[dict[str, Any]]:
    absent = [int(part.isna().sum()) for part in parts]
    cells = [f"{n} ({_percent(n, len(part))})" for n, part in zip(absent, parts, strict=True)]
    return [_row("missing", cells, inner=True)] if any(absent) else []


def _is_binary(values: pd.Series, column: Column) -> bool:
    known = values.dropna()
    return len(known) > 0 and bool(known.isin([0, 1]).all()) and column.unit in ("", "no/yes")


def _levels(values: pd.Series, column: Column) -> dict[float, str]:
    """The values of an ordered variable and their texts: at most six whole numbers, met twice each on average."""
    known = values.dropna()
    levels = sorted(float(value) for value in known.unique())
    spelled = ranks(column)
    few = 0 < len(levels) <= MOST_LEVELS and all(level.is_integer() for level in levels)
    if not few or (not spelled and len(known) < 2 * len(levels)):
        return {}
    return {v: spelled[int(v)] if 0 <= v < len(spelled) else f"{v:g}" for v in levels}


def _is(values: pd.Series, level: float) -> pd.Series:
    return (values == level).astype(float).where(values.notna())


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
