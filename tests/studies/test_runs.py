"""A study from files to results: the same from Python and the shell, run after run."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from radici.core.ledger import Ledger
from radici.core.provenance import hidden_ids
from radici.study import Study, run
from radici.study.conduct import study_key
from radici.study.plan import plan

PARTS = ["results", "model", "comparators", "patients", "figures", "report.html"]


def contents(out, part):
    path = out / part
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    return {file.relative_to(out).as_posix(): file.read_bytes() for file in files}


def test_another_process_with_two_workers_writes_the_same_bytes(finished, shell):
    ours = {name: data for part in PARTS for name, data in contents(finished.out, part).items()}
    theirs = {name: data for part in PARTS for name, data in contents(shell, part).items()}
    assert {name for name in ours | theirs if ours.get(name) != theirs.get(name)} == set()


def test_nothing_is_left_behind_but_the_results(finished):
    assert {path.name for path in finished.out.iterdir()} == {*PARTS, "run.json", "extraction"}


def test_the_shell_prints_the_numbers_that_are_written(tables, shell_main, tmp_path, capsys):
    tables.change(design={"folds": 2, "repeats": 1, "inner_folds": 2, "permutations": 0})
    assert shell_main("run", tables.study, "--out", tmp_path / "out", "--jobs", "1", "--json") == 0
    told = pd.DataFrame(json.loads(capsys.readouterr().out)["numbers"])
    written = pd.read_csv(tmp_path / "out" / "results" / "numbers.csv")
    np.testing.assert_array_equal(told["value"].to_numpy(float), written["value"].to_numpy(float))


@pytest.fixture(scope="module")
def restarted(finished, tmp_path_factory):
    """The study again, from the features that its first run has written."""
    out = tmp_path_factory.mktemp("restarted") / "out"
    return run(finished.data.study, None, out, table=finished.out / "patients" / "features.csv")


@pytest.mark.parametrize("name", ["numbers.csv", "stability.csv"])
def test_study_started_from_its_features_gives_the_same_numbers(restarted, finished, name):
    assert (restarted.folder / "results" / name).read_bytes() == (finished.out / "results" / name).read_bytes()


def test_patients_without_a_row_in_the_feature_table_are_left_out_with_that_reason(restarted, finished):
    reasons = {left.patient: left.reason for left in restarted.record.left_out}
    stages = {left.patient for left in finished.record.left_out if left.stage in ("files", "extraction")}
    assert {reasons[patient] for patient in stages} == {"no row in the feature table"}


@pytest.fixture(scope="module")
def unpermuted(finished, tmp_path_factory):
    """A second run into the folder of the first one's extraction, without permutations."""
    base = tmp_path_factory.mktemp("unpermuted")
    shutil.copytree(finished.out / "extraction", base / "out" / "extraction")
    study = Study.read(finished.data.study)
    design = study.design.model_copy(update={"permutations": 0, "folds": 2})
    done = run(study.model_copy(update={"design": design}), finished.data.path, base / "out")
    return base / "out", done


def test_second_run_extracts_nothing(unpermuted, finished):
    log = json.loads((unpermuted[0] / "run.json").read_text())["extraction"]
    first = json.loads((finished.out / "run.json").read_text())["extraction"]
    assert (log["computed"], log["reused"]) == (0, first["computed"])


def test_without_permutations_the_report_says_that_there_is_no_interval(unpermuted):
    assert "no interval" in unpermuted[1].record.development.verdict[0].lower()


def test_without_permutations_there_is_no_p_value(unpermuted):
    frame = unpermuted[1].record.development.frame()
    assert frame["p"].isna().all()


def test_study_in_the_results_is_the_study_with_everything_settled(finished):
    settled = plan(Study.read(finished.data.study), finished.data.path).study
    assert Study.read(finished.out / "results" / "study.yaml") == settled


def test_study_in_the_results_gives_the_same_numbers(finished, tmp_path):
    settled = finished.out / "results" / "study.yaml"
    shutil.copytree(finished.out / "extraction", tmp_path / "out" / "extraction")
    run(settled, finished.data.path, tmp_path / "out")
    for name in ("numbers.csv", "stability.csv"):
        assert (tmp_path / "out" / "results" / name).read_bytes() == (finished.out / "results" / name).read_bytes()


@pytest.fixture(scope="module")
def sealed_patients(finished):
    table = pd.read_csv(finished.data.path / "clinical.csv", dtype=str)
    return set(table.loc[table["site"] == "coast", "patient"])


def test_sealed_patients_are_not_in_development_predictions(finished, sealed_patients):
    predicted = set(pd.read_csv(finished.out / "patients" / "development_predictions.csv")["patient"])
    assert predicted
    assert not predicted & sealed_patients


def test_sealed_patients_are_not_in_the_ledger(finished, sealed_patients):
    record = finished.record
    key = study_key(Study.read(finished.data.study), record)
    hidden = hidden_ids([*sealed_patients, *record.development.outcome.patients], key)
    text = (finished.out / "results" / "ledger.jsonl").read_text()
    assert all(hidden[patient] in text for patient in record.development.outcome.patients)
    assert not [patient for patient in sealed_patients if hidden[patient] in text]


def test_no_patient_id_is_in_ledger_or_model(finished):
    texts = [(finished.out / "results" / "ledger.jsonl").read_text()]
    texts += [path.read_text() for path in finished.out.rglob("manifest.json")]
    ids = pd.read_csv(finished.data.path / "clinical.csv", dtype=str)["patient"]
    assert not [one for one in ids for text in texts if f'"{one}"' in text]


def test_ledger_is_whole_and_nobody_is_predicted_by_a_fit_that_saw_them(finished):
    found = Ledger.load(finished.out / "results" / "ledger.jsonl").verify()
    assert (found["whole"], found["overlaps"]) == (True, [])


def test_every_patient_is_analysed_or_left_out_with_a_reason(finished):
    ids = set(pd.read_csv(finished.data.path / "clinical.csv", dtype=str)["patient"])
    left = {one.patient: one.reason for one in finished.record.left_out}
    assert ids == set(finished.record.outcome.patients) | set(left)
    assert all(left.values())


def test_who_is_left_out_is_written_with_the_reason(finished):
    written = pd.read_csv(finished.out / "patients" / "left_out.csv", dtype=str)
    assert written.to_dict("records") == [vars(left) for left in finished.record.left_out]


def test_absent_image_is_the_reason_given(finished):
    assert [left.reason for left in finished.record.left_out if "_ct.nii.gz is missing" in left.reason]


def test_mask_on_another_grid_is_the_reason_given(finished):
    assert [left.reason for left in finished.record.left_out if "different grids" in left.reason]


def test_no_path_of_the_machine_is_in_the_results(finished):
    for part in PARTS:
        assert not [name for name, data in contents(finished.out, part).items() if str(finished.out).encode() in data]


def test_progress_names_stages_and_no_patients(finished):
    assert finished.labels
    assert not [label for label in finished.labels if not label or any(letter.isdigit() for letter in label)]
