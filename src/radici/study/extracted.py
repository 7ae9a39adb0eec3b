"""What was measured in; a table, and beside it what its columns are and what failed, out."""

import importlib.util
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from radici.core.cohort import Left
from radici.core.errors import FileMissing, InputError, StudyError, some
from radici.core.files import write_table
from radici.core.reasons import by_reason
from radici.core.table import Failure, FeatureTable
from radici.features.cases import ExtractionLog

TABLES = (".csv", ".parquet")
SHOWN = 8


@dataclass
class Extracted:
    """What became of it: the table (None: no case succeeded), what failed, and what is worth saying."""

    out: Path
    table: FeatureTable | pd.DataFrame | None = None
    failures: tuple[Failure, ...] = ()
    log: ExtractionLog = field(default_factory=ExtractionLog)
    workers: int = 1
    notes: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows were written."""
        return 0 if self.table is None else len(_values(self.table))

    @property
    def features(self) -> int:
        """How many columns of numbers they have."""
        return 0 if self.table is None else _values(self.table).select_dtypes("number").shape[1]

    @property
    def facts(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "out": str(self.out) if self.rows else None,
            "rows": self.rows,
            "features": self.features,
            **vars(self.log),
            "workers": self.workers,
            "notes": self.notes,
            "failures": [vars(one) for one in self.failures],
        }

    @property
    def lines(self) -> list[str]:
        """For people."""
        if not self.rows:
            return list(self.notes)
        again = f" ({self.log.reused} kept from an earlier run)" if self.log.reused else ""
        return [*self.notes, f"{_number(self.rows, 'row')}, {self.features} features{again}: {self.out}"]

    @property
    def complaints(self) -> list[str]:
        """What could not be measured: equal reasons once, and where all stand."""
        if not self.failures:
            return []
        groups = list(by_reason(Left(one.patient, one.stage, one.error) for one in self.failures).items())
        shown = [f"Left out ({len(ids)}): {some(ids)}: {reason}" for reason, ids in groups[:SHOWN]]
        more = [f"and {len(groups) - SHOWN} more reasons"] if len(groups) > SHOWN else []
        return [*shown, *more, f"All of them stand in {beside(self.out, 'failures.csv')}."]


def check_output(out: Path, force: bool, endings: Sequence[str] = TABLES) -> None:
    """Refuse, before any work, a file that cannot be written or would be replaced.

    Raises
    ------
    StudyError
        The ending is unknown, the file exists (and not `force`), or pyarrow is missing for `.parquet`.
    InputError
        The folder cannot be written to.
    FileMissing
        The folder does not exist.
    """
    if out.suffix.lower() not in endings:
        raise StudyError(f"{out}: a file name that ends in {' or '.join(endings)} is expected.")
    if out.suffix.lower() == ".parquet" and importlib.util.find_spec("pyarrow") is None:
        raise StudyError("Parquet files need pyarrow: pip install 'radici[parquet]'. Or write a .csv.")
    if not out.parent.is_dir():
        raise FileMissing(f"{out}: there is no folder {out.parent}. Make it first, or name another one.")
    if out.is_dir():
        raise StudyError(f"{out} is a folder; name a file.")
    if out.exists() and not force:
        raise StudyError(f"{out} exists already and is not overwritten. Name another file, or add --force.")
    if not os.access(out.parent, os.W_OK):
        raise InputError(f"{out}: the folder {out.parent} cannot be written to. Name a file elsewhere.")


def beside(out: Path, what: str) -> Path:
    """What lies beside the table `values.csv`: `values.failures.csv`, the folder `values.parts`."""
    return out.with_name(f"{out.stem}.{what}")


def finish(done: Extracted) -> Extracted:
    """Write table and failures under another name first, then in place of earlier ones."""
    failed = beside(done.out, "failures.csv")
    if not done.failures:
        failed.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=done.out.parent, prefix=".radici-") as folder:
        fresh = Path(folder)
        if done.table is not None:
            write_values(done.table, fresh / done.out.name)
        if done.failures:
            listed = pd.DataFrame([vars(one) for one in done.failures])
            listed.to_csv(fresh / failed.name, index=False, lineterminator="\n")
        if done.table is None:
            # An earlier table beside these failures would be taken for theirs.
            for old in (done.out, beside(done.out, "columns.csv")):
                old.unlink(missing_ok=True)
        for path in sorted(fresh.iterdir()):
            path.replace(done.out.parent / path.name)
    return done


def write_values(table: FeatureTable | pd.DataFrame, path: Path) -> None:
    """Write a table as CSV or parquet, by the ending; what its columns are lies beside it, as `<name>.columns.csv`."""
    if isinstance(table, FeatureTable):
        write_table(table, path)
        frame: pd.DataFrame = pd.concat([table.rows, table.values], axis=1)
    else:
        frame = table
        frame.to_csv(path, index=False, lineterminator="\n")
    if path.suffix.lower() == ".parquet":
        frame.to_parquet(path, engine="pyarrow", index=False)


def _values(table: FeatureTable | pd.DataFrame) -> pd.DataFrame:
    return table.values if isinstance(table, FeatureTable) else table


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
