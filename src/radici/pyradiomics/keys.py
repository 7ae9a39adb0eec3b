"""What a parameter file may say: the name of a setting in, whether a value fits it out.

Names, ranges and defaults are those of PyRadiomics 3.0.1 (its parameter schema and feature classes).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

INTERPOLATORS = (
    "sitkNearestNeighbor", "sitkLinear", "sitkBSpline", "sitkGaussian", "sitkLabelGaussian",
    "sitkHammingWindowedSinc", "sitkCosineWindowedSinc", "sitkWelchWindowedSinc", "sitkLanczosWindowedSinc",
    "sitkBlackmanWindowedSinc",
)  # fmt: skip
WEIGHTINGS = ("euclidean", "manhattan", "infinity", "no_weighting")
IMAGE_TYPES = (
    "Original", "LoG", "Wavelet", "Square", "SquareRoot", "Logarithm", "Exponential", "Gradient", "LBP2D", "LBP3D",
)  # fmt: skip

Read = Callable[[Any], Any]


class Unfit(Exception):
    """A value that a setting does not take; the text says what it takes."""


@dataclass(frozen=True)
class Key:
    """One setting: how its value is read, and where it acts.

    Parameters
    ----------
    read
        Gives the value back, or raises `Unfit` with what is expected.
    optional
        Whether `null` is a value, meaning off.
    stage
        `load`: acts while image and mask are prepared, once for all image types; `image`: acts for each image type.
    """

    read: Read
    optional: bool = False
    stage: str = "load"


def _number(value: Any, kind: type, expected: str) -> Any:
    if isinstance(value, str) and kind is float:
        try:
            return float(value)
        except ValueError:
            raise Unfit(expected) from None
    if isinstance(value, bool) or not isinstance(value, (int, kind)):
        raise Unfit(expected)
    return value


def number(kind: type, low: float | None = None, high: float | None = None, above: float | None = None) -> Read:
    """A whole (`int`) or any (`float`) number from `low` to `high`, or larger than `above`."""
    noun = "a whole number" if kind is int else "a number"
    if high is not None:
        noun += f" from {low} to {high}"
    elif low is not None:
        noun += f" of at least {low}"
    elif above is not None:
        noun += f" larger than {above}"

    def read(value: Any) -> Any:
        found = _number(value, kind, noun)
        inside = (low is None or found >= low) and (high is None or found <= high)
        if not inside or (above is not None and not found > above) or found != found:
            raise Unfit(noun)
        return found

    return read


def listed(item: Read, least: int = 1, most: int | None = None) -> Read:
    """A list whose every item `item` reads."""

    def read(value: Any) -> Any:
        if not isinstance(value, (list, tuple)) or not least <= len(value) <= (most or len(value)):
            count = f"{least}" if most is None else f"{least} to {most}"
            raise Unfit(f"a list of {count}{' or more' if most is None else ''} items, such as [1, 2]")
        try:
            return [item(one) for one in value]
        except Unfit as unfit:
            raise Unfit(f"a list, each item {unfit}") from None

    return read


def choice(*names: str) -> Read:
    """One of some names."""

    def read(value: Any) -> Any:
        if value not in names:
            raise Unfit("one of " + ", ".join(names))
        return value

    return read


def yes_or_no(value: Any) -> Any:
    """`true` or `false`."""
    if not isinstance(value, bool):
        raise Unfit("true or false")
    return value


def _interpolator(value: Any) -> Any:
    if value in INTERPOLATORS or (isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 10):
        return value
    raise Unfit("one of " + ", ".join(INTERPOLATORS) + ", or its number from 1 to 10")


def _wavelet(value: Any) -> Any:
    import pywt

    if not isinstance(value, str) or value not in pywt.wavelist(kind="discrete"):
        raise Unfit("the name of a discrete wavelet of PyWavelets, such as coif1 or haar")
    return value


SETTINGS: Mapping[str, Key] = {
    "minimumROIDimensions": Key(number(int, 1, 3)),
    "minimumROISize": Key(number(int, above=0), optional=True),
    "geometryTolerance": Key(number(float, above=0), optional=True),
    "correctMask": Key(yes_or_no),
    "additionalInfo": Key(yes_or_no),
    "label": Key(number(int, above=0), stage="image"),
    "label_channel": Key(number(int, 0)),
    "binWidth": Key(number(float, above=0), stage="image"),
    "binCount": Key(number(int, above=0), optional=True, stage="image"),
    "normalize": Key(yes_or_no),
    "normalizeScale": Key(number(float, above=0)),
    "removeOutliers": Key(number(float, above=0), optional=True),
    "resampledPixelSpacing": Key(listed(number(float, 0), 2, 3), optional=True),
    "interpolator": Key(_interpolator, optional=True),
    "padDistance": Key(number(int, 0)),
    "distances": Key(listed(number(int, above=0)), stage="image"),
    "force2D": Key(yes_or_no, stage="image"),
    "force2Ddimension": Key(number(int, 0, 2), stage="image"),
    "resegmentRange": Key(listed(number(float), 1, 2), optional=True),
    "resegmentMode": Key(choice("absolute", "relative", "sigma")),
    "resegmentShape": Key(yes_or_no),
    "preCrop": Key(yes_or_no),
    "sigma": Key(listed(number(float, above=0)), stage="image"),
    "start_level": Key(number(int, 0), stage="image"),
    "level": Key(number(int, above=0), stage="image"),
    "wavelet": Key(_wavelet, stage="image"),
    "gradientUseSpacing": Key(yes_or_no, stage="image"),
    "lbp2DRadius": Key(number(float, above=0), stage="image"),
    "lbp2DSamples": Key(number(int, 1), stage="image"),
    "lbp2DMethod": Key(choice("default", "ror", "uniform", "var"), stage="image"),
    "lbp3DLevels": Key(number(int, 1), stage="image"),
    "lbp3DIcosphereRadius": Key(number(float, above=0), stage="image"),
    "lbp3DIcosphereSubdivision": Key(number(int, 0), stage="image"),
    "voxelArrayShift": Key(number(int), stage="image"),
    "symmetricalGLCM": Key(yes_or_no, stage="image"),
    "weightingNorm": Key(choice(*WEIGHTINGS), optional=True, stage="image"),
    "gldm_a": Key(number(int, 0), stage="image"),
}

VOXEL_SETTINGS: Mapping[str, Key] = {
    "kernelRadius": Key(number(int, above=0)),
    "maskedKernel": Key(yes_or_no),
    "initValue": Key(number(float)),
    "voxelBatch": Key(number(int, above=0)),
}

# What PyRadiomics writes into `diagnostics_Configuration_Settings` when a file is silent, in its order.
DEFAULTS: Mapping[str, Any] = {
    "minimumROIDimensions": 2,
    "minimumROISize": None,
    "normalize": False,
    "normalizeScale": 1,
    "removeOutliers": None,
    "resampledPixelSpacing": None,
    "interpolator": "sitkBSpline",
    "preCrop": False,
    "padDistance": 5,
    "distances": [1],
    "force2D": False,
    "force2Ddimension": 0,
    "resegmentRange": None,
    "label": 1,
    "additionalInfo": True,
}

# Defaults that PyRadiomics keeps beside the formulas.
SILENT: Mapping[str, Any] = {
    "label_channel": 0,
    "geometryTolerance": None,
    "correctMask": False,
    "resegmentMode": "absolute",
    "resegmentShape": False,
    "binWidth": 25,
    "binCount": None,
    "voxelArrayShift": 0,
    "symmetricalGLCM": True,
    "weightingNorm": None,
    "gldm_a": 0,
    "sigma": [],
    "start_level": 0,
    "level": 1,
    "wavelet": "coif1",
    "gradientUseSpacing": True,
    "lbp2DRadius": 1,
    "lbp2DSamples": 8,
    "lbp2DMethod": "uniform",
    "lbp3DLevels": 2,
    "lbp3DIcosphereRadius": 1,
    "lbp3DIcosphereSubdivision": 1,
    "kernelRadius": 1,
    "maskedKernel": True,
    "initValue": 0,
    "voxelBatch": None,
}
