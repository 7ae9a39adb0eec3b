"""Scans and a budget in; how many of them may be worked on at the same time out."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import SimpleITK as sitk

from radici.cohort.volumes import READERS, extension
from radici.core.cohort import Scan
from radici.core.image import Geometry
from radici.imaging.filter import Filter
from radici.imaging.resample import Resample, new_grid
from radici.imaging.step import Step

GB = 10**9
WORKER = 0.3 * GB
"""A process with the libraries loaded."""
READING, READING_DOUBLE = 14, 26
"""Bytes per voxel of image and mask while they are read, and for the region's own block afterwards: 9 to 13 measured
(17 for 64-bit voxels), with contours of up to half a litre."""
KEPT = 5
"""Bytes per voxel of image and mask once they are read."""
WHOLE_IMAGE, WHOLE_RESPONSE = 10, 200
"""Bytes per new voxel where the whole image is resampled (8 measured), or filtered in frequency space (Riesz: 193)."""
SHARE = 0.8
MEMINFO = Path("/proc/meminfo")
CGROUPS = (
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"), Path("/sys/fs/cgroup/memory/memory.usage_in_bytes")),
)


def available_bytes() -> int | None:
    """Memory that is free for new work, within the limit of a container; None where the system does not say."""
    found = [limit - used for limit, used in map(_cgroup, CGROUPS) if limit is not None and used is not None]
    try:
        lines = dict(line.split(":", 1) for line in MEMINFO.read_text().splitlines() if ":" in line)
        found.append(int(lines["MemAvailable"].split()[0]) * 1024)
    except (OSError, KeyError, ValueError):
        pass
    return max(min(found), 0) if found else None


def budget_bytes(gigabytes: float | None) -> float | None:
    """The budget asked for, or by default 80 % of what is available; None where that is not known."""
    if gigabytes is not None:
        return gigabytes * GB
    free = available_bytes()
    return None if free is None else SHARE * free


def case_bytes(
    scan: Scan, chain: Sequence[Step] = (), filters: Sequence[Filter] = (), whole_image: bool = False
) -> float:
    """Estimated memory that a case of this scan needs, from the image's header; 0 for one that cannot be read."""
    header = _header(scan.image)
    if header is None:
        return 0.0
    grid, double = header
    each = WHOLE_IMAGE if whole_image else 0
    spacing = grid.spacing
    for step in chain:
        spacing = step.spacing_after(spacing)
    if any(one.reach(spacing) is None for one in filters):
        each += WHOLE_RESPONSE
    voxels = math.prod(grid.shape)
    new = max(
        [voxels, *(math.prod(new_grid(grid, step.spacing_mm).shape) for step in chain if isinstance(step, Resample))]
    )
    reading = voxels * (READING_DOUBLE if double else READING)
    return max(reading, voxels * KEPT + new * each)


def workers(needs: Iterable[float], jobs: int, budget: float | None) -> tuple[int, str]:
    """How many processes fit into the budget, and a sentence where these are fewer than `jobs`.

    Parameters
    ----------
    needs
        Bytes of each case; the largest counts, for any of them may meet.
    jobs
        Processes wanted.
    budget
        Bytes; None knows no limit.
    """
    most = max(needs, default=0.0) + WORKER
    if budget is None or jobs <= 1:
        return max(jobs, 1), ""
    fit = max(1, min(jobs, int(budget // most)))
    if fit == jobs:
        return jobs, ""
    return fit, (
        f"{fit} of {jobs} processes are used: the largest case needs about {most / GB:.1f} GB, and the budget is "
        f"{budget / GB:.1f} GB. Set another with --memory."
    )


def _header(path: Path) -> tuple[Geometry, bool] | None:
    """The grid of an image file, and whether its voxels are 64-bit numbers."""
    reader = sitk.ImageFileReader()
    try:
        reader.SetImageIO(READERS[extension(path)])
        reader.SetFileName(str(path))
        reader.ReadImageInformation()
    except (KeyError, RuntimeError):
        return None
    if reader.GetDimension() != 3:
        return None
    double = reader.GetPixelID() in (sitk.sitkFloat64, sitk.sitkInt64, sitk.sitkUInt64)
    return Geometry(tuple(reader.GetSize()), tuple(reader.GetSpacing())), double


def _cgroup(paths: tuple[Path, Path]) -> tuple[int | None, int | None]:
    try:
        limit, used = (path.read_text().strip() for path in paths)
        return (int(limit), int(used)) if limit != "max" else (None, None)
    except (OSError, ValueError):
        return None, None
