import numpy as np
import pytest
from scipy import stats

from radici.core.image import Geometry, Image, Mask
from radici.core.region import Region, whole
from radici.features.compute import compute
from radici.features.family import read_families
from radici.imaging import read_chain

FAMILIES = read_families(["ih"])
AS_THEY_ARE = [{"discretise": {"bin_width": 1, "minimum": 1}}]


def region_of(levels: list | np.ndarray) -> Region:
    voxels = np.asarray(levels, dtype=np.float32).reshape(-1, 1, 1)
    grid = Geometry(voxels.shape)
    return whole(Image(voxels, grid), Mask(np.ones(voxels.shape, dtype=bool), grid))


def ih(levels: list | np.ndarray, chain: list = AS_THEY_ARE) -> dict[str, float]:
    values, columns = compute(region_of(levels), read_chain(chain), FAMILIES)
    return {columns[name].ibsi_tag.removeprefix("ih_"): value for name, value in values.items()}


LEVELS = np.random.default_rng(4).geometric(0.2, 999).clip(max=30)
FOUND = ih(LEVELS)
INNER = LEVELS[(np.quantile(LEVELS, 0.1, method="inverted_cdf") <= LEVELS) & (FOUND["p90"] >= LEVELS)]
P = np.bincount(LEVELS) / LEVELS.size
QUARTILES = np.quantile(LEVELS, (0.25, 0.75), method="inverted_cdf")


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("mean", LEVELS.mean()),
        ("var", LEVELS.var()),
        ("skew", stats.skew(LEVELS)),
        ("kurt", stats.kurtosis(LEVELS)),
        ("median", np.quantile(LEVELS, 0.5, method="inverted_cdf")),
        ("min", LEVELS.min()),
        ("p10", np.quantile(LEVELS, 0.1, method="inverted_cdf")),
        ("p90", np.quantile(LEVELS, 0.9, method="inverted_cdf")),
        ("max", LEVELS.max()),
        ("mode", np.bincount(LEVELS).argmax()),
        ("iqr", QUARTILES[1] - QUARTILES[0]),
        ("range", np.ptp(LEVELS)),
        ("mad", np.abs(LEVELS - LEVELS.mean()).mean()),
        ("rmad", np.abs(INNER - INNER.mean()).mean()),
        ("medad", np.abs(LEVELS - np.median(LEVELS)).mean()),
        ("cov", LEVELS.std() / LEVELS.mean()),
        ("qcod", (QUARTILES[1] - QUARTILES[0]) / QUARTILES.sum()),
        ("entropy", stats.entropy(P, base=2)),
        ("uniformity", (P**2).sum()),
    ],
)
def test_agrees_with_the_list_of_levels(tag: str, expected: float) -> None:
    assert FOUND[tag] == pytest.approx(expected, rel=1e-12)


# Counts 1, 0, 6, 2 of the levels 1 to 4: gradient -1, 2.5, 1, -4.
GRADIENT = ih([1, *[3] * 6, 4, 4])


@pytest.mark.parametrize(
    ("tag", "expected"), [("max_grad", 2.5), ("max_grad_g", 2), ("min_grad", -4), ("min_grad_g", 4)]
)
def test_gradient_by_hand(tag: str, expected: float) -> None:
    assert GRADIENT[tag] == expected


def test_of_equally_common_levels_the_one_closest_to_the_mean_is_the_mode() -> None:
    # 1 1 4 4 6: mean 3.2.
    assert ih([1, 1, 4, 4, 6])["mode"] == 4


def test_of_two_equally_close_levels_the_lower_is_the_mode() -> None:
    assert ih([1, 1, 5, 5])["mode"] == 1


def test_percentiles_are_grey_levels() -> None:
    assert ih([1, 1, 4, 4])["median"] == 1


def test_empty_levels_below_the_first_count_in_the_gradient() -> None:
    # Levels 1 and 2 are empty: the histogram rises most, by half of 4, at level 2.
    assert ih([3, 3, 3, 3, 4])["max_grad_g"] == 2


FLAT = ih([5.0] * 8, [{"discretise": {"bin_number": 8}}])


@pytest.mark.parametrize("tag", ["var", "skew", "kurt", "iqr", "range", "mad", "rmad", "medad", "cov", "qcod"])
def test_one_level_has_no_spread(tag: str) -> None:
    assert FLAT[tag] == 0


@pytest.mark.parametrize(
    ("tag", "expected"), [("mean", 1), ("uniformity", 1), ("entropy", 0), ("max_grad", 0), ("min_grad", 0)]
)
def test_one_level(tag: str, expected: float) -> None:
    assert FLAT[tag] == expected


def test_fixed_width_counts_from_the_lower_bound() -> None:
    # HU -30 to 9 in bins of 10 from -100 on: levels 8 to 11.
    chain = [{"resegment": {"range": [-100, 400]}}, {"discretise": {"bin_width": 10}}]
    found = ih(np.arange(-30, 10), chain)
    assert (found["min"], found["max"], found["mean"]) == (8, 11, 9.5)
