"""The part of a study file that says who the patients are, where their scans lie, and what the table means."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_serializer, model_validator

from radici.cohort.patterns import columns_in
from radici.cohort.profile import read_profile, shipped
from radici.cohort.translate import predictors
from radici.cohort.variables import Variable
from radici.core.cells import Word
from radici.core.names import check_token
from radici.core.registry import did_you_mean
from radici.core.settings import Settings
from radici.core.variables import Given

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")]


class PathColumn(Settings):
    """A column that holds paths: `{column: image_path}`."""

    column: str


class TimeColumn(Settings):
    """The column that holds time point tokens such as `w0` and `w6`."""

    column: str
    unit: Literal["token"]


Source = str | PathColumn


def _checked(source: Source | None) -> Source | None:
    if isinstance(source, str):
        columns_in(source)
    return source


class RegionFrom(Settings):
    """A contour: the label number in the mask, or `any` for every label above 0; `mask` where it has its own file.

    Short forms: `gtv: 1`, `gtv: any`.
    """

    label: int | None = Field(ge=1)
    mask: str | PathColumn | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, RegionFrom):
            return value
        spelled = value if isinstance(value, dict) else {"label": value}
        label = spelled.get("label", "any" if "mask" in spelled else None)
        whole = isinstance(label, int) and not isinstance(label, bool)
        if not whole and label != "any" and not (label is None and "label" in spelled and "mask" in spelled):
            raise ValueError("a region is a label number, `any`, or {mask: path pattern, label: number}")
        return {**spelled, "label": None if label == "any" else label}

    @field_validator("mask")
    @classmethod
    def _check_mask(cls, mask: Source | None) -> Source | None:
        return _checked(mask)

    @model_serializer
    def _spell(self) -> Any:
        label: int | str = "any" if self.label is None else self.label
        if self.mask is None:
            return label
        return {"mask": self.mask if isinstance(self.mask, str) else self.mask.model_dump(), "label": label}


class Scans(Settings):
    """Where images and masks lie; one scan per row of `index`, or of the clinical table without it.

    `image` and `mask` are path patterns over the row's columns, or name the column that holds the path;
    `lesion`, `reader` and `scan` name columns.
    """

    image: str | PathColumn
    mask: str | PathColumn | None = None
    index: str | None = None
    modality: str = "ct"
    lesion: str | None = None
    reader: str | None = None
    scan: str | None = None

    @field_validator("image", "mask")
    @classmethod
    def _check_pattern(cls, source: Source | None) -> Source | None:
        return _checked(source)

    @field_validator("modality")
    @classmethod
    def _check_modality(cls, modality: str) -> str:
        return check_token(modality, "The modality")


class Clinical(Settings):
    """The clinical table: its file, the texts that mean missing, and what its columns are.

    `separator` stands between cells, of the image index too (by default a comma, a tab in `.tsv`); `decimal` is the
    decimal sign of its numbers. Both are declared, never guessed.
    """

    file: str
    separator: Literal[",", ";", "\t"] | None = None
    decimal: Literal[".", ","] = "."
    profile: str | None = None
    missing: tuple[Word, ...] = ("",)
    variables: tuple[Name, ...] = ()
    map: dict[Name, Variable] = Field(default_factory=dict)

    @field_validator("profile")
    @classmethod
    def _known_profile(cls, profile: str | None) -> str | None:
        if profile is not None:
            shipped(profile)
        return profile

    @model_validator(mode="after")
    def _check_columns(self) -> Self:
        known = list(predictors(read_profile(self.profile))) if self.profile else []
        for name in self.variables:
            if not self.profile:
                raise ValueError("`variables` are taken from a `profile`; name one, or write them under `map`")
            if name not in known:
                raise ValueError(
                    f"the profile '{self.profile}' has no variable '{name}' for a model.{did_you_mean(name, known)}"
                )
        seen: dict[str, str] = {}
        for name, variable in self.declared().items():
            for column in variable.columns(name):
                if column.name in seen:
                    raise ValueError(f"'{seen[column.name]}' and '{name}' both give the column {column.name}")
                seen[column.name] = name
        return self

    def from_profile(self) -> dict[str, Given]:
        """What the profile says of the variables that are taken from it; those under `map` are not among them."""
        if self.profile is None:
            return {}
        profile = read_profile(self.profile)
        wanted = self.variables or tuple(predictors(profile))
        given = profile.given()
        return {name: given[name] for name in wanted if name not in self.map}

    def declared(self) -> dict[str, Variable]:
        """Every variable of the study: those of the profile as a map would spell them, then those of the map."""
        known = predictors(read_profile(self.profile)) if self.profile else {}
        return {name: known[name] for name in self.from_profile()} | self.map

    def columns_read(self) -> dict[str, tuple[str, ...]]:
        """Columns of the table that each variable may be read from."""
        own = {name: (variable.column,) for name, variable in self.map.items()}
        return {name: given.columns for name, given in self.from_profile().items()} | own


class CohortSettings(Settings):
    """Everything that `read_cohort` needs to know.

    Parameters
    ----------
    patient
        Column of patient ids, in the clinical table and in the index. Ids are texts: `007` stays `007`.
    site
        Column of centres, in the clinical table or in the index.
    time
        Column of the index that holds the time point.
    scans, regions
        Images and contours; without `scans` the study starts from tables.
    clinical
        The clinical table; without it the patients are those of the index.
    exclude
        Patients left out by hand, with the reason.
    """

    patient: str
    site: str | None = None
    time: TimeColumn | None = None
    scans: Scans | None = None
    regions: dict[str, RegionFrom] = Field(default_factory=dict)
    clinical: Clinical | None = None
    exclude: dict[str, str] = Field(default_factory=dict)

    @field_validator("exclude", mode="before")
    @classmethod
    def _ids_are_texts(cls, exclude: Any) -> Any:
        """Take `{3: reason}` as id '3'; the study file's reader leaves `003` a text."""
        if not isinstance(exclude, dict):
            raise ValueError("patients with reasons are expected, for example `exclude: {P017: second primary tumour}`")
        return {str(key) if type(key) is int else key: reason for key, reason in exclude.items()}

    @field_validator("regions")
    @classmethod
    def _check_tokens(cls, regions: dict[str, RegionFrom]) -> dict[str, RegionFrom]:
        for token in regions:
            check_token(token, "The region")
        return regions

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.clinical is None and (self.scans is None or self.scans.index is None):
            raise ValueError("patients come from `clinical: {file: ...}` or from `scans: {index: ...}`; give one")
        if self.scans is None:
            if self.regions or self.time:
                raise ValueError("`regions` and `time` describe scans. Add `scans`, or leave them out")
            return self
        if not self.regions:
            raise ValueError("say which contours are measured, for example `regions: {gtv: 1}`")
        bare = [token for token, region in self.regions.items() if region.mask is None]
        if bare and self.scans.mask is None:
            raise ValueError(f"region '{bare[0]}' has no mask file. Add `mask` under `scans`, or to the region")
        return self
