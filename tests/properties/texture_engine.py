"""Grey levels in, the engine's texture values by IBSI tag out: what the properties compare."""

from math import isclose, isnan

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import radici.features  # noqa: F401
from properties.slow_texture import AGGREGATIONS
from radici.core.image import Geometry, Image, Mask
from radici.core.region import Region
from radici.features.compute import compute
from radici.features.family import FAMILIES, read_families
from radici.imaging import read_chain

settings.register_profile(
    "texture", derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)

CHAIN = read_chain([{"discretise": {"bin_width": 1, "minimum": 1}}])
SPELLED = {
    "2D_avg": "2d_avg",
    "2D_comb": "2d_mrg",
    "2_5D_avg": "2_5d_avg",
    "2_5D_comb": "2_5d_mrg",
    "3D_avg": "3d_avg",
    "3D_comb": "3d_mrg",
    "2D": "2d",
    "2_5D": "2_5d",
    "3D": "3d",
}
REGISTERED = [name for name in AGGREGATIONS if name in FAMILIES]


@st.composite
def volumes(draw) -> tuple[np.ndarray, np.ndarray]:
    """Levels of up to 5 x 5 x 4 voxels, 0 outside the region, and a shape mask that holds the region."""
    shape = draw(st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 4)))
    most = draw(st.integers(1, 6))
    levels = draw(arrays(np.int64, shape, elements=st.integers(0, most)))
    if not levels.any():
        levels[tuple(draw(st.integers(0, n - 1)) for n in shape)] = draw(st.integers(1, most))
    extra = draw(st.just(np.zeros(shape, bool)) | st.just(np.ones(shape, bool)) | arrays(np.bool_, shape))
    return levels, (levels > 0) | extra


def region_of(levels: np.ndarray, shape_mask: np.ndarray | None = None, outside: float = 1) -> Region:
    """A region whose intensities are the levels; voxels outside the intensity mask hold `outside`."""
    geometry = Geometry(levels.shape)
    inside = levels > 0
    voxels = np.where(inside, levels, outside).astype(np.float32)
    shape = inside if shape_mask is None else np.ascontiguousarray(shape_mask)
    return Region(Image(voxels, geometry), Mask(shape, geometry), Mask(inside, geometry))


def engine(region: Region, family: str, **options: int | str) -> dict[str, float]:
    """The engine's values of a family in every aggregation, by IBSI's full tag."""
    ways = [SPELLED[aggregation] for aggregation in AGGREGATIONS[family]]
    values, columns = compute(region, CHAIN, read_families([{family: {"aggregation": ways, **options}}]))
    return {columns[name].ibsi_tag: value for name, value in values.items()}


def equal(tag: str, ours: float, theirs: float) -> bool:
    """The same to 1e-9, or both NaN; `info_corr2` is the root of what rounding leaves near 0: there to 1e-7."""
    if isnan(ours) or isnan(theirs):
        return isnan(ours) and isnan(theirs)
    return isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-7 if "info_corr2" in tag else 1e-11)


def differences(ours: dict[str, float], theirs: dict[str, float]) -> dict[str, tuple[float, float]]:
    """What differs, by tag, with both values; both must hold the same tags."""
    assert set(ours) == set(theirs)
    return {tag: (ours[tag], theirs[tag]) for tag in ours if not equal(tag, ours[tag], theirs[tag])}
