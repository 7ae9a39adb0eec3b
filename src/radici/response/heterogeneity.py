"""Numbers of one patient's lesions -> how much the lesions differ from each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from radici.core.errors import TableError, some

UNDEFINED = float("nan")


@dataclass(frozen=True)
class Heterogeneity:
    """How one number varies over the lesions of a patient.

    Parameters
    ----------
    lesions
        How many have the number; those without it take no part.
    sd
        Standard deviation, divided by n - 1; NaN for one lesion.
    iqr
        Third less first quartile (linear interpolation, R's type 7); 0 for one lesion.
    cv
        Standard deviation over mean; NaN where a value is below 0 or the mean is 0.
    range, minimum, maximum
        Of the values.
    share_entropy_bits
        Disorder of the shares that lesions have in the sum: 0 if one has all, log2(n) if all have the same. NaN where
        a value is below 0 or the sum is 0.
    bin_entropy_bits
        Disorder of the counts of lesions between given edges; NaN without edges.
    """

    lesions: int
    sd: float
    iqr: float
    cv: float
    range: float
    minimum: float
    maximum: float
    share_entropy_bits: float
    bin_entropy_bits: float


def heterogeneity(values: Sequence[float], edges: Sequence[float] | None = None) -> Heterogeneity:
    """How much a number, such as volume, SUVmax or a score, differs between lesions of one patient.

    Parameters
    ----------
    values
        One per lesion; NaN where unknown.
    edges
        Rising edges of bins, the same for all patients: taken from elsewhere, never from this patient's values. A
        value belongs to the bin that begins at or below it; the last edge belongs to the last bin.

    Raises
    ------
    TableError
        A value is infinite or beyond the edges, or edges do not rise.
    """
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    if np.isinf(known).any():
        raise TableError("A number of a lesion is infinite. Correct it, or leave it out as NaN.")
    binned = UNDEFINED if edges is None else _bin_entropy(known, np.asarray(edges, dtype=float))
    if not len(known):
        return Heterogeneity(0, *[UNDEFINED] * 8)
    sd = float(known.std(ddof=1)) if len(known) > 1 else UNDEFINED
    low, high = np.percentile(known, [25, 75])
    positive = bool((known >= 0).all() and known.sum() > 0)
    return Heterogeneity(
        len(known),
        sd,
        float(high - low),
        sd / float(known.mean()) if positive else UNDEFINED,
        float(np.ptp(known)),
        float(known.min()),
        float(known.max()),
        _entropy_bits(known) if positive else UNDEFINED,
        binned,
    )


@dataclass(frozen=True)
class Likeness:
    """How alike the lesions of a patient are, as mean over all pairs of them.

    All are NaN for fewer than two lesions. A pair with a lesion that equals the reference mean in every feature has
    no angle, and makes the cosines NaN.

    Parameters
    ----------
    cosine_similarity
        Cosine of the angle between two lesions' standardised features: 1 alike, 0 unrelated, -1 opposite.
    cosine_distance
        One less that.
    euclidean_distance
        Root mean square over features of the difference, in reference standard deviations.
    """

    cosine_similarity: float
    cosine_distance: float
    euclidean_distance: float


def likeness(features: pd.DataFrame, mean: Mapping[str, float], sd: Mapping[str, float]) -> Likeness:
    """Mean pairwise likeness of the lesions of one patient in standardised features.

    Parameters
    ----------
    features
        One row per lesion, one column per feature, no NaN.
    mean, sd
        Of each feature in a reference, such as the lesions of the training patients. They are asked for and not
        computed here: taken from all patients, held-out ones would leak into the others; taken from one patient,
        they would hide how its lesions differ.

    Raises
    ------
    TableError
        A feature is missing in the reference, its sd is not above 0, or a value is not finite.
    """
    names = [str(name) for name in features]
    unknown = [name for name in names if name not in mean or name not in sd]
    if unknown:
        raise TableError(f"The reference has no mean or sd of {some(unknown)}. Give both for every feature.")
    centre, scale = (np.array([of[name] for name in names], dtype=float) for of in (mean, sd))
    flat = [name for name, one in zip(names, scale, strict=True) if not (np.isfinite(one) and one > 0)]
    if flat:
        raise TableError(f"The reference sd of {some(flat)} is not above 0. Leave features that do not vary out.")
    values = features.to_numpy(dtype=float)
    wrong = [name for name, good in zip(names, np.isfinite(values).all(axis=0), strict=True) if not good]
    if wrong:
        raise TableError(f"Lesions lack a finite value of {some(wrong)}. Leave these features or lesions out.")
    if len(values) < 2:
        return Likeness(UNDEFINED, UNDEFINED, UNDEFINED)
    return _pairwise((values - centre) / scale)


def _pairwise(standardised: np.ndarray) -> Likeness:
    one, other = np.triu_indices(len(standardised), 1)
    length = np.linalg.norm(standardised, axis=1)
    apart = float(np.sqrt(((standardised[one] - standardised[other]) ** 2).mean(axis=1)).mean())
    if not length.all():
        return Likeness(UNDEFINED, UNDEFINED, apart)
    unit = standardised / length[:, None]
    cosine = float(np.clip((unit[one] * unit[other]).sum(axis=1), -1, 1).mean())
    return Likeness(cosine, 1 - cosine, apart)


def _entropy_bits(parts: np.ndarray) -> float:
    share = parts[parts > 0] / parts.sum()
    return float(-(share * np.log2(share)).sum()) + 0.0


def _bin_entropy(known: np.ndarray, edges: np.ndarray) -> float:
    if len(edges) < 2 or not (np.diff(edges) > 0).all():
        raise TableError(f"Edges of bins must rise, and be two or more; found {edges.tolist()}.")
    if not len(known):
        return UNDEFINED
    if known.min() < edges[0] or known.max() > edges[-1]:
        raise TableError(
            f"Values from {known.min():g} to {known.max():g} leave the edges {edges[0]:g} to {edges[-1]:g}. Widen them."
        )
    return _entropy_bits(np.histogram(known, bins=edges)[0].astype(float))
