"""An image in, its sub-bands out: separable wavelets (IBSI 2)."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import Annotated, Self

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from radici.core.registry import did_you_mean
from radici.imaging.filters.padded import Levels, PaddedFilter, Pooling, Spacing, Words
from radici.imaging.filters.rotation import pooled
from radici.imaging.filters.separable import centred, products


def _known(name: str) -> str:
    import pywt

    names = pywt.wavelist(kind="discrete")
    if name not in names:
        raise ValueError(f"no discrete wavelet is called so ({did_you_mean(name, names).strip()})")
    return name


class Wavelet(PaddedFilter, name="wavelet"):
    r"""Low-pass (L) or high-pass (H) along each axis, by a discrete wavelet.

    Parameters
    ----------
    family
        The wavelet, as PyWavelets calls it: `haar`, `db3`, `coif1`, `sym4` …
    subbands
        Such as `[LLH, HHH]` (by slice `[LH]`), x first. By default all eight (four).
    levels
        Decomposition levels; level j filters the low-pass response of level j - 1 with kernels spread to 2^(j-1)
        voxels between taps. Each level gives all `subbands`.
    pooling
        None: the kernels as they are. `max`, `mean` or `min`: over their 24 right-angled rotations (4 by slice).
    decimated
        Take only each 2^level-th voxel of the response, as the discrete wavelet transform does, and repeat it over
        its block so that the map lies on the image's grid. IBSI prefers undecimated.

    Notes
    -----
    IBSI 2 reference manual (arXiv:2006.05470), separable wavelets: undecimated (stationary, à trous) decomposition
    with decomposition filters of unit norm, so that L of a constant c is sqrt(2) c for each axis and level, and H
    of it is 0. The middle of a kernel of n taps is tap n // 2 (counted from 0); a rotated kernel is reversed about
    that voxel. The image is padded once, for the kernel that all levels make together. In the image's unit.
    """

    family: Annotated[str, AfterValidator(_known)] = "coif1"
    subbands: Words | None = None
    levels: Levels = (1,)
    pooling: Pooling | None = None
    decimated: bool = Field(default=False)

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        for band in self.subbands or ():
            if set(band) - {"L", "H"} or len(band) != len(self.axes):
                example = "two letters L or H, for x and y" if self.by_slice else "three letters L or H, for x, y and z"
                raise ValueError(f"'{band}' should be {example}; `by_slice` chooses between 2D and 3D")
        if self.decimated and self.pooling:
            raise ValueError("decimated responses cannot be pooled: rotated kernels keep different voxels")
        return self

    @property
    def bands(self) -> tuple[str, ...]:
        """The sub-bands asked for, or all of them."""
        return self.subbands or tuple("".join(letters) for letters in product("LH", repeat=len(self.axes)))

    def tokens(self) -> tuple[str, ...]:
        """`wav_coif1_llh`; with level and pooling `wav_db3_hhh_l2_mean`."""
        name = self.family.replace(".", "p")
        end = (f"_{self.pooling}" if self.pooling else "") + ("_dec" if self.decimated else "") + self.marks()
        stem = [(level, band.lower()) for level in self.levels for band in self.bands]
        return tuple(f"wav_{name}_{band}{f'_l{level}' if level > 1 else ''}{end}" for level, band in stem)

    def reach(self, spacing: Spacing) -> tuple[int, int, int] | None:
        """None for decimated responses too: which voxels are kept depends on where the image begins."""
        return None if self.decimated else super().reach(spacing)

    def radius(self, axis: int, spacing: Spacing) -> int:
        """Half of the longest kernel."""
        return max(len(kernel) // 2 for kernel in composite(self.family, max(self.levels)).values())

    def maps(self, voxels: np.ndarray, spacing: Spacing) -> Iterator[np.ndarray]:
        """Responses, level by level and band by band; bands share the passes of their first letters."""
        for level in self.levels:
            kernels = composite(self.family, level)
            if self.pooling:
                for band in self.bands:
                    yield pooled(voxels, [kernels[letter] for letter in band], self.padding, self.pooling)
                continue
            for response in products(voxels, self.bands, kernels, self.padding):
                yield self._decimate(response, level) if self.decimated else response

    def _decimate(self, response: np.ndarray, level: int) -> np.ndarray:
        """Voxels first, first + step … each repeated over the block that begins with it (the first one from 0 on)."""
        import pywt

        step, middle = 2**level, pywt.Wavelet(self.family).dec_len // 2
        first = (step - 1 - (step - 1) * middle) % step
        for axis in self.axes:
            n = response.shape[axis]
            kept = np.maximum(np.arange(n) - first, 0) // step * step + first
            response = np.take(response, np.minimum(kept, n - 1), axis=axis)
        return np.ascontiguousarray(response)


@lru_cache(maxsize=32)
def composite(family: str, level: int) -> dict[str, np.ndarray]:
    """The kernels L and H of a level: low-pass through all levels before it, then the filter itself."""
    import pywt

    wavelet = pywt.Wavelet(family)
    low = np.ones(1)
    for below in range(level - 1):
        low = np.convolve(low, _spread(wavelet.dec_lo, 2**below))
    ends = {"L": wavelet.dec_lo, "H": wavelet.dec_hi}
    return {letter: np.convolve(low, _spread(taps, 2 ** (level - 1))) for letter, taps in ends.items()}


def _spread(taps: list[float], step: int) -> np.ndarray:
    """The kernel with `step` voxels from tap to tap, its middle at tap n // 2."""
    spread = np.zeros((len(taps) - 1) * step + 1)
    spread[::step] = taps
    return centred(spread.tolist(), len(taps) // 2 * step)
