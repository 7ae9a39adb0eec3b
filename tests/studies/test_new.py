"""`radici new`: a folder is looked through, and what cannot be known from it is asked, not guessed."""

import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radici.cohort.volumes import write_image, write_mask
from radici.core.errors import FileMissing, InputError, StudyError
from radici.core.image import Geometry, Image, Mask
from radici.study import Study
from radici.study.candidates import look_at
from radici.study.new import write_study
from radici.study.pairing import is_mask, patterns

GRID = Geometry((4, 4, 4))


def write_scan(path, seed, mask=False):
    rng = np.random.default_rng(seed)
    if mask:
        write_mask(path, Mask(rng.random((4, 4, 4)) < 0.5, GRID))
    else:
        write_image(path, Image(rng.normal(size=(4, 4, 4)).astype(np.float32), GRID))


def in_use(text):
    """The study file without its remarks."""
    return "\n".join(line.split("  #")[0] for line in text.splitlines() if not line.lstrip().startswith("#"))


def fill_in(text, answers):
    """Answer, as a person would, the questions that a study file asks."""
    for question, answer in answers.items():
        assert question in text, f"{question} is not asked"
        text = text.replace(question, answer)
    return text


@pytest.fixture(scope="module")
def demo(cohort, tmp_path_factory):
    """The synthetic cohort's files without its study file, and what was written for them."""
    data = tmp_path_factory.mktemp("bare") / "data"
    shutil.copytree(cohort.path, data, ignore=shutil.ignore_patterns("study.yaml", "README.txt"))
    path, notes = write_study(data)
    return path, notes, path.read_text()


ANSWERS = {
    'title: "FILL_IN"': "title: From a folder",
    '{column: age, unit: "FILL_IN"}': "{column: age, unit: years}",
    '{column: sex, yes: ["FILL_IN"], no: ["FILL_IN"]}': "{column: sex, yes: [F], no: [M]}",
    '{column: pdl1, unit: "FILL_IN"}': '{column: pdl1, unit: "%"}',
    '{column: ldh, unit: "FILL_IN"}': "{column: ldh, unit: times upper limit of normal}",
    '{column: ecog, "FILL_IN": ': "{column: ecog, order: ",
    'yes: ["FILL_IN"], no: ["FILL_IN"], unknown: [""]': "yes: [CR, PR], no: [SD, PD], unknown: [NE]",
}


def test_study_is_written_into_the_folder(demo):
    assert demo[0].name == "study.yaml"


def test_notes_count_images_and_masks_and_name_who_has_none(demo):
    notes = "\n".join(demo[1])
    assert "25 images and 25 masks; 25 matched by `images/{patient}_ct.nii.gz`" in notes
    assert re.search(r"1 patient in the table without an image: P\d{3}", notes)


@pytest.mark.parametrize(
    "line",
    [
        "patient: patient",
        "site: site",
        '  image: "images/{patient}_ct.nii.gz"',
        '  mask: "images/{patient}_mask.nii.gz"',
        "  modality: ct",
        "regions: {roi: 1}",
        '  file: "clinical.csv"',
        '  missing: ["", "NA"]',
        "volume: ct_roi__orig__morph_volume__none",
    ],
)
def test_what_the_files_tell_is_written(demo, line):
    assert line in in_use(demo[2]).splitlines()


@pytest.mark.parametrize("column", ["age", "pdl1", "ldh"])
def test_unit_is_asked_and_not_guessed(demo, column):
    assert f'{column}: {{column: {column}, unit: "FILL_IN"}}' in in_use(demo[2])


@pytest.mark.parametrize("column", ["best_response", "os_days", "death"])
def test_outcome_is_not_proposed_as_a_variable(demo, column):
    mapped = demo[2].split("  map:")[1].split("\nendpoints:")[0]
    assert f"column: {column}" not in mapped


def test_other_endpoint_is_a_remark_with_its_own_questions(demo):
    assert '  # os_days: {time_to_event: {time: os_days, event: death, unit: "FILL_IN"' in demo[2]


def test_check_refuses_the_file_until_it_is_filled_in(demo, shell_main, capsys):
    assert shell_main("check", demo[0]) == 1
    told = capsys.readouterr().err
    assert "places still say FILL_IN" in told
    assert "clinical.map.age.unit" in told
    assert "endpoints.best_response.category.yes" in told


def test_check_accepts_the_file_once_it_is_filled_in(demo, shell_main, capsys):
    study = demo[0].with_name("filled.yaml")
    study.write_text(fill_in(demo[2], ANSWERS).replace("folds: 5", "folds: 3"))
    assert shell_main("check", study) == 0
    assert "From a folder" in capsys.readouterr().out


def test_proposed_endpoint_and_sealed_site_read_too(demo):
    """The remarks become lines: nothing in them is malformed."""
    text = fill_in(demo[2], ANSWERS)
    text = (
        re.sub(r"  best_response: .*\n", "", text).replace("  # os_days:", "  os_days:").replace("# sealed:", "sealed:")
    )
    text = fill_in(
        text,
        {'unit: "FILL_IN", event_values: ["FILL_IN"], censored_values: ["FILL_IN"]': 'unit: days, event_values: ["1"]'},
    )
    study = Study.parse(text)
    assert (study.endpoint[0], study.sealed.site) == ("os_days", ("coast",))


def test_existing_study_file_is_never_overwritten(demo):
    with pytest.raises(StudyError, match="exists already and is not overwritten"):
        write_study(demo[0].parent)


def test_existing_study_file_keeps_its_text(demo):
    with pytest.raises(StudyError):
        write_study(demo[0].parent)
    assert demo[0].read_text() == demo[2]


def test_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileMissing, match="There is no folder"):
        write_study(tmp_path / "none")


def test_folder_without_a_table_is_refused(tmp_path):
    write_scan(tmp_path / "a_ct.nii.gz", 1)
    with pytest.raises(InputError, match="holds no table"):
        write_study(tmp_path)


def test_place_that_cannot_be_written_is_refused(demo, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StudyError, match="--out"):
        write_study(demo[0].parent, tmp_path / "file" / "study.yaml")


@pytest.fixture(scope="module")
def lung(shared, tmp_path_factory):
    """What is written for the public lung cohort: https://challengedata.ens.fr/challenges/33."""
    return write_study(shared / "nsclc_ct_owkin", tmp_path_factory.mktemp("lung") / "study.yaml")


@pytest.mark.parametrize(
    "line",
    [
        "patient: PatientID",
        "site: SourceDataset",
        '  index: "image_index.csv"',
        '  image: "nifti/{PatientID:03d}_ct.nii.gz"',
        '  mask: "nifti/{PatientID:03d}_mask.nii.gz"',
        '  file: "clinical_outcome.csv"',
    ],
)
def test_lung_cohort_is_understood(lung, line):
    assert line in in_use(lung[0].read_text()).splitlines()


def test_lung_cohort_is_accepted_once_filled_in(lung, shared, tmp_path, shell_main, capsys):
    kinds = '["Adenocarcinoma", "NSCLC NOS (not otherwise specified)", "Squamous cell carcinoma", "adenocarcinoma", '
    kinds += '"large cell", "nos", "squamous cell carcinoma"]'
    answers = {
        'title: "FILL_IN"': "title: Lung",
        f'"FILL_IN": {kinds}': 'levels: ["adenocarcinoma", "squamous cell carcinoma", "large cell", "nos"], recode: '
        '{"Adenocarcinoma": adenocarcinoma, "Squamous cell carcinoma": squamous cell carcinoma, '
        '"NSCLC NOS (not otherwise specified)": nos}',
        '{column: Mstage, yes: ["FILL_IN"], no: ["FILL_IN"]}': '{column: Mstage, yes: ["3"], no: ["0"]}',
        '{column: Nstage, "FILL_IN": ': "{column: Nstage, order: ",
        '{column: Tstage, "FILL_IN": ': "{column: Tstage, order: ",
        '{column: age, unit: "FILL_IN"}': "{column: age, unit: years}",
        'unit: "FILL_IN", event_values: ["FILL_IN"], censored_values: ["FILL_IN"]': "unit: days",
    }
    study = tmp_path / "study.yaml"
    study.write_text(fill_in(lung[0].read_text(), answers))
    assert shell_main("check", study, "--data", shared / "nsclc_ct_owkin") == 0
    assert "Development: 128 patients" in capsys.readouterr().out


@pytest.fixture
def hospital(tmp_path):
    """Folders of another make: a folder for each patient, contours under their own word, numbers as ids."""
    for number in (1, 2, 30):
        write_scan(tmp_path / f"scans/case{number:04d}/PET.nii.gz", number)
        write_scan(tmp_path / f"scans/case{number:04d}/GTV.nii.gz", number, mask=True)
    (tmp_path / "patients.csv").write_text(
        "case,arm,visit,responder,weight_kg\n1,A,2020-01-02,yes,70\n2,A,2020-03-01,no,81\n30,A,2021-01-01,yes,66.5\n"
    )
    return tmp_path


def test_folder_for_each_patient_with_zeros_is_found(hospital):
    text = in_use(write_study(hospital)[0].read_text())
    assert '  image: "scans/case{case:04d}/PET.nii.gz"' in text
    assert '  mask: "scans/case{case:04d}/GTV.nii.gz"' in text


def test_modality_is_taken_from_the_name_of_the_files(hospital):
    assert "  modality: pt" in in_use(write_study(hospital)[0].read_text())


def test_modality_that_no_name_tells_is_asked(hospital):
    for path in (hospital / "scans").rglob("PET.nii.gz"):
        path.rename(path.with_name("image.nii.gz"))
    assert '  modality: "FILL_IN"' in in_use(write_study(hospital)[0].read_text())


def test_contours_without_a_telling_name_are_known_by_their_voxels(hospital):
    for path in (hospital / "scans").rglob("GTV.nii.gz"):
        path.rename(path.with_name("drawn.nii.gz"))
    assert '  mask: "scans/case{case:04d}/drawn.nii.gz"' in in_use(write_study(hospital)[0].read_text())


def test_dates_are_named_and_not_used(hospital):
    assert "# 'visit': dates; not used" in write_study(hospital)[0].read_text()


def test_several_numbers_in_the_masks_are_asked(hospital):
    write_mask(hospital / "scans/case0001/GTV.nii.gz", Mask(np.ones((4, 4, 4), dtype=bool), GRID), label=2)
    text = write_study(hospital)[0].read_text()
    assert 'regions: {gtv: "FILL_IN"}  # numbers found in all 3 masks: 1 (in 2), 2 (in 1)' in text


def test_image_without_a_mask_is_noted(hospital):
    (hospital / "scans/case0030/GTV.nii.gz").unlink()
    assert "1 patient with an image but no mask: 30" in write_study(hospital)[1]


def test_columns_of_paths_are_used_where_there_are_some(hospital):
    (hospital / "patients.csv").write_text(
        "case,scan,contour,responder\n"
        + "".join(f"P{n},scans/case{n:04d}/PET.nii.gz,scans/case{n:04d}/GTV.nii.gz,yes\n" for n in (1, 2, 30))
    )
    text = in_use(write_study(hospital)[0].read_text())
    assert "  image: {column: scan}" in text
    assert "  mask: {column: contour}" in text


def test_table_alone_makes_a_study_without_scans(hospital):
    shutil.rmtree(hospital / "scans")
    path, notes = write_study(hospital)
    assert "scans:" not in in_use(path.read_text())
    assert "No images (.nii, .nii.gz, .nrrd): the study uses the table alone" in notes


def test_dicom_files_are_mentioned(hospital):
    (hospital / "slice.dcm").write_bytes(b"")
    assert any("1 DICOM file(s)" in note for note in write_study(hospital)[1])


def test_results_of_an_earlier_run_are_not_taken_for_tables(hospital):
    (hospital / "out/results").mkdir(parents=True)
    for name in ("run.json", "report.html", "results/numbers.csv"):
        (hospital / "out" / name).write_text("a,b\n1,2\n")
    assert "numbers.csv" not in "\n".join(write_study(hospital)[1])


@pytest.mark.parametrize("name", ["a/P1_mask.nii.gz", "P1-seg.nrrd", "P1_GTV.nii", "labels/P1.nii.gz", "P1_label2.nii"])
def test_name_of_a_mask(name):
    assert is_mask(name)


@pytest.mark.parametrize("name", ["a/P1_ct.nii.gz", "P1_segovia.nii.gz", "unlabelled.nii"])
def test_name_of_an_image(name):
    assert not is_mask(name)


@pytest.mark.parametrize(
    ("paths", "ids", "expected"),
    [
        (["x/7_ct.nii", "x/12_ct.nii"], ["7", "12"], "x/{id}_ct.nii"),
        (["x/07_ct.nii", "x/12_ct.nii"], ["7", "12"], "x/{id:02d}_ct.nii"),
        (["x/007_ct.nii", "x/012_ct.nii"], ["007", "012"], "x/{id}_ct.nii"),
        (["A-1/A-1.nii", "A-2/A-2.nii"], ["A-1", "A-2"], "{id}/{id}.nii"),
        (["p1_1.nii", "p2_1.nii", "p3_1.nii"], ["1", "2", "3"], "p{id}_1.nii"),
        (["{a}/1.nii", "{a}/2.nii"], ["1", "2"], "{{a}}/{id}.nii"),
    ],
)
def test_pattern_that_leads_to_most_files(paths, ids, expected):
    assert patterns(paths, "id", ids)[0].text == expected


def test_id_inside_a_longer_number_does_not_count():
    assert patterns(["s/112_ct.nii"], "id", ["12"]) == []


@pytest.mark.parametrize(
    ("cells", "looks"),
    [
        (["1.5", "2", ""], "two texts"),
        (["1.5", "2", "3.25"], "number"),
        (["0", "1", "2", "1"], "few texts"),
        (["F", "M", "NA"], "two texts"),
        (["2020-01-02", "2021-11-30", "2020-05-05"], "date"),
        (["", "NA"], "empty"),
        ([f"note {i}" for i in range(20)], "texts"),
    ],
)
def test_what_a_column_looks_like(cells, looks):
    assert look_at("column", pd.Series(cells)).looks == looks


def test_folder_is_left_as_it_was_where_the_study_goes_elsewhere(hospital, tmp_path_factory):
    before = sorted(path for path in hospital.rglob("*"))
    write_study(hospital, tmp_path_factory.mktemp("out") / "study.yaml")
    assert sorted(path for path in Path(hospital).rglob("*")) == before
