"""What is known of one variable: its unit, its plausible range, its levels, and how people write it."""

import re
import unicodedata
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from radici.core.cells import Word, word
from radici.core.settings import Settings

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")]
Kind = Literal["quantity", "binary", "category", "ordinal", "text"]
Companion = Literal["assay", "panel", "uln", "lln"]
COMPANIONS: tuple[Companion, ...] = ("assay", "panel", "uln", "lln")
SUPERSCRIPT = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
YES_NO: dict[str, tuple[str, ...]] = {
    "yes": ("yes", "y", "1", "true", "positive", "pos", "+", "present"),
    "no": ("no", "n", "0", "false", "negative", "neg", "absent"),
}
"""Texts that mean yes and no of every binary variable; an entry adds its own."""


class Unit(Settings):
    """How a number in this unit becomes one in the canonical unit: `number * factor + offset`."""

    factor: float
    offset: float = 0.0

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return value if isinstance(value, dict | Unit) else {"factor": value}


class Entry(Settings):
    """One variable of the dictionary.

    Parameters
    ----------
    name
        Canonical name; a study's column is `clinical__<name>`.
    group
        Heading under which it is listed.
    what
        One line.
    kind
        `quantity` (a number), `binary` (0, 1), `category`, `ordinal` (levels from low to high) or `text`.
    unit
        Canonical unit of a quantity; empty for ratios, counts and grades.
    units
        Other units it is written in, and how each becomes the canonical one.
    range
        Plausible values in the canonical unit, inclusive; what lies outside is refused.
    typical
        Where the median of a column lies in the canonical unit, inclusive; a column outside of it is asked about.
    whole
        Whether only whole numbers make sense.
    needs
        Companions to declare with it, without which its numbers cannot be compared: the `assay`, the `panel`, or the
        laboratory's limits `uln` and `lln`.
    levels
        Level -> texts that mean it, besides its own name; `yes` and `no` for a binary variable.
    advice
        What a message adds where a cell does not fit.
    synonyms
        Headings that people write above its column.
    loinc
        Code of LOINC, where it was confirmed.
    source
        Where unit, coding or definition come from.
    verified
        Whether that source was read; otherwise the entry is written from general knowledge.
    """

    name: Name
    group: str
    what: str = Field(min_length=1)
    kind: Kind
    unit: str = ""
    units: dict[str, Unit] = Field(default_factory=dict)
    range: tuple[float, float] | None = None
    typical: tuple[float, float] | None = None
    whole: bool = False
    needs: tuple[Companion, ...] = ()
    levels: dict[str, tuple[Word, ...]] = Field(default_factory=dict)
    advice: str = ""
    synonyms: tuple[str, ...] = ()
    loinc: str = ""
    source: str = ""
    verified: bool = False

    @field_validator("levels", mode="before")
    @classmethod
    def _one_or_more(cls, levels: Any) -> Any:
        """Take `F: female` for a level with one other text, and an empty text for none."""
        if not isinstance(levels, dict):
            return levels
        return {level: (texts,) if texts and isinstance(texts, str) else texts or () for level, texts in levels.items()}

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.kind == "quantity":
            self._check_quantity()
        elif self.unit or self.units or self.range or self.typical:
            raise ValueError("only a quantity has units, a range and a typical median")
        if self.kind in ("category", "ordinal") and len(self.levels) < 2:
            raise ValueError(f"{self.kind} needs at least two levels")
        if self.kind == "binary" and not set(self.levels) <= set(YES_NO):
            raise ValueError("the levels of a binary variable are `yes` and `no`")
        self.meanings()
        return self

    def _check_quantity(self) -> None:
        if self.levels:
            raise ValueError("a quantity has no levels")
        if self.range is None or not self.range[0] < self.range[1]:
            raise ValueError("a quantity needs a plausible range, the smaller number first")
        low, high = self.typical or self.range
        if not self.range[0] <= low < high <= self.range[1]:
            raise ValueError("the typical median lies in the plausible range, the smaller number first")
        if any(unit.factor <= 0 for unit in self.units.values()):
            raise ValueError("the factor of a unit is positive")

    def unit_of(self, spelled: str) -> Unit | None:
        """How numbers in a unit become canonical, or None where the entry does not know the unit."""
        own = {_plain_unit(self.unit): Unit(factor=1)} | ({} if self.unit else {"1": Unit(factor=1)})
        return (own | {_plain_unit(name): unit for name, unit in self.units.items()}).get(_plain_unit(spelled))

    def canonical(self, number: Any, spelled: str) -> Any:
        """A number (or a Series) in a unit that the entry knows, in the canonical one."""
        unit = self.unit_of(spelled) or Unit(factor=1)
        return number * unit.factor + unit.offset

    @property
    def remark(self) -> str:
        """The advice as a sentence that follows others, or nothing."""
        return f" {self.advice}." if self.advice else ""

    def meanings(self) -> dict[str, str]:
        """Level that each folded text means.

        Raises
        ------
        ValueError
            When one text means two levels.
        """
        found: dict[str, str] = {}
        base = YES_NO if self.kind == "binary" else {}
        for level in {**base, **self.levels}:
            for text in (level, *base.get(level, ()), *self.levels.get(level, ())):
                if found.setdefault(folded(text), level) != level:
                    raise ValueError(f"'{text}' means both '{found[folded(text)]}' and '{level}'")
        return found


def folded(text: str) -> str:
    """A text as it is compared: `Head & Neck`, `Head&Neck`, `head_and-neck` are one; a sign before a number stays."""
    spelled = word(text).lower().replace("&", " and ")
    return re.sub(r"(?<=\w)[\s_-]+(?=\w)|\s", "", spelled)


def _plain_unit(spelled: str) -> str:
    """A unit as it is compared: `10⁹/L` is `10^9/l`, `Tsd./µl` is `tsd/ul`."""
    raised = SUPERSCRIPT.sub(lambda found: "^" + unicodedata.normalize("NFKC", found[0]), spelled)
    return re.sub(r"\s|\.(?=/)", "", raised).lower().replace("µ", "u").replace("μ", "u").replace("×", "x")
