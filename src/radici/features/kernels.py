"""Padded grey levels in, counts out: the compiled loops of the texture families.

Volumes lie in memory as (z, y, x), flattened, with a border of zeros around the region's box; 0 is "not in the
region". Offsets are differences of flat indices, so that one slice of a row and the same slice moved by an offset
hold the pairs of one direction: plain loops over such slices become vector instructions. Counts are integers, so no
order of work changes a result. All kernels release the GIL, and compile at first use for the types they meet.

They share this file because numba's cache of a kernel does not see changes in another file.
"""

from typing import Any

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic

U = np.uint64
OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "boundscheck": False}


@intrinsic
def _lowest_bit(typing_context: Any, word: Any) -> Any:
    """Position of the lowest set bit: one instruction."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], context.get_constant(types.boolean, True))

    return types.uint32(types.uint32), generate


@numba.njit(**OPTIONS)
def turn(found, pad, shape, out):  # type: ignore[no-untyped-def]
    """Copy an array (x, y, z) with z next to z in memory into the flat (z, y, x) array `out`, `pad` from its edges.

    In tiles, because the two orders would otherwise fetch a cache line for every voxel.
    """
    nx, ny, nz = found.shape
    _, row, length = shape
    tile = np.empty((64, 64), dtype=out.dtype)
    for y in range(ny):
        for x0 in range(0, nx, 64):
            wide = min(64, nx - x0)
            for z0 in range(0, nz, 64):
                deep = min(64, nz - z0)
                for x in range(wide):
                    line = found[x0 + x, y]
                    for z in range(deep):
                        tile[z, x] = line[z0 + z]
                for z in range(deep):
                    at = ((z0 + z + pad) * row + y + pad) * length + pad + x0
                    out[at : at + wide] = tile[z, :wide]


@numba.njit(**OPTIONS)
def find_rows(levels, shape):  # type: ignore[no-untyped-def]
    """Flat index of the first voxel and of the one behind the last that is not 0, for every row that has one.

    Returns int64, shape (rows, 2), and for each slice its first row, int64, shape (nz + 1,).
    """
    nz, ny, nx = shape
    rows = np.empty((nz * ny, 2), dtype=np.int64)
    begins = np.zeros(nz + 1, dtype=np.int64)
    found = 0
    for z in range(nz):
        begins[z] = found
        for y in range(ny):
            first = (z * ny + y) * nx
            last = first + nx
            while first < last and levels[first] == 0:
                first += 1
            while last > first and levels[last - 1] == 0:
                last -= 1
            if first < last:
                rows[found, 0] = first
                rows[found, 1] = last
                found += 1
    begins[nz] = found
    return rows[:found].copy(), begins


@numba.njit(**OPTIONS)
def histogram(levels, rows, bounds, n):  # type: ignore[no-untyped-def]
    """How often each of the levels 0 to n - 1 occurs in rows bounds[m] to before bounds[m + 1]; int64, shape (m, n).

    Two tables in turn, as for pairs.
    """
    counts = np.zeros((len(bounds) - 1, 2, n), dtype=np.int64)
    for m in range(len(counts)):
        table = counts[m]
        for r in range(bounds[m], bounds[m + 1]):
            row = levels[rows[r, 0] : rows[r, 1]]
            for x in range(len(row)):
                table[x & 1, U(row[x])] += 1
    return counts[:, 0] + counts[:, 1]


@numba.njit(**OPTIONS)
def renumber(levels, rows, bounds, n, most):  # type: ignore[no-untyped-def]
    """Levels 1 to n - 1 numbered 1, 2, … by those that occur in rows bounds[m] to before bounds[m + 1], at most `most`.

    Returns the numbers, uint16, as `levels` lie; the level of each number, int64, shape (m, most), 0 where there are
    fewer; and how many there are, int64, shape (m,).
    """
    out = np.zeros(levels.size, dtype=np.uint16)
    table = np.zeros((len(bounds) - 1, most), dtype=np.int64)
    found = np.zeros(len(table), dtype=np.int64)
    place = np.zeros(n, dtype=np.uint16)
    for m in range(len(table)):
        for r in range(bounds[m], bounds[m + 1]):
            for i in range(rows[r, 0], rows[r, 1]):
                place[levels[i]] = 1
        place[0] = 0
        for level in range(1, n):
            if place[level]:
                table[m, found[m]] = level
                found[m] += 1
                place[level] = found[m]
        for r in range(bounds[m], bounds[m + 1]):
            for i in range(rows[r, 0], rows[r, 1]):
                out[i] = place[levels[i]]
        for number in range(found[m]):
            place[table[m, number]] = 0
    return out, table, found


@numba.njit(**OPTIONS)
def count_pairs(levels, rows, bounds, offsets, n, work, out):  # type: ignore[no-untyped-def]
    """Add to out[m, d, i, j] how often level j lies at offset d of level i, in rows bounds[m] to before bounds[m + 1].

    levels: uint8 or uint16, flat; rows: see `find_rows`; offsets: int64, shape (d,); n: levels + 1; work: uint32,
    shape (1 or 4, n²), zeros; out: uint32, shape (m, d, n, n), row and column 0 meaning nothing. Four tables in turn,
    because adding to the cell that was just written waits for memory.
    """
    last_table = len(work) - 1
    a, b, c, e = work[0], work[min(1, last_table)], work[min(2, last_table)], work[min(3, last_table)]
    stride = U(n)
    for m in range(len(out)):
        for block in range(bounds[m], bounds[m + 1], 512):
            for d in range(len(offsets)):
                offset = offsets[d]
                for r in range(block, min(block + 512, bounds[m + 1])):
                    first, last = rows[r, 0], rows[r, 1]
                    here, there = levels[first:last], levels[first + offset : last + offset]
                    length = len(here)
                    whole = length - (length & 3)
                    for x in range(0, whole, 4):
                        a[U(here[x]) * stride + U(there[x])] += np.uint32(1)
                        b[U(here[x + 1]) * stride + U(there[x + 1])] += np.uint32(1)
                        c[U(here[x + 2]) * stride + U(there[x + 2])] += np.uint32(1)
                        e[U(here[x + 3]) * stride + U(there[x + 3])] += np.uint32(1)
                    for x in range(whole, length):
                        a[U(here[x]) * stride + U(there[x])] += np.uint32(1)
                table = out[m, d].reshape(-1)
                for k in range(len(work)):
                    part = work[k]
                    for i in range(part.size):
                        table[i] += part[i]
                    part[:] = np.uint32(0)


@numba.njit(**OPTIONS)
def equal_bits(levels, rows, longest, offsets):  # type: ignore[no-untyped-def]
    """For each voxel a word whose bit d says that the voxel at offset d has its level; uint16, 0 outside the region."""
    words = np.zeros(levels.size, dtype=np.uint16)
    same = np.empty(longest, dtype=np.uint8)
    for r in range(len(rows)):
        first, last = rows[r, 0], rows[r, 1]
        here, word = levels[first:last], words[first:last]
        for d in range(len(offsets)):
            there = levels[first + offsets[d] : last + offsets[d]]
            shift = np.uint16(d)
            for x in range(len(here)):
                same[x] = np.uint8((here[x] == there[x]) & (here[x] != 0))
            for x in range(len(here)):
                word[x] = word[x] | np.uint16(np.uint16(same[x]) << shift)
    return words


@numba.njit(inline="always")
def _follow(levels, length, first, last, offset):  # type: ignore[no-untyped-def]
    """Length, so far, of the run of each voxel of a row: one more than that of the voxel before it, if equal."""
    number = length.dtype.type
    if offset == U(1):
        run = number(0)
        for i in range(first, last):
            run = number((run & number(number(0) - number(levels[i] == levels[i - offset]))) + number(1))
            length[i] = run
    else:
        for i in range(first, last):
            same = number(number(0) - number(levels[i] == levels[i - offset]))
            length[i] = number((length[i - offset] & same) + number(1))


@numba.njit(**OPTIONS)
def count_runs(levels, rows, bounds, offsets, length, ends, work, out):  # type: ignore[no-untyped-def]
    """Add to out[m, d, level, j] the runs of j voxels along offset d that end in the rows bounds[m] to bounds[m + 1].

    offsets: int64, positive; length: unsigned, wide enough for the longest run, 0 for each voxel of `levels` (those
    outside of rows must stay 0, or a run of what is not in the region could begin anywhere); ends: any, for a row;
    work: uint32, shape (1 or 2, n (longest + 1)), zeros; out: uint32, shape (m, d, n, longest + 1). Where the voxel
    after it differs, a voxel's run has ended; elsewhere 0 is counted. Indices and not slices, which cost more here.
    """
    stride = U(out.shape[3])
    a, b = work[0], work[len(work) - 1]
    number = length.dtype.type
    for m in range(len(out)):
        for d in range(len(offsets)):
            offset = U(offsets[d])
            for r in range(bounds[m], bounds[m + 1]):
                first, last = U(rows[r, 0]), U(rows[r, 1])
                _follow(levels, length, first, last, offset)
                for i in range(first, last):
                    over = number(number(0) - number(levels[i] != levels[i + offset]))
                    ends[i - first] = number(length[i] & over)
                even = last - ((last - first) & U(1))
                for i in range(first, even, U(2)):
                    a[U(levels[i]) * stride + U(ends[i - first])] += np.uint32(1)
                    b[U(levels[i + U(1)]) * stride + U(ends[i - first + U(1)])] += np.uint32(1)
                for i in range(even, last):
                    a[U(levels[i]) * stride + U(ends[i - first])] += np.uint32(1)
            table = out[m, d].reshape(-1)
            for k in range(len(work)):
                part = work[k]
                for i in range(part.size):
                    table[i] += part[i]
                part[:] = np.uint32(0)


@numba.njit(inline="always")
def _root(parent, i):  # type: ignore[no-untyped-def]
    while parent[U(i)] != i:
        parent[U(i)] = parent[U(parent[U(i)])]
        i = parent[U(i)]
    return i


@numba.njit(**OPTIONS)
def join_equal(words, rows, offsets, enough, parent):  # type: ignore[no-untyped-def]
    """Union-find over touching voxels of one level, the smallest index as root; returns how many unions were made.

    enough: uint16, shape (8192,): for each word the neighbours to join with, see `grid.spanning`; parent: uint32,
    working room for each voxel, in which a voxel's parent comes before it.
    """
    for r in range(len(rows)):
        for i in range(U(rows[r, 0]), U(rows[r, 1])):
            parent[i] = np.uint32(i)
    unions = 0
    for r in range(len(rows)):
        for i in range(U(rows[r, 0]), U(rows[r, 1])):
            word = np.uint32(enough[words[i]])
            if word == 0:
                continue
            a = _root(parent, np.uint32(i))
            while word:
                bit = _lowest_bit(word)
                word &= word - np.uint32(1)
                b = _root(parent, np.uint32(i + U(offsets[U(bit)])))
                if b < a:
                    parent[U(a)] = b
                    a = b
                    unions += 1
                elif a < b:
                    parent[U(b)] = a
                    unions += 1
    return unions


@numba.njit(**OPTIONS)
def read_zones(levels, rows, distance, parent, zones):  # type: ignore[no-untyped-def]
    """Fill zones, int64, shape (number of zones, 4): level, size, least distance and flat index of the first voxel.

    distance: uint16, of each voxel to the border. A voxel's parent was met before it and carries the zone's number.
    """
    found = 0
    for r in range(len(rows)):
        for i in range(U(rows[r, 0]), U(rows[r, 1])):
            if levels[i] == 0:
                continue
            if parent[i] == i:
                parent[i] = np.uint32(found)
                zones[found, 0] = levels[i]
                zones[found, 1] = 1
                zones[found, 2] = distance[i]
                zones[found, 3] = i
                found += 1
            else:
                zone = parent[U(parent[i])]
                parent[i] = zone
                zones[U(zone), 1] += 1
                if distance[i] < zones[U(zone), 2]:
                    zones[U(zone), 2] = distance[i]


@numba.njit(**OPTIONS)
def border_distance(inside, rows, across, steps):  # type: ignore[no-untyped-def]
    """Write the steps across faces from each voxel of `rows` to the outside into `steps`; 1 at the border.

    inside: uint8, flat, with a border of zeros; across: how far the next row and the next slice are, twice the row to
    stay within the slice; steps: uint16, zeros. City-block distance: exact after one sweep there and one back.
    """
    one = np.uint16(1)
    row, plane = across
    for r in range(len(rows)):
        first, last = rows[r, 0], rows[r, 1]
        here, mask = steps[first:last], inside[first:last]
        above, below = steps[first - row : last - row], steps[first - plane : last - plane]
        for x in range(len(here)):
            here[x] = np.uint16(min(above[x], below[x]) + one) * np.uint16(mask[x])
        reached = np.uint16(0)
        for x in range(len(here)):
            reached = min(here[x], np.uint16(reached + one))
            here[x] = reached
    for r in range(len(rows) - 1, -1, -1):
        first, last = rows[r, 0], rows[r, 1]
        here = steps[first:last]
        above, below = steps[first + row : last + row], steps[first + plane : last + plane]
        for x in range(len(here)):
            here[x] = min(here[x], np.uint16(min(above[x], below[x]) + one))
        reached = np.uint16(0)
        for x in range(len(here) - 1, -1, -1):
            reached = min(here[x], np.uint16(reached + one))
            here[x] = reached


@numba.njit(**OPTIONS)
def count_dependence(levels, rows, bounds, alike, offsets, coarseness, out):  # type: ignore[no-untyped-def]
    """Add to out[m, level, k] the voxels of rows bounds[m] to bounds[m + 1] with k neighbours at most `coarseness` off.

    alike: room for a row, unsigned; offsets: int64, of all neighbours, an even number; out: uint32, (m, n, many + 1).
    """
    alpha = levels.dtype.type(coarseness)
    for m in range(len(out)):
        table = out[m]
        for r in range(bounds[m], bounds[m + 1]):
            first, last = rows[r, 0], rows[r, 1]
            here = levels[first:last]
            for x in range(len(here)):
                alike[x] = 0
            for d in range(0, len(offsets), 2):
                there = levels[first + offsets[d] : last + offsets[d]]
                beyond = levels[first + offsets[d + 1] : last + offsets[d + 1]]
                for x in range(len(here)):
                    one = levels.dtype.type(max(here[x], there[x]) - min(here[x], there[x]))
                    other = levels.dtype.type(max(here[x], beyond[x]) - min(here[x], beyond[x]))
                    more = np.uint8((one <= alpha) & (there[x] != 0)) + np.uint8((other <= alpha) & (beyond[x] != 0))
                    alike[x] = alike.dtype.type(alike[x] + alike.dtype.type(more))
            for x in range(len(here)):
                table[U(here[x]), U(alike[x])] += np.uint32(1)


@numba.njit(inline="always")
def _add_neighbours(values, step, reach, sums):  # type: ignore[no-untyped-def]
    """For each place the sum of `values` up to `reach` steps away on both sides; places near the ends are left."""
    edge = reach * step
    inner = sums[edge : len(sums) - edge]
    inner[:] = 0
    for k in range(2 * reach + 1):
        moved = values[k * step : k * step + len(inner)]
        for i in range(len(inner)):
            inner[i] += moved[i]


@numba.njit(inline="always")
def _tally(here, total, number, out):  # type: ignore[no-untyped-def]
    """Add a row of levels, sums and numbers of voxels in the box around each, the voxel included."""
    for x in range(len(here)):
        g, k = np.int64(here[x]), np.int64(number[x]) - 1
        if g != 0 and k > 0:
            out[0, U(g), U(k)] += abs(g * k - (np.int64(total[x]) - g))
            out[1, U(g), U(k)] += 1


@numba.njit(**OPTIONS)
def sum_differences(levels, shape, rows, begins, planes, reach, ring, counts, out):  # type: ignore[no-untyped-def]
    """Add |k level - sum of neighbours| of the voxels with k >= 1 neighbours, and their number, by level and k.

    planes: first plane of memory and the one behind the last; reach: neighbours lie within so many voxels. ring,
    counts: working room of one plane for each plane of the neighbourhood (one: within the plane), unsigned types that
    hold the sums; out: int64, shape (m, 2, n, neighbours + 1), the planes being shared out evenly among the m. A sum
    over a box is a sum of sums over rows.
    """
    plane, nx = shape[1] * shape[2], shape[2]
    depth = len(ring)
    behind = depth // 2
    row, held = np.empty(plane, dtype=ring.dtype), np.empty(plane, dtype=counts.dtype)
    present = np.empty(plane, dtype=np.uint8)
    total, number = np.empty(nx, dtype=ring.dtype), np.empty(nx, dtype=counts.dtype)
    for z in range(planes[0] - behind, planes[1] + behind):
        here = levels[z * plane : (z + 1) * plane]
        for i in range(plane):
            present[i] = np.uint8(here[i] != 0)
        _add_neighbours(here, 1, reach, row)
        _add_neighbours(present, 1, reach, held)
        _add_neighbours(row, nx, reach, ring[z % depth])
        _add_neighbours(held, nx, reach, counts[z % depth])
        centre = z - behind
        if centre < planes[0]:
            continue
        table = out[(centre - planes[0]) * len(out) // (planes[1] - planes[0])]
        for r in range(begins[centre], begins[centre + 1]):
            first, last = rows[r, 0], rows[r, 1]
            at, n = first - centre * plane, last - first
            total[:n] = 0
            number[:n] = 0
            for k in range(depth):
                part, some = ring[k][at : at + n], counts[k][at : at + n]
                for x in range(n):
                    total[x] += part[x]
                for x in range(n):
                    number[x] += some[x]
            _tally(levels[first:last], total, number, table)


@numba.njit(**OPTIONS)
def pair_sums(counts, levels, lowest, span):  # type: ignore[no-untyped-def]
    """What co-occurrence features read of a stack of symmetric matrices, each given one way only.

    counts: uint32 or float64, shape (m, n, n); levels: int64, shape (some, n), each row the levels of as many matrices;
    lowest, span: of all levels. Returns the counts of each level and of each |i - j|, shape (m, span), of each
    i + j - 2 lowest, shape (m, 2 span - 1), and for each matrix the sum of c log2 c, of c², of c i j, and the largest
    c, shape (m, 4); c are the symmetric counts.
    """
    m, n, _ = counts.shape
    alone = np.zeros((m, span))
    apart = np.zeros((m, span))
    together = np.zeros((m, 2 * span - 1))
    sums = np.zeros((m, 4))
    for k in range(m):
        table, level = counts[k], levels[k * len(levels) // m]
        for i in range(n):
            for j in range(i, n):
                c = np.float64(table[i, j]) + np.float64(table[j, i])
                if c == 0.0:
                    continue
                twice = 1.0 if i == j else 2.0
                alone[k, level[i] - lowest] += c
                if i != j:
                    alone[k, level[j] - lowest] += c
                apart[k, level[j] - level[i]] += twice * c
                together[k, level[i] + level[j] - 2 * lowest] += twice * c
                sums[k, 0] += twice * c * np.log2(c)
                sums[k, 1] += twice * c * c
                sums[k, 2] += twice * c * level[i] * level[j]
                sums[k, 3] = max(sums[k, 3], c)
    return alone, apart, together, sums


@numba.njit(**OPTIONS)
def table_sums(counts, level, number):  # type: ignore[no-untyped-def]
    """What run, zone and dependence features read of a stack of matrices of level by number.

    counts: uint32 or float64, shape (m, n, k); level: float64, shape (n,); number: float64, shape (k,). Returns the
    counts of each level, shape (m, n), of each number, shape (m, k), and for each matrix the sums of c log2 c, c²,
    c/i², c i², c/j², c j², and c i^±2 j^±2 (1/i²j², i²/j², j²/i², i²j²), shape (m, 10).
    """
    m, n, width = counts.shape
    by_level = np.zeros((m, n))
    by_number = np.zeros((m, width))
    sums = np.zeros((m, 10))
    for k in range(m):
        for i in range(n):
            row = counts[k, i]
            high = level[i] * level[i]
            for j in range(width):
                c = np.float64(row[j])
                if c == 0.0:
                    continue
                far = number[j] * number[j]
                by_level[k, i] += c
                by_number[k, j] += c
                sums[k, 0] += c * np.log2(c)
                sums[k, 1] += c * c
                sums[k, 2] += c / high
                sums[k, 3] += c * high
                sums[k, 4] += c / far
                sums[k, 5] += c * far
                sums[k, 6] += c / (high * far)
                sums[k, 7] += c * high / far
                sums[k, 8] += c * far / high
                sums[k, 9] += c * high * far
    return by_level, by_number, sums


@numba.njit(**OPTIONS)
def tone_pairs(level, count, s):  # type: ignore[no-untyped-def]
    """Sums over all ordered pairs of levels that occur, for each row of count n and s, float64, shape (m, levels).

    Of |i1 n1 - i2 n2|, of |i1 - i2| (n1 s1 + n2 s2) / (n1 + n2), and of (n1 + n2) (i1 - i2)²; shape (m, 3).
    """
    m = len(count)
    sums = np.zeros((m, 3))
    for k in range(m):
        held = np.flatnonzero(count[k])
        for a in range(len(held)):
            i = held[a]
            for b in range(a):
                j = held[b]
                apart = level[i] - level[j]
                both = count[k, i] + count[k, j]
                sums[k, 0] += 2 * abs(level[i] * count[k, i] - level[j] * count[k, j])
                sums[k, 1] += 2 * apart * (count[k, i] * s[k, i] + count[k, j] * s[k, j]) / both
                sums[k, 2] += 2 * both * apart * apart
    return sums
