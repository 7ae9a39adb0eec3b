"""A filter takes an image and gives its responses; its settings are the filter itself."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

from radici.core.errors import StudyError
from radici.core.image import Image
from radici.core.registry import Registry
from radici.core.settings import Settings, build_named

Voxel = tuple[int, int, int]
FILTERS: Registry[type["Filter"]] = Registry("filter")


class Filter(Settings):
    """A frozen setting that gives response maps; subclass it with `class Log(Filter, name="log")`."""

    registry = FILTERS
    changes_intensities: ClassVar[bool] = True

    def tokens(self) -> tuple[str, ...]:
        """The responses' part of feature names, such as `log_3mm`, in the order of `responses`."""
        raise NotImplementedError

    def reach(self, spacing: tuple[float, float, float]) -> tuple[int, int, int] | None:
        """How many voxels away, along each axis, a voxel still has influence; None where the whole image has."""
        raise NotImplementedError

    def responses(self, image: Image) -> Iterator[tuple[str, Image]]:
        """Token and response map, float32 on the image's grid, one at a time."""
        raise NotImplementedError

    def within(self, image: Image, start: Voxel, shape: Voxel) -> Iterator[tuple[str, Image]]:
        """Token and response map of the block of `shape` voxels that begins at voxel `start` only."""
        window = tuple(slice(first, first + n) for first, n in zip(start, shape, strict=True))
        grid = image.geometry.cropped(start, shape)
        for token, response in self.responses(image):
            yield token, Image(np.ascontiguousarray(response.voxels[window]), grid)


def read_filters(spelled: Sequence[str | dict[str, Any]]) -> tuple[Filter, ...]:
    """Filters from a study file's list, such as `[{log: {sigma_mm: [1, 2, 3]}}, wavelet]`.

    Raises
    ------
    StudyError
        For an unknown filter or setting, or two filters whose responses would share a name.
    """
    found = tuple(build_named(FILTERS, item, "filters") for item in spelled)
    tokens = [token for one in found for token in one.tokens()]
    twice = sorted({token for token in tokens if tokens.count(token) > 1})
    if twice:
        raise StudyError(f"filters: two responses are called {', '.join(twice)}. Ask for each once.")
    return found
