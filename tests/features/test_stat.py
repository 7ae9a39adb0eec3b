import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from radici.core.image import Geometry, Image, Mask
from radici.core.region import whole
from radici.features.compute import compute
from radici.features.family import read_families
from radici.features.stat import percentiles


def stat(values: np.ndarray) -> dict[str, float]:
    voxels = np.asarray(values, dtype=np.float32).reshape(-1, 1, 1)
    grid = Geometry(voxels.shape)
    region = whole(Image(voxels, grid), Mask(np.ones(voxels.shape, dtype=bool), grid))
    found, named = compute(region, [], read_families(["stat"]))
    return {named[name].ibsi_tag.removeprefix("stat_"): value for name, value in found.items()}


# More voxels than one piece of the sums holds, with a long tail.
X = (np.random.default_rng(9).gamma(0.7, 300, 40_000) - 200).astype(np.float32).astype(float)
FOUND = stat(X)
LOW, QUARTER, HALF, THREE, HIGH = np.percentile(X, (10, 25, 50, 75, 90))
INNER = X[(X >= LOW) & (X <= HIGH)]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("mean", X.mean()),
        ("var", X.var()),
        ("skew", stats.skew(X)),
        ("kurt", stats.kurtosis(X)),
        ("median", HALF),
        ("min", X.min()),
        ("p10", LOW),
        ("p90", HIGH),
        ("max", X.max()),
        ("iqr", THREE - QUARTER),
        ("range", np.ptp(X)),
        ("mad", np.abs(X - X.mean()).mean()),
        ("rmad", np.abs(INNER - INNER.mean()).mean()),
        ("medad", np.abs(X - HALF).mean()),
        ("cov", X.std() / X.mean()),
        ("qcod", (THREE - QUARTER) / (THREE + QUARTER)),
        ("energy", (X**2).sum()),
        ("rms", np.sqrt((X**2).mean())),
    ],
)
def test_agrees_with_the_list_of_intensities(tag: str, expected: float) -> None:
    assert FOUND[tag] == pytest.approx(expected, rel=1e-10)


values = arrays.arrays(
    np.float64,
    st.integers(2, 60),
    elements=st.floats(-1e6, 1e6, width=32) | st.sampled_from([0.0, 1.0, 1.0 + 2**-20]),
)


@settings(max_examples=200, deadline=None)
@given(values.filter(lambda x: x.min() < x.max()), st.integers(0, 100))
def test_percentiles_are_numpys(x: np.ndarray, percent: int) -> None:
    expected = float(np.percentile(x, percent))
    assert percentiles(x, [percent]) == [pytest.approx(expected, rel=1e-12, abs=1e-12 * np.abs(x).max())]


@pytest.mark.parametrize("scale", [1e-320, 1e-300, 1e308], ids=str)
def test_percentiles_of_extreme_intensities(scale: float) -> None:
    x = np.array([-1.0, -0.5, 0.0, 0.5, 1.0]) * scale
    assert percentiles(x, [50, 75]) == [0.0, x[3]]
