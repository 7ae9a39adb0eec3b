"""`radici extract --maps`: one image and its mask in, a folder of maps out; what is refused."""

import json

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk

from radici.cohort.volumes import read_image, write_image, write_mask
from radici.features.compute import compute
from radici.features.family import read_families
from radici.imaging import read_chain
from radici.testing.regions import blob

PRESET = """imaging: [{discretise: {bin_number: 8}}]
features: [morph, {szm: {aggregation: [3d]}}]
"""
NAME = "ct_roi__orig__szm_sze__fbn8_3d_r1"


@pytest.fixture
def call(call, tmp_path, monkeypatch):
    """The command on one pair in a folder of its own: further arguments in, exit code out."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(PRESET)
    write_image(tmp_path / "ct.nii.gz", blob().image)
    write_mask(tmp_path / "mask.nii.gz", blob().shape_mask)

    def run(*arguments, pair=("ct.nii.gz", "mask.nii.gz"), preset="p.yaml"):
        return call("extract", *pair, "--preset", preset, "-j", "1", *arguments)

    return run


@pytest.fixture
def maps(call, tmp_path):
    """The folder of maps."""
    assert call("--maps", "maps") == 0
    return tmp_path / "maps"


def test_there_is_one_file_for_each_feature(maps):
    assert len(list(maps.glob("*.nii.gz"))) == 16


def test_nothing_unfinished_is_left(maps):
    assert list(maps.glob(".*")) == []


@pytest.mark.parametrize("what", ["GetSize", "GetOrigin", "GetSpacing", "GetDirection"])
def test_a_map_lies_where_the_image_does(maps, what):
    image, found = (sitk.ReadImage(path) for path in (maps.parent / "ct.nii.gz", maps / f"{NAME}.nii.gz"))
    assert getattr(found, what)() == pytest.approx(getattr(image, what)())


def test_a_map_on_another_grid_says_where_it_lies(call, tmp_path):
    """Resampled to 3 mm, voxels are 3 mm apart and the map's middle is the image's."""
    (tmp_path / "coarse.yaml").write_text(PRESET.replace("[{disc", "[{resample: {spacing_mm: [3, 3, 3]}}, {disc"))
    call("--maps", "maps", preset="coarse.yaml")
    found, drawn = read_image(tmp_path / "maps" / f"{NAME}.nii.gz"), blob().shape_mask
    middle, expected = (
        image.geometry.to_mm(np.argwhere(inside)).mean(axis=0)
        for image, inside in ((found, np.isfinite(found.voxels)), (drawn, drawn.voxels))
    )
    assert np.abs(middle - expected).max() < 0.5


def test_a_map_holds_numbers_of_single_precision(maps):
    assert sitk.ReadImage(maps / f"{NAME}.nii.gz").GetPixelID() == sitk.sitkFloat32


def test_a_map_has_numbers_inside_the_mask_only(maps):
    assert np.array_equal(np.isfinite(read_image(maps / f"{NAME}.nii.gz").voxels), blob().shape_mask.voxels)


def test_a_cube_that_holds_the_region_gives_the_regions_value(call, tmp_path):
    call("--maps", "maps", "--radius", 13)
    value = compute(blob(), read_chain([{"discretise": {"bin_number": 8}}]), read_families(["szm"]))[0]
    middle = read_image(tmp_path / "maps" / f"{NAME[:-1]}13.nii.gz").voxels[8, 7, 6]
    assert middle == pytest.approx(value["ct__orig__szm_sze__fbn8_3d"], rel=1e-6)


def test_the_listing_says_what_each_map_is(maps):
    listed = pd.read_csv(maps / "columns.csv").set_index("name")
    assert listed.loc[NAME, "ibsi_tag"] == "szm_sze_3D"


def test_the_listing_names_every_map(maps):
    listed = pd.read_csv(maps / "columns.csv")["name"]
    assert sorted(listed) == sorted(path.name.removesuffix(".nii.gz") for path in maps.glob("*.nii.gz"))


def test_the_message_counts_the_maps_and_names_the_folder(call, capsys):
    call("--maps", "maps")
    assert "16 maps: maps" in capsys.readouterr().out


def test_families_without_maps_are_named_with_the_reason(call, capsys):
    call("--maps", "maps")
    assert "The family 'morph' measures the region as a whole" in capsys.readouterr().out


def test_json_holds_folder_number_and_notes(call, capsys):
    call("--maps", "maps", "--json")
    assert json.loads(capsys.readouterr().out)["maps"] == 16


def test_families_none_of_which_has_maps_are_refused(call, tmp_path, capsys):
    (tmp_path / "m.yaml").write_text("features: [morph, loc]\n")
    assert (call("--maps", "maps", preset="m.yaml"), "Nothing is left to map" in capsys.readouterr().err) == (1, True)


def test_maps_that_are_there_are_not_replaced(call, maps, capsys):
    assert (call("--maps", "maps"), "holds 16 of these 16 maps already" in capsys.readouterr().err) == (1, True)


def test_maps_are_replaced_with_force(call, maps):
    assert call("--maps", "maps", "--force") == 0


def test_several_images_are_refused(call, tmp_path, capsys):
    (tmp_path / "index.csv").write_text("image,mask,patient\nct.nii.gz,mask.nii.gz,A\nct.nii.gz,mask.nii.gz,B\n")
    assert (call("--maps", "maps", pair=("index.csv",)), "names 2" in capsys.readouterr().err) == (1, True)


def test_a_folder_in_a_folder_that_is_not_there_is_refused(call, capsys):
    assert (call("--maps", "no/maps"), "there is no folder no" in capsys.readouterr().err) == (1, True)


def test_a_radius_without_a_cube_is_refused(call, capsys):
    assert (call("--maps", "maps", "--radius", 0), "radius of 1 to 25" in capsys.readouterr().err) == (1, True)


@pytest.mark.parametrize("other", [("--out", "t.csv"), ("--record", "r.csv"), ("--params", "p.yaml")])
def test_maps_go_with_no_table(call, other):
    assert call("--maps", "maps", *other) == 2


@pytest.mark.parametrize(
    "idle", [("--out", "t.csv", "--radius", 2), ("--out", "t.csv", "--whole-image"), ("--maps", "m", "--memory", 1)]
)
def test_an_option_that_would_change_nothing_is_wrong_usage(call, idle):
    assert call(*idle) == 2


def test_neither_table_nor_maps_is_wrong_usage(call):
    assert call() == 2
