"""Settings that most filters share: what lies beyond the image's edge, and whether slices are filtered one by one."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal, TypeVar

import numpy as np
from pydantic import AfterValidator, BeforeValidator, Field

from radici.core.image import Image
from radici.core.names import number_token
from radici.imaging.filter import Filter

Padding = Literal["zero", "nearest", "periodic", "mirror"]
Pooling = Literal["max", "mean", "min"]
Spacing = tuple[float, float, float]
T = TypeVar("T")
# IBSI 2's names in numpy's words; its mirror repeats the edge voxel (d c b a | a b c d).
NUMPY_PADDING = {"zero": "constant", "nearest": "edge", "periodic": "wrap", "mirror": "symmetric"}


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


def _each_once(values: tuple[T, ...]) -> tuple[T, ...]:
    if not values:
        raise ValueError("the list is empty; name at least one")
    if len(set(values)) < len(values):
        raise ValueError("a value is listed twice")
    return values


def _odd(value: int) -> int:
    if value % 2 == 0:
        raise ValueError("a support has a middle voxel, so it is an odd number")
    return value


AsList = BeforeValidator(_listed)
EachOnce = AfterValidator(_each_once)
Length = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Lengths = Annotated[tuple[Length, ...], AsList, EachOnce]
Angles = Annotated[tuple[Annotated[float, Field(allow_inf_nan=False)], ...], AsList, EachOnce]
Words = Annotated[tuple[str, ...], AsList, EachOnce]
Supports = Annotated[tuple[Annotated[int, Field(ge=1, strict=True), AfterValidator(_odd)], ...], AsList, EachOnce]
Levels = Annotated[tuple[Annotated[int, Field(ge=1, le=8, strict=True)], ...], AsList, EachOnce]


class PaddedFilter(Filter):
    """A filter that has to be told what lies beyond the edge, and that may work on slices.

    Parameters
    ----------
    padding
        Beyond the image's edge: `zero`, the `nearest` voxel, the image again (`periodic`), or its `mirror`
        image, edge voxel included (IBSI 2 reference manual, boundary conditions).
    by_slice
        Filter each slice (x, y) on its own.
    """

    padding: Padding = "mirror"
    by_slice: bool = False

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes along which is filtered."""
        return (0, 1) if self.by_slice else (0, 1, 2)

    def marks(self) -> str:
        """The end of a token: what differs from the usual, such as `_2d_zero`."""
        usual = type(self).model_fields["padding"].default
        return ("_2d" if self.by_slice else "") + (f"_{self.padding}" if self.padding != usual else "")

    def reach(self, spacing: Spacing) -> tuple[int, int, int] | None:
        """Voxels along x, y, z; None where the image goes on periodically, for then its far side is near."""
        if self.padding == "periodic":
            return None
        x, y, z = (self.radius(axis, spacing) if axis in self.axes else 0 for axis in range(3))
        return x, y, z

    def radius(self, axis: int, spacing: Spacing) -> int:
        """How many voxels along `axis` the widest kernel extends from its middle."""
        raise NotImplementedError

    def responses(self, image: Image) -> Iterator[tuple[str, Image]]:
        """Token and response map, float32 on the image's grid, one at a time."""
        voxels = np.ascontiguousarray(image.voxels, dtype=np.float32)
        for token, response in zip(self.tokens(), self.maps(voxels, image.geometry.spacing), strict=True):
            yield token, replace(image, voxels=response)

    def maps(self, voxels: np.ndarray, spacing: Spacing) -> Iterator[np.ndarray]:
        """Responses in the order of `tokens`: float32, of the shape of `voxels` (float32, C order)."""
        raise NotImplementedError


def exact_token(value: float) -> str:
    """A number as part of a name, all digits of it: 2.5 gives `2p5`."""
    if float(f"{value:g}") == value:
        return number_token(value)
    return repr(float(value)).replace(".", "p").replace("-", "m").replace("+", "")
