"""Measured variables in, the ratios and indices that are computed from them out; what is given is never overwritten."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from radici.core.errors import TableError
from radici.core.registry import Registry
from radici.core.variables.dictionary import VARIABLES
from radici.core.variables.doubt import ENOUGH

Formula = Callable[..., pd.Series]


@dataclass(frozen=True)
class Derivation:
    """How one variable follows from others; the function's arguments are their canonical names.

    `undefined` says where the formula has no answer although its inputs are known.
    """

    name: str
    formula: Formula
    undefined: str = ""

    @property
    def needs(self) -> tuple[str, ...]:
        """Variables that it is computed from."""
        return tuple(inspect.signature(self.formula).parameters)

    @property
    def what(self) -> str:
        """Formula, edge cases and citation, on one line."""
        return " ".join((inspect.getdoc(self.formula) or "").split())

    def __call__(self, frame: pd.DataFrame) -> pd.Series:
        """The variable for each row; NaN where it is undefined or an input is missing."""
        return self.formula(*(frame[name] for name in self.needs)).rename(self.name)


DERIVED: Registry[Derivation] = Registry("derived variable")


def derived(undefined: str = "") -> Callable[[Formula], Formula]:
    """Register a formula under its function's name."""

    def register(formula: Formula) -> Formula:
        DERIVED.add(formula.__name__)(Derivation(formula.__name__, formula, undefined))
        return formula

    return register


def derive(frame: pd.DataFrame, where: str = "The table") -> pd.DataFrame:
    """The frame with every derived variable whose inputs it has, in canonical units; a column that is there stays.

    What follows from a derived variable is derived too (`ldh_above_uln` from `ldh_ratio`).

    Parameters
    ----------
    where
        What messages call the table.

    Raises
    ------
    TableError
        Five rows or more have the inputs of a variable, and in none of them does it come out possible.
    """
    found = frame.copy()
    waiting = [derivation for name, derivation in DERIVED.items() if name not in frame]
    while ready := [one for one in waiting if all(name in found for name in one.needs)]:
        for one in ready:
            found[one.name] = one(found)
        waiting = [one for one in waiting if one not in ready]
    if told := [doubt for rows, doubt in _impossible(frame, found) if rows >= ENOUGH]:
        raise TableError(f"{where}: {' '.join(told)} Correct what is declared of them, or the table.")
    return found


def doubts(frame: pd.DataFrame, found: pd.DataFrame) -> list[str]:
    """A question for each derived variable that is possible in no row that has its inputs, however few these are.

    Parameters
    ----------
    frame, found
        Before and after `derive`.
    """
    return [doubt for _, doubt in _impossible(frame, found)]


def _impossible(frame: pd.DataFrame, found: pd.DataFrame) -> list[tuple[int, str]]:
    """By question, how many rows have the inputs; one question for all variables that are undefined for one reason."""
    told: dict[str, int] = {}
    for name in found.columns.difference(frame.columns, sort=False):
        entry = VARIABLES[name]
        inputs = found[list(DERIVED[name].needs)]
        rows = int(inputs.notna().all(axis=1).sum())
        if entry.range is None or not rows or found[name].between(*entry.range).any():
            continue
        what, which = DERIVED[name].undefined or f"{name} is undefined", "one of them"
        low, high = found[name].min(), found[name].max()
        if not np.isnan(low):
            what = f"{name} would be {low:g} to {high:g} (possible: {entry.range[0]:g} to {entry.range[1]:g})"
            which = " or ".join(DERIVED[name].needs)
        told[f"{what} in {rows} of {rows} rows: is the unit of {which} wrong?"] = rows
    return [(rows, doubt) for doubt, rows in told.items()]


def _ratio(above: pd.Series, below: pd.Series) -> pd.Series:
    """Quotient; NaN where the divisor is 0 or less."""
    return above / below.where(below > 0)


def _above(value: pd.Series, limit: pd.Series) -> pd.Series:
    return (value > limit).astype(float).where(value.notna() & limit.notna())


@derived(undefined="alc is 0")
def nlr(anc: pd.Series, alc: pd.Series) -> pd.Series:
    """ANC / ALC; undefined without lymphocytes (ALC 0). Zahorec, Bratisl Lek Listy 2001;102:5."""
    return _ratio(anc, alc)


@derived(undefined="wbc is not above anc")
def dnlr(anc: pd.Series, wbc: pd.Series) -> pd.Series:
    """ANC / (WBC - ANC); undefined where WBC <= ANC. Used by LIPI (Mezquita, JAMA Oncol 2018)."""
    return _ratio(anc, wbc - anc)


@derived(undefined="alc is 0")
def plr(platelets: pd.Series, alc: pd.Series) -> pd.Series:
    """Platelets / ALC, both in 10^9/L; undefined without lymphocytes (ALC 0)."""
    return _ratio(platelets, alc)


@derived(undefined="alc is 0")
def sii(platelets: pd.Series, anc: pd.Series, alc: pd.Series) -> pd.Series:
    """Platelets * ANC / ALC in 10^9/L; undefined without lymphocytes (ALC 0). Hu, Clin Cancer Res 2014;20:6212."""
    return _ratio(platelets * anc, alc)


@derived()
def pni(albumin: pd.Series, alc: pd.Series) -> pd.Series:
    """10 * albumin (g/dL) + 0.005 * ALC (per uL), Onodera's index (PMC4844636).

    In canonical units: albumin (g/L) + 5 * ALC (10^9/L).
    """
    return albumin + 5 * alc


@derived()
def albi(bilirubin: pd.Series, albumin: pd.Series) -> pd.Series:
    """0.66 * log10(bilirubin, umol/L) - 0.085 * albumin (g/L); undefined for a bilirubin of 0.

    Johnson, J Clin Oncol 2015;33:550 (from secondary sources).
    """
    return 0.66 * np.log10(bilirubin.where(bilirubin > 0)) - 0.085 * albumin


@derived()
def albi_grade(albi: pd.Series) -> pd.Series:
    """1 for albi <= -2.60, 2 up to -1.39, 3 above (PMC10494764)."""
    grade = 1.0 + (albi > -2.60).astype(float) + (albi > -1.39).astype(float)
    return grade.where(albi.notna())


@derived()
def ldh_ratio(ldh: pd.Series, ldh_uln: pd.Series) -> pd.Series:
    """LDH / its upper limit of normal."""
    return _ratio(ldh, ldh_uln)


@derived()
def ldh_above_uln(ldh_ratio: pd.Series) -> pd.Series:
    """1 where LDH exceeds its upper limit of normal, 0 where it does not."""
    return (ldh_ratio > 1).astype(float).where(ldh_ratio.notna())


@derived()
def haemoglobin_below_lln(haemoglobin: pd.Series, haemoglobin_lln: pd.Series) -> pd.Series:
    """1 where haemoglobin is below its lower limit of normal."""
    return _above(haemoglobin_lln, haemoglobin)


@derived()
def calcium_above_uln(calcium: pd.Series, calcium_uln: pd.Series) -> pd.Series:
    """1 where corrected calcium exceeds its upper limit of normal."""
    return _above(calcium, calcium_uln)


@derived()
def anc_above_uln(anc: pd.Series, anc_uln: pd.Series) -> pd.Series:
    """1 where neutrophils exceed their upper limit of normal."""
    return _above(anc, anc_uln)


@derived()
def platelets_above_uln(platelets: pd.Series, platelets_uln: pd.Series) -> pd.Series:
    """1 where platelets exceed their upper limit of normal."""
    return _above(platelets, platelets_uln)


@derived()
def bmi(weight: pd.Series, height: pd.Series) -> pd.Series:
    """Weight / height^2, in kg/m2."""
    return _ratio(weight, (height / 100) ** 2)


@derived()
def msi_high(msi: pd.Series) -> pd.Series:
    """1 for MSI-H, 0 for MSS and MSI-L."""
    return (msi == "MSI-H").astype(float).where(msi != "")
