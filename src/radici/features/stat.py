"""Intensities in, their distribution's 18 numbers out (IBSI family UHIW); no grey levels involved."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from radici.core.region import Region
from radici.features.family import FamilySettings, How, family

UNIT = "image unit"


class Stat(FamilySettings):
    """Intensity-based statistics have no settings."""


@dataclass(frozen=True)
class Distribution:
    """Intensities x, shape (n,) float64, with what several features need; percentiles interpolate linearly."""

    x: np.ndarray
    mean: float
    sd: float
    percentile: dict[int, float]


@family("stat", on="intensities", settings=Stat, ibsi="UHIW")
def stat(region: Region, how: How) -> Sequence[Distribution]:
    """The intensities in the intensity mask; a region of one intensity has an SD of exactly 0."""
    x = region.intensities()
    flat = x.min() == x.max()
    wanted = (10, 25, 50, 75, 90)
    percentile = dict(zip(wanted, (float(v) for v in np.percentile(x, wanted)), strict=True))
    return [Distribution(x, float(x[0] if flat else x.mean()), 0.0 if flat else float(x.std()), percentile)]


@stat.feature("mean", ibsi="Q4LE", unit=UNIT)
def mean(d: Distribution) -> float:
    """Mean intensity."""
    return d.mean


@stat.feature("var", ibsi="ECT3", unit=f"{UNIT}²")
def variance(d: Distribution) -> float:
    """Variance, divided by the number of voxels."""
    return d.sd**2


@stat.feature("skew", ibsi="KE2A")
def skewness(d: Distribution) -> float:
    """Asymmetry about the mean; 0 for a region of one intensity (IBSI)."""
    if not d.sd:
        return 0.0
    z = (d.x - d.mean) / d.sd
    return float((z * z * z).mean())


@stat.feature("kurt", ibsi="IPH6")
def kurtosis(d: Distribution) -> float:
    """Excess kurtosis: 0 for a normal distribution, and by IBSI for a region of one intensity."""
    if not d.sd:
        return 0.0
    squared = ((d.x - d.mean) / d.sd) ** 2
    return float((squared * squared).mean()) - 3


@stat.feature("median", ibsi="Y12H", unit=UNIT)
def median(d: Distribution) -> float:
    """Median intensity."""
    return d.percentile[50]


@stat.feature("min", ibsi="1GSF", unit=UNIT)
def minimum(d: Distribution) -> float:
    """Lowest intensity."""
    return float(d.x.min())


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
    return float(d.x.max())


@stat.feature("iqr", ibsi="SALO", unit=UNIT)
def interquartile_range(d: Distribution) -> float:
    """75th less 25th percentile."""
    return d.percentile[75] - d.percentile[25]


@stat.feature("range", ibsi="2OJQ", unit=UNIT)
def intensity_range(d: Distribution) -> float:
    """Highest less lowest intensity."""
    return float(d.x.max() - d.x.min())


@stat.feature("mad", ibsi="4FUA", unit=UNIT)
def mean_absolute_deviation(d: Distribution) -> float:
    """Mean distance from the mean."""
    return float(np.abs(d.x - d.mean).mean())


@stat.feature("rmad", ibsi="1128", unit=UNIT)
def robust_mean_absolute_deviation(d: Distribution) -> float:
    """Mean distance from the mean among the intensities from the 10th to the 90th percentile, both included.

    0 where interpolated percentiles leave no voxel between them (two voxels of two intensities).
    """
    inner = d.x[(d.x >= d.percentile[10]) & (d.x <= d.percentile[90])]
    return float(np.abs(inner - inner.mean()).mean()) if inner.size else 0.0


@stat.feature("medad", ibsi="N72L", unit=UNIT)
def median_absolute_deviation(d: Distribution) -> float:
    """Mean distance from the median (IBSI's name says median, its formula averages)."""
    return float(np.abs(d.x - d.percentile[50]).mean())


@stat.feature("cov", ibsi="7TET")
def coefficient_of_variation(d: Distribution) -> float:
    """SD divided by the mean; 0 for a region of one intensity, NaN where the mean of others is 0.

    Meaningful only where intensities have a true zero (SUV, not HU).
    """
    if not d.sd:
        return 0.0
    return d.sd / d.mean if d.mean else float("nan")


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
    return float((d.x**2).sum())


@stat.feature("rms", ibsi="5ZWQ", unit=UNIT)
def root_mean_square(d: Distribution) -> float:
    """Square root of the mean squared intensity."""
    return float(np.sqrt((d.x**2).mean()))
