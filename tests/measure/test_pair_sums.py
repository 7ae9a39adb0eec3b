import numpy as np
import pytest

from radici.measure.pair_sums import _by_spectrum, _pair_by_pair, pair_sums

CASES = [
    ((7, 6, 5), (1.0, 1.0, 1.0), 0),
    ((9, 1, 8), (0.7, 2.0, 3.0), 1),
    ((1, 1, 12), (1.0, 1.0, 0.5), 2),
    ((4, 11, 10), (0.98, 0.98, 5.0), 3),
    ((13, 12, 11), (2.0, 1.0, 1.0), 4),
]


def case(shape: tuple, spacing: tuple, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Values on a box, a mask, the values inside, and the weights of all pairs."""
    rng = np.random.default_rng(seed)
    inside = rng.random(shape) < 0.6
    x = np.where(inside, rng.normal(size=shape) + 0.2 * np.indices(shape)[2], 0)
    x[inside] -= x[inside].mean()
    x = (x / np.abs(x).max()).astype(np.float32)
    places = np.argwhere(inside) * spacing
    distance = np.linalg.norm(places[:, None] - places, axis=-1)
    np.fill_diagonal(distance, np.inf)
    return x, inside, x[inside].astype(float), 1 / distance


@pytest.mark.parametrize(("shape", "spacing", "seed"), CASES)
def test_weights_agree_with_a_double_loop(shape: tuple, spacing: tuple, seed: int) -> None:
    x, inside, _, weights = case(shape, spacing, seed)
    assert _by_spectrum(x, inside, spacing).weights == pytest.approx(weights.sum(), rel=1e-6)


@pytest.mark.parametrize(("shape", "spacing", "seed"), CASES)
def test_squares_agree_with_a_double_loop(shape: tuple, spacing: tuple, seed: int) -> None:
    x, inside, found, weights = case(shape, spacing, seed)
    assert _by_spectrum(x, inside, spacing).squares == pytest.approx((found**2) @ weights.sum(axis=1), rel=1e-6)


@pytest.mark.parametrize(("shape", "spacing", "seed"), CASES)
def test_values_agree_with_a_double_loop(shape: tuple, spacing: tuple, seed: int) -> None:
    # Products of both signs cancel: the error is that of the sum of their sizes.
    x, inside, found, weights = case(shape, spacing, seed)
    largest = np.abs(found) @ weights @ np.abs(found)
    assert _by_spectrum(x, inside, spacing).values == pytest.approx(found @ weights @ found, abs=1e-6 * largest)


@pytest.mark.parametrize(("shape", "spacing", "seed"), CASES)
def test_pair_by_pair_agrees_with_a_double_loop(shape: tuple, spacing: tuple, seed: int) -> None:
    _, inside, found, weights = case(shape, spacing, seed)
    expected = (found @ weights @ found, (found**2) @ weights.sum(axis=1), weights.sum())
    places = np.ascontiguousarray((np.argwhere(inside) * spacing).T)
    np.testing.assert_allclose(_pair_by_pair(found, *places), expected, rtol=1e-10)


def test_scattered_voxels_are_taken_pair_by_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radici.measure.pair_sums._by_spectrum", None)
    inside = np.zeros((60, 60, 60), dtype=bool)
    inside[::59, ::59, ::59] = True
    assert pair_sums(inside, inside, (1.0, 1.0, 1.0)).weights > 0


def test_two_voxels_are_one_pair_both_ways() -> None:
    inside = np.array([True, False, True]).reshape(3, 1, 1)
    x = np.array([1.0, 0.0, -0.5]).reshape(3, 1, 1)
    found = pair_sums(x, inside, (2.0, 1.0, 1.0))
    expected = (2 * 1 * -0.5 / 4, (1 + 0.25) / 4, 2 / 4)
    np.testing.assert_allclose((found.values, found.squares, found.weights), expected, rtol=1e-6)


def test_one_voxel_has_no_pair() -> None:
    found = pair_sums(np.ones((1, 1, 1)), np.ones((1, 1, 1), dtype=bool), (1.0, 1.0, 1.0))
    np.testing.assert_allclose((found.values, found.squares, found.weights), 0, atol=1e-6)
