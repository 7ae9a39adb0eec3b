"""Voxels and one short kernel for each axis in, their convolution out; all separable filters are sums of these."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from radici.imaging.filters.padded import NUMPY_PADDING, Padding


def centred(taps: Sequence[float], centre: int) -> np.ndarray:
    """The kernel with an odd number of taps whose middle is tap `centre` of `taps`."""
    radius = max(centre, len(taps) - 1 - centre)
    kernel = np.zeros(2 * radius + 1)
    kernel[radius - centre : radius - centre + len(taps)] = taps
    return kernel


def along(
    voxels: np.ndarray,
    kernel: np.ndarray,
    axis: int,
    padding: Padding,
    into: np.ndarray | None = None,
    kept: slice = slice(None),
) -> np.ndarray:
    """The convolution with `kernel` along one axis: out[i] = sum over d of kernel[r + d] voxels[i - d].

    Parameters
    ----------
    voxels
        float32, shape (x, y, z), C order.
    kernel
        Shape (2 r + 1,); its middle tap lies on the voxel.
    axis
        0, 1 or 2.
    padding
        What lies beyond the edge.
    into
        Add to this array, of the result's shape, and return it.
    kept
        Which voxels along the axis the result has.

    Returns
    -------
    float32, shape (x, y, z). Sums are float32: errors stay near 1e-7 of the response's range.
    """
    from radici.imaging.filters.passes import across_rows, along_rows

    n, radius = voxels.shape[axis], len(kernel) // 2
    first, last, _ = kept.indices(n)
    beyond = {"constant_values": -1} if padding == "zero" else {}
    source = np.pad(np.arange(n), radius, mode=NUMPY_PADDING[padding], **beyond)  # type: ignore[call-overload]
    spare = -len(kernel) % 4
    weights = np.append(kernel[::-1], np.zeros(spare)).astype(np.float32)
    source = np.append(source, np.full(spare, -1)).astype(np.int64)[first : last + len(weights) - 1]
    size, new = list(voxels.shape), last - first
    size[axis] = new
    out = np.empty(size, dtype=np.float32) if into is None else into
    if axis == 2:
        along_rows(voxels.reshape(-1, n), weights, source, out.reshape(-1, new), into is None)
        return out
    rows = 1 if axis == 0 else voxels.shape[0]
    across_rows(voxels.reshape(rows, n, -1), weights, source, out.reshape(rows, new, -1), into is None)
    return out


def convolve(voxels: np.ndarray, kernels: Sequence[np.ndarray], padding: Padding) -> np.ndarray:
    """The convolution with `kernels[0]` along x, `kernels[1]` along y and, where there is one, `kernels[2]` along z."""
    for axis, kernel in enumerate(kernels):
        voxels = along(voxels, kernel, axis, padding)
    return voxels


def products(
    voxels: np.ndarray, words: Sequence[str], kernels: Mapping[str, np.ndarray], padding: Padding
) -> Iterator[np.ndarray]:
    """The convolutions that `words` spell, one letter for the kernel along each axis.

    Words in alphabetical order share the passes of their common beginnings: the eight words of two letters cost 14
    passes, not 24.
    """
    done: list[tuple[str, np.ndarray]] = [("", voxels)]
    for word in words:
        while not word.startswith(done[-1][0]):
            done.pop()
        for axis in range(len(done[-1][0]), len(word)):
            done.append((word[: axis + 1], along(done[-1][1], kernels[word[axis]], axis, padding)))
        yield done[-1][1]
