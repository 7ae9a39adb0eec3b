"""A cohort that nothing has seen: it can be opened only with locked models, and every opening is logged.

The log lies beside the cohort's data, or in this user's private folder where that cannot be written. A line holds
salted hashes of the patients looked at: a later look that shares a patient is counted, under whatever name, with
whatever features, from whatever output folder.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from radici.core.errors import InputError, some
from radici.core.outcome import Outcome
from radici.core.provenance import hidden_ids, private_folder
from radici.core.table import Comparator, FeatureTable

LOG = "radici-openings.jsonl"


class Sealed:
    """Features and outcome of patients held back for external validation.

    Parameters
    ----------
    table
        One row per patient.
    outcome
        The endpoint of those patients.
    name
        What the report calls the cohort, such as the site.
    volume
        The volume column, evaluated raw beside the models, or None.
    comparators
        Published scores, evaluated beside the models on the patients who have them.
    beside
        Folder of the cohort's data; None logs in the private folder.
    """

    def __init__(
        self,
        table: FeatureTable,
        outcome: Outcome,
        name: str,
        *,
        volume: str | None,
        comparators: tuple[Comparator, ...] = (),
        beside: Path | None = None,
    ) -> None:
        self._table, self._outcome = table.of(outcome.patients), outcome
        self.name, self.volume, self.comparators, self._beside = name, volume, comparators, beside

    def __repr__(self) -> str:
        return f"Sealed('{self.name}', {len(self._outcome.patients)} patients, unopened)"

    @property
    def patients(self) -> tuple[str, ...]:
        """Who is in it; nothing else is told before it is opened."""
        return self._outcome.patients

    def refuse_overlap(self, development: Sequence[str]) -> None:
        """Refuse a patient who is in both cohorts."""
        both = sorted(set(self.patients) & set(development))
        if both:
            raise InputError(
                f"{len(both)} patient(s) are both in the sealed cohort '{self.name}' and among those the models are "
                f"developed on: {some(both)}. A patient may be in one of them only."
            )

    def open(self, locked: str) -> tuple[FeatureTable, Outcome, "Opening"]:
        """Features, outcome, and how many different models have looked; logs this opening.

        Parameters
        ----------
        locked
            Hash of the locked models. The same models may look again without counting twice.
        """
        return self._table, self._outcome, _log(self.patients, locked, self.name, self._beside)


class Opening:
    """How often a cohort was looked at: the number of different locked models, and where that is written."""

    def __init__(self, models: int, path: Path) -> None:
        self.models, self.path = models, path


def _log(patients: Sequence[str], locked: str, name: str, beside: Path | None) -> Opening:
    who = sorted(hidden_ids(patients, LOG).values())
    for folder in [beside, private_folder()]:
        if folder is None:
            continue
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not folder.stat().st_mode & 0o222:
                continue  # marked read-only: left alone, even by a user who could write there
            path = folder / LOG
            before = _read(path)
            if not any(line["patients"] == who and line["models"] == locked for line in before):
                line = {"patients": who, "models": locked, "name": name}
                with path.open("a") as stream:
                    stream.write(json.dumps(line, sort_keys=True) + "\n")
                    stream.flush()
                    os.fsync(stream.fileno())
                before.append(line)
            looks = {line["models"] for line in before if set(line["patients"]) & set(who)}
            return Opening(len(looks), path)
        except OSError:
            continue
    raise InputError(f"The opening of the sealed cohort '{name}' could not be logged anywhere; set RADICI_HOME.")


def _read(path: Path) -> list[dict[str, Any]]:
    """The lines that are whole; a line cut off by a crash tells nothing."""
    lines = []
    for text in path.read_text().splitlines() if path.exists() else []:
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict) and {"patients", "models"} <= set(line):
            lines.append(line)
    return lines
