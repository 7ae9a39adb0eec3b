"""What is said of settings that do not fit, and of names that nobody knows."""

import pytest

from radici.core.errors import StudyError
from radici.core.registry import did_you_mean
from radici.core.settings import Settings, build
from radici.study import Study

STUDY = """title: x
patient: p
clinical: {file: c.csv}
endpoints:
  response: {objective_response: {lesions: l.csv, criterion: CRITERION}}
"""


def refused(criterion):
    with pytest.raises(StudyError) as caught:
        Study.parse(STUDY.replace("CRITERION", criterion), "study.yaml")
    return str(caught.value)


def test_a_name_that_begins_with_what_was_typed_comes_first():
    assert did_you_mean("recist", ["irecist", "mrecist", "recist11"]) == " Did you mean 'recist11'?"


def test_of_several_that_begin_so_the_shortest_is_meant():
    assert did_you_mean("Site", ["site_of_origin", "sites"]) == " Did you mean 'sites'?"


def test_one_or_two_letters_begin_too_many_names():
    assert did_you_mean("c", ["correlation", "cluster"]) == " Known: cluster, correlation."


def test_a_name_that_is_only_alike_is_still_found():
    assert did_you_mean("recits11", ["irecist", "recist11"]) == " Did you mean 'recist11'?"


def test_an_unknown_criterion_in_an_endpoint_is_told_in_one_sentence():
    assert refused("recist") == (
        "study.yaml: endpoints, response, endpoint 'objective_response', criterion: No criterion is called 'recist'. "
        "Did you mean 'recist11'?"
    )


def test_a_wrong_setting_of_a_criterion_is_told_without_the_whole_endpoint():
    assert refused("{recist11: {max_target: 3}}") == (
        "study.yaml: endpoints, response, endpoint 'objective_response': criterion, criterion 'recist11': there is no "
        "setting 'max_target'. Did you mean 'max_targets'?"
    )


def test_two_wrong_settings_of_a_criterion_are_two_lines_each_with_its_place():
    lines = refused("{recist11: {max_target: 3, min_target: 3}}").splitlines()
    assert [line.startswith("study.yaml: endpoints, response, endpoint") for line in lines] == [True, True]


def test_a_rule_between_settings_is_told_without_their_values():
    assert refused("recist11, column: BOR") == (
        "study.yaml: endpoints, response, endpoint 'objective_response': give either `column`, of best responses, or "
        "`lesions`, the file of a lesion table."
    )


class Folder(Settings):
    path: int


def test_what_was_found_is_shown_as_it_was_written():
    with pytest.raises(StudyError, match=r"^here: 'path' = '\.\./data' will not do: .*[^.]\.$"):
        build(Folder, {"path": "../data"}, "here")
