import numpy as np
import pytest

from radici.core.errors import RegionError, StudyError
from radici.core.image import Geometry, Image, Mask
from radici.core.region import Region, whole
from radici.features.compute import columns, compute
from radici.features.family import read_families
from radici.imaging import read_chain


def region_of(values: list | np.ndarray) -> Region:
    voxels = np.asarray(values, dtype=np.float32).reshape(-1, 1, 1)
    grid = Geometry(voxels.shape)
    return whole(Image(voxels, grid), Mask(np.ones(voxels.shape, dtype=bool), grid))


def ivh(values: list | np.ndarray, chain: list | None = None, **settings: float) -> dict[str, float]:
    found, named = compute(region_of(values), read_chain(chain or []), read_families([{"ivh": settings}]))
    return {named[name].ibsi_tag.removeprefix("ivh_"): value for name, value in found.items()}


def by_definition(levels: np.ndarray, grid: np.ndarray) -> dict[str, float]:
    """IBSI's formulas as printed, on discretised intensities and the grid that they are read at."""
    share = np.array([1 - (levels < i).mean() for i in grid])
    fraction = (grid - grid[0]) / (grid[-1] - grid[0])
    v10, v90 = (share[fraction >= x - 1e-12].max() for x in (0.1, 0.9))
    i10, i90 = (grid[share <= x + 1e-12].min() for x in (0.1, 0.9))
    area = np.trapezoid(share, fraction)
    return {
        "v10": v10,
        "v90": v90,
        "i10": i10,
        "i90": i90,
        "diff_v10_v90": v10 - v90,
        "diff_i10_i90": i10 - i90,
        "auc": area,
    }


RNG = np.random.default_rng(7)
HU = np.round(RNG.normal(40, 90, 777)).clip(-300, 380)
SUV = RNG.gamma(2.0, 1.7, 500).astype(np.float32).astype(float)
RANGE = [{"resegment": {"range": [-500, 400]}}]
SUV_LEVELS = np.floor((SUV - 0) / 0.25) * 0.25 + 0.125
LEVELS = np.minimum(np.floor(64 * (SUV - SUV.min()) / np.ptp(SUV)) + 1, 64)
CASES = {
    "discrete, own range": (ivh(HU, interval=1), by_definition(HU, np.arange(HU.min(), HU.max() + 1))),
    "discrete, range of resegmentation": (ivh(HU, RANGE, interval=1), by_definition(HU, np.arange(-500.0, 401))),
    "continuous": (
        ivh(SUV, [{"resegment": {"range": [0, 20]}}], bin_width=0.25),
        by_definition(SUV_LEVELS, np.arange(0.125, 20, 0.25)),
    ),
    "arbitrary": (ivh(SUV, bin_number=64), by_definition(LEVELS, np.arange(1.0, 65))),
}


@pytest.mark.parametrize("tag", ["v10", "v90", "i10", "i90", "diff_v10_v90", "diff_i10_i90", "auc"])
@pytest.mark.parametrize("case", list(CASES))
def test_agrees_with_the_definition(case: str, tag: str) -> None:
    found, expected = CASES[case]
    assert found[tag] == pytest.approx(expected[tag], rel=1e-9)


def test_ibsis_table_of_the_digital_phantom() -> None:
    # IBSI manual, example of an intensity-volume histogram: levels 1, 3, 4, 6 in 50, 1, 16 and 7 of 74 voxels.
    found = ivh([1] * 50 + [3] + [4] * 16 + [6] * 7, interval=1)
    assert (found["v10"], found["v90"], found["i10"], found["i90"]) == (24 / 74, 7 / 74, 5, 2)


def test_without_settings_there_are_a_thousand_levels() -> None:
    assert ivh(SUV) == ivh(SUV, bin_number=1000)


def test_the_rule_is_part_of_the_name() -> None:
    names = [next(iter(columns([], read_families([{"ivh": s}])))) for s in ({"interval": 1}, {"bin_width": 0.1}, {})]
    assert [name.split("__")[-1] for name in names] == ["step1", "fbs0p1", "fbn1000"]


def test_an_open_range_ends_at_the_highest_intensity() -> None:
    half_open = [{"resegment": {"range": [-500, None]}}]
    closed = [{"resegment": {"range": [-500, float(HU.max())]}}]
    assert ivh(HU, half_open, interval=1) == ivh(HU, closed, interval=1)


def test_outliers_set_no_range() -> None:
    kept = np.array([0.0, 1, 2, 3, 4] * 20)
    assert ivh([*kept, 1000], [{"resegment": {"outliers": 3}}], interval=1) == ivh(kept, interval=1)


def test_a_range_on_another_scale_is_forgotten() -> None:
    chain = [*RANGE, {"scale_intensity": {"mean": 10, "sd": 2}}]
    assert ivh(HU, chain, interval=0.5) == ivh((HU - 10) / 2, interval=0.5)


def test_where_more_than_a_tenth_is_highest_the_next_step_counts() -> None:
    assert ivh([1, 2, 3, 3], interval=1)["i10"] == 4


def test_the_highest_voxel_belongs_to_the_last_level() -> None:
    # [0, 4] in widths of 2: centres 1 and 3, and the voxel of 4 is no third level.
    found = ivh([0, 1, 3, 4], [{"resegment": {"range": [0, 4]}}], bin_width=2)
    assert (found["v90"], found["i10"]) == (0.5, 5)


FLAT = ivh([7, 7, 7], interval=1)


@pytest.mark.parametrize("tag", ["v10", "v90", "diff_v10_v90"])
def test_no_fraction_of_a_single_level(tag: str) -> None:
    assert np.isnan(FLAT[tag])


@pytest.mark.parametrize(("tag", "expected"), [("i10", 8), ("i90", 8), ("diff_i10_i90", 0), ("auc", 0)])
def test_a_single_level(tag: str, expected: float) -> None:
    assert FLAT[tag] == expected


def test_too_fine_a_step_is_refused() -> None:
    with pytest.raises(RegionError, match="Choose a larger one"):
        ivh([0, 1000], interval=0.001)


def test_two_rules_are_refused() -> None:
    with pytest.raises(StudyError, match="at most one"):
        read_families([{"ivh": {"interval": 1, "bin_number": 10}}])
