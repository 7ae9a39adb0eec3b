"""Measurements -> whole thousandths of their unit, in which every threshold is decided without rounding."""

import numpy as np

from radici.core.errors import TableError

THOUSAND = 1000
MOST = 1e12


def thousandths(values: np.ndarray) -> np.ndarray:
    """Whole thousandths of numbers with up to three decimals, int64; further decimals are rounded.

    14.0 mm becomes 14000. Floating point calls 9.8 mm more than 70 % of 14 mm; whole numbers do not.

    Raises
    ------
    TableError
        A number is not finite, or beyond 10¹².
    """
    values = np.asarray(values, dtype=float)
    if not (np.abs(values) < MOST).all():
        raise TableError(
            f"Measurements must be finite and below {MOST:g}, found {values[~(np.abs(values) < MOST)][:3]}."
        )
    return np.rint(values * THOUSAND).astype(np.int64)


def plain(value: int) -> str:
    """A number of thousandths as it is read: `96.0`, `7.25`."""
    whole, rest = divmod(abs(value), THOUSAND)
    digits = f"{rest:03d}".rstrip("0") or "0"
    return f"{'-' if value < 0 else ''}{whole}.{digits}"


def percent(value: int, of: int) -> float:
    """Change from `of` to `value` in percent; NaN from 0."""
    return 100 * (value - of) / of if of else float("nan")


def signed(change: float) -> str:
    """A percentage as it is read: `+20.9 %`, `-30.0 %`."""
    return f"{change:+.1f} %"


def at_least(value: int, share: int, of: int) -> bool:
    """Whether `value` is at least `share` percent of `of`; exact."""
    return 100 * value >= share * of


def at_most(value: int, share: int, of: int) -> bool:
    """Whether `value` is at most `share` percent of `of`; exact."""
    return 100 * value <= share * of
