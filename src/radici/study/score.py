"""A table of patients in; published scores of every row, or why there is none, out: `radici score`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from radici.cohort.decimals import given_with_points
from radici.cohort.profile import read_profile
from radici.cohort.tables import read_table
from radici.core.errors import StudyError, TableError
from radici.core.registry import did_you_mean
from radici.core.variables import derive, doubts, read
from radici.learning.signatures import Described, Published, Score, published, read_score
from radici.study.extracted import check_output
from radici.study.mapping import check_companions, check_mapped, mend_in_shell, read_maps, variables_read
from radici.study.predict import CAUTION


@dataclass
class AskedScores:
    """What `radici score` was asked for, as it stands on the command line; see there."""

    table: Path
    scores: Sequence[str]
    out: Path
    profile: str | None = None
    map: Sequence[str] = ()
    patient: str | None = None
    separator: str | None = None
    decimal: str = "."
    missing: Sequence[str] = ()
    force: bool = False


@dataclass(eq=False)
class Scored:
    """What became of it: the rows written, and by score what each row got."""

    out: Path
    frame: pd.DataFrame
    scores: tuple[Score, ...]
    found: Mapping[str, pd.DataFrame]
    notes: list[str] = field(default_factory=list)
    caution: str = CAUTION

    @property
    def facts(self) -> dict[str, Any]:
        """For `--json`."""
        scores = [
            {
                "name": score.name,
                "version": score.version,
                "unverified": list(score.unverified),
                "about": score.about,
                "endpoint": score.endpoint,
                "higher": score.higher,
                "cite": score.cite,
                "doi": score.doi,
                "licence": score.licence,
                "patent": score.patent,
                "scored": int(self.found[score.name]["score"].notna().sum()),
                "not_scored": _counts(self.found[score.name]["why"]),
                "groups": self._groups(score),
            }
            for score in self.scores
        ]
        return {
            "out": str(self.out),
            "rows": len(self.frame),
            "scores": scores,
            "notes": self.notes,
            "caution": self.caution,
            "values": self.frame.to_dict("records"),
        }

    @property
    def lines(self) -> list[str]:
        """For people."""
        told = [line for score in self.scores for line in self._lines(score)]
        return [*self.notes, *told, self.caution, f"Wrote {self.out}."]

    def _lines(self, score: Score) -> list[str]:
        rows = self.found[score.name]
        done = int(rows["score"].notna().sum())
        groups = [f"{name} {number}" for name, number in self._groups(score).items()]
        shown = f" ({', '.join(groups)})" if groups else ""
        told = [
            f"{score.label}: {done} of {len(rows)} rows scored{shown}. Endpoint: {score.endpoint}; higher is "
            f"{score.higher}. Made in {score.population}. {score.cite}."
        ]
        told += [f"  not scored ({number}): {why}" for why, number in _counts(rows["why"]).items()]
        notes = {"Licence": score.licence, "Patents": score.patent}
        return [*told, *(f"  {what}: {note}" for what, note in notes.items() if note)]

    def _groups(self, score: Score) -> dict[str, int]:
        found = self.found[score.name]["group"]
        return {group.name: int((found == group.name).sum()) for group in score.groups}


def score_table(asked: AskedScores) -> Scored:
    """Score every row of a table, and write one row for each, in the same order.

    Raises
    ------
    StudyError
        No such score, profile or variable; a score that cannot be run; a variable that nothing maps; the output
        exists.
    InputError
        The table, or a cell of it, is not what was declared.
    """
    scores = tuple(read_score(name) for name in dict.fromkeys(asked.scores))
    check_output(asked.out, asked.force, (".csv",))
    if asked.out.resolve() == asked.table.resolve():
        raise StudyError(f"--out {asked.out} is the table itself, which is never overwritten. Name another file.")
    profile = read_profile(asked.profile) if asked.profile else None
    texts = read_table(asked.table, ("", *(profile.missing if profile else ()), *asked.missing), asked.separator)
    own = read_maps(asked.map)
    wanted = variables_read(scores)
    given = {name: one for name, one in {**(profile.given() if profile else {}), **own}.items() if name in wanted}
    check_companions(given, asked.table.name)
    patient = _patient(asked, texts, profile.patient if profile else None)
    where = asked.table.name
    plain = given_with_points(texts.set_axis(_called(texts, patient)), given, asked.decimal, where, "add --decimal ','")
    measured = read(plain, given, where, mend_in_shell(given, own, asked.profile))
    frame = derive(measured, where)
    check_mapped(scores, frame, texts, where)
    found = {score.name: score(frame) for score in scores}
    written = _rows(texts, patient, found)
    written.to_csv(asked.out, index=False, lineterminator="\n")
    notes = [f"--map {name}: none of the scores reads it." for name in own if name not in wanted]
    for name, doubt in (profile.unverified if profile else {}).items():
        notes += [f"Profile '{asked.profile}', {name}: {doubt}."] if name in frame and name not in own else []
    return Scored(asked.out, written, scores, found, [*notes, *_notes(scores, frame), *doubts(measured, frame)])


def score_lines() -> list[str]:
    """One line for each published score: its name, whether it runs, and what it is about."""
    every = published()
    width = max(len(one.name) for one in every)
    return [f"{one.name:<{width}}  {'runs' if isinstance(one, Score) else '-   '}  {_line(one)}" for one in every]


def _line(one: Published) -> str:
    """What it is, and what stands in its way."""
    if isinstance(one, Described):
        return f"{one.about} ({one.missing}{'; patented' if one.patent else ''})"
    unsure = f" (unverified: {', '.join(one.unverified)})" if isinstance(one, Score) and one.unverified else ""
    return f"{one.about}{unsure}"


def _patient(asked: AskedScores, texts: pd.DataFrame, usual: str | None) -> str | None:
    """The column with the patients' ids: the one named, else the profile's, where the table has it."""
    if asked.patient is not None and asked.patient not in texts:
        hint = did_you_mean(asked.patient, [str(column) for column in texts.columns])
        raise TableError(f"{asked.table.name} has no column '{asked.patient}' (--patient).{hint}")
    return asked.patient or (usual if usual in texts else None)


def _called(texts: pd.DataFrame, patient: str | None) -> list[str]:
    """What messages call the rows: patients, where each has one row; else lines of the file."""
    ids = list(texts[patient]) if patient else [""]
    return ids if len(set(ids)) == len(texts) and "" not in ids else [f"of line {line}" for line in texts.index]


def _rows(texts: pd.DataFrame, patient: str | None, found: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row for each of the table's: its line, the patient, and `<score>__score`, `__group`, `__why`, `__version`."""
    parts = [pd.DataFrame({"line": texts.index}, index=texts.index)]
    parts += [texts[[patient]]] if patient else []
    parts += [one.add_prefix(f"{name}__") for name, one in found.items()]
    return pd.concat([part.reset_index(drop=True) for part in parts], axis=1)


def _counts(why: pd.Series) -> dict[str, int]:
    """How many rows got no score for each reason, the commonest first."""
    return {str(reason): int(number) for reason, number in why[why != ""].value_counts().items()}


def _notes(scores: Sequence[Score], frame: pd.DataFrame) -> list[str]:
    """What was taken as said: nobody looked whether the rows are of the tumours that a score was made for."""
    return [
        f"'{score.name}' was made for {name} {' or '.join(levels)}; no {name} is mapped, so every row is taken for one."
        for score in scores
        for name, levels in score.only.items()
        if name not in frame
    ]
