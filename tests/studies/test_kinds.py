"""Studies of other kinds: tables without scans, a second cohort, steps that learn from images."""

import json
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from radici.core.errors import InputError, StudyError
from radici.core.ledger import Ledger
from radici.learning.store import load
from radici.study import run

QUICK = {"folds": 2, "repeats": 1, "inner_folds": 2, "permutations": 0}
OS = {"os": {"time_to_event": {"time": "os_days", "event": "death", "unit": "days"}}}


@pytest.fixture(scope="module")
def survival(cohort, tmp_path_factory):
    """A study of survival from the clinical table alone."""
    base = tmp_path_factory.mktemp("survival")
    data = type(cohort)(base / "data")
    shutil.copytree(cohort.path, data.path, ignore=shutil.ignore_patterns("images"))
    data.tables_only(recipe=None, endpoints=OS, primary=None, design={**QUICK, "permutations": 3})
    return data, run(data.study, None, base / "out")


def test_tables_alone_make_a_survival_model(survival):
    assert load(survival[1].folder / "model").endpoint["kind"] == "survival"


def test_survival_is_read_in_months(survival):
    data, done = survival
    days = pd.read_csv(data.path / "clinical.csv").set_index("patient")["os_days"]
    outcome = done.record.development.outcome
    # 365.25 / 12 days make a month
    assert list(outcome.months) == pytest.approx([days[p] / 30.4375 for p in outcome.patients])


def test_without_images_there_is_no_headline_difference(survival):
    assert survival[1].record.development.headline is None


def test_patients_without_images_are_analysed_from_tables(survival):
    data, done = survival
    known = len(pd.read_csv(data.path / "clinical.csv"))
    assert len(done.record.outcome.patients) == known


def test_variable_known_at_the_sealed_site_only_is_in_no_model(tables, tmp_path):
    table = pd.read_csv(tables.path / "clinical.csv", dtype=str, keep_default_na=False)
    table.loc[table["site"] != "coast", "ldh"] = "NA"
    table.to_csv(tables.path / "clinical.csv", index=False)
    done = run(tables.change(design=QUICK).study, None, tmp_path / "out")
    columns = {column.name for model in done.record.models.values() for column in model.columns}
    assert "clinical__age" in columns
    assert "clinical__ldh" not in columns


@pytest.fixture
def two(tables):
    """A study, and a second study file in another folder whose patients are its sealed cohort."""
    other = type(tables)(tables.path / "other")
    other.path.mkdir()
    clinical = pd.read_csv(tables.path / "clinical.csv", dtype=str, keep_default_na=False)
    half = clinical.index < len(clinical) // 2
    shutil.copy(tables.study, other.study)
    other.change(sealed=None)
    clinical[half].to_csv(tables.path / "clinical.csv", index=False)
    clinical[~half].to_csv(other.path / "clinical.csv", index=False)
    tables.change(sealed={"study": "other/study.yaml"}, endpoints=OS, primary=None, design=QUICK)
    other.change(endpoints=OS, primary=None)
    return tables, other


def test_second_study_file_is_the_sealed_cohort(two, tmp_path):
    done = run(two[0].study, None, tmp_path / "out")
    theirs = pd.read_csv(two[1].path / "clinical.csv", dtype=str)["patient"]
    assert set(done.record.sealed.outcome.patients) == set(theirs)


def test_patient_in_both_cohorts_is_refused_by_name(two, tmp_path):
    first = (two[0].path / "clinical.csv").read_text().splitlines()
    with (two[1].path / "clinical.csv").open("a") as stream:
        stream.write(first[1] + "\n")
    with pytest.raises(InputError, match="P001") as refused:
        run(two[0].study, None, tmp_path / "out")
    assert "exclude them from one of the two" in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_second_cohort_in_another_unit_is_refused(two, tmp_path):
    text = two[1].study.read_text()
    assert "unit: years" in text
    two[1].study.write_text(text.replace("unit: years", "unit: months"))
    with pytest.raises(StudyError, match="'clinical__age' is in 'months', the study has it in 'years'"):
        run(two[0].study, None, tmp_path / "out")


def test_second_cohort_without_the_endpoint_is_refused(two, tmp_path):
    two[1].change(endpoints={"pfs": OS["os"]})
    with pytest.raises(StudyError, match="has no endpoint 'os'"):
        run(two[0].study, None, tmp_path / "out")


@pytest.fixture(scope="module")
def learned(cohort, tmp_path_factory):
    """A study with a step that learns the intensity scale from training images."""
    base = tmp_path_factory.mktemp("learned")
    data = type(cohort)(base / "data")
    shutil.copytree(cohort.path, data.path)
    data.change(imaging=[{"resample": {"spacing_mm": [3, 3, 3]}}, {"standardise_intensity": {}}], features=["stat"])
    data.change(volume=None, design=QUICK)
    return data, run(data.study, None, base / "out")


@pytest.fixture(scope="module")
def ledger(learned):
    return Ledger.load(learned[1].folder / "results" / "ledger.jsonl").lines


def fits(ledger, role, fold):
    return [line for line in ledger if (line["what"], line.get("role"), line.get("fold")) == ("fit", role, fold)]


@pytest.mark.parametrize("fold", [0, 1])
def test_image_step_is_fitted_once_in_each_fold(ledger, fold):
    assert len(fits(ledger, "images", fold)) == 1


@pytest.mark.parametrize("fold", [0, 1])
def test_image_step_saw_the_training_patients_and_nobody_else(ledger, fold):
    places = [line["seq"] for line in fits(ledger, "fit", fold)]
    asked = [int(line["predicted"], 16) for line in ledger if line["what"] == "predict" and line["fit"] in places]
    everyone = (1 << len(ledger[0]["patients"])) - 1
    assert asked
    assert {int(line["seen"], 16) for line in fits(ledger, "images", fold)} == {everyone & ~one for one in asked}


def test_model_keeps_what_the_image_step_learned(learned):
    (step,) = load(learned[1].folder / "model").learned
    assert set(step["scale_intensity"]) == {"mean", "sd"}


def test_model_with_a_learned_image_step_predicts_alike_in_another_process(learned, few, tmp_path):
    done = learned[1]
    out = tmp_path / "predicted.csv"
    command = [sys.executable, "-m", "radici", "predict", str(done.folder / "model"), str(few), "-j", "1"]
    told = subprocess.run([*command, "--out", str(out), "--json"], capture_output=True, text=True, timeout=300)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["model"] == "clinical+image"
    ours = done.record.models["clinical+image"].predict(done.record.table).set_index("patient")["score"]
    theirs = pd.read_csv(out, dtype=str).set_index("patient")["score"].map(float)
    assert len(theirs) >= 6
    assert theirs.tolist() == ours[theirs.index].tolist()
