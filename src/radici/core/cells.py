"""What the cells of a text table say: in come texts, out come numbers, or the address of each wrong cell."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import BeforeValidator

from radici.core.errors import TableError, some
from radici.core.registry import did_you_mean

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
WHOLE_AS_DECIMAL = re.compile(r"([+-]?\d+)\.0+")


def word(text: str) -> str:
    """A cell without blanks around it; `1.0` reads as `1`, as tables with gaps write whole numbers."""
    text = text.strip()
    whole = WHOLE_AS_DECIMAL.fullmatch(text)
    return whole.group(1) if whole else text


def text_of(cell: Any) -> str:
    """A cell of any kind as the text that a table would hold; `""` where it is missing."""
    if isinstance(cell, str):
        return cell.strip()
    return "" if cell is None or cell != cell else word(str(cell))


def _as_word(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a text is expected; put it in quotes, for YAML reads yes, no, true and false as truth values")
    return word(f"{value}") if isinstance(value, int | float | str) else value


Word = Annotated[str, BeforeValidator(_as_word)]
"""A text that a cell is compared with; numbers in a study file are taken as they are written."""


def column_of(table: pd.DataFrame, name: str, where: str) -> pd.Series:
    """The column `name`, or a `TableError` that suggests the nearest one."""
    if name not in table.columns:
        raise TableError(f"{where} has no column '{name}'.{did_you_mean(name, [str(c) for c in table.columns])}")
    return table[name]


def numbers(
    texts: pd.Series,
    where: str,
    recode: Mapping[str, float] | None = None,
    mend: str = "Correct the table, list the text under `missing`, or give its number under `recode`.",
) -> pd.Series:
    """Numbers of a column of texts indexed by patient; `""` gives NaN.

    Parameters
    ----------
    texts
        One text per patient.
    where
        The column, as messages call it.
    recode
        Numbers for texts that are none, such as `{"<1": 0}`.
    mend
        What to do about a text that is no number.

    Raises
    ------
    TableError
        A text is no number: named with its patients. Decimal commas, `nan` and `inf` are no numbers here.
    """
    recode = recode or {}
    plain = texts.map(word)
    wrong = [not (text == "" or text in recode or NUMBER.fullmatch(text)) for text in plain]
    if any(wrong):
        raise TableError(f"{where}: a number is expected, found {addresses(texts[wrong])}. {mend}")
    values = [recode[text] if text in recode else float(text) if text else np.nan for text in plain]
    return pd.Series(values, index=texts.index, dtype=float)


def codes(texts: pd.Series, known: Mapping[str, float], where: str, mend: str) -> pd.Series:
    """The number that `known` gives for each text; `""` gives NaN, any other text a `TableError`."""
    plain = texts.map(word)
    wrong = [text != "" and text not in known for text in plain]
    if any(wrong):
        first = next(iter(plain[wrong]))
        hint = did_you_mean(first, list(known))
        raise TableError(f"{where}: {addresses(texts[wrong])} is not among the declared texts.{hint} {mend}")
    values = [known[text] if text else np.nan for text in plain]
    return pd.Series(values, index=texts.index, dtype=float)


def addresses(cells: pd.Series) -> str:
    """Texts with the patients that have them: `'abc' (patient P3), 'x' (patients P4, P7)`."""
    parts = []
    for text, group in cells.groupby(cells, sort=False):
        ids = [str(patient) for patient in group.index]
        parts.append(f"'{text}' (patient{'s' if len(ids) > 1 else ''} {some(ids)})")
    return some(parts)
