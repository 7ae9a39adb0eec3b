"""Voxels and one kernel for each axis in, the pooled responses of all right-angled rotations of the kernel out."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import permutations, product

import numpy as np

from radici.imaging.filters.padded import Padding, Pooling
from radici.imaging.filters.separable import along, products

POOL = {"max": np.maximum, "min": np.minimum}


def rotated(dimensions: int) -> Iterator[tuple[tuple[int, int], ...]]:
    """For each right-angled rotation (24 in 3D, 4 in 2D): the kernel along each axis, and -1 where it is reversed."""
    for order in permutations(range(dimensions)):
        parity = round(np.linalg.det(np.eye(dimensions)[list(order)]))
        for directions in product((1, -1), repeat=dimensions):
            if parity * np.prod(directions) == 1:
                yield tuple(zip(order, directions, strict=True))


def pooled(voxels: np.ndarray, kernels: Sequence[np.ndarray], padding: Padding, pooling: Pooling) -> np.ndarray:
    """The largest, mean or smallest response, voxel by voxel, over all rotations of a separable kernel.

    Parameters
    ----------
    voxels
        float32, shape (x, y, z), C order.
    kernels
        Two or three kernels of odd length, along x, y (and z) before rotation.
    padding
        What lies beyond the edge.
    pooling
        `max`, `mean` or `min`.

    Notes
    -----
    IBSI 2 reference manual, rotation invariance: only pseudo-invariance, by rotations through right angles. Equal
    products are computed once. A reversed antisymmetric kernel is its negative; a mean needs one last pass for each
    beginning, because the kernels of its ends can be summed first.
    """
    alphabet, spelled = _spell(kernels)
    if pooling == "mean":
        return _mean(voxels, alphabet, spelled, padding)
    pool, out = POOL[pooling], None
    signs = defaultdict(set)
    for word, sign in spelled:
        signs[word].add(sign)
    words = sorted(signs)
    for word, response in zip(words, products(voxels, words, alphabet, padding), strict=True):
        for sign in signs[word]:
            signed = response if sign > 0 else -response
            out = signed.copy() if out is None else pool(out, signed, out=out)
    assert out is not None
    return out


def _spell(kernels: Sequence[np.ndarray]) -> tuple[dict[str, np.ndarray], Counter[tuple[str, int]]]:
    """A letter for each distinct kernel up to sign, and how often each signed word of letters is rotated into."""
    alphabet: dict[str, np.ndarray] = {}

    def letter(kernel: np.ndarray) -> tuple[str, int]:
        for known, other in alphabet.items():
            if np.array_equal(other, kernel):
                return known, 1
            if np.array_equal(other, -kernel):
                return known, -1
        alphabet[chr(ord("a") + len(alphabet))] = kernel
        return letter(kernel)

    spelled: Counter[tuple[str, int]] = Counter()
    for rotation in rotated(len(kernels)):
        letters = [letter(kernels[which][::direction]) for which, direction in rotation]
        word, sign = "".join(one for one, _ in letters), int(np.prod([sign for _, sign in letters]))
        spelled[word, sign] += 1
    return alphabet, spelled


def _mean(
    voxels: np.ndarray, alphabet: dict[str, np.ndarray], spelled: Counter[tuple[str, int]], padding: Padding
) -> np.ndarray:
    count, radius = spelled.total(), max(len(kernel) // 2 for kernel in alphabet.values())
    ends: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(2 * radius + 1))
    for (word, sign), times in spelled.items():
        kernel = alphabet[word[-1]]
        ends[word[:-1]][radius - len(kernel) // 2 : radius + len(kernel) // 2 + 1] += sign * times / count * kernel
    beginnings = sorted(word for word, kernel in ends.items() if kernel.any())
    out = np.zeros(voxels.shape, dtype=np.float32)
    for word, response in zip(beginnings, products(voxels, beginnings, alphabet, padding), strict=True):
        along(response, ends[word], len(word), padding, into=out)
    return out
