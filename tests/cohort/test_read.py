"""Tables and files -> Cohort: who is in, who is left out, and what stops the study."""

import gzip
import shutil

import pytest

from radici.cohort.read import read_cohort
from radici.cohort.settings import CohortSettings
from radici.core.errors import FileMissing, InputError, StudyError, TableError
from radici.core.settings import build


def left(cohort):
    return {one.patient: one.reason for one in cohort.left_out}


def test_patients_keep_the_order_of_the_table(folder):
    assert folder.read().patients == ("007", "3", "A1", "9")


def test_ids_stay_texts(folder):
    assert list(folder.read().clinical.index)[:2] == ["007", "3"]


def test_sites_come_from_the_clinical_table(folder):
    assert folder.read().site.to_dict() == {"007": "north", "3": "south", "A1": "north", "9": "south"}


def test_source_keeps_texts_with_missing_as_empty(folder):
    assert folder.read().source.loc["3", "age"] == ""


def test_missing_image_is_named(folder):
    (folder.path / "img/3_ct.nii").unlink()
    assert left(folder.read()) == {"3": "image file img/3_ct.nii is missing"}


def test_missing_mask_is_named(folder):
    (folder.path / "img/3_m.nii").unlink()
    assert left(folder.read()) == {"3": "mask file img/3_m.nii is missing"}


def test_one_bad_patient_does_not_stop_the_others(folder):
    (folder.path / "img/3_ct.nii").unlink()
    assert folder.read().patients == ("007", "A1", "9")


def test_a_site_without_a_name_leaves_the_patient_out(folder):
    folder.clinical("id,centre\n007,north\n3,\n")
    assert left(folder.read()) == {"3": "no site in column 'centre'"}


def test_a_row_without_an_id_is_left_out_by_its_line(folder):
    folder.clinical("id,centre\n007,north\n,south\n")
    assert left(folder.read()) == {"line 3": "line 3 of clinical.csv has no patient id in column 'id'"}


def test_exclusion_keeps_the_reason(folder):
    assert left(folder.read(exclude={"A1": "second primary"})) == {"A1": "second primary"}


def test_excluding_a_stranger_is_refused(folder):
    with pytest.raises(StudyError, match=r"no patient is called 'A11'. Did you mean 'A1'"):
        folder.read(exclude={"A11": "typing error"})


def test_an_excluded_id_may_be_a_number(folder):
    assert left(folder.read(exclude={3: "second primary"})) == {"3": "second primary"}


def test_exclusion_without_a_reason_is_refused(folder):
    with pytest.raises(StudyError, match="patients with reasons are expected"):
        folder.read(exclude=["A1"])


def test_an_id_twice_stops_the_study(folder):
    folder.clinical("id,centre\n007,north\n007,south\n")
    with pytest.raises(InputError, match="one row per patient is expected, but 007"):
        folder.read()


def test_no_patient_left_asks_for_the_folder(folder):
    shutil.rmtree(folder.path / "img")
    with pytest.raises(InputError, match=r"No patient is left to study: 007 .*right data folder"):
        folder.read()


def test_without_scans_every_patient_stays(folder):
    shutil.rmtree(folder.path / "img")
    assert len(folder.read(scans=None, regions={}).patients) == 4


def test_the_same_file_for_two_patients_is_refused(folder):
    scans = {"image": "img/3_ct.nii", "mask": "img/{id}_m.nii"}
    with pytest.raises(InputError, match=r"3_ct\.nii \(patients 007, 3, A1, 9\).*exclude: \{3: duplicate\}"):
        folder.read(scans=scans)


def test_a_copied_image_is_refused(folder):
    shutil.copy(folder.path / "img/3_ct.nii", folder.path / "img/9_ct.nii")
    with pytest.raises(InputError, match=r"3_ct\.nii \(patient 3\) and 9_ct\.nii \(patient 9\)"):
        folder.read()


def test_a_copied_mask_is_refused(folder):
    shutil.copy(folder.path / "img/3_m.nii", folder.path / "img/9_m.nii")
    with pytest.raises(InputError, match="files with the same content"):
        folder.read()


def test_a_copy_that_was_compressed_anew_is_refused(folder):
    for name, level in (("3", 1), ("9", 9), ("A1", 9), ("007", 9)):
        origin = "3" if name == "9" else name
        content = (folder.path / f"img/{origin}_ct.nii").read_bytes()
        (folder.path / f"img/{name}_ct.nii.gz").write_bytes(gzip.compress(content, level, mtime=level))
    with pytest.raises(InputError, match="files with the same content"):
        folder.read(scans={"image": "img/{id}_ct.nii.gz", "mask": "img/{id}_m.nii"})


def test_excluding_the_copy_mends_it(folder):
    shutil.copy(folder.path / "img/3_ct.nii", folder.path / "img/9_ct.nii")
    assert folder.read(exclude={"9": "duplicate of 3"}).patients == ("007", "3", "A1")


def test_an_unknown_column_in_a_pattern_is_refused(folder):
    with pytest.raises(StudyError, match=r"uses the column 'idd'.*Did you mean 'id'"):
        folder.read(scans={"image": "img/{idd}_ct.nii", "mask": "img/{id}_m.nii"})


@pytest.mark.parametrize("name", ["Pat.-Nr.", "a[0]", "MRN (new)", "id.x"])
def test_a_pattern_may_use_any_column_name(folder, name):
    folder.clinical(f"id,{name}\n007,007\n3,3\n")
    scans = {"image": f"img/{{{name}}}_ct.nii", "mask": f"img/{{{name}}}_m.nii"}
    assert len(folder.read(scans=scans, site=None).scans) == 2


def test_a_format_fills_a_number_up_with_zeros(folder):
    folder.clinical("id,Pat.-Nr.\n007,7\n")
    scans = {"image": "img/{Pat.-Nr.:03d}_ct.nii", "mask": "img/{Pat.-Nr.:03d}_m.nii"}
    assert folder.read(scans=scans, site=None).scans[0].image.name == "007_ct.nii"


@pytest.fixture
def german(folder):
    """A table as a German spreadsheet writes it, and the two settings that say so."""
    folder.clinical("id;centre;age\n007;north;61,5\n3;south;72\n")
    folder.settings["clinical"] |= {"separator": ";", "decimal": ","}
    folder.map(age={"column": "age", "unit": "years"})
    return folder


def test_declared_separator_and_decimal_sign_are_used(german):
    assert german.read().clinical["clinical__age"].tolist() == [61.5, 72.0]


def test_separator_holds_for_the_index_too(german):
    german.clinical("id;ct;m\n007;img/007_ct.nii;img/007_m.nii\n", "index.csv")
    scans = {"image": {"column": "ct"}, "mask": {"column": "m"}, "index": "index.csv"}
    assert [scan.patient for scan in german.read(scans=scans).scans] == ["007"]


def test_decimal_point_where_a_comma_is_declared_is_refused(german):
    german.clinical("id;centre;age\n007;north;1.234\n3;south;72\n")
    with pytest.raises(TableError, match=r"found '1\.234' \(patient 007\).*the comma is the decimal sign"):
        german.read()


def test_decimal_comma_that_is_not_declared_says_what_to_write(german):
    german.settings["clinical"].pop("decimal")
    with pytest.raises(TableError, match=r"found '61,5' \(patient 007\).*write `decimal: \",\"` under `clinical:`"):
        german.read()


def test_separator_that_is_not_declared_says_what_to_write(german):
    german.settings["clinical"].pop("separator")
    with pytest.raises(TableError, match=r"found ';'. Write `separator: \";\"` under `clinical:`"):
        german.read()


def test_an_unknown_patient_column_is_refused(folder):
    with pytest.raises(TableError, match=r"clinical\.csv has no column 'idx'.*Did you mean 'id'"):
        folder.read(patient="idx")


def test_an_unknown_site_column_is_refused(folder):
    with pytest.raises(TableError, match=r"no column 'center'. Did you mean 'centre'"):
        folder.read(site="center")


def test_an_absent_table_is_refused(folder):
    with pytest.raises(FileMissing, match=r"gone.csv"):
        folder.read(clinical={"file": "gone.csv"})


def test_a_number_format_on_a_text_id_leaves_that_patient_out(folder):
    folder.read()
    with pytest.raises(InputError, match="needs a number in column 'id', found 'A1'"):
        folder.read(scans={"image": "img/{id:05d}_ct.nii", "mask": "img/{id}_m.nii"})


def test_a_mask_of_its_own_for_each_region(folder):
    cohort = folder.read(regions={"gtv": 1, "rim": {"mask": "img/{id}_m.nii", "label": "any"}})
    assert cohort.scans[0].regions["rim"].label is None


class TestIndex:
    """An image index with time points."""

    INDEX = "id,visit,file\n007,w0,007_ct.nii\n007,w6,3_ct.nii\nA1,w0,A1_ct.nii\nX,w0,9_ct.nii\n9,,9_ct.nii\n"

    @pytest.fixture
    def indexed(self, folder):
        folder.clinical(
            self.INDEX.replace(",00", ",img/00").replace(",3_", ",img/3_").replace(",A1_", ",img/A1_"), "index.csv"
        )
        folder.settings["scans"] = {"index": "index.csv", "image": {"column": "file"}, "mask": "img/{id}_m.nii"}
        folder.settings["time"] = {"column": "visit", "unit": "token"}
        return folder

    def test_scans_carry_their_time_point(self, indexed):
        assert [(scan.patient, scan.time) for scan in indexed.read().scans] == [
            ("007", "w0"),
            ("007", "w6"),
            ("A1", "w0"),
        ]

    def test_a_patient_without_a_row_is_left_out(self, indexed):
        assert left(indexed.read())["3"] == "no scan listed in index.csv"

    def test_a_listed_stranger_is_left_out(self, indexed):
        assert left(indexed.read())["X"] == "listed in index.csv but has no row in clinical.csv"

    def test_a_row_without_a_time_point_is_left_out(self, indexed):
        assert left(indexed.read())["9"] == "no time point in column 'visit'"

    def test_a_missing_file_is_named_with_its_time_point(self, indexed):
        (indexed.path / "img/3_ct.nii").unlink()
        assert left(indexed.read())["007"] == "CT time w6: image file img/3_ct.nii is missing"

    def test_a_patient_with_one_scan_missing_stays(self, indexed):
        (indexed.path / "img/3_ct.nii").unlink()
        assert "007" in indexed.read().patients

    def test_a_time_point_that_is_no_token_is_refused(self, indexed):
        indexed.clinical("id,visit,file\n007,Week 6,img/007_ct.nii\n", "index.csv")
        with pytest.raises(StudyError, match=r"time point 'Week 6'.*'week6'"):
            indexed.read()

    def test_the_same_scan_twice_is_refused(self, indexed):
        indexed.clinical("id,visit,file\n007,w0,img/007_ct.nii\n007,w0,img/A1_ct.nii\n", "index.csv")
        with pytest.raises(TableError, match="two rows describe the same scan of patient 007"):
            indexed.read()

    def test_ids_written_differently_everywhere_are_refused(self, indexed):
        indexed.clinical("id,visit,file\n07,w0,img/007_ct.nii\n", "index.csv")
        with pytest.raises(InputError, match=r"No patient id of index\.csv is in clinical\.csv: 07 against 007"):
            indexed.read()

    def test_patients_come_from_the_index_without_a_clinical_table(self, indexed):
        indexed.clinical("id,visit,file\nA1,w0,img/A1_ct.nii\n007,w0,img/007_ct.nii\n", "index.csv")
        assert indexed.read(clinical=None, site=None).patients == ("A1", "007")

    def test_sites_come_from_the_index_without_a_clinical_table(self, indexed):
        indexed.clinical("id,visit,file,centre\nA1,w0,img/A1_ct.nii,coast\n", "index.csv")
        assert indexed.read(clinical=None).site.to_dict() == {"A1": "coast"}

    def test_a_patient_of_two_sites_is_refused(self, indexed):
        rows = "A1,w0,img/A1_ct.nii,coast\nA1,w6,img/9_ct.nii,north\n"
        indexed.clinical("id,visit,file,centre\n" + rows, "index.csv")
        with pytest.raises(TableError, match="one site per patient is expected; A1 have several"):
            indexed.read(clinical=None)

    def test_a_path_that_is_empty_leaves_the_row_out(self, indexed):
        indexed.clinical("id,visit,file\n007,w0,img/007_ct.nii\n3,w0,\n", "index.csv")
        assert left(indexed.read())["3"] == "CT time w0: no image path in column 'file'"

    def test_an_unknown_path_column_is_refused(self, indexed):
        indexed.clinical("id,visit,files\n007,w0,img/007_ct.nii\n", "index.csv")
        with pytest.raises(StudyError, match=r"no column 'file'. Did you mean 'files'"):
            indexed.read()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"regions": {}}, "regions: {gtv: 1}"),
        ({"regions": {"GTV-1": 1}}, "for example 'gtv1'"),
        ({"regions": {"gtv": 0}}, "regions.gtv"),
        ({"regions": {"gtv": "all"}}, "a region is a label number, `any`"),
        ({"regions": {"gtv": True}}, "a region is a label number, `any`"),
        ({"scans": {"image": "{id}.nii"}}, "no mask file"),
        ({"scans": {"image": "{id.nii", "mask": "m"}}, "path pattern"),
        ({"scans": {"image": "{}.nii", "mask": "m"}}, "column names in braces"),
        ({"scans": {"image": "{id!r}.nii", "mask": "m"}}, "column names in braces"),
        ({"scans": {"image": "i", "mask": "m", "modality": "CT"}}, "for example 'ct'"),
        ({"scans": {"image": "i", "masc": "m"}}, "no setting 'scans.masc'"),
        ({"scans": None}, "describe scans"),
        ({"clinical": None}, "patients come from"),
        (
            {"clinical": {"file": "c.csv", "profile": "lorris"}},
            "No profile is called 'lorris'. Did you mean 'loris'?",
        ),
        ({"time": {"column": "visit", "unit": "weeks"}}, "token"),
    ],
)
def test_settings_that_cannot_be_are_refused(folder, changes, words):
    with pytest.raises(StudyError) as caught:
        folder.read(**changes)
    assert words in str(caught.value)


@pytest.mark.parametrize("label", [1, "any", {"mask": "m/{id}.nii", "label": 2}, {"mask": "m.nii", "label": "any"}])
def test_settings_survive_being_written_and_read(folder, label):
    settings = build(CohortSettings, {**folder.settings, "regions": {"gtv": label}}, "study.yaml")
    assert build(CohortSettings, settings.plain(), "study.yaml") == settings


def test_region_short_form_is_written_short(folder):
    assert build(CohortSettings, folder.settings, "study.yaml").plain()["regions"] == {"gtv": 1}


def test_data_folder_may_be_text(folder):
    assert len(read_cohort(build(CohortSettings, folder.settings, "study.yaml"), str(folder.path)).patients) == 4
