"""A bird in the mine: refit one fold after everything else, with the held-out patients poisoned.

Three things must not change a fit or its predictions: what the held-out rows hold, which other held-out rows
are predicted beside one, and which folds were fitted before. Each is tried; a difference is a leak.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np

from radici.core.errors import LeakFound
from radici.core.parallel import one_thread
from radici.evaluation.contenders import Contender, Matrix
from radici.evaluation.fold import FoldResult, Split, run_fold
from radici.learning.tuning import predictions

POISON = 1.0e6


def sing(
    contender: Contender,
    found: Matrix,
    y: np.ndarray,
    split: Split,
    first: FoldResult,
    again: FoldResult,
    sources: list[tuple[np.ndarray, np.ndarray]],
) -> None:
    """Refit one fold and raise `LeakFound` at the first difference.

    Parameters
    ----------
    first
        What the split gave in the evaluation.
    again
        What the same split gives when it is fitted once more, after all others or in a fresh process.
    sources
        The caller's own arrays, each with the rows of the held-out patients in it; they are poisoned in place for
        a moment, so that a step that reaches the table on a side road is seen.
    """
    if digest(again.fitted) != digest(first.fitted) or again.score.tobytes() != first.score.tobytes():
        raise LeakFound(
            f"Model '{contender.name}': the same fold, fitted again after all others, came out differently. A step "
            f"keeps state from one fit to the next, or draws random numbers that the seed does not decide."
        )
    with poisoned([*sources, (found.X, split.test)]):
        y_bad = _poisoned_y(y, split.test)
        fitted = one_thread(run_fold, contender, found.X, y_bad, split, None).fitted
    if digest(fitted) != digest(first.fitted):
        raise LeakFound(
            f"Model '{contender.name}': replacing the held-out patients by nonsense changed the fit. A step looks "
            f"at patients outside its training set."
        )
    _alone(contender, found.X, split, first)


def _alone(contender: Contender, X: np.ndarray, split: Split, first: FoldResult) -> None:
    rows = X[np.ix_(split.test, np.array(contender.columns))]
    for i in range(min(len(rows), 4)):
        score = one_thread(predictions, first.fitted, rows[i : i + 1], None)[0]
        if not np.allclose(score, first.score[i], rtol=1e-9, atol=1e-12):
            raise LeakFound(
                f"Model '{contender.name}': a patient's prediction depends on which other patients are predicted "
                f"beside it. A step learns from the rows that it is asked to predict."
            )


def _poisoned_y(y: np.ndarray, rows: np.ndarray) -> np.ndarray:
    bad = y.copy()
    if y.dtype.names:
        bad["event"][rows], bad["months"][rows] = ~bad["event"][rows], POISON
    else:
        bad[rows] = 1 - bad[rows]
    return bad


@contextmanager
def poisoned(places: list[tuple[np.ndarray, np.ndarray]]) -> Iterator[None]:
    """Overwrite some rows of arrays in place, and put them back."""
    kept = []
    for array, rows in places:
        locked = not array.flags.writeable
        if locked:
            try:
                array.flags.writeable = True
            except ValueError:
                continue  # memory that is not ours to touch
        kept.append((array, rows, array[rows].copy(), locked))
        array[rows] = _nonsense(array[rows])
    try:
        yield
    finally:
        for array, rows, before, locked in kept:
            array[rows] = before
            array.flags.writeable = not locked


def _nonsense(values: np.ndarray) -> np.ndarray:
    if values.dtype == np.bool_:
        return np.full_like(values, not values.all())
    return POISON * (1 + np.arange(values.size).reshape(values.shape) % 7)


def digest(thing: Any) -> str:
    """sha256 of everything that a fitted object holds, to the last bit."""
    found = hashlib.sha256()
    for part in _parts(thing, 0):
        found.update(part)
    return found.hexdigest()


def _parts(thing: Any, depth: int) -> Iterator[bytes]:
    if depth > 12:
        return
    if isinstance(thing, np.ndarray):
        yield str(thing.dtype).encode() + str(thing.shape).encode()
        if thing.dtype == object:
            yield repr(thing.tolist()).encode()
        else:
            yield np.ascontiguousarray(thing).tobytes()
    elif isinstance(thing, (list, tuple)):
        for item in thing:
            yield from _parts(item, depth + 1)
    elif isinstance(thing, dict):
        for key in sorted(thing, key=repr):
            yield repr(key).encode()
            yield from _parts(thing[key], depth + 1)
    elif thing is None or isinstance(thing, (bool, int, float, complex, str, bytes, np.generic)):
        yield repr(thing).encode()
    elif isinstance(thing, (type, FunctionType, BuiltinFunctionType)):
        yield f"{thing.__module__}.{thing.__qualname__}".encode()
    else:
        yield type(thing).__qualname__.encode()
        yield from _parts(_state(thing), depth + 1)


def _state(thing: Any) -> Any:
    """What an object holds, compiled ones included; never its address."""
    if hasattr(thing, "__dict__") and vars(thing):
        return vars(thing)
    try:
        return list(thing.__reduce_ex__(4))[1:3]
    except TypeError:
        return None
