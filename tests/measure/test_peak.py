import numpy as np
import pytest

from radici.measure.peak import RADIUS_MM, peaks, sphere_rows


def found_by_hand(image: np.ndarray, inside: np.ndarray, spacing: tuple) -> tuple[float, float]:
    """Local and global peak: each sphere as the list of the image's voxels within the radius."""
    places = np.argwhere(np.ones(image.shape, dtype=bool)) * spacing
    values = image.ravel().astype(float)
    means = {}
    for place in map(tuple, np.argwhere(inside)):
        near = np.linalg.norm(places - np.array(place) * spacing, axis=1) <= RADIUS_MM
        means[place] = values[near].mean()
    top = image[inside].max()
    return max(mean for place, mean in means.items() if image[place] == top), max(means.values())


def ours(image: np.ndarray, inside: np.ndarray, spacing: tuple) -> tuple[float, float]:
    places = np.argwhere(inside)
    first, last = places.min(axis=0), places.max(axis=0) + 1
    box = inside[tuple(slice(low, high) for low, high in zip(first, last, strict=True))]
    return peaks(image, np.ascontiguousarray(box), float(image[inside].max()), first, sphere_rows(spacing))


CASES = [
    ("far from the image's edge", (24, 24, 26), 9, (1.2, 1.3, 1.2)),
    ("at the image's edge", (9, 8, 7), 0, (1.0, 1.5, 2.0)),
    ("near the image's edge", (14, 15, 13), 3, (1.0, 1.0, 1.0)),
    ("of thick slices", (20, 20, 5), 1, (0.8, 0.8, 5.0)),
    ("of voxels larger than the sphere", (6, 6, 6), 1, (8.0, 8.0, 8.0)),
]


def scene(shape: tuple, rim: int, seed: int, levels: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    image = rng.integers(0, levels, shape).astype(np.float32)
    inside = np.zeros(shape, dtype=bool)
    inside[tuple(slice(min(rim, n // 2), max(n - rim, n // 2 + 1)) for n in shape)] = True
    return image, inside & (rng.random(shape) < 0.5)


@pytest.mark.parametrize(("shape", "rim", "spacing"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
@pytest.mark.parametrize("levels", [4, 100000])
def test_local_peak_agrees_with_the_list_of_voxels(shape: tuple, rim: int, spacing: tuple, levels: int) -> None:
    image, inside = scene(shape, rim, 5, levels)
    assert ours(image, inside, spacing)[0] == pytest.approx(found_by_hand(image, inside, spacing)[0], rel=1e-12)


@pytest.mark.parametrize(("shape", "rim", "spacing"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_global_peak_agrees_with_the_list_of_voxels(shape: tuple, rim: int, spacing: tuple, seed: int) -> None:
    image, inside = scene(shape, rim, seed, 1000)
    assert ours(image, inside, spacing)[1] == pytest.approx(found_by_hand(image, inside, spacing)[1], rel=1e-12)


def test_global_peak_of_negative_intensities() -> None:
    image, inside = scene((20, 20, 20), 7, 4, 1000)
    image -= 5000
    assert ours(image, inside, (1.5, 1.5, 1.5))[1] == pytest.approx(found_by_hand(image, inside, (1.5, 1.5, 1.5))[1])


def test_the_sphere_has_one_cubic_centimetre() -> None:
    rows = sphere_rows((0.1, 0.1, 0.1))
    assert (2 * rows[:, 2] + 1).sum() * 0.1**3 == pytest.approx(1000, rel=1e-3)
