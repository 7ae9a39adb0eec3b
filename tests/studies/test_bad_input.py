"""Input that is wrong: one message that says what, where and what to do; exit code 1; no half-written results."""

import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest

from radici.cohort.volumes import read_image, read_labels, write_image, write_mask
from radici.core.image import Image, Mask
from radici.study import run


@pytest.fixture
def refused(capsys, tmp_path, shell_main):
    """Run a study that is expected to be refused; gives the message."""

    def refuse(study, *options, data=None):
        out = tmp_path / "out"
        code = shell_main("run", study, "--out", out, "--jobs", "1", *options)
        told = capsys.readouterr()
        assert code == 1
        assert told.out == ""
        assert told.err.startswith("radici: ")
        assert "Traceback" not in told.err
        assert not out.exists() or [path.name for path in out.iterdir()] == ["extraction"]
        return told.err

    return refuse


def edit(path, column, patient, text):
    """Change one cell of a clinical table."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table.loc[table["patient"] == patient, column] = text
    table.to_csv(path, index=False)


def rows(path, change):
    """Rewrite the lines of a table."""
    lines = path.read_text().splitlines()
    path.write_text("\n".join(change(lines)) + "\n")


def test_missing_study_file(tables, refused):
    told = refused(tables.path / "stdy.yaml")
    assert "There is no study file" in told
    assert "radici new" in told


def test_missing_clinical_table(tables, refused):
    (tables.path / "clinical.csv").unlink()
    told = refused(tables.study)
    assert "clinical.csv: there is no such table" in told
    assert "data folder" in told


def test_study_file_that_is_no_yaml(tables, refused):
    tables.study.write_text("title: [unfinished\n")
    assert "study.yaml is not valid YAML" in refused(tables.study)


def test_placeholders_are_refused_with_their_lines(tables, refused):
    tables.study.write_text(tables.study.read_text().replace("unit: years", "unit: FILL_IN"))
    line = 1 + tables.study.read_text().split("FILL_IN")[0].count("\n")
    told = refused(tables.study)
    assert f"1 place still says FILL_IN, because only you know what belongs there: line {line}" in told
    assert "clinical.map.age.unit" in told


def test_duplicate_ids(tables, refused):
    rows(tables.path / "clinical.csv", lambda lines: [*lines, lines[3]])
    told = refused(tables.study)
    assert "P003 occur(s) more than once" in told
    assert "Keep one row of each" in told


def test_endpoint_with_one_class(tables, refused):
    response = {"category": {"column": "best_response", "yes": ["CR", "PR", "SD", "PD"], "no": ["none"]}}
    tables.change(endpoints={"response": {"category": {**response["category"], "unknown": ["NE"]}}})
    told = refused(tables.study)
    assert "two classes are needed" in told
    assert "0 no" in told


def test_more_folds_than_events(tables, refused):
    tables.change(design={"folds": 20})
    told = refused(tables.study)
    assert "20 folds need at least 20 patients in the rarer class" in told
    assert re.search(r"Set `design: \{folds: \d\}` or fewer", told)


def test_text_in_a_numeric_column(tables, refused):
    edit(tables.path / "clinical.csv", "age", "P004", "sixty")
    told = refused(tables.study)
    assert "Column 'age' of clinical.csv: a number is expected, found 'sixty' (patient P004)" in told


def test_number_out_of_its_range(tables, refused):
    edit(tables.path / "clinical.csv", "age", "P004", "640")
    told = refused(tables.study)
    assert "640 (patient P004)" in told
    assert "Is the unit right?" in told


def test_answer_that_is_not_declared(tables, refused):
    edit(tables.path / "clinical.csv", "best_response", "P004", "Cr")
    told = refused(tables.study)
    assert "'Cr' (patient P004) is not among the declared texts. Did you mean 'CR'?" in told


def test_negative_survival_time(tables, refused):
    edit(tables.path / "clinical.csv", "os_days", "P004", "-3")
    told = refused(tables.change(primary="os").study)
    assert "column 'os_days': a time from 0 on is expected, found -3 (patient P004) days" in told


def test_sealed_site_that_does_not_exist(tables, refused):
    told = refused(tables.change(sealed={"site": "west"}).study)
    assert "no patient is at the site 'west'" in told
    assert "coast, north, south" in told


def test_no_development_patient_left(tables, refused):
    told = refused(tables.change(sealed={"site": ["north", "south", "coast"]}).study)
    assert "No development patient is left" in told
    assert "Seal fewer sites" in told


def test_sealed_study_that_does_not_exist(tables, refused):
    told = refused(tables.change(sealed={"study": "second.yaml"}).study)
    assert "There is no study file" in told
    assert "second.yaml" in told


def test_folder_without_any_image(tables, cohort, refused):
    tables.study.write_text(cohort.study.read_text())
    told = refused(tables.study)
    assert "No patient is left to study" in told
    assert "Is it the right data folder?" in told


def test_patient_excluded_who_does_not_exist(tables, refused):
    told = refused(tables.change(exclude={"P0004": "typing error"}).study)
    assert "exclude: no patient is called 'P0004'. Did you mean 'P004'?" in told


SPELLING = {
    "column": ({"site": "sites"}, "no column 'sites'. Did you mean 'site'?"),
    "step": ({"imaging": [{"resampel": {}}]}, "No step is called 'resampel'. Did you mean 'resample'?"),
    "family": ({"features": ["morf"]}, "Did you mean 'morph'?"),
    "estimator": ({"recipe": [{"elastic_net_logistics": {}}]}, "Did you mean 'elastic_net_logistic'?"),
    "endpoint": ({"endpoints": {"os": {"time_to_evnt": {}}}}, "Did you mean 'time_to_event'?"),
    "primary": ({"primary": "respons"}, "no endpoint is called 'respons'. Did you mean 'response'?"),
    "rule": ({"per_patient": "larges"}, "No aggregation rule is called 'larges'. Did you mean 'largest'?"),
    "key": ({"desing": {"folds": 3}}, "there is no setting 'desing'. Did you mean 'design'?"),
    "nested key": ({"design": {"fold": 3}}, "there is no setting 'design.fold'. Did you mean 'folds'?"),
    "deep key": (
        {"clinical": {"file": "clinical.csv", "map": {"age": {"column": "age", "units": "years", "unit": "years"}}}},
        "Did you mean 'unit'?",
    ),
    "step's key": ({"imaging": [{"resample": {"spacing": [1, 1, 1]}}]}, "Did you mean 'spacing_mm'?"),
    "estimator's key": ({"recipe": [{"lasso": {"feature": 3}}, "elastic_net_logistic"]}, "Did you mean 'features'?"),
    "volume": ({"volume": "ct_gtv__orig__morph_volum__none"}, "Did you mean 'ct_gtv__orig__morph_volume__none'?"),
    "pattern": ({"scans": {"image": "{patien}_ct.nii.gz", "mask": "{patient}_mask.nii.gz"}}, "Did you mean 'patient'?"),
}  # fmt: skip


@pytest.mark.parametrize("what", SPELLING)
def test_name_that_is_nearly_right_is_refused_with_the_right_one(what, cohort, tmp_path, refused):
    changes, hint = SPELLING[what]
    study = type(cohort)(tmp_path)
    study.study.write_text(cohort.study.read_text())
    told = refused(study.change(**changes).study, "--data", str(cohort.path))
    assert hint in told


BROKEN = {
    "P002": ("grid", "lie on different grids"),
    "P003": ("empty", "the mask of region 'gtv' is empty"),
    "P004": ("nan", "are NaN or infinite"),
    "P005": ("flat", "every voxel of region 'gtv' has the intensity 7"),
    "P006": ("absent", "_ct.nii.gz is missing"),
    "P007": ("label", "has the label 1, which is not in the mask; labels there: 3"),
    "P008": ("cut off", "cut off"),
}


def spoil(folder, patient, how):
    ct, drawn = folder / f"{patient}_ct.nii.gz", folder / f"{patient}_mask.nii.gz"
    image, (labels, grid) = read_image(ct), read_labels(drawn)
    if how == "grid":
        write_mask(drawn, Mask(labels > 0, type(grid)(grid.shape, tuple(2 * s for s in grid.spacing), grid.origin)))
    elif how == "empty":
        write_mask(drawn, Mask(np.zeros(grid.shape, dtype=bool), grid))
    elif how == "nan":
        write_image(ct, Image(np.where(labels > 0, np.float32(np.nan), image.voxels), image.geometry))
    elif how == "flat":
        write_image(ct, Image(np.full_like(image.voxels, 7), image.geometry))
    elif how == "absent":
        ct.unlink()
    elif how == "label":
        write_mask(drawn, Mask(labels > 0, grid), label=3)
    else:
        ct.write_bytes(ct.read_bytes()[:2000])


@pytest.fixture(scope="module")
def spoiled(cohort, tmp_path_factory):
    """A run over a cohort in which seven patients' files are spoiled, each in another way."""
    data = type(cohort)(tmp_path_factory.mktemp("spoiled") / "data")
    shutil.copytree(cohort.path, data.path)
    for patient, (how, _) in BROKEN.items():
        spoil(data.path / "images", patient, how)
    quick = {"folds": 2, "repeats": 1, "inner_folds": 2, "permutations": 0}
    data.change(sealed=None, features=["morph"], design=quick, recipe=None)
    return data, run(data.study, None, data.path.parent / "out")


@pytest.mark.parametrize("patient", BROKEN)
def test_broken_scan_is_left_out_with_its_reason(spoiled, patient):
    (reason,) = [left.reason for left in spoiled[1].record.left_out if left.patient == patient]
    assert BROKEN[patient][1] in reason


@pytest.mark.parametrize("patient", BROKEN)
def test_report_names_the_patient_left_out(spoiled, patient):
    assert patient in spoiled[1].report.read_text()


def test_others_go_on(spoiled):
    data, done = spoiled
    known = set(pd.read_csv(data.path / "clinical.csv", dtype=str)["patient"])
    assert set(done.record.outcome.patients) == known - {left.patient for left in done.record.left_out}


def test_check_lists_broken_scans_before_the_run(spoiled, shell_main, capsys):
    assert shell_main("check", spoiled[0].study) == 0
    told = capsys.readouterr().out
    assert [patient for patient, (_, why) in BROKEN.items() if patient not in told or why not in told] == []


def test_check_counts_only_patients_whose_scans_open(spoiled, shell_main, capsys):
    data, done = spoiled
    assert shell_main("check", data.study, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["development"] == len(done.record.development.outcome.patients)


@pytest.fixture
def wrong_label(copied, shell_main, capsys):
    """What `check` says where the contours of most patients have another label: exit code, lines, error."""
    masks = sorted((copied.path / "images").glob("*_mask.nii.gz"))
    for path in masks[2:]:
        labels, grid = read_labels(path)
        write_mask(path, Mask(labels > 0, grid), label=3)
    code = shell_main("check", copied.study)
    told = capsys.readouterr()
    return code, told.out.splitlines(), told.err, len(masks) - 2


def test_check_of_a_study_that_cannot_be_carried_out_ends_with_1(wrong_label):
    assert wrong_label[0] == 1


def test_check_says_why_the_study_cannot_be_carried_out(wrong_label):
    assert wrong_label[2].startswith("radici: The study cannot be carried out with the patients who remain.")
    assert "region 'gtv' has the label 1, which is not in the mask; labels there: 3" in wrong_label[2]


def test_check_gives_one_line_for_a_reason_that_many_share(wrong_label):
    lines = [line for line in wrong_label[1] if "which is not in the mask" in line]
    assert len(lines) == 1
    assert re.match(r"Will be left out \(\d+\): P\d+, P\d+", lines[0])


def test_check_in_json_says_why_the_study_cannot_be_carried_out(copied, shell_main, capsys):
    for path in (copied.path / "images").glob("*_mask.nii.gz"):
        labels, grid = read_labels(path)
        write_mask(path, Mask(labels > 0, grid), label=3)
    assert shell_main("check", copied.study, "--json") == 1
    assert "No development patient is left" in json.loads(capsys.readouterr().out)["refusal"]


def test_check_names_patients_with_labels_that_no_region_takes(copied, shell_main, capsys):
    for patient in ("P001", "P004"):
        path = copied.path / "images" / f"{patient}_mask.nii.gz"
        labels, grid = read_labels(path)
        labels[0, 0, 0] = 2
        write_image(path, Image(labels.astype(np.float32), grid), whole_numbers=True)
    assert shell_main("check", copied.study) == 0
    told = capsys.readouterr().out
    assert "label(s) 2 in the masks of 2 patients belong to no region: P001, P004. `any` as the label" in told


def test_check_says_nothing_of_labels_where_all_are_taken(copied, shell_main, capsys):
    assert shell_main("check", copied.study) == 0
    assert "label(s)" not in capsys.readouterr().out


def test_check_subtracts_patients_without_a_row_in_the_feature_table(spoiled, shell_main, capsys, tmp_path):
    data, done = spoiled
    for name in ("features.csv", "features.columns.csv"):
        shutil.copy(done.folder / "patients" / name, tmp_path / name)
    rows(tmp_path / "features.csv", lambda lines: lines[:-1])
    assert shell_main("check", data.study, "--table", tmp_path / "features.csv") == 0
    assert "no row in the feature table" in capsys.readouterr().out


def test_one_scan_under_two_ids_is_refused(copied, refused):
    images = copied.path / "images"
    (images / "P002_ct.nii.gz").write_bytes((images / "P003_ct.nii.gz").read_bytes())
    told = refused(copied.study)
    assert "P002" in told
    assert "P003" in told
    assert "duplicate" in told


def test_no_scan_that_can_be_measured(copied, refused):
    for path in (copied.path / "images").glob("*_ct.nii.gz"):
        spoil(path.parent, path.name.split("_")[0], "label")
    told = refused(copied.study)
    assert "No development patient is left after extraction" in told
    assert "which is not in the mask" in told


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_refusal_leaves_earlier_results_as_they_were(tables, shell_main, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.html").write_text("earlier")
    assert shell_main("run", tables.change(seed=-1).study, "--out", out) == 1
    assert contents(out) == {"report.html": b"earlier"}


def test_folder_of_other_things_is_refused_and_kept(tables, shell_main, capsys):
    (tables.path / "patients").mkdir()
    (tables.path / "patients" / "P001.txt").write_text("not ours")
    before = contents(tables.path)
    assert shell_main("run", tables.study, "--out", tables.path) == 1
    assert "holds patients, which a run would replace but no run has written" in capsys.readouterr().err
    assert contents(tables.path) == before


def test_file_in_place_of_the_folder_is_refused(tables, shell_main, capsys):
    assert shell_main("run", tables.study, "--out", tables.path / "clinical.csv") == 1
    assert "is a file; name a folder" in capsys.readouterr().err


@pytest.fixture(scope="module")
def earlier(cohort, tmp_path_factory):
    """A study of the clinical table alone, and its results."""
    data = type(cohort)(tmp_path_factory.mktemp("earlier"))
    for name in ("clinical.csv", "study.yaml"):
        shutil.copy(cohort.path / name, data.path / name)
    design = {"folds": 2, "repeats": 1, "inner_folds": 2, "permutations": 0}
    data.tables_only(recipe=None, design=design)
    run(data.study, None, data.path / "out")
    return data


@pytest.fixture
def again(earlier, tmp_path):
    """The study and a copy of its results, to run it again into."""
    return earlier.study, shutil.copytree(earlier.path / "out", tmp_path / "out")


def test_new_results_replace_all_of_the_old(again):
    (again[1] / "comparators" / "stale").mkdir(parents=True)
    run(again[0], None, again[1])
    assert not (again[1] / "comparators").exists()


def full(*arguments):
    raise OSError(28, "No space left on device", "model")


def test_run_that_dies_while_writing_leaves_the_old_results(again, monkeypatch):
    before = contents(again[1])
    monkeypatch.setattr("radici.study.results.save", full)
    with pytest.raises(OSError, match="No space"):
        run(again[0], None, again[1])
    assert contents(again[1]) == before


def test_full_disk_is_one_message(again, shell_main, monkeypatch, capsys):
    monkeypatch.setattr("radici.study.results.save", full)
    assert shell_main("run", again[0], "--out", again[1], "-j", "1") == 1
    assert capsys.readouterr().err == "radici: No space left on device: model\n"
