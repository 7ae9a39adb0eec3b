"""The contract of feature families: one region in, defined numbers with names and units out."""

import re
import warnings
from collections import Counter
from collections.abc import Collection, Mapping

import numpy as np

from radici.core.errors import StudyError
from radici.core.names import FIELD, FeatureName
from radici.core.region import Region
from radici.features.compute import columns, measure
from radici.features.family import FAMILIES, Family, FamilySettings, read_families
from radici.imaging.discretise import Discretise
from radici.imaging.step import Step
from radici.testing.promise import check_settings, promise
from radici.testing.regions import awkward, blob, content, moved, scaled, with_hole

CHAIN: tuple[Step, ...] = (Discretise(bin_number=8),)
POWERS = {"": 1, "²": 2, "³": 3, "⁴": 4}


def check_family(family: Family, settings: FamilySettings | None = None, absolute: Collection[str] = ()) -> None:
    """Check that a family of features keeps the promises of its kind.

    Names follow the grammar, tags and codes are unique, every feature says what it is. Values are finite on an
    ordinary region, finite or NaN on awkward ones (where NaN is explained in words), never with a warning; they do
    not depend on where the patient lies, are the same again, and grow with voxels and intensities as their unit says.

    Parameters
    ----------
    family
        What the decorator `@family` returned.
    settings
        By default those of the family without any choice.
    absolute
        Tags of features whose definition holds a length or an intensity, so that they do not scale with their unit.

    Raises
    ------
    AssertionError
        With a sentence that names the broken promise.

    Examples
    --------
    >>> from radici.features.stat import stat
    >>> check_family(stat)
    """
    settings = family.settings() if settings is None else settings
    promise(any(known is family for _, known in FAMILIES.items()), f"'{family.name}' is not registered.")
    check_settings(settings, lambda item: read_families([item])[0])
    _check_names(family, settings)
    _check_ordinary(family, settings)
    _check_awkward(family, settings)
    _check_units(family, settings, absolute)


def _values(region: Region, settings: FamilySettings) -> dict[str, float]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return measure(region, CHAIN, [settings])


def _check_names(family: Family, settings: FamilySettings) -> None:
    who = f"The family '{family.name}'"
    promise(bool(family.features), f"{who} has no features.")
    promise(bool(family.build.__doc__), f"{who}: its `build` has no docstring.")
    for tag, feature in family.features.items():
        promise(bool(FIELD.fullmatch(tag)), f"{who}: the tag '{tag}' cannot be part of a feature name.")
        promise(bool(feature.read.__doc__), f"{who}: the feature '{tag}' has no docstring.")
        promise(feature.unit == feature.unit.strip(), f"{who}: the unit of '{tag}' has blanks around it.")
    codes = Counter(feature.ibsi for feature in family.features.values() if feature.ibsi)
    twice = [code for code, count in codes.items() if count > 1]
    promise(not twice, f"{who}: the IBSI code(s) {', '.join(twice)} stand at more than one feature.")
    taken = {f"{other.name}_{tag}" for _, other in FAMILIES.items() if other is not family for tag in other.features}
    both = sorted(taken & {f"{family.name}_{tag}" for tag in family.features})
    promise(not both, f"{who}: another family has {', '.join(both)} too.")
    try:
        described = columns(CHAIN, [settings])
        names = [FeatureName.parse(name) for name in described]
    except (StudyError, ValueError) as error:
        raise AssertionError(f"{who}: its names do not follow the grammar: {error}") from None
    expected = len(family.features) * len(settings.hows())
    promise(len(names) == expected, f"{who}: {expected} features have only {len(names)} names; two `how` are alike.")
    tags = {column.ibsi_tag for column in described.values()}
    promise(len(tags) == expected, f"{who}: {expected} features have only {len(tags)} IBSI tags.")


def _check_ordinary(family: Family, settings: FamilySettings) -> None:
    who = f"The family '{family.name}'"
    for region in (blob(), with_hole()):
        before = content(region)
        first = _values(region, settings)
        promise(content(region) == before, f"{who} changes the region that it measures.")
        undefined = [name for name, value in first.items() if not np.isfinite(value)]
        promise(not undefined, f"{who}: not finite on an ordinary region: {', '.join(undefined)}.")
        again = _values(region, settings)
        promise(again == first, f"{who} gives other values for the same region: {_differing(first, again)}.")
        elsewhere = _values(moved(region, (1000.0, -200.0, 33.0)), settings)
        wrong = _differing(first, elsewhere, rtol=1e-9)
        promise(not wrong, f"{who} depends on where the patient lies in the scanner: {wrong}.")


def _check_awkward(family: Family, settings: FamilySettings) -> None:
    for what, region in awkward().items():
        where = f"The family '{family.name}' on a region {what}"
        try:
            values = _values(region, settings)
        except (Warning, ArithmeticError, ValueError, IndexError) as error:
            raise AssertionError(f"{where}: {type(error).__name__}: {error}") from error
        for name, value in values.items():
            promise(not np.isinf(value), f"{where}: {name} is infinite; NaN means undefined.")
            tag = FeatureName.parse(name).feature.removeprefix(f"{family.name}_")
            told = f"{family.features[tag].read.__doc__} {family.build.__doc__}"
            promise(
                not np.isnan(value) or "NaN" in told or "undefined" in told,
                f"{where}: {name} is NaN, but neither its docstring nor that of `build` says when.",
            )


def _check_units(family: Family, settings: FamilySettings, absolute: Collection[str]) -> None:
    """Twice the voxel size, or twice the intensity: exact in floating point, so any other factor is a wrong unit."""
    described = columns(CHAIN, [settings])
    first = _values(blob(), settings)
    for what, unit, region in (
        ("voxels are twice as large", "mm", scaled(blob(), spacing=2.0)),
        ("intensities are twice as high", "image unit", scaled(blob(), intensity=2.0)),
    ):
        expected = {name: value * 2.0 ** power(described[name].unit, unit) for name, value in first.items()}
        kept = {n for n in first if FeatureName.parse(n).feature.removeprefix(f"{family.name}_") not in absolute}
        found = _values(region, settings)
        wrong = _differing({n: expected[n] for n in kept}, {n: found[n] for n in kept}, rtol=1e-6)
        promise(not wrong, f"The family '{family.name}', where {what}, does not grow as its units say: {wrong}.")


def power(unit: str, base: str) -> int:
    """The power of `base` in a unit such as `mm³`, `1/mm` or `image unit · mm³`."""
    total = 0
    above, *below = unit.split("/")
    for sign, side in [(1, above), *((-1, part) for part in below)]:
        for factor in side.split("·"):
            found = re.fullmatch(f"{base}([{''.join(POWERS)}]?)", factor.strip())
            total += sign * POWERS[found.group(1)] if found else 0
    return total


def _differing(first: Mapping[str, float], second: Mapping[str, float], rtol: float = 0.0) -> str:
    wrong = [
        f"{name} is {second[name]:.6g} and not {value:.6g}"
        for name, value in sorted(first.items())
        if not np.isclose(second[name], value, rtol=rtol, atol=1e-12 if rtol else 0.0, equal_nan=True)
    ]
    return ", ".join(wrong[:4])
