"""How and when a tumour is scanned: modalities with their imaging steps, and the days of scans, as frozen settings."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, SerializeAsAny, StringConstraints, field_validator, model_validator

import radici.imaging  # noqa: F401  (registers the steps)
from radici.core.settings import Settings
from radici.imaging.step import Step, read_chain
from radici.study.presets import Preset, read_preset

Text = Annotated[str, StringConstraints(min_length=1)]
Keys = Annotated[
    tuple[Text, ...], Field(min_length=1), BeforeValidator(lambda one: (one,) if isinstance(one, str) else one)
]
"""Keys of `sources`; `own` marks what is our choice."""
Days = tuple[int, int]


class Window(Settings):
    """Grey values of a screen, in HU: the middle and the whole width. For the eye only; features do not use it."""

    level: float
    width: float = Field(gt=0)
    source: Keys


class Drawn(Settings):
    """A way to outline lesions on PET.

    Parameters
    ----------
    method
        `fixed` (all above an uptake), `percent_of_maximum` of the lesion, `liver` (PERCIST's limit: 1.5 times the mean
        of the liver and two standard deviations), or `gradient`.
    at
        The uptake of `fixed`, or the percentage.
    """

    method: Literal["fixed", "percent_of_maximum", "liver", "gradient"]
    at: float | None = Field(default=None, gt=0)
    source: Keys

    @model_validator(mode="after")
    def _has_its_number(self) -> Self:
        if (self.method in ("fixed", "percent_of_maximum")) != (self.at is not None):
            raise ValueError("`at` is the number of `fixed` and `percent_of_maximum`, and of no other method")
        return self


class Modality(Settings):
    """How a tumour is usually scanned with one modality, and what features start from.

    Parameters
    ----------
    scan
        The usual scan, in words.
    phases
        Phases of contrast, the usual first.
    unit, response_unit
        Of the voxels that features are computed on (HU, SUVbw), and of what response criteria read (SUL).
    windows
        How the scan is looked at.
    drawn
        Ways to outline lesions (PET).
    imaging
        Steps, as in a study file.
    preset
        The preset whose families of features are computed after these steps.
    source
        Of all this.
    """

    scan: Text
    phases: tuple[
        Literal["unenhanced", "arterial", "corticomedullary", "portal venous", "nephrographic", "excretory", "delayed"],
        ...,
    ] = ()
    unit: str = ""
    response_unit: str = ""
    windows: dict[str, Window] = Field(default_factory=dict)
    drawn: tuple[Drawn, ...] = ()
    imaging: Annotated[tuple[SerializeAsAny[Step], ...], Field(min_length=1)]
    preset: str
    source: Keys

    @field_validator("imaging", mode="before")
    @classmethod
    def _read_imaging(cls, spelled: Any) -> Any:
        if not isinstance(spelled, (list, tuple)):
            raise ValueError("a list of imaging steps is expected")
        return read_chain(spelled)

    @field_validator("preset")
    @classmethod
    def _known_preset(cls, name: str) -> str:
        read_preset(name)
        return name

    def measured(self) -> Preset:
        """The preset with the tumour's own imaging steps."""
        return read_preset(self.preset).model_copy(update={"imaging": self.imaging})


class Visit(Settings):
    """When a scan or a blood test belongs to a time point, in days after `after`, both ends inclusive.

    Parameters
    ----------
    modality
        Of the scan, where only one is meant.
    days
        Usual days.
    accept
        Days that are accepted, where these are more than the usual ones.
    """

    what: Text
    modality: str = ""
    after: Literal["first dose", "first progression"] = "first dose"
    days: Days
    accept: Days | None = None
    source: Keys

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        low, high = self.days
        first, last = self.accept or self.days
        if not first <= low <= high <= last:
            raise ValueError("the earlier day comes first, and the accepted days hold the usual ones")
        return self


class Schedule(Settings):
    """When a trial scanned: its first follow-up and how often from then on, in days; `verified` where that was read."""

    trial: Text
    first_day: int = Field(gt=0)
    every_days: int = Field(gt=0)
    verified: bool = False
    source: Keys

    def __str__(self) -> str:
        unsure = "" if self.verified else " (unverified)"
        return f"{self.trial} scanned first on day {self.first_day}, then every {self.every_days} days{unsure}"
