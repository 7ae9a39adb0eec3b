"""Tumours: every name in their files exists, wrong ones are refused, and a drafted study starts from them.

Expected values: days of confirmation from iRECIST (Seymour 2017, 4 to 8 weeks), of early PET from PECRIT (Cho 2017, 3
to 4 weeks), scans of KEYNOTE-052 every 9 weeks (Vuky, doi 10.1200/JCO.19.01213), viable tumour in hepatocellular
carcinoma by mRECIST (Lencioni 2010), six IMDC factors (Heng 2013), ends of IBSI's configuration C (-1000 to 400 HU).
"""

import re
import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radici.core.errors import FileMissing, StudyError, UnknownName
from radici.core.variables import DERIVED, VARIABLES
from radici.features.compute import compute
from radici.imaging.step import STEPS
from radici.learning.signatures import read_score, score_names
from radici.learning.signatures.catalogue import described
from radici.response import ENDPOINTS
from radici.response.criteria import CRITERIA
from radici.study import Study
from radici.study.new import write_study
from radici.study.presets import preset_names, read_preset
from radici.study.spelling import FILL_IN, read_yaml
from radici.study.tumours import read_tumour, tumour_names
from radici.study.tumours.columns import seek
from radici.study.tumours.read import parse_tumour
from radici.testing import tumour_list
from radici.testing.regions import blob

ROOT = Path(__file__).parents[2]
NAMES = ("colorectal", "head_neck", "hepatocellular", "melanoma", "nsclc", "renal_cell", "urothelial")
SCANNED = [(name, token) for name in NAMES for token in read_tumour(name).modalities]


def written(name):
    return (files("radici.study") / "tumours" / f"{name}.yaml").read_text(encoding="utf-8")


def changed(old, new):
    name = "hepatocellular" if "mrecist" in old else "nsclc"
    text = written(name)
    assert old in text
    return parse_tumour(text.replace(old, new), f"{name}.yaml", name)


def test_the_tumours_that_ship():
    assert tumour_names() == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_imaging_steps_exist(name):
    steps = {step.registered_name for one in read_tumour(name).modalities.values() for step in one.imaging}
    assert steps <= set(STEPS)


@pytest.mark.parametrize(("name", "token"), SCANNED)
def test_preset_exists_and_is_of_that_modality(name, token):
    preset = read_tumour(name).modalities[token].preset
    assert (preset in preset_names(), read_preset(preset).modality) == (True, token)


@pytest.mark.parametrize("name", NAMES)
def test_criteria_exist(name):
    assert set(read_tumour(name).criteria) <= set(CRITERIA)


@pytest.mark.parametrize("name", NAMES)
def test_forms_of_endpoints_exist(name):
    assert {form for one in read_tumour(name).endpoints for form in one.forms} <= set(ENDPOINTS)


@pytest.mark.parametrize("name", NAMES)
def test_response_progression_survival_and_durable_benefit_are_all_advised(name):
    assert {one.name for one in read_tumour(name).endpoints} == {"orr", "pfs", "os", "dcb"}


@pytest.mark.parametrize("name", NAMES)
def test_the_primary_endpoint_comes_first(name):
    tumour = read_tumour(name)
    assert tumour.endpoints[0].name == tumour.primary


@pytest.mark.parametrize("name", NAMES)
def test_variables_are_in_the_dictionary(name):
    assert set(read_tumour(name).variables.all) <= set(VARIABLES)


@pytest.mark.parametrize("name", NAMES)
def test_no_outcome_is_advised_as_a_variable(name):
    assert {VARIABLES[one].group for one in read_tumour(name).variables.all} & {"outcome"} == set()


@pytest.mark.parametrize("name", NAMES)
def test_comparators_can_be_run(name):
    assert set(read_tumour(name).comparators) <= set(score_names())


@pytest.mark.parametrize("name", NAMES)
def test_described_scores_are_described(name):
    assert set(read_tumour(name).described) <= set(described())


@pytest.mark.parametrize("name", NAMES)
def test_scores_find_what_they_read_among_the_variables(name):
    """Also what follows from them, with the limits and assays that are declared beside them."""
    tumour = read_tumour(name)
    there = {"tumour_type", *tumour.variables.all}
    there |= {f"{one}_{companion}" for one in tumour.variables.all for companion in VARIABLES[one].needs}
    for _ in DERIVED:
        there |= {new for new, rule in DERIVED.items() if set(rule.needs) <= there}
    terms = [term for score in tumour.comparators for term in read_score(score).terms]
    assert [term.variable for term in terms if not there & set(term.variables)] == []


@pytest.mark.parametrize("name", NAMES)
def test_tumour_type_is_one_that_loris_knows(name):
    levels = next(term.levels for term in read_score("loris").terms if term.variable == "tumour_type")
    assert read_tumour(name).tumour_type in levels


@pytest.mark.parametrize("name", NAMES)
def test_every_source_of_a_file_is_used(name):
    own = set(read_yaml(written(name), name)["sources"])
    assert own - set(read_tumour(name).cited) == set()


@pytest.mark.parametrize("part", ["visits", "windows", "endpoints", "sources"])
def test_nothing_of_every_tumour_is_left_unused(part):
    found = set()
    for tumour in map(read_tumour, NAMES):
        windows = {name for one in tumour.modalities.values() for name in one.windows}
        names = {"visits": set(tumour.visits), "windows": windows, "endpoints": {one.name for one in tumour.endpoints}}
        found |= {**names, "sources": {*tumour.cited, "own"}}[part]
    assert set(read_yaml(written("every_tumour"), "every_tumour")[part]) - found == set()


@pytest.mark.parametrize("name", NAMES)
def test_what_no_source_confirms_is_listed(name):
    assert read_tumour(name).unverified


@pytest.mark.parametrize("name", NAMES)
def test_a_schedule_that_was_not_read_is_listed_as_unverified(name):
    tumour = read_tumour(name)
    listed = any(tumour.schedule.trial in text for text in tumour.unverified)
    assert listed != tumour.schedule.verified


@pytest.mark.parametrize("name", NAMES)
def test_the_first_scan_of_the_trial_lies_within_the_accepted_days(name):
    tumour = read_tumour(name)
    low, high = tumour.visits["first_follow_up"].accept
    assert low <= tumour.schedule.first_day <= high


@pytest.mark.parametrize(("name", "token"), SCANNED)
def test_steps_and_features_measure_a_region(name, token):
    measured = read_tumour(name).modalities[token].measured()
    values, described = compute(blob(), measured.imaging, measured.features)
    assert set(values) == set(described)


@pytest.mark.parametrize(("name", "token"), SCANNED)
def test_pet_is_in_suv_and_ct_in_hu(name, token):
    assert read_tumour(name).modalities[token].unit == {"ct": "HU", "pt": "SUVbw", "mr": ""}[token]


@pytest.mark.parametrize(("visit", "days"), [("confirmation", (28, 56)), ("pet_early", (21, 28)), ("blood", (-14, 0))])
def test_days(visit, days):
    assert read_tumour("nsclc").visits[visit].days == days


def test_baseline_is_accepted_up_to_six_weeks_before():
    assert read_tumour("nsclc").visits["baseline"].accept == (-42, 0)


def test_follow_up_is_accepted_a_little_around_6_to_12_weeks():
    visit = read_tumour("nsclc").visits["first_follow_up"]
    assert (visit.days, visit.accept) == ((42, 84), (35, 98))


def test_keynote_052_scanned_every_nine_weeks():
    schedule = read_tumour("urothelial").schedule
    assert (schedule.first_day, schedule.every_days, schedule.verified) == (63, 63, True)


def test_hepatocellular_response_is_of_the_viable_tumour():
    response = next(one for one in read_tumour("hepatocellular").endpoints if one.name == "orr")
    assert response.criterion == "mrecist"


def test_hepatocellular_ct_begins_with_the_arterial_phase():
    assert read_tumour("hepatocellular").modalities["ct"].phases[:2] == ("arterial", "portal venous")


def test_renal_cell_has_the_six_factors_of_imdc():
    needed = set(read_tumour("renal_cell").variables.needed)
    assert needed >= {"kps", "months_from_diagnosis", "haemoglobin", "calcium", "anc", "platelets"}


def test_lung_range_is_that_of_ibsis_configuration_c():
    assert read_tumour("nsclc").modalities["ct"].imaging[1].range == (-1000, 400)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  irecist: prog", "  irecits: prog", "No criterion is called 'irecits'. Did you mean 'irecist'"),
        ("criterion: mrecist", "criterion: mrecits", "No criterion is called 'mrecits'. Did you mean 'mrecist'"),
        ("criterion: mrecist", "criterion: irrc", "the endpoint 'orr' uses 'irrc', which is not under `criteria`"),
        ("[loris_nsclc, lipi", "[loris_nsclc, lipy", "No score is called 'lipy'. Did you mean 'lipi'"),
        ("[loris_nsclc, lipi", "[dyam", "described but cannot be run"),
        ("[dyam, captier", "[dyam, captiere", "cannot be run is called 'captiere'. Did you mean 'captier'"),
        ("[loris_nsclc, lipi", "[imdc", "the score 'imdc' is for Renal, not for NSCLC"),
        ("needed: [age, sex", "needed: [agee, sex", "No variable is called 'agee'. Did you mean 'age'"),
        ("useful: [tmb", "useful: [hgb", "No variable is called 'hgb'. Did you mean 'haemoglobin'"),
        ("- resegment: {range: [-1000", "- resegmnt: {range: [-1000", "No step is called 'resegmnt'. Did you mean"),
        ("{bin_width: 25}", "{bin_widht: 25}", "there is no setting 'bin_widht'. Did you mean 'bin_width'"),
        ("preset: ct", "preset: cd", "No preset is called 'cd'"),
        ("preset: ct", "preset: mr", "the preset 'mr' of modality 'ct' is for 'mr'"),
        ("{name: os,", "{name: os, forms: [tim_to_event],", "called 'tim_to_event'. Did you mean 'time_to_event'"),
        ("{name: os,", "{name: oss,", "'endpoints.1.name' = 'oss' will not do"),
        (
            "{name: dcb}",
            "{name: dcb, reading: sd6}",
            "No reading is called 'sd6'. Known: any_response_or_sd6, disease_control_6",
        ),
        ("primary: dcb", "primary: rfs", "No endpoint of this tumour is called 'rfs'"),
        ("tumour_type: NSCLC", "tumour_type: NSCL", "tumour_type is called 'NSCL'. Did you mean 'NSCLC'"),
        ("[lung, mediastinum", "[long, mediastinum", "No window of every tumour is called 'long'. Did you mean 'lung'"),
        ("visits: [before_", "visits: [befor_", "No visit of every tumour is called 'befor_baseline'. Did you mean"),
        (
            "source: park2020",
            "source: park2021",
            "No source of this tumour is called 'park2021'. Did you mean 'park2020'",
        ),
        ("method: liver,", "method: liver, at: 1,", "`at` is the number of `fixed`"),
        ("{name: dcb}", '{name: dcb, reading: ""}', "`reading` says what durable benefit is"),
        ("called: non", "caled: non", "there is no setting 'caled'. Did you mean 'called'"),
        ("criteria:\n", "criteria: {}\nx:\n", "'criteria'"),
    ],
)
def test_a_wrong_name_is_refused_with_a_way_out(old, new, said):
    with pytest.raises(StudyError, match=re.escape(said)):
        changed(old, new)


def test_accepted_days_that_do_not_hold_the_usual_ones_are_refused():
    own = "visits: [{late: {what: late, days: [84, 42], source: own}}, before_"
    with pytest.raises(StudyError, match="the earlier day comes first"):
        changed("visits: [before_", own)


def test_an_own_visit_stands_beside_those_of_every_tumour():
    tumour = changed("visits: [before_", "visits: [{late: {what: late, days: [42, 84], source: own}}, before_")
    assert tumour.visits["late"].days == (42, 84)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("melanom", "Did you mean 'melanoma'?"),
        ("HCC", "Did you mean 'hepatocellular'?"),
        ("RCC", "Did you mean 'renal_cell'?"),
        ("xyz", "Tumours that ship: colorectal, head_neck, hepatocellular, melanoma, nsclc, renal_cell, urothelial"),
    ],
)
def test_an_unknown_tumour_is_refused(name, said):
    with pytest.raises(UnknownName, match=re.escape(said)):
        read_tumour(name)


def test_a_file_of_ones_own_is_read(tmp_path):
    (tmp_path / "mine.yaml").write_text(written("nsclc").replace("called: non", "called: our non"))
    assert read_tumour(tmp_path / "mine.yaml").called.startswith("our")


def test_a_missing_file_is_refused_with_those_that_ship(tmp_path):
    with pytest.raises(FileMissing, match="Tumours that ship: colorectal"):
        read_tumour(tmp_path / "mine.yaml")


def sought(*headings):
    return {one.variable: one for one in seek(read_tumour("nsclc"), headings)}


def test_a_synonym_of_the_dictionary_is_found():
    assert sought("Systemic_therapy_history")["prior_systemic"].columns == ("Systemic_therapy_history",)


@pytest.mark.parametrize(
    ("heading", "variable"),
    [("LDH [U/L]", "ldh"), ("albumin_gL", "albumin"), ("pdl1", "pdl1_tps"), ("Baseline ANC", "anc")],
)
def test_a_heading_that_is_only_alike_is_suggested(heading, variable):
    one = sought(heading)[variable]
    assert (one.columns, one.perhaps) == ((), (heading,))


def test_a_heading_of_another_variable_is_not_suggested():
    assert sought("ldh_uln")["ldh"].perhaps == ()


def ratio(highest):
    return [one for one in seek(read_tumour("nsclc"), ["LDH"], {"LDH": highest}) if one.columns == ("LDH",)]


def test_ldh_of_small_numbers_is_a_ratio():
    assert [one.variable for one in ratio(1.7)] == ["ldh_ratio"]


def test_a_ratio_says_why_it_is_one():
    why = "all numbers are below 20: not in U/L but a ratio to the limit of normal, unless it is in ukat/L"
    assert [one.remark for one in ratio(1.7)] == [why]


def test_ldh_of_large_numbers_is_ldh():
    assert [one.variable for one in ratio(20.0)] == ["ldh"]


def test_ldh_with_texts_is_ldh():
    assert sought("LDH")["ldh"].columns == ("LDH",)


def test_a_short_heading_is_not_suggested():
    assert not any(one.perhaps for one in sought("al", "p", "").values())


def in_use(text):
    return [line.split("  #")[0] for line in text.splitlines() if not line.lstrip().startswith("#")]


@pytest.fixture(scope="module")
def bare(cohort, tmp_path_factory):
    """The synthetic cohort's files without its study file."""
    data = tmp_path_factory.mktemp("bare") / "data"
    shutil.copytree(cohort.path, data, ignore=shutil.ignore_patterns("study.yaml", "README.txt"))
    return data


@pytest.fixture(scope="module")
def drafts(bare):
    """What is written and said for each of two tumours, and without one."""
    found = {}
    for name in ("nsclc", "melanoma", None):
        path, notes = write_study(bare, bare / f"{name}.yaml", name)
        found[name] = (path, path.read_text(), notes)
    return found


ANSWERS = {
    '{column: age, unit: "FILL_IN"}': "{column: age, unit: years}",
    '{column: sex, yes: ["FILL_IN"], no: ["FILL_IN"]}': "{column: sex, yes: [F], no: [M]}",
    '{column: pdl1, unit: "FILL_IN"}': '{column: pdl1, unit: "%"}',
    '{column: ldh, unit: "FILL_IN"}': "{column: ldh, unit: times upper limit of normal}",
    '{column: ecog, "FILL_IN": ': "{column: ecog, order: ",
    'yes: ["FILL_IN"], no: ["FILL_IN"], unknown: [""]': "yes: [CR, PR], no: [SD, PD], unknown: [NE]",
}


def filled(text):
    for question, answer in ANSWERS.items():
        assert question in text
        text = text.replace(question, answer)
    return text


@pytest.mark.parametrize("name", ["nsclc", "melanoma"])
def test_the_filled_in_draft_measures_what_the_tumour_says(drafts, tmp_path, name):
    path = tmp_path / "study.yaml"
    path.write_text(filled(drafts[name][1]))
    study, measured = Study.read(path), read_tumour(name).modalities["ct"].measured()
    assert (study.imaging, study.features) == (measured.imaging, measured.features)


@pytest.mark.parametrize("name", ["nsclc", "melanoma"])
def test_the_filled_in_draft_passes_the_check(drafts, shell_main, capsys, name):
    path = drafts[name][0].with_name(f"{name}_filled.yaml")
    path.write_text(filled(drafts[name][1]).replace("folds: 5", "folds: 3"))
    assert shell_main("check", path) == 0
    assert f"Checkpoint inhibitors in {read_tumour(name).called}" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["nsclc", "melanoma"])
def test_the_proposed_comparators_read_too(drafts, name):
    text = filled(drafts[name][1]).replace("\n# comparators:", "\ncomparators:")
    assert Study.parse(text).comparators.scores == read_tumour(name).comparators


@pytest.mark.parametrize("name", ["nsclc", "melanoma"])
def test_nothing_more_is_answered_than_without_a_tumour(drafts, name):
    """The title apart, the same questions are asked."""
    asked = [line for line in in_use(drafts[None][1]) if FILL_IN in line]
    assert [line for line in in_use(drafts[name][1]) if FILL_IN in line] == asked[1:]


def test_title_names_tumour_and_modality(drafts):
    assert 'title: "Checkpoint inhibitors in non-small-cell lung cancer: CT"' in in_use(drafts["nsclc"][1])


@pytest.mark.parametrize(
    "line",
    [
        "#     os: time from the first dose to death of any cause; time_to_event",
        "#     orr: best response CR or PR, by RECIST 1.1; objective_response",
        "#   blood: day -14 to 0 (accepted -28 to 0) from the first dose; blood tests",
        "#   KEYNOTE-024 scanned first on day 63, then every 63 days (unverified)",
        "  #   * age (years): column 'age'",
        "  #   * line: not found",
        "  #   * pdl1_tps (%, with its assay): not found; perhaps 'pdl1'",
        "# comparators: [loris_nsclc, lipi, loris, grim, dnlr, lips3, seban]",
    ],
)
def test_remarks_of_the_tumour(drafts, line):
    assert line in drafts["nsclc"][1].splitlines()


def test_days_of_pet_are_not_told_for_ct(drafts):
    assert "pet_early" not in drafts["nsclc"][1]


@pytest.mark.parametrize("name", ["nsclc", "melanoma"])
def test_remarks_are_not_wider_than_the_page(drafts, name):
    ours = set(drafts[name][1].splitlines()) - set(drafts[None][1].splitlines())
    assert max(map(len, ours)) <= 120


def test_without_a_tumour_there_is_no_advice(drafts):
    assert "umour:" not in drafts[None][1]


def test_needed_variables_that_were_not_found_are_told(drafts):
    told = (
        "nsclc: 3 of 10 variables that it needs are in the table; not found by name: line, prior_systemic, histology, "
    )
    assert f"{told}stage, smoking, pdl1_tps (perhaps pdl1), regimen" in drafts["nsclc"][2]


@pytest.fixture
def blood(tmp_path):
    """A table without scans, with headings that only the dictionary knows."""
    rng = np.random.default_rng(3)
    values = {"alpha_fetoprotein": rng.normal(300, 50, 12).round(1), "hepatitis_b": ["no", "yes"] * 6}
    table = {"patient": [f"P{i}" for i in range(12)], **values, "response": ["CR", "PD", "SD", "PR"] * 3}
    pd.DataFrame(table).to_csv(tmp_path / "patients.csv", index=False)
    return tmp_path


def test_a_variable_of_the_tumour_is_put_into_the_map(blood):
    text = write_study(blood, tumour="hepatocellular")[0].read_text()
    assert '    alpha_fetoprotein: {column: alpha_fetoprotein, unit: "FILL_IN"}' in in_use(text)


def test_the_same_column_is_a_proposal_without_a_tumour(blood):
    assert "alpha_fetoprotein" not in "\n".join(in_use(write_study(blood)[0].read_text()))


def test_a_table_alone_has_no_imaging(blood):
    assert "imaging:" not in in_use(write_study(blood, tumour="hepatocellular")[0].read_text())


@pytest.fixture
def unnamed(bare, tmp_path):
    """The cohort's scans under names that tell no modality."""
    shutil.copytree(bare, tmp_path / "data", ignore=shutil.ignore_patterns("*.yaml"))
    for path in (tmp_path / "data/images").glob("*_ct.nii.gz"):
        path.rename(path.with_name(path.name.replace("_ct.", "_scan.")))
    return tmp_path / "data"


def test_scans_of_an_unknown_modality_get_the_steps_of_no_tumour(unnamed):
    text = write_study(unnamed, tumour="nsclc")[0].read_text()
    assert "features: [morph, stat, cm]" in in_use(text)


def test_scans_of_an_unknown_modality_are_told(unnamed):
    notes = write_study(unnamed, tumour="nsclc")[1]
    assert any(note.startswith("nsclc speaks of CT and PET only") for note in notes)


def test_the_command_takes_a_tumour(bare, tmp_path, shell_main):
    assert shell_main("new", bare, "--out", tmp_path / "study.yaml", "--tumour", "urothelial", "-q") == 0
    assert "urothelial carcinoma" in (tmp_path / "study.yaml").read_text()


def test_the_command_lists_the_tumours_without_a_folder(shell_main, capsys):
    assert shell_main("new", "--tumour", "list") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(NAMES)


def test_the_command_refuses_an_unknown_tumour_and_writes_nothing(bare, tmp_path, shell_main, capsys):
    assert shell_main("new", bare, "--out", tmp_path / "study.yaml", "--tumour", "lung") == 1
    assert "No tumour is called 'lung'" in capsys.readouterr().err
    assert not (tmp_path / "study.yaml").exists()


def test_the_page_of_tumours_is_up_to_date():
    # If this fails: python -m radici.testing.tumour_list > docs/tumours.md
    assert (ROOT / "docs/tumours.md").read_text(encoding="utf-8") == tumour_list.page()
