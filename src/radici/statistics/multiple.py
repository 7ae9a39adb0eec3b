"""Many tests at once: p-values in; p-values that bound the share of false discoveries out."""

import numpy as np

from radici.core.errors import InputError


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    r"""Adjusted p-values: calling all those up to q significant keeps the expected false share at or below q.

    .. math:: \min_{j: p_j \ge p_i} \min(1, m p_j / \mathrm{rank}(p_j))

    Never smaller than `p`, in the same order, at most 1. NaN stays NaN and is not counted as a test. Valid for
    independent or positively dependent tests.

    Parameters
    ----------
    p
        Shape (m,), between 0 and 1 or NaN.

    Returns
    -------
    np.ndarray
        Shape (m,), in the order given.

    References
    ----------
    Benjamini and Hochberg 1995, 10.1111/j.2517-6161.1995.tb02031.x; R's `p.adjust(method = "BH")`.
    """
    p = np.asarray(p, dtype=float)
    if ((p < 0) | (p > 1)).any():
        raise InputError("A p-value lies between 0 and 1; found one outside. Pass p-values, not test statistics.")
    adjusted = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    falling = known[np.argsort(-p[known], kind="stable")]
    ranks = np.arange(len(falling), 0, -1)
    adjusted[falling] = np.minimum(1, np.minimum.accumulate(p[falling] * len(falling) / ranks))
    return adjusted
