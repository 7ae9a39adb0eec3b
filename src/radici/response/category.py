"""A column of answers -> Response: best response CR or PR against SD or PD."""

from typing import Self

import pandas as pd
from pydantic import Field, model_validator

from radici.core.cells import Word, codes, column_of, word
from radici.core.outcome import Response
from radici.response.endpoint import Endpoint, Tables


class Category(Endpoint, name="category"):
    """Yes, no or unknown by the text of a column.

    Parameters
    ----------
    column
        Column of the clinical table.
    yes, no
        Texts that mean one and the other.
    unknown
        Texts that mean that nobody knows, such as `NE` (not evaluable); a missing cell always does.
    favourable
        Whether yes is the good answer.
    """

    column: str
    yes: tuple[Word, ...] = Field(min_length=1)
    no: tuple[Word, ...] = Field(min_length=1)
    unknown: tuple[Word, ...] = ("",)
    favourable: bool = True

    @model_validator(mode="after")
    def _check(self) -> Self:
        texts = [*self.yes, *self.no, *self.unknown]
        twice = sorted({text for text in texts if texts.count(text) > 1})
        if twice:
            raise ValueError(f"{twice} cannot have two meanings")
        return self

    def about(self) -> str:
        """The column, and what its texts mean."""
        unknown = [text for text in self.unknown if text]
        meant = [("yes", self.yes), ("no", self.no), *([("unknown", unknown)] if unknown else [])]
        said = "; ".join(f"{answer} {', '.join(texts)}" for answer, texts in meant)
        return f"category of column {self.column}: {said}{'' if self.favourable else '; yes is the bad answer'}"

    def __call__(self, name: str, table: pd.DataFrame, tables: Tables | None = None) -> Response:
        """Yes or no for each patient; `unknown` keeps the text that was found."""
        cells = column_of(table, self.column, f"Endpoint '{name}': the clinical table").map(word)
        silent = cells.isin(["", *self.unknown])
        known = dict.fromkeys(self.yes, 1.0) | dict.fromkeys(self.no, 0.0)
        values = codes(
            cells[~silent],
            known,
            f"Endpoint '{name}', column '{self.column}'",
            "List the text under `yes`, `no` or `unknown`.",
        )
        unknown = tuple(
            (str(patient), f"'{self.column}' is {repr(text) if text else 'missing'}")
            for patient, text in cells[silent].items()
        )
        return Response(name, tuple(map(str, values.index)), unknown, values.to_numpy() == 1.0, self.favourable)
