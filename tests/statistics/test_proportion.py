"""Exact intervals against R 4's `binom.test` (stats)."""

import pytest

from radici.core.errors import InputError
from radici.statistics.proportion import clopper_pearson


@pytest.mark.parametrize(
    ("count", "n", "level", "low", "high"),
    [
        (0, 7, 0.95, 0, 0.409616397225003),
        (7, 7, 0.95, 0.590383602774997, 1),
        (19, 60, 0.95, 0.202575507118972, 0.449559687764053),
        (1, 40, 0.95, 0.000632744932049419, 0.131585858482766),
        (230, 298, 0.95, 0.719905359917065, 0.818224336722802),
        (12, 68, 0.90, 0.105103812365261, 0.270184828441915),
    ],
)
def test_equals_r(count, n, level, low, high):
    assert clopper_pearson(count, n, level) == pytest.approx((low, high), rel=1e-10, abs=1e-14)


@pytest.mark.parametrize(("count", "n"), [(3, 2), (-1, 2), (0, 0)])
def test_a_share_that_does_not_exist_is_refused(count, n):
    with pytest.raises(InputError, match="does not exist"):
        clopper_pearson(count, n)
