"""Where a variable stands in somebody's table, in which unit, and with what it was measured: declared, not guessed."""

import re
from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from radici.core.cells import Word
from radici.core.errors import StudyError
from radici.core.settings import Settings
from radici.core.variables.dictionary import VARIABLES
from radici.core.variables.entry import COMPANIONS

MAPPED = re.compile(r"\s*(?P<name>[^=\[\]]+?)\s*=\s*(?P<column>.+?)\s*(?:\[(?P<unit>[^\[\]]*)\])?\s*")

QUOTED = re.compile(r'\s*"(.+)"\s*')


class FromColumn(Settings):
    """The column that holds a companion, one for each row."""

    column: str


class Given(Settings):
    """One variable of a table: `{column: Albumin, unit: g/dL}`.

    Parameters
    ----------
    column
        Its column. A text in double quotes is a `value`.
    value
        One text for all rows, instead of a column.
    instead
        Columns taken where `column` is not in the table, in this order; they hold the same thing in the same unit.
    optional
        Whether the variable is left out where none of the columns is there; otherwise that is an error.
    unit
        Unit of the numbers; required for every quantity that has one.
    assay, panel
        With what it was measured: a text for all rows, or `{column: NAME}`.
    uln, lln
        Upper and lower limit of normal, in the same unit: a number for all rows, or `{column: NAME}`.
    missing
        Texts that mean missing, besides the empty cell.
    recode
        Text in the table -> level, `yes` or `no`, or a number for a quantity (`{"<1": 0}`).
    one_hot
        Level -> column of 0 and 1, for tables without a column of labels.
    cap
        Greatest number, in the table's unit; larger ones are lowered to it.
    as_declared
        That the unit is right although the numbers look like another: fractions instead of percentages, or a median
        that is not usual.
    """

    column: str = ""
    value: str = ""
    instead: tuple[str, ...] = ()
    optional: bool = False
    unit: str = ""
    assay: str | FromColumn | None = None
    panel: str | FromColumn | None = None
    uln: float | FromColumn | None = None
    lln: float | FromColumn | None = None
    missing: tuple[Word, ...] = ()
    recode: dict[Word, Word] = Field(default_factory=dict)
    one_hot: dict[str, str] = Field(default_factory=dict)
    cap: float | None = None
    as_declared: bool = False

    @field_validator("missing", "instead", mode="before")
    @classmethod
    def _one_or_more(cls, texts: Any) -> Any:
        return (texts,) if isinstance(texts, str | int | float) and not isinstance(texts, bool) else texts

    @model_validator(mode="before")
    @classmethod
    def _quoted_is_a_value(cls, spelled: Any) -> Any:
        quoted = QUOTED.fullmatch(str(spelled.get("column", ""))) if isinstance(spelled, dict) else None
        return {**spelled, "column": "", "value": quoted[1]} if quoted else spelled

    @model_validator(mode="after")
    def _check(self) -> Self:
        if sum(map(bool, (self.column, self.value, self.one_hot))) != 1:
            raise ValueError("name one `column`, or one `value` for all, or the columns of each level under `one_hot`")
        if self.instead and not self.column:
            raise ValueError("`instead` names other columns for `column`; give that too")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that may be read, companions included."""
        beside = [getattr(self, companion) for companion in COMPANIONS]
        named = [one.column for one in beside if isinstance(one, FromColumn)]
        own = (self.column,) if self.column else tuple(self.one_hot.values())
        return tuple(dict.fromkeys([*own, *self.instead, *named]))


def parse_map(text: str) -> tuple[str, str, str]:
    """Read `albumin=Albumin[g/dL]` as variable, column and unit; the unit is `""` where none is written.

    A column in double quotes is one value for all rows: `tmb_panel="MSK-IMPACT"`.

    Raises
    ------
    StudyError
        The text has another form.
    UnknownName
        No variable is called that; headings that people write (`ALB`) lead to the name.
    """
    found = MAPPED.fullmatch(text)
    if found is None:
        raise StudyError(
            f"'{text}' is no mapping. Write variable=COLUMN[unit], for example `albumin=Albumin[g/dL]`, or "
            f"variable=COLUMN where there is no unit, for example `nlr=NLR`."
        )
    return VARIABLES[found["name"]].name, found["column"], (found["unit"] or "").strip()
