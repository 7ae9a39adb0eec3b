"""An image in, its local means out: the mean filter (IBSI 2)."""

from collections.abc import Iterator

import numpy as np

from radici.imaging.filters.padded import PaddedFilter, Spacing, Supports
from radici.imaging.filters.separable import convolve


class Mean(PaddedFilter, name="mean"):
    r"""Each voxel's mean over the cube (or, by slice, the square) of `support` voxels around it.

    .. math:: g[k] = \frac{1}{M^D} \quad \text{for } |k_i| \le (M - 1) / 2

    Parameters
    ----------
    support
        M: edge of the cube in voxels, odd. Several give several responses.

    Notes
    -----
    IBSI 2 reference manual (arXiv:2006.05470), mean filter (S60F). In the image's unit. A constant image stays as
    it is, except near the edge with `zero` padding. A support of 1 changes nothing.
    """

    support: Supports

    def tokens(self) -> tuple[str, ...]:
        """`mean_5` for a support of 5 voxels."""
        return tuple(f"mean_{support}{self.marks()}" for support in self.support)

    def radius(self, axis: int, spacing: Spacing) -> int:
        """Half of the largest support."""
        return max(self.support) // 2

    def maps(self, voxels: np.ndarray, spacing: Spacing) -> Iterator[np.ndarray]:
        """Local means, support by support."""
        for support in self.support:
            yield convolve(voxels, [np.full(support, 1 / support)] * len(self.axes), self.padding)
