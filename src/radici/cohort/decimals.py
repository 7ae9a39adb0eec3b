"""Numbers as a table writes them -> the same with a decimal point; which sign is the decimal one is declared."""

import re
from collections.abc import Collection

import pandas as pd

from radici.core.cells import addresses
from radici.core.errors import TableError

SIGNED = {sign: re.compile(rf"[+-]?(\d+{re.escape(sign)}\d*|{re.escape(sign)}\d+)([eE][+-]?\d+)?") for sign in ".,"}
"""A number with each decimal sign."""


def with_points(texts: pd.Series, decimal: str, where: str, known: Collection[str] = ()) -> pd.Series:
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

    Raises
    ------
    TableError
        A number with the other sign: `65,5` may be 65.5, and `1.234` may be a thousand or a little more than one.
    """
    other = "," if decimal == "." else "."
    odd = [text not in known and bool(SIGNED[other].fullmatch(text)) for text in texts]
    if any(odd):
        mend = (
            'If the comma is the decimal sign, write `decimal: ","` under `clinical:`'
            if other == ","
            else "The study says that the comma is the decimal sign (`decimal`); write all numbers of the table so"
        )
        raise TableError(
            f"{where}: a number is expected, found {addresses(texts[odd])}. {mend}; if the sign groups thousands, "
            f"remove it from the table."
        )
    if decimal == ".":
        return texts
    return texts.map(lambda text: text.replace(",", ".") if SIGNED[","].fullmatch(text) and text not in known else text)
