"""What is known of one tumour: a frozen setting in which every name of radici is checked against its registry."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from radici.core.errors import UnknownName
from radici.core.registry import did_you_mean
from radici.core.settings import Settings
from radici.core.variables import VARIABLES
from radici.learning.signatures import read_score
from radici.learning.signatures.catalogue import described
from radici.response import ENDPOINTS
from radici.response.criteria import CRITERIA
from radici.response.summaries.benefit import DurableBenefit
from radici.study.presets import read_preset
from radici.study.tumours.scanning import Keys, Modality, Schedule, Text, Visit

READINGS: tuple[str, ...] = get_args(DurableBenefit.model_fields["reading"].annotation)


class Source(Settings):
    """Where something stands. `own` is no source, but says that there is none."""

    cite: Text
    doi: str = ""


class Advised(Settings):
    """An endpoint that studies of the tumour use.

    Parameters
    ----------
    forms
        Forms of endpoint that a study file may write it in.
    criterion
        The criteria that its responses and progressions come from.
    reading
        Of durable clinical benefit.
    """

    name: Literal["orr", "pfs", "os", "dcb"]
    what: Text
    forms: Annotated[tuple[str, ...], Field(min_length=1)]
    criterion: str = ""
    reading: str = ""
    source: Keys

    @field_validator("forms")
    @classmethod
    def _known_forms(cls, forms: tuple[str, ...]) -> tuple[str, ...]:
        for form in forms:
            ENDPOINTS[form]
        return forms

    @field_validator("criterion")
    @classmethod
    def _known_criterion(cls, criterion: str) -> str:
        if criterion:
            CRITERIA[criterion]
        return criterion

    @field_validator("reading")
    @classmethod
    def _known_reading(cls, reading: str) -> str:
        return _one_of(reading, list(READINGS), "reading") if reading else ""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.name == "dcb") != bool(self.reading):
            raise ValueError("`reading` says what durable benefit is; it goes with `dcb`, and with nothing else")
        return self


class Variables(Settings):
    """Clinical variables by their names in the dictionary: those a clinical model needs, and those that help."""

    needed: tuple[str, ...]
    useful: tuple[str, ...] = ()

    @field_validator("needed", "useful")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(VARIABLES[name].name for name in names)

    @property
    def all(self) -> tuple[str, ...]:
        """The needed ones, then the useful ones."""
        return (*self.needed, *self.useful)


class Pitfall(Settings):
    """Something that has misled studies, or will."""

    what: Text
    source: Keys


class Tumour(Settings):
    """What studies of checkpoint inhibitors in one tumour usually measure, predict, compare with and beware of.

    Parameters
    ----------
    name
        How it is asked for: `radici new --tumour NAME`.
    called
        Its name in words.
    tumour_type
        Its level of the dictionary's variable `tumour_type`.
    modalities
        By token: `ct`, `pt`, `mr`.
    criteria
        Response criteria by name, and what each is for.
    endpoints, primary
        Endpoints in the order in which they are advised, and the one to analyse.
    visits
        When scans and blood tests are made.
    schedule
        When a trial in this tumour scanned.
    variables
        Clinical variables.
    comparators
        Published scores that can be run in this tumour.
    described
        Published scores that cannot be run, but that a study should know of.
    pitfalls
        What to beware of.
    unverified
        Parts of all this that no source at hand confirms.
    sources
        Where it comes from, by key.
    """

    name: Text
    called: Text
    tumour_type: str
    modalities: Annotated[dict[str, Modality], Field(min_length=1)]
    criteria: Annotated[dict[str, Text], Field(min_length=1)]
    endpoints: Annotated[tuple[Advised, ...], Field(min_length=1)]
    primary: str
    visits: Annotated[dict[str, Visit], Field(min_length=1)]
    schedule: Schedule
    variables: Variables
    comparators: tuple[str, ...]
    described: tuple[str, ...] = ()
    pitfalls: Annotated[tuple[Pitfall, ...], Field(min_length=1)]
    unverified: tuple[Text, ...] = ()
    sources: dict[str, Source]

    @field_validator("tumour_type")
    @classmethod
    def _known_type(cls, level: str) -> str:
        return _one_of(level, list(VARIABLES["tumour_type"].levels), "level of tumour_type")

    @field_validator("criteria")
    @classmethod
    def _known_criteria(cls, criteria: dict[str, str]) -> dict[str, str]:
        for name in criteria:
            CRITERIA[name]
        return criteria

    @field_validator("comparators")
    @classmethod
    def _scores_that_run(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(read_score(name).name for name in names)

    @field_validator("described")
    @classmethod
    def _scores_described(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_one_of(name, list(described()), "score that is described but cannot be run") for name in names)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        _one_of(self.primary, [one.name for one in self.endpoints], "endpoint of this tumour")
        for token, modality in self.modalities.items():
            meant = read_preset(modality.preset).modality
            if meant and meant != token:
                raise ValueError(f"the preset '{modality.preset}' of modality '{token}' is for '{meant}'")
        for one in self.endpoints:
            if one.criterion and one.criterion not in self.criteria:
                raise ValueError(f"the endpoint '{one.name}' uses '{one.criterion}', which is not under `criteria`")
        for name in self.comparators:
            levels = read_score(name).only.get("tumour_type", (self.tumour_type,))
            if self.tumour_type not in levels:
                raise ValueError(f"the score '{name}' is for {' or '.join(levels)}, not for {self.tumour_type}")
        for key in _cited(self):
            _one_of(key, list(self.sources), "source of this tumour")
        return self

    @property
    def cited(self) -> dict[str, Source]:
        """Sources that something refers to, in the order in which they are first referred to."""
        return {key: self.sources[key] for key in dict.fromkeys(_cited(self)) if key != "own"}


def _one_of(name: str, known: list[str], kind: str) -> str:
    if name not in known:
        raise UnknownName(f"No {kind} is called '{name}'.{did_you_mean(name, known)}")
    return name


def _cited(value: Any) -> Iterator[str]:
    """The keys of sources that stand anywhere in a setting."""
    if isinstance(value, Settings):
        for field in type(value).model_fields:
            inside = getattr(value, field)
            yield from inside if field == "source" and isinstance(inside, tuple) else _cited(inside)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _cited(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from _cited(one)
