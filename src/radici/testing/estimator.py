"""The contract of estimators: what the engine that fits them a thousand times has to rely on."""

import warnings
from collections.abc import Collection, Iterable, Mapping
from contextlib import nullcontext
from typing import Any

import joblib
import numpy as np
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import get_tags

from radici.core.errors import LeakRefused, StudyError
from radici.learning.estimator import ESTIMATORS
from radici.learning.recipe import Recipe
from radici.testing.model import check_model
from radici.testing.patients import MONTHS, Patients, engine, patients
from radici.testing.promise import promise
from radici.testing.transformer import check_transformer

KINDS = ("response", "survival")


def check_estimator(
    cls: type, settings: Mapping[str, Any] | None = None, outcomes: Collection[str] = KINDS, any_order: bool = True
) -> None:
    """Check that a step of a recipe (imputer, selector, transformer, classifier, survival model) keeps its promises.

    It is registered and made of plain parameters. Fitting changes no data, keeps no reference to them, refuses NaN
    where it does not expect it, forgets what it learned before, gives the same bytes again and does not depend on
    the order of patients; what it says of a patient does not depend on the others asked about. Constant columns and
    an empty block pass without a warning. A saved model that holds it predicts the same once it is loaded.
    Transformers and models have more promises, see `radici.testing.transformer` and `radici.testing.model`.

    Parameters
    ----------
    cls
        The class, decorated with `@ESTIMATORS.add(...)`.
    settings
        Parameters; by default those of the class.
    outcomes
        The kinds of outcome that a transformer can learn from; a model's are known from its methods.
    any_order
        False for an estimator whose docstring says that the order of patients matters.

    Raises
    ------
    AssertionError
        With a sentence that names the broken promise.

    Examples
    --------
    >>> from radici.learning.standardise import Standardise
    >>> check_estimator(Standardise, {"clip": 3.0})
    """
    settings = dict(settings or {})
    name = ESTIMATORS.name_of(cls)
    promise(name is not None, f"{cls.__name__} is not registered: decorate it with `@ESTIMATORS.add('name')`.")
    who = f"The estimator '{name}'"
    _check_parameters(cls, settings, who)
    for kind in _kinds(cls, outcomes):
        given, new = patients(kind), patients(kind, seed=8, count=20)
        _check_unfitted(cls(**settings), new, who)
        _check_nan(cls(**settings), given, new, who)
        for place in (nullcontext(), engine()):
            with place:
                _check_data_left_alone(cls(**settings), given, new, who)
        with engine():
            _check_same_again(cls, settings, given, new, who)
            _check_rows_alone(cls(**settings).fit(given.X, given.y), new, who)
            if any_order:
                _check_order(cls, settings, given, new, who)
        model = hasattr(cls, "predict")
        (check_model if model else check_transformer)(cls, settings, kind, who)


def check_scikit_learn(
    cls: type, settings: Mapping[str, Any] | None = None, expected_failures: Mapping[str, str] | None = None
) -> None:
    """Check an estimator with scikit-learn's own `check_estimator`.

    Not for survival models: scikit-learn's `y` is numbers or labels.

    Parameters
    ----------
    cls, settings
        As for `check_estimator`.
    expected_failures
        Names of scikit-learn's checks that fail, each with the reason. One that passes after all is a failure too.

    Raises
    ------
    AssertionError
        With the first few checks that failed or passed against expectation.
    """
    from sklearn.utils.estimator_checks import check_estimator as scikit_learn

    expected = dict(expected_failures or {})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # each check says itself which warnings it wants
        results = scikit_learn(cls(**(settings or {})), on_fail=None, on_skip=None)
    failed = {one["check_name"]: one["exception"] for one in results if one["status"] == "failed"}
    passed = {one["check_name"] for one in results if one["status"] == "passed"}
    new = [f"{check}: {error}" for check, error in failed.items() if check not in expected]
    promise(not new, f"{cls.__name__} fails {len(new)} of scikit-learn's checks: {'; '.join(new[:3])}")
    mended = sorted(set(expected) & passed - set(failed))
    promise(not mended, f"{cls.__name__} passes {', '.join(mended)}: take it off the expected failures.")


def answers(estimator: Any, X: np.ndarray) -> np.ndarray:
    """Everything the estimator says of each row, float64 of shape (n, …): transformed values, scores, chances."""
    if hasattr(estimator, "predict_survival"):
        return np.column_stack([estimator.predict(X), estimator.predict_survival(X, MONTHS)])
    if hasattr(estimator, "predict_proba"):
        return np.asarray(estimator.predict_proba(X))
    return np.asarray(estimator.transform(X))


def _kinds(cls: type, outcomes: Collection[str]) -> Iterable[str]:
    by_method = {"response": hasattr(cls, "predict_proba"), "survival": hasattr(cls, "predict_survival")}
    return [kind for kind, has in by_method.items() if has] or outcomes


def _check_parameters(cls: type, settings: dict[str, Any], who: str) -> None:
    promise(bool(cls.__doc__), f"{who} has no docstring.")
    estimator = cls(**settings)
    stored = set(vars(estimator)) == set(estimator.get_params())
    promise(stored, f"{who}: `__init__` must store its parameters and nothing else.")
    try:
        recipe = Recipe.read([{ESTIMATORS.name_of(cls): estimator.get_params()}])
        searched = Recipe.of(cls(**settings))
    except (LeakRefused, StudyError) as error:
        raise AssertionError(f"{who} cannot stand in a recipe: {error}") from None
    copied = clone(estimator).get_params()
    promise(copied == {**estimator.get_params(), **settings}, f"{who}: a clone has other parameters: {copied}.")
    for one in (recipe, searched):
        promise(Recipe.read(one.spelled()) == one, f"{who} does not come back from its own spelling {one.spelled()}.")
    promise(all(searched.steps[0].search.values()), f"{who}: `search` names a parameter without a value to try.")
    promise(getattr(cls, "acts_on", "all") in ("all", "image"), f"{who}: `acts_on` is 'all' or 'image'.")


def _check_unfitted(estimator: Any, new: Patients, who: str) -> None:
    for method, rest in (("transform", ()), ("predict", ()), ("predict_proba", ()), ("predict_survival", (MONTHS,))):
        if hasattr(estimator, method):
            try:
                getattr(estimator, method)(new.X, *rest)
            except NotFittedError:
                continue
            except Exception as error:
                raise AssertionError(f"{who}: `{method}` before `fit` is a NotFittedError, found {error!r}.") from error
            raise AssertionError(f"{who}: `{method}` works before `fit`.")


def _check_nan(estimator: Any, given: Patients, new: Patients, who: str) -> None:
    holed, holed_new = given.X.copy(), new.X.copy()
    holed[3, 2] = holed_new[3, 2] = np.nan
    if get_tags(estimator).input_tags.allow_nan:
        estimator.fit(holed, given.y)
        promise(len(answers(estimator, holed_new)) == len(holed_new), f"{who} loses rows where a value is missing.")
        return
    for what, fit_on, ask in (("`fit`", holed, new.X), ("a prediction", given.X, holed_new)):
        try:
            estimator.fit(fit_on, given.y)
            answers(estimator, ask)
        except ValueError as error:
            promise("NaN" in str(error), f"{who} refuses NaN in {what} without saying so: {error}")
        else:
            raise AssertionError(f"{who} takes NaN in {what}, but its tags do not say `allow_nan`.")


def _check_data_left_alone(estimator: Any, given: Patients, new: Patients, who: str) -> None:
    X, y, asked = given.X.copy(), given.y.copy(), new.X.copy()
    promise(estimator.fit(X, y) is estimator, f"{who}: `fit` must return the estimator.")
    same = X.tobytes() == given.X.tobytes() and y.tobytes() == given.y.tobytes()
    promise(same, f"{who} changes the training data in place.")
    first = answers(estimator, asked)
    promise(asked.tobytes() == new.X.tobytes(), f"{who} changes in place the rows it is asked about.")
    kept = [path for path, array in _arrays(vars(estimator), "") if any(np.shares_memory(array, a) for a in (X, y))]
    promise(not kept, f"{who} keeps a reference to its training data in {', '.join(kept)}: copy it.")
    X[:], asked[:] = 1e6, new.X
    promise(np.array_equal(answers(estimator, asked), first), f"{who} changes when the training data change later.")


def _arrays(value: Any, path: str, depth: int = 4) -> Iterable[tuple[str, np.ndarray]]:
    if isinstance(value, np.ndarray):
        yield f"`{path}`", value
    elif depth and isinstance(value, dict | list | tuple):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, one in items:
            yield from _arrays(one, f"{path}.{key}".strip("."), depth - 1)
    elif depth and hasattr(value, "__dict__"):
        yield from _arrays(vars(value), path, depth - 1)


def _check_same_again(cls: type, settings: dict[str, Any], given: Patients, new: Patients, who: str) -> None:
    first = cls(**settings).fit(given.X.copy(), given.y.copy())
    learned = joblib.hash(vars(first))
    again = cls(**settings).fit(given.X.copy(), given.y.copy())
    promise(joblib.hash(vars(again)) == learned, f"{who} learns something else from the same data: fix its seed.")
    answers(first, new.X)
    promise(joblib.hash(vars(first)) == learned, f"{who} changes when it is asked: what it learned must rest.")
    other = given.taking(np.arange(0, len(given.X), 2))
    moved = cls(**settings).fit(other.X * 3 + 1, other.y)
    moved.fit(given.X.copy(), given.y.copy())
    promise(joblib.hash(vars(moved)) == learned, f"{who} remembers an earlier `fit`: data of one fold reach another.")


def _check_rows_alone(fitted: Any, new: Patients, who: str) -> None:
    together = answers(fitted, new.X)
    promise(len(together) == len(new.X), f"{who} gives {len(together)} answers for {len(new.X)} rows.")
    others = new.X.copy()
    others[1:] = others[1:] * 7 - 100
    for rows in (new.X[:1].copy(), others):
        same = np.allclose(answers(fitted, rows)[0], together[0], rtol=1e-9, atol=1e-12, equal_nan=True)
        promise(same, f"{who}: what it says of a patient depends on the other patients asked about.")


def _check_order(cls: type, settings: dict[str, Any], given: Patients, new: Patients, who: str) -> None:
    shuffled = given.taking(np.random.default_rng(5).permutation(len(given.X)))
    first = answers(cls(**settings).fit(given.X, given.y), new.X)
    second = answers(cls(**settings).fit(shuffled.X, shuffled.y), new.X)
    same = first.shape == second.shape and np.allclose(first, second, rtol=1e-6, atol=1e-8, equal_nan=True)
    promise(same, f"{who} depends on the order of the training patients.")
