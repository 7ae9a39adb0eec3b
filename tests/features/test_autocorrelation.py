import numpy as np
import pytest

from radici.core.image import Geometry, Image, Mask
from radici.core.region import Region, whole
from radici.features.compute import columns, compute
from radici.features.family import read_families

FAMILIES = read_families(["autocorrelation"])


def region_of(voxels: np.ndarray, inside: np.ndarray, spacing: tuple = (1.0, 1.0, 1.0)) -> Region:
    grid = Geometry(voxels.shape, spacing)
    return whole(Image(voxels.astype(np.float32), grid), Mask(inside, grid))


def both(region: Region) -> tuple[float, float]:
    values, _ = compute(region, [], FAMILIES)
    moran, geary = values.values()
    return moran, geary


def by_hand(region: Region) -> tuple[float, float]:
    """IBSI's formulas as printed: double sums over all pairs of voxels."""
    inside = region.intensity_mask.voxels
    x = region.image.voxels[inside].astype(float)
    places = np.argwhere(inside) * np.array(region.geometry.spacing)
    distance = np.linalg.norm(places[:, None] - places, axis=-1)
    np.fill_diagonal(distance, np.inf)
    w, away, n = 1 / distance, x - x.mean(), x.size
    spread = (away**2).sum()
    moran = n / w.sum() * (w * np.outer(away, away)).sum() / spread
    geary = (n - 1) / (2 * w.sum()) * (w * (x[:, None] - x) ** 2).sum() / spread
    return moran, geary


def random_region(seed: int) -> Region:
    rng = np.random.default_rng(seed)
    shape = tuple(int(n) for n in rng.integers(5, 15, 3))
    voxels = rng.normal(100, 30, shape) + 8 * np.indices(shape)[int(rng.integers(3))]
    inside = rng.random(shape) < rng.uniform(0.3, 1)
    inside.flat[0] = inside.flat[-1] = True
    return region_of(voxels, inside, tuple(rng.uniform(0.5, 4, 3)))


@pytest.mark.parametrize("seed", range(12))
def test_morans_i_agrees_with_double_sums(seed: int) -> None:
    region = random_region(seed)
    assert both(region)[0] == pytest.approx(by_hand(region)[0], abs=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_gearys_c_agrees_with_double_sums(seed: int) -> None:
    region = random_region(seed)
    assert both(region)[1] == pytest.approx(by_hand(region)[1], abs=1e-6)


def test_two_voxels_are_as_unlike_as_can_be() -> None:
    # Distances from the mean are -h and h: I = -1; C = (1 / 4) * 2 * (2 h)² / (2 h²) = 1.
    region = region_of(np.array([[[1.0, 5.0]]]), np.ones((1, 1, 2), dtype=bool))
    assert both(region) == pytest.approx((-1, 1), abs=1e-6)


def test_a_slow_change_is_alike() -> None:
    voxels = np.indices((10, 10, 10))[0]
    moran, geary = both(region_of(voxels, np.ones(voxels.shape, dtype=bool)))
    assert moran > 0.1 > geary - 0.9


def test_tiny_and_huge_units_change_nothing() -> None:
    region = random_region(3)
    found = [both(region_of(region.image.voxels * f, region.intensity_mask.voxels)) for f in (1e-30, 1e30)]
    np.testing.assert_allclose(found[0], found[1], rtol=1e-4)


@pytest.mark.parametrize(
    "inside", [np.ones((1, 1, 1), dtype=bool), np.ones((3, 3, 3), dtype=bool)], ids=["one voxel", "one intensity"]
)
def test_undefined_without_any_difference(inside: np.ndarray) -> None:
    assert np.isnan(both(region_of(np.full(inside.shape, 4.0), inside))).all()


def test_names_are_ibsis() -> None:
    assert [column.ibsi_tag for column in columns([], FAMILIES).values()] == ["morph_moran_i", "morph_geary_c"]


def test_left_out_by_not_asking() -> None:
    tags = [column.ibsi_tag for column in columns([], read_families(["morph"])).values()]
    assert not {"morph_moran_i", "morph_geary_c"} & set(tags)
