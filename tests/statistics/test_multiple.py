"""Benjamini-Hochberg: by hand, with missing values, in any order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radici.core.errors import InputError
from radici.statistics.multiple import benjamini_hochberg


def test_adjusts_by_hand():
    assert benjamini_hochberg(np.array([0.01, 0.04, 0.03])) == pytest.approx([0.03, 0.04, 0.04])


def test_missing_p_is_not_a_test():
    assert benjamini_hochberg(np.array([0.01, np.nan, 0.04])) == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)


def test_single_p_stays():
    assert benjamini_hochberg(np.array([0.2])) == pytest.approx([0.2])


def test_no_p_gives_none():
    assert benjamini_hochberg(np.array([])).size == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_never_below_the_p_value_nor_above_one(p):
    adjusted = benjamini_hochberg(np.array(p))
    assert ((adjusted >= np.array(p) - 1e-12) & (adjusted <= 1)).all()


def test_test_statistics_are_refused():
    with pytest.raises(InputError, match="between 0 and 1"):
        benjamini_hochberg(np.array([0.1, 2.3]))
