"""An estimate is printed whole or not at all."""

import math

import pytest

from radici.statistics.estimate import Estimate


def test_prints_value_interval_patients_and_events():
    assert str(Estimate(0.681, 0.61, 0.742, 212, 97)) == "0.68 (0.61 to 0.74), n = 212, 97 events"


def test_missing_bounds_print_as_not_available():
    assert str(Estimate(0.7, math.nan, math.nan, 8, 1)) == "0.70 (interval not available), n = 8, 1 event"


def test_p_value_is_printed_when_there_is_one():
    assert str(Estimate(0.04, 0.01, 0.07, 90, p=0.0312)) == "0.04 (0.01 to 0.07), n = 90, p = 0.031"


def test_tiny_p_value_is_never_zero():
    assert str(Estimate(0.4, 0.3, 0.5, 90, p=1e-9)).endswith("p < 0.001")


def test_no_minus_zero():
    assert str(Estimate(-0.001, -0.002, 0.0, 5)).startswith("0.00 (0.00 to 0.00)")


def test_a_time_that_is_not_reached_says_so():
    assert str(Estimate(14.0, 11.5, math.inf, 40, 22)) == "14.00 (11.50 to not reached), n = 40, 22 events"


def test_undefined_value_says_so():
    assert str(Estimate(math.nan, math.nan, math.nan, 3)) == "undefined (interval not available), n = 3"


def test_formatting_the_bare_number_is_refused():
    with pytest.raises(TypeError, match="printed whole"):
        format(Estimate(0.68, 0.61, 0.74, 212), ".2f")


def test_format_without_a_specification_is_the_phrase():
    assert f"{Estimate(0.68, 0.61, 0.74, 212)}" == "0.68 (0.61 to 0.74), n = 212"
