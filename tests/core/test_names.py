"""Feature names: four fields, always four."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radici.core.errors import StudyError, UnknownName
from radici.core.names import FeatureName, check_token, number_token
from radici.core.registry import Registry

FIELDS = st.from_regex(r"[a-z0-9]+(_[a-z0-9]+)*", fullmatch=True)


@given(FIELDS, FIELDS, FIELDS, FIELDS)
def test_a_name_comes_back_from_its_text(where, image, feature, how):
    name = FeatureName(where, image, feature, how)
    assert FeatureName.parse(str(name)) == name


@pytest.mark.parametrize("text", ["ct__orig__stat_mean", "a__b__c__d__e", "ct_gtv"])
def test_another_number_of_fields_is_refused(text):
    with pytest.raises(ValueError, match="four"):
        FeatureName.parse(text)


@pytest.mark.parametrize("field", ["CT", "ct-gtv", "a__b", "_a", "a_", ""])
def test_a_field_that_would_not_split_again_is_refused(field):
    with pytest.raises(ValueError, match="field"):
        FeatureName(field, "orig", "stat_mean", "none")


def test_a_token_that_is_none_gets_a_proposal():
    with pytest.raises(StudyError, match="'gtv1'"):
        check_token("GTV-1", "The region")


@pytest.mark.parametrize(("number", "token"), [(25, "25"), (2.5, "2p5"), (-1000, "m1000"), (0.05, "0p05")])
def test_numbers_become_part_of_a_name(number, token):
    assert number_token(number) == token


def test_an_unknown_name_is_met_with_the_nearest_known_one():
    steps = Registry("step")
    steps.add("resegment")(object())
    with pytest.raises(UnknownName, match=r"No step is called 'resegmnt'. Did you mean 'resegment'\?"):
        steps["resegmnt"]


def test_two_things_under_one_name_are_refused():
    steps = Registry("step")
    steps.add("crop")(object())
    with pytest.raises(ValueError, match="Two steps"):
        steps.add("crop")(object())
