"""`comparators:` in a study file: from the clinical table to the row of a published score in the report."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radici.core.cohort import Cohort
from radici.core.errors import OutcomeError, StudyError, TableError
from radici.reporting.document import report
from radici.study import Study, run
from radici.study.check import check_study
from radici.study.plan import plan
from radici.study.second import with_second_cohort
from radici.study.spelling import read_yaml, write_yaml

with (Path(__file__).parents[2] / "tests/reference/loris.csv").open(newline="") as stream:
    PUBLISHED = {(row["cohort"], row["score"]): row for row in csv.DictReader(stream) if row["measure"] == "auc"}
LIPI, SEBAN = "lipi version 1", "seban version 1, in part unverified"
LIGHT = {"folds": 2, "repeats": 1, "inner_folds": 2, "permutations": 3}
BLOOD = {"ldh_ratio": {"column": "ldh"}, "dnlr": {"column": "dNLR"}}
LACKING = ["P002", "P007", "P013"]


def add_blood(path, lacking=LACKING, name="clinical.csv"):
    """Columns of blood counts and of a PET volume for the synthetic patients; some have no dNLR."""
    table = pd.read_csv(path / name, dtype=str, keep_default_na=False)
    rng = np.random.default_rng(5)
    table["dNLR"] = [f"{value:.2f}" for value in rng.lognormal(1.0, 0.5, len(table))]
    table.loc[table["patient"].isin(lacking), "dNLR"] = "NA"
    table["mtv"] = [f"{value:.0f}" for value in rng.lognormal(4.3, 0.8, len(table))]
    table.to_csv(path / name, index=False)


def without_ldh(folder):
    """The study's map without `ldh`, whose unit in the synthetic cohort is no unit of LDH."""
    spelled = read_yaml(folder.study.read_text(), "study.yaml")["clinical"]
    return {**spelled, "map": {name: one for name, one in spelled["map"].items() if name != "ldh"}}


@pytest.fixture
def blood(tables):
    """Tables only, with the blood counts, and a study that compares with LIPI."""
    add_blood(tables.path)
    comparators = {"scores": ["lipi"], "map": BLOOD}
    return tables.change(clinical=without_ldh(tables), comparators=comparators, design=LIGHT)


@pytest.fixture(scope="module")
def scored(cohort, finished, tmp_path_factory):
    """The synthetic study with images, beside LIPI and a score that is unverified in part."""
    base = tmp_path_factory.mktemp("scored")
    shutil.copytree(cohort.path, base / "data")
    shutil.copytree(finished.out / "extraction", base / "out" / "extraction")
    add_blood(base / "data")
    values = read_yaml(cohort.study.read_text(), "study.yaml")
    mapped = {**BLOOD, "tmtv_ml": {"column": "mtv", "unit": "mL"}}
    values["comparators"] = {"scores": ["lipi", "seban"], "map": mapped}
    del values["clinical"]["map"]["ldh"]
    (base / "data" / "study.yaml").write_text(write_yaml(values))
    return run(base / "data" / "study.yaml", None, base / "out"), base


@pytest.fixture(scope="module")
def page(scored):
    return " ".join((scored[1] / "out" / "report.html").read_text(encoding="utf-8").split())


def test_a_short_list_of_scores_reads():
    study = Study.parse(
        "patient: p\nclinical: {file: c.csv}\ncomparators: [lipi, loris]\n"
        "endpoints: {os: {time_to_event: {time: d, event: e, unit: days}}}\n"
    )
    assert study.comparators.scores == ("lipi", "loris")


def test_the_study_with_a_map_reads_back_as_the_same_study(blood):
    study = Study.read(blood.study)
    assert Study.parse(study.text()) == study


def test_a_study_without_comparators_does_not_mention_them(tables):
    assert "comparators" not in Study.read(tables.study).text()


def test_an_unknown_score_is_refused_with_the_nearest_name(blood):
    with pytest.raises(StudyError, match=r"No score is called 'lipy'.*'lipi'"):
        Study.read(blood.change(comparators=["lipy"]).study)


def test_a_score_that_cannot_be_run_is_refused_with_what_is_missing(blood):
    with pytest.raises(StudyError, match="'scorpio' is described but cannot be run: the weights"):
        Study.read(blood.change(comparators=["scorpio"]).study)


def test_a_score_does_not_read_the_outcome(blood):
    mapped = {**BLOOD, "dnlr": {"column": "os_days"}}
    with pytest.raises(StudyError, match="'os_days' is part of the endpoint 'os'"):
        Study.read(blood.change(comparators={"scores": ["lipi"], "map": mapped}).study)


def test_a_score_does_not_read_the_outcome_through_a_profile():
    with pytest.raises(StudyError, match=r"'Systemic_therapy_history' is part of the endpoint 'x'.*`comparators`"):
        Study.parse(
            "patient: SAMPLE_ID\ncomparators: [loris]\n"
            "clinical: {file: c.csv, profile: loris, variables: [age]}\n"
            "endpoints: {x: {category: {column: Systemic_therapy_history, yes: ['1'], no: ['0']}}}\n"
        )


def test_a_score_does_not_read_what_became_of_a_patient_where_one_table_holds_both():
    with pytest.raises(StudyError, match="'ecog_worst' is part of the endpoint 'pfs'"):
        Study.parse(
            "patient: patient\nclinical: {file: clinical.csv}\n"
            "comparators: {scores: [bellmunt], map: {ecog: {column: ecog_worst}}}\n"
            "endpoints: {pfs: {progression_free_survival: {lesions: lesions.csv, follow_up: clinical.csv}}}\n"
        )


def test_a_profiles_column_that_the_score_does_not_read_may_be_the_outcome():
    study = Study.parse(
        "patient: SAMPLE_ID\ncomparators: [loris]\n"
        "clinical: {file: c.csv, profile: loris, variables: [age]}\n"
        "endpoints: {x: {category: {column: MSI, yes: ['1'], no: ['0']}}}\n"
    )
    assert study.comparators.scores == ("loris",)


def test_an_undeclared_variable_is_refused_with_the_entry_to_add(blood):
    with pytest.raises(StudyError) as refused:
        plan(Study.read(blood.change(comparators=["lipi"]).study), blood.path)
    assert (
        "'lipi' needs 'dnlr', and nothing says what that is in clinical.csv. Add under `comparators: {map: ...}` "
        "`dnlr: {column: dNLR}`, or what it is computed from: `anc: {column: COLUMN, unit: 10^9/L}` and "
        "`wbc: {column: COLUMN, unit: 10^9/L}`; or take 'lipi' out."
    ) in str(refused.value)


def test_an_entry_that_no_score_reads_is_refused(blood):
    mapped = {**BLOOD, "age": {"column": "age", "unit": "years"}}
    with pytest.raises(StudyError, match="none of lipi reads 'age'; take it out"):
        Study.read(blood.change(comparators={"scores": ["lipi"], "map": mapped}).study)


def test_a_limit_of_normal_may_be_a_variable_of_its_own(blood):
    mapped = {
        **BLOOD,
        "ldh": {"column": "age", "unit": "U/L"},
        "ldh_uln": {"value": "250", "unit": "U/L"},
    }
    del mapped["ldh_ratio"]
    made = plan(Study.read(blood.change(comparators={"scores": ["lipi"], "map": mapped}).study), blood.path)
    dnlr = made.cohort.source["dNLR"]
    known = dnlr != ""
    assert list(made.cohort.clinical.loc[known, "score__lipi"]) == [
        float(value > 3) for value in dnlr[known].map(float)
    ]


def test_a_limit_of_normal_is_asked_for_with_its_variable(blood):
    with pytest.raises(
        StudyError, match=r"`ldh: \{column: ldh, unit: U/L, uln: NUMBER or \{column: NAME\}\}`; or take"
    ):
        plan(Study.read(blood.change(comparators=["lipi"]).study), blood.path)


def test_a_unit_of_the_map_that_is_none_of_the_variables_is_refused(tables):
    add_blood(tables.path)
    mapped = {"dnlr": {"column": "dNLR"}}
    with pytest.raises(StudyError, match=r"'ldh' of `clinical.* is in 'times upper limit of normal', which is no unit"):
        plan(Study.read(tables.change(comparators={"scores": ["lipi"], "map": mapped}).study), tables.path)


def test_a_variable_that_is_declared_itself_needs_none_of_its_parts(tables):
    add_blood(tables.path)
    study = Study.read(tables.change(comparators={"scores": ["lipi"], "map": BLOOD}).study)
    assert plan(study, tables.path).cohort.clinical["score__lipi"].notna().sum() > 20


def test_a_variable_without_its_assay_is_refused_with_the_place_to_say_it(blood):
    mapped = {"pdl1_tps": {"column": "pdl1", "unit": "%"}}
    with pytest.raises(TableError, match=r"'pdl1_tps' needs `assay` .* under `comparators: \{map: ...\}`, else"):
        plan(Study.read(blood.change(comparators={"scores": ["loris_nsclc"], "map": mapped}).study), blood.path)


def test_a_score_without_a_clinical_table_is_refused(blood):
    study = Study.read(blood.study)
    cohort = plan(study, blood.path).cohort
    from radici.study.comparators import with_scores

    with pytest.raises(StudyError, match=r"Add `clinical: \{file"):
        with_scores(cohort, None, study.comparators)


def test_variables_of_the_studys_own_map_are_read(blood):
    clinical = without_ldh(blood)
    clinical["map"] |= {"dnlr": {"column": "dNLR", "unit": "1"}, "ldh_ratio": {"column": "ldh", "unit": "1"}}
    made = plan(Study.read(blood.change(clinical=clinical, comparators=["lipi"]).study), blood.path)
    first = made.cohort.source.iloc[0]
    assert made.cohort.clinical["score__lipi"].iloc[0] == (float(first["dNLR"]) > 3) + (float(first["ldh"]) > 1)


def test_a_decimal_comma_is_read(blood):
    before = plan(Study.read(blood.study), blood.path).cohort.clinical["score__lipi"]
    table = pd.read_csv(blood.path / "clinical.csv", dtype=str, keep_default_na=False)
    for name in ("dNLR", "ldh"):
        table[name] = table[name].str.replace(".", ",")
    table.to_csv(blood.path / "clinical.csv", index=False)
    study = Study.read(blood.change(clinical={**without_ldh(blood), "decimal": ","}).study)
    pd.testing.assert_series_equal(plan(study, blood.path).cohort.clinical["score__lipi"], before)


def test_a_patient_without_the_score_stays_in_the_study(blood):
    made = plan(Study.read(blood.study), blood.path)
    assert set(LACKING) <= set(made.cohort.patients)
    assert made.cohort.clinical.loc[LACKING, "score__lipi"].isna().all()


def test_a_score_that_hardly_anybody_has_is_refused_by_name(blood):
    add_blood(blood.path, lacking=[f"P{i:03d}" for i in range(1, 25)])
    with pytest.raises(
        OutcomeError, match=r"\d of \d+ development patients have the score 'lipi version 1' \(others: "
    ):
        plan(Study.read(blood.study), blood.path)


def test_a_score_that_nobody_sealed_has_is_refused_by_name(blood):
    table = pd.read_csv(blood.path / "clinical.csv", dtype=str, keep_default_na=False)
    add_blood(blood.path, lacking=list(table.loc[table["site"] == "coast", "patient"]))
    with pytest.raises(OutcomeError, match="0 of 8 sealed patients have the score 'lipi version 1'"):
        plan(Study.read(blood.study), blood.path)


def test_check_tells_how_many_have_the_score_and_why_others_have_not(blood):
    told = [line for line in check_study(blood.study).lines if line.startswith(LIPI)]
    assert "others: unknown: dnlr (" in told[0]


def test_check_counts_no_clinical_model_for_a_score_alone(blood):
    before = check_study(blood.study).facts["fits"]
    assert check_study(blood.change(comparators=None).study).facts["fits"] == before


def test_a_score_is_no_predictor_of_the_models(scored):
    used = {column.name for model in scored[0].record.models.values() for column in model.columns}
    assert not [name for name in used if "score" in name]


def test_score_in_the_table_is_that_of_the_patients_own_row(scored):
    record = scored[0].record
    source = pd.read_csv(scored[1] / "data" / "clinical.csv", dtype=str, keep_default_na=False).set_index("patient")
    values = record.table.values["score__lipi"].set_axis(record.table.rows["patient"])
    known = values.dropna()
    expected = [(float(source["dNLR"][p]) > 3) + (float(source["ldh"][p]) > 1) for p in known.index]
    assert list(known) == expected


@pytest.mark.parametrize("which", ["development", "sealed"])
def test_every_score_has_its_row_with_interval_and_its_own_n(scored, which):
    frame = pd.read_csv(scored[1] / "out" / "results" / "numbers.csv", keep_default_na=False, na_values=[""])
    rows = frame[(frame["cohort"] == which) & (frame["metric"] == "AUC")].set_index("model")
    record = scored[0].record
    outcome = getattr(record, which).outcome
    known = record.table.values["score__lipi"].set_axis(record.table.rows["patient"])[list(outcome.patients)].notna()
    assert rows.loc[LIPI, "n"] == known.sum() < len(outcome.patients)
    assert rows.loc[[LIPI, SEBAN], ["low", "high"]].notna().all().all()


def test_the_report_shows_the_row_of_a_score_with_its_patients(scored, page):
    estimate = scored[0].record.development.number(LIPI, "AUC")
    shown = f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f})"
    row = page[page.index(f'<th scope="row">{LIPI}</th>') :].split("</tr>")[0]
    assert shown in row
    assert f"n = {estimate.n}, {estimate.events} yes" in row


def test_the_report_cites_a_score_and_says_who_lacks_it(page):
    note = page[page.index(f"<li>{LIPI}: ") :].split("</li>")[0]
    assert "Mezquita et al., JAMA Oncology 2018;4:351" in note
    assert "unknown: dnlr (" in note


def test_the_report_says_what_of_a_score_is_unverified(page):
    note = page[page.index(f"<li>{SEBAN}: ") :].split("</li>")[0]
    assert "Unverified: how the volume was segmented, the count of both as a score, names of the groups." in note


def test_the_report_says_how_the_interval_of_a_difference_to_a_score_was_made(page):
    assert f"dded AUC of clinical variables and image features minus {LIPI}" in page
    assert "on the patients who have the score; interval = value ± 1.96 SD of the difference" in page


def test_the_figure_says_that_scores_are_of_fewer_patients(page):
    assert "of the patients who have the score: n is in the table. Data: <code>figures/discrimination.csv" in page


def test_the_report_says_that_the_tumour_was_not_looked_at(page):
    assert "No tumour_type is declared, so every patient is taken for NSCLC." in page


def test_the_headline_of_the_report_stays_added_value_over_volume(page):
    assert page.count("Added AUC of images over clinical variables and volume") == 2


def test_the_report_of_a_study_without_scores_does_not_speak_of_them(finished):
    assert "Published scores" not in (finished.out / "report.html").read_text(encoding="utf-8")


def test_a_run_from_its_own_features_gives_the_same_numbers(scored, tmp_path):
    _, base = scored
    run(base / "data" / "study.yaml", None, tmp_path / "out", table=base / "out" / "patients" / "features.csv")
    assert (tmp_path / "out" / "results" / "numbers.csv").read_bytes() == (
        base / "out" / "results" / "numbers.csv"
    ).read_bytes()


def test_the_report_can_be_written_again_from_the_record(scored, tmp_path):
    written = report(scored[0].record, tmp_path)
    assert written.read_bytes() == (scored[1] / "out" / "report.html").read_bytes()


def test_a_study_without_other_models_takes_the_clinical_one_beside_the_score(blood, tmp_path):
    done = run(blood.study, None, tmp_path / "out")
    added = done.record.development.number("clinical", "added AUC", LIPI)
    assert done.record.development.headline is None
    assert added.n < len(done.record.development.outcome.patients)


def second_study(blood, **changes):
    """The coast's patients in a second folder, with dNLR under another heading; the rest stay in the first."""
    other = blood.path / "other"
    other.mkdir()
    table = pd.read_csv(blood.path / "clinical.csv", dtype=str, keep_default_na=False)
    there = table["site"] == "coast"
    table[there].rename(columns={"dNLR": "ratio"}).to_csv(other / "clinical.csv", index=False)
    table[~there].to_csv(blood.path / "clinical.csv", index=False)
    values = read_yaml(blood.study.read_text(), "study.yaml")
    values.pop("sealed")
    values["comparators"] = {"scores": ["lipi"], "map": {**BLOOD, "dnlr": {"column": "ratio"}}}
    (other / "study.yaml").write_text(write_yaml({**values, **changes}))
    return blood.change(sealed={"study": "other/study.yaml"})


def test_a_second_study_reads_the_score_with_its_own_columns(blood):
    whole = plan(Study.read(blood.study), blood.path).cohort.clinical["score__lipi"]
    two = plan(Study.read(second_study(blood).study), blood.path).cohort.clinical["score__lipi"]
    pd.testing.assert_series_equal(two.sort_index(), whole.sort_index(), check_index_type=False)


def test_a_second_study_that_does_not_say_where_a_variable_is_is_refused(blood):
    second_study(blood, comparators=["lipi"])
    with pytest.raises(StudyError, match="'lipi' needs 'dnlr'"):
        plan(Study.read(blood.study), blood.path)


def test_a_score_does_not_read_the_outcome_of_a_second_study_through_its_profile(tmp_path):
    answer = "endpoints: {x: {category: {column: %s, yes: ['1'], no: ['0']}}}\n"
    first = Study.parse(
        "patient: p\nclinical: {file: c.csv}\ncomparators: [loris]\nsealed: {study: other.yaml}\n" + answer % "answer"
    )
    profile = "patient: SAMPLE_ID\nclinical: {file: c.csv, profile: loris, variables: [age]}\n"
    (tmp_path / "other.yaml").write_text(profile + answer % "Systemic_therapy_history")
    nobody = Cohort((), (), pd.DataFrame(), pd.DataFrame(), pd.Series(dtype=object))
    with pytest.raises(StudyError, match=r"other\.yaml: column 'Systemic_therapy_history' is part of the endpoint 'x'"):
        with_second_cohort(nobody, first, tmp_path)


def test_who_lacks_the_score_in_a_second_study_is_counted(blood):
    second_study(blood)
    made = plan(Study.read(blood.study), blood.path)
    known = made.cohort.clinical.loc[list(made.sealed), "score__lipi"].notna().sum()
    told = next(line for line in check_study(blood.study).lines if line.startswith(LIPI))
    assert f" {known} of {len(made.sealed)} sealed patients have it (others: unknown: " in told


@pytest.fixture(scope="module")
def hospital(shared, tmp_path_factory):
    """A clinical model of one public cohort, validated on another, beside the scores of the cohorts' authors."""
    folder = tmp_path_factory.mktemp("hospital")
    for name in ("MSK1", "Vanguri_NSCLC"):
        table = pd.read_csv(shared / f"ici_loris/{name}.csv", dtype=str, keep_default_na=False)
        table["SAMPLE_ID"] = name + table["SAMPLE_ID"]
        table.to_csv(folder / f"{name}.csv", index=False)
        values = {
            "patient": "SAMPLE_ID",
            "clinical": {"file": f"{name}.csv", "profile": "loris", "variables": ["age", "tmb"]},
            "endpoints": {"response": {"category": {"column": "Response", "yes": ["1"], "no": ["0"]}}},
            "comparators": ["loris", "loris_nsclc"],
            "design": {"folds": 2, "repeats": 1, "inner_folds": 2, "permutations": 0},
        }
        sealed = {"sealed": {"study": "Vanguri_NSCLC.yaml"}} if name == "MSK1" else {}
        (folder / f"{name}.yaml").write_text(write_yaml(values | sealed))
    return run(folder / "MSK1.yaml", None, folder / "out").record


@pytest.mark.parametrize("name", ["loris", "loris_nsclc"])
def test_auc_and_patients_in_a_sealed_public_cohort_are_those_of_the_reference(hospital, name):
    found, expected = hospital.sealed.number(f"{name} version 1", "AUC"), PUBLISHED["Vanguri_NSCLC", name]
    assert found.n == int(expected["n"])
    assert found.value == pytest.approx(float(expected["value"]), abs=float(expected["tolerance"]))


def test_a_score_for_one_tumour_is_evaluated_on_patients_with_that_tumour(hospital):
    assert hospital.development.number("loris_nsclc version 1", "AUC").n == int(PUBLISHED["MSK1", "loris_nsclc"]["n"])


def test_a_score_for_one_tumour_leaves_the_clinical_model_all_patients(hospital):
    assert hospital.development.number("clinical", "AUC").n == 453


def test_doubts_of_a_profile_stand_beside_the_score(hospital):
    assert "Taken from the profile, unverified: tmb: the panel is not in the tables" in hospital.comparators[0]
