"""The examples in the docstrings of the contracts run as they stand."""

import doctest
import sys

import pytest

from radici import testing


@pytest.mark.parametrize("name", [name for name in testing.__all__ if name != "check_scikit_learn"])
def test_example_of_contract_runs(name):
    found = doctest.testmod(sys.modules[getattr(testing, name).__module__])
    assert (found.attempted > 0, found.failed) == (True, 0)
