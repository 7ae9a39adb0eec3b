"""Published scores that a study names in; a column of each beside its patients, and what must be said of them, out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

import pandas as pd
from pydantic import Field, field_validator, model_serializer, model_validator

from radici.cohort.clinical import read_given
from radici.cohort.profile import read_profile
from radici.cohort.settings import Clinical
from radici.cohort.variables import Quantity, Variable
from radici.core.cohort import Cohort
from radici.core.errors import OutcomeError, RadiciError, StudyError, TableError
from radici.core.outcome import Outcome
from radici.core.settings import Settings
from radici.core.table import Column, Comparator
from radici.core.variables import DERIVED, VARIABLES, Given, derive
from radici.evaluation.design import Design
from radici.learning.signatures import Score, read_score
from radici.study.mapping import likely_column, variables_read

FEW = 0.8


class ComparatorSettings(Settings):
    """Published scores beside the models, and what they read that no predictor is. Short form: `[lipi, loris]`.

    Parameters
    ----------
    scores
        Names of published scores that can be run.
    map
        What variables of the dictionary are in the clinical table, with units and companions; they are read by the
        scores only, before `clinical: {map: ...}` and the profile.
    """

    scores: tuple[str, ...] = Field(min_length=1)
    map: dict[str, Given] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, spelled: Any) -> Any:
        return {"scores": spelled} if isinstance(spelled, str | list | tuple) else spelled

    @field_validator("scores", mode="before")
    @classmethod
    def _one_or_more(cls, scores: Any) -> Any:
        return (scores,) if isinstance(scores, str) else scores

    @field_validator("scores")
    @classmethod
    def _can_be_run(cls, scores: tuple[str, ...]) -> tuple[str, ...]:
        for name in scores:
            read_score(name)
        return tuple(dict.fromkeys(scores))

    @field_validator("map")
    @classmethod
    def _known_variables(cls, mapped: dict[str, Given]) -> dict[str, Given]:
        return {VARIABLES[name].name: given for name, given in mapped.items()}

    @model_validator(mode="after")
    def _check(self) -> Self:
        unread = [name for name in self.map if name not in self._read()]
        if unread:
            raise ValueError(f"none of {', '.join(self.scores)} reads '{unread[0]}'; take it out of `map`")
        return self

    def _read(self) -> set[str]:
        return variables_read([read_score(name) for name in self.scores])

    def columns_read(self, clinical: Clinical | None) -> dict[str, tuple[str, ...]]:
        """Columns that each variable may be read from for the scores alone: by `map`, else by the profile."""
        profile = read_profile(clinical.profile).given() if clinical and clinical.profile else {}
        read = self._read()
        theirs = {name: one for name, one in profile.items() if name in read and clinical and name not in clinical.map}
        return {name: one.columns for name, one in {**theirs, **self.map}.items()}

    @model_serializer
    def _spell(self) -> Any:
        mapped = {name: one.model_dump(mode="json", exclude_defaults=True) for name, one in self.map.items()}
        return {"scores": list(self.scores), "map": mapped} if mapped else list(self.scores)

    def elsewhere(self, theirs: "ComparatorSettings | None") -> "ComparatorSettings":
        """The same scores of another study's patients, read as that study says."""
        mapped = {name: one for name, one in theirs.map.items() if name in self._read()} if theirs else {}
        return ComparatorSettings(scores=self.scores, map=mapped)


def comparators_of(settings: ComparatorSettings | None) -> tuple[Comparator, ...]:
    """The scores as the evaluation takes them."""
    return tuple(
        Comparator(_column(score), _called(score), score.higher == "better")
        for score in map(read_score, settings.scores if settings else ())
    )


def with_scores(cohort: Cohort, clinical: Clinical | None, settings: ComparatorSettings | None) -> Cohort:
    """The cohort with a column of kind `score` for each published score, and why a patient has none as a text.

    Scores are computed from each patient's own row: nothing is fitted or imputed.

    Raises
    ------
    StudyError
        A variable that a score needs is declared nowhere.
    TableError
        A cell is not what was declared, or a text is unknown to a score.
    """
    if settings is None:
        return cohort
    if clinical is None:
        raise StudyError("comparators: published scores are read from the clinical table. Add `clinical: {file: ...}`.")
    scores = [read_score(name) for name in settings.scores]
    try:
        frame = derive(read_given(clinical, cohort.source, _given(scores, clinical, settings)))
    except TableError as error:
        mend = "What published scores read is declared under `comparators: {map: ...}`, else under `clinical`."
        raise TableError(f"comparators: {error} {mend}") from None
    _refuse_unmapped(scores, frame, cohort.source, clinical.file)
    found = {_column(score): score(frame) for score in scores}
    values = {column: one["score"] for column, one in found.items()}
    why = {_why(column): one["why"] for column, one in found.items()}
    columns = {_column(score): Column(_column(score), "score", origin=_called(score)) for score in scores}
    return replace(
        cohort,
        clinical=cohort.clinical.assign(**values),
        source=cohort.source.assign(**why),
        columns={**cohort.columns, **columns},
    )


def check_known(
    settings: ComparatorSettings | None, cohort: Cohort, development: Outcome, sealed: Outcome | None, design: Design
) -> None:
    """Refuse a score that too few patients have: nobody is left out of the models for it, so it must stand alone.

    Raises
    ------
    OutcomeError
        Those who have the score do not fill the folds, or not both answers (or no event) of the sealed cohort.
    """
    for one in comparators_of(settings):
        for outcome in (development, sealed) if sealed is not None else (development,):
            known = outcome.of(_who_has(one.column, cohort, outcome.patients))
            try:
                if outcome is development:
                    design.check(known)
                elif not known.events:
                    raise OutcomeError("Nothing can be validated on them: they have one answer, or no event.")
            except RadiciError as error:
                which = "development" if outcome is development else "sealed"
                reasons = _reasons(one.column, cohort, outcome.patients)
                raise OutcomeError(
                    f"comparators: {len(known.patients)} of {len(outcome.patients)} {which} patients have the score "
                    f"'{one.name}' (others: {reasons}). {error} Fill in what it reads, or take it out of `comparators`."
                ) from None


def comparator_notes(
    settings: ComparatorSettings | None,
    clinical: Clinical | None,
    cohort: Cohort,
    cohorts: Mapping[str, Sequence[str]],
) -> tuple[str, ...]:
    """What must stand beside the numbers of each score: a paragraph of sentences for each.

    Parameters
    ----------
    cohorts
        Patients by the name of their cohort, such as `development`.
    """
    if settings is None or clinical is None:
        return ()
    return tuple(_note(read_score(name), settings, clinical, cohort, cohorts) for name in settings.scores)


def _note(
    score: Score,
    settings: ComparatorSettings,
    clinical: Clinical,
    cohort: Cohort,
    cohorts: Mapping[str, Sequence[str]],
) -> str:
    given = _given([score], clinical, settings)
    doi = f", doi {score.doi}" if score.doi else ""
    doubts = read_profile(clinical.profile).unverified if clinical.profile else {}
    facts = {
        "Unverified": ", ".join(score.unverified),
        "Taken from the profile, unverified": "; ".join(
            f"{name}: {doubt}" for name, doubt in doubts.items() if name in given and name not in settings.map
        ),
        "Patents": score.patent,
        "Licence": score.licence,
    }
    sentences = [
        f"{_called(score)}: {score.about}. Endpoint: {score.endpoint}; higher is {score.higher}. Made in "
        f"{score.population}. Source: {score.cite}{doi}.",
        *(_counts(_column(score), cohort, name, patients) for name, patients in cohorts.items()),
        *(
            f"No {name} is declared, so every patient is taken for {' or '.join(levels)}."
            for name, levels in score.only.items()
            if name not in given
        ),
        *(f"{what}: {text}." for what, text in facts.items() if text),
    ]
    return " ".join(sentences)


def _counts(column: str, cohort: Cohort, name: str, patients: Sequence[str]) -> str:
    known = _who_has(column, cohort, patients)
    if len(known) == len(patients):
        return f"All {len(patients)} {name} patients have it."
    few = "; those without may be different patients" if len(known) < FEW * len(patients) else ""
    return (
        f"{len(known)} of {len(patients)} {name} patients have it (others: {_reasons(column, cohort, patients)}), and "
        f"it is compared with the model on these{few}."
    )


def _reasons(column: str, cohort: Cohort, patients: Sequence[str]) -> str:
    """Why patients have no score, with how many, the commonest first: `unknown: ldh_ratio (3)`."""
    why = cohort.source.loc[list(patients), _why(column)]
    return ", ".join(f"{reason} ({number})" for reason, number in why[why != ""].value_counts().items())


def _who_has(column: str, cohort: Cohort, patients: Sequence[str]) -> tuple[str, ...]:
    known = cohort.clinical[column].notna()
    return tuple(patient for patient in patients if known[patient])


def _column(score: Score) -> str:
    return f"score__{score.name}"


def _why(column: str) -> str:
    return f"{column}__why"


def _called(score: Score) -> str:
    """The name in tables and figures; what is unverified stands in the notes."""
    return f"{score.name} version {score.version}{', in part unverified' if score.unverified else ''}"


def _given(scores: Sequence[Score], clinical: Clinical, settings: ComparatorSettings) -> dict[str, Given]:
    """What each variable that the scores read is in the table: their own map, the study's, then its profile's."""
    profile = read_profile(clinical.profile).given() if clinical.profile else {}
    sure = {name for name, one in profile.items() if not one.optional} | set(clinical.map) | set(settings.map)
    wanted = variables_read(scores, sure)
    own = {name: one for name, one in clinical.map.items() if name in wanted and name not in settings.map}
    given = {**profile, **{name: _as_given(name, variable) for name, variable in own.items()}, **settings.map}
    return {name: one for name, one in given.items() if name in wanted}


def _as_given(name: str, variable: Variable) -> Given:
    """An entry of the study's map as the dictionary reads it; a binary's texts are yes and no."""
    if isinstance(variable, Quantity):
        if VARIABLES[name].unit_of(variable.unit) is None:
            raise StudyError(
                f"comparators: '{name}' of `clinical: {{map: ...}}` is in '{variable.unit}', which is no unit of "
                f"'{name}' that published scores can read. Say under `comparators: {{map: ...}}` what they read, or "
                f"give that variable another name."
            )
        recode = {text: f"{number}" for text, number in variable.recode.items()}
        return Given(column=variable.column, unit=variable.unit, recode=recode)
    answers = {answer: getattr(variable, answer, ()) for answer in ("yes", "no")}
    recode = {text: answer for answer, texts in answers.items() for text in texts}
    return Given(column=variable.column, recode=recode or getattr(variable, "recode", {}))


def _refuse_unmapped(scores: Sequence[Score], frame: pd.DataFrame, table: pd.DataFrame, file: str) -> None:
    absent = {term.variables: score for score in reversed(scores) for term in score.absent(frame)}
    lines = [
        f"comparators: '{score.name}' needs {' or '.join(repr(name) for name in names)}, and nothing says what that is "
        f"in {file}. Add under `comparators: {{map: ...}}` {' or '.join(_entry(name, table) for name in names)}"
        f"{_parts(names[0], table)}; or take '{score.name}' out."
        for names, score in absent.items()
    ]
    if lines:
        raise StudyError("\n".join(lines))


def _entry(name: str, table: pd.DataFrame) -> str:
    """How the study file would say it: `ldh: {column: LDH, unit: U/L, uln: NUMBER or {column: NAME}}`."""
    entry = VARIABLES[name]
    said = {"column": likely_column(name, list(table.columns)) or "COLUMN", "unit": entry.unit}
    said |= {need: "NUMBER or {column: NAME}" if need in ("uln", "lln") else "TEXT" for need in entry.needs}
    return f"`{name}: {{{', '.join(f'{key}: {text}' for key, text in said.items() if text)}}}`"


def _parts(name: str, table: pd.DataFrame) -> str:
    """What a derived variable is computed from; a limit of normal stands with the variable that it belongs to."""
    needs = DERIVED[name].needs if name in DERIVED else ()
    said = {f"{part}_{companion}" for part in needs for companion in VARIABLES[part].needs}
    spelled = [_entry(part, table) for part in needs if part not in said]
    return f", or what it is computed from: {' and '.join(spelled)}" if spelled else ""
