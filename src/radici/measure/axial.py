"""Mask in, the two diameters out that a reader draws on axial slices: the longest, and the longest across it.

RECIST 1.1 measures the longest diameter in the plane of an axial slice, and of a lymph node the short axis: the
longest line perpendicular to that diameter in the same slice (Eisenhauer EA et al. Eur J Cancer 2009;45:228-247).
WHO's criteria take the product of the two (Miller AB et al. Cancer 1981;47:207-214).

The outline of a slice runs half-way between pixels inside and outside, as that of the mesh does; a single pixel is as
wide as it is. (PyRadiomics' Maximum2DDiameterSlice is the same wherever one slice holds it; it can be longer, because
it also joins voxels of two neighbouring slices by the vertices half-way between these.)

Of the outlines that one may choose this one is the least biased for both axes together. Over discs and ellipses of 6
to 50 pixels, anywhere on the grid and turned in any direction, the mean error in pixels is:

=====================  ====================================  ============================
outline                longest: discs; ellipses 2 to 1       short axis: discs; ellipses
=====================  ====================================  ============================
half-way (this one)    +0.5 to +0.8; -0.1 to +0.4            0 to +0.3; +0.1 to +0.3
centres of the pixels  -0.4 to -0.1; -0.9 to -0.5            -0.8 to -0.7; -0.8 to -0.6
corners of the pixels  +0.8 to +1.3; +0.3 to +0.9            not measured
=====================  ====================================  ============================
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.spatial.distance import pdist

from radici.core.errors import RegionError
from radici.core.image import Mask

Point = tuple[float, float, float]
EQUAL = 1e-9

# The middles of the four sides of a square between pixel centres, and half a pixel from a centre, in pixels.
SIDES = np.array([(0, 0.5), (0.5, 1), (1, 0.5), (0.5, 0)])
HALF = np.array([(0.5, 0), (-0.5, 0), (0, 0.5), (0, -0.5)])


@dataclass(frozen=True)
class AxialLength:
    """Longest diameter in an axial slice, and what lies across it.

    Parameters
    ----------
    longest_mm
        Largest distance between two points of the outline of one slice; the line may leave the region between them.
    short_mm
        Longest distance, in the same slice, between two points of the outline on one line at right angles to it.
    slice_index
        Of that slice, counted along the grid's own axis.
    longest_ends_mm, short_ends_mm
        The two ends of each line, in mm, LPS.
    """

    longest_mm: float
    short_mm: float
    slice_index: int
    longest_ends_mm: tuple[Point, Point]
    short_ends_mm: tuple[Point, Point]

    @property
    def product_mm2(self) -> float:
        """Longest diameter times the longest across it (WHO, immune-related response criteria)."""
        return self.longest_mm * self.short_mm


def axial_length(mask: Mask) -> AxialLength:
    """What RECIST would measure on a mask: the longest diameter over all axial slices, and its short axis.

    Slices are the grid's planes nearest to axial, as acquired: those across the axis that points most towards the
    head. RECIST's length is `longest_mm`, of lymph nodes `short_mm`; cavities and satellites are not left out. All
    parts of the mask count as one lesion. Of several equally long diameters the one with the longest line across is
    taken, and of several of these the first.

    Raises
    ------
    RegionError
        For an empty mask.
    """
    if not mask.count:
        raise RegionError(
            "A mask without any voxel has no diameter. A lesion that has disappeared is recorded as absent (0 mm)."
        )
    axis = int(np.abs(np.reshape(mask.geometry.direction, (3, 3))[2]).argmax())
    start = np.array(mask.bounding_box()[0])
    planes = np.ascontiguousarray(np.moveaxis(mask.voxels[mask.box], axis, 0))
    pixel = np.delete(np.array(mask.geometry.spacing), axis)
    length, found = _longest(planes, pixel)
    short, at, ends, across = _across_equals(planes, pixel, found)

    def place(points: np.ndarray) -> tuple[Point, Point]:
        index = np.insert(points / pixel, axis, at, axis=1) + start
        (a, b, c), (d, e, f) = mask.geometry.to_mm(index).tolist()
        return (a, b, c), (d, e, f)

    return AxialLength(length, short, at + int(start[axis]), place(ends), place(across))


def _longest(planes: np.ndarray, pixel: np.ndarray) -> tuple[float, list[tuple[int, np.ndarray]]]:
    """Longest diameter in mm, and every (plane, its two ends, shape (2, 2), in mm) that is as long.

    A plane is looked at only if the diagonal of the box around its outline is as long as what was found.
    """
    from radici.measure.sweep import outermost

    corners = outermost(planes)
    number, first = np.unique(corners[:, 0], return_index=True)
    parts = np.split(corners[:, 1:], first[1:])
    bounds = np.array([float(np.hypot(*((np.ptp(part, axis=0) + 1) * pixel))) for part in parts])
    longest, found = 0.0, []
    for i in np.argsort(-bounds, kind="stable"):
        if bounds[i] < longest * (1 - EQUAL):
            break
        points = np.unique((parts[i][:, None] + HALF).reshape(-1, 2), axis=0) * pixel
        apart = pdist(points)
        longest = max(longest, float(apart.max()))
        ends = np.transpose(np.triu_indices(len(points), 1))[apart >= longest * (1 - EQUAL)]
        found += [(int(number[i]), pair, float(np.hypot(*(pair[1] - pair[0])))) for pair in points[ends]]
    found.sort(key=lambda one: one[0])
    return longest, [(plane, pair) for plane, pair, long in found if long >= longest * (1 - EQUAL)]


def _across_equals(
    planes: np.ndarray, pixel: np.ndarray, found: list[tuple[int, np.ndarray]]
) -> tuple[float, int, np.ndarray, np.ndarray]:
    """The longest line across any of the equal diameters: its length, plane, the diameter's ends and its own."""
    best: tuple[float, int, np.ndarray, np.ndarray] | None = None
    seen: set[tuple[bytes, tuple[float, float]]] = set()
    for plane, ends in found:
        along = (ends[1] - ends[0]) / np.hypot(*(ends[1] - ends[0]))
        forward = along if tuple(along.round(9)) > (0.0, 0.0) else -along
        x, y = (forward.round(9) + 0.0).tolist()
        key = (planes[plane].tobytes(), (x, y))
        if key not in seen:
            seen.add(key)
            short, across = _longest_across(outline(planes[plane]) * pixel, along)
            if best is None or short > best[0] * (1 + EQUAL):
                best = (short, plane, ends, across)
    assert best is not None
    return best


def outline(plane: np.ndarray) -> np.ndarray:
    """Lines of a slice's outline, shape (n, 2 ends, 2), in pixels from the centre of the first pixel.

    Where two inside pixels touch at a corner, lines inside the region come too: they are never farthest out.

    Parameters
    ----------
    plane
        bool, shape (rows, columns).
    """
    padded = np.pad(plane, 1)
    around = [padded[:-1, :-1], padded[:-1, 1:], padded[1:, 1:], padded[1:, :-1]]
    crossed = [around[k] != around[(k + 1) % 4] for k in range(4)]
    lines = [np.empty((0, 2, 2))]
    for one, other in combinations(range(4), 2):
        squares = np.argwhere(crossed[one] & crossed[other])
        lines.append(np.stack([squares + SIDES[one], squares + SIDES[other]], axis=1))
    return np.asarray(np.concatenate(lines) - 1)


def _longest_across(lines: np.ndarray, along: np.ndarray) -> tuple[float, np.ndarray]:
    """Longest distance between points of the outline on one line at right angles to `along`, and its two ends.

    Between two neighbouring corners of the outline that distance is a convex function of the place, so that
    the longest goes through a corner.
    """
    across = np.array([-along[1], along[0]])
    x, y = lines @ along, lines @ across
    places = np.unique(x)
    # Each line of the outline is entered at all the places that it passes.
    first, last = np.searchsorted(places, x.min(axis=1)), np.searchsorted(places, x.max(axis=1))
    count = last - first + 1
    line = np.repeat(np.arange(len(lines)), count)
    at = np.arange(len(line)) + np.repeat(first - (np.cumsum(count) - count), count)
    run = (x[:, 1] - x[:, 0])[line]
    flat = np.abs(run) <= EQUAL
    share = np.clip((places[at] - x[line, 0]) / np.where(flat, 1.0, run), 0, 1)
    reached = y[line, 0] + share * (y[line, 1] - y[line, 0])
    low, high = np.full(len(places), np.inf), np.full(len(places), -np.inf)
    # A line that itself lies across has both its ends at one place.
    np.minimum.at(low, at, np.where(flat, y.min(axis=1)[line], reached))
    np.maximum.at(high, at, np.where(flat, y.max(axis=1)[line], reached))
    k = int((high - low).argmax())
    return float(high[k] - low[k]), np.outer([places[k]] * 2, along) + np.outer([low[k], high[k]], across)
