"""A table in, a CSV file out that a spreadsheet opens without running anything in it."""

from pathlib import Path
from typing import Any

import pandas as pd

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table, text that a spreadsheet would take for a formula preceded by an apostrophe.

    Only text is changed, in cells and in column names; a number keeps its sign. Same table, same bytes.

    References
    ----------
    OWASP, CSV injection.
    """
    safe = frame.apply(lambda column: column.map(_harmless) if _holds_text(column) else column)
    safe.columns = [_harmless(name) for name in frame.columns]
    safe.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _holds_text(column: pd.Series) -> bool:
    return not pd.api.types.is_numeric_dtype(column)


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
