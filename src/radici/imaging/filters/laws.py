"""An image in, its levels, edges, spots, waves and ripples out: Laws' kernels and their energy (IBSI 2)."""

import re
from collections.abc import Iterator
from typing import Self

import numpy as np
from pydantic import Field, model_validator

from radici.imaging.filters.padded import PaddedFilter, Pooling, Spacing, Words
from radici.imaging.filters.rotation import pooled
from radici.imaging.filters.separable import convolve

# IBSI 2 reference manual, Laws kernels: level, edge, spot, wave, ripple, each of unit norm.
_TAPS = {
    "L3": (1, 2, 1),
    "E3": (-1, 0, 1),
    "S3": (-1, 2, -1),
    "L5": (1, 4, 6, 4, 1),
    "E5": (-1, -2, 0, 2, 1),
    "S5": (-1, 0, 2, 0, -1),
    "W5": (-1, 2, 0, -2, 1),
    "R5": (1, -4, 6, -4, 1),
}
KERNELS = {name: np.array(taps) / np.linalg.norm(taps) for name, taps in _TAPS.items()}


class Laws(PaddedFilter, name="laws"):
    r"""The product of one of Laws' kernels along each axis; with `energy_delta`, its mean absolute value nearby.

    Parameters
    ----------
    kernels
        One short kernel for each axis, x first, such as `L5E5S5` (by slice `L5E5`), of L3, E3, S3, L5, E5, S5,
        W5 and R5. Several give several responses.
    pooling
        None: the kernel as it is. `max`, `mean` or `min`: over its 24 right-angled rotations (4 by slice).
    energy_delta
        Chebyshev distance in voxels up to which absolute responses are averaged; None for the response itself.

    Notes
    -----
    IBSI 2 reference manual (arXiv:2006.05470), Laws kernels and their energy (JTXT). In the image's unit. A
    constant image gives zero where at least one kernel is not L. The mean over rotations is zero everywhere where a
    kernel is odd (E3, E5, W5): each rotation meets its negative.
    """

    kernels: Words
    pooling: Pooling | None = None
    energy_delta: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _known(self) -> Self:
        for name in self.kernels:
            parts = _split(name)
            if "".join(parts) != name or any(part not in KERNELS for part in parts):
                raise ValueError(f"'{name}' is not made of {', '.join(KERNELS)}; an example is L5E5S5")
            if len(parts) != len(self.axes):
                kind = "two kernels, for x and y" if self.by_slice else "three kernels, for x, y and z"
                raise ValueError(f"'{name}' should name {kind}; `by_slice` chooses between 2D and 3D")
        return self

    def tokens(self) -> tuple[str, ...]:
        """`laws_l5e5e5_max_en7` for maximum pooling and energy within 7 voxels."""
        end = (f"_{self.pooling}" if self.pooling else "") + (f"_en{self.energy_delta}" if self.energy_delta else "")
        return tuple(f"laws_{name.lower()}{end}{self.marks()}" for name in self.kernels)

    def radius(self, axis: int, spacing: Spacing) -> int:
        """Half of the longest kernel, and the energy's distance."""
        return max(len(KERNELS[part]) for name in self.kernels for part in _split(name)) // 2 + (self.energy_delta or 0)

    def maps(self, voxels: np.ndarray, spacing: Spacing) -> Iterator[np.ndarray]:
        """Responses or energies, kernel by kernel."""
        for name in self.kernels:
            kernels = [KERNELS[part] for part in _split(name)]
            if self.pooling is None:
                response = convolve(voxels, kernels, self.padding)
            else:
                response = pooled(voxels, kernels, self.padding, self.pooling)
            if self.energy_delta is not None:
                width = 2 * self.energy_delta + 1
                response = convolve(np.abs(response), [np.full(width, 1 / width)] * len(kernels), self.padding)
            yield response


def _split(name: str) -> list[str]:
    return re.findall(r"[A-Z]\d", name)
