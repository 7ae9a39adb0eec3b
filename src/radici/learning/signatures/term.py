"""One column of clinical variables in; what it adds to a published score, NaN where it is unknown, out."""

from itertools import compress
from typing import Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from radici.core.cells import addresses
from radici.core.errors import TableError
from radici.core.registry import did_you_mean
from radici.core.settings import Settings
from radici.core.variables import DERIVED, VARIABLES

CLOSE = 1e-9
"""Numbers closer than this are one: blood counts have one decimal, but their differences and quotients do not."""


class Reading(Settings):
    """How one variable is read: in which unit, with which limits, and when it counts.

    Parameters
    ----------
    variable
        Its name in the dictionary of variables.
    unit
        The unit that the formula wants; empty for the dictionary's own.
    cap, floor
        Larger (smaller) values count as this one.
    log
        The logarithm is taken, after the limits; unknown for values that have none.
    above, at_least, below
        1 where the value is greater than, not less than, less than this number, otherwise 0; a value within a
        billionth of the number is that number.
    levels
        The number that stands for each text; a text that is not listed is refused, never taken for 0.
    """

    variable: str
    unit: str = ""
    cap: float | None = None
    floor: float | None = None
    log: Literal["natural", "10"] | None = None
    above: float | None = None
    at_least: float | None = None
    below: float | None = None
    levels: dict[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        entry = VARIABLES[self.variable]
        if self.unit and entry.unit_of(self.unit) is None:
            raise ValueError(
                f"'{self.variable}' has no unit '{self.unit}'; known: {', '.join([entry.unit, *entry.units])}"
            )
        limits = [name for name in ("above", "at_least", "below") if getattr(self, name) is not None]
        numeric = [*limits, *(name for name in ("cap", "floor", "log") if getattr(self, name) is not None)]
        if len(limits) > 1 or (self.levels and numeric):
            raise ValueError(f"{' and '.join(numeric)}{' with levels' if self.levels else ''} do not go together")
        return self

    def __call__(self, frame: pd.DataFrame) -> pd.Series:
        """The value of every row, float64, NaN where it is unknown.

        Raises
        ------
        TableError
            A text is not among the `levels`.
        """
        if self.levels:
            return self._level(frame[self.variable])
        values = in_unit(frame[self.variable].astype(float), self.variable, self.unit)
        values = values.clip(lower=self.floor, upper=self.cap)
        if self.log:
            values = np.log(values.where(values > 0)) / (np.log(10) if self.log == "10" else 1.0)
        return self._indicator(values)

    def _indicator(self, values: pd.Series) -> pd.Series:
        if self.above is not None:
            counts = values > self.above + CLOSE
        elif self.at_least is not None:
            counts = values >= self.at_least - CLOSE
        elif self.below is not None:
            counts = values < self.below - CLOSE
        else:
            return values
        return counts.astype(float).where(values.notna())

    def _level(self, texts: pd.Series) -> pd.Series:
        texts = texts.astype(object).fillna("")
        strange = ~texts.isin([*self.levels, ""])
        if strange.any():
            hint = did_you_mean(str(texts[strange].iloc[0]), list(self.levels))
            raise TableError(
                f"{self.variable}: {addresses(texts[strange])} is none of the score's texts, and nothing is taken for "
                f"0.{hint} Write one of these, or leave the cell empty."
            )
        return texts.map(self.levels).astype(float)

    @property
    def rule(self) -> str:
        """In words: `min(tmb, 50)`, `(dnlr > 3)`, `b(tumour_type)` where levels have numbers."""
        text = self.variable
        text = text if self.cap is None else f"min({text}, {self.cap:g})"
        text = text if self.floor is None else f"max({text}, {self.floor:g})"
        text = text if self.log is None else f"{'ln' if self.log == 'natural' else 'log10'}({text})"
        text = f"b({text})" if self.levels else text
        unit = f" {self.unit}" if self.unit else ""
        for sign, limit in ((">", self.above), ("≥", self.at_least), ("<", self.below)):
            if limit is not None:
                return f"({text} {sign} {limit:g}{unit})"
        return text


class Term(Reading):
    """A reading times its coefficient (or its points).

    Parameters
    ----------
    coefficient
        What it is multiplied by.
    otherwise
        Other ways to know the same thing, tried in this order for a row whose `variable` is unknown.
    """

    coefficient: float = 1.0
    otherwise: tuple[Reading, ...] = ()

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The ways to know it, the first preferred."""
        return (self, *self.otherwise)

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables, any of which will do."""
        return tuple(dict.fromkeys(reading.variable for reading in self.readings))

    def lacking(self, frame: pd.DataFrame) -> pd.Series:
        """What to call it where it is unknown: its name, and which parts are missing where it is computed."""
        parts = [part for part in (DERIVED[self.variable].needs if self.variable in DERIVED else ()) if part in frame]
        empty = [(frame[part].isna() | (frame[part] == "")).to_numpy() for part in parts]
        missing = [", ".join(compress(parts, gone)) for gone in np.transpose(empty)] if parts else [""] * len(frame)
        told = [f"{self.variable} ({which} missing)" if which else self.variable for which in missing]
        return pd.Series(told, index=frame.index, dtype=object)

    def adds(self, frame: pd.DataFrame) -> pd.Series:
        """What it adds to the sum in every row, NaN where no reading is known."""
        found = pd.Series(np.nan, index=frame.index)
        for reading in self.readings:
            if reading.variable in frame:
                found = found.where(found.notna(), reading(frame))
        return self.coefficient * found


def in_unit(values: pd.Series, variable: str, unit: str) -> pd.Series:
    """Values in the dictionary's unit, in another of its units."""
    known = VARIABLES[variable].unit_of(unit) if unit else None
    return values if known is None else (values - known.offset) / known.factor
