"""Numbers as a table writes them -> the same with a decimal point; which sign is the decimal one is declared."""

import re
from collections.abc import Collection, Mapping

import pandas as pd

from radici.core.cells import addresses
from radici.core.errors import TableError
from radici.core.variables import VARIABLES, Given

SIGNED = {sign: re.compile(rf"[+-]?(\d+{re.escape(sign)}\d*|{re.escape(sign)}\d+)([eE][+-]?\d+)?") for sign in ".,"}
"""A number with each decimal sign."""
IN_STUDY = 'write `decimal: ","` under `clinical:`'
"""How a study declares the comma."""


def given_with_points(
    table: pd.DataFrame, given: Mapping[str, Given], decimal: str, where: str, declare: str = IN_STUDY
) -> pd.DataFrame:
    """The table with a decimal point in every column that a quantity of the dictionary is read from.

    Raises
    ------
    TableError
        See `with_points`.
    """
    plain = table.copy()
    for name, one in given.items():
        for column in one.columns if VARIABLES[name].kind == "quantity" else ():
            if column in table.columns:
                place = f"Column '{column}' of {where}"
                plain[column] = with_points(table[column], decimal, place, one.recode, declare)
    return plain


def with_points(
    texts: pd.Series, decimal: str, where: str, known: Collection[str] = (), declare: str = IN_STUDY
) -> pd.Series:
    """Texts in which the declared decimal sign has become a point.

    Parameters
    ----------
    texts
        One text per patient.
    decimal
        The declared sign, `.` or `,`.
    where
        The column, as messages call it.
    known
        Texts that have a meaning of their own, such as `recode` gives; they stay as they are.
    declare
        How the comma is declared, where that is asked.

    Raises
    ------
    TableError
        A number with the other sign: `65,5` may be 65.5, and `1.234` may be a thousand or a little more than one.
    """
    other = "," if decimal == "." else "."
    odd = [text not in known and bool(SIGNED[other].fullmatch(text)) for text in texts]
    if any(odd):
        mend = (
            f"If the comma is the decimal sign, {declare}"
            if other == ","
            else "It is declared that the comma is the decimal sign (`decimal`); write all numbers of the table so"
        )
        raise TableError(
            f"{where}: a number is expected, found {addresses(texts[odd])}. {mend}; if the sign groups thousands, "
            f"remove it from the table."
        )
    if decimal == ".":
        return texts
    return texts.map(lambda text: text.replace(",", ".") if SIGNED[","].fullmatch(text) and text not in known else text)
