"""A mask in, its outline out as PyRadiomics draws it: marching cubes and squares with vertices half-way.

The triangles are Bourke's table (Bourke P. Polygonising a scalar field, 1994, paulbourke.net/geometry/polygonise;
method: Lorensen WE, Cline HE. SIGGRAPH 1987;21:163-169) as PyRadiomics 3.0.1 arranges it: 128 patterns, the others
being their complements with the normal reversed. Where two outside corners face each other across a diagonal this
leaves the surface of neighbouring cubes unmatched, so that the volume is the sum over triangles, whatever it encloses.
"""

from functools import cache

import numpy as np

# Triangles of patterns 0 to 127, three edges each; '.' for none.
TRIANGLES = """
    . 083 019 183198 12a 08312a 0292a9 2832a88a9 23b 08b0b2 01923b 19b1b28b9 13a3ba 08a0a18ba 0393b99ba 8a98ba 478
    043347 019478 147173194 12a478 04312a347 0292a9478 2732972a9479 23b478 04224b47b 01923b478 19229b47b4b9
    13a3ba478 04114b1ba47b 0393b94789ba 47b4b99ba 495 083495 015054 153358485 12a495 08312a495 0242542a5
    2532a5348354 23b495 08b0b2495 01505423b 15225828b485 13a3ba495 08a0a14958ba 03b0540b55ba 48558a8ba 579789
    093357395 017078157 157173 12a579789 09312a357395 0282582a5578 2532a5357 23b579789 09227b297579 01815717823b
    15717b1b2 13a3ba579789 05707b0950a10ba 03b0570780a50ba 57b5ba 5a6 0835a6 0195a6 1831985a6 126165 083126165
    026069596 258265283598 23b5a6 08b0b25a6 01923b5a6 19b1b25a68b9 1353653b6 05108b0b55b6 0360590653b6 59669b8b9
    4785a6 0433475a6 0194785a6 1471731945a6 126165478 043126165347 026069478596 269293397479596 23b4785a6
    04224b47b5a6 01923b4785a6 19229b47b4b95a6 1353653b6478 04b0b11b547b5b6 0360590653b6478 47959669b7b9 49a4a6
    08349a4a6 01a0640a6 1681831a6486 124149264 083124149264 024264 248264283 23b49a4a6 08b0b249a4a6 01a0640a623b
    14816418b1a61b2 1393693b6496 08114916418b1b6 0360643b6 48668b 67a78a89a 07309a0a767a 0181781a767a 1731a767a
    126168189678 093129269397679 026067078 267273 23b67a78a89a 07209727b67a79a 0181781a723b67a 16717b1a61b2
    1361693b6678689 09167b 03b0670780b6 67b
"""

# Midpoints of the twelve edges, (z, y, x) in cubes.
EDGES = np.array([
    (0, 0, 0.5), (0, 0.5, 1), (0, 1, 0.5), (0, 0.5, 0), (1, 0, 0.5), (1, 0.5, 1),
    (1, 1, 0.5), (1, 0.5, 0), (0.5, 0, 0), (0.5, 0, 1), (0.5, 1, 1), (0.5, 1, 0),
])  # fmt: skip

# Lines of the 16 patterns of a square, from one edge to another, region on the same side; edges: top, right, bottom,
# left, and corners in the same order from the top left.
LINES = ("", "30", "01", "31", "12", "1230", "02", "32", "23", "20", "0123", "21", "13", "10", "03", "")
SIDES = np.array([(0, 0.5), (0.5, 1), (1, 0.5), (0.5, 0)])


@cache
def triangle_table() -> tuple[np.ndarray, ...]:
    """For each of the 256 patterns its triangles in cubes, shape (n, 3 corners, 3), in (z, y, x)."""
    lower = [
        EDGES[[int(edge, 16) for edge in entry]].reshape(-1, 3, 3) if entry != "." else np.empty((0, 3, 3))
        for entry in TRIANGLES.split()
    ]
    return (*lower, *(found[:, ::-1] for found in reversed(lower)))


def mesh(inside: np.ndarray, spacing: tuple[float, float, float]) -> tuple[float, float]:
    """Area in mm² and volume in mm³ of a mask's surface.

    Parameters
    ----------
    inside
        bool, shape (z, y, x), False on its border; PyRadiomics pads the region's box by one voxel.
    spacing
        Along z, y, x in mm.
    """
    from radici.pyradiomics.kernels import count_cubes

    area = volume = 0.0
    counts = count_cubes(np.ascontiguousarray(inside)).astype(float)
    for row, found in zip(counts, triangle_table(), strict=True):
        cubes, places = row[0], row[1:]
        if cubes and len(found):
            a, b, c = np.moveaxis(found, 1, 0)
            normals = np.cross(a, b) + np.cross(b, c) + np.cross(c, a)
            volume += cubes * (np.cross(a, b) * c).sum() + (normals.sum(axis=0) * places).sum()
            area += cubes * np.linalg.norm(np.cross((a - c) * spacing, (b - c) * spacing), axis=1).sum()
    return float(area) / 2, float(volume) * float(np.prod(spacing)) / 6


def contour(inside: np.ndarray, spacing: tuple[float, float]) -> tuple[float, float]:
    """Length in mm and enclosed area in mm² of a flat mask's outline.

    Parameters
    ----------
    inside
        bool, shape (rows, columns), False on its border.
    spacing
        Along rows and columns in mm.
    """
    corner = inside.astype(np.int64)
    patterns = corner[:-1, :-1] + 2 * corner[:-1, 1:] + 4 * corner[1:, 1:] + 8 * corner[1:, :-1]
    length = area = 0.0
    for pattern, lines in enumerate(LINES):
        squares = np.argwhere(patterns == pattern)
        for k in range(0, len(lines), 2):
            a, b = SIDES[int(lines[k])], SIDES[int(lines[k + 1])]
            length += len(squares) * float(np.linalg.norm((a - b) * spacing))
            rows, columns = squares.sum(axis=0)
            area += len(squares) * (a[0] * b[1] - b[0] * a[1]) + rows * (b[1] - a[1]) - columns * (b[0] - a[0])
    return length, float(area) * float(np.prod(spacing)) / 2
