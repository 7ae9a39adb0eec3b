"""The study file: YAML in, a frozen `Study` out, and back again; it nests settings and defines no default twice."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, SerializeAsAny, field_validator, model_validator

import radici.features
import radici.imaging
import radici.learning
import radici.response  # noqa: F401  (each import registers what its folder offers)
from radici.cohort.settings import CohortSettings
from radici.core.aggregation import RULES
from radici.core.errors import FileMissing, StudyError
from radici.core.registry import did_you_mean
from radici.core.settings import Settings, build, build_named
from radici.evaluation.design import Design
from radici.features.family import FamilySettings, read_families
from radici.imaging.filter import FILTERS, Filter, read_filters
from radici.imaging.step import STEPS, Step, read_chain
from radici.learning.recipe import Recipe
from radici.response.endpoint import ENDPOINTS, Endpoint
from radici.study.comparators import ComparatorSettings
from radici.study.spelling import read_yaml, write_yaml

PREPARE: tuple[dict[str, Any], ...] = (
    {"impute": {}},
    {"drop_constant": {}},
    {"drop_correlated": {"limit": 0.9}},
    {"standardise": {}},
)
DEFAULT_RECIPE = (*PREPARE, {"lasso": {"features": 10}})


class SealedSettings(Settings):
    """Who is held back until the models are locked: one or more sites, or the cohort of a second study file.

    Parameters
    ----------
    site
        Name(s) of the site(s), as they stand in the site column.
    study
        Path of another study file, relative to this one, whose patients are the sealed cohort.
    """

    site: tuple[str, ...] = ()
    study: str | None = None

    @field_validator("site", mode="before")
    @classmethod
    def _one_or_more(cls, site: Any) -> Any:
        return (site,) if isinstance(site, str) else site

    @model_validator(mode="after")
    def _one_of(self) -> "SealedSettings":
        if bool(self.site) == bool(self.study):
            raise ValueError("give either `site` or `study`")
        return self


class Study(CohortSettings):
    """A whole study, from scans and a spreadsheet to a report.

    Parameters
    ----------
    title
        What the report is called.
    seed
        Decides every random number.
    endpoints, primary
        Endpoints by name, and the one that is analysed. With one endpoint, `primary` may be left out.
    imaging, features
        Steps and feature families, in order.
    filters
        Whose response maps are measured as the image itself is.
    per_patient
        How several lesions of a patient become one row (`largest`, `mean`, `sum` …); by default several are
        refused.
    volume
        The column that is the tumour volume, or None where there is none.
    recipe
        Steps of the analysis; the default is `impute`, `drop_constant`, `drop_correlated`, `standardise`,
        `lasso` and an elastic-net model of the endpoint's kind.
    comparators
        Published scores, evaluated beside the models and never fitted.
    design
        Folds, repeats and permutations.
    sealed
        Who is held back for external validation, or None.
    """

    title: str = "Untitled study"
    seed: int = Field(default=1, ge=0)
    endpoints: dict[str, SerializeAsAny[Endpoint]]
    primary: str = ""
    imaging: tuple[SerializeAsAny[Step], ...] = ()
    filters: tuple[SerializeAsAny[Filter], ...] = ()
    features: tuple[SerializeAsAny[FamilySettings], ...] = ()
    per_patient: str = "only"
    volume: str | None = None
    recipe: tuple[Any, ...] = ()
    comparators: ComparatorSettings | None = None
    design: Design = Design()
    sealed: SealedSettings | None = None

    @field_validator("endpoints", mode="before")
    @classmethod
    def _read_endpoints(cls, spelled: Any) -> Any:
        if not isinstance(spelled, dict) or not spelled:
            raise ValueError("name at least one endpoint, for example `os: {time_to_event: {...}}`")
        named = {}
        for name, item in spelled.items():
            named[name] = item if isinstance(item, Endpoint) else build_named(ENDPOINTS, item, f"endpoints, {name}")
        return named

    @field_validator("imaging", mode="before")
    @classmethod
    def _read_imaging(cls, spelled: Any) -> Any:
        if not isinstance(spelled, (list, tuple)):
            raise ValueError(f"a list of steps is expected (known: {', '.join(STEPS)})")
        return spelled if all(isinstance(item, Step) for item in spelled) else read_chain(spelled)

    @field_validator("filters", mode="before")
    @classmethod
    def _read_filters(cls, spelled: Any) -> Any:
        if not isinstance(spelled, (list, tuple)):
            raise ValueError(f"a list of filters is expected (known: {', '.join(FILTERS)})")
        return spelled if all(isinstance(item, Filter) for item in spelled) else read_filters(spelled)

    @field_validator("features", mode="before")
    @classmethod
    def _read_features(cls, spelled: Any) -> Any:
        if not isinstance(spelled, (list, tuple)):
            raise ValueError("a list of feature families is expected, for example `features: [morph, stat, cm]`")
        return spelled if all(isinstance(item, FamilySettings) for item in spelled) else read_families(spelled)

    @field_validator("per_patient")
    @classmethod
    def _known_rule(cls, rule: str) -> str:
        RULES[rule]
        return rule

    @model_validator(mode="after")
    def _check_study(self) -> "Study":
        if self.primary and self.primary not in self.endpoints:
            hint = did_you_mean(self.primary, list(self.endpoints))
            raise ValueError(f"primary: no endpoint is called '{self.primary}'.{hint}")
        if not self.primary and len(self.endpoints) > 1:
            raise ValueError(f"say which endpoint is analysed: `primary:` one of {', '.join(self.endpoints)}")
        if self.scans is not None and not self.features:
            raise ValueError("say what is measured, for example `features: [morph, stat, cm]`")
        if self.sealed is not None and self.sealed.site and self.site is None:
            raise ValueError("a site is sealed, but no `site:` column is named")
        if self.recipe:
            Recipe.read(self.recipe)
        self._refuse_outcomes_as_variables()
        return self

    def _refuse_outcomes_as_variables(self) -> None:
        if self.clinical is not None:
            self._refuse_outcomes(self.clinical.columns_read(), "`clinical: {map: ...}`")
        if self.comparators is not None:
            self.refuse_outcomes_read_by(self.comparators)

    def refuse_outcomes_read_by(self, scores: ComparatorSettings) -> None:
        """Refuse published scores that would read a column of an endpoint of this study.

        Raises
        ------
        StudyError
            With the column, the endpoint and the variable.
        """
        self._refuse_outcomes(scores.columns_read(self.clinical), "what `comparators` read")

    def _refuse_outcomes(self, read: Mapping[str, tuple[str, ...]], place: str) -> None:
        for variable, columns in read.items():
            for name, endpoint in self.endpoints.items():
                for column in columns:
                    if self.clinical is not None and endpoint.holds(column, self.clinical.file):
                        raise StudyError(
                            f"column '{column}' is part of the endpoint '{name}'; a predictor that holds the "
                            f"outcome predicts itself. Take '{variable}' out of {place}"
                        )

    @property
    def endpoint(self) -> tuple[str, Endpoint]:
        """Name and settings of the primary endpoint."""
        name = self.primary or next(iter(self.endpoints))
        return name, self.endpoints[name]

    @classmethod
    def read(cls, path: Path | str) -> "Study":
        """Read a study file.

        Raises
        ------
        FileMissing
            When there is no such file.
        StudyError
            For anything in it that does not exist or does not fit, each with its place.
        """
        path = Path(path)
        if not path.is_file():
            raise FileMissing(f"There is no study file {path}. Make one with `radici new FOLDER`.")
        return cls.parse(path.read_text(encoding="utf-8"), path.name)

    @classmethod
    def parse(cls, text: str, name: str = "study file") -> "Study":
        """Read a study from text."""
        values = read_yaml(text, name)
        return build(cls, values, name)

    def text(self) -> str:
        """The study as YAML that reads back as the same study, with every setting, defaults included."""
        values = self.model_dump(mode="json", exclude={"endpoints", "imaging", "filters", "features", "recipe"})
        values["endpoints"] = {name: {one.registered_name: one.plain()} for name, one in self.endpoints.items()}
        values["imaging"] = [{step.registered_name: step.plain()} for step in self.imaging]
        values["filters"] = [{one.registered_name: one.plain()} for one in self.filters]
        values["features"] = [{one.family: one.plain()} for one in self.features]
        values["recipe"] = _plain(self.recipe)
        order = [key for key in ("title", "seed", *type(self).model_fields) if values[key] not in ([], {}, None)]
        return write_yaml({key: values[key] for key in dict.fromkeys(order)})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
