"""Which patients every fit saw: fits and predictions in, as they happen; a chain of lines and a verdict out.

Each line of the append-only JSONL file carries the hash of the one before; the last hash is kept elsewhere too (in
the report and in every model), so that a chain cut short or made anew is told from this one. The verdict: did any
prediction concern a patient whom its fit had seen?
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from radici.core.errors import LeakFound

START = "0" * 64


@dataclass
class Ledger:
    """Lines in order; each is `{seq, previous, what, …, seen|predicted, hash}`.

    Patients are written as a hexadecimal bit mask over the first line's list of salted hashes.
    """

    lines: list[dict[str, Any]] = field(default_factory=list)
    _place: dict[str, int] = field(default_factory=dict)

    @classmethod
    def open(cls, patients: Sequence[str], hidden: Mapping[str, str], **facts: Any) -> "Ledger":
        """Begin a ledger for these patients, written as `hidden` (id: salted hash)."""
        ledger = cls(_place={patient: i for i, patient in enumerate(patients)})
        ledger.write("open", patients=[hidden[patient] for patient in patients], **facts)
        return ledger

    def write(self, what: str, **facts: Any) -> dict[str, Any]:
        """Append one line; returns it."""
        previous = self.lines[-1]["hash"] if self.lines else START
        line = {"seq": len(self.lines), "previous": previous, "what": what, **facts}
        line["hash"] = _line_hash(line)
        self.lines.append(line)
        return line

    def fitted(self, patients: Iterable[str], **facts: Any) -> int:
        """Record what a fit, a selection or a tuning saw; returns the line's number."""
        return int(self.write("fit", seen=self.bits(patients), **facts)["seq"])

    def predicted(self, patients: Iterable[str], fit: int, **facts: Any) -> None:
        """Record a prediction by the fit on line `fit`; refuse it if that fit had seen one of the patients."""
        asked = self.bits(patients)
        if int(asked, 16) & int(self.lines[fit]["seen"], 16):
            raise LeakFound(f"Ledger line {fit}: the fit had seen patients whom it was then asked to predict.")
        self.write("predict", predicted=asked, fit=fit, **facts)

    def bits(self, patients: Iterable[str]) -> str:
        """The bit mask of some patients."""
        total = 0
        for patient in patients:
            total |= 1 << self._place[patient]
        return f"{total:x}"

    def save(self, path: Path) -> None:
        """Write the chain as JSON lines."""
        path.write_text("".join(json.dumps(line, sort_keys=True) + "\n" for line in self.lines))

    @classmethod
    def load(cls, path: Path) -> "Ledger":
        """Read a chain; `verify` says whether it is whole."""
        return cls([json.loads(text) for text in path.read_text().splitlines()])

    def verify(self) -> dict[str, Any]:
        """Check the chain and every prediction against its fit.

        Returns
        -------
        dict
            `whole` (no line altered, removed or inserted), `fits`, `predictions`, `overlaps` (line numbers of
            predictions that concern a patient seen by their fit; empty when nothing leaked).
        """
        previous, whole, overlaps = START, True, []
        for number, line in enumerate(self.lines):
            body = {key: value for key, value in line.items() if key != "hash"}
            whole &= line["seq"] == number and line["previous"] == previous and line["hash"] == _line_hash(body)
            previous = line["hash"]
            if line["what"] == "predict":
                fit = self.lines[line["fit"]] if line["fit"] < number else {}
                overlaps += [number] if int(fit.get("seen", "0"), 16) & int(line["predicted"], 16) else []
                whole &= "seen" in fit
        kinds = [line["what"] for line in self.lines]
        return {
            "whole": whole,
            "fits": kinds.count("fit"),
            "predictions": kinds.count("predict"),
            "overlaps": overlaps,
            "last_hash": previous,
        }


def _line_hash(line: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(line, sort_keys=True).encode()).hexdigest()
