"""Every registered aggregation rule against its contract, and broken rules that the contract must catch."""

import numpy as np
import pandas as pd
import pytest

from radici.core.aggregation import RULES, combine
from radici.core.errors import TableError
from radici.testing import check_rule
from radici.testing.rule import AGE, COLUMNS, LESIONS, MEAN, VOLUME


@pytest.mark.parametrize("name", list(RULES))
def test_rule_keeps_its_promises(name):
    check_rule(name)


def first(rows, patient, columns):
    """The first row, whichever that is."""
    return rows.to_numpy()[0]


def doubled(rows, patient, columns):
    """Twice the mean."""
    return 2 * rows.mean().to_numpy()


def spoiled(rows, patient, columns):
    """The mean, after the rows were changed."""
    rows.iloc[0] = 0.0
    return rows.mean().to_numpy()


def several(rows, patient, columns):
    """All rows."""
    return rows.to_numpy()


def fearful(rows, patient, columns):
    """Refuse without a word of whom."""
    if len(rows) > 1:
        raise TableError("Too many rows.")
    return rows.to_numpy()[0]


def counted(rows, patient, columns):
    """The sum over all rows, divided by their number."""
    return rows.sum(min_count=1).to_numpy() / len(rows)


def silent(rows, patient, columns):
    """Nothing, of one lesion as of many."""
    return np.zeros(rows.shape[1])


def only_of_many(rows, patient, columns):
    """The mean of several lesions, and nothing of one."""
    return rows.mean().to_numpy() * (np.nan if len(rows) == 1 else 1.0)


def undocumented(rows, patient, columns):
    return rows.mean().to_numpy()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (first, "depends on the order"),
        (doubled, "changes the only row"),
        (silent, "changes the only row"),
        (only_of_many, "changes the only row"),
        (spoiled, "changes the rows that it is given"),
        (several, "one number for each column"),
        (fearful, "without naming the patient"),
        (counted, "lesion without any number"),
        (undocumented, "no docstring"),
    ],
)
def test_broken_rule_is_caught(rule, words):
    RULES.add("broken")(rule)
    with pytest.raises(AssertionError, match=words):
        check_rule("broken")


def test_an_unknown_rule_is_caught():
    with pytest.raises(AssertionError, match="No aggregation rule"):
        check_rule("widest")


def test_a_lesion_without_volume_is_not_the_largest():
    rows = LESIONS.iloc[[0, 1]].copy()
    rows.iloc[0, 0] = np.nan
    assert RULES["largest"](rows, "P1", COLUMNS)[0] == 900.25


def test_a_lesion_without_volume_is_not_the_smallest():
    rows = LESIONS.iloc[[0, 1]].copy()
    rows.iloc[0, 0] = np.nan
    assert RULES["smallest"](rows, "P1", COLUMNS)[0] == 900.25


def four(*values, volumes=(1.0, 4.0, 3.0, 2.0)):
    return pd.DataFrame({VOLUME: volumes, MEAN: values, AGE: [61.0] * 4})


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # By hand: volumes 1, 4, 3, 2 and values 10, 20, 30, 40.
        ("smallest", 10.0),
        ("volume_weighted_mean", (1 * 10 + 4 * 20 + 3 * 30 + 2 * 40) / 10),
        ("largest_3", (4 * 20 + 3 * 30 + 2 * 40) / 9),
        ("range", 30.0),
        # Sample variance of 1, 2, 3, 4 is 5 / 3.
        ("spread", 10 * np.sqrt(5 / 3)),
    ],
)
def test_rule_by_hand(rule, expected):
    assert RULES[rule](four(10.0, 20.0, 30.0, 40.0), "P1", COLUMNS)[1] == pytest.approx(expected, rel=1e-15)


def test_a_value_that_is_unknown_has_no_weight():
    found = RULES["volume_weighted_mean"](four(10.0, np.nan, 30.0, 40.0), "P1", COLUMNS)
    assert found[1] == pytest.approx((1 * 10 + 3 * 30 + 2 * 40) / 6)


def test_a_lesion_without_volume_is_none_of_the_three_largest():
    found = RULES["largest_3"](four(10.0, 99.0, 30.0, 40.0, volumes=(1.0, np.nan, 3.0, 2.0)), "P1", COLUMNS)
    assert found[1] == pytest.approx((1 * 10 + 3 * 30 + 2 * 40) / 6)


def test_of_two_lesions_largest_3_takes_both():
    two = four(10.0, 20.0, 30.0, 40.0).iloc[:2]
    assert RULES["largest_3"](two, "P1", COLUMNS)[1] == pytest.approx((1 * 10 + 4 * 20) / 5)


def test_the_spread_of_one_lesion_is_undefined():
    assert np.isnan(RULES["spread"](LESIONS.iloc[[0]], "P1", COLUMNS)).all()


def test_the_range_of_one_lesion_is_0():
    assert RULES["range"](LESIONS.iloc[[0]], "P1", COLUMNS).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("rule", ["volume_weighted_mean", "largest_3"])
def test_a_value_without_volume_cannot_be_weighed(rule):
    rows = LESIONS.iloc[[0, 2]].copy()
    rows.iloc[0, 0] = np.nan
    with pytest.raises(TableError, match=f"Patient P1: the rule '{rule}' weighs 2 rows"):
        RULES[rule](rows, "P1", COLUMNS)


@pytest.mark.parametrize("rule", ["largest", "smallest", "largest_3", "volume_weighted_mean"])
def test_rules_by_volume_need_a_volume(rule):
    with pytest.raises(TableError, match=f"'{rule}' needs the feature morph_volume"):
        RULES[rule](LESIONS[[MEAN]], "P1", COLUMNS)


@pytest.mark.parametrize("rule", [name for name in RULES if name != "only"])
def test_rows_of_a_lesion_table_follow_the_same_rules(rule):
    lesions = LESIONS[[VOLUME, MEAN]].set_axis(["volume_ml", "suv_max"], axis=1)
    expected = RULES[rule](LESIONS[[VOLUME, MEAN]], "P1", COLUMNS)
    np.testing.assert_array_equal(combine(lesions, rule, "P1", volume="volume_ml"), expected)


def test_a_lesion_table_without_the_named_volume_is_refused():
    with pytest.raises(TableError, match="no column 'volume_ml'"):
        combine(pd.DataFrame({"suv_max": [1.0]}), "largest", "P1", volume="volume_ml")
