"""`radici new` on tables as hospitals write them: punctuation, semicolons, outcomes that are no variables."""

import numpy as np
import pandas as pd
import pytest

from radici.cohort.volumes import write_image, write_mask
from radici.core.image import Geometry, Image, Mask
from radici.study import Study
from radici.study.candidates import is_baseline, is_event, is_site, is_time, look_at, missing_texts
from radici.study.new import write_study
from radici.study.spelling import read_yaml

GRID = Geometry((3, 3, 3))
IDS = [f"K-{number:02d}" for number in range(1, 13)]


def write_scans(folder, ids, ending="ct"):
    for seed, one in enumerate(ids):
        voxels = np.random.default_rng(seed).normal(size=GRID.shape).astype(np.float32)
        write_image(folder / f"img/{one}_{ending}.nii", Image(voxels, GRID))
        write_mask(folder / f"img/{one}_mask.nii", Mask(np.ones(GRID.shape, bool), GRID))


@pytest.fixture
def clinic(tmp_path):
    """A German table of twelve patients with their scans."""
    write_scans(tmp_path, IDS)
    rows = [f"{one};{60 + i},5;{i % 3};{i % 2};{100 + i},25;k.A." for i, one in enumerate(IDS)]
    text = "Pat.-Nr.;Alter;ECOG;Tod;OS_Tage;LDH\n" + "\n".join(rows) + "\n"
    (tmp_path / "klinik.csv").write_text(text, encoding="utf-8-sig")
    return tmp_path


def in_use(folder):
    text = write_study(folder)[0].read_text()
    return [line.split("  #")[0] for line in text.splitlines() if not line.lstrip().startswith("#")]


def test_id_column_with_punctuation_is_found(clinic):
    lines = in_use(clinic)
    assert 'patient: "Pat.-Nr."' in lines
    assert '  image: "img/{Pat.-Nr.}_ct.nii"' in lines


def test_semicolon_and_decimal_comma_are_declared(clinic):
    lines = in_use(clinic)
    assert '  separator: ";"' in lines
    assert '  decimal: ","' in lines


def test_table_with_commas_declares_neither(clinic):
    table = (clinic / "klinik.csv").read_text("utf-8-sig").replace(",", ".").replace(";", ",")
    (clinic / "klinik.csv").write_text(table)
    assert not [line for line in in_use(clinic) if "separator" in line or "decimal" in line]


def test_numbers_with_decimal_commas_are_known_as_numbers(clinic):
    assert '    alter: {column: Alter, unit: "FILL_IN"}' in in_use(clinic)


def test_proposal_reads_once_it_is_filled_in(clinic, tmp_path_factory):
    text = write_study(clinic)[0].read_text()
    text = text.replace('"FILL_IN": ["0"', 'order: ["0"').replace('unit: "FILL_IN", event', "unit: days, event")
    text = text.replace('event_values: ["FILL_IN"], censored_values: ["FILL_IN"]', 'event_values: ["1"]')
    study = Study.parse(text.replace('title: "FILL_IN"', "title: x").replace('unit: "FILL_IN"', "unit: years"))
    assert (study.endpoint[0], next(iter(study.recipe[-1]))) == ("os_tage", "elastic_net_cox")


def test_column_that_leads_to_few_files_is_not_taken_for_ids(tmp_path):
    write_scans(tmp_path, [f"x{number}" for number in (1, 2, *range(50, 60))])
    rows = [f"{number},A{number},{number % 3}" for number in range(12)]
    (tmp_path / "t.csv").write_text("grade,code,response\n" + "\n".join(rows) + "\n")
    path, notes = write_study(tmp_path)
    assert 'image: "FILL_IN"' in path.read_text()
    assert any(
        note.startswith("No column leads to half of the files' names; tried: grade, code, response") for note in notes
    )


def test_no_column_of_ids_is_asked_and_not_guessed(tmp_path):
    write_scans(tmp_path, IDS)
    rows = [f"{100 + number}.5,{number % 2}" for number in range(12)]
    (tmp_path / "t.csv").write_text("os_days,death\n" + "\n".join(rows) + "\n")
    path, notes = write_study(tmp_path)
    assert 'patient: "FILL_IN"' in path.read_text()
    assert any("no column of ids was found" in note for note in notes)


def test_two_modalities_for_each_patient_still_lead_to_the_ids(tmp_path):
    write_scans(tmp_path, IDS)
    write_scans(tmp_path, IDS, "pet")
    (tmp_path / "t.csv").write_text("pid,response\n" + "\n".join(f"{one},{i % 2}" for i, one in enumerate(IDS)) + "\n")
    assert "patient: pid" in in_use(tmp_path)


def test_labels_of_all_masks_are_read(clinic):
    write_mask(clinic / f"img/{IDS[-1]}_mask.nii", Mask(np.ones(GRID.shape, bool), GRID), label=4)
    text = write_study(clinic)[0].read_text()
    assert 'regions: {roi: "FILL_IN"}  # numbers found in all 12 masks: 1 (in 11), 4 (in 1)' in text


def test_number_of_masks_read_is_said_where_not_all_are(clinic, monkeypatch):
    monkeypatch.setattr("radici.study.new.MASKS_READ", 5)
    assert "numbers found in the first 5 of 12 masks: 1 (in 5)" in write_study(clinic)[0].read_text()


@pytest.mark.parametrize("name", ["t1", "T2", "flair", "mr", "t1ce"])
def test_modality_of_magnetic_resonance_is_known_by_its_sequences(tmp_path, name):
    write_scans(tmp_path, IDS, name)
    (tmp_path / "t.csv").write_text("pid\n" + "\n".join(IDS) + "\n")
    assert "  modality: mr" in in_use(tmp_path)


@pytest.mark.parametrize("column", ["OS_Tage", "Tod"])
def test_time_and_event_are_no_variables(clinic, column):
    text = write_study(clinic)[0].read_text()
    assert f"column: {column}" not in text.split("  map:")[1].split("endpoints:")[0]


def test_time_without_an_event_is_a_remark_that_asks_for_it(clinic):
    table = pd.read_csv(clinic / "klinik.csv", sep=";", dtype=str).drop(columns="Tod")
    table.to_csv(clinic / "klinik.csv", sep=";", index=False)
    text = write_study(clinic)[0].read_text()
    assert '  outcome: "FILL_IN"' in text
    assert '  # os_tage: {time_to_event: {time: OS_Tage, event: "FILL_IN", unit: "FILL_IN"' in text
    assert "column: OS_Tage" not in text


def test_without_any_outcome_a_template_is_offered(tmp_path):
    (tmp_path / "t.csv").write_text("pid,age\na,1\nb,2\nc,3\n")
    assert '  # os: {time_to_event: {time: "FILL_IN", event: "FILL_IN"' in write_study(tmp_path)[0].read_text()


def test_few_numbers_are_offered_as_steps_and_as_a_number(clinic):
    (line,) = [line for line in write_study(clinic)[0].read_text().splitlines() if line.startswith("    ecog:")]
    assert 'steps: {column: ECOG, order: ["0", "1", "2"]}' in line
    assert 'a number: {column: ECOG, unit: "FILL_IN"}' in line


def test_recipe_is_written_out(clinic):
    values = read_yaml(write_study(clinic)[0].read_text().replace("FILL_IN", "x"), "study.yaml")
    assert [next(iter(step)) for step in values["recipe"]][:2] == ["impute", "drop_constant"]


def test_answer_with_a_colon_stays_a_text(clinic):
    text = write_study(clinic)[0].read_text().replace('title: "FILL_IN"', 'title: "Lung: a study"')
    assert read_yaml(text.replace("FILL_IN", "x"), "study.yaml")["title"] == "Lung: a study"


def test_predictions_of_ours_are_not_taken_for_a_table(clinic):
    (clinic / "new.csv").write_text("patient,score,probability,missing,outside_range\nK-01,0.1,0.1,0,0\n")
    assert "new.csv: predictions or results of radici, not used" in write_study(clinic)[1]


def test_table_in_a_windows_encoding_says_what_to_do(clinic):
    (clinic / "alt.csv").write_bytes("Name,x\nMüller,1\n".encode("cp1252"))
    assert any("iconv -f WINDOWS-1252" in note for note in write_study(clinic)[1])


def column(name, *cells):
    return look_at(name, pd.Series(cells))


@pytest.mark.parametrize("name", ["progress", "progression", "Progress", "death", "Tod", "pfs_status", "status"])
def test_name_of_an_event(name):
    assert is_event(column(name, "0", "1"))


@pytest.mark.parametrize("name", ["smoking_status", "EGFR_status", "hpv_status", "performance_status", "sex"])
def test_name_that_is_no_event(name):
    assert not is_event(column(name, "0", "1"))


def test_age_in_years_is_no_time():
    age = column("age_years", "61", "72", "55")
    assert (is_time(age), is_baseline(age)) == (False, True)


@pytest.mark.parametrize("name", ["Klinik", "Zentrum"])
def test_name_of_a_site(name):
    assert is_site(column(name, "Nord", "Süd", "Nord"))


def test_texts_that_mean_missing_are_found_as_they_are_written():
    table = pd.DataFrame({"a": ["k.A.", "n/a", "Unk", "1", ""]})
    assert missing_texts(table) == ["n/a", "k.A.", "Unk"]
