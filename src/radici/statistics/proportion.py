"""A count among n in; the exact interval of its share out."""

from scipy.special import betaincinv

from radici.core.errors import InputError


def clopper_pearson(count: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a proportion, from the quantiles of two beta distributions.

    Parameters
    ----------
    count, n
        Successes, 0 to n, and trials, from 1 on.

    Raises
    ------
    InputError
        A count that does not fit n.

    References
    ----------
    Clopper and Pearson 1934, Biometrika 26:404. The same as `binom.test` of R.
    """
    if not 0 <= count <= n or n < 1:
        raise InputError(f"A share of {count} among {n} does not exist. Count again.")
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(betaincinv(count, n - count + 1, tail))
    high = 1.0 if count == n else float(betaincinv(count + 1, n - count, 1 - tail))
    return low, high
