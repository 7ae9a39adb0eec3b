"""An image in, its blobs and edges of one size out: the Laplacian of Gaussian (IBSI 2)."""

from collections.abc import Iterator

import numpy as np
from pydantic import Field

from radici.core.image import Image
from radici.imaging.filter import Voxel
from radici.imaging.filters.padded import Lengths, PaddedFilter, Spacing, exact_token
from radici.imaging.filters.separable import along

Window = tuple[slice, slice, slice]
WHOLE = (slice(None), slice(None), slice(None))


class Log(PaddedFilter, name="log"):
    r"""The Laplacian of the image smoothed by a Gaussian of `sigma_mm`.

    .. math:: g[k] = \frac{-1}{\sigma^2} \left(\frac{1}{\sqrt{2\pi}\sigma}\right)^D
              \left(D - \frac{\lVert k \rVert^2}{\sigma^2}\right) e^{-\lVert k \rVert^2 / 2\sigma^2}

    with sigma and k in voxels. Negative on a bright blob, near zero where the image is flat.

    Parameters
    ----------
    sigma_mm
        Standard deviation of the Gaussian, in mm. Several give several responses.
    truncation
        The kernel ends at the voxel nearest to this many sigmas from its middle, along each axis.

    Notes
    -----
    IBSI 2 reference manual (arXiv:2006.05470), Laplacian of Gaussian (L6PA). In the image's unit (per squared voxel
    edge, as IBSI's). A derivative that is cut does not sum to 0; what is left is taken off in proportion to the
    Gaussian, so that a constant image gives 0, as it does for five of the eight teams of phase 3. Where
    voxels are not cubes, the Gaussian is round in mm, and the derivatives per mm are scaled by the squared
    geometric mean of the edges. Sigmas below one voxel are too coarsely sampled to be a Laplacian.
    """

    sigma_mm: Lengths
    truncation: float = Field(default=4.0, gt=0, le=20, allow_inf_nan=False)

    def tokens(self) -> tuple[str, ...]:
        """`log_3mm` for a sigma of 3 mm."""
        cut = f"_cut{exact_token(self.truncation)}" if self.truncation != 4 else ""
        return tuple(f"log_{exact_token(sigma)}mm{cut}{self.marks()}" for sigma in self.sigma_mm)

    def radius(self, axis: int, spacing: Spacing) -> int:
        """Truncation of the widest Gaussian, rounded to a voxel."""
        return _radius(max(self.sigma_mm) / spacing[axis], self.truncation)

    def kernels(self, sigma_mm: float, spacing: Spacing) -> list[tuple[np.ndarray, np.ndarray]]:
        """For each axis the Gaussian and its second derivative; the filter is a sum of products of these."""
        sides = [spacing[axis] for axis in self.axes]
        edge = float(np.prod(sides)) ** (1 / len(sides))
        made = []
        for side in sides:
            sigma = sigma_mm / side
            radius = _radius(sigma, self.truncation)
            x = np.arange(-radius, radius + 1)
            gauss = np.exp(-(x**2) / (2 * sigma**2)) / (np.sqrt(2 * np.pi) * sigma)
            second = gauss * (x**2 / sigma**4 - 1 / sigma**2) * (edge / side) ** 2
            made.append((gauss, second - gauss * (second.sum() / gauss.sum())))
        return made

    def maps(self, voxels: np.ndarray, spacing: Spacing, kept: Window = WHOLE) -> Iterator[np.ndarray]:
        """Responses, sigma by sigma; sums that share a pass are made first, so that three terms cost seven passes.

        Along each axis only the voxels of `kept` go into the next pass.
        """
        if self.by_slice:
            voxels = np.ascontiguousarray(voxels[:, :, kept[2]])
        for sigma in self.sigma_mm:
            kernels = self.kernels(sigma, spacing)
            smooth, curved = voxels, None
            for axis, (gauss, second) in enumerate(kernels):
                bent = along(smooth, second, axis, self.padding, kept=kept[axis])
                curved = bent if curved is None else along(curved, gauss, axis, self.padding, bent, kept[axis])
                if axis < len(kernels) - 1:
                    smooth = along(smooth, gauss, axis, self.padding, kept=kept[axis])
            assert curved is not None
            yield curved

    def within(self, image: Image, start: Voxel, shape: Voxel) -> Iterator[tuple[str, Image]]:
        """Responses of a block of the image, computed there only."""
        x, y, z = (slice(first, first + n) for first, n in zip(start, shape, strict=True))
        voxels, grid = np.ascontiguousarray(image.voxels, dtype=np.float32), image.geometry
        for token, response in zip(self.tokens(), self.maps(voxels, grid.spacing, (x, y, z)), strict=True):
            yield token, Image(response, grid.cropped(start, shape))


def _radius(sigma: float, truncation: float) -> int:
    return int(np.floor(truncation * sigma + 0.5))
