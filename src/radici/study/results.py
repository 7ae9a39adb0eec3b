"""A finished study in; a folder that holds all of its results, or what it held before, out."""

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd

from radici.core.errors import StudyError, some
from radici.core.files import write_table
from radici.learning.store import save
from radici.reporting.document import PAGE, report
from radici.reporting.record import Record

ABOUT, UNFINISHED = "run.json", ".unfinished"
OURS = ("results", "patients", "model", "comparators", "figures", PAGE)


def check_folder(out: Path) -> None:
    """Refuse, before any work, a folder in which results would replace what is not ours.

    Raises
    ------
    StudyError
        `out` is a file, or holds a folder such as `patients` that no run has written.
    """
    if out.exists() and not out.is_dir():
        raise StudyError(f"--out: {out} is a file; name a folder.")
    if any((out / name).exists() for name in (ABOUT, UNFINISHED, "extraction")):
        return
    foreign = [name for name in OURS if (out / name).exists()]
    if foreign:
        raise StudyError(
            f"--out: {out} holds {some(foreign)}, which a run would replace but no run has written. "
            "Name another folder."
        )


def write_results(record: Record, about: dict[str, Any], out: Path) -> None:
    """Write everything under another name, then put it in the place of what an earlier run has left.

    Parameters
    ----------
    about
        What differs between two runs of the same study: times, paths, work saved.
    """
    out.mkdir(parents=True, exist_ok=True)
    fresh = out / UNFINISHED
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        _write(record, fresh)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    for name in (ABOUT, *OURS):
        _remove(out / name)
    for path in sorted(fresh.iterdir()):
        path.replace(out / path.name)
    text = json.dumps(about, indent=1, sort_keys=True) + "\n"
    (out / ABOUT).write_text(text, encoding="utf-8", newline="\n")
    fresh.rmdir()


def _write(record: Record, fresh: Path) -> None:
    results, people = fresh / "results", fresh / "patients"
    for folder in (results, people):
        folder.mkdir(parents=True)
    report(record, fresh)
    for place, found in enumerate(one for one in (record.development, record.sealed) if one is not None):
        frame = found.frame()
        frame.to_csv(results / "numbers.csv", mode="a", header=place == 0, index=False, lineterminator="\n")
    record.development.stability.to_csv(results / "stability.csv", index=False, lineterminator="\n")
    assert record.development.ledger is not None
    record.development.ledger.save(results / "ledger.jsonl")
    (results / "study.yaml").write_text(record.study, encoding="utf-8", newline="\n")
    for cohort, one in (("development", record.development), ("sealed", record.sealed)):
        if one is not None:
            one.predictions().to_csv(people / f"{cohort}_predictions.csv", index=False, lineterminator="\n")
    write_table(record.table, people / "features.csv")
    left = pd.DataFrame([vars(one) for one in record.left_out], columns=["patient", "stage", "reason"])
    left.to_csv(people / "left_out.csv", index=False, lineterminator="\n")
    main = record.development.headline[0] if record.development.headline else next(iter(record.models))
    save(record.models[main], fresh / "model")
    for name, model in record.models.items():
        if name != main:
            save(model, fresh / "comparators" / name.replace("+", "_"))


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
