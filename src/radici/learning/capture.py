"""What a class could hide: fitted state, and data reached from its code rather than its arguments.

This closes the ordinary doors (a closure, a global, a class attribute that holds a table). It cannot prove
that foreign code reads no file; that is what the canary and the permutations are for.
"""

import inspect
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from radici.core.errors import LeakRefused
from radici.core.registry import Registry

TRUSTED = ("sklearn.", "numpy.", "scipy.", "radici.")
MOST, LONGEST = 100, 2000  # items of a list, letters of a text: enough for settings, too few for a table
TABLES = {
    *("pandas.DataFrame", "pandas.Series", "pandas.NDFrame"),
    *("radici.FeatureTable", "radici.Outcome", "radici.Cohort", "radici.PatientTable"),
}


def refuse_fitted(estimator: Any) -> None:
    """Refuse an object that has learned something already, or that is a class or a function."""
    if inspect.isclass(estimator) or not hasattr(estimator, "get_params") or not hasattr(estimator, "fit"):
        raise LeakRefused(
            f"{estimator!r} is not an unfitted estimator. A recipe takes estimators with `fit` and `get_params`; "
            f"a function could close over data."
        )
    fresh = set(vars(type(estimator)(**estimator.get_params(deep=False))))
    learned = [name for name in vars(estimator) if name not in fresh]
    if learned:
        raise LeakRefused(
            f"{type(estimator).__name__} has been fitted or carries state already ({', '.join(sorted(learned)[:4])}). "
            f"Give a fresh one: it is fitted inside each training set."
        )


def refuse_captured_data(kind: type) -> None:
    """Refuse a class whose methods or attributes hold, or can reach by name, an array, table or outcome."""
    for cls in kind.__mro__:
        if cls is object or f"{cls.__module__}.".startswith(TRUSTED):
            continue
        for where, value in _reachable(cls):
            if _is_data(value):
                raise LeakRefused(
                    f"{kind.__name__} reaches data that are not its arguments: {where} is a "
                    f"{type(value).__name__}. Everything that an estimator learns must come through `fit`."
                )


def _reachable(cls: type) -> Iterator[tuple[str, Any]]:
    for name, value in vars(cls).items():
        if isinstance(value, (staticmethod, classmethod)):
            value = value.__func__
        elif isinstance(value, property):
            value = value.fget
        if isinstance(value, FunctionType):
            yield from _captured(name, inspect.unwrap(value), depth=3)
        elif not name.startswith("__"):
            yield f"the attribute '{name}'", value


def _captured(name: str, function: FunctionType, depth: int) -> Iterator[tuple[str, Any]]:
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    found = [(variable, cell.cell_contents) for variable, cell in cells if not _empty(cell)]
    found += [(n, function.__globals__[n]) for n in _names(function.__code__) if n in function.__globals__]
    defaults = (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())
    found += [("a default", value) for value in defaults]
    for variable, value in found:
        yield f"'{variable}' in {name}()", value
        trusted = f"{getattr(value, '__module__', '') or ''}.".startswith(TRUSTED)
        if isinstance(value, FunctionType) and depth and not trusted:
            yield from _captured(variable, value, depth - 1)


def _names(code: CodeType) -> Iterator[str]:
    """Every name that a piece of code looks up, in its comprehensions, lambdas and inner functions too."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _empty(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return True
    return False


def _is_data(value: Any, depth: int = 3) -> bool:
    if isinstance(value, (dict, list, tuple, set, frozenset)):
        items = [*value.keys(), *value.values()] if isinstance(value, dict) else list(value)
        return len(items) > MOST or any(_is_data(item, depth) for item in items)
    if isinstance(value, (str, bytes)):
        return len(value) > LONGEST
    names = {cls.__module__.split(".")[0] + "." + cls.__name__ for cls in type(value).__mro__}
    if (isinstance(value, np.ndarray) and value.size > 1) or bool(names & TABLES):
        return True
    plain = isinstance(value, (type, FunctionType, ModuleType, Registry)) or not hasattr(value, "__dict__")
    return not plain and depth > 0 and any(_is_data(item, depth - 1) for item in vars(value).values())
