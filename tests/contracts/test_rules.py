"""Every registered aggregation rule against its contract, and broken rules that the contract must catch."""

import numpy as np
import pytest

from radici.core.aggregation import RULES
from radici.core.errors import TableError
from radici.testing import check_rule
from radici.testing.rule import COLUMNS, LESIONS


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


def undocumented(rows, patient, columns):
    return rows.mean().to_numpy()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (first, "depends on the order"),
        (doubled, "changes the only row"),
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
