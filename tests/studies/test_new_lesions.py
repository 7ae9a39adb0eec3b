"""`radici new` where lesion and follow-up tables lie: they are known by their columns, and endpoints read them."""

import shutil

import pandas as pd
import pytest

from radici.core.errors import InputError
from radici.study import Study
from radici.study.lesion_files import kind_of
from radici.study.new import write_study

FOLLOW_UP = "patient,death_day,last_contact_day\na,100,100\nb,,200\n"
LESIONS = """patient,lesion,role,organ,visit,day,longest_mm,state
a,T1,target,lung,baseline,0,20,
a,T1,target,lung,w8,56,10,
b,T1,target,lung,baseline,0,30,
b,T1,target,lung,w8,56,,absent
"""
CLINICAL = "id,age,grade\na,61,1\nb,72,2\nc,55,3\n"
FILES = 'lesions: "lesions.csv", follow_up: "follow_up.csv"'


def written(folder, **tables):
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    path, notes = write_study(folder)
    return path.read_text(), "\n".join(notes)


def endpoints(text):
    return text.split("\nendpoints:\n")[1].split("\n\n")[0].splitlines()


def filled(text):
    return text.replace('title: "FILL_IN"', "title: x").replace('"FILL_IN": [', "order: [")


@pytest.fixture
def demo(cohort, tmp_path):
    """The synthetic cohort's files without its study file."""
    shutil.copytree(
        cohort.path, tmp_path, ignore=shutil.ignore_patterns("study.yaml", "README.txt"), dirs_exist_ok=True
    )
    return tmp_path


def test_the_clinical_table_is_not_the_lesion_table(demo):
    assert '  file: "clinical.csv"' in write_study(demo)[0].read_text().splitlines()


@pytest.mark.parametrize("column", ["longest_mm", "role", "state", "organ", "death_day", "last_contact_day"])
def test_nothing_of_lesions_and_follow_up_is_offered_as_a_variable(demo, column):
    assert f"column: {column}" not in write_study(demo)[0].read_text()


@pytest.mark.parametrize("name", ["lesions.csv: a lesion table", "follow_up.csv: a follow-up table"])
def test_what_the_tables_are_is_said(demo, name):
    assert any(note.startswith(name) for note in write_study(demo)[1])


@pytest.mark.parametrize("form", ["objective_response", "durable_benefit", "progression_free_survival"])
def test_beside_another_endpoint_those_from_lesions_are_remarks(demo, form):
    lines = [line.split("  # ")[1] for line in endpoints(write_study(demo)[0].read_text()) if f"{{{form}:" in line]
    assert lines == [f"{form}: {{{form}: {{{FILES}}}}}"]


@pytest.mark.parametrize(("name", "form"), [("dcb", "durable_benefit"), ("orr", "objective_response")])
def test_what_a_tumour_advises_is_given_with_the_files(demo, name, form):
    text = write_study(demo, tumour="nsclc")[0].read_text()
    assert any(line.startswith(f"  # {name}: {{{form}: {{{FILES}}}}}") for line in endpoints(text))


def test_the_criterion_that_a_tumour_advises_is_in_the_line(demo):
    text = write_study(demo, tumour="hepatocellular")[0].read_text()
    assert f"  # orr: {{objective_response: {{{FILES}, criterion: mrecist}}}}" in text


@pytest.mark.parametrize("name", ["orr", "pfs"])
def test_a_tumours_line_reads_once_it_is_in_use(demo, name):
    text = write_study(demo, tumour="hepatocellular")[0].read_text()
    line = next(line for line in endpoints(text) if line.startswith(f"  # {name}:"))
    study = f"patient: p\nclinical: {{file: c.csv}}\nendpoints:\n{line.replace('# ', '', 1)}\n"
    assert Study.parse(study).endpoint[1].files == ("lesions.csv", "follow_up.csv")


def test_without_another_candidate_an_endpoint_from_lesions_is_in_use(tmp_path):
    text, _ = written(tmp_path, clinical=CLINICAL, lesions=LESIONS, follow_up=FOLLOW_UP)
    name, endpoint = Study.parse(filled(text)).endpoint
    assert (name, endpoint.files) == ("objective_response", ("lesions.csv", "follow_up.csv"))


def test_a_primary_endpoint_in_time_brings_its_model(tmp_path):
    for name, text in {"clinical": CLINICAL, "lesions": LESIONS}.items():
        (tmp_path / f"{name}.csv").write_text(text)
    text = write_study(tmp_path, tumour="hepatocellular")[0].read_text()
    assert endpoints(text)[0].startswith("  pfs: {progression_free_survival:")
    assert "  - elastic_net_cox: {}" in text


def test_without_a_follow_up_table_the_study_file_says_what_that_means(tmp_path):
    text, _ = written(tmp_path, clinical=CLINICAL, lesions=LESIONS)
    assert "nobody would be known to have died" in text


def test_a_follow_up_table_alone_is_no_clinical_table(tmp_path):
    text, notes = written(tmp_path, clinical=CLINICAL, follow_up=FOLLOW_UP)
    assert 'file: "clinical.csv"' in text
    assert "follow_up.csv: a follow-up table (2 rows), no clinical table; not used" in notes


def test_several_readers_are_asked_for(tmp_path):
    table = pd.DataFrame([line.split(",") for line in LESIONS.split()[1:]], columns=LESIONS.split()[0].split(","))
    both = pd.concat([table.assign(reader="R1"), table.assign(reader="R2")]).to_csv(index=False)
    text, notes = written(tmp_path, clinical=CLINICAL, lesions=both)
    assert 'lesions: "lesions.csv", reader: "FILL_IN"' in text
    assert "say whose measurements count: R1, R2" in notes


def test_the_order_of_dates_is_asked_for_and_not_guessed(tmp_path):
    dated = LESIONS.replace(",day,", ",date,").replace(",56,", ",02.04.2024,").replace(",0,", ",03.02.2024,")
    text, _ = written(tmp_path, clinical=CLINICAL, lesions=dated)
    assert 'lesions: "lesions.csv", dates: "FILL_IN"' in text


def test_only_lesions_end_in_the_command_that_serves_them(tmp_path, shell_main, capsys):
    (tmp_path / "lesions.csv").write_text(LESIONS)
    assert shell_main("new", tmp_path) == 1
    assert f"`radici respond {tmp_path / 'lesions.csv'} --out DIR` is what serves it" in capsys.readouterr().err


def test_only_lesions_and_follow_up_name_both_in_the_command(tmp_path):
    with pytest.raises(InputError, match=r"lesions.csv --follow-up \S*follow_up.csv --out DIR"):
        written(tmp_path, lesions=LESIONS, follow_up=FOLLOW_UP)


def test_only_results_of_cdisc_name_its_tumours_in_the_command(tmp_path):
    domains = {"tr": "USUBJID,TRTESTCD\na,LDIAM\n", "tu": "USUBJID,TUTESTCD\na,TUMIDENT\n"}
    with pytest.raises(InputError, match=r"tr.csv --tumours \S*tu.csv --out DIR"):
        written(tmp_path, **domains)


def test_only_lesions_leave_no_study_file(tmp_path):
    with pytest.raises(InputError):
        written(tmp_path, lesions=LESIONS)
    assert not (tmp_path / "study.yaml").exists()


def test_beside_images_a_follow_up_table_gives_the_patients(demo):
    (demo / "clinical.csv").unlink()
    (demo / "truth.csv").unlink()
    text = write_study(demo)[0].read_text()
    assert '  file: "follow_up.csv"' in text
    assert "column: death_day" not in text


def test_results_of_radici_respond_are_not_taken_for_tables(demo):
    for name in ("response.yaml", "response.html"):
        (demo / "response").mkdir(exist_ok=True)
        (demo / "response" / name).write_text("")
    (demo / "response/patients.csv").write_text("patient,best\nP001,CR\n")
    assert not any("response/patients.csv" in note for note in write_study(demo)[1])


KINDS = {
    "lesions": "Subject ID,Tumor ID,Type,Scan date,LD (mm)\na,1,T,2024-01-01,10",
    "lesions by state": "case,lesion,category,days,status\na,1,new,30,present",
    "masks": "patient,lesion,role,day,mask,label\na,1,target,0,m.nii,1",
    "results": "USUBJID,TRTESTCD,TRSTRESN\na,LDIAM,10",
    "tumours": "USUBJID,TUTESTCD\na,TUMIDENT",
    "responses": "USUBJID,RSTESTCD\na,OVRLRESP",
    "follow_up": "patient_id,start_date,date_of_death,last_known_alive\na,2024-01-01,,2024-05-01",
    "follow_up in days": "patient,death_day,new_therapy_day,ecog,arm\na,NA,30,1,x",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_is_known_by_its_columns_under_any_name(kind):
    head, *rows = (line.split(",") for line in KINDS[kind].splitlines())
    assert kind_of(pd.DataFrame(rows, columns=head)) == kind.split()[0]


NEITHER = {
    "an event of 0 and 1": "patient,death,os_days\na,1,10",
    "no length and no state": "patient,lesion,role,day\na,1,target,0",
    "no role": "patient,lesion,day,longest_mm\na,1,0,10",
    "what was known before": "patient,age,death_date\na,61,2024-01-01",
    "no day was ever noted": "patient,death_day,last_contact_day\na,,",
}


@pytest.mark.parametrize("what", NEITHER)
def test_a_table_that_is_neither(what):
    head, *rows = (line.split(",") for line in NEITHER[what].splitlines())
    assert kind_of(pd.DataFrame(rows, columns=head)) == ""
