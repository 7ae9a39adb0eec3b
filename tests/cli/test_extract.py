"""`radici extract`: images and masks in, a table out; what goes wrong with one case, or with the command."""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk

from radici.cohort.volumes import write_image, write_mask
from radici.core.files import read_table
from radici.core.image import Geometry, Image, Mask
from radici.features import extract as features_extract

PRESET = """about: first-order only
imaging:
  - resegment: {range: [-1000, 1000]}
features: [stat]
"""
KEYS = ["patient", "time", "lesion", "region", "scan", "reader", "site"]
HEAVY = ("numba", "sklearn", "pandas", "SimpleITK", "matplotlib", "scipy", "joblib", "pyarrow")


@pytest.fixture
def call(call):
    """The command `extract` in this process: arguments in, exit code out."""
    return partial(call, "extract")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in, with a preset `light.yaml`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "light.yaml").write_text(PRESET)
    return tmp_path


def draw(folder, name, ending=".nii.gz", values=(1.0, 2.0, 3.0, 6.0), label=1, spacing=1.0, image=None):
    """An image `<name>_ct` and its mask `<name>_mask`: a row or block of voxels with `values`, 40 around it.

    Where it lies depends on the name, for two patients never have the same mask.
    """
    folder.mkdir(parents=True, exist_ok=True)
    voxels = np.full((12, 10, 8), 40, dtype=np.float32)
    inside = np.zeros(voxels.shape, dtype=bool)
    values = np.asarray(values).reshape((*np.shape(values), 1, 1)[:3])
    first = (3, 4, int(name[1]))
    block = tuple(slice(a, a + n) for a, n in zip(first, values.shape, strict=True))
    inside[block], voxels[block] = True, values
    grid = Geometry(voxels.shape)
    write_image(folder / f"{name}_ct{ending}", Image(voxels, grid))
    drawn = Mask(inside, Geometry(voxels.shape, (spacing, 1.0, 1.0)))
    write_mask(folder / f"{name}_mask{ending}", drawn, label)


def index(path, *rows, columns="image,mask,patient"):
    path.write_text("\n".join([columns, *rows]) + "\n")
    return path


def read(path):
    return pd.read_csv(path, dtype={key: str for key in KEYS}, keep_default_na=False)


@pytest.fixture
def three(here):
    """A folder with three pairs."""
    for patient in ("P1", "P2", "P3"):
        draw(here / "data", patient, values=(1.0, 2.0, 3.0, 6.0 + int(patient[1])))
    return here / "data"


def test_one_pair_gives_one_row_of_named_features(call, here):
    draw(here, "P1")
    assert call("P1_ct.nii.gz", "P1_mask.nii.gz", "--preset", "light.yaml", "--out", "v.csv") == 0
    assert read("v.csv")["ct_roi__orig__stat_mean__none"].tolist() == [3.0]


@pytest.mark.parametrize("ending", [".nii", ".nii.gz", ".nrrd"])
def test_every_image_format_is_read(call, here, ending):
    draw(here, "P1", ending)
    assert call(f"P1_ct{ending}", f"P1_mask{ending}", "--preset", "light.yaml", "--out", "v.csv") == 0


def test_modality_and_region_stand_in_the_names(call, here):
    draw(here, "P1")
    pair = ("P1_ct.nii.gz", "P1_mask.nii.gz")
    call(*pair, "--preset", "light.yaml", "--modality", "mr", "--region", "gtv", "--out", "v.csv")
    assert "mr_gtv__orig__stat_mean__none" in read("v.csv")


def test_ibsis_names_are_its_tags_verbatim_and_in_its_order(call, here):
    draw(here, "P1")
    (here / "ibsi.yaml").write_text(f"names: ibsi\n{PRESET}")
    call("P1_ct.nii.gz", "P1_mask.nii.gz", "--preset", "ibsi.yaml", "--out", "v.csv")
    # order of the standard: reference manual, 'Intensity-based statistical features'
    assert list(read("v.csv"))[len(KEYS) :][:5] == ["stat_mean", "stat_var", "stat_skew", "stat_kurt", "stat_median"]


def test_ibsis_tags_carry_the_aggregation(call, here):
    draw(here, "P1")
    (here / "ibsi.yaml").write_text(
        "names: ibsi\nimaging: [{discretise: {bin_number: 4}}]\nfeatures: [{cm: {aggregation: [3d_mrg]}}]\n"
    )
    call("P1_ct.nii.gz", "P1_mask.nii.gz", "--preset", "ibsi.yaml", "--out", "v.csv")
    assert "cm_joint_max_3D_comb" in read("v.csv")


def test_tags_that_would_name_two_columns_are_refused(call, here, capsys):
    draw(here, "P1")
    (here / "ibsi.yaml").write_text(
        "names: ibsi\nimaging: [{discretise: {bin_number: 4}}, {discretise: {bin_number: 8}}]\n"
        "features: [{cm: {aggregation: [3d_mrg]}}]\n"
    )
    assert call("P1_ct.nii.gz", "P1_mask.nii.gz", "--preset", "ibsi.yaml", "--out", "v.csv") == 1
    assert "Two features would both be called cm_joint_max_3D_comb" in capsys.readouterr().err


def test_the_columns_file_lets_the_table_be_read_again(call, three):
    call(three, "--preset", "light.yaml", "--out", "v.csv")
    assert read_table(three.parent / "v.csv").patients == ("P1", "P2", "P3")


def test_parquet_holds_the_same_numbers(call, three):
    for out in ("v.csv", "v2.parquet"):
        call(three, "--preset", "light.yaml", "--out", out)
    name = "ct_roi__orig__stat_mean__none"
    assert pd.read_parquet("v2.parquet")[name].tolist() == read("v.csv")[name].tolist()


def test_parquet_without_pyarrow_names_the_line_that_mends_it(call, three, capsys, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert call(three, "--preset", "light.yaml", "--out", "v.parquet") == 1
    assert "pip install 'radici[parquet]'" in capsys.readouterr().err


def test_an_undefined_feature_keeps_its_column(call, here):
    draw(here, "P1", values=(-1.0, 1.0))  # the coefficient of variation of a mean of 0
    call("P1_ct.nii.gz", "P1_mask.nii.gz", "--preset", "light.yaml", "--out", "v.csv")
    assert read("v.csv")["ct_roi__orig__stat_cov__none"].tolist() == [""]


def test_a_folder_gives_a_row_for_each_pair(call, three):
    assert call(three, "--preset", "light.yaml", "--out", "v.csv") == 0
    assert read("v.csv")["patient"].tolist() == ["P1", "P2", "P3"]


def test_the_number_of_processes_changes_no_byte(call, three):
    for jobs in (1, 2):
        call(three, "--preset", "light.yaml", "--out", f"v{jobs}.csv", "--jobs", jobs)
    assert (three.parent / "v1.csv").read_bytes() == (three.parent / "v2.csv").read_bytes()


def test_paths_of_an_index_start_from_its_folder(call, three):
    index(three / "list.csv", "P1_ct.nii.gz,P1_mask.nii.gz,A", "P2_ct.nii.gz,P2_mask.nii.gz,B")
    call(three / "list.csv", "--preset", "light.yaml", "--out", "v.csv")
    assert read("v.csv")["patient"].tolist() == ["A", "B"]


def test_times_and_regions_of_an_index_become_columns(call, three):
    rows = ("P1_ct.nii.gz,P1_mask.nii.gz,A,w0,gtv", "P2_ct.nii.gz,P2_mask.nii.gz,A,w6,gtv")
    index(three / "list.csv", *rows, columns="image,mask,patient,time,region")
    call(three / "list.csv", "--preset", "light.yaml", "--out", "v.csv")
    found = read("v.csv")
    assert [found[f"ct_gtv_{time}__orig__stat_max__none"].tolist() for time in ("w0", "w6")] == [[7.0], [8.0]]


def test_lesions_and_readers_of_an_index_become_rows(call, three):
    rows = ("P1_ct.nii.gz,P1_mask.nii.gz,A,1,x", "P2_ct.nii.gz,P2_mask.nii.gz,A,2,y")
    index(three / "list.csv", *rows, columns="image,mask,patient,lesion,reader")
    call(three / "list.csv", "--preset", "light.yaml", "--out", "v.csv")
    assert read("v.csv")[["lesion", "reader"]].to_numpy().tolist() == [["1", "x"], ["2", "y"]]


def test_column_names_of_an_index_may_have_capitals(call, three):
    index(three / "list.csv", "P1_ct.nii.gz,P1_mask.nii.gz", columns="Image,Mask")
    assert call(three / "list.csv", "--preset", "light.yaml", "--out", "v.csv") == 0


def test_two_rows_of_the_same_region_are_refused_with_their_lines(call, three, capsys):
    index(three / "list.csv", "P1_ct.nii.gz,P1_mask.nii.gz,A", "P2_ct.nii.gz,P2_mask.nii.gz,A")
    assert call(three / "list.csv", "--preset", "light.yaml", "--out", "v.csv") == 1
    assert "list.csv: lines 2 and 3 describe the same region" in capsys.readouterr().err


def test_an_index_without_paths_says_what_it_needs(call, three, capsys):
    index(three / "list.csv", "1,2", columns="PatientID,voxels")
    assert call(three / "list.csv", "--preset", "light.yaml", "--out", "v.csv") == 1
    assert "needs the columns `image` and `mask`" in capsys.readouterr().err


STUDY = """title: features only
patient: id
scans: {index: list.csv, image: "{id}_ct.nii.gz", mask: "{id}_mask.nii.gz"}
regions: {gtv: 1}
endpoints: {os: {time_to_event: {time: t, event: e, unit: days}}}
imaging: [{resegment: {range: [-1000, 1000]}}]
features: [stat]
"""


@pytest.fixture
def study(three):
    index(three / "list.csv", "P1", "P2", "P4", columns="id")
    (three / "study.yaml").write_text(STUDY)
    return three / "study.yaml"


def test_a_study_file_gives_the_features_of_its_patients(call, study):
    assert call(study, "--out", "v.csv") == 0
    assert read("v.csv")["ct_gtv__orig__stat_max__none"].tolist() == [7.0, 8.0]


def test_who_the_study_leaves_out_is_listed(call, study):
    call(study, "--out", "v.csv")
    assert read("v.failures.csv")["patient"].tolist() == ["P4"]


def test_the_settings_of_a_study_measure_other_images(call, study, three):
    pair = (three / "P3_ct.nii.gz", three / "P3_mask.nii.gz")
    assert call(*pair, "--study", study, "--out", "v.csv") == 0


def test_options_that_the_study_file_decides_are_refused(call, study, capsys):
    assert call(study, "--label", 2, "--out", "v.csv") == 1
    assert "--label: the study file says this" in capsys.readouterr().err


def test_a_step_that_learns_from_images_is_refused(call, here, capsys):
    draw(here, "P1")
    (here / "p.yaml").write_text("imaging: [standardise_intensity]\nfeatures: [stat]\n")
    assert call("P1_ct.nii.gz", "P1_mask.nii.gz", "--preset", "p.yaml", "--out", "v.csv") == 1
    assert "learns from images" in capsys.readouterr().err


@pytest.mark.parametrize(("label", "code"), [("1", 1), ("2", 0), ("any", 0)])
def test_the_label_that_is_measured(call, here, label, code):
    draw(here, "P1", label=2)
    pair = ("P1_ct.nii.gz", "P1_mask.nii.gz")
    assert call(*pair, "--preset", "light.yaml", "--label", label, "--out", "v.csv") == code


def test_an_unknown_label_is_answered_with_those_in_the_mask(call, here, capsys):
    draw(here, "P1", label=2)
    call("P1_ct.nii.gz", "P1_mask.nii.gz", "--preset", "light.yaml", "--out", "v.csv")
    assert "labels there: 2" in capsys.readouterr().err


def test_a_label_that_is_no_number_is_refused(call, here, capsys):
    draw(here, "P1")
    assert call("P1_ct.nii.gz", "P1_mask.nii.gz", "--preset", "light.yaml", "--label", "tumour", "--out", "v.csv") == 1
    assert "`any`; found 'tumour'" in capsys.readouterr().err


def test_other_labels_of_a_mask_are_mentioned(call, here, capsys):
    draw(here, "P1")
    both = sitk.ReadImage("P1_mask.nii.gz")
    both[0, 0, 0] = 3
    sitk.WriteImage(both, "P1_mask.nii.gz")
    call("P1_ct.nii.gz", "P1_mask.nii.gz", "--preset", "light.yaml", "--out", "v.csv")
    assert "also holds the label(s) 3" in capsys.readouterr().out


@pytest.fixture
def one_broken(three):
    """Three pairs, of which the mask of P2 lies on another grid."""
    draw(three, "P2", spacing=2.0)
    return three


def test_a_case_that_fails_stops_no_other(call, one_broken):
    assert call(one_broken, "--preset", "light.yaml", "--out", "v.csv") == 0
    assert read("v.csv")["patient"].tolist() == ["P1", "P3"]


def test_a_failure_is_listed_with_patient_stage_and_sentence(call, one_broken):
    call(one_broken, "--preset", "light.yaml", "--out", "v.csv")
    row = read("v.failures.csv").iloc[0]
    assert (row["patient"], row["stage"], "lie on different grids: spacing" in row["error"]) == ("P2", "read", True)


def test_a_failure_is_told_on_standard_error(call, one_broken, capsys):
    call(one_broken, "--preset", "light.yaml", "--out", "v.csv", "--quiet")
    told = capsys.readouterr()
    assert (told.out, "Left out (1): P2: " in told.err) == ("", True)


def test_a_list_of_failures_goes_when_all_succeed(call, one_broken):
    call(one_broken, "--preset", "light.yaml", "--out", "v.csv")
    draw(one_broken, "P2")
    call(one_broken, "--preset", "light.yaml", "--out", "v.csv", "--force")
    assert not (one_broken.parent / "v.failures.csv").exists()


def test_nothing_measured_ends_with_1(call, here, capsys):
    draw(here, "P1", spacing=2.0)
    assert call("P1_ct.nii.gz", "P1_mask.nii.gz", "--preset", "light.yaml", "--out", "v.csv") == 1
    assert "Nothing could be measured." in capsys.readouterr().err


def test_nothing_measured_writes_no_table(call, here):
    draw(here, "P1", spacing=2.0)
    call("P1_ct.nii.gz", "P1_mask.nii.gz", "--preset", "light.yaml", "--out", "v.csv")
    assert sorted(path.name for path in here.glob("v.*")) == ["v.failures.csv"]


def test_an_empty_mask_is_named(call, here, capsys):
    draw(here, "P1", label=0)
    assert call("P1_ct.nii.gz", "P1_mask.nii.gz", "--preset", "light.yaml", "--out", "v.csv") == 1
    assert "is empty: no voxel is above 0" in capsys.readouterr().err


def test_scans_of_another_modality_than_the_presets_are_left_out(call, three):
    rows = ("P1_ct.nii.gz,P1_mask.nii.gz,A,ct", "P2_ct.nii.gz,P2_mask.nii.gz,B,pt")
    index(three / "list.csv", *rows, columns="image,mask,patient,modality")
    (three.parent / "ct.yaml").write_text(f"modality: ct\n{PRESET}")
    call(three / "list.csv", "--preset", "ct.yaml", "--out", "v.csv")
    assert "it is PT" in read("v.failures.csv")["error"].tolist()[0]


WRONG = {
    "image that is missing": (("nothing.nii", "P1_mask.nii.gz", "--preset", "light.yaml"), "no image, folder, index"),
    "mask that is missing": (("P1_ct.nii.gz", "no.nii.gz", "--preset", "light.yaml"), "no.nii.gz: there is no such"),
    "mask not given": (("P1_ct.nii.gz", "--preset", "light.yaml"), "The mask is missing"),
    "file of another kind": (("light.txt", "P1_mask.nii.gz", "--preset", "light.yaml"), "an image (.nii"),
    "mask with a folder": ((".", "P1_mask.nii.gz", "--preset", "light.yaml"), "A mask goes with one image"),
    "preset misspelled": (("P1_ct.nii.gz", "P1_mask.nii.gz", "--preset", "ibis-C"), "Did you mean 'ibsi-C'"),
    "nothing asked": (("P1_ct.nii.gz", "P1_mask.nii.gz"), "Say what is measured"),
    "preset and study": (("P1_ct.nii.gz", "P1_mask.nii.gz", "--preset", "ct", "--study", "s.yaml"), "Give either"),
    "preset and params": (
        ("P1_ct.nii.gz", "P1_mask.nii.gz", "--preset", "ct", "--params", "p.yaml"),
        "it does not go with --preset",
    ),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.values(), ids=WRONG)
def test_wrong_input_ends_with_1_and_says_so(call, here, capsys, arguments, said):
    draw(here, "P1")
    (here / "light.txt").write_text("")
    assert call(*arguments, "--out", "v.csv") == 1
    assert said in capsys.readouterr().err


OUTPUTS = {
    "folder that is missing": ("none/v.csv", "there is no folder none"),
    "ending": ("v.xlsx", "ends in .csv or .parquet"),
    "there already": ("there.csv", "add --force"),
    "a folder": ("folder.csv", "is a folder"),
}


@pytest.mark.parametrize(("out", "said"), OUTPUTS.values(), ids=OUTPUTS)
def test_an_output_that_will_not_do_is_refused_before_any_work(call, three, capsys, out, said):
    (three.parent / "there.csv").write_text("mine\n")
    (three.parent / "folder.csv").mkdir()
    assert call(three, "--preset", "light.yaml", "--out", out) == 1
    assert said in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_to_is_refused(call, three, capsys, monkeypatch):
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and real(path, mode))
    assert call(three, "--preset", "light.yaml", "--out", "v.csv") == 1
    assert "cannot be written to" in capsys.readouterr().err


def test_force_replaces_the_file(call, three):
    (three.parent / "v.csv").write_text("old\n")
    assert call(three, "--preset", "light.yaml", "--out", "v.csv", "--force") == 0
    assert len(read("v.csv")) == 3


def as_json(capsys):
    return json.loads(capsys.readouterr().out)


def test_json_is_one_object(call, three, capsys):
    call(three, "--preset", "light.yaml", "--out", "v.csv", "--json")
    assert as_json(capsys)["rows"] == 3


def test_the_same_command_takes_what_is_done_already(call, three, capsys):
    call(three, "--preset", "light.yaml", "--out", "v.csv", "--quiet")
    call(three, "--preset", "light.yaml", "--out", "v.csv", "--force", "--json")
    assert as_json(capsys)["reused"] == 3


def test_other_settings_are_computed_anew(call, three, capsys):
    call(three, "--preset", "light.yaml", "--out", "v.csv", "--quiet")
    (three.parent / "light.yaml").write_text(PRESET.replace("1000]", "5]"))
    call(three, "--preset", "light.yaml", "--out", "v.csv", "--force", "--json")
    assert as_json(capsys)["reused"] == 0


@pytest.fixture
def stopped(call, three, monkeypatch, capsys):
    """A run that was stopped by hand at the second case; its exit code."""
    real, seen = features_extract.measure, []

    def measure(*arguments):
        seen.append(1)
        if len(seen) == 2:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(features_extract, "measure", measure)
    code = call(three, "--preset", "light.yaml", "--out", "v.csv", "--jobs", 1)
    monkeypatch.setattr(features_extract, "measure", real)
    capsys.readouterr()
    return code


def test_a_stopped_run_ends_with_130(stopped):
    assert stopped == 130


def test_a_stopped_run_leaves_no_table(stopped, three):
    assert not (three.parent / "v.csv").exists()


def test_a_stopped_run_goes_on_where_it_stopped(stopped, call, three, capsys):
    call(three, "--preset", "light.yaml", "--out", "v.csv", "--json")
    found = as_json(capsys)
    assert (found["reused"], found["computed"]) == (1, 2)


def test_the_record_tells_the_voxels_before_and_after_each_step(call, here):
    draw(here, "P1", values=(1.0, 2.0, 3.0, 2000.0))
    call("P1_ct.nii.gz", "P1_mask.nii.gz", "--preset", "light.yaml", "--out", "v.csv", "--record", "r.csv")
    found = pd.read_csv("r.csv").query("quantity == 'int_mask_vox_count'").set_index("stage")["value"]
    assert found.to_dict() == {"initial": 4, "interpolated": 4, "resegmented": 3}


def test_the_record_of_a_failed_case_ends_where_it_failed(call, three):
    draw(three, "P2", values=(1001.0, 1002.0))
    call(three, "--preset", "light.yaml", "--out", "v.csv", "--record", "r.csv")
    found = pd.read_csv("r.csv").query("patient == 'P2'")
    assert set(found["stage"]) == {"initial", "interpolated"}


def test_the_record_is_taken_from_an_earlier_run(call, three, monkeypatch):
    arguments = (three, "--preset", "light.yaml", "--record", "r.csv", "--force")
    call(*arguments, "--out", "v.csv", "--jobs", 1)
    before = (three.parent / "r.csv").read_bytes()
    monkeypatch.setattr("radici.features.record.record", None)
    call(*arguments, "--out", "v.csv", "--jobs", 1)
    assert (three.parent / "r.csv").read_bytes() == before


def test_little_memory_reduces_the_processes_and_says_so(call, three, capsys):
    call(three, "--preset", "light.yaml", "--out", "v.csv", "--jobs", 4, "--memory", 0.7)
    assert "2 of 4 processes are used" in capsys.readouterr().out


@pytest.fixture
def params(three):
    """A parameter file of PyRadiomics, for the mean of voxels in a row."""
    path = three.parent / "p.yaml"
    path.write_text("featureClass: {firstorder: [Mean]}\nsetting: {minimumROIDimensions: 1}\n")
    return path


def means(path):
    return [float(one) for one in read(path)["original_firstorder_Mean"]]


def test_a_patient_of_two_sites_is_refused(call, three, capsys):
    rows = [f"P{k}_ct.nii.gz,P{k}_mask.nii.gz,P1,{time},{site}" for k, time, site in ((1, "a", "n"), (2, "b", "s"))]
    index(three / "i.csv", *rows, columns="image,mask,patient,time,site")
    assert call(three / "i.csv", "--preset", "light.yaml", "--out", "v.csv") == 1
    assert "patient P1 is of site 's' here, but of 'n' in a line above" in capsys.readouterr().err


def test_a_pyradiomics_parameter_file_gives_its_columns(call, three, params):
    call(three / "P1_ct.nii.gz", three / "P1_mask.nii.gz", "--params", params, "--out", "v.csv")
    assert means("v.csv") == [3.25]


def test_a_folder_is_measured_with_a_pyradiomics_parameter_file(call, three, params):
    call(three, "--params", params, "--out", "v.csv")
    assert means("v.csv") == [3.25, 3.5, 3.75]


def test_a_study_measures_its_own_labels_with_a_pyradiomics_parameter_file(call, study, three, params):
    """Two contours in one mask: row by row the label that the study gives the region."""
    first, second = (three / f"P{k}_mask.nii.gz" for k in (1, 2))
    one, other = (sitk.ReadImage(str(path)) for path in (first, second))
    sitk.WriteImage(one + 2 * other * sitk.Cast(one == 0, one.GetPixelID()), str(first))
    study.write_text(study.read_text().replace("regions: {gtv: 1}", "regions: {gtv: 1, node: 2}"))
    index(three / "list.csv", "P1", columns="id")
    call(study, "--params", params, "--out", "v.csv")
    found = read("v.csv").set_index("region")["original_firstorder_Mean"].astype(float)
    assert (found["gtv"], found["node"]) == (3.25, 40.0)


def test_any_label_is_refused_with_a_pyradiomics_parameter_file(call, three, params, capsys):
    pair = (three / "P1_ct.nii.gz", three / "P1_mask.nii.gz")
    assert call(*pair, "--params", params, "--label", "any", "--out", "v.csv") == 1
    assert "measures one label" in capsys.readouterr().err


def test_a_pyradiomics_batch_file_passes_its_columns_through(call, three, params):
    index(three / "b.csv", "P1_ct.nii.gz,P1_mask.nii.gz,a", "P2_ct.nii.gz,P2_mask.nii.gz,b", columns="Image,Mask,ID")
    call(three / "b.csv", "--params", params, "--out", "v.csv")
    assert (read("v.csv")["ID"].tolist(), means("v.csv")) == (["a", "b"], [3.25, 3.5])


def test_a_row_of_a_batch_file_that_fails_is_left_out_and_listed(call, three, params):
    index(three / "b.csv", "P1_ct.nii.gz,P1_mask.nii.gz", "P9_ct.nii.gz,P1_mask.nii.gz", columns="Image,Mask")
    assert call(three / "b.csv", "--params", params, "--out", "v.csv") == 0
    assert (means("v.csv"), read("v.failures.csv")["patient"].tolist()) == ([3.25], ["P9_ct.nii.gz"])


PAGE = (Path(__file__).parents[2] / "docs" / "extract.md").read_text(encoding="utf-8")
COMMANDS = [line.split() for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]


@pytest.fixture
def documented(study, three):
    """The files that docs/extract.md speaks of."""
    here = three.parent
    rng = np.random.default_rng(3)
    for patient in ("P1", "P2", "P3"):
        draw(here / "scans", patient, values=rng.integers(-90, 90, (7, 5, 4)))
    for kind in ("ct", "mask"):
        shutil.copy(here / "scans" / f"P1_{kind}.nii.gz", here / f"{kind}.nii.gz")
    index(here / "index.csv", "scans/P1_ct.nii.gz,scans/P1_mask.nii.gz,P1", "ct.nii.gz,mask.nii.gz,P2")
    shutil.copytree(three, here, dirs_exist_ok=True)
    (here / "lung.yaml").write_text(re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0])
    (here / "Params.yaml").write_text("featureClass: {firstorder: [Mean]}\nsetting: {minimumROIDimensions: 1}\n")


@pytest.mark.parametrize("command", COMMANDS, ids=[command[-1] for command in COMMANDS])
def test_commands_of_the_documentation_run(call, documented, command):
    assert command[:2] == ["radici", "extract"]
    assert call(*command[2:]) == 0


def test_python_of_the_documentation_runs(documented):
    names = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(block, "docs/extract.md", "exec"), names)
    assert names["done"].rows == 1


def test_list_presets_names_those_that_ship(call, capsys):
    assert call("--list-presets") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "ct", "ibsi-A", "ibsi-B", "ibsi-C", "ibsi-D", "ibsi-E", "ibsi-digital-phantom", "mr", "pet",
    ]  # fmt: skip


def loaded_by(*arguments):
    code = f"import sys\nsys.argv = {['radici', 'extract', *arguments]!r}\nfrom radici.cli import main\n"
    code += "try:\n    main()\nexcept SystemExit:\n    pass\n"
    code += f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.splitlines()[-1].split()


def test_help_loads_nothing_heavy():
    assert loaded_by("--help") == []


@pytest.mark.skipif(os.name != "posix", reason="CPU time of children is read the POSIX way")
def test_help_costs_less_than_0_5_seconds():
    found = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "radici", "extract", "--help"]
        subprocess.run(command, capture_output=True, check=True, timeout=60)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(found) < 0.5
