"""Arrays as they come in; flags that are only 0 or 1 and numbers without NaN go out, or the error says which."""

import numpy as np

from radici.core.errors import InputError


def flags(values: np.ndarray, name: str) -> np.ndarray:
    """Booleans of 0/1 or boolean `values`, shape (n,); an `InputError` for any other value or shape."""
    found = np.asarray(values)
    if found.ndim != 1:
        raise InputError(f"Expected one '{name}' per patient, shape (n,), found shape {found.shape}.")
    if found.dtype == np.bool_:
        return found
    yes: np.ndarray = found == 1
    strange = ~(yes | (found == 0))
    if strange.any():
        row = int(np.flatnonzero(strange)[0])
        raise InputError(
            f"'{name}' is 1 for the event and 0 otherwise, found {found[row]!r} in row {row}. "
            f"Recode it, and leave out patients for whom it is unknown."
        )
    return yes


def numbers(values: np.ndarray, name: str, n: int) -> np.ndarray:
    """Float64 `values`, shape (n,), without NaN; an `InputError` otherwise."""
    found = np.asarray(values, dtype=np.float64)
    if found.shape != (n,):
        raise InputError(f"Expected one '{name}' for each of {n} patients, found shape {found.shape}.")
    undefined = np.isnan(found)
    if undefined.any():
        row = int(np.flatnonzero(undefined)[0])
        raise InputError(
            f"'{name}' is NaN for {int(undefined.sum())} of {n} patients, first in row {row}. "
            f"Find out why, or leave those patients out before the statistic and say so."
        )
    return found


def probabilities(values: np.ndarray, name: str, n: int) -> np.ndarray:
    """Float64 `values`, shape (n,), all between 0 and 1; an `InputError` otherwise."""
    found = numbers(values, name, n)
    outside = (found < 0) | (found > 1)
    if outside.any():
        row = int(np.flatnonzero(outside)[0])
        raise InputError(
            f"'{name}' is a probability between 0 and 1, found {found[row]:g} in row {row}. "
            f"A score or a log hazard must be turned into a probability first."
        )
    return found
