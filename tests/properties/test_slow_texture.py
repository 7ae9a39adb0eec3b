"""The slow reference on IBSI's digital phantom: before it judges anything, it must give the published values.

IBSI's CSV of reference values is looked for in the shared data; the phantom is in `tests/data` (CC BY 4.0).
"""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from properties.slow_texture import AGGREGATIONS, exponential, inverse, matrices, norm
from properties.slow_texture_features import DEFINITIONS, features

PHANTOM = Path(__file__).parents[1] / "data" / "ibsi_digital_phantom"


@cache
def phantom() -> np.ndarray:
    image, mask = (
        sitk.GetArrayFromImage(sitk.ReadImage(str(PHANTOM / f"{name}.nii.gz"))).T for name in ("phantom", "mask")
    )
    return np.where(mask > 0, image, 0).astype(int)


@cache
def published(folder: Path) -> dict[str, tuple[float, float]]:
    with (folder / "ibsi1" / "reference_values.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["configuration"] == "digital_phantom"]
    texture = [row for row in rows if row["tag"].split("_")[0] in AGGREGATIONS]
    return {row["tag"]: (float(row["reference_value"]), float(row["tolerance"])) for row in texture}


def three_digits(value: float) -> float:
    return float(np.format_float_positional(value, precision=3, fractional=False, unique=False))


WAYS = [(family, aggregation) for family, aggregations in AGGREGATIONS.items() for aggregation in aggregations]


@pytest.mark.parametrize(("family", "aggregation"), WAYS)
def test_phantom_gives_the_published_values(shared, family, aggregation):
    found = features(family, matrices(phantom(), family, aggregation), 6)
    wrong = {}
    for tag, value in found.items():
        reference, tolerance = published(shared)[f"{family}_{tag}_{aggregation}"]
        if not abs(three_digits(value) - reference) <= tolerance + 1e-9 * abs(reference):
            wrong[tag] = (value, reference)
    assert wrong == {}


def test_every_published_texture_value_is_compared(shared):
    ours = {f"{family}_{tag}_{how}" for family, how in WAYS for tag in DEFINITIONS[family]}
    assert ours == set(published(shared))


def test_a_flat_region_has_one_pair_of_levels():
    assert [m.counts for m in matrices(np.ones((2, 1, 1), int), "cm", "3D_comb")] == [{(1, 1): 2}]


def test_an_isolated_voxel_has_no_co_occurrence():
    assert matrices(np.ones((1, 1, 1), int), "cm", "3D_comb") == []


def test_no_matrix_gives_nan():
    assert np.isnan(features("ngt", [], 1)["coarseness"])


# An L of three voxels: levels 1 and 2 along x, 1 and 3 along the diagonal of the slice, 2 and 3 along y.
CORNER = np.array([[[1], [0]], [[2], [3]]])


@pytest.mark.parametrize(
    ("weigh", "diagonal"), [(inverse, 1 / np.sqrt(2)), (exponential, np.exp(-1.0))], ids=["inverse", "exponential"]
)
def test_weights_fall_with_the_euclidean_length_of_the_direction(weigh, diagonal):
    (matrix,) = matrices(CORNER, "cm", "3D_comb", weight=lambda m: weigh(norm(m)))
    assert matrix.counts[1, 3] / matrix.counts[1, 2] == pytest.approx(diagonal)


def test_the_chebyshev_norm_leaves_a_merged_matrix_as_it_is():
    (matrix,) = matrices(CORNER, "cm", "3D_comb", weight=lambda m: inverse(norm(m, "chebyshev")))
    assert matrix.counts == matrices(CORNER, "cm", "3D_comb")[0].counts


@pytest.mark.parametrize(("kind", "length"), [("manhattan", 13), ("euclidean", 9), ("chebyshev", 8)])
def test_norms_in_millimetres(kind, length):
    assert norm((1, -1, 1), kind, (4, 1, 8)) == pytest.approx(length)
