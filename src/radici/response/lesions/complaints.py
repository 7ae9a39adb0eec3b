"""Wrong cells of a lesion table, as they are found -> one error that names each with patient, visit and column."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from radici.core.errors import LesionError

SHOWN = 20


class Complaints:
    """What is wrong with a table, cell by cell."""

    def __init__(self, file: str, rows: pd.DataFrame) -> None:
        self.file = file
        self.rows = rows
        self.lines: list[str] = []
        self.named = np.zeros(len(rows), dtype=bool)

    def add(self, column: str, wrong: np.ndarray, why: Callable[[int], str] | str) -> None:
        """Name the rows where `wrong` is True; `why` is a sentence, or gives one for the number of a row."""
        self.named |= np.asarray(wrong, dtype=bool)
        for place in np.flatnonzero(np.asarray(wrong, dtype=bool)):
            told = why if isinstance(why, str) else why(int(place))
            self.lines.append(f"{address(self.rows.iloc[int(place)])}, column '{column}': {told}")

    def refuse(self) -> None:
        """Raise a `LesionError` where anything was wrong."""
        if not self.lines:
            return
        shown, more = self.lines[:SHOWN], len(self.lines) - SHOWN
        rest = [f"… and {more} more."] if more > 0 else []
        what = "a cell needs" if len(self.lines) == 1 else f"{len(self.lines)} cells need"
        raise LesionError("\n".join([f"{self.file}: {what} a correction.", *shown, *rest]))


def address(row: Mapping[str, Any]) -> str:
    """`Patient P3, visit w6, lesion T1 (line 14)`."""
    when = next((str(row[name]) for name in ("visit", "date", "day") if name in row and str(row[name])), "")
    parts = [f"Patient {row['patient'] or '?'}"]
    parts += [f"visit {when}"] if when else []
    parts += [f"lesion {row['lesion']}"] if row.get("lesion") else []
    return ", ".join(parts) + (f" (line {row['line']})" if "line" in row else "")
