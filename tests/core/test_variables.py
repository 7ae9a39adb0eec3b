"""Columns in anybody's words -> canonical variables: units, levels, companions, and every cell that does not fit."""

import math
from pathlib import Path

import pandas as pd
import pytest

from radici.core.errors import StudyError, TableError, UnknownName
from radici.core.settings import build
from radici.core.variables import VARIABLES, Entry, Given, folded, parse_map, read, read_plain
from radici.testing import variable_list

DOCS = Path(__file__).parents[2] / "docs"
# The sixteen classes of Chang 2024 (doi 10.1038/s43018-024-00772-7), and an explicit other.
TYPES = [
    "Bladder",
    "Breast",
    "Colorectal",
    "Endometrial",
    "Esophageal",
    "Gastric",
    "Head&Neck",
    "Hepatobiliary",
    "Melanoma",
    "Mesothelioma",
    "NSCLC",
    "Ovarian",
    "Pancreatic",
    "Renal",
    "Sarcoma",
    "SCLC",
    "Other",
]


def one(name, cells, **given):
    """The variable `name` of a table with one column."""
    table = pd.DataFrame({"X": cells}, index=[f"P{i}" for i in range(1, len(cells) + 1)], dtype=object)
    return read(table, {name: build(Given, {"column": "X", **given}, name)}, "t.csv")[name]


def refusal(name, cells, **given):
    with pytest.raises(TableError) as caught:
        one(name, cells, **given)
    return str(caught.value)


# --- the dictionary ---


@pytest.mark.parametrize("name", list(VARIABLES))
def test_every_entry_is_found_by_its_own_name(name):
    assert VARIABLES[name].name == name


def test_tumour_types_are_those_of_loris():
    assert list(VARIABLES["tumour_type"].levels) == TYPES


def test_no_two_variables_share_a_spelling():
    spellings = [
        folded(text) for name, entry in VARIABLES.items() for text in {folded(name), *map(folded, entry.synonyms)}
    ]
    assert len(spellings) == len(set(spellings))


def test_every_companion_that_is_needed_is_a_variable_itself():
    needed = [f"{name}_{one}" for name, entry in VARIABLES.items() for one in entry.needs]
    assert [name for name in needed if name not in VARIABLES] == []


def test_an_unknown_name_leads_to_the_variable_by_its_synonym():
    with pytest.raises(UnknownName, match=r"No variable is called 'HGB'\. Did you mean 'haemoglobin'\?"):
        VARIABLES["HGB"]


def test_a_text_with_two_meanings_is_refused():
    values = {"name": "x", "group": "g", "what": "x", "kind": "category", "levels": {"A": ["one"], "B": ["ONE"]}}
    with pytest.raises(StudyError, match="means both"):
        build(Entry, values, "entry")


def test_a_quantity_without_a_range_is_refused():
    with pytest.raises(StudyError, match="plausible range"):
        build(Entry, {"name": "x", "group": "g", "what": "x", "kind": "quantity"}, "entry")


def test_the_list_of_variables_is_what_the_code_says():
    # If this fails: python -m radici.testing.variable_list > docs/variables.md
    assert (DOCS / "variables.md").read_text(encoding="utf-8") == variable_list.page()


# --- quantities and units ---


def test_albumin_in_grams_per_decilitre_is_ten_times_that_in_grams_per_litre():
    assert one("albumin", ["4.1", "3.8"], unit="g/dL").tolist() == [41.0, 38.0]


# Molar masses: bilirubin 584.66, calcium 40.078 g/mol; 1 mg/dL = 10 mg/L. A katal is 6e7 U (SI brochure, unit kat).
@pytest.mark.parametrize(
    ("name", "number", "unit", "canonical"),
    [
        ("bilirubin", "1", "mg/dL", 10 / 584.66 * 1000),
        ("calcium", "10", "mg/dL", 100 / 40.078),
        ("ldh_uln", "4", "ukat/L", 240),
        ("anc", "4500", "/uL", 4.5),
        ("platelets", "210", "10^3/µL", 210),
        ("haemoglobin", "120", "g/L", 12),
        ("crp", "1.2", "mg/dL", 12),
        ("age", "730.5", "days", 2),
        ("tmtv_ml", "75", "cm3", 75),
        ("til_percent", "0.2", "fraction", 20),
    ],
)
def test_units_become_the_canonical_one(name, number, unit, canonical):
    assert one(name, [number], unit=unit).iloc[0] == pytest.approx(canonical, rel=1e-4)


def test_the_spelling_of_a_unit_does_not_matter():
    assert one("albumin", ["4"], unit="G / DL").iloc[0] == 40


def test_whole_numbers_written_with_a_decimal_are_numbers():
    assert one("age", ["91.0"], unit="years").iloc[0] == 91


def test_an_empty_cell_is_nan():
    assert math.isnan(one("nlr", ["", "2"]).iloc[0])


def test_a_missing_text_is_nan():
    assert math.isnan(one("nlr", ["NA", "2"], missing=["NA"]).iloc[0])


def test_a_ratio_needs_no_unit():
    assert one("nlr", ["2.5"]).iloc[0] == 2.5


def test_a_text_may_be_given_a_number():
    assert one("pdl1_tps", ["<1", "50"], unit="%", assay="22C3", recode={"<1": 0}).tolist() == [0, 50]


def test_a_cap_lowers_in_the_unit_of_the_table():
    assert one("albumin", ["5", "4"], unit="g/dL", cap=4.5).tolist() == [45, 40]


def test_a_cap_does_not_hide_an_impossible_number():
    assert "found '2000' (patient P1)" in refusal("tmb", ["2000"], unit="mut/Mb", panel="WES", cap=50)


def test_a_number_without_a_unit_is_refused():
    assert "'albumin' needs its unit: one of 'g/L', 'g/dL', 'mg/dL'" in refusal("albumin", ["4"])


def test_a_unit_that_the_entry_does_not_know_is_refused():
    assert "'albumin' is never in 'mmol/L'" in refusal("albumin", ["4"], unit="mmol/L")


def test_a_text_among_numbers_is_named():
    assert "Column 'X' of t.csv: a number is expected, found 'high' (patient P2)" in refusal("nlr", ["2", "high"])


@pytest.mark.parametrize(
    ("name", "number", "given", "expected"),
    [
        ("albumin", "41", {"unit": "g/dL"}, "10 to 65 g/L; the column is declared in g/dL"),
        ("albumin", "10.5", {"unit": "g/dL"}, "10 to 65 g/L"),
        ("albumin", "4.1", {"unit": "g/L"}, "10 to 65 g/L"),
        ("nlr", "-1", {}, "0 to 500"),
        ("tmb", "1001", {"unit": "mut/Mb", "panel": "WES"}, "0 to 1000 mut/Mb"),
        ("ecog", "1.5", {}, "a whole number from 0 to 4"),
        ("pdl1_tps", "50", {"unit": "fraction", "assay": "22C3"}, "0 to 100 %"),
    ],
)
def test_a_number_that_fits_no_patient_is_refused(name, number, given, expected):
    message = refusal(name, ["", number], **given)
    assert f"'{name}' is expected to be {expected}" in message
    assert f"found '{number}' (patient P2)" in message


@pytest.mark.parametrize("end", ["10", "65"])
def test_the_range_includes_its_ends(end):
    assert one("albumin", [end], unit="g/L").iloc[0] == float(end)


# --- fractions declared as percentages ---


def test_percentages_that_look_like_fractions_are_asked_about():
    message = refusal("pdl1_tps", ["0.5", "1", "0"], unit="%", assay="22C3")
    assert "no value is above 1 and some lie between 0 and 1: '0.5' (patient P1)" in message


def test_percentages_that_are_declared_twice_are_taken():
    assert one("pdl1_tps", ["0.5", "1"], unit="%", assay="22C3", as_declared=True).tolist() == [0.5, 1]


def test_percentages_of_0_and_1_are_no_question():
    assert one("pdl1_tps", ["0", "1"], unit="%", assay="22C3").tolist() == [0, 1]


def test_one_percentage_above_1_settles_it():
    assert one("pdl1_tps", ["0.5", "80"], unit="%", assay="22C3").tolist() == [0.5, 80]


@pytest.mark.parametrize("spelled", ["Percent", "PERCENT", " %"])
def test_percent_is_asked_about_however_it_is_spelled(spelled):
    assert "no value is above 1" in refusal("pdl1_tps", ["0.5", "1", "0"], unit=spelled, assay="22C3")


@pytest.mark.parametrize("name", ["tumour_purity", "fcna"])
def test_fractions_declared_in_percent_are_asked_about_where_fractions_are_kept(name):
    assert "no value is above 1 and some lie between 0 and 1: '0.3'" in refusal(name, ["0.3", "0.5"], unit="%")


def test_percentages_become_fractions():
    assert one("tumour_purity", ["30"], unit="%").iloc[0] == 0.3


def test_fractions_of_a_variable_kept_as_fraction_are_no_question():
    assert one("tumour_purity", ["0.3"], unit="fraction").iloc[0] == 0.3


def test_fractions_become_percentages():
    assert one("pdl1_tps", ["0.5"], unit="fraction", assay="22C3").iloc[0] == 50


# --- numbers that fit another unit ---

COUNTS = ["7.2", "5.1", "9.8", "6.6", "8.0"]  # of neutrophils in 10^9/L


def test_counts_whose_median_fits_another_unit_are_refused_with_both_readings():
    message = refusal("anc", COUNTS, unit="10^6/L")
    assert "the median of the 5 values of 'anc' (declared in 10^6/L) is 0.0072 10^9/L" in message
    assert "Read in 10^9/L it would be 7.2 10^9/L: is the unit right?" in message


def test_the_refusal_of_a_unit_says_how_to_keep_it():
    message = refusal("anc", COUNTS, unit="10^6/L")
    assert "say `as_declared: true` (in the shell --map anc.as_declared=yes)" in message


def test_an_unusual_median_that_is_declared_to_be_right_is_taken():
    assert one("anc", COUNTS, unit="10^6/L", as_declared=True).iloc[0] == pytest.approx(0.0072)


def test_four_values_are_too_few_to_doubt_their_unit():
    assert one("anc", [*COUNTS[:4], ""], unit="10^6/L").count() == 4


def test_one_value_for_all_rows_is_not_doubted():
    table = pd.DataFrame({"X": COUNTS})
    assert read(table, {"crp": Given(value="0.1", unit="mg/L")}, "t.csv")["crp"].tolist() == [0.1] * 5


def test_one_odd_value_among_usual_ones_is_not_doubted():
    assert one("anc", [*COUNTS, "0.01"], unit="10^9/L").count() == 6


def test_counts_that_are_percentages_fit_no_unit():
    assert "unusual in every known unit: is it the right column?" in refusal("anc", ["65"] * 5, unit="G/L")


def test_a_ratio_without_a_unit_is_doubted_too():
    assert "the median of the 5 values of 'nlr' is 250, and 0.8 to 30 is usual" in refusal("nlr", ["250"] * 5)


@pytest.mark.parametrize(
    ("name", "values", "declared", "fitting"),
    [
        ("wbc", "7.5", "/uL", "10^9/L"),
        ("alc", "1.6", "Mpt/L", "10^9/L"),
        ("haemoglobin", "8.2", "g/dL", "mmol/L"),
        ("bilirubin", "0.6", "umol/L", "mg/dL"),
        ("calcium", "4.7", "mmol/L", "mEq/L"),
        ("s100b", "80", "ug/L", "ng/L"),
    ],
)
def test_a_usual_column_in_a_wrong_unit_is_told_the_right_one(name, values, declared, fitting):
    assert f"Read in {fitting} it would be" in refusal(name, [values] * 5, unit=declared)


def test_ldh_in_a_wrong_unit_is_told_the_right_one():
    assert "Read in U/L it would be 240 U/L" in refusal("ldh", ["240"] * 5, unit="ukat/L", uln=4)


@pytest.mark.parametrize(("name", "value", "unit"), [("platelets", "240", "/nL"), ("ldh_ratio", "1.1", "")])
def test_a_usual_column_is_taken(name, value, unit):
    assert one(name, [value] * 5, unit=unit).count() == 5


def test_a_typical_median_outside_of_the_plausible_range_is_refused():
    values = {"name": "x", "group": "g", "what": "x", "kind": "quantity", "range": [0, 10], "typical": [5, 20]}
    with pytest.raises(StudyError, match="the typical median lies in the plausible range"):
        build(Entry, values, "entry")


@pytest.mark.parametrize(
    ("spelled", "factor"),
    [
        ("Gpt/l", 1),
        ("Mpt/L", 0.001),
        ("/nl", 1),
        ("1000/µl", 1),
        ("Tsd/µl", 1),
        ("Tsd./µl", 1),
        ("10*9/l", 1),
        ("×10⁹/L", 1),
        ("10³/µL", 1),
        ("G/l", 1),
        ("Zellen/µl", 0.001),
    ],
)
def test_units_of_counts_as_laboratories_print_them(spelled, factor):
    assert VARIABLES["wbc"].unit_of(spelled).factor == factor


# A katal is 6e7 U (SI brochure, unit kat), so 1 ukat/L is 60 U/L; g% is g per 100 mL; mval is the German for mEq.
@pytest.mark.parametrize(
    ("name", "spelled", "factor"),
    [
        ("ldh", "µkat/l", 60),
        ("ldh", "U/l", 1),
        ("haemoglobin", "g%", 1),
        ("albumin", "g/dl", 10),
        ("calcium", "mval/l", 0.5),
    ],
)
def test_units_of_chemistry_as_laboratories_print_them(name, spelled, factor):
    assert VARIABLES[name].unit_of(spelled).factor == factor


def test_ldh_that_is_a_ratio_is_told_so():
    assert "map those as 'ldh_ratio'" in refusal("ldh", ["0.34", "1.7"], unit="U/L", uln=250)


# --- levels ---


@pytest.mark.parametrize(
    "text", ["Head & Neck", "Head&Neck", "head and neck", "HEAD_AND_NECK", "Head-and-Neck", "head neck", "HNSCC"]
)
def test_spellings_of_a_level_are_one(text):
    assert one("tumour_type", [text]).iloc[0] == "Head&Neck"


@pytest.mark.parametrize("text", TYPES)
def test_a_tumour_type_is_read_as_itself(text):
    assert one("tumour_type", [text]).iloc[0] == text


@pytest.mark.parametrize("text", ["lung", "Unknown primary", "Thyroid", "0"])
def test_an_unknown_label_is_refused_and_never_other(text):
    assert f"Column 'X' of t.csv: '{text}' (patient P2) is not known as 'tumour_type'" in refusal(
        "tumour_type", ["NSCLC", text]
    )


def test_an_unknown_tumour_is_told_what_other_is_meant_for():
    assert "'Other' is meant for tumours that the authors of a score pooled as other" in refusal(
        "tumour_type", ["lung"]
    )


def test_an_unknown_label_says_how_to_recode_it():
    assert "give the text's meaning under `recode`" in refusal("tumour_type", ["lung"])


def test_what_to_do_is_said_as_the_caller_says_it():
    table = pd.DataFrame({"X": ["lung"]}, index=["P1"])
    with pytest.raises(TableError, match="Ask tumour_type"):
        read(table, {"tumour_type": Given(column="X")}, "t.csv", mend=lambda name: f"Ask {name}.")


def test_only_an_explicit_other_is_other():
    assert one("tumour_type", ["other", ""]).tolist() == ["Other", ""]


def test_a_label_may_be_recoded():
    assert one("tumour_type", ["lung"], recode={"lung": "nsclc"}).iloc[0] == "NSCLC"


def test_a_code_for_a_level_that_does_not_exist_is_refused():
    assert "has no level 'Lung'" in refusal("tumour_type", ["lung"], recode={"lung": "Lung"})


def test_codes_of_sex_are_not_guessed():
    assert "'1' (patient P1) is not known as 'sex'" in refusal("sex", ["1"])


def test_a_minus_before_a_number_is_kept():
    assert folded("-1") == "-1"


def test_a_minus_at_the_end_is_kept():
    assert one("hpv", ["HPV-", "HPV+"]).tolist() == [0, 1]


@pytest.mark.parametrize(("text", "value"), [("yes", 1), ("N", 0), ("1.0", 1), ("0", 0), ("Positive", 1)])
def test_a_binary_is_0_or_1(text, value):
    assert one("prior_systemic", [text]).iloc[0] == value


def test_a_binary_that_is_neither_is_refused():
    assert "'2' (patient P1)" in refusal("prior_systemic", ["2"])


def test_stage_is_a_level_name():
    assert one("stage", ["IIIA", "4", ""]).tolist() == ["III", "IV", ""]


def test_levels_from_columns_of_0_and_1():
    table = pd.DataFrame({"a": ["1", "0", "0"], "b": ["0", "1", "0"]}, index=["P1", "P2", "P3"])
    given = Given(one_hot={"NSCLC": "a", "melanoma": "b"})
    assert read(table, {"tumour_type": given}, "t.csv")["tumour_type"].tolist() == ["NSCLC", "Melanoma", ""]


def test_two_levels_at_once_are_refused():
    table = pd.DataFrame({"a": ["1"], "b": ["1"]}, index=["P1"])
    with pytest.raises(TableError, match=r"several columns hold 1 \(patients P1\)"):
        read(table, {"tumour_type": Given(one_hot={"NSCLC": "a", "Melanoma": "b"})}, "t.csv")


def test_a_level_column_that_is_not_0_or_1_is_refused():
    table = pd.DataFrame({"a": ["2"]}, index=["P1"])
    with pytest.raises(TableError, match=r"Column 'a' of t.csv: 0 or 1 is expected"):
        read(table, {"tumour_type": Given(one_hot={"NSCLC": "a"})}, "t.csv")


def test_a_unit_for_labels_is_refused():
    assert "'sex' has no numbers with a unit" in refusal("sex", ["F"], unit="%")


# --- companions, columns ---


@pytest.mark.parametrize(
    ("name", "unit", "companion"), [("ldh", "U/L", "uln"), ("tmb", "mut/Mb", "panel"), ("pdl1_tps", "%", "assay")]
)
def test_a_missing_companion_is_asked_for(name, unit, companion):
    assert f"'{name}' needs `{companion}` declared with it" in refusal(name, ["30"], unit=unit)


def test_a_limit_of_normal_stands_beside_its_variable():
    table = pd.DataFrame({"LDH": ["5"], "LIM": ["4"]}, index=["P1"])
    given = Given(column="LDH", unit="ukat/L", uln={"column": "LIM"})
    assert read(table, {"ldh": given}, "t.csv").loc["P1"].to_dict() == {"ldh": 300, "ldh_uln": 240}


def test_a_companion_may_be_mapped_by_itself():
    table = pd.DataFrame({"LDH": ["300"], "LIM": ["240"]}, index=["P1"])
    given = {"ldh": Given(column="LDH", unit="U/L"), "ldh_uln": Given(column="LIM", unit="U/L")}
    assert read(table, given, "t.csv").loc["P1"].to_dict() == {"ldh": 300, "ldh_uln": 240}


def test_a_companion_declared_twice_is_refused():
    table = pd.DataFrame({"LDH": ["300"], "LIM": ["240"]}, index=["P1"])
    given = {"ldh": Given(column="LDH", unit="U/L", uln=250), "ldh_uln": Given(column="LIM", unit="U/L")}
    with pytest.raises(TableError, match="'ldh_uln' is declared twice"):
        read(table, given, "t.csv")


def test_a_companion_that_is_empty_for_a_patient_is_refused():
    table = pd.DataFrame({"TMB": ["3", ""], "PANEL": ["", ""]}, index=["P1", "P2"])
    with pytest.raises(TableError, match=r"a panel is expected wherever 'tmb' is known; it is empty for P1\."):
        read(table, {"tmb": Given(column="TMB", unit="mut/Mb", panel={"column": "PANEL"})}, "t.csv")


def test_a_column_that_is_not_there_is_suggested():
    with pytest.raises(TableError, match=r"t.csv has no column 'Albumine' for 'albumin'. Did you mean 'Albumin'\?"):
        read(pd.DataFrame({"Albumin": ["4"]}), {"albumin": Given(column="Albumine", unit="g/dL")}, "t.csv")


def test_an_optional_column_that_is_not_there_is_left_out():
    assert list(read(pd.DataFrame({"a": ["4"]}), {"nlr": Given(column="NLR", optional=True)}, "t.csv")) == []


def test_the_first_column_that_is_there_is_taken():
    table = pd.DataFrame({"b": ["2"], "c": ["3"]})
    assert read(table, {"nlr": Given(column="a", instead=("b", "c"))}, "t.csv")["nlr"].tolist() == [2]


def test_one_value_for_all():
    assert read(pd.DataFrame({"a": ["x", "y"]}), {"age": Given(value="60", unit="years")}, "t.csv")["age"].tolist() == [
        60,
        60,
    ]


def test_a_table_without_rows_gives_none():
    assert len(one("tumour_type", [])) == 0


@pytest.mark.parametrize("given", [{}, {"column": "a", "value": "b"}, {"column": "a", "one_hot": {"NSCLC": "b"}}])
def test_a_variable_stands_in_one_place(given):
    with pytest.raises(StudyError, match="name one `column`"):
        build(Given, given, "nlr")


# --- mappings in the shell ---


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("albumin=Albumin[g/dL]", ("albumin", "Albumin", "g/dL")),
        ("ldh = LDH [U/L]", ("ldh", "LDH", "U/L")),
        ("nlr=NLR", ("nlr", "NLR", "")),
        ("pdl1_tps=PDL1_TPS(%)[%]", ("pdl1_tps", "PDL1_TPS(%)", "%")),
        ("ldh=LDH [U/L][U/L]", ("ldh", "LDH [U/L]", "U/L")),
    ],
)
def test_a_mapping_is_read(text, parts):
    assert parse_map(text) == parts


@pytest.mark.parametrize("text", ["albumin", "=Albumin", "albumin="])
def test_a_mapping_of_another_form_is_refused(text):
    with pytest.raises(StudyError, match=r"is no mapping. Write variable=COLUMN\[unit\]"):
        parse_map(text)


def test_a_mapping_of_an_unknown_variable_suggests_one():
    with pytest.raises(UnknownName, match="Did you mean 'albumin'"):
        parse_map("ALB=Albumin[g/dL]")


def test_a_quoted_column_is_a_value_for_all():
    _, column, _ = parse_map('tmb_panel="MSK-IMPACT"')
    assert Given(column=column).value == "MSK-IMPACT"


# --- YAML ---


def test_plain_yaml_keeps_words_and_zeros():
    assert read_plain("a: no\nb: 010", "x.yaml") == {"a": "no", "b": "010"}


def test_a_key_written_twice_is_refused():
    with pytest.raises(StudyError, match=r"x\.yaml, line 3: 'a' is written twice"):
        read_plain("m:\n  a: 1\n  a: 2", "x.yaml")


@pytest.mark.parametrize("text", ["- a", "", "a: [", "text"])
def test_what_is_no_mapping_is_refused(text):
    with pytest.raises(StudyError, match=r"x\.yaml"):
        read_plain(text, "x.yaml")
