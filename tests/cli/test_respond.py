"""`radici respond`: lesion tables in, results and a page out; every refusal names what to mend."""

import json

import pandas as pd
import pytest

from radici.demo.lesions import Drawn, draw_lesions

BEST = ["CR", "PR", "PR", "SD", "SD", "PD", "PD", "PD"]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    path = tmp_path_factory.mktemp("lesions")
    drawn = [Drawn(f"P{i:02d}", "AB"[i % 2], best, 300 + 20 * i, i % 3 == 0) for i, best in enumerate(BEST)]
    for name, table in zip(("lesions", "follow_up"), draw_lesions(drawn, [3]), strict=True):
        table.to_csv(path / f"{name}.csv", index=False)
    return path


@pytest.fixture(scope="module")
def written(files, tmp_path_factory):
    return tmp_path_factory.mktemp("written") / "out"


@pytest.fixture
def done(call, files, written):
    if not written.exists():
        code = call("respond", files / "lesions.csv", "--follow-up", files / "follow_up.csv", "--out", written)
        assert code == 0
    return written


@pytest.mark.parametrize(
    "name",
    ["visits", "patients", "growth", "lesion_changes", "progression_free", "landmark", "hyperprogression",
     "hyperprogression_agreement"],
)  # fmt: skip
def test_tables_are_written(done, name):
    assert len(pd.read_csv(done / f"{name}.csv")) > 0


def test_the_page_is_self_contained(done):
    text = (done / "response.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "http://" not in text.replace("http://www.w3.org", "")


def test_each_patient_has_a_row_for_each_criterion(done):
    table = pd.read_csv(done / "patients.csv")
    assert table.groupby("criterion").size().to_dict() == {"irecist": len(BEST), "recist11": len(BEST)}


def test_every_visit_says_why(done):
    table = pd.read_csv(done / "visits.csv", keep_default_na=False)
    assert (table.loc[table["visit"] != "baseline", "why"] != "").all()


def test_settings_written_beside_the_results_give_them_again(call, files, done, tmp_path):
    again = tmp_path / "again"
    follow = ("--follow-up", files / "follow_up.csv", "--settings", done / "response.yaml")
    assert call("respond", files / "lesions.csv", *follow, "--out", again, "--quiet") == 0
    for path in sorted(done.rglob("*")):
        if path.is_file():
            assert (again / path.relative_to(done)).read_bytes() == path.read_bytes(), path.name


def test_a_folder_with_results_is_not_written_into(call, capsys, files, done):
    assert call("respond", files / "lesions.csv", "--out", done) == 1
    assert "--force" in capsys.readouterr().err


def test_an_unknown_criterion_is_suggested(call, capsys, files, tmp_path):
    assert call("respond", files / "lesions.csv", "--criteria", "recist1", "--out", tmp_path / "o") == 1
    assert "Did you mean 'recist11'?" in capsys.readouterr().err


def test_settings_of_a_criterion_are_read(call, files, tmp_path):
    (tmp_path / "s.yaml").write_text("criteria: [{recist11: {partial_response_persists: false}}]\n")
    out = tmp_path / "o"
    assert call("respond", files / "lesions.csv", "--settings", tmp_path / "s.yaml", "--out", out, "-q") == 0
    assert "partial_response_persists: false" in (out / "response.yaml").read_text()


def test_json_tells_what_was_found(call, capsys, files, tmp_path):
    code = call("respond", files / "lesions.csv", "--criteria", "recist11", "--out", tmp_path / "o", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (code, len(told["patients"])) == (0, len(BEST))


def test_without_follow_up_the_run_says_what_is_missing(call, capsys, files, tmp_path):
    assert call("respond", files / "lesions.csv", "--out", tmp_path / "o") == 0
    assert "No follow-up table" in capsys.readouterr().out


def test_a_wrong_cell_ends_in_a_message(call, capsys, files, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text((files / "lesions.csv").read_text().replace(",target,", ",goal,", 1))
    assert call("respond", bad, "--out", tmp_path / "o") == 1
    assert "column 'role'" in capsys.readouterr().err


def test_six_targets_leave_one_patient_out_of_the_criterion(call, capsys, files, tmp_path):
    table = pd.read_csv(files / "lesions.csv", dtype=str, keep_default_na=False)
    first = table[(table["patient"] == "P00") & (table["lesion"] == "T1") & (table["visit"] == "baseline")]
    more = pd.concat([first.assign(lesion=f"X{i}", organ=f"organ {i}") for i in range(6)])
    pd.concat([table, more]).to_csv(tmp_path / "six.csv", index=False)
    assert call("respond", tmp_path / "six.csv", "--out", tmp_path / "o") == 0
    told = capsys.readouterr().err
    assert "Left out of RECIST 1.1: Patient P00, baseline" in told


def test_criteria_are_listed(call, capsys):
    assert call("respond", "--list-criteria") == 0
    assert "recist11" in capsys.readouterr().out


def test_two_readers_give_a_table_of_their_disagreement(call, files, tmp_path):
    table = pd.read_csv(files / "lesions.csv", dtype=str, keep_default_na=False)
    other = table.assign(longest_mm=[f"{float(x) * 1.05:.0f}" if x else "" for x in table["longest_mm"]])
    pd.concat([table.assign(reader="R1"), other.assign(reader="R2")]).to_csv(tmp_path / "two.csv", index=False)
    assert call("respond", tmp_path / "two.csv", "--out", tmp_path / "o", "-q") == 0
    assert len(pd.read_csv(tmp_path / "o" / "readers.csv")) == 2 * len(BEST)


def test_the_accepted_reader_stands(call, files, tmp_path):
    table = pd.read_csv(files / "lesions.csv", dtype=str, keep_default_na=False)
    parts = [table.assign(reader="R1", adjudicated="no"), table.assign(reader="R2", adjudicated="yes")]
    pd.concat(parts).to_csv(tmp_path / "two.csv", index=False)
    out = tmp_path / "o"
    assert call("respond", tmp_path / "two.csv", "--reader", "adjudicated", "--out", out, "-q") == 0
    assert set(pd.read_csv(out / "patients.csv")["reader"]) == {"R2"}


def test_a_german_spreadsheet_is_read_where_its_signs_are_declared(call, files, tmp_path):
    table = pd.read_csv(files / "lesions.csv", dtype=str, keep_default_na=False)
    table["longest_mm"] = [f"{text},0" if text else "" for text in table["longest_mm"]]
    table.to_csv(tmp_path / "de.csv", sep=";", index=False)
    signs = ("--separator", ";", "--decimal", ",")
    assert call("respond", tmp_path / "de.csv", *signs, "--out", tmp_path / "o", "-q") == 0
    assert call("respond", files / "lesions.csv", "--out", tmp_path / "p", "-q") == 0
    assert (tmp_path / "o/patients.csv").read_bytes() == (tmp_path / "p/patients.csv").read_bytes()


def test_a_refused_patient_stays_in_the_table_with_the_reason(call, files, tmp_path):
    table = pd.read_csv(files / "lesions.csv", dtype=str, keep_default_na=False)
    first = table[(table["patient"] == "P00") & (table["lesion"] == "T1") & (table["visit"] == "baseline")]
    more = pd.concat([first.assign(lesion=f"X{i}", organ=f"organ {i}") for i in range(6)])
    pd.concat([table, more]).to_csv(tmp_path / "six.csv", index=False)
    call("respond", tmp_path / "six.csv", "--out", tmp_path / "o", "-q")
    found = pd.read_csv(tmp_path / "o/patients.csv", keep_default_na=False)
    assert found.loc[found["patient"] == "P00", "refused"].str.contains("at most 5 target lesions").all()


def test_who_is_left_out_is_told_even_when_quiet(call, capsys, files, tmp_path):
    table = pd.read_csv(files / "lesions.csv", dtype=str, keep_default_na=False)
    one = table[(table["patient"] == "P00") & (table["lesion"] == "T1") & (table["visit"] == "baseline")]
    pd.concat([one.assign(lesion=f"X{i}", organ=f"organ {i}") for i in range(6)]).to_csv(
        tmp_path / "s.csv", index=False
    )
    assert call("respond", tmp_path / "s.csv", "--out", tmp_path / "o", "-q") == 1
    assert "Left out of RECIST 1.1: Patient P00" in capsys.readouterr().err


def test_force_leaves_nothing_of_the_earlier_run(call, files, tmp_path):
    out = tmp_path / "o"
    assert call("respond", files / "lesions.csv", "--follow-up", files / "follow_up.csv", "--out", out, "-q") == 0
    table = pd.read_csv(files / "lesions.csv", dtype=str, keep_default_na=False)
    table[table["patient"] == "P01"].to_csv(tmp_path / "one.csv", index=False)
    assert call("respond", tmp_path / "one.csv", "--out", out, "--force", "-q") == 0
    assert {p for f in out.glob("*.csv") for p in pd.read_csv(f).get("patient", [])} == {"P01"}


def two_readers(files, path, accepted):
    table = pd.read_csv(files / "lesions.csv", dtype=str, keep_default_na=False)
    parts = [table.assign(reader=name, adjudicated="yes" if name == accepted else "no") for name in ("R1", "R2")]
    pd.concat(parts).to_csv(path, index=False)
    return path


def test_a_patient_without_an_accepted_reader_is_named(call, capsys, files, tmp_path):
    table = two_readers(files, tmp_path / "two.csv", None)
    assert call("respond", table, "--reader", "adjudicated", "--out", tmp_path / "o") == 1
    assert "several readers measured P00, P01" in capsys.readouterr().err


def test_who_was_not_read_by_the_chosen_reader_is_told(call, capsys, files, tmp_path):
    path = two_readers(files, tmp_path / "two.csv", "R1")
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table[(table["reader"] == "R1") | (table["patient"] != "P03")].to_csv(path, index=False)
    assert call("respond", path, "--reader", "R2", "--out", tmp_path / "o", "-q") == 0
    assert "Not read by R2, and so left out: P03." in capsys.readouterr().err
