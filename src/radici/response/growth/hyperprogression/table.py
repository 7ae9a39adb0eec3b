"""Patients in; a row for each patient and rule, and how far the rules agree with each other, out."""

import math
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from radici.core.errors import InputError, some
from radici.response.growth.hyperprogression.pace import Limits, Pace, Undecided, speeds
from radici.response.growth.hyperprogression.verdict import HYPERPROGRESSION_RULES


def hyperprogression(
    paces: Iterable[Pace], rules: Sequence[str] | None = None, limits: Limits | None = None
) -> pd.DataFrame:
    """What every rule says of every patient.

    Parameters
    ----------
    paces
        One for each patient.
    rules
        Registered names, in the order wanted; all of them where None.
    limits
        Defaults of `Limits` where None.

    Returns
    -------
    DataFrame
        One row per patient and rule: `patient`, `rule`, `answer`, `why`, `source`, `unverified`, and
        `delta_tgr` (points a month, NaN where undefined), which stays defined where a ratio is not.

    Raises
    ------
    UnknownName
        A rule of that name does not exist.
    InputError
        Two rows of one patient.
    """
    chosen = [HYPERPROGRESSION_RULES[name] for name in (HYPERPROGRESSION_RULES if rules is None else rules)]
    limits = limits or Limits()
    rows = []
    seen: set[str] = set()
    for pace in paces:
        if pace.patient in seen:
            raise InputError(f"Patient {pace.patient} is given twice. A patient has one baseline and one first scan.")
        seen.add(pace.patient)
        delta = _delta_tgr(pace, limits)
        for one in chosen:
            rows.append({"patient": pace.patient, **vars(one(pace, limits)), "delta_tgr": delta})
    return pd.DataFrame(rows, columns=["patient", "rule", "answer", "why", "source", "unverified", "delta_tgr"])


def agreement(table: pd.DataFrame) -> pd.DataFrame:
    """How far each pair of rules agrees, over the patients to whom both apply.

    Parameters
    ----------
    table
        As `hyperprogression` returns it.

    Returns
    -------
    DataFrame
        One row per pair: `first`, `second`, `n` (both applicable), `both_yes`, `either_yes`, `percent_agreement`,
        `kappa` (Cohen; NaN without patients, or where both say the same of everybody) and `jaccard` (both of
        either, NaN where nobody is called hyperprogressive by any of the two), which Kas et al. 2020 report.

    References
    ----------
    Cohen 1960, Educ Psychol Meas 20:37.
    """
    repeated = table[table.duplicated(["patient", "rule"])]
    if len(repeated):
        raise InputError(f"A patient has two answers of one rule: {some(sorted(set(repeated['patient'])))}.")
    answers = table.pivot(index="patient", columns="rule", values="answer")
    rows = [
        {"first": a, "second": b, **_pair(answers[a].to_numpy(), answers[b].to_numpy())}
        for a, b in combinations(dict.fromkeys(table["rule"]), 2)
    ]
    columns = ["first", "second", "n", "both_yes", "either_yes", "percent_agreement", "kappa", "jaccard"]
    return pd.DataFrame(rows, columns=columns)


def _pair(first: np.ndarray, second: np.ndarray) -> dict[str, float]:
    both = np.isin(first, ["yes", "no"]) & np.isin(second, ["yes", "no"])
    a, b = first[both] == "yes", second[both] == "yes"
    n, shared, either = len(a), int((a & b).sum()), int((a | b).sum())
    alike = float((a == b).mean()) if n else math.nan
    chance = float(a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean())) if n else math.nan
    return {
        "n": n,
        "both_yes": shared,
        "either_yes": either,
        "percent_agreement": 100 * alike,
        "kappa": (alike - chance) / (1 - chance) if n and chance < 1 else math.nan,
        "jaccard": shared / either if either else math.nan,
    }


def _delta_tgr(pace: Pace, limits: Limits) -> float:
    try:
        return speeds(pace, limits).delta_tgr.value
    except Undecided:
        return math.nan
