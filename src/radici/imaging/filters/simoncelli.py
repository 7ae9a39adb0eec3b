"""An image in, its ring-shaped frequency bands out: the non-separable Simoncelli wavelet (IBSI 2)."""

from collections.abc import Iterator

import numpy as np

from radici.imaging.filters.padded import Levels, PaddedFilter, Padding, Spacing
from radici.imaging.filters.spectrum import Spectrum, octaves


class Simoncelli(PaddedFilter, name="simoncelli"):
    r"""The band-pass B of a decomposition level: details of one size in all directions alike.

    .. math:: \hat g_j(\nu) = \cos\left(\tfrac{\pi}{2} \log_2(2^j \lVert\nu\rVert)\right)
              \quad \text{for } \tfrac14 < 2^{j-1} \lVert\nu\rVert \le 1, \text{ else } 0

    with frequency 1 the highest of the grid.

    Parameters
    ----------
    levels
        Decomposition levels j; each doubles the size of the details. Several give several responses.
    padding
        By default `periodic`, the transform's own continuation; with the others the image gets margins of 32
        voxels. IBSI 2 asks for `mirror` in phases 2 and 3, but the values its teams agreed on are those without
        margins.

    Notes
    -----
    IBSI 2 reference manual (arXiv:2006.05470), non-separable wavelets, Simoncelli (PRT7). In the image's unit. A
    constant image gives zero, unless the level is so high that the band holds the lowest frequency of the grid
    (2^level beyond the image's edge in voxels). Every voxel depends on the whole image: cropping changes responses.
    """

    levels: Levels = (1,)
    padding: Padding = "periodic"

    def tokens(self) -> tuple[str, ...]:
        """`sim_b1` for level 1."""
        return tuple(f"sim_b{level}{self.marks()}" for level in self.levels)

    def reach(self, spacing: Spacing) -> None:
        """Always the whole image."""
        return

    def maps(self, voxels: np.ndarray, spacing: Spacing) -> Iterator[np.ndarray]:
        """Responses, level by level, from one transform."""
        spectrum = Spectrum.of(voxels, self.axes, self.padding)
        here, opposite = (octaves(grid) for grid in spectrum.grids())
        for level in self.levels:
            yield spectrum.filtered((band(here, level) + band(opposite, level)) / 2)


def band(octave: np.ndarray, level: int) -> np.ndarray:
    """The transfer function of a level, from log2 of the frequency; the ends of the cosine are its zeros."""
    passed: np.ndarray = np.cos(np.float32(np.pi / 2) * np.clip(octave + np.float32(level), -1, 1))
    return passed
