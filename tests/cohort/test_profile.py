"""Named mappings of columns: each public table reads, a study takes its variables from one, the rest is refused."""

import pandas as pd
import pytest

from radici.cohort.profile import PROFILES, read_profile
from radici.cohort.read import read_cohort
from radici.cohort.settings import Clinical, CohortSettings
from radici.cohort.tables import read_table
from radici.core.errors import FileMissing, StudyError, TableError, UnknownName
from radici.core.settings import build
from radici.core.variables import derive
from radici.reporting.variables import answers
from radici.statistics.auc import auc
from radici.study import Study

LORIS = {
    "Chowell_train": 964,
    "Chowell_test": 515,
    "MSK1": 453,
    "Vanguri_NSCLC": 246,
    "Kato_panCancer": 35,
    "MSK_nonICB": 841,
}
SCORED = ("tmb", "prior_systemic", "albumin", "nlr", "age", "tumour_type")
OTHERS = {
    "imvigor210": ("ici_genomic/imvigor210_pdata.csv", 348),
    "riaz2017": ("ici_genomic/riaz2017/bms038_clinical_data.csv", 73),
    "nsclc_pd1": ("ici_genomic/nsclc_pd1_combined.csv", 352),
    "vanguri2022": ("ici_loris/Vanguri_NSCLC.csv", 246),
}


def table_of(shared, profile, file):
    path = shared / file
    if not path.is_file():
        pytest.skip(f"{file} is not among the shared public data")
    table = read_table(path)
    return table.set_index(pd.Index(table[read_profile(profile).patient], dtype=object))


def applied(shared, profile, file):
    return read_profile(profile).apply(table_of(shared, profile, file), file)


# --- the tables that they are for ---


@pytest.mark.parametrize("sheet", LORIS)
def test_loris_reads_every_patient_of_each_of_its_tables(shared, sheet):
    assert len(applied(shared, "loris", f"ici_loris/{sheet}.csv")) == LORIS[sheet]


@pytest.mark.parametrize("sheet", LORIS)
def test_what_the_pan_cancer_score_needs_is_known_for_everybody(shared, sheet):
    frame = applied(shared, "loris", f"ici_loris/{sheet}.csv")
    assert not ((frame[list(SCORED)] == "") | frame[list(SCORED)].isna()).any().any()


def test_albumin_of_loris_is_in_grams_per_litre(shared):
    assert applied(shared, "loris", "ici_loris/Chowell_test.csv")["albumin"].iloc[0] == 43


def test_head_and_neck_of_loris_is_one_level(shared):
    # 21 in the README's file, spelled "Head & Neck".
    assert (applied(shared, "loris", "ici_loris/Chowell_test.csv")["tumour_type"] == "Head&Neck").sum() == 21


def test_optional_columns_are_left_out(shared):
    assert "sex" not in applied(shared, "loris", "ici_loris/MSK_nonICB.csv")


def test_vanguri_knows_pdl1_of_201(shared):
    assert applied(shared, "loris", "ici_loris/Vanguri_NSCLC.csv")["pdl1_tps"].count() == 201


def test_the_original_ratio_is_half_of_the_one_in_the_loris_table(shared):
    file = "ici_loris/Vanguri_NSCLC.csv"
    twice = applied(shared, "loris", file)["nlr"] / applied(shared, "vanguri2022", file)["nlr"]
    assert twice.tolist() == pytest.approx([2] * 246)


# README of the LORIS tables: NSCLC form .768, to three digits; its formula is in Chang 2024. NLR_original gives .766.
@pytest.mark.parametrize(("profile", "value"), [("loris", 0.768), ("vanguri2022", 0.766)])
def test_the_column_nlr_gives_the_known_auc_of_the_lung_form(shared, profile, value):
    file = "ici_loris/Vanguri_NSCLC.csv"
    x = applied(shared, profile, file)
    response = table_of(shared, profile, file)["Response"].astype(float)
    score = 0.0353 * x["tmb"].clip(upper=50) + 0.0111 * x["pdl1_tps"] - 0.375 * x["prior_systemic"]
    score = score + 0.02924 * x["albumin"] - 0.0103 * x["nlr"].clip(upper=25)
    known = score.notna().to_numpy()
    assert auc(response.to_numpy()[known], score.to_numpy()[known]) == pytest.approx(value, abs=0.0005)


@pytest.mark.parametrize("name", OTHERS)
def test_other_profiles_read_every_patient_of_their_table(shared, name):
    file, patients = OTHERS[name]
    assert len(applied(shared, name, file)) == patients


def test_imvigor_knows_the_mutations_of_272(shared):
    assert applied(shared, "imvigor210", OTHERS["imvigor210"][0])["tmb"].count() == 272


def test_groups_of_pdl1_are_not_made_numbers(shared):
    # 163 cells are filled, of which 27 name a group.
    assert applied(shared, "nsclc_pd1", OTHERS["nsclc_pd1"][0])["pdl1_tps"].count() == 136


def test_riaz_tells_34_without_ipilimumab_from_39_after_it(shared):
    assert applied(shared, "riaz2017", OTHERS["riaz2017"][0])["prior_ctla4"].value_counts().to_dict() == {1: 39, 0: 34}


def test_nothing_is_derived_over_a_given_ratio(shared):
    frame = applied(shared, "loris", "ici_loris/Chowell_test.csv")
    assert derive(frame)["nlr"].equals(frame["nlr"])


# --- names and files ---


@pytest.mark.parametrize("name", list(PROFILES))
def test_a_shipped_profile_says_what_it_reads(name):
    assert read_profile(name).about


def test_an_unknown_profile_suggests_one():
    with pytest.raises(UnknownName, match=r"No profile is called 'lorris'. Did you mean 'loris'\?"):
        read_profile("lorris")


def test_a_profile_of_ones_own_is_a_file(tmp_path):
    (tmp_path / "ours.yaml").write_text(
        "about: ours\npatient: id\nmissing: NA\nmap:\n  nlr: {column: X}\n".replace("NA", "[NA]")
    )
    frame = read_profile(tmp_path / "ours.yaml").apply(pd.DataFrame({"X": ["2", "NA"]}), "t.csv")
    assert frame["nlr"].isna().tolist() == [False, True]


def test_a_profile_file_that_is_not_there_is_missing(tmp_path):
    with pytest.raises(FileMissing, match="There is no profile"):
        read_profile(tmp_path / "ours.yaml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("about: x\npatient: id\nmap: {albumine: {column: X}}", "Did you mean 'albumin'"),
        ("about: x\npatient: id\nmap: {albumin: {colum: X}}", "no setting 'map.albumin.colum'. Did you mean 'column'"),
        ("about: x\npatient: id\nmap: {}", "map"),
        ("about: x\nmap: {nlr: {column: X}}", "'patient' is required"),
        ("about: x\npatient: id\nmap: {nlr: {column: X}}\nunverified: {plr: why}", "speaks of 'plr'"),
    ],
)
def test_a_profile_that_cannot_be_is_refused(tmp_path, text, words):
    (tmp_path / "ours.yaml").write_text(text)
    with pytest.raises(StudyError, match=words):
        read_profile(tmp_path / "ours.yaml")


# --- in a study file ---

STUDY = """
patient: SAMPLE_ID
clinical: {file: t.csv, profile: loris}
endpoints: {response: {category: {column: Response, yes: ["1"], no: ["0"]}}}
"""
TABLE = """SAMPLE_ID,TMB,Systemic_therapy_history,Albumin,NLR,Age,CancerType,Sex,Response
P1,5,1,4.1,2.5,61,Head & Neck,0,1
P2,7,0,3.9,,70.0,NSCLC,1,0
"""


def cohort(tmp_path, table=TABLE, **clinical):
    (tmp_path / "t.csv").write_text(table)
    settings = {"patient": "SAMPLE_ID", "clinical": {"file": "t.csv", "profile": "loris", **clinical}}
    return read_cohort(build(CohortSettings, settings, "study.yaml"), tmp_path)


def test_a_study_reads_the_real_table(shared):
    if not (shared / "ici_loris/Chowell_test.csv").is_file():
        pytest.skip("the LORIS tables are not among the shared public data")
    settings = {"patient": "SAMPLE_ID", "clinical": {"file": "Chowell_test.csv", "profile": "loris"}}
    found = read_cohort(build(CohortSettings, settings, "study.yaml"), shared / "ici_loris")
    assert (len(found.patients), found.clinical["clinical__albumin"].mean()) == (515, pytest.approx(38.04, abs=0.005))


def test_a_study_has_canonical_units(tmp_path):
    found = cohort(tmp_path)
    assert (found.clinical.loc["P1", "clinical__albumin"], found.columns["clinical__albumin"].unit) == (41, "g/L")


def test_a_study_has_the_columns_of_levels(tmp_path):
    assert cohort(tmp_path).clinical["clinical__tumour_type_head_neck"].tolist() == [1, 0]


def test_a_study_has_binaries(tmp_path):
    assert cohort(tmp_path).clinical["clinical__prior_systemic"].tolist() == [1, 0]


def test_a_study_keeps_missing_numbers(tmp_path):
    assert cohort(tmp_path).clinical["clinical__nlr"].isna().tolist() == [False, True]


def test_a_study_takes_only_the_variables_it_names(tmp_path):
    found = cohort(tmp_path, variables=["nlr", "age"])
    assert list(found.clinical) == ["clinical__nlr", "clinical__age"]


def test_the_map_replaces_a_variable_of_the_profile(tmp_path):
    found = cohort(tmp_path, map={"albumin": {"column": "Albumin", "unit": "g/dL"}}, variables=["nlr", "albumin"])
    assert found.clinical.loc["P1"].to_dict() == {"clinical__nlr": 2.5, "clinical__albumin": 4.1}


def test_the_map_adds_a_variable(tmp_path):
    found = cohort(tmp_path, map={"women": {"column": "Sex", "yes": [0], "no": [1]}}, variables=["age"])
    assert list(found.clinical) == ["clinical__age", "clinical__women"]


def test_an_unknown_label_of_a_study_is_refused(tmp_path):
    with pytest.raises(TableError, match=r"Column 'CancerType' of t.csv: 'Lung' \(patient P2\)"):
        cohort(tmp_path, TABLE.replace("NSCLC", "Lung"))


def test_decimal_commas_are_read_where_they_are_declared(tmp_path):
    table = TABLE.replace(",", ";").replace(".", ",")
    found = cohort(tmp_path, table, separator=";", decimal=",")
    assert found.clinical["clinical__albumin"].tolist() == [41, 39]


def test_decimal_commas_that_are_not_declared_are_refused(tmp_path):
    with pytest.raises(TableError, match="decimal"):
        cohort(tmp_path, TABLE.replace(",", ";").replace(".", ","), separator=";")


@pytest.mark.parametrize(
    ("clinical", "words"),
    [
        ({"profile": "lorris"}, "Did you mean 'loris'"),
        ({"profile": "ours.yaml"}, "write columns of your own under `map`"),
        ({"profile": "loris", "variables": ["albumine"]}, "Did you mean 'albumin'"),
        ({"profile": "imvigor210", "variables": ["best_response"]}, "no variable 'best_response' for a model"),
        ({"profile": "riaz2017", "variables": ["tumour_type"]}, "no variable 'tumour_type' for a model"),
        ({"variables": ["nlr"]}, "taken from a `profile`"),
        (
            {"profile": "loris", "map": {"sex_m": {"column": "Sex", "yes": [1], "no": [0]}}},
            "'sex' and 'sex_m' both give the column clinical__sex_m",
        ),
    ],
)
def test_a_profile_that_does_not_fit_a_study_is_refused(clinical, words):
    with pytest.raises(StudyError, match=words):
        build(Clinical, {"file": "t.csv", **clinical}, "clinical")


def test_a_study_with_a_profile_reads_back_as_itself():
    study = Study.parse(STUDY)
    assert Study.parse(study.text()) == study


def test_an_endpoint_column_of_a_profile_is_refused_as_a_variable():
    leaking = STUDY.replace("column: Response", "column: Systemic_therapy_history")
    with pytest.raises(StudyError, match="column 'Systemic_therapy_history' is part of the endpoint 'response'"):
        Study.parse(leaking)


def test_a_report_knows_the_levels_of_a_profile():
    assert answers(STUDY).one["clinical__tumour_type_nsclc"] == "tumour_type: NSCLC"
