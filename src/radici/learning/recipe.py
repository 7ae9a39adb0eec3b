"""The unfitted analysis: what is done to the columns, what is fitted, and which settings are tuned.

In comes the study file's list of `{name: settings}`, out come fresh scikit-learn pipelines. A recipe holds
plain values only; that is what makes it impossible for one to carry data into a fold.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from radici.core.errors import LeakRefused, StudyError
from radici.core.outcome import Outcome, Survival
from radici.core.registry import did_you_mean
from radici.learning.capture import LONGEST, MOST, refuse_captured_data, refuse_fitted
from radici.learning.estimator import ESTIMATORS

Candidate = dict[tuple[int, str], Any]


@dataclass(frozen=True)
class RecipeStep:
    """One estimator to be: its class, its settings, and the values to try for those that are tuned."""

    kind: type
    settings: Mapping[str, Any]
    search: Mapping[str, tuple[Any, ...]]

    @property
    def name(self) -> str:
        """The registered name, or the class's own for an estimator that came as an object."""
        return ESTIMATORS.name_of(self.kind) or self.kind.__name__

    def make(self, chosen: Mapping[str, Any]) -> Any:
        """A fresh, unfitted estimator."""
        return self.kind(**{**self.settings, **chosen})


@dataclass(frozen=True)
class Recipe:
    """Steps in order; the last one is the model.

    Use `Recipe.read` for the study file's spelling and `Recipe.of` for estimator objects.
    """

    steps: tuple[RecipeStep, ...]

    @classmethod
    def read(cls, spelled: Sequence[Any]) -> "Recipe":
        """From `[{impute: {}}, {lasso: {features: 10}}, {elastic_net_logistic: {penalty: {search: [1, 0.1]}}}]`."""
        return cls(tuple(_read_step(item) for item in spelled))

    @classmethod
    def of(cls, *estimators: Any, search: Mapping[str, Sequence[Any]] | None = None) -> "Recipe":
        """From unfitted estimators whose parameters are plain values; `search` maps `Class__parameter` to values.

        Raises
        ------
        LeakRefused
            For a fitted estimator, a parameter that is an array, a callable or another object, and a class
            whose code reaches data outside its arguments.
        """
        wanted = dict(search or {})
        steps = []
        for estimator in estimators:
            refuse_fitted(estimator)
            kind = type(estimator)
            settings = estimator.get_params(deep=False)
            prefix = f"{kind.__name__}__"
            found = {key.removeprefix(prefix): tuple(wanted.pop(key)) for key in list(wanted) if key.startswith(prefix)}
            untouched = kind().get_params(deep=False) if getattr(kind, "search", {}) else {}
            usual = {k: v for k, v in getattr(kind, "search", {}).items() if settings[k] == untouched[k]}
            steps.append(_checked(kind, settings, found or usual))
        if wanted:
            raise StudyError(f"No step of the recipe has the searched parameter(s) {', '.join(wanted)}.")
        return cls(tuple(steps))

    def spelled(self) -> list[dict[str, Any]]:
        """As the study file writes it, defaults included."""
        out = []
        for step in self.steps:
            values = {**step.settings, **{key: {"search": list(tried)} for key, tried in step.search.items()}}
            out.append({step.name: {key: _plain(value) for key, value in sorted(values.items())}})
        return out

    def fits(self, outcome: Outcome) -> None:
        """Refuse a recipe whose model does not answer the endpoint."""
        model = self.steps[-1].kind
        needed = "predict_survival" if isinstance(outcome, Survival) else "predict_proba"
        if not hasattr(model, needed):
            kind = "survival" if isinstance(outcome, Survival) else "yes-or-no"
            proposal = "elastic_net_cox" if isinstance(outcome, Survival) else "elastic_net_logistic"
            raise StudyError(
                f"The endpoint '{outcome.name}' is a {kind} endpoint, but the recipe ends in "
                f"'{self.steps[-1].name}', which does not predict one. End it in '{proposal}'."
            )

    def candidates(self) -> list[Candidate]:
        """Every combination of searched values; the first is the most regularised by convention."""
        keys = [(i, name) for i, step in enumerate(self.steps) for name in step.search]
        values = [step.search[name] for step in self.steps for name in step.search]
        return [dict(zip(keys, chosen, strict=True)) for chosen in product(*values)]

    def preparation(self, layout: "Layout", chosen: Candidate) -> "ByBlock":
        """Fresh estimators for everything before the model, arranged by block of columns."""
        image, clinical = [], []
        for i, step in enumerate(self.steps[:-1]):
            values = {name: value for (place, name), value in chosen.items() if place == i}
            image.append(step.make(values))
            if getattr(step.kind, "acts_on", "all") == "all":
                clinical.append(step.make(values))
        return ByBlock(image, clinical, layout.image, layout.clinical)

    def model(self, chosen: Candidate) -> Any:
        """A fresh, unfitted model."""
        last = len(self.steps) - 1
        return self.steps[-1].make({name: value for (place, name), value in chosen.items() if place == last})


@dataclass(frozen=True)
class Layout:
    """How many leading columns of a design matrix are image features and how many, after them, clinical."""

    image: int
    clinical: int


class ByBlock(TransformerMixin, BaseEstimator):
    """Image columns go through all steps, clinical columns only through those that act on all columns.

    A clinical variable was chosen by a person; it does not compete with hundreds of image features for a
    place among the selected.

    Parameters
    ----------
    image_steps, clinical_steps
        Unfitted estimators, in order.
    n_image, n_clinical
        Number of leading image columns, and of clinical columns after them.
    """

    def __init__(self, image_steps: list, clinical_steps: list, n_image: int, n_clinical: int) -> None:
        self.image_steps = image_steps
        self.clinical_steps = clinical_steps
        self.n_image = n_image
        self.n_clinical = n_clinical

    def fit(self, X: np.ndarray, y: Any = None) -> "ByBlock":
        """Fit every step on the training rows given."""
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: np.ndarray, y: Any = None, **fit_params: Any) -> np.ndarray:
        """Fit every step, return the prepared training rows."""
        self.n_features_in_ = X.shape[1]
        parts = []
        for steps, block in self._blocks(X):
            for step in steps:
                if block.shape[1]:
                    block = step.fit(block, y).transform(block)
            parts.append(block)
        return np.hstack(parts)

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Prepare rows with the fitted steps."""
        parts = []
        for steps, block in self._blocks(X):
            for step in steps:
                if block.shape[1]:
                    block = step.transform(block)
            parts.append(block)
        return np.hstack(parts)

    def support(self) -> np.ndarray:
        """bool, shape (n_columns,): which of the incoming columns reach the model."""
        kept = []
        for steps, n in ((self.image_steps, self.n_image), (self.clinical_steps, self.n_clinical)):
            places = np.arange(n)
            for step in steps:
                if hasattr(step, "get_support") and len(places):
                    places = places[step.get_support()]
            kept.append(np.isin(np.arange(n), places))
        return np.concatenate(kept)

    def _blocks(self, X: np.ndarray) -> Iterable[tuple[list, np.ndarray]]:
        end = self.n_image + self.n_clinical
        return ((self.image_steps, X[:, : self.n_image]), (self.clinical_steps, X[:, self.n_image : end]))


def _read_step(item: Any) -> RecipeStep:
    if isinstance(item, str):
        item = {item: {}}
    if not isinstance(item, dict) or len(item) != 1:
        raise StudyError(f"recipe: every step is one `name: settings`, found {item!r}.")
    ((name, values),) = item.items()
    kind = ESTIMATORS[name]
    settings, search = {}, dict(getattr(kind, "search", {}))
    for key, value in (values or {}).items():
        search.pop(key, None)
        if isinstance(value, dict) and set(value) == {"search"}:
            search[key] = tuple(value["search"])
        else:
            settings[key] = value
    return _checked(kind, settings, search)


def _checked(kind: type, settings: Mapping[str, Any], search: Mapping[str, Any]) -> RecipeStep:
    refuse_captured_data(kind)
    name = ESTIMATORS.name_of(kind) or kind.__name__
    known = kind._get_param_names() if hasattr(kind, "_get_param_names") else []
    for key, value in [*settings.items(), *search.items()]:
        if key not in known:
            raise StudyError(f"recipe, step '{name}': there is no setting '{key}'.{did_you_mean(key, list(known))}")
        if not _is_plain(value):
            raise LeakRefused(
                f"recipe, step '{name}': the setting '{key}' is a {type(value).__name__}. Only numbers, texts, "
                f"true/false and lists of them are accepted, because anything else could carry data into a fold."
            )
    fixed = {key: value for key, value in settings.items() if key not in search}
    return RecipeStep(kind, fixed, {key: tuple(values) for key, values in search.items()})


def _is_plain(value: Any) -> bool:
    """Whether a setting is a number, text, true or false, or a collection of at most `MOST` of them in all."""
    parts = list(_scalars(value))
    return len(parts) <= MOST and all(
        part is None or type(part) in (bool, int, float) or (type(part) is str and len(part) <= LONGEST)
        for part in parts
    )


def _scalars(value: Any) -> Iterator[Any]:
    if type(value) in (list, tuple):
        for item in value:
            yield from _scalars(item)
    elif type(value) is dict:
        for item in (*value, *value.values()):
            yield from _scalars(item)
    else:
        yield value


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
