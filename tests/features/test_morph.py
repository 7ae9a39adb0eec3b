import numpy as np
import pytest

from radici.core.image import Geometry, Image, Mask
from radici.core.region import Region, whole
from radici.features.compute import compute
from radici.features.family import read_families


def region_of(inside: np.ndarray, spacing: tuple = (1.0, 1.0, 1.0), voxels: np.ndarray | None = None) -> Region:
    grid = Geometry(inside.shape, spacing)
    voxels = np.ones(inside.shape) if voxels is None else voxels
    return whole(Image(voxels.astype(np.float32), grid), Mask(inside, grid))


def morph(region: Region) -> dict[str, float]:
    values, columns = compute(region, [], read_families(["morph"]))
    return {columns[name].ibsi_tag.removeprefix("morph_"): value for name, value in values.items()}


def ball(radius: int) -> np.ndarray:
    return np.square(np.indices((2 * radius + 1,) * 3) - radius).sum(axis=0) <= radius**2


BALL = morph(region_of(ball(12)))
TURNED = morph(region_of(np.abs(np.add(*np.indices((30, 30, 8))[:2]) - 29) <= 4))


def test_every_tag_of_the_family_but_the_two_of_autocorrelation() -> None:
    assert len(BALL) == 27


def test_a_turned_slab_fills_its_smallest_box_better_than_the_one_along_the_axes() -> None:
    assert TURNED["vol_dens_ombb"] > 2 * TURNED["vol_dens_aabb"]


def test_the_smallest_box_of_a_box_is_the_one_along_the_axes() -> None:
    found = morph(region_of(np.ones((9, 7, 5), dtype=bool), (0.8, 1.0, 2.0)))
    assert found["vol_dens_ombb"] == pytest.approx(found["vol_dens_aabb"])


def test_area_of_the_smallest_box_of_a_box() -> None:
    found = morph(region_of(np.ones((9, 7, 5), dtype=bool), (0.8, 1.0, 2.0)))
    assert found["area_dens_ombb"] == pytest.approx(found["area_dens_aabb"])


def test_a_ball_fills_its_smallest_ellipsoid() -> None:
    # Radius 12 to the outermost vertices is 12.5 at most.
    assert 0.85 < BALL["vol_dens_mvee"] < 1


def test_the_smallest_ellipsoid_of_a_cube_is_the_sphere_through_its_corners() -> None:
    # Outermost vertices of 40 voxels a side: (20, 19.5, 19.5) and the like from the centre.
    found = morph(region_of(np.ones((40, 40, 40), dtype=bool)))
    sphere = 4 / 3 * np.pi * (20**2 + 2 * 19.5**2) ** 1.5
    assert found["vol_dens_mvee"] == pytest.approx(found["volume"] / sphere)


def test_area_of_the_smallest_ellipsoid_of_a_ball() -> None:
    # A sphere of the hull's radius: the area exceeds it by the steps of a binary mesh, some 8 %.
    assert BALL["area_dens_mvee"] == pytest.approx(1.03, abs=0.06)


def test_principal_axes_of_a_box() -> None:
    # n points a millimetre apart have the variance (n² - 1) / 12, sampled N / (N - 1) times that; axes 4 SD.
    n = np.array([12, 9, 5])
    variance = (n**2 - 1) / 12 * n.prod() / (n.prod() - 1)
    found = morph(region_of(np.ones(n, dtype=bool)))
    axes = [found[f"pca_{which}_axis"] for which in ("maj", "min", "least")]
    np.testing.assert_allclose(axes, 4 * np.sqrt(variance))


def test_centre_of_mass_shift_agrees_with_the_list_of_voxels() -> None:
    rng = np.random.default_rng(2)
    inside, voxels = rng.random((8, 9, 7)) < 0.5, rng.uniform(1, 5, (8, 9, 7))
    spacing = (0.7, 1.0, 3.0)
    places, weights = np.argwhere(inside) * spacing, voxels.astype(np.float32)[inside]
    expected = np.linalg.norm(places.mean(axis=0) - np.average(places, axis=0, weights=weights))
    assert morph(region_of(inside, spacing, voxels))["com"] == pytest.approx(expected, rel=1e-5)


def test_what_the_contour_says_is_measured_once() -> None:
    from radici.features.morph import outline

    mask = region_of(ball(3)).shape_mask
    assert mask.once(outline) is mask.once(outline)


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 1, 1), (1, 5, 4)], ids=["a voxel", "two voxels", "a slice"])
def test_small_regions_have_enclosing_bodies(shape: tuple) -> None:
    found = morph(region_of(np.ones(shape, dtype=bool)))
    enclosing = [found[f"{what}_dens_{body}"] for what in ("vol", "area") for body in ("ombb", "mvee")]
    assert np.isfinite(enclosing).all()
