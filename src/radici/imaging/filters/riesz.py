"""An image in, its directional derivatives of one size out: the Riesz transform of another filter (IBSI 2)."""

from collections.abc import Iterator
from itertools import product
from typing import Annotated, Any, Self

import numpy as np
from pydantic import BeforeValidator, Field, SerializationInfo, field_serializer, model_validator

from radici.imaging.filters.log import Log
from radici.imaging.filters.padded import EachOnce, PaddedFilter, Spacing, exact_token
from radici.imaging.filters.simoncelli import Simoncelli, band
from radici.imaging.filters.spectrum import Spectrum, octaves
from radici.imaging.filters.steering import Frames, weight

Order = tuple[Annotated[int, Field(ge=0, le=9, strict=True)], ...]


def _orders(value: object) -> object:
    """One order, such as [1, 0, 0], is a list of one."""
    flat = isinstance(value, list | tuple) and all(isinstance(one, int) for one in value)
    return (value,) if flat and value else value


class Riesz(PaddedFilter, name="riesz"):
    r"""An all-pass derivative of order l = (l1, l2, l3) of the responses of `log` or `simoncelli`.

    .. math:: \hat R^{l}(\nu) = (-i)^{L} \sqrt{\frac{L!}{l_1! l_2! l_3!}}
              \frac{\nu_1^{l_1} \nu_2^{l_2} \nu_3^{l_3}}{\lVert\nu\rVert^{L}}, \quad L = l_1 + l_2 + l_3

    Parameters
    ----------
    orders
        Derivatives along x, y and z (by slice x and y), such as `[[1, 0, 0], [0, 2, 0]]`.
    log, simoncelli
        The filter that is transformed, exactly one, with its own settings but for padding and `by_slice`.
    align_sigma_mm
        Turn the axes at each voxel to the local structure: the eigenvectors of the structure tensor, strongest
        first, smoothed by a Gaussian of this standard deviation. None leaves the axes as they are.

    Notes
    -----
    IBSI 2 reference manual (arXiv:2006.05470), Riesz transform (AYRS) and its alignment. The structure tensor is
    made of the first-order transforms of the same filtered image; its eigenvectors point so that their largest
    component is positive, which decides the sign of odd orders. There is no consensus on aligned responses (tests
    9.b.2, 10.b.2). Unless `padding` is `periodic`, the image gets margins of 32 voxels before the Fourier
    transform. In the image's unit; a constant image gives zero. Every voxel depends on the whole image.
    """

    orders: Annotated[tuple[Order, ...], BeforeValidator(_orders), EachOnce]
    log: Log | None = None
    simoncelli: Simoncelli | None = None
    align_sigma_mm: float | None = Field(default=None, gt=0, allow_inf_nan=False)

    @field_serializer("log", "simoncelli")
    def _own_settings(self, base: Log | Simoncelli | None, info: SerializationInfo) -> dict[str, Any] | None:
        """Without what belongs to `riesz` itself, so that it reads back."""
        if base is None:
            return None
        return base.model_dump(mode="json", exclude={"padding", "by_slice"}, exclude_defaults=info.exclude_defaults)

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if (self.log is None) == (self.simoncelli is None):
            raise ValueError("give exactly one of `log` and `simoncelli`: the filter to transform")
        if self._base.model_fields_set & {"padding", "by_slice"}:
            raise ValueError("`padding` and `by_slice` belong to `riesz` itself, not to the filter inside it")
        for order in self.orders:
            if len(order) != len(self.axes) or not sum(order):
                raise ValueError(
                    f"the order {list(order)} should be {len(self.axes)} derivatives, along "
                    f"{'x and y' if self.by_slice else 'x, y and z'}, not all of them 0"
                )
        return self

    @property
    def _base(self) -> Log | Simoncelli:
        base = self.log or self.simoncelli
        assert base is not None
        return base

    def tokens(self) -> tuple[str, ...]:
        """`riesz100_log_3mm`; aligned by 1 mm `riesz020_log_3mm_al1mm`."""
        end = f"_al{exact_token(self.align_sigma_mm)}mm" if self.align_sigma_mm else ""
        pairs = product(self._base.tokens(), self.orders)
        return tuple(f"riesz{''.join(map(str, order))}_{base}{end}{self.marks()}" for base, order in pairs)

    def reach(self, spacing: Spacing) -> None:
        """Always the whole image."""
        return

    def maps(self, voxels: np.ndarray, spacing: Spacing) -> Iterator[np.ndarray]:
        """Responses, base by base and order by order, from one transform."""
        spectrum = Spectrum.of(voxels, self.axes, self.padding)
        grids = spectrum.grids()
        for base in self._transfers(spectrum, grids, spacing):
            components = Components(spectrum, grids, base)
            frames = None
            if self.align_sigma_mm:
                first = [components.of(tuple(order)) for order in np.eye(len(self.axes), dtype=int).tolist()]
                frames = Frames.of(first, self.align_sigma_mm, spacing)
            for order in self.orders:
                yield components.of(order) if frames is None else frames.steer(order, components.of)

    def _transfers(
        self, spectrum: Spectrum, grids: tuple[list[np.ndarray], list[np.ndarray]], spacing: Spacing
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The transfer functions of the filters inside, at the coefficients k and at -k."""
        if self.simoncelli is not None:
            here, opposite = (octaves(grid) for grid in grids)
            for level in self.simoncelli.levels:
                yield band(here, level), band(opposite, level)
        elif self.log is not None:
            by_slice = self.log.model_copy(update={"by_slice": self.by_slice})
            for sigma in self.log.sigma_mm:
                transfer = _log_transfer(by_slice, sigma, spectrum, spacing)
                yield transfer, transfer


class Components:
    """The Riesz transforms of one filtered image, made when asked for."""

    def __init__(
        self,
        spectrum: Spectrum,
        grids: tuple[list[np.ndarray], list[np.ndarray]],
        base: tuple[np.ndarray, np.ndarray],
    ) -> None:
        self._spectrum, self._grids, self._base = spectrum, grids, base
        self._made: dict[tuple[int, ...], np.ndarray] = {}

    def of(self, order: tuple[int, ...]) -> np.ndarray:
        """The transform of one order, float32."""
        if order not in self._made:
            here, opposite = (base * _riesz(grid, order) for base, grid in zip(self._base, self._grids, strict=True))
            total = sum(order)
            # The response's real part: the mean of the transfer at k and of the conjugate of that at -k.
            even = (here + (-1) ** total * opposite) / 2
            self._made[order] = self._spectrum.filtered(even * np.complex64((-1j) ** total))
        return self._made[order]


def _riesz(grid: list[np.ndarray], order: tuple[int, ...]) -> np.ndarray:
    """The transfer function without its power of -i: real, float32, 0 at frequency 0."""
    distance = np.sqrt(sum(x**2 for x in grid))
    nearer = np.divide(1, distance, out=np.zeros_like(distance), where=distance > 0)
    transfer: np.ndarray = np.full(1, weight(order), dtype=np.float32)
    for x, power in zip(grid, order, strict=True):
        if power:
            transfer = transfer * (x * nearer) ** power
    return transfer


def _log_transfer(log: Log, sigma_mm: float, spectrum: Spectrum, spacing: Spacing) -> np.ndarray:
    """The Laplacian's transfer function: real, for its kernel is symmetric; the sum of products over the axes."""
    kernels = log.kernels(sigma_mm, spacing)
    smooth, curved = np.ones(1, dtype=np.float32), np.zeros(1, dtype=np.float32)
    for place, (gauss, second) in enumerate(kernels):
        axis, n = spectrum.axes[place], spectrum.extended[place]
        shape = [-1 if one == axis else 1 for one in range(3)]
        last = place == len(spectrum.axes) - 1
        g, d = (_cosines(kernel, n, half=last).reshape(shape) for kernel in (gauss, second))
        smooth, curved = smooth * g, curved * g + smooth * d
    return curved


def _cosines(kernel: np.ndarray, n: int, *, half: bool) -> np.ndarray:
    """The transform of a symmetric kernel about its middle, at the coefficients of n voxels, float32."""
    offsets = np.arange(len(kernel)) - len(kernel) // 2
    coefficients = np.arange(n // 2 + 1 if half else n)
    waves = np.cos(2 * np.pi * np.outer(coefficients, offsets) / n)
    return (waves @ kernel).astype(np.float32)
