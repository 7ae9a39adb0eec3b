"""One entry of `clinical: {map: ...}` -> columns of numbers: a quantity, a binary, a category or an order.

Nothing here learns: levels, orders and units are declared, so a new patient is read exactly as an old one.
"""

import re
from typing import Annotated, Any, Literal, Self

import pandas as pd
from pydantic import Discriminator, Field, Tag, model_validator

from radici.core.cells import Word, codes, numbers
from radici.core.errors import TableError, some
from radici.core.settings import Settings
from radici.core.table import Column

HOW_TO_MEND = "Correct the table, add the text to the mapping, or list it under `missing`."


class Quantity(Settings):
    """A number with its unit: `{column: age, unit: years, range: [18, 110]}`.

    `range` is inclusive; `recode` gives numbers for texts such as `<1`.
    """

    column: str
    unit: str = Field(min_length=1)
    range: tuple[float, float] | None = None
    recode: dict[Word, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.range is not None and not self.range[0] < self.range[1]:
            raise ValueError("the first number of a range must be the smaller one")
        return self

    def columns(self, name: str) -> list[Column]:
        """One column, in the declared unit."""
        return [Column(f"clinical__{name}", "clinical", self.unit)]

    def read(self, texts: pd.Series, name: str, where: str) -> pd.DataFrame:
        """Numbers; NaN where missing, `TableError` for a text or a number out of range."""
        values = numbers(texts, where, self.recode)
        if self.range is not None:
            low, high = self.range
            wrong = values[(values < low) | (values > high)]
            if len(wrong):
                found = some([f"{value:g} (patient {patient})" for patient, value in wrong.items()])
                raise TableError(
                    f"{where}: {low:g} to {high:g} {self.unit} is expected, found {found}. Is the unit right? "
                    f"Correct the table, or the `range`."
                )
        return pd.DataFrame({f"clinical__{name}": values})


class Binary(Settings):
    """Yes or no: `{column: sex, yes: [F], no: [M]}` gives 1 and 0."""

    column: str
    yes: tuple[Word, ...] = Field(min_length=1)
    no: tuple[Word, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check(self) -> Self:
        both = set(self.yes) & set(self.no)
        if both:
            raise ValueError(f"{sorted(both)} cannot mean both yes and no")
        return self

    def columns(self, name: str) -> list[Column]:
        """One column of 0 and 1."""
        return [Column(f"clinical__{name}", "clinical", "no/yes")]

    def read(self, texts: pd.Series, name: str, where: str) -> pd.DataFrame:
        """1 for yes, 0 for no, NaN where missing."""
        known = dict.fromkeys(self.yes, 1.0) | dict.fromkeys(self.no, 0.0)
        return pd.DataFrame({f"clinical__{name}": codes(texts, known, where, HOW_TO_MEND)})


class Category(Settings):
    """One of several kinds: `{column: Histology, levels: [adenocarcinoma, squamous], recode: {SCC: squamous}}`.

    Gives one column of 0 and 1 for each level but the first, which is the reference.
    """

    column: str
    levels: tuple[Word, ...] = Field(min_length=2)
    recode: dict[Word, Word] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_levels(self.levels, self.recode)
        slugs = [_slug(level) for level in self.levels]
        if len(set(slugs)) < len(slugs) or "" in slugs:
            raise ValueError(f"levels must differ in letters or digits, for they become column names: {slugs}")
        return self

    def columns(self, name: str) -> list[Column]:
        """One column of 0 and 1 for each level but the first."""
        return [Column(f"clinical__{name}_{_slug(level)}", "clinical", "no/yes") for level in self.levels[1:]]

    def read(self, texts: pd.Series, name: str, where: str) -> pd.DataFrame:
        """1 in the column of the patient's level; all NaN where missing."""
        place = codes(texts, _places(self.levels, self.recode), where, HOW_TO_MEND)
        return pd.DataFrame(
            {
                column.name: (place == i).astype(float).where(place.notna())
                for i, column in enumerate(self.columns(name), start=1)
            }
        )


class Ordinal(Settings):
    """One of several steps: `{column: stage, order: [I, II, III, IV]}` gives 0, 1, 2, 3."""

    column: str
    order: tuple[Word, ...] = Field(min_length=2)
    recode: dict[Word, Word] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_levels(self.order, self.recode)
        return self

    def columns(self, name: str) -> list[Column]:
        """One column of ranks; its unit spells them out."""
        return [Column(f"clinical__{name}", "clinical", "rank in " + " < ".join(self.order))]

    def read(self, texts: pd.Series, name: str, where: str) -> pd.DataFrame:
        """Rank of the patient's step, from 0; NaN where missing."""
        known = _places(self.order, self.recode)
        return pd.DataFrame({f"clinical__{name}": codes(texts, known, where, HOW_TO_MEND)})


def _places(levels: tuple[str, ...], recode: dict[str, str]) -> dict[str, float]:
    own = {level: float(i) for i, level in enumerate(levels)}
    return own | {text: own[level] for text, level in recode.items()}


def _check_levels(levels: tuple[str, ...], recode: dict[str, str]) -> None:
    if len(set(levels)) < len(levels):
        raise ValueError("a level is named twice")
    astray = sorted(set(recode.values()) - set(levels))
    if astray:
        raise ValueError(f"recode leads to {astray}, which are not among the levels {list(levels)}")


def _slug(text: str) -> str:
    return re.sub("[^a-z0-9]+", "_", text.lower()).strip("_")


Kind = Literal["quantity", "binary", "category", "ordinal"]
KIND_BY_KEY: dict[str, Kind] = {"levels": "category", "order": "ordinal", "yes": "binary", "no": "binary"}
KIND_BY_TYPE: dict[type, Kind] = {
    Quantity: "quantity",
    Binary: "binary",
    Category: "category",
    Ordinal: "ordinal",
}


def _kind(value: Any) -> Kind | None:
    if isinstance(value, dict):
        return next((KIND_BY_KEY[key] for key in value if key in KIND_BY_KEY), "quantity")
    return KIND_BY_TYPE.get(type(value))


Variable = Annotated[
    Annotated[Quantity, Tag("quantity")]
    | Annotated[Binary, Tag("binary")]
    | Annotated[Category, Tag("category")]
    | Annotated[Ordinal, Tag("ordinal")],
    Discriminator(
        _kind,
        custom_error_type="variable",
        custom_error_message="expected {column, unit}, {column, yes, no}, {column, levels} or {column, order}",
    ),
]
