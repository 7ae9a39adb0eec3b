"""`radici score`: a table in, published scores of every row out; what is not said, or does not fit, is refused."""

import json
from functools import partial

import pandas as pd
import pytest

from radici.study.mapping import likely_column

TABLE = """patient,TMB,Prior,Albumin,NLR,Age,Cancer,WBC,ANC,LDH,ULN
P1,10.5,1,4.2,2.54,52.106776,NSCLC,8,6.5,300,250
P2,3.5,1,,4.89,61.98768,SCLC,8,4,200,250
P1,4.0,0,3.1,3.0,70,Head & Neck,8,4,,250
"""
MAPS = {
    "tmb": "TMB[mut/Mb]",
    "tmb.panel": '"MSK-IMPACT"',
    "prior_systemic": "Prior",
    "albumin": "Albumin[g/dL]",
    "nlr": "NLR",
    "age": "Age[years]",
    "tumour_type": "Cancer",
}
BLOOD = {"wbc": "WBC[10^9/L]", "anc": "ANC[10^9/L]", "ldh": "LDH[U/L]", "ldh.uln": "ULN"}


@pytest.fixture
def call(call):
    """The command `score` in this process: arguments in, exit code out."""
    return partial(call, "score")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a table."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "table.csv").write_text(TABLE)
    return tmp_path


def maps(mapping):
    return [part for name, value in mapping.items() for part in ("--map", f"{name}={value}")]


LORIS = ("table.csv", "--score", "loris", "--out", "scores.csv", *maps(MAPS))
BOTH = ("table.csv", "--score", "loris", "--score", "lipi", "--out", "scores.csv", *maps(MAPS | BLOOD))


def written(call, *arguments):
    assert call(*arguments, "--quiet") == 0
    return pd.read_csv("scores.csv", dtype=str, keep_default_na=False)


def test_every_row_comes_out_in_its_order(here, call):
    assert list(written(call, *LORIS, "--patient", "patient")["patient"]) == ["P1", "P2", "P1"]


def test_rows_are_named_by_their_line(here, call):
    assert list(written(call, *LORIS)["line"]) == ["2", "3", "4"]


def test_the_score_of_a_row_is_the_published_one(here, call):
    assert float(written(call, *LORIS)["loris__score"][0]) == pytest.approx(0.464110, abs=5e-7)


def test_a_row_with_an_empty_cell_has_no_score(here, call):
    assert written(call, *LORIS)["loris__score"][1] == ""


def test_a_row_with_an_empty_cell_says_what_is_missing(here, call):
    assert list(written(call, *LORIS)["loris__why"]) == ["", "unknown: albumin", ""]


def test_several_scores_stand_side_by_side(here, call):
    found = written(call, *BOTH)
    assert [name for name in found if name.endswith("__score")] == ["loris__score", "lipi__score"]


def test_the_derived_ratio_is_computed_from_its_parts(here, call):
    assert list(written(call, *BOTH)["lipi__group"]) == ["poor", "good", ""]


def test_a_limit_may_be_one_number_for_all(here, call):
    found = written(call, "table.csv", "--score", "lipi", "--out", "scores.csv", *maps(BLOOD | {"ldh.uln": "350"}))
    assert found["lipi__group"][0] == "intermediate"


def test_every_row_names_the_version(here, call):
    assert set(written(call, *LORIS)["loris__version"]) == {"loris version 1"}


def test_an_unmapped_variable_names_the_map_to_add_and_the_likely_column(here, call, capsys):
    assert call(*LORIS[:5], *maps({name: at for name, at in MAPS.items() if name != "albumin"})) == 1
    assert 'Add --map "albumin=Albumin[g/L or g/dL or mg/dL]"' in capsys.readouterr().err


def test_an_unmapped_ratio_offers_its_parts(here, call, capsys):
    call("table.csv", "--score", "dnlr", "--out", "scores.csv")
    assert '--map "anc=ANC[' in capsys.readouterr().err


def test_an_unmapped_variable_writes_nothing(here, call):
    call("table.csv", "--score", "loris", "--out", "scores.csv")
    assert not (here / "scores.csv").exists()


def test_a_label_that_means_nothing_is_refused(here, call, capsys):
    (here / "table.csv").write_text(TABLE.replace("SCLC\n", "SCLC").replace("Head & Neck", "Headneck tumor"))
    assert call(*LORIS) == 1
    assert "Headneck tumor" in capsys.readouterr().err


def test_a_unit_that_cannot_be_is_refused(here, call, capsys):
    (here / "table.csv").write_text(TABLE.replace("4.2", "42"))
    assert call(*LORIS) == 1
    assert "'albumin' is expected to be" in capsys.readouterr().err


def test_a_variable_mapped_twice_is_refused(here, call, capsys):
    assert call(*LORIS, "--map", "nlr=Age") == 1
    assert "says twice what 'nlr' is" in capsys.readouterr().err


def test_a_companion_without_its_variable_is_refused(here, call, capsys):
    assert call(*LORIS, "--map", "ldh.uln=250") == 1
    assert 'add its column too: --map "ldh=COLUMN"' in capsys.readouterr().err


def test_an_unknown_companion_is_refused(here, call, capsys):
    assert call(*LORIS, "--map", "ldh.ulm=250") == 1
    assert "'ulm' is none of assay, panel, uln, lln" in capsys.readouterr().err


def test_an_unknown_patient_column_is_refused(here, call, capsys):
    assert call(*LORIS, "--patient", "Patient") == 1
    assert "Did you mean 'patient'" in capsys.readouterr().err


def test_a_file_that_is_there_is_not_overwritten(here, call, capsys):
    (here / "scores.csv").write_text("mine")
    assert call(*LORIS) == 1
    assert "add --force" in capsys.readouterr().err


def test_force_replaces_a_file(here, call):
    (here / "scores.csv").write_text("mine")
    assert len(written(call, *LORIS, "--force")) == 3


def test_a_score_that_cannot_be_run_says_what_is_missing(here, call, capsys):
    assert call("table.csv", "--score", "scorpio", "--out", "scores.csv") == 1
    assert "weights of the ensemble are not public" in capsys.readouterr().err


@pytest.mark.parametrize(
    "told",
    [
        "loris version 1: 2 of 3 rows scored",
        "not scored (1): unknown: albumin",
        "Research use only",
        "Licence: the formula is a published fact",
        "2 of 3 rows scored (good 1, intermediate 0, poor 1). Endpoint: overall survival; higher is worse",
    ],
)
def test_what_is_told(here, call, capsys, told):
    call(*BOTH)
    assert told in capsys.readouterr().out


def test_quiet_prints_nothing(here, call, capsys):
    call(*LORIS, "--quiet")
    assert capsys.readouterr().out == ""


def test_json_holds_the_same_numbers(here, call, capsys):
    call(*BOTH, "--json")
    found = json.loads(capsys.readouterr().out)
    assert [one["scored"] for one in found["scores"]] == [2, 2]


def test_rows_of_unsaid_tumours_are_taken_as_said(here, call, capsys):
    table = "ECOG,Steroids,NLR\n1,0,3\n"
    (here / "table.csv").write_text(table)
    call(
        "table.csv", "--score", "lips3", "--out", "s.csv", *maps({"ecog": "ECOG", "steroids": "Steroids", "nlr": "NLR"})
    )
    assert "no tumour_type is mapped" in capsys.readouterr().out


def test_list_names_scores_that_run(call, capsys):
    call("--list")
    assert "loris_nsclc      runs  " in capsys.readouterr().out


def test_list_names_scores_that_do_not(call, capsys):
    call("--list")
    assert "scorpio          -     " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("cohort", "rows"),
    [("Chowell_train", 964), ("Chowell_test", 515), ("MSK1", 453), ("Vanguri_NSCLC", 246), ("Kato_panCancer", 35)],
)
def test_the_profile_reads_the_authors_tables(shared, here, call, capsys, cohort, rows):
    call(shared / f"ici_loris/{cohort}.csv", "--score", "loris", "--out", "scores.csv", "--profile", "loris", "--json")
    assert json.loads(capsys.readouterr().out)["scores"][0]["scored"] == rows


def test_the_profiles_patients_are_named(shared, here, call):
    found = written(
        call, shared / "ici_loris/MSK1.csv", "--score", "loris", "--out", "scores.csv", "--profile", "loris"
    )
    assert list(found["SAMPLE_ID"][:2]) == ["1", "2"]


def test_a_map_overrides_the_profile(shared, here, call):
    given = (shared / "ici_loris/Vanguri_NSCLC.csv", "--score", "loris", "--out", "scores.csv", "--profile", "loris")
    profile = written(call, *given)["loris__score"]
    assert not profile.equals(written(call, *given, "--map", "nlr=NLR_original", "--force")["loris__score"])


def test_a_companion_that_must_be_declared_is_spelled_as_an_option(here, call, capsys):
    assert call(*LORIS[:5], *maps({name: at for name, at in MAPS.items() if name != "tmb.panel"})) == 1
    assert """Add --map 'tmb.panel="TEXT"' (for all rows) or "tmb.panel=COLUMN".""" in capsys.readouterr().err


def test_a_limit_of_normal_is_offered_as_what_belongs_to_its_variable(here, call, capsys):
    call("table.csv", "--score", "lipi", "--out", "scores.csv")
    assert '--map "ldh=LDH[U/L or ukat/L or nkat/L]" --map "ldh.uln=NUMBER or COLUMN"' in capsys.readouterr().err


def test_a_heading_that_means_another_variable_is_never_suggested():
    assert likely_column("dnlr", ["NLR"]) is None


def test_a_heading_with_a_slip_is_suggested():
    assert likely_column("albumin", ["Age", "Albumine"]) == "Albumine"


def test_a_wrong_cell_is_named_by_its_line(here, call, capsys):
    (here / "table.csv").write_text(TABLE.replace("4.2", "42"))
    call(*LORIS)
    assert "patient of line 2" in capsys.readouterr().err


def test_a_wrong_cell_is_named_by_its_patient(here, call, capsys):
    (here / "table.csv").write_text(TABLE.replace("4.2", "42").replace("P1,4.0", "P3,4.0"))
    call(*LORIS, "--patient", "patient")
    assert "patient P1" in capsys.readouterr().err


def test_a_table_without_rows_gives_none(here, call):
    (here / "table.csv").write_text(TABLE.splitlines()[0] + "\n")
    assert len(written(call, *LORIS)) == 0


def test_a_companion_said_twice_is_refused(here, call, capsys):
    assert call(*BOTH, "--map", "ldh.uln=250") == 1
    assert "says twice what 'ldh.uln' is" in capsys.readouterr().err


def test_a_quoted_text_holds_for_all_rows(here, call):
    found = written(
        call, "table.csv", "--score", "loris", "--out", "scores.csv", *maps(MAPS | {"tumour_type": '"Renal"'})
    )
    assert float(found["loris__score"][0]) == pytest.approx(0.598806, abs=1e-6)


def test_a_panel_that_is_no_column_is_refused(here, call, capsys):
    assert call(*LORIS[:5], *maps(MAPS | {"tmb.panel": "MSK-IMPACT"})) == 1
    assert "no column 'MSK-IMPACT'" in capsys.readouterr().err


def test_a_row_without_a_part_of_a_ratio_says_which(here, call):
    (here / "table.csv").write_text("WBC,ANC\n,4\n4,4\n")
    found = written(
        call, "table.csv", "--score", "dnlr", "--out", "scores.csv", *maps({n: BLOOD[n] for n in ("wbc", "anc")})
    )
    assert list(found["dnlr__why"]) == ["unknown: dnlr (wbc missing)", "unknown: dnlr"]


def test_the_table_itself_is_never_overwritten(here, call, capsys):
    assert call(*LORIS, "--out", "table.csv", "--force") == 1
    assert "is the table itself" in capsys.readouterr().err


def test_a_map_that_no_score_reads_is_told(here, call, capsys):
    call(*LORIS, "--map", "sex=Prior")
    assert "--map sex: none of the scores reads it." in capsys.readouterr().out


def test_each_way_to_know_a_variable_is_offered(here, call, capsys):
    call("table.csv", "--score", "lipi", "--out", "scores.csv")
    assert "needs 'ldh_ratio' or 'ldh_above_uln'. Add --map \"ldh_ratio=" in capsys.readouterr().err


def test_a_column_with_a_point_is_a_column(here, call):
    (here / "table.csv").write_text(TABLE.replace("NLR", "N.L=R", 1))
    assert len(written(call, *LORIS[:5], *maps(MAPS | {"nlr": "N.L=R"}))) == 3


def test_limits_of_normal_make_a_risk_of_raw_laboratory_values(here, call):
    (here / "table.csv").write_text("KPS,Months,Hb,Ca,ANC,Plt\n70,20,11.9,2.5,7,400\n90,20,12,2.6,8.1,401\n")
    labs = {"haemoglobin": "Hb[g/dL]", "calcium": "Ca[mmol/L]", "anc": "ANC[10^9/L]", "platelets": "Plt[10^9/L]"}
    limits = {"haemoglobin.lln": "12", "calcium.uln": "2.55", "anc.uln": "8", "platelets.uln": "400"}
    given = maps({"kps": "KPS", "months_from_diagnosis": "Months[months]"} | labs | limits)
    assert list(written(call, "table.csv", "--score", "imdc", "--out", "scores.csv", *given)["imdc__score"]) == [
        "2.0",
        "3.0",
    ]


# --- tables as they are written elsewhere ---

GERMAN = """Patient;Tumor;Chemo;TMB;Alb;NLR;Alter;Leuko;Neutro;LDH
P1;Lunge;ja;10,5;42;2,54;52,1;8,1;6,5;300
P2;Haut;nein;3,5;k.A.;4,9;62;7,2;4,1;200
"""
LIPI = {"wbc": "Leuko[Gpt/l]", "anc": "Neutro[/nl]", "ldh": "LDH[U/l]", "ldh.uln": "250"}
TYPES = "Tumor{NSCLC:Lunge,Melanoma:Haut}"
GERMAN_LORIS = {
    "tmb": "TMB[mut/Mb]",
    "tmb.panel": '"MSK-IMPACT"',
    "prior_systemic": "Chemo{yes:ja,no:nein}",
    "albumin": "Alb[g/l]",
    "nlr": "NLR",
    "age": "Alter[years]",
    "tumour_type": TYPES,
}
DIALECT = ("--separator", ";", "--decimal", ",")


@pytest.fixture
def german(here):
    (here / "table.csv").write_text(GERMAN)
    return here


def of(score, mapping, *more):
    return ("table.csv", "--score", score, "--out", "scores.csv", *maps(mapping), *more)


def refused(call, capsys, *arguments):
    assert call(*arguments) == 1
    return capsys.readouterr().err


def test_semicolons_and_decimal_commas_are_read_as_declared(german, call):
    assert list(written(call, *of("lipi", LIPI, *DIALECT))["lipi__group"]) == ["poor", "good"]


def test_a_decimal_comma_names_the_option(german, call, capsys):
    assert "add --decimal ','" in refused(call, capsys, *of("lipi", LIPI, "--separator", ";"))


@pytest.mark.parametrize("option", ["--separator", "--decimal"])
def test_an_unknown_sign_is_refused(german, call, option):
    assert call(*of("lipi", LIPI, option, "x")) == 2


def test_tab_is_a_separator(german, call):
    (german / "table.csv").write_text(GERMAN.replace(";", "\t"))
    assert len(written(call, *of("lipi", LIPI, "--separator", "tab", "--decimal", ","))) == 2


def test_a_text_that_means_missing_is_declared(german, call):
    found = written(call, *of("loris", GERMAN_LORIS, *DIALECT, "--missing", "-", "--missing", "k.A."))
    assert list(found["loris__why"]) == ["", "unknown: albumin"]


def test_a_text_among_numbers_names_the_options_of_the_command(german, call, capsys):
    told = refused(call, capsys, *of("loris", GERMAN_LORIS, *DIALECT))
    assert 'say what a text means: --map "albumin=Alb[g/l]{NUMBER:TEXT}"; or say --missing TEXT' in told


def test_texts_get_a_meaning_in_braces(german, call):
    # 1 / (1 + exp(-(0.0371*3.5 + 0.5382*4.2 - 0.033*4.9 + 0.0049*62 - 0.0086 - 2.0886))), Chang 2024.
    (german / "table.csv").write_text(GERMAN.replace("k.A.", "42"))
    found = written(call, *of("loris", GERMAN_LORIS, *DIALECT))
    assert float(found["loris__score"][1]) == pytest.approx(0.607112, abs=1e-6)


def test_numbers_get_a_meaning_in_braces(german, call):
    found = written(call, *of("loris", GERMAN_LORIS | {"albumin": "Alb[g/l]{42:k.A.}"}, *DIALECT))
    assert list(found["loris__why"]) == ["", ""]


def test_an_unknown_text_shows_the_option_with_what_was_said_before(german, call, capsys):
    told = refused(call, capsys, *of("loris", GERMAN_LORIS | {"prior_systemic": "Chemo{yes:ja}"}, *DIALECT))
    assert '--map "prior_systemic=Chemo{yes:ja,LEVEL:TEXT}"' in told


def test_an_unknown_tumour_is_told_what_other_is_meant_for(german, call, capsys):
    told = refused(call, capsys, *of("loris", GERMAN_LORIS | {"tumour_type": "Tumor"}, *DIALECT, "--missing", "k.A."))
    assert "'Other' is meant for tumours that the authors of a score pooled as other" in told
    assert '--map "tumour_type=Tumor{LEVEL:TEXT}"' in told


def test_one_text_for_all_that_means_nothing_is_not_given_a_column(german, call, capsys):
    told = refused(call, capsys, *of("loris", GERMAN_LORIS | {"tumour_type": '"Lunge"'}, *DIALECT, "--missing", "k.A."))
    assert "Correct it; or say --missing TEXT" in told


def test_a_profile_file_is_named_with_its_line(german, call, capsys):
    profile = "about: ours\npatient: Patient\nmap:\n  prior_systemic: {column: Chemo}\n"
    (german / "ours.yaml").write_text(profile)
    mapped = {name: value for name, value in GERMAN_LORIS.items() if name != "prior_systemic"}
    told = refused(call, capsys, *of("loris", mapped, *DIALECT, "--profile", "ours.yaml"))
    assert 'write `recode: {"TEXT": LEVEL}` under `prior_systemic` in ours.yaml' in told


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ("{ja:yes}", "one of yes, no comes first, then the table's text; found 'ja:yes'"),
        ("{yes:ja,no}", "found 'no'"),
        ("{yes:ja,no:ja}", "each text once; found 'no:ja'"),
        ("{yes:}", "found 'yes:'"),
    ],
)
def test_braces_of_another_form_are_refused(german, call, capsys, codes, words):
    assert words in refused(call, capsys, *of("loris", GERMAN_LORIS | {"prior_systemic": f"Chemo{codes}"}, *DIALECT))


def test_braces_of_a_number_begin_with_a_number(german, call, capsys):
    told = refused(call, capsys, *of("loris", GERMAN_LORIS | {"nlr": "NLR{<1:0}"}, *DIALECT))
    assert "a number comes first, then the table's text; found '<1:0'" in told


# --- units that cannot be right ---

FIVE = "WBC,ANC,LDH\n" + "8.1,6.5,300\n7.2,5.1,240\n9.9,7.2,210\n6.6,5.4,250\n8.8,7.9,260\n"


@pytest.fixture
def five(here):
    (here / "table.csv").write_text(FIVE)
    return here


def test_a_wrong_unit_of_neutrophils_is_refused_and_writes_nothing(five, call, capsys):
    told = refused(call, capsys, *of("lipi", BLOOD | {"ldh.uln": "250", "anc": "ANC[10^6/L]"}))
    assert "Read in 10^9/L it would be 6.5 10^9/L: is the unit right?" in told
    assert not (five / "scores.csv").exists()


def test_a_unit_that_is_said_to_be_right_is_taken(five, call):
    mapped = BLOOD | {"ldh.uln": "250", "anc": "ANC[10^6/L]", "anc.as_declared": "yes"}
    assert written(call, *of("lipi", mapped))["lipi__group"][0] == "intermediate"


def test_as_declared_is_yes_or_no(five, call, capsys):
    assert "as_declared is yes or no, found '1'" in refused(call, capsys, *of("lipi", BLOOD | {"anc.as_declared": "1"}))


def test_white_cells_below_neutrophils_in_all_rows_are_refused(five, call, capsys):
    told = refused(call, capsys, *of("dnlr", {"wbc": "WBC[Mpt/L]", "wbc.as_declared": "yes", "anc": "ANC[Gpt/L]"}))
    assert "table.csv: wbc is not above anc in 5 of 5 rows: is the unit of one of them wrong?" in told


def test_white_cells_below_neutrophils_in_few_rows_are_asked_about(here, call, capsys):
    (here / "table.csv").write_text("WBC,ANC\n4,6\n4,5\n")
    call(*of("dnlr", {name: BLOOD[name] for name in ("wbc", "anc")}))
    assert "wbc is not above anc in 2 of 2 rows: is the unit of one of them wrong?" in capsys.readouterr().out
