"""Grey levels and boxes in, texture counts out: the compiled loops of the PyRadiomics classes.

Common arguments: `places`, uint16, shape (z, y, x), C order, 0 outside the region, 1 to n inside; `steps`, int64,
shape (a, 3), offsets in voxels; `boxes`, int64, shape (v, 6), first z, y, x and last z, y, x of each box, both
included. A segment is one box; a map has one box for each voxel. Nothing beyond a box is seen from inside it.
"""

import numba
import numpy as np

Box = np.ndarray  # one row of `boxes`
Step = np.ndarray  # one row of `steps`
Voxel = tuple[int, int, int]


@numba.njit(cache=True, nogil=True, inline="always")
def _meeting(box: Box, step: Step, axis: int) -> tuple[int, int]:
    """First and last index along an axis from which one step stays in the box."""
    return max(box[axis], box[axis] - step[axis]), min(box[axis + 3], box[axis + 3] - step[axis])


@numba.njit(cache=True, nogil=True)
def count_pairs(places: np.ndarray, steps: np.ndarray, boxes: np.ndarray, n: int) -> np.ndarray:
    """How often place j lies one step away from place i; float64, shape (v, a, n, n)."""
    counts = np.zeros((boxes.shape[0], steps.shape[0], n, n))
    for v in range(boxes.shape[0]):
        for a in range(steps.shape[0]):
            table = counts[v, a]
            z0, z1 = _meeting(boxes[v], steps[a], 0)
            y0, y1 = _meeting(boxes[v], steps[a], 1)
            x0, x1 = _meeting(boxes[v], steps[a], 2)
            dz, dy, dx = steps[a, 0], steps[a, 1], steps[a, 2]
            for z in range(z0, z1 + 1):
                for y in range(y0, y1 + 1):
                    here, there = places[z, y], places[z + dz, y + dy]
                    for x in range(x0, x1 + 1):
                        i, j = here[x], there[x + dx]
                        if i != 0 and j != 0:
                            table[i - 1, j - 1] += 1.0
    return counts


@numba.njit(cache=True, nogil=True)
def _inside(box: Box, z: int, y: int, x: int) -> bool:
    return box[0] <= z <= box[3] and box[1] <= y <= box[4] and box[2] <= x <= box[5]


@numba.njit(cache=True, nogil=True)
def _sees_another(places: np.ndarray, box: Box, step: Step, z: int, y: int, x: int) -> bool:
    """Whether another voxel of the region lies ahead on the same line."""
    z, y, x = z + step[0], y + step[1], x + step[2]
    while _inside(box, z, y, x):
        if places[z, y, x] != 0:
            return True
        z, y, x = z + step[0], y + step[1], x + step[2]
    return False


@numba.njit(cache=True, nogil=True)
def _steps_alike(places: np.ndarray, box: Box, step: Step, z: int, y: int, x: int) -> int:
    """How many steps ahead the place stays the same."""
    place, length = places[z, y, x], -1
    while _inside(box, z, y, x) and places[z, y, x] == place:
        length += 1
        z, y, x = z + step[0], y + step[1], x + step[2]
    return length


@numba.njit(cache=True, nogil=True)
def _count_runs(places: np.ndarray, box: Box, step: Step, table: np.ndarray) -> bool:
    """Fill a table, shape (n, longest); gives whether any line meets two voxels of the region."""
    several = False
    dz, dy, dx = step[0], step[1], step[2]
    for z in range(box[0], box[3] + 1):
        for y in range(box[1], box[4] + 1):
            here = places[z, y]
            before = box[0] <= z - dz <= box[3] and box[1] <= y - dy <= box[4]
            there = places[z - dz, y - dy] if before else here
            for x in range(box[2], box[5] + 1):
                i = here[x]
                if i == 0 or (before and box[2] <= x - dx <= box[5] and there[x - dx] == i):
                    continue
                several = several or _sees_another(places, box, step, z, y, x)
                table[i - 1, _steps_alike(places, box, step, z, y, x)] += 1.0
    return several


@numba.njit(cache=True, nogil=True)
def count_runs(places: np.ndarray, steps: np.ndarray, boxes: np.ndarray, n: int, longest: int) -> np.ndarray:
    """How many runs of equal place have each length; float64, shape (v, a, n, longest).

    A direction in which no line meets two voxels of the region counts nothing.
    """
    counts = np.zeros((boxes.shape[0], steps.shape[0], n, longest))
    for v in range(boxes.shape[0]):
        for a in range(steps.shape[0]):
            if not _count_runs(places, boxes[v], steps[a], counts[v, a]):
                counts[v, a] = 0.0
    return counts


@numba.njit(cache=True, nogil=True)
def _grow(
    places: np.ndarray, seen: np.ndarray, mark: int, steps: np.ndarray, box: Box, stack: np.ndarray, start: Voxel
) -> int:
    """Size of the zone that holds a voxel; marks what it saw."""
    z, y, x = start
    place = places[z, y, x]
    seen[z, y, x] = mark
    stack[0, 0], stack[0, 1], stack[0, 2] = z, y, x
    top, size = 1, 0
    while top > 0:
        top -= 1
        size += 1
        p, q, r = stack[top, 0], stack[top, 1], stack[top, 2]
        for a in range(steps.shape[0]):
            k, m, s = p + steps[a, 0], q + steps[a, 1], r + steps[a, 2]
            if _inside(box, k, m, s) and places[k, m, s] == place and seen[k, m, s] != mark:
                seen[k, m, s] = mark
                stack[top, 0], stack[top, 1], stack[top, 2] = k, m, s
                top += 1
    return size


@numba.njit(cache=True, nogil=True)
def _volume(box: Box) -> int:
    return (box[3] - box[0] + 1) * (box[4] - box[1] + 1) * (box[5] - box[2] + 1)


@numba.njit(cache=True, nogil=True)
def _longer(rows: np.ndarray) -> np.ndarray:
    """The same rows with room for as many again."""
    room = np.empty((2 * rows.shape[0], rows.shape[1]), dtype=np.int64)
    for k in range(rows.shape[0]):
        for m in range(rows.shape[1]):
            room[k, m] = rows[k, m]
    return room


@numba.njit(cache=True, nogil=True)
def find_zones(places: np.ndarray, steps: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Connected zones of equal place; int64, shape (zones, 3): box, place and number of voxels of each."""
    seen = np.zeros(places.shape, dtype=np.int32)
    most = 1
    for v in range(boxes.shape[0]):
        most = max(most, _volume(boxes[v]))
    stack = np.empty((most, 3), dtype=np.int32)
    zones = np.empty((1024, 3), dtype=np.int64)
    found = 0
    for v in range(boxes.shape[0]):
        box = boxes[v]
        for z in range(box[0], box[3] + 1):
            for y in range(box[1], box[4] + 1):
                for x in range(box[2], box[5] + 1):
                    if places[z, y, x] == 0 or seen[z, y, x] == v + 1:
                        continue
                    if found == zones.shape[0]:
                        zones = _longer(zones)
                    zones[found, 0], zones[found, 1] = v, places[z, y, x]
                    zones[found, 2] = _grow(places, seen, v + 1, steps, box, stack, (z, y, x))
                    found += 1
    return zones[:found]


@numba.njit(cache=True, nogil=True)
def compare_neighbours(
    places: np.ndarray, values: np.ndarray, steps: np.ndarray, boxes: np.ndarray, apart: int
) -> tuple[np.ndarray, np.ndarray]:
    """How each voxel's level compares with those around it.

    Parameters
    ----------
    values
        int64, shape (n,): the level of each place.
    apart
        Largest difference of levels at which a neighbour counts as alike.

    Returns
    -------
    How many voxels of each level have 0, 1, … alike neighbours, float64, shape (v, n, a + 1); and for each level the
    number of voxels and the sum of |level - mean level of the neighbours|, float64, shape (v, n, 2).
    """
    n, reach = values.shape[0], steps.shape[0]
    alike = np.zeros((boxes.shape[0], n, reach + 1))
    tones = np.zeros((boxes.shape[0], n, 2))
    for v in range(boxes.shape[0]):
        box = boxes[v]
        for z in range(box[0], box[3] + 1):
            for y in range(box[1], box[4] + 1):
                for x in range(box[2], box[5] + 1):
                    i = places[z, y, x]
                    if i == 0:
                        continue
                    level = values[i - 1]
                    same, around, total = 0, 0, 0
                    for a in range(reach):
                        q, r, s = z + steps[a, 0], y + steps[a, 1], x + steps[a, 2]
                        if not _inside(box, q, r, s):
                            continue
                        j = places[q, r, s]
                        if j != 0:
                            around += 1
                            other = values[j - 1]
                            total += other
                            same += abs(level - other) <= apart
                    alike[v, i - 1, same] += 1.0
                    tones[v, i - 1, 0] += 1.0
                    if around > 0:
                        tones[v, i - 1, 1] += abs(level - total / around)
    return alike, tones


@numba.njit(cache=True, nogil=True)
def count_cubes(inside: np.ndarray) -> np.ndarray:
    """For each of the 256 patterns of a cube's corners: how many cubes have it, and the sum of their z, y and x.

    `inside` is bool, shape (z, y, x), False on its border; int64, shape (256, 4). Corners 0 to 7 lie at (z, y, x) =
    000, 001, 011, 010, 100, 101, 111, 110.
    """
    found = np.zeros((256, 4), dtype=np.int64)
    for z in range(inside.shape[0] - 1):
        for y in range(inside.shape[1] - 1):
            near, beside = inside[z, y], inside[z, y + 1]
            above, across = inside[z + 1, y], inside[z + 1, y + 1]
            for x in range(inside.shape[2] - 1):
                pattern = (
                    near[x]
                    + 2 * near[x + 1]
                    + 4 * beside[x + 1]
                    + 8 * beside[x]
                    + 16 * above[x]
                    + 32 * above[x + 1]
                    + 64 * across[x + 1]
                    + 128 * across[x]
                )
                if pattern != 0 and pattern != 255:
                    cell = found[pattern]
                    cell[0] += 1
                    cell[1] += z
                    cell[2] += y
                    cell[3] += x
    return found


@numba.njit(cache=True, nogil=True)
def _differences(one: np.ndarray, other: np.ndarray, shift: int, ends: np.ndarray, count: int, row: int) -> int:
    """Append to `ends` the first and last column at which two lines of voxels differ."""
    first, last = -1, -1
    for c in range(other.shape[0]):
        if one[c] != other[c]:
            first = c if first < 0 else first
            last = c
    if first >= 0:
        ends[count, 0], ends[count, 1] = row, 2 * first + shift
        ends[count + 1, 0], ends[count + 1, 1] = row, 2 * last + shift
        count += 2
    return count


@numba.njit(cache=True, nogil=True)
def _farthest(ends: np.ndarray, count: int, row_mm: float, column_mm: float) -> float:
    most = 0.0
    for a in range(count):
        for b in range(a):
            y, x = (ends[a, 0] - ends[b, 0]) * row_mm / 2, (ends[a, 1] - ends[b, 1]) * column_mm / 2
            most = max(most, y * y + x * x)
    return most


@numba.njit(cache=True, nogil=True)
def widest_in_planes(inside: np.ndarray, row_mm: float, column_mm: float) -> float:
    """Largest distance in mm between two mesh vertices that share their position along the first axis.

    `inside` is bool, shape (planes, rows, columns), False on its border. Vertices lie half-way between neighbours of
    which one is inside; of those on one line only the first and the last can be an end.
    """
    planes, rows, _ = inside.shape
    ends = np.empty((4 * rows, 2))
    most = 0.0
    for p in range(planes - 1):
        count = 0
        for r in range(rows - 1):
            count = _differences(inside[p, r, :-1], inside[p, r, 1:], 1, ends, count, 2 * r)
            count = _differences(inside[p, r], inside[p, r + 1], 0, ends, count, 2 * r + 1)
        most = max(most, _farthest(ends, count, row_mm, column_mm))
        count = 0
        for r in range(rows):
            count = _differences(inside[p, r], inside[p + 1, r], 0, ends, count, 2 * r)
        most = max(most, _farthest(ends, count, row_mm, column_mm))
    return np.sqrt(most)
