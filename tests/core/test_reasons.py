"""Reasons for leaving patients out: many that are equal become one."""

from radici.core.cohort import Left
from radici.core.reasons import by_reason, why_nobody


def wrong_label(patient, file):
    return Left(patient, "extraction", f"Patient {patient}, CT: region 'gtv' has the label 2 ({file}_mask.nii.gz).")


def test_equal_reasons_are_one_with_all_ids():
    found = by_reason([wrong_label("P1", "P1"), wrong_label("P2", "P2")])
    assert found == {"CT: region 'gtv' has the label 2 (…_mask.nii.gz).": ["P1", "P2"]}


def test_file_names_that_write_the_id_otherwise_do_not_part_equal_reasons():
    assert list(by_reason([wrong_label("3", "003"), wrong_label("17", "017")]).values()) == [["3", "17"]]


def test_reason_of_one_patient_keeps_the_name_of_the_file():
    assert by_reason([wrong_label("P1", "P1")]) == {"CT: region 'gtv' has the label 2 (P1_mask.nii.gz).": ["P1"]}


def test_other_reasons_stay_apart():
    assert len(by_reason([wrong_label("P1", "P1"), Left("P2", "files", "image file P2.nii is missing")])) == 2


def test_commonest_reason_is_told_with_its_count():
    left = [Left("P9", "files", "image file P9.nii is missing"), wrong_label("P1", "P1"), wrong_label("P2", "P2")]
    assert why_nobody(left).startswith("2 of 3 left out (P1, P2) for the same reason: CT: region 'gtv' has the label 2")


def test_one_patient_left_out_is_named_with_the_reason():
    assert why_nobody([wrong_label("P1", "P1")]).startswith("P1 is left out: CT: region 'gtv' has the label 2")


def test_nobody_left_out_is_said():
    assert "Nobody is listed as left out" in why_nobody([])
