from dataclasses import replace

import numpy as np
import pytest

from radici.core.errors import RegionError
from radici.core.image import Geometry, Image, Mask
from radici.core.region import Region, whole
from radici.features.compute import compute
from radici.features.family import read_families
from radici.imaging import read_chain

FAMILIES = read_families(["loc"])


def scene(spacing: float = 2.0, n: int = 21) -> Region:
    """Noise in a cube of voxels in the middle of an image, and brighter noise around it."""
    grid = Geometry((n, n, n), (spacing,) * 3)
    voxels = np.random.default_rng(1).normal(100, 10, grid.shape).astype(np.float32)
    inside = np.zeros(grid.shape, dtype=bool)
    inside[6:-6, 6:-6, 6:-6] = True
    voxels[~inside] += 50
    return whole(Image(voxels, grid), Mask(inside, grid))


def peaks(region: Region, chain: list | None = None) -> tuple[float, float]:
    values, _ = compute(region, read_chain(chain or []), FAMILIES)
    local, everywhere = values.values()
    return local, everywhere


def with_voxel(region: Region, place: tuple, value: float) -> Region:
    voxels = region.image.voxels.copy()
    voxels[place] = value
    return replace(region, image=Image(voxels, region.geometry))


def test_voxels_outside_the_contour_count() -> None:
    region = scene()
    darker = replace(region, image=Image(np.where(region.shape_mask.voxels, region.image.voxels, 0), region.geometry))
    assert peaks(darker)[1] < peaks(region)[1]


def test_local_peak_is_the_mean_around_the_highest_voxel() -> None:
    region = with_voxel(scene(), (10, 9, 11), 500)
    places = np.indices(region.geometry.shape).reshape(3, -1).T
    near = np.linalg.norm((places - (10, 9, 11)) * 2.0, axis=1) <= 6.2035
    assert peaks(region)[0] == pytest.approx(region.image.voxels.ravel()[near].mean(), rel=1e-6)


def test_of_several_highest_voxels_the_brightest_surroundings_count() -> None:
    # One in the middle, one at the contour's edge, where the sphere reaches brighter voxels.
    alone = peaks(with_voxel(scene(), (10, 10, 10), 300))[0]
    assert peaks(with_voxel(with_voxel(scene(), (10, 10, 10), 300), (6, 6, 6), 300))[0] > alone


def test_the_global_peak_is_not_below_the_local_one() -> None:
    local, everywhere = peaks(scene())
    assert everywhere >= local


def test_twice_the_intensity_is_twice_the_peak() -> None:
    region = scene()
    twice = replace(region, image=Image(region.image.voxels * 2, region.geometry))
    assert peaks(twice) == tuple(2 * value for value in peaks(region))


def test_only_voxels_whose_intensity_counts_are_centres() -> None:
    region = with_voxel(scene(), (10, 10, 10), 500)
    kept = peaks(region, [{"resegment": {"range": [None, 400]}}])
    assert kept[0] != peaks(region)[0]


def test_a_flat_image_has_its_intensity_as_peak() -> None:
    region = scene()
    flat = replace(region, image=Image(np.full(region.geometry.shape, 7, dtype=np.float32), region.geometry))
    assert peaks(flat) == (7.0, 7.0)


def test_voxels_larger_than_the_sphere_are_their_own_peak() -> None:
    region = scene(spacing=8.0)
    top = float(region.intensities().max())
    assert peaks(region) == (top, top)


def test_steps_that_cut_the_image_leave_the_sphere() -> None:
    assert peaks(scene(), [{"crop": {}}]) == pytest.approx(peaks(scene()), rel=1e-12)


def test_the_family_reaches_as_far_as_the_sphere() -> None:
    from radici.measure.peak import RADIUS_MM

    assert FAMILIES[0].reach_mm() == pytest.approx(RADIUS_MM, rel=1e-12)


def test_a_voxel_without_number_within_reach_is_refused() -> None:
    with pytest.raises(RegionError, match=r"within 6\.2 mm of the region"):
        peaks(with_voxel(scene(), (5, 10, 10), np.nan))


def test_a_voxel_without_number_out_of_reach_is_let_through() -> None:
    assert peaks(with_voxel(scene(), (0, 0, 0), np.nan)) == peaks(scene())
