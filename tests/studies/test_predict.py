"""A locked model on patients: the same numbers as in training, and everything that makes it refuse."""

import hashlib
import json
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from radici.core.errors import ModelRefused, TableError
from radici.core.files import read_table, write_table
from radici.core.provenance import file_hash
from radici.learning.store import load
from radici.study import run
from radici.study.predict import Predicted, predict_new


def exactly(path):
    """A table of predictions, scores to the last bit (pandas 2 rounds while reading)."""
    frame = pd.read_csv(path, dtype=str)
    return frame.assign(score=frame["score"].map(float))


@pytest.fixture(scope="module")
def elsewhere(finished, few, tmp_path_factory):
    """Predictions by the command in a process of its own, from the scans."""
    out = tmp_path_factory.mktemp("predicted") / "new.csv"
    command = [sys.executable, "-m", "radici", "predict", str(finished.out / "model"), str(few)]
    done = subprocess.run([*command, "--out", str(out), "--jobs", "1"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return exactly(out), done.stdout


@pytest.fixture
def model(finished, tmp_path):
    """A copy of the model that a test may spoil."""
    return shutil.copytree(finished.out / "model", tmp_path / "model")


@pytest.fixture
def features(finished, tmp_path):
    """A copy of the feature table that a test may spoil."""
    for name in ("features.csv", "features.columns.csv"):
        shutil.copy(finished.out / "patients" / name, tmp_path / name)
    return tmp_path / "features.csv"


def scores(frame):
    return frame.set_index("patient")["score"]


def test_new_process_predicts_to_the_last_bit_what_this_one_does(finished, few, elsewhere):
    here = predict_new(finished.out / "model", few).frame
    assert elsewhere[0]["patient"].tolist() == here["patient"].tolist()
    assert elsewhere[0]["score"].tolist() == here["score"].tolist()


def test_stored_model_predicts_to_the_last_bit_what_the_training_pipeline_does(finished, elsewhere):
    record = finished.record
    main = record.development.headline[0]
    trained = scores(record.models[main].predict(record.table))
    assert len(elsewhere[0]) >= 6
    assert scores(elsewhere[0]).tolist() == trained[scores(elsewhere[0]).index].tolist()


def test_sealed_predictions_are_those_of_the_locked_model(finished, elsewhere):
    sealed = exactly(finished.out / "patients" / "sealed_predictions.csv")
    ours = scores(sealed[sealed["model"] == finished.record.development.headline[0]])
    both = [patient for patient in ours.index if patient in set(elsewhere[0]["patient"])]
    assert len(both) >= 3
    assert scores(elsewhere[0])[both].tolist() == ours[both].tolist()


def test_who_cannot_be_predicted_is_named(elsewhere):
    assert "is missing" in elsewhere[1]
    assert "different grids" in elsewhere[1]


def test_predictions_carry_the_caution(elsewhere):
    assert "Research use only" in elsewhere[1]


def test_feature_table_gives_the_same_predictions_as_scans(finished, elsewhere, features):
    found = scores(predict_new(finished.out / "model", features).frame)
    theirs = scores(elsewhere[0])
    known = [patient for patient in theirs.index if patient in set(found.index)]
    assert len(known) >= 6
    assert found[known].tolist() == theirs[known].tolist()


def test_header_says_what_is_predicted_by_which_model(finished, elsewhere):
    count = len(finished.record.development.outcome.patients)
    told = elsewhere[1].splitlines()[0]
    assert "Endpoint 'response': probability is that of 'best_response' being CR or PR" in told
    assert f"Model 'clinical+image', developed on {count} patients" in told


@pytest.fixture
def far(finished, features):
    """A feature table in which the first patient is three hundred years old."""
    frame = pd.read_csv(features, dtype=str, keep_default_na=False)
    frame.loc[0, "clinical__age"] = "300"
    frame.to_csv(features, index=False)
    return features, frame.loc[0, "patient"]


def test_columns_outside_the_training_range_are_named(finished, far, shell_main, capsys):
    assert shell_main("predict", finished.out / "model", far[0]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith(f"Caution: patient {far[1]} ")]
    assert len(lines) == 1
    assert "clinical__age" in lines[0]


def test_columns_outside_the_training_range_are_in_json(finished, far, shell_main, capsys):
    assert shell_main("predict", finished.out / "model", far[0], "--json") == 0
    rows = {row["patient"]: row for row in json.loads(capsys.readouterr().out)["predictions"]}
    assert "clinical__age" in rows[far[1]]["outside_columns"]


def test_training_patients_lie_inside_the_training_range(finished, features):
    outside = predict_new(finished.out / "model", features).outside
    assert set(finished.record.development.outcome.patients) & set(outside) == set()


def printed(**columns):
    frame = pd.DataFrame({"patient": ["P1", "P2"], "score": [0.2, 0.7], **columns})
    return Predicted("model", "", frame, {}, ()).lines[0]


def test_score_that_is_the_probability_is_not_printed_twice():
    assert "score" not in printed(probability=[0.2, 0.7])


def test_score_that_is_not_the_probability_is_printed():
    assert "score" in printed(probability=[0.3, 0.6])


@pytest.fixture(scope="module")
def survival(cohort, tmp_path_factory):
    """A model of survival from the clinical table alone, and new patients for it."""
    base = tmp_path_factory.mktemp("survival")
    data = type(cohort)(base / "data")
    shutil.copytree(cohort.path, data.path, ignore=shutil.ignore_patterns("images"))
    os = {"os": {"time_to_event": {"time": "os_days", "event": "death", "unit": "days"}}}
    quick = {"folds": 2, "repeats": 1, "inner_folds": 2, "permutations": 0}
    run(data.tables_only(recipe=None, endpoints=os, primary=None, design=quick).study, None, base / "out")
    return base / "out" / "model", data.path


def test_months_beyond_the_follow_up_are_refused_by_name(survival):
    with pytest.raises(ModelRefused, match=r"--months 500, 600: the patients of the model .* were followed for"):
        predict_new(*survival, months=[6, 500, 600])


def test_months_within_the_follow_up_are_predicted(survival):
    assert "survival_6" in predict_new(*survival, months=[6]).frame


def test_usual_months_lie_within_the_follow_up(survival):
    found = predict_new(*survival)
    asked = [float(name.removeprefix("survival_")) for name in found.frame if name.startswith("survival_")]
    assert asked
    assert max(asked) <= load(survival[0]).facts["months_followed"]


def test_header_of_a_survival_model_says_of_what_the_probability_is(survival):
    assert "survival_<month> is the probability of no event ('death') until that month" in predict_new(*survival).about


def test_column_in_another_unit_is_refused(finished, features):
    beside = features.with_name("features.columns.csv")
    beside.write_text(beside.read_text().replace("clinical__age,clinical,years", "clinical__age,clinical,months"))
    with pytest.raises(ModelRefused, match="'clinical__age' is in 'months', the model expects 'years'"):
        predict_new(finished.out / "model", features)


def test_study_file_with_another_unit_is_refused(finished, few, tmp_path):
    study = tmp_path / "study.yaml"
    study.write_text(finished.data.study.read_text().replace("unit: years", "unit: months"))
    with pytest.raises(ModelRefused, match="Wrong unit"):
        predict_new(finished.out / "model", few, study=study)


def test_missing_column_is_refused_by_name(finished, features):
    table = read_table(features)
    short = type(table)(table.values.drop(columns="clinical__ldh"), table.rows, table.columns)
    write_table(short, features)
    with pytest.raises(ModelRefused, match="clinical__ldh"):
        predict_new(finished.out / "model", features)


def test_text_among_the_numbers_is_refused_with_patient_and_column(finished, features):
    frame = pd.read_csv(features, dtype=str, keep_default_na=False)
    frame.loc[2, "clinical__age"] = "old"
    frame.to_csv(features, index=False)
    with pytest.raises(TableError, match=f"patient {frame.loc[2, 'patient']}, column 'clinical__age'.*'old'"):
        predict_new(finished.out / "model", features)


def signed(model, manifest):
    """Write a manifest with a fresh hash, as somebody who means it would."""
    manifest.pop("sha256", None)
    manifest["sha256"] = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
    (model / "manifest.json").write_text(json.dumps(manifest))


def test_altered_manifest_is_refused(model):
    path = model / "manifest.json"
    path.write_text(path.read_text().replace('"years"', '"months"'))
    with pytest.raises(ModelRefused, match=r"manifest\.json was altered"):
        load(model)


def test_altered_arrays_are_refused(model):
    data = bytearray((model / "arrays.npz").read_bytes())
    data[len(data) // 2] ^= 1
    (model / "arrays.npz").write_bytes(bytes(data))
    with pytest.raises(ModelRefused, match=r"arrays\.npz does not match"):
        load(model)


def test_other_library_versions_are_refused_by_name(model):
    manifest = json.loads((model / "manifest.json").read_text())
    manifest["facts"]["versions"]["numpy"] = "1.0.0"
    signed(model, manifest)
    with pytest.raises(ModelRefused, match=r"numpy 1\.0\.0 \(here"):
        load(model)


def test_other_library_versions_can_be_accepted(model):
    manifest = json.loads((model / "manifest.json").read_text())
    manifest["facts"]["versions"]["numpy"] = "1.0.0"
    signed(model, manifest)
    assert load(model, accept_versions=True).name == manifest["name"]


class Opened:
    """What unpickling would run."""

    ran = False

    def __reduce__(self):
        return setattr, (Opened, "ran", True)


def test_pickle_among_the_arrays_is_refused_and_not_run(model):
    manifest = json.loads((model / "manifest.json").read_text())
    with np.load(model / "arrays.npz") as stored:
        arrays = dict(stored)
    first = next(iter(arrays))
    arrays[first] = np.array([Opened()], dtype=object)
    np.savez(model / "arrays.npz", **arrays)
    manifest["arrays_sha256"] = file_hash(model / "arrays.npz")
    signed(model, manifest)
    with pytest.raises(ModelRefused):
        load(model)
    assert not Opened.ran


def test_estimator_that_is_not_registered_is_refused(model):
    manifest = json.loads((model / "manifest.json").read_text())
    manifest["model"]["estimator"] = "os.system"
    signed(model, manifest)
    with pytest.raises(Exception, match=r"os\.system"):
        load(model)


def test_folder_that_is_no_model_is_refused(tmp_path):
    with pytest.raises(ModelRefused, match="is not a model folder"):
        load(tmp_path)
