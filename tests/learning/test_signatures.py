"""Published scores: the numbers that others computed, and what happens to rows and texts that do not fit."""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radici.cohort.profile import read_profile
from radici.cohort.tables import read_table
from radici.core.errors import StudyError, TableError, UnknownName
from radici.core.settings import build
from radici.core.variables import VARIABLES, Given, derive, read
from radici.learning.signatures import Described, Score, published, read_score, score_names
from radici.learning.signatures.term import Term
from radici.statistics.auc import auc
from radici.statistics.concordance import concordance
from radici.testing import score_list

ROOT = Path(__file__).parents[2]
VECTORS = [(name, place) for name in score_names() for place in range(len(read_score(name).vectors))]
with (ROOT / "tests/reference/loris.csv").open(newline="") as stream:
    REFERENCE = list(csv.DictReader(stream))


def rows(name, *given):
    """Rows of variables, in the units that the terms of a score name, as a canonical frame."""
    frame = pd.DataFrame(list(given))
    for term in read_score(name).terms:
        unit = VARIABLES[term.variable].unit_of(term.unit) if term.unit else None
        if unit is not None and term.variable in frame:
            frame[term.variable] = frame[term.variable] * unit.factor + unit.offset
    return frame


LORIS = {"tmb": 10.5, "prior_systemic": 1, "albumin": 4.2, "nlr": 2.54, "age": 52.106776, "tumour_type": "NSCLC"}


def logit(score):
    return np.log(score / (1 - score))


@pytest.mark.parametrize(("name", "place"), VECTORS)
def test_vector_is_reproduced_to_six_digits(name, place):
    vector = read_score(name).vectors[place]
    found = read_score(name)(rows(name, vector.given))
    assert found["score"].iloc[0] == pytest.approx(vector.score, abs=5.1e-7)


@pytest.mark.parametrize(("name", "place"), VECTORS)
def test_vector_falls_into_its_group(name, place):
    vector = read_score(name).vectors[place]
    assert read_score(name)(rows(name, vector.given))["group"].iloc[0] == vector.group


@pytest.mark.parametrize("name", score_names())
def test_vectors_reach_every_group(name):
    score = read_score(name)
    assert {group.name for group in score.groups} == {vector.group for vector in score.vectors} - {""}


@cache
def table_of(shared, cohort):
    """Texts, canonical variables."""
    path = shared / f"ici_loris/{cohort}.csv"
    texts = read_table(path)
    return texts, read_profile("loris").apply(texts, path.name)


def figures(shared, cohort, name):
    """Texts, and a score (or a variable) of each row."""
    texts, frame = table_of(shared, cohort)
    return texts, frame[name] if name in frame else read_score(name)(frame)["score"]


def column(texts, name):
    return texts[name].where(texts[name] != "", "nan").astype(float)


def measured(shared, row):
    """Number and value of a row of the reference."""
    texts, values = figures(shared, row["cohort"], row["score"])
    if row["measure"] == "auc":
        known = values.notna() & column(texts, "Response").notna()
        return known.sum(), auc(column(texts, "Response")[known].to_numpy(), values[known].to_numpy())
    event, months = column(texts, "OS_Event"), column(texts, "OS_Months")
    known = values.notna() & event.notna() & months.notna()
    return known.sum(), concordance(*(one[known].to_numpy() for one in (event, months, -values)))


@pytest.mark.parametrize("row", REFERENCE, ids=lambda row: f"{row['cohort']}-{row['score']}-{row['measure']}")
def test_discrimination_in_the_authors_cohorts(shared, row):
    assert measured(shared, row)[1] == pytest.approx(float(row["value"]), abs=float(row["tolerance"]))


@pytest.mark.parametrize("row", REFERENCE, ids=lambda row: f"{row['cohort']}-{row['score']}-{row['measure']}")
def test_number_of_patients_in_the_authors_cohorts(shared, row):
    assert measured(shared, row)[0] == int(row["n"])


def test_the_authors_own_score_of_841_patients_is_reproduced(shared):
    texts, values = figures(shared, "MSK_nonICB", "loris")
    assert (values - column(texts, "LORIS")).abs().max() < 1e-3


def test_every_patient_of_the_authors_table_is_scored(shared):
    assert figures(shared, "MSK_nonICB", "loris")[1].notna().sum() == 841


@pytest.mark.parametrize("label", ["Head & Neck", "Head&Neck", "head and neck"])
def test_head_and_neck_has_its_coefficient_however_it_is_written(label):
    texts = pd.DataFrame({"type": [label, "Other"]})
    types = read(texts, {"tumour_type": Given(column="type")}, "table")["tumour_type"]
    frame = rows("loris", LORIS, LORIS).assign(tumour_type=types)
    first, second = logit(read_score("loris")(frame)["score"])
    assert first - second == pytest.approx(0.0678, abs=1e-12)


def test_a_label_that_the_score_does_not_know_is_refused():
    with pytest.raises(TableError, match=r"tumour_type: 'Head & Neck' \(patient 0\).*Did you mean 'Head&Neck'"):
        read_score("loris")(rows("loris", LORIS | {"tumour_type": "Head & Neck"}))


def test_an_unknown_tumour_type_gives_no_score():
    found = read_score("loris")(rows("loris", LORIS | {"tumour_type": ""}))
    assert (np.isnan(found["score"][0]), found["why"][0]) == (True, "unknown: tumour_type")


def test_only_an_explicit_other_counts_nothing():
    zero = [one for one, number in read_score("loris").terms[-1].levels.items() if number == 0]
    assert zero == ["Other"]


@pytest.mark.parametrize(("variable", "cap"), [("tmb", 50), ("nlr", 25), ("age", 85)])
def test_values_above_a_cap_count_as_the_cap(variable, cap):
    found = read_score("loris")(rows("loris", LORIS | {variable: cap}, LORIS | {variable: cap + 10}))
    assert found["score"][0] == found["score"][1]


def test_a_row_with_unknown_variables_gets_no_score_and_says_which():
    found = read_score("loris")(rows("loris", LORIS, LORIS | {"albumin": np.nan, "nlr": np.nan}))
    assert list(found["why"]) == ["", "unknown: albumin, nlr"]


def test_a_row_with_unknown_variables_does_not_touch_the_others():
    alone = read_score("loris")(rows("loris", LORIS))["score"][0]
    beside = read_score("loris")(rows("loris", LORIS | {"albumin": np.nan}, LORIS))["score"][1]
    assert alone == beside


def test_rows_keep_their_index():
    frame = rows("loris", LORIS, LORIS).set_index(pd.Index(["b", "a"]))
    assert list(read_score("loris")(frame).index) == ["b", "a"]


def test_two_rows_of_one_patient_are_scored_each():
    both = [LORIS, LORIS | {"tumour_type": "Renal"}]
    found = read_score("loris")(rows("loris", *both).set_index(pd.Index(["a", "a"])))
    assert found["score"].nunique() == 2


def test_two_rows_of_one_patient_of_whom_one_is_not_the_scores_own():
    frame = pd.DataFrame({"tmtv_ml": 80.0, "dnlr": 4.0, "tumour_type": ["NSCLC", "Renal"]}, index=["a", "a"])
    assert list(read_score("seban")(frame)["group"]) == ["poor", ""]


def test_a_row_without_a_part_of_a_ratio_says_which():
    frame = pd.DataFrame({"dnlr": [np.nan, np.nan], "wbc": [np.nan, 4.0], "anc": [4.0, 4.0]})
    assert list(read_score("dnlr")(frame)["why"]) == ["unknown: dnlr (wbc missing)", "unknown: dnlr"]


def test_no_row_gives_no_row():
    assert len(read_score("loris")(rows("loris", LORIS).iloc[:0])) == 0


def test_a_variable_without_a_column_is_an_error():
    with pytest.raises(TableError, match=r"'loris' needs the variable\(s\) 'albumin'"):
        read_score("loris")(rows("loris", LORIS).drop(columns="albumin"))


def test_either_way_to_know_a_raised_ldh_will_do_in_each_row():
    frame = pd.DataFrame({"dnlr": 1.0, "ldh_ratio": [np.nan, 2.0, np.nan], "ldh_above_uln": [1.0, 0.0, np.nan]})
    assert list(read_score("lipi")(frame)["score"].fillna(-1)) == [1, 1, -1]


def test_the_other_way_alone_will_do():
    assert read_score("lipi")(pd.DataFrame({"dnlr": [4.0], "ldh_above_uln": [0.0]}))["group"][0] == "intermediate"


# 4.2 / (5.6 - 4.2) is 3 and 4.2 / 0.7 is 6; in binary arithmetic both quotients come out a little higher.
AT_THREE = {"anc": [4.2], "wbc": [5.6]}


@pytest.mark.parametrize("name", ["dnlr", "lipi"])
def test_a_derived_ratio_of_exactly_three_is_not_above_three(name):
    frame = derive(pd.DataFrame({**AT_THREE, "ldh_ratio": [1.0]}))
    assert read_score(name)(frame)["group"][0] in ("low", "good")


def test_a_ratio_of_exactly_six_is_not_above_six():
    frame = derive(pd.DataFrame({"anc": [4.2], "alc": [0.7], "ldh_ratio": [1.0], "albumin": [40.0]}))
    assert read_score("grim")(frame)["score"][0] == 0


@pytest.mark.parametrize(("limit", "expected"), [({"above": 3}, 0), ({"at_least": 3}, 1), ({"below": 3}, 0)])
@pytest.mark.parametrize("value", [3 - 1e-13, 3, 3 + 1e-13])
def test_a_value_within_rounding_of_a_limit_is_at_the_limit(limit, expected, value):
    assert Term(variable="nlr", **limit).adds(pd.DataFrame({"nlr": [value]}))[0] == expected


def test_another_tumour_than_the_scores_own_is_not_scored():
    given = {"tmb": 2, "pdl1_tps": 0, "prior_systemic": 1, "albumin": 4.3, "nlr": 1.81, "tumour_type": "Melanoma"}
    found = read_score("loris_nsclc")(rows("loris_nsclc", given))
    assert (np.isnan(found["score"][0]), found["why"][0]) == (True, "made for NSCLC; tumour_type is Melanoma")


def test_the_version_names_what_is_unverified():
    found = read_score("seban")(pd.DataFrame({"tmtv_ml": [80.0], "dnlr": [1.0]}))
    assert found["version"][0].startswith("seban version 1; unverified: how the volume was segmented")


def test_an_unknown_score_suggests_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'loris'"):
        read_score("lorris")


def test_a_score_without_public_coefficients_cannot_be_run():
    with pytest.raises(StudyError, match="'scorpio' is described but cannot be run: the weights"):
        read_score("scorpio")


def test_a_patented_score_never_runs_by_default():
    assert [one.name for one in published() if one.patent and isinstance(one, Score)] == []


def test_a_refusal_names_the_patents():
    with pytest.raises(StudyError, match="Patents: US 12590949 B2"):
        read_score("sun_cd8")


def test_every_described_score_says_what_is_missing():
    assert [one.name for one in published() if isinstance(one, Described) and not one.missing] == []


def test_names_do_not_meet():
    names = [one.name for one in published()]
    assert len(names) == len(set(names))


SMALL = {
    "about": "a",
    "population": "p",
    "endpoint": "e",
    "cite": "c",
    "higher": "worse",
    "terms": [{"variable": "nlr"}],
    "vectors": [],
}


@pytest.mark.parametrize(
    "groups",
    [[{"name": "low", "to": 1}], [{"name": "a", "to": 2}, {"name": "b", "to": 1}, {"name": "c"}], [{"name": "a"}] * 2],
    ids=["no last", "descending", "two last"],
)
def test_groups_that_do_not_cover_the_scores_are_refused(groups):
    with pytest.raises(StudyError, match="ascending"):
        build(Score, SMALL | {"groups": groups}, "score")


def test_a_unit_that_the_dictionary_does_not_know_is_refused():
    with pytest.raises(StudyError, match="'albumin' has no unit 'furlong'"):
        build(Score, SMALL | {"terms": [{"variable": "albumin", "unit": "furlong"}]}, "score")


def test_levels_and_limits_do_not_go_together():
    with pytest.raises(StudyError, match="do not go together"):
        build(Score, SMALL | {"terms": [{"variable": "tumour_type", "levels": {"NSCLC": 1}, "above": 1}]}, "score")


def test_a_logarithm_is_taken_of_positive_values_only():
    values = Term(variable="bilirubin", log="10", coefficient=2).adds(pd.DataFrame({"bilirubin": [100.0, 0.0]}))
    assert list(values.fillna(-1)) == [4.0, -1.0]


def test_limits_come_before_the_logarithm():
    values = Term(variable="crp", log="natural", floor=1).adds(pd.DataFrame({"crp": [0.0, np.e]}))
    assert list(values) == [0.0, 1.0]


def test_the_formula_is_told_in_words():
    assert read_score("grim").formula == "(ldh_ratio > 1) + (albumin < 35 g/L) + (nlr > 6)"


def test_the_list_of_scores_is_what_the_files_say():
    # If this fails: python -m radici.testing.score_list > docs/scores.md
    assert (ROOT / "docs/scores.md").read_text(encoding="utf-8") == score_list.page()
