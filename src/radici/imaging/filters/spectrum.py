"""Voxels in, their Fourier transform out, and back: what filters that are defined by frequency share.

Frequencies are n values from -1 to 1, both ends included, where 1 is the highest that the grid can hold. That is how
the consensus maps of IBSI 2 sample them: with the discrete Fourier transform's own values, multiples of 2 / n, tests
8.a.2 and 8.a.3 differ by 3 % and 8 % of the range. On an even number of voxels no value is exactly 0, and a
filter is not symmetric; its real part, the mean of the values at k and -k, is what the response's real part is.
"""

from dataclasses import dataclass

import numpy as np

from radici.imaging.filters.padded import NUMPY_PADDING, Padding

MARGIN = 32
"""Voxels added on each side unless the image goes on periodically; beyond it, kernels of levels 1 and 2 are below 6e-4
of their height."""


def frequencies(n: int) -> np.ndarray:
    """The frequency of each coefficient of a transform of n voxels, shape (n,), float64."""
    return np.fft.ifftshift(np.linspace(-1, 1, n)) if n > 1 else np.zeros(1)


@dataclass(frozen=True)
class Spectrum:
    """The half transform of an image, complex64, with the way back.

    Parameters
    ----------
    coefficients
        Transform along `axes`; the last of them holds the coefficients 0 to n // 2.
    axes
        The axes that were transformed.
    extended
        Number of voxels along them before the transform, margins included.
    window
        Where the image lies within the margins.
    """

    coefficients: np.ndarray
    axes: tuple[int, ...]
    extended: tuple[int, ...]
    window: tuple[slice, ...]

    @classmethod
    def of(cls, voxels: np.ndarray, axes: tuple[int, ...], padding: Padding) -> "Spectrum":
        """The transform of an image, with a margin unless `padding` is periodic, as a transform is by itself."""
        from scipy import fft

        margin = 0 if padding == "periodic" else MARGIN
        widths = [(margin, margin) if axis in axes else (0, 0) for axis in range(voxels.ndim)]
        window = tuple(slice(before, before + n) for (before, _), n in zip(widths, voxels.shape, strict=True))
        if margin:
            voxels = np.pad(voxels, widths, mode=NUMPY_PADDING[padding])  # type: ignore[call-overload]
        extended = tuple(voxels.shape[axis] for axis in axes)
        return cls(fft.rfftn(voxels, axes=axes), axes, extended, window)

    def grids(self) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Frequencies of each coefficient k along each axis, and those of -k, ready to broadcast, float32."""
        here, opposite = [], []
        for place, (axis, n) in enumerate(zip(self.axes, self.extended, strict=True)):
            values = frequencies(n)
            k = np.arange(n // 2 + 1 if place == len(self.axes) - 1 else n)
            shape = [len(k) if one == axis else 1 for one in range(self.coefficients.ndim)]
            here.append(values[k].astype(np.float32).reshape(shape))
            opposite.append(values[-k % n].astype(np.float32).reshape(shape))
        return here, opposite

    def filtered(self, transfer: np.ndarray) -> np.ndarray:
        """The image that the coefficients times `transfer` give: float32, of the image's own shape."""
        from scipy import fft

        back = fft.irfftn(self.coefficients * transfer, s=self.extended, axes=self.axes)
        return np.ascontiguousarray(back[self.window], dtype=np.float32)


def octaves(grid: list[np.ndarray]) -> np.ndarray:
    """log2 of the distance from frequency 0; minus infinity at 0 itself."""
    with np.errstate(divide="ignore"):
        half: np.ndarray = np.float32(0.5) * np.log2(sum(x**2 for x in grid))
    return half
