"""Bad arrays are refused with the row at fault."""

import numpy as np
import pytest

from radici.core.errors import InputError
from radici.statistics.vectors import flags, numbers, probabilities


def test_labels_coded_one_and_two_are_refused():
    with pytest.raises(InputError, match=r"found .*2.* in row 1"):
        flags(np.array([1, 2, 1]), "event")


def test_nan_label_is_refused():
    with pytest.raises(InputError, match="in row 2"):
        flags(np.array([1.0, 0.0, np.nan]), "y")


def test_column_of_labels_is_refused():
    with pytest.raises(InputError, match=r"found shape \(2, 1\)"):
        flags(np.array([[1], [0]]), "y")


def test_nan_score_is_refused_with_its_row_and_count():
    with pytest.raises(InputError, match="'score' is NaN for 2 of 3 patients, first in row 1"):
        numbers(np.array([0.1, np.nan, np.nan]), "score", 3)


def test_wrong_length_is_refused():
    with pytest.raises(InputError, match="each of 3 patients"):
        numbers(np.array([0.1, 0.2]), "score", 3)


def test_infinite_score_is_a_number():
    assert np.isinf(numbers(np.array([np.inf, -np.inf]), "score", 2)).all()


@pytest.mark.parametrize("strange", [-0.01, 1.01])
def test_probability_outside_zero_and_one_is_refused(strange):
    with pytest.raises(InputError, match="in row 1"):
        probabilities(np.array([0.5, strange]), "probability", 2)
