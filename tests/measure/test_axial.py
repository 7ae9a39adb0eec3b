"""Axial diameters against closed forms, and beside PyRadiomics' diameter of slices."""

import csv

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from radici.core.errors import RegionError
from radici.core.image import Geometry, Mask
from radici.measure.axial import axial_length, outline


def mask_of(voxels: np.ndarray, spacing=(1.0, 1.0, 1.0), **grid) -> Mask:
    return Mask(voxels, Geometry(voxels.shape, spacing, **grid))


def ellipse(long_mm: float, short_mm: float, pixel: float, angle: float, shift: np.ndarray) -> Mask:
    """A slice of the pixels whose centres lie within an ellipse."""
    count = int(long_mm / pixel) + 4
    places = np.moveaxis(np.indices((count, count)), 0, -1) * pixel - (count - 1) / 2 * pixel - shift * pixel
    along = places @ [np.cos(angle), np.sin(angle)]
    across = places @ [-np.sin(angle), np.cos(angle)]
    inside = (2 * along / long_mm) ** 2 + (2 * across / short_mm) ** 2 <= 1
    return mask_of(inside[:, :, None], (pixel, pixel, 3.0))


def mean_error_in_pixels(long_mm: float, short_mm: float, pixel: float) -> np.ndarray:
    """Of the longest diameter and the short axis, over places on the grid and directions."""
    rng = np.random.default_rng(11)
    errors = []
    for _ in range(40):
        found = axial_length(ellipse(long_mm, short_mm, pixel, rng.uniform(0, np.pi), rng.uniform(-0.5, 0.5, 2)))
        errors.append([found.longest_mm - long_mm, found.short_mm - short_mm])
    return np.mean(errors, axis=0) / pixel


SIZES = [(10.0, 0.7), (20.0, 0.7), (20.0, 1.0), (50.0, 2.0), (30.0, 0.9)]


@pytest.mark.parametrize(("diameter", "pixel"), SIZES)
def test_disc_is_measured_less_than_a_pixel_too_long(diameter: float, pixel: float) -> None:
    assert 0 < mean_error_in_pixels(diameter, diameter, pixel)[0] < 0.9


@pytest.mark.parametrize(("diameter", "pixel"), SIZES)
def test_short_axis_of_a_disc_is_right_within_half_a_pixel(diameter: float, pixel: float) -> None:
    assert abs(mean_error_in_pixels(diameter, diameter, pixel)[1]) < 0.5


@pytest.mark.parametrize(("diameter", "pixel"), SIZES)
def test_both_axes_of_an_ellipse_are_right_within_half_a_pixel(diameter: float, pixel: float) -> None:
    assert np.abs(mean_error_in_pixels(diameter, diameter / 2, pixel)).max() < 0.55


def test_longest_diameter_of_an_ellipsoid_is_that_of_its_widest_axial_slice() -> None:
    # Half axes 12, 7 and 30 mm: the longest is along z, where RECIST does not measure. Pixels: 0.8 mm.
    x, y, z = np.indices((41, 41, 41)) - 20
    inside = (0.8 * x / 12) ** 2 + (0.8 * y / 7) ** 2 + (2.0 * z / 30) ** 2 <= 1
    assert axial_length(mask_of(inside, (0.8, 0.8, 2.0))).longest_mm == pytest.approx(24, abs=0.9)


def test_short_axis_of_an_ellipsoid_lies_in_the_same_slice() -> None:
    x, y, z = np.indices((41, 41, 41)) - 20
    inside = (0.8 * x / 12) ** 2 + (0.8 * y / 7) ** 2 + (2.0 * z / 30) ** 2 <= 1
    assert axial_length(mask_of(inside, (0.8, 0.8, 2.0))).short_mm == pytest.approx(14, abs=0.9)


def test_one_pixel_is_as_long_and_as_wide_as_it_is() -> None:
    found = axial_length(mask_of(np.ones((1, 1, 1), dtype=bool), (0.5, 0.8, 3.0)))
    assert (found.longest_mm, found.short_mm) == pytest.approx((0.8, 0.5))


def test_a_box_is_measured_between_the_middles_of_its_outermost_edges() -> None:
    # From (-0.5, 0) to (9.5, 3) in a box of 10 by 4 pixels.
    assert axial_length(mask_of(np.ones((10, 4, 2), dtype=bool))).longest_mm == pytest.approx(np.sqrt(10**2 + 3**2))


def test_short_axis_of_a_line_of_pixels_is_one_pixel() -> None:
    assert axial_length(mask_of(np.ones((9, 1, 1), dtype=bool), (0.5, 0.7, 1.0))).short_mm == pytest.approx(0.7)


def test_short_axis_of_a_crescent_is_drawn_on_one_line() -> None:
    # Half a ring between the radii 16 and 20: on the line at distance r from the middle the outline lies
    # sqrt(20² - 16²) = 12 apart; its whole height is 20 and its thickness 4.
    x, y = np.indices((51, 51)) - 25
    inside = (np.hypot(x, y) <= 20) & (np.hypot(x, y) >= 16) & (y >= 0)
    assert axial_length(mask_of(inside[:, :, None])).short_mm == pytest.approx(12, abs=1)


def test_lines_may_cross_a_hole() -> None:
    x, y = np.indices((51, 51)) - 25
    disc = np.hypot(x, y) <= 20
    ring = disc & (np.hypot(x, y) >= 10)
    assert axial_length(mask_of(ring[:, :, None])).short_mm == axial_length(mask_of(disc[:, :, None])).short_mm


def random_mask(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.random(tuple(rng.integers(1, 9, 3))) < rng.uniform(0.1, 0.9)


def brute_longest(voxels: np.ndarray, spacing: tuple) -> float:
    """Over all pairs of middles between a pixel inside and a neighbour outside, slice by slice."""
    longest = 0.0
    for plane in np.moveaxis(np.pad(voxels, ((1, 1), (1, 1), (0, 0))), 2, 0):
        points = [
            (np.array(place) + np.array(step) / 2) * spacing[:2]
            for place in np.argwhere(plane)
            for step in ((1, 0), (-1, 0), (0, 1), (0, -1))
            if not plane[tuple(place + step)]
        ]
        longest = max(longest, pdist(points).max() if points else 0.0)
    return longest


@pytest.mark.parametrize("seed", range(12))
def test_longest_diameter_is_that_of_all_pairs_of_points(seed: int) -> None:
    voxels = random_mask(seed)
    spacing = (0.7, 1.1, 2.0)
    assert axial_length(mask_of(voxels, spacing)).longest_mm == pytest.approx(brute_longest(voxels, spacing))


@pytest.mark.parametrize("seed", range(12))
def test_short_axis_is_the_longest_of_many_lines_across(seed: int) -> None:
    # Lines through many places along the diameter; each crosses the outline at points found one by one.
    mask = mask_of(random_mask(seed))
    found = axial_length(mask)
    a, b = (np.array(end[:2]) for end in found.longest_ends_mm)
    along = (b - a) / np.linalg.norm(b - a)
    across = np.array([-along[1], along[0]])
    lines = outline(mask.voxels[:, :, found.slice_index])
    x, y = lines @ along, lines @ across
    longest = 0.0
    for place in np.unique(np.concatenate([x.ravel(), np.linspace(x.min(), x.max(), 500)])):
        crossed = [
            y[i, 0] + (place - x[i, 0]) / (x[i, 1] - x[i, 0]) * (y[i, 1] - y[i, 0])
            for i in np.flatnonzero((x.min(axis=1) <= place) & (place <= x.max(axis=1)) & (np.ptp(x, axis=1) > 1e-9))
        ]
        flat = y[(np.ptp(x, axis=1) <= 1e-9) & (np.abs(x[:, 0] - place) <= 1e-9)].ravel()
        longest = max(longest, np.ptp([*crossed, *flat]) if len(crossed) + len(flat) else 0.0)
    assert found.short_mm == pytest.approx(longest, abs=1e-6)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    "turn", [lambda v: v[::-1], lambda v: v[:, ::-1], lambda v: v[:, :, ::-1], lambda v: v.transpose(1, 0, 2)]
)
def test_flips_and_quarter_turns_change_nothing(seed: int, turn) -> None:
    voxels = random_mask(seed)
    one, other = axial_length(mask_of(voxels)), axial_length(mask_of(np.ascontiguousarray(turn(voxels))))
    assert (other.longest_mm, other.short_mm) == pytest.approx((one.longest_mm, one.short_mm))


def test_slice_is_counted_in_the_whole_grid() -> None:
    voxels = np.zeros((6, 6, 9), dtype=bool)
    voxels[2:4, 2:4, 4] = True
    voxels[1:5, 1:5, 7] = True
    assert axial_length(mask_of(voxels)).slice_index == 7


def test_ends_lie_as_far_apart_as_the_diameter_is_long() -> None:
    found = axial_length(mask_of(random_mask(3), (0.7, 1.1, 2.0), origin=(5.0, -7.0, 100.0)))
    a, b = np.array(found.longest_ends_mm)
    assert np.linalg.norm(b - a) == pytest.approx(found.longest_mm)


def test_short_axis_stands_at_right_angles() -> None:
    found = axial_length(mask_of(random_mask(5), (0.7, 1.1, 2.0), origin=(5.0, -7.0, 100.0)))
    (a, b), (c, d) = np.array(found.longest_ends_mm), np.array(found.short_ends_mm)
    assert (b - a) @ (d - c) == pytest.approx(0, abs=1e-9)


def test_both_lines_lie_in_the_slice() -> None:
    found = axial_length(mask_of(random_mask(5), (0.7, 1.1, 2.0), origin=(5.0, -7.0, 100.0)))
    heights = np.array([*found.longest_ends_mm, *found.short_ends_mm])[:, 2]
    np.testing.assert_allclose(heights, 100.0 + 2.0 * found.slice_index)


def test_slices_of_a_sagittal_grid_are_across_its_axis_towards_the_head() -> None:
    # Grid axes: x to the back, y down the body, z to the left. A plate of 5 by 3 in the axial plane, one voxel high.
    voxels = np.zeros((7, 4, 5), dtype=bool)
    voxels[1:6, 2, 1:4] = True
    sagittal = (0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, -1.0, 0.0)
    assert axial_length(mask_of(voxels, direction=sagittal)).longest_mm == pytest.approx(np.sqrt(5**2 + 2**2))


def test_product_is_that_of_who() -> None:
    assert axial_length(mask_of(np.ones((9, 1, 1), dtype=bool))).product_mm2 == pytest.approx(9.0)


def test_an_empty_mask_has_no_diameter() -> None:
    with pytest.raises(RegionError, match="recorded as absent"):
        axial_length(mask_of(np.zeros((3, 3, 3), dtype=bool)))


@pytest.fixture(scope="module")
def theirs(shared) -> dict[str, float]:
    """PyRadiomics' own baseline (github.com/AIM-Harvard/pyradiomics, data/baseline, BSD-3)."""
    with (shared / "pyradiomics/baseline/baseline_shape.csv").open(encoding="utf-8") as stream:
        return next(row for row in csv.DictReader(stream) if row["featureName"].endswith("Maximum2DDiameterSlice"))


def label(shared, case: str) -> Mask:
    from radici.cohort.volumes import read_labels

    folder = shared / "pyradiomics"
    near = folder / f"{case}_label.nrrd"
    labels, grid = read_labels(near if near.is_file() else folder / "no_image" / f"{case}_label.nrrd")
    return Mask(labels == 1, grid)


@pytest.mark.parametrize("case", ["breast1", "lung2"])
def test_diameter_is_that_of_pyradiomics_where_one_slice_holds_it(shared, theirs, case: str) -> None:
    assert axial_length(label(shared, case)).longest_mm == pytest.approx(float(theirs[case]), rel=1e-9)


@pytest.mark.parametrize("case", ["brain1", "lung1"])
def test_pyradiomics_also_measures_between_two_slices(shared, theirs, case: str) -> None:
    # Its mesh has vertices half-way between slices, at voxels that only one of the two slices holds; those of one
    # height are compared whichever slice they come from. No reader draws that line, and ours is shorter.
    mask = label(shared, case)
    alone = mask.voxels[:, :, 1:] ^ mask.voxels[:, :, :-1]
    points = [np.argwhere(alone[:, :, k]) * mask.geometry.spacing[:2] for k in range(alone.shape[2])]
    between = max(pdist(some).max() for some in points if len(some) > 1)
    assert between == pytest.approx(float(theirs[case]), rel=1e-9)


@pytest.mark.parametrize("case", ["brain1", "lung1"])
def test_diameter_of_one_slice_is_shorter_than_between_two(shared, theirs, case: str) -> None:
    assert axial_length(label(shared, case)).longest_mm < float(theirs[case])
