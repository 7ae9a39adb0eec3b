"""A table of pairs: what is passed through, and what becomes of a pair that cannot be measured."""

import numpy as np
import pytest
import SimpleITK as sitk

from radici.core.errors import FileMissing, TableError
from radici.pyradiomics import extract_batch, extract_pair, read_params

PARAMS = read_params({"featureClass": {"firstorder": ["Mean"]}, "setting": {"additionalInfo": False}})
MEAN = "original_firstorder_Mean"


@pytest.fixture
def folder(tmp_path, on_grid, noisy):
    labels = noisy[1].copy()
    labels[0, :3, :3] = 2
    sitk.WriteImage(on_grid(noisy[0]), str(tmp_path / "image.nrrd"))
    sitk.WriteImage(on_grid(labels), str(tmp_path / "mask.nrrd"))
    return tmp_path


def table(folder, text):
    path = folder / "cases.csv"
    path.write_text(text)
    return path


def test_a_row_has_the_columns_of_its_pair(folder):
    frame = extract_batch(table(folder, "Image,Mask\nimage.nrrd,mask.nrrd\n"), PARAMS)
    assert frame[MEAN][0] == extract_pair(folder / "image.nrrd", folder / "mask.nrrd", PARAMS)[MEAN]


def test_other_columns_are_passed_through_in_front(folder):
    frame = extract_batch(table(folder, "ID,Image,Mask\nP1,image.nrrd,mask.nrrd\n"), PARAMS)
    assert (list(frame), frame["ID"][0]) == (["ID", "Image", "Mask", MEAN], "P1")


def test_paths_become_absolute(folder):
    frame = extract_batch(table(folder, "Image,Mask\nimage.nrrd,mask.nrrd\n"), PARAMS)
    assert frame["Image"][0] == str(folder / "image.nrrd")


def test_a_label_holds_for_its_row(folder, noisy):
    frame = extract_batch(table(folder, "Image,Mask,Label\nimage.nrrd,mask.nrrd,2\nimage.nrrd,mask.nrrd,\n"), PARAMS)
    expected = [noisy[0][0, :3, :3].mean(), noisy[0][noisy[1] == 1].mean()]
    assert frame[MEAN].tolist() == pytest.approx(expected, rel=1e-12)


def test_a_failure_leaves_its_row_empty(folder):
    frame = extract_batch(table(folder, "Image,Mask\nnowhere.nrrd,mask.nrrd\nimage.nrrd,mask.nrrd\n"), PARAMS)
    assert np.isnan(frame[MEAN]).tolist() == [True, False]


def test_a_failure_says_which_row_and_why(folder):
    frame = extract_batch(table(folder, "Image,Mask\nimage.nrrd,mask.nrrd\nnowhere.nrrd,mask.nrrd\n"), PARAMS)
    (failure,) = frame.attrs["failures"]
    assert (failure["row"], "There is no file" in failure["error"]) == (2, True)


def test_two_processes_give_the_same_table(folder):
    path = table(folder, "Image,Mask\n" + "image.nrrd,mask.nrrd\n" * 3)
    assert extract_batch(path, PARAMS, jobs=2).equals(extract_batch(path, PARAMS))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("image,Mask\na,b\n", "there is no column 'Image'. Did you mean 'image'?"),
        ("Image,Mask\nimage.nrrd,\n", "row.s. 1 have no 'Image' or no 'Mask'"),
        ("Image,Mask\nimage.nrrd\n", "row.s. 1 hold more or fewer cells"),
        ("Image,Mask,Label\na,b,one\n", "row 1, column 'Label' holds 'one'"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(folder, text, message):
    with pytest.raises(TableError, match=message):
        extract_batch(table(folder, text), PARAMS)


def test_a_missing_table_is_named(folder):
    with pytest.raises(FileMissing, match=r"no table .*none\.csv"):
        extract_batch(folder / "none.csv", PARAMS)
