"""Intensities in, their distribution's 18 numbers out (IBSI family UHIW); no grey levels involved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from radici.core.region import Region
from radici.features.family import FamilySettings, How, family

UNIT = "image unit"


class Stat(FamilySettings):
    """Intensity-based statistics have no settings."""


QUANTILES = (10, 25, 50, 75, 90)
CHUNK = 1 << 14
BINS = 1 << 14


@dataclass(frozen=True)
class Distribution:
    """What the features read of n intensities x; percentiles interpolate linearly.

    `mad`, `medad` and `rmad` are mean distances: from the mean, from the median, and from the mean of those from the
    10th to the 90th percentile among themselves.
    """

    n: int
    low: float
    high: float
    mean: float
    variance: float
    skewness: float
    kurtosis: float
    mad: float
    medad: float
    rmad: float
    percentile: dict[int, float]


@family("stat", on="intensities", settings=Stat, ibsi="UHIW")
def stat(region: Region, how: How) -> Distribution:
    """The intensities in the intensity mask; a region of one intensity has a variance of exactly 0."""
    x = region.intensities()
    low, high = float(x.min()), float(x.max())
    if low == high:
        same = dict.fromkeys(QUANTILES, low)
        return Distribution(x.size, low, high, low, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, same)
    percentile = dict(zip(QUANTILES, percentiles(x, QUANTILES), strict=True))
    mean = float(x.mean())
    total = np.zeros(7)
    for part in _parts(x):
        total += _sums(part, mean, percentile)
    second, third, fourth, mad, medad, count, inner = total
    rmad = sum(_distances(part, inner / count, percentile) for part in _parts(x)) / count if count else 0.0
    variance = second / x.size
    return Distribution(
        x.size,
        low,
        high,
        mean,
        float(variance),
        float(third / x.size / variance**1.5),
        float(fourth / x.size / variance**2 - 3),
        float(mad / x.size),
        float(medad / x.size),
        float(rmad),
        percentile,
    )


def _parts(x: np.ndarray) -> Iterator[np.ndarray]:
    """Pieces that stay in the processor's cache while several sums are taken."""
    return (x[first : first + CHUNK] for first in range(0, x.size, CHUNK))


def _sums(x: np.ndarray, mean: float, percentile: dict[int, float]) -> np.ndarray:
    """Sums of (x - mean)^2, ^3, ^4, |x - mean|, |x - median|; number and sum of the x from p10 to p90."""
    away = x - mean
    squared = away * away
    inner = x[(x >= percentile[10]) & (x <= percentile[90])]
    return np.array(
        [
            squared.sum(),
            (squared * away).sum(),
            (squared * squared).sum(),
            np.abs(away).sum(),
            np.abs(x - percentile[50]).sum(),
            inner.size,
            inner.sum(),
        ]
    )


def _distances(x: np.ndarray, centre: float, percentile: dict[int, float]) -> float:
    """Sum of the distances from `centre` of the x from p10 to p90."""
    return float(np.abs(x[(x >= percentile[10]) & (x <= percentile[90])] - centre).sum())


def percentiles(x: np.ndarray, wanted: Sequence[float]) -> list[float]:
    """Percentiles, interpolated linearly (as `numpy.percentile`), of values that are not all equal.

    Values are first sorted into equal bins, which keep their order, so that only the bins which hold a percentile
    need to be sorted themselves.
    """
    low, high = x.min(), x.max()
    with np.errstate(over="ignore", divide="ignore"):
        scale = (BINS - 1) / (high - low)
    if not 0 < scale < np.inf:
        return [float(value) for value in np.percentile(x, wanted)]
    bins = ((x - low) * scale).astype(np.uint16)
    ends = np.cumsum(np.bincount(bins, minlength=BINS))
    held: dict[int, np.ndarray] = {}

    def at(rank: int) -> float:
        place = int(np.searchsorted(ends, rank, side="right"))
        if place not in held:
            held[place] = np.sort(x[bins == place])
        return float(held[place][rank - ends[place]])

    found = []
    for q in wanted:
        rank = q / 100 * (x.size - 1)
        below, above = at(int(rank)), at(min(int(rank) + 1, x.size - 1))
        found.append(below + (above - below) * (rank - int(rank)))
    return found


@stat.feature("mean", ibsi="Q4LE", unit=UNIT)
def mean(d: Distribution) -> float:
    """Mean intensity."""
    return d.mean


@stat.feature("var", ibsi="ECT3", unit=f"{UNIT}²")
def variance(d: Distribution) -> float:
    """Variance, divided by the number of voxels."""
    return d.variance


@stat.feature("skew", ibsi="KE2A")
def skewness(d: Distribution) -> float:
    """Asymmetry about the mean; 0 for a region of one intensity (IBSI)."""
    return d.skewness


@stat.feature("kurt", ibsi="IPH6")
def kurtosis(d: Distribution) -> float:
    """Excess kurtosis: 0 for a normal distribution, and by IBSI for a region of one intensity."""
    return d.kurtosis


@stat.feature("median", ibsi="Y12H", unit=UNIT)
def median(d: Distribution) -> float:
    """Median intensity."""
    return d.percentile[50]


@stat.feature("min", ibsi="1GSF", unit=UNIT)
def minimum(d: Distribution) -> float:
    """Lowest intensity."""
    return d.low


@stat.feature("p10", ibsi="QG58", unit=UNIT)
def percentile_10(d: Distribution) -> float:
    """10th percentile."""
    return d.percentile[10]


@stat.feature("p90", ibsi="8DWT", unit=UNIT)
def percentile_90(d: Distribution) -> float:
    """90th percentile."""
    return d.percentile[90]


@stat.feature("max", ibsi="84IY", unit=UNIT)
def maximum(d: Distribution) -> float:
    """Highest intensity."""
    return d.high


@stat.feature("iqr", ibsi="SALO", unit=UNIT)
def interquartile_range(d: Distribution) -> float:
    """75th less 25th percentile."""
    return d.percentile[75] - d.percentile[25]


@stat.feature("range", ibsi="2OJQ", unit=UNIT)
def intensity_range(d: Distribution) -> float:
    """Highest less lowest intensity."""
    return d.high - d.low


@stat.feature("mad", ibsi="4FUA", unit=UNIT)
def mean_absolute_deviation(d: Distribution) -> float:
    """Mean distance from the mean."""
    return d.mad


@stat.feature("rmad", ibsi="1128", unit=UNIT)
def robust_mean_absolute_deviation(d: Distribution) -> float:
    """Mean distance from the mean among the intensities from the 10th to the 90th percentile, both included.

    0 where interpolated percentiles leave no voxel between them (two voxels of two intensities).
    """
    return d.rmad


@stat.feature("medad", ibsi="N72L", unit=UNIT)
def median_absolute_deviation(d: Distribution) -> float:
    """Mean distance from the median (IBSI's name says median, its formula averages)."""
    return d.medad


@stat.feature("cov", ibsi="7TET")
def coefficient_of_variation(d: Distribution) -> float:
    """SD divided by the mean; 0 for a region of one intensity, NaN where the mean of others is 0.

    Meaningful only where intensities have a true zero (SUV, not HU).
    """
    if not d.variance:
        return 0.0
    return d.variance**0.5 / d.mean if d.mean else float("nan")


@stat.feature("qcod", ibsi="9S40")
def quartile_coefficient_of_dispersion(d: Distribution) -> float:
    """(p75 - p25) / (p75 + p25); 0 where the quartiles are equal, NaN where others sum to 0."""
    spread, total = d.percentile[75] - d.percentile[25], d.percentile[75] + d.percentile[25]
    if not spread:
        return 0.0
    return spread / total if total else float("nan")


@stat.feature("energy", ibsi="N8CA", unit=f"{UNIT}²")
def energy(d: Distribution) -> float:
    """Sum of squared intensities; grows with the number of voxels."""
    return d.n * (d.variance + d.mean**2)


@stat.feature("rms", ibsi="5ZWQ", unit=UNIT)
def root_mean_square(d: Distribution) -> float:
    """Square root of the mean squared intensity."""
    return (d.variance + d.mean**2) ** 0.5
