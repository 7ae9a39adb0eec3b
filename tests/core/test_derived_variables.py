"""Ratios and indices computed from measured variables: worked by hand, undefined where their definition says so."""

import math

import numpy as np
import pandas as pd
import pytest

from radici.core.errors import TableError
from radici.core.variables import DERIVED, VARIABLES, derive, doubts

BLOOD = pd.DataFrame(
    {"wbc": [8.0], "anc": [6.0], "alc": [1.5], "platelets": [300.0], "albumin": [40.0], "bilirubin": [10.0]}
)


# Worked by hand: 6/(8-6); 6/1.5; 300/1.5; 300*6/1.5; 10*4.0 + 0.005*1500; 0.66*log10(10) - 0.085*40 = 0.66 - 3.4.
@pytest.mark.parametrize(
    ("name", "value"),
    [("dnlr", 3), ("nlr", 4), ("plr", 200), ("sii", 1200), ("pni", 47.5), ("albi", -2.74), ("albi_grade", 1)],
)
def test_derived_from_blood(name, value):
    assert derive(BLOOD)[name].iloc[0] == pytest.approx(value)


# Cut-offs -2.60 and -1.39, each the upper end of its grade (PMC10494764).
@pytest.mark.parametrize(("albi", "grade"), [(-2.61, 1), (-2.60, 1), (-2.59, 2), (-1.39, 2), (-1.38, 3)])
def test_albi_grades_include_their_upper_end(albi, grade):
    assert derive(pd.DataFrame({"albi": [albi]}))["albi_grade"].iloc[0] == grade


@pytest.mark.parametrize(("wbc", "anc"), [(6.0, 6.0), (5.0, 6.0), (np.nan, 6.0)])
def test_dnlr_is_undefined_without_other_white_cells(wbc, anc):
    assert math.isnan(derive(pd.DataFrame({"wbc": [wbc], "anc": [anc]}))["dnlr"].iloc[0])


@pytest.mark.parametrize("name", ["nlr", "plr", "sii"])
def test_ratios_are_undefined_without_lymphocytes(name):
    assert math.isnan(derive(BLOOD.assign(alc=0.0))[name].iloc[0])


def rows(number, **values):
    return pd.DataFrame({name: [value] * number for name, value in values.items()})


def test_neutrophils_above_the_white_cells_in_every_row_are_refused():
    message = r"t\.csv: wbc is not above anc in 5 of 5 rows: is the unit of one of them wrong\?"
    with pytest.raises(TableError, match=message):
        derive(rows(5, wbc=0.008, anc=6.0), "t.csv")


def test_rows_without_an_input_are_not_counted():
    frame = rows(6, wbc=0.008, anc=6.0)
    frame.loc[0, "wbc"] = np.nan
    with pytest.raises(TableError, match="in 5 of 5 rows"):
        derive(frame)


def test_one_possible_row_leaves_the_others_undefined():
    frame = rows(6, wbc=0.008, anc=6.0)
    frame.loc[0, "wbc"] = 8.0
    assert derive(frame)["dnlr"].count() == 1


def test_few_rows_without_an_answer_are_a_question():
    frame = rows(4, wbc=5.0, anc=6.0)
    assert doubts(frame, derive(frame)) == ["wbc is not above anc in 4 of 4 rows: is the unit of one of them wrong?"]


def test_rows_with_an_answer_are_no_question():
    assert doubts(BLOOD, derive(BLOOD)) == []


def test_one_cause_is_asked_about_once():
    with pytest.raises(TableError) as caught:
        derive(rows(5, platelets=300.0, anc=6.0, alc=0.0))
    assert str(caught.value).count("alc is 0") == 1


def test_a_ratio_that_is_possible_in_no_row_is_refused():
    # 6 / (6.001 - 6) = 6000, above the 500 that the dictionary takes for possible.
    with pytest.raises(TableError, match=r"dnlr would be 6000 to 6000 \(possible: 0 to 500\) in 5 of 5 rows"):
        derive(rows(5, wbc=6.001, anc=6.0))


def test_albi_is_undefined_for_a_bilirubin_of_0():
    assert math.isnan(derive(BLOOD.assign(bilirubin=0.0))["albi"].iloc[0])


def test_a_given_variable_is_not_overwritten():
    assert derive(BLOOD.assign(nlr=[np.nan]))["nlr"].isna().all()


def test_nothing_is_derived_without_its_inputs():
    assert list(derive(pd.DataFrame({"anc": [6.0]}))) == ["anc"]


@pytest.mark.parametrize(("ldh", "above"), [(241.0, 1), (240.0, 0)])
def test_ldh_at_its_limit_is_not_above_it(ldh, above):
    assert derive(pd.DataFrame({"ldh": [ldh], "ldh_uln": [240.0]}))["ldh_above_uln"].iloc[0] == above


def test_a_limit_that_is_not_known_gives_no_answer():
    assert math.isnan(derive(pd.DataFrame({"calcium": [2.4], "calcium_uln": [np.nan]}))["calcium_above_uln"].iloc[0])


def test_low_haemoglobin():
    frame = pd.DataFrame({"haemoglobin": [11.0, 13.0], "haemoglobin_lln": [12.0, 12.0]})
    assert derive(frame)["haemoglobin_below_lln"].tolist() == [1, 0]


def test_bmi():
    assert derive(pd.DataFrame({"height": [200.0], "weight": [80.0]}))["bmi"].iloc[0] == 20


def test_msi_low_is_not_high():
    assert derive(pd.DataFrame({"msi": ["MSI-H", "MSI-L", "MSS"]}))["msi_high"].tolist() == [1, 0, 0]


def test_unknown_msi_is_unknown():
    assert math.isnan(derive(pd.DataFrame({"msi": [""]}))["msi_high"].iloc[0])


@pytest.mark.parametrize("name", list(DERIVED))
def test_every_derived_variable_is_in_the_dictionary(name):
    assert [one for one in (name, *DERIVED[name].needs) if one not in VARIABLES] == []
