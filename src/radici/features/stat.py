"""Intensities in, their distribution's 18 numbers out (IBSI family UHIW); no grey levels involved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from radici.core.region import Region
from radici.features.family import FamilySettings, How, family
from radici.features.windows import Windows, by_window

UNIT = "image unit"


class Stat(FamilySettings):
    """Intensity-based statistics have no settings."""


QUANTILES = (10, 25, 50, 75, 90)
BINS = 1 << 14
Number = Any
"""A float, or one for each window, float64, shape (m,)."""


@dataclass(frozen=True)
class Distribution:
    """What the features read of n intensities x; percentiles interpolate linearly.

    `mad`, `medad` and `rmad` are mean distances: from the mean, from the median, and from the mean of those from the
    10th to the 90th percentile among themselves. Of windows, numbers are arrays of shape (m,), and all are `held`.
    """

    n: Number
    low: Number
    high: Number
    mean: Number
    variance: Number
    skewness: Number
    kurtosis: Number
    mad: Number
    medad: Number
    rmad: Number
    percentile: Mapping[int, Number]
    held: np.ndarray | None = None


@family("stat", on="intensities", settings=Stat, ibsi="UHIW", windows=True)
def stat(region: Region, how: How) -> Distribution:
    """The intensities in the intensity mask; a region of one intensity has a variance of exactly 0."""
    if isinstance(region, Windows):
        return _of_windows(np.sort(by_window(region), axis=1))
    x = region.intensities()
    low, high = float(x.min()), float(x.max())
    if low == high:
        same = dict.fromkeys(QUANTILES, low)
        return Distribution(x.size, low, high, low, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, same)
    from radici.features.intensity_kernels import distances_within, sums_about

    percentile = dict(zip(QUANTILES, percentiles(x, QUANTILES), strict=True))
    mean = float(x.mean())
    p10, p90 = percentile[10], percentile[90]
    second, third, fourth, mad, medad, count, inner = sums_about(x, mean, percentile[50], p10, p90)
    rmad = distances_within(x, inner / count, p10, p90) / count if count else 0.0
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


def _of_windows(x: np.ndarray) -> Distribution:
    """The same for each row of x, in ascending order and NaN behind."""
    n = np.count_nonzero(~np.isnan(x), axis=1)
    row = np.arange(len(x))
    percentile = {}
    for q in QUANTILES:
        at = q / 100 * (n - 1)
        below, above = x[row, at.astype(np.intp)], x[row, np.minimum(at.astype(np.intp) + 1, n - 1)]
        percentile[q] = below + (above - below) * (at - np.floor(at))
    low, high = x[:, 0], x[row, n - 1]
    flat = low == high
    mean = np.where(flat, low, np.nansum(x, axis=1) / n)
    away = x - mean[:, None]
    variance, third, fourth = (np.nansum(away**power, axis=1) / n for power in (2, 3, 4))
    spread = np.where(flat, 1.0, variance)
    inner = np.where((x >= percentile[10][:, None]) & (x <= percentile[90][:, None]), x, np.nan)
    many = np.maximum(np.count_nonzero(~np.isnan(inner), axis=1), 1)
    centre = np.nansum(inner, axis=1) / many
    return Distribution(
        n,
        low,
        high,
        mean,
        variance,
        third / spread**1.5,
        np.where(flat, 0.0, fourth / spread**2 - 3),
        np.nansum(np.abs(away), axis=1) / n,
        np.nansum(np.abs(x - percentile[50][:, None]), axis=1) / n,
        np.nansum(np.abs(inner - centre[:, None]), axis=1) / many,
        percentile,
        np.ones(len(x), dtype=bool),
    )


def _over(part: Number, whole: Number) -> Number:
    """The ratio; 0 where there is no part, NaN where there is no whole."""
    found = np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=np.not_equal(whole, 0))
    return np.where(np.equal(part, 0), 0.0, found)


def percentiles(x: np.ndarray, wanted: Sequence[float]) -> list[float]:
    """Percentiles, interpolated linearly (as `numpy.percentile`), of values that are not all equal.

    Values are first sorted into equal bins, which keep their order, so that only the bins which hold a percentile
    need to be sorted themselves.
    """
    from radici.features.intensity_kernels import count_ranks, gather_bins

    low, high = x.min(), x.max()
    with np.errstate(over="ignore", divide="ignore"):
        scale = (BINS - 1) / (high - low)
    if not 0 < scale < np.inf:
        return [float(value) for value in np.percentile(x, wanted)]
    counts = np.zeros(BINS, dtype=np.int64)
    count_ranks(x, low, scale, counts)
    ends = np.cumsum(counts)
    at = np.array(wanted) / 100 * (x.size - 1)
    ranks = np.stack([np.floor(at), np.minimum(np.floor(at) + 1, x.size - 1)]).astype(np.int64)
    places = np.searchsorted(ends, ranks, side="right")
    # Those bins one behind the other, lowest first, are sorted as a whole.
    bins = np.unique(places)
    sizes = counts[bins]
    begins = np.cumsum(sizes) - sizes
    room = np.full(BINS, -1, dtype=np.int64)
    room[bins] = begins
    held = np.empty(int(sizes.sum()))
    gather_bins(x, low, scale, room, held)
    held.sort()
    which = np.searchsorted(bins, places)
    below, above = held[begins[which] + ranks - (ends[places] - counts[places])]
    return [float(value) for value in below + (above - below) * (at - np.floor(at))]


@stat.feature("mean", ibsi="Q4LE", unit=UNIT)
def mean(d: Distribution) -> Number:
    """Mean intensity."""
    return d.mean


@stat.feature("var", ibsi="ECT3", unit=f"{UNIT}²")
def variance(d: Distribution) -> Number:
    """Variance, divided by the number of voxels."""
    return d.variance


@stat.feature("skew", ibsi="KE2A")
def skewness(d: Distribution) -> Number:
    """Asymmetry about the mean; 0 for a region of one intensity (IBSI)."""
    return d.skewness


@stat.feature("kurt", ibsi="IPH6")
def kurtosis(d: Distribution) -> Number:
    """Excess kurtosis: 0 for a normal distribution, and by IBSI for a region of one intensity."""
    return d.kurtosis


@stat.feature("median", ibsi="Y12H", unit=UNIT)
def median(d: Distribution) -> Number:
    """Median intensity."""
    return d.percentile[50]


@stat.feature("min", ibsi="1GSF", unit=UNIT)
def minimum(d: Distribution) -> Number:
    """Lowest intensity."""
    return d.low


@stat.feature("p10", ibsi="QG58", unit=UNIT)
def percentile_10(d: Distribution) -> Number:
    """10th percentile."""
    return d.percentile[10]


@stat.feature("p90", ibsi="8DWT", unit=UNIT)
def percentile_90(d: Distribution) -> Number:
    """90th percentile."""
    return d.percentile[90]


@stat.feature("max", ibsi="84IY", unit=UNIT)
def maximum(d: Distribution) -> Number:
    """Highest intensity."""
    return d.high


@stat.feature("iqr", ibsi="SALO", unit=UNIT)
def interquartile_range(d: Distribution) -> Number:
    """75th less 25th percentile."""
    return d.percentile[75] - d.percentile[25]


@stat.feature("range", ibsi="2OJQ", unit=UNIT)
def intensity_range(d: Distribution) -> Number:
    """Highest less lowest intensity."""
    return d.high - d.low


@stat.feature("mad", ibsi="4FUA", unit=UNIT)
def mean_absolute_deviation(d: Distribution) -> Number:
    """Mean distance from the mean."""
    return d.mad


@stat.feature("rmad", ibsi="1128", unit=UNIT)
def robust_mean_absolute_deviation(d: Distribution) -> Number:
    """Mean distance from the mean among the intensities from the 10th to the 90th percentile, both included.

    0 where interpolated percentiles leave no voxel between them (two voxels of two intensities).
    """
    return d.rmad


@stat.feature("medad", ibsi="N72L", unit=UNIT)
def median_absolute_deviation(d: Distribution) -> Number:
    """Mean distance from the median (IBSI's name says median, its formula averages)."""
    return d.medad


@stat.feature("cov", ibsi="7TET")
def coefficient_of_variation(d: Distribution) -> Number:
    """SD divided by the mean; 0 for a region of one intensity, NaN where the mean of others is 0.

    Meaningful only where intensities have a true zero (SUV, not HU).
    """
    return _over(d.variance**0.5, d.mean)


@stat.feature("qcod", ibsi="9S40")
def quartile_coefficient_of_dispersion(d: Distribution) -> Number:
    """(p75 - p25) / (p75 + p25); 0 where the quartiles are equal, NaN where others sum to 0."""
    spread, total = d.percentile[75] - d.percentile[25], d.percentile[75] + d.percentile[25]
    return _over(spread, total)


@stat.feature("energy", ibsi="N8CA", unit=f"{UNIT}²")
def energy(d: Distribution) -> Number:
    """Sum of squared intensities; grows with the number of voxels."""
    return d.n * (d.variance + d.mean**2)


@stat.feature("rms", ibsi="5ZWQ", unit=UNIT)
def root_mean_square(d: Distribution) -> Number:
    """Square root of the mean squared intensity."""
    return (d.variance + d.mean**2) ** 0.5
