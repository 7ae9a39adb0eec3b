"""Differences between lesions against values worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from radici.core.errors import TableError
from radici.response.heterogeneity import heterogeneity, likeness

FOUR = heterogeneity([1.0, 2.0, 3.0, 4.0])


def test_standard_deviation_divides_by_one_less() -> None:
    assert FOUR.sd == pytest.approx(np.sqrt(5 / 3))


def test_quartiles_are_interpolated() -> None:
    # R: quantile(1:4, c(.25, .75)) gives 1.75 and 3.25.
    assert FOUR.iqr == 1.5


def test_coefficient_of_variation() -> None:
    assert FOUR.cv == pytest.approx(np.sqrt(5 / 3) / 2.5)


def test_range_and_its_ends() -> None:
    assert (FOUR.range, FOUR.minimum, FOUR.maximum) == (3.0, 1.0, 4.0)


def test_entropy_of_equal_shares_is_the_logarithm_of_their_number() -> None:
    assert heterogeneity([5.0] * 8).share_entropy_bits == pytest.approx(3)


def test_entropy_is_0_where_one_lesion_has_all() -> None:
    assert heterogeneity([5.0, 0.0, 0.0]).share_entropy_bits == 0


def test_shares_of_negative_values_do_not_exist() -> None:
    assert np.isnan(heterogeneity([5.0, -1.0]).share_entropy_bits)


def test_variation_around_a_negative_value_is_undefined() -> None:
    assert np.isnan(heterogeneity([5.0, -1.0]).cv)


def test_entropy_of_bins() -> None:
    # Counts of 2, 1 and 1: 1.5 bits.
    assert heterogeneity([0.1, 0.2, 1.5, 2.5], edges=[0, 1, 2, 3]).bin_entropy_bits == pytest.approx(1.5)


def test_without_edges_bins_have_no_entropy() -> None:
    assert np.isnan(FOUR.bin_entropy_bits)


def test_a_value_beyond_the_edges_is_refused() -> None:
    with pytest.raises(TableError, match="leave the edges 0 to 3"):
        heterogeneity([0.5, 3.5], edges=[0, 1, 2, 3])


def test_edges_that_do_not_rise_are_refused() -> None:
    with pytest.raises(TableError, match="must rise"):
        heterogeneity([0.5], edges=[0, 0])


def test_one_lesion_has_no_standard_deviation() -> None:
    assert np.isnan(heterogeneity([2.0]).sd)


def test_one_lesion_has_no_range() -> None:
    assert heterogeneity([2.0]).range == 0


def test_lesions_without_the_number_take_no_part() -> None:
    assert heterogeneity([1.0, np.nan, 3.0]).lesions == 2


def test_nothing_known_of_no_lesion() -> None:
    assert np.isnan(heterogeneity([np.nan]).maximum)


def test_infinite_numbers_are_refused() -> None:
    with pytest.raises(TableError, match="infinite"):
        heterogeneity([1.0, np.inf])


MEAN, SD = {"a": 10.0, "b": 100.0}, {"a": 2.0, "b": 50.0}


def frame(*standardised: tuple[float, float]) -> pd.DataFrame:
    return pd.DataFrame([(10 + 2 * a, 100 + 50 * b) for a, b in standardised], columns=["a", "b"])


@pytest.mark.parametrize(
    ("lesions", "expected"),
    [
        ([(1, 1), (3, 3)], 1.0),
        ([(1, 0), (0, 1)], 0.0),
        ([(1, 2), (-2, -4)], -1.0),
        # Pairs: 0, √½ and √½.
        ([(1, 0), (0, 1), (1, 1)], np.sqrt(2) / 3),
    ],
)
def test_cosine_of_standardised_features(lesions: list, expected: float) -> None:
    assert likeness(frame(*lesions), MEAN, SD).cosine_similarity == pytest.approx(expected)


def test_cosine_distance_is_what_lacks_to_1() -> None:
    assert likeness(frame((1, 0), (0, 1)), MEAN, SD).cosine_distance == pytest.approx(1)


def test_euclidean_distance_is_in_standard_deviations() -> None:
    assert likeness(frame((1, 1), (4, 4)), MEAN, SD).euclidean_distance == pytest.approx(3)


def test_an_average_lesion_points_nowhere() -> None:
    assert np.isnan(likeness(frame((0, 0), (1, 1)), MEAN, SD).cosine_similarity)


def test_one_lesion_is_not_like_another() -> None:
    assert np.isnan(likeness(frame((1, 1)), MEAN, SD).cosine_similarity)


def test_a_feature_without_reference_is_refused() -> None:
    with pytest.raises(TableError, match="no mean or sd of b"):
        likeness(frame((1, 1), (2, 2)), {"a": 10.0}, SD)


def test_a_reference_that_does_not_vary_is_refused() -> None:
    with pytest.raises(TableError, match="reference sd of a is not above 0"):
        likeness(frame((1, 1), (2, 2)), MEAN, {"a": 0.0, "b": 1.0})


def test_a_lesion_that_lacks_a_feature_is_refused() -> None:
    with pytest.raises(TableError, match="lack a finite value of b"):
        likeness(frame((1, 1), (2, np.nan)), MEAN, SD)
