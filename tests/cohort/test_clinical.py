"""Clinical columns -> numbers: units, categories, and every text that does not fit."""

import math

import pytest

from radici.core.errors import StudyError, TableError


def test_numbers_carry_their_unit(folder):
    folder.map(age={"column": "age", "unit": "years", "range": [18, 110]})
    assert folder.read().columns["clinical__age"].unit == "years"


def test_numbers_are_read(folder):
    folder.map(age={"column": "age", "unit": "years"})
    assert folder.read().clinical["clinical__age"].dropna().to_dict() == {"007": 61.0, "A1": 72.5, "9": 55.0}


def test_missing_texts_are_nan(folder):
    folder.map(age={"column": "age", "unit": "years"})
    assert math.isnan(folder.read().clinical.loc["3", "clinical__age"])


def test_clinical_columns_are_of_the_clinical_kind(folder):
    folder.map(age={"column": "age", "unit": "years"})
    assert folder.read().columns["clinical__age"].kind == "clinical"


def test_a_number_without_a_unit_is_refused(folder):
    folder.map(age={"column": "age"})
    with pytest.raises(StudyError, match=r"unit' is required"):
        folder.read()


@pytest.mark.parametrize("text", ["sixty", "61,5", "nan", "inf", "1_000", "<1", "0x10"])
def test_a_text_among_numbers_names_patient_column_and_value(folder, text):
    folder.clinical(f'id,centre,age\n007,north,61\n3,south,"{text}"\n')
    folder.map(age={"column": "age", "unit": "years"})
    with pytest.raises(TableError) as caught:
        folder.read()
    assert f"Column 'age' of clinical.csv: a number is expected, found '{text}' (patient 3)" in str(caught.value)


def test_a_text_may_be_given_a_number(folder):
    folder.clinical("id,centre,pdl1\n007,north,<1\n3,south,50\n")
    folder.map(pdl1={"column": "pdl1", "unit": "%", "recode": {"<1": 0}})
    assert folder.read().clinical["clinical__pdl1"].tolist() == [0.0, 50.0]


def test_a_number_out_of_range_asks_for_the_unit(folder):
    folder.map(age={"column": "age", "unit": "years", "range": [18, 60]})
    with pytest.raises(TableError, match=r"18 to 60 years is expected, found 61 \(patient 007\), 72\.5 \(patient A1\)"):
        folder.read()


def test_the_range_includes_its_ends(folder):
    folder.map(age={"column": "age", "unit": "years", "range": [55, 72.5]})
    assert folder.read().clinical["clinical__age"].count() == 3


def test_cells_of_patients_left_out_do_not_stop_the_study(folder):
    folder.map(age={"column": "age", "unit": "years", "range": [18, 70]})
    assert folder.read(exclude={"A1": "age in doubt"}).clinical["clinical__age"].max() == 61


def test_binary_is_one_for_yes(folder):
    folder.map(sex={"column": "sex", "yes": ["F"], "no": ["M"]})
    assert folder.read().clinical["clinical__sex"].tolist() == [1, 0, 0, 1]


def test_binary_reads_whole_numbers_written_with_a_decimal(folder):
    folder.clinical("id,centre,smoker\n007,north,1.0\n3,south,0\n")
    folder.map(smoker={"column": "smoker", "yes": [1], "no": [0]})
    assert folder.read().clinical["clinical__smoker"].tolist() == [1, 0]


def test_ordinal_counts_from_zero(folder):
    folder.map(stage={"column": "stage", "order": ["I", "II", "III", "IV"]})
    assert folder.read().clinical["clinical__stage"].dropna().tolist() == [1, 3, 0]


def test_ordinal_unit_spells_the_order(folder):
    folder.map(stage={"column": "stage", "order": ["I", "II", "III", "IV"]})
    assert folder.read().columns["clinical__stage"].unit == "rank in I < II < III < IV"


HISTOLOGY = {"column": "histology", "levels": ["adeno", "squamous", "large cell"], "recode": {"scc": "squamous"}}


def test_a_category_gives_a_column_for_each_level_but_the_first(folder):
    folder.map(histology=HISTOLOGY)
    assert list(folder.read().clinical) == ["clinical__histology_squamous", "clinical__histology_large_cell"]


def test_recoded_texts_take_their_level(folder):
    folder.map(histology=HISTOLOGY)
    assert folder.read().clinical["clinical__histology_squamous"].tolist() == [0, 1, 0, 0]


def test_columns_do_not_depend_on_the_patients_present(folder):
    folder.map(histology=HISTOLOGY)
    few = folder.read(exclude={"3": "x", "A1": "x"})
    assert few.clinical["clinical__histology_large_cell"].tolist() == [0, 0]


def test_a_missing_category_is_nan_in_every_column(folder):
    folder.clinical("id,centre,histology\n007,north,NA\n3,south,adeno\n")
    folder.map(histology=HISTOLOGY)
    assert folder.read().clinical.loc["007"].isna().all()


def test_an_undeclared_text_names_patients_and_the_nearest_level(folder):
    folder.clinical("id,centre,histology\n007,north,squamos\n3,south,squamos\n")
    folder.map(histology=HISTOLOGY)
    with pytest.raises(TableError, match=r"'squamos' \(patients 007, 3\).*Did you mean 'squamous'"):
        folder.read()


@pytest.mark.parametrize(
    "variable",
    [
        {"column": "sex", "yes": ["F"], "no": ["M"]},
        {"column": "sex", "order": ["M", "f"]},
        {"column": "sex", "levels": ["M", "f"]},
    ],
)
def test_every_kind_refuses_undeclared_texts(folder, variable):
    folder.clinical("id,centre,sex\n007,north,X\n3,south,M\n")
    folder.map(sex=variable)
    with pytest.raises(TableError, match=r"Column 'sex' of clinical\.csv: 'X' \(patient 007\)"):
        folder.read()


def test_an_unknown_column_suggests_the_nearest(folder):
    folder.map(age={"column": "ages", "unit": "years"})
    with pytest.raises(TableError, match=r"clinical\.csv has no column 'ages'\. Did you mean 'age'"):
        folder.read()


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"Age": {"column": "age", "unit": "years"}}, "map.Age"),
        ({"sex": {"column": "sex", "yes": ["F"], "no": ["F"]}}, "both yes and no"),
        ({"sex": {"column": "sex", "yes": [True], "no": ["M"]}}, "put it in quotes"),
        ({"sex": {"column": "sex", "yes": ["F"]}}, "no' is required"),
        ({"h": {"column": "h", "levels": ["a", "a"]}}, "named twice"),
        ({"h": {"column": "h", "levels": ["a", "A"]}}, "levels must differ"),
        ({"h": {"column": "h", "levels": ["a", "b"], "recode": {"x": "c"}}}, "recode leads to ['c']"),
        ({"age": {"column": "age", "unit": "years", "range": [110, 18]}}, "smaller one"),
        ({"age": "years"}, "expected {column, unit}"),
        (
            {"h": {"column": "h", "levels": ["a", "b"]}, "h_b": {"column": "x", "unit": "g"}},
            "both give the column clinical__h_b",
        ),
    ],
)
def test_mappings_that_cannot_be_are_refused(folder, variables, words):
    folder.map(**variables)
    with pytest.raises(StudyError) as caught:
        folder.read()
    assert words in str(caught.value)
