"""A published score: clinical variables in; its number, its group, or why there is none, for every row, out."""

from typing import Annotated, Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from radici.core.errors import TableError
from radici.core.settings import Settings
from radici.learning.signatures.term import CLOSE, Term


class Published(Settings):
    """What is said of every published score, whether it can be run or not.

    Parameters
    ----------
    about
        One line.
    population
        In whom it was made.
    endpoint
        What it speaks of.
    cite, doi
        Where it stands.
    licence, patent
        What must be known before it is used.
    """

    name: str = ""
    about: str
    population: str
    endpoint: str
    cite: str
    doi: str = ""
    licence: str = ""
    patent: str = ""


class Group(Settings):
    """A group of scores: those up to and including `to` that no earlier group took; the last has no end."""

    name: str
    to: float | None = None


class Vector(Settings):
    """A test: variables in the units that the terms name, and the score and group that they give."""

    given: dict[str, Annotated[float | str, Field(union_mode="left_to_right")]]
    score: float
    group: str = ""
    source: str = ""


class Score(Published):
    """A sum of terms through a link, and cut-offs.

    Parameters
    ----------
    version
        Of this entry; it changes whenever a number in it does.
    higher
        What a higher score means for the patient: `better` or `worse`.
    terms, intercept, link
        The score is `link(intercept + sum of coefficient * reading)`; `logistic` is 1 / (1 + exp(-x)).
    groups
        Cut-offs in ascending order.
    only
        Levels of variables for which the score was made; other rows get no score where the variable is known.
    unverified
        Each part that no source at hand confirms.
    vectors
        Tests of the entry.
    """

    version: int = 1
    higher: Literal["better", "worse"]
    terms: tuple[Term, ...]
    intercept: float = 0.0
    link: Literal["identity", "logistic"] = "identity"
    groups: tuple[Group, ...] = ()
    only: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    unverified: tuple[str, ...] = ()
    vectors: tuple[Vector, ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        ends = [group.to for group in self.groups]
        if self.groups and (ends[-1] is not None or None in ends[:-1] or ends[:-1] != sorted(set(ends[:-1]))):  # type: ignore[type-var]
            raise ValueError("groups need ascending, different ends `to`, and the last group none")
        return self

    @property
    def label(self) -> str:
        """Name and version, with what is unverified: what stands beside every number."""
        unsure = f"; unverified: {', '.join(self.unverified)}" if self.unverified else ""
        return f"{self.name} version {self.version}{unsure}"

    @property
    def formula(self) -> str:
        """The sum in words."""
        parts = [(term.coefficient, term.rule) for term in self.terms]
        parts += [(self.intercept, "")] if self.intercept else []
        signed = [f"{'-' if number < 0 else '+'} {_product(abs(number), rule)}" for number, rule in parts]
        total = " ".join(signed).removeprefix("+ ")
        return f"1 / (1 + exp(-({total})))" if self.link == "logistic" else total

    def absent(self, frame: pd.DataFrame) -> list[Term]:
        """Terms of which no variable is a column of `frame`."""
        return [term for term in self.terms if not any(name in frame for name in term.variables)]

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Score every row.

        Parameters
        ----------
        frame
            One column per variable of the dictionary, in its unit; NaN or `""` where unknown. Other columns are
            not looked at.

        Returns
        -------
        DataFrame
            With the rows of `frame`: `score` (float64, NaN where it cannot be known), `group` (`""` without one),
            `why` (what is missing, `""` where there is a score) and `version` (see `label`). Nothing is imputed.

        Raises
        ------
        TableError
            A variable is no column at all, or a text is unknown to the score.
        """
        absent = self.absent(frame)
        if absent:
            wanted = ", ".join(" or ".join(f"'{name}'" for name in term.variables) for term in absent)
            raise TableError(f"The score '{self.name}' needs the variable(s) {wanted}; the table has none of them.")
        why = self._elsewhere(frame)
        fits = why == ""
        parts = [term.adds(frame).where(fits) for term in self.terms]
        unknown = [
            term.lacking(frame).where(part.isna() & fits, "") for term, part in zip(self.terms, parts, strict=True)
        ]
        lacking = [", ".join(name for name in dict.fromkeys(row) if name) for row in zip(*unknown, strict=True)]
        why = why.where(why != "", [f"unknown: {what}" if what else "" for what in lacking])
        total = self.intercept + sum(parts, pd.Series(0.0, index=frame.index))
        score = 1 / (1 + np.exp(-total)) if self.link == "logistic" else total
        found = {"score": score, "group": [self.group_of(value) for value in score], "why": why, "version": self.label}
        return pd.DataFrame(found, index=frame.index)

    def group_of(self, score: float) -> str:
        """The group of a score; `""` for NaN, and where the score has no groups."""
        if np.isnan(score):
            return ""
        return next((group.name for group in self.groups if group.to is None or score <= group.to + CLOSE), "")

    def _elsewhere(self, frame: pd.DataFrame) -> pd.Series:
        """Why a row is outside what the score was made for; `""` where it is not."""
        why = pd.Series("", index=frame.index, dtype=object)
        for name, levels in self.only.items():
            if name in frame:
                texts = frame[name].astype(object).fillna("")
                made = f"made for {' or '.join(levels)}"
                why = why.mask(~texts.isin(levels), [f"{made}; {name} is {text or 'unknown'}" for text in texts])
        return why


def _product(number: float, rule: str) -> str:
    if not rule:
        return f"{number:g}"
    return rule if number == 1 else f"{number:g} {rule}"
