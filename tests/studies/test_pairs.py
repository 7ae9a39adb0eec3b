"""Which mask belongs to which image of a folder, told by the words of their names."""

import pytest

from radici.core.errors import InputError
from radici.study.pairs import find_pairs


@pytest.fixture
def laid_out(tmp_path):
    """A folder with empty files of the given names."""

    def lay(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path

    return lay


LAYOUTS = {
    "suffixes": ("005_ct.nii.gz", "005_mask.nii.gz", "006_ct.nii.gz", "006_mask.nii.gz"),
    "one folder each": ("005/ct.nii", "005/gtv.nii", "006/ct.nii", "006/gtv.nii"),
    "two folders": ("images/005.nrrd", "masks/005.nrrd", "images/006.nrrd", "masks/006.nrrd"),
    "below others": ("a/nifti/005_ct.nii", "a/nifti/005_seg.nii", "a/nifti/006_ct.nii", "a/nifti/006_seg.nii"),
    "image and label": ("005_image.nrrd", "005_label.nrrd", "006_image.nrrd", "006_label.nrrd"),
}


@pytest.mark.parametrize("names", LAYOUTS.values(), ids=LAYOUTS)
def test_usual_layouts_are_paired_under_their_ids(laid_out, names):
    found = find_pairs(laid_out(*names)).pairs
    assert [(pair.patient, pair.image, list(pair.masks.values())) for pair in found] == [
        ("005", names[0], [names[1]]),
        ("006", names[2], [names[3]]),
    ]


def test_a_single_image_and_mask_belong_together_whatever_their_names(laid_out):
    found = find_pairs(laid_out("image/phantom.nii", "mask/mask.nii")).pairs
    assert [(pair.patient, pair.image, pair.masks) for pair in found] == [
        ("phantom", "image/phantom.nii", {"": "mask/mask.nii"})
    ]


def test_masks_with_a_modality_go_with_that_image(laid_out):
    found = find_pairs(laid_out("P1/CT_image.nii", "P1/CT_mask.nii", "P1/PET_image.nii", "P1/PET_mask.nii")).pairs
    assert [(pair.patient, pair.modality, pair.masks[""]) for pair in found] == [
        ("P1", "ct", "P1/CT_mask.nii"),
        ("P1", "pt", "P1/PET_mask.nii"),
    ]


def test_a_mask_without_a_modality_goes_with_every_image(laid_out):
    found = find_pairs(laid_out("P1/ct.nii", "P1/pet.nii", "P1/gtv.nii")).pairs
    assert [(pair.modality, pair.masks[""]) for pair in found] == [("ct", "P1/gtv.nii"), ("pt", "P1/gtv.nii")]


def test_several_masks_are_told_apart_by_target(laid_out):
    found = find_pairs(laid_out("P1/ct.nii", "P1/gtv.nii", "P1/ctv.nii", "P2/ct.nii", "P2/gtv.nii")).pairs
    assert [(pair.patient, sorted(pair.masks)) for pair in found] == [("P1", ["ctv", "gtv"]), ("P2", ["gtv"])]


def test_an_id_that_looks_like_a_modality_stays_an_id(laid_out):
    found = find_pairs(laid_out("PT-003_ct.nii", "PT-003_mask.nii", "PT-004_ct.nii", "PT-004_mask.nii")).pairs
    assert [(pair.patient, pair.modality) for pair in found] == [("PT-003", "ct"), ("PT-004", "ct")]


def test_what_has_no_partner_is_told(laid_out):
    found = find_pairs(laid_out("005_ct.nii", "005_mask.nii", "006_ct.nii", "007_mask.nii"))
    assert found.alone == {
        "006_ct.nii": "no mask belongs to the image 006_ct.nii",
        "007_mask.nii": "no image belongs to the mask 007_mask.nii",
    }


REFUSED = {
    "two images": (("1_ct.nii", "1_CT.nrrd", "1_mask.nii"), "could be the image of the same mask"),
    "two masks": (("1_ct.nii", "2_ct.nii", "1_mask.nii", "1_seg.nii"), "could both be the mask of one image"),
    "nothing fits": (("a_ct.nii", "b_mask.nii", "c_mask.nii"), "could be paired"),
    "no mask": (("a.nii", "b.nii"), "0 masks"),
    "nothing there": ((), "holds no image"),
    "only DICOM": (("a/1.dcm", "a/2.dcm"), "2 DICOM files are there"),
}


@pytest.mark.parametrize(("names", "said"), REFUSED.values(), ids=REFUSED)
def test_a_folder_that_cannot_be_understood_is_refused(laid_out, names, said):
    with pytest.raises(InputError, match=said):
        find_pairs(laid_out(*names))
