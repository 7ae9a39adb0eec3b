"""An image in, how strongly it waves in a direction out: the modulus of Gabor filters (IBSI 2)."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from radici.core.image import Image
from radici.imaging.filter import Filter
from radici.imaging.filters.padded import NUMPY_PADDING, Angles, Lengths, Padding, Spacing, exact_token

AXIAL, ORTHOGONAL = ((0, 1),), ((0, 1), (0, 2), (1, 2))
# Beyond this many sigmas the Gaussian is below 1e-6 of its height.
CUT = 5.3


class Gabor(Filter, name="gabor"):
    r"""The modulus of the response to a plane wave in a Gaussian window, slice by slice.

    .. math:: g(x, y) = e^{-(\tilde x^2 + \gamma^2 \tilde y^2) / 2\sigma^2 + 2\pi i \tilde x / \lambda},
              \quad \tilde x = x\cos\theta + y\sin\theta, \quad \tilde y = -x\sin\theta + y\cos\theta

    Parameters
    ----------
    sigma_mm
        Standard deviation of the window along the wave, in mm.
    wavelength_mm
        lambda, in mm.
    gamma
        Ellipticity: the window's standard deviation across the wave is sigma / gamma.
    orientation_deg
        theta in degrees, from x towards y: the direction in which the wave runs. Several give several responses.
    step_deg
        Pool over `orientation_deg` plus all multiples of this up to the full circle, which it has to divide.
    planes
        `axial` filters slices (x, y); `orthogonal` also (x, z) and (y, z), and pools over the three (IBSI: 2.5D).
    pooling
        `mean` or `max` of the moduli that are pooled.
    padding
        Beyond the image's edge: `zero`, `nearest`, `periodic` or `mirror`.

    Notes
    -----
    IBSI 2 reference manual (arXiv:2006.05470), Gabor (Q88H). In the image's unit, not normalised: the response
    grows with the window's area. All combinations of `sigma_mm`, `wavelength_mm` and `orientation_deg` are
    computed, from one transform of the image. theta and theta + 180 degrees have the same modulus, so half the
    circle is computed. A constant image gives nearly zero where the wavelength is small beside sigma.
    """

    sigma_mm: Lengths
    wavelength_mm: Lengths
    gamma: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    orientation_deg: Angles = (0.0,)
    step_deg: float | None = Field(default=None, gt=0, le=180, allow_inf_nan=False)
    planes: Literal["axial", "orthogonal"] = "axial"
    pooling: Literal["mean", "max"] = "mean"
    padding: Padding = "mirror"

    @model_validator(mode="after")
    def _whole_circle(self) -> Self:
        if self.step_deg is not None and abs(360 / self.step_deg - round(360 / self.step_deg)) > 1e-9:
            raise ValueError(f"a `step_deg` of {self.step_deg:g} does not divide the circle of 360 degrees")
        return self

    def tokens(self) -> tuple[str, ...]:
        """`gabor_5mm_2mm_t0`: sigma, wavelength, theta; then what differs from the default."""
        end = f"_g{exact_token(self.gamma)}" if self.gamma != 1 else ""
        end += f"_step{exact_token(self.step_deg)}" if self.step_deg is not None else ""
        end += "_25d" if self.planes == "orthogonal" else ""
        end += "_max" if self.pooling == "max" else ""
        end += f"_{self.padding}" if self.padding != "mirror" else ""
        return tuple(
            f"gabor_{exact_token(sigma)}mm_{exact_token(wave)}mm_t{exact_token(theta)}{end}"
            for sigma, wave, theta in product(self.sigma_mm, self.wavelength_mm, self.orientation_deg)
        )

    def reach(self, spacing: Spacing) -> tuple[int, int, int] | None:
        """5.3 standard deviations of the widest window; None where the image goes on periodically."""
        if self.padding == "periodic":
            return None
        filtered = {axis for plane in self._planes for axis in plane}
        x, y, z = (self._radius(max(self.sigma_mm), spacing[axis]) if axis in filtered else 0 for axis in range(3))
        return x, y, z

    @property
    def _planes(self) -> tuple[tuple[int, int], ...]:
        return AXIAL if self.planes == "axial" else ORTHOGONAL

    def _radius(self, sigma_mm: float, side: float) -> int:
        return int(np.ceil(CUT * sigma_mm / min(self.gamma, 1.0) / side))

    def _angles(self, theta: float) -> list[float]:
        """The orientations to pool over, in radians, those of equal modulus once."""
        if self.step_deg is None:
            return [np.deg2rad(theta)]
        turns = round(360 / self.step_deg)
        return [np.deg2rad(theta + turn * self.step_deg) for turn in range(turns // 2 if turns % 2 == 0 else turns)]

    def responses(self, image: Image) -> Iterator[tuple[str, Image]]:
        """Token and modulus, float32 on the image's grid, one at a time."""
        voxels = np.asarray(image.voxels, dtype=np.float32)
        spacing = image.geometry.spacing
        transforms = {
            plane: _Slices(voxels, plane, self._margins(plane, spacing), self.padding) for plane in self._planes
        }
        wanted = product(self.sigma_mm, self.wavelength_mm, self.orientation_deg)
        for token, (sigma, wave, theta) in zip(self.tokens(), wanted, strict=True):
            pool, count = np.zeros(voxels.shape, dtype=np.float32), 0
            for plane, slices in transforms.items():
                for angle in self._angles(theta):
                    slices.pool(self._kernel(sigma, wave, angle, plane, spacing), pool, self.pooling)
                    count += 1
            yield token, replace(image, voxels=pool / np.float32(count) if self.pooling == "mean" else pool)

    def _margins(self, plane: tuple[int, int], spacing: Spacing) -> tuple[int, int]:
        first, second = (self._radius(max(self.sigma_mm), spacing[axis]) for axis in plane)
        return first, second

    def _kernel(self, sigma: float, wave: float, angle: float, plane: tuple[int, int], spacing: Spacing) -> np.ndarray:
        """The filter on the voxels of a plane, complex128, its middle voxel in the middle."""
        u, v = (
            np.arange(-m, m + 1) * spacing[axis] for m, axis in zip(self._margins(plane, spacing), plane, strict=True)
        )
        ahead = u[:, None] * np.cos(angle) + v[None, :] * np.sin(angle)
        across = -u[:, None] * np.sin(angle) + v[None, :] * np.cos(angle)
        kernel: np.ndarray = np.exp(
            -(ahead**2 + (self.gamma * across) ** 2) / (2 * sigma**2) + 2j * np.pi * ahead / wave
        )
        return kernel


class _Slices:
    """The Fourier transforms of all slices of an image in one plane, padded by the kernel's margins."""

    def __init__(self, voxels: np.ndarray, plane: tuple[int, int], margins: tuple[int, int], padding: Padding) -> None:
        from scipy import fft

        (rest,) = {0, 1, 2} - set(plane)
        slices = np.moveaxis(voxels, (rest, *plane), (0, 1, 2))
        widths = ((0, 0), *((margin, margin) for margin in margins))
        padded = np.pad(slices, widths, mode=NUMPY_PADDING[padding])  # type: ignore[call-overload]
        self.order, self.margins = (rest, *plane), margins
        self.shape = tuple(fft.next_fast_len(n) for n in padded.shape[1:])
        self.coefficients = fft.fft2(padded, s=self.shape)

    def pool(self, kernel: np.ndarray, into: np.ndarray, pooling: str) -> None:
        """Add the modulus of the response to `into`, or keep the larger."""
        from scipy import fft

        whole = np.zeros(self.shape, dtype=np.complex128)
        whole[: kernel.shape[0], : kernel.shape[1]] = kernel
        # The kernel at -x is the conjugate of that at x: about its middle, its transform is real.
        transfer = fft.fft2(np.roll(whole, [-m for m in self.margins], axis=(0, 1))).real.astype(np.float32)
        out = np.moveaxis(into, self.order, (0, 1, 2))
        inside = tuple(slice(m, m + n) for m, n in zip(self.margins, out.shape[1:], strict=True))
        for one, coefficients in zip(out, self.coefficients, strict=True):
            modulus = np.abs(fft.ifft2(coefficients * transfer, overwrite_x=True)[inside])
            if pooling == "max":
                np.maximum(one, modulus, out=one)
            else:
                one += modulus
