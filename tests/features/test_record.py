"""The record of intermediates: what each step of the chain leaves behind, beside counts done by hand and IBSI's."""

import contextlib
import csv
import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from radici.cohort.volumes import read_image, read_labels
from radici.core.errors import RegionError
from radici.core.image import Geometry, Image, Mask
from radici.core.region import Region, whole
from radici.features.record import Entry, record, stages, tidy
from radici.imaging import read_chain

SHARED = Path(os.environ.get("SHARED", Path(__file__).parents[2] / ".." / "shared")) / "data" / "ibsi1"
PHANTOM = SHARED / "ibsi_1_ct_radiomics_phantom" / "nifti"
TO_2_MM = {"spacing_mm": [2, 2, 2], "round_to": 1}
CHAINS = {
    "config_A": [{"resegment": {"range": [-500, 400]}}, {"discretise": {"bin_width": 25}}],
    "config_B": [
        {"resample": {"spacing_mm": [2, 2, 0], "round_to": 1}},
        {"resegment": {"range": [-500, 400]}},
        {"discretise": {"bin_number": 32}},
    ],
    "config_C": [
        {"resample": TO_2_MM},
        {"resegment": {"range": [-1000, 400]}},
        {"discretise": {"bin_width": 25}},
    ],
    "config_D": [{"resample": TO_2_MM}, {"resegment": {"outliers": 3}}, {"discretise": {"bin_number": 32}}],
    "config_E": [
        {"resample": {**TO_2_MM, "interpolation": "cubic"}},
        {"resegment": {"range": [-1000, 400], "outliers": 3}},
        {"discretise": {"bin_number": 32}},
    ],
}


def block() -> Region:
    """A bar of 4 x 2 x 1 voxels in 8 x 6 x 4, intensities 1 to 8 in the bar and 100 around it; 1 x 1 x 2 mm."""
    voxels = np.full((8, 6, 4), 100, dtype=np.float32)
    inside = np.zeros((8, 6, 4), dtype=bool)
    inside[2:6, 2:4, 1] = True
    voxels[inside] = np.arange(1, 9)
    grid = Geometry((8, 6, 4), (1.0, 1.0, 2.0))
    return whole(Image(voxels, grid), Mask(inside, grid))


def entries(region, chain, whole_image=False) -> dict[tuple[str, str], Entry]:
    steps = read_chain(chain)
    return {(e.stage, e.quantity): e for e in tidy(dict(record(region, steps, whole_image)), steps)}


RANGE = [{"resegment": {"range": [3, 6]}}]
HALVED = [{"resample": {"spacing_mm": [2, 2, 2]}}]


@pytest.mark.parametrize(
    ("stage", "quantity", "value"),
    [
        ("initial", "img_dim_x", 8),
        ("initial", "vox_dim_z", 2),
        ("initial", "max_int", 100),
        ("initial", "int_mask_bb_dim_x", 4),
        ("initial", "morph_mask_vox_count", 8),
        ("initial", "int_mask_mean_int", 4.5),
        ("resegmented", "int_mask_vox_count", 4),
        ("resegmented", "morph_mask_vox_count", 8),
        ("resegmented", "int_mask_bb_dim_x", 2),
        ("resegmented", "morph_mask_bb_dim_x", 4),
        ("resegmented", "int_mask_min_int", 3),
        ("resegmented", "int_mask_max_int", 6),
    ],
)
def test_the_record_holds_what_can_be_counted_by_hand(stage, quantity, value):
    assert entries(block(), RANGE)[stage, quantity].value == value


def test_levels_are_recorded_after_discretisation():
    found = entries(block(), [{"discretise": {"bin_number": 4}}])
    assert found["discretised", "levels"].value == 4


def test_two_discretisations_both_start_from_the_intensities():
    found = entries(block(), [{"discretise": {"bin_number": 4}}, {"discretise": {"bin_width": 1}}])
    assert found["discretised_2", "int_mask_max_int"].value == 8


def test_without_interpolation_the_interpolated_stage_repeats_the_image_as_read():
    found = entries(block(), RANGE)
    assert found["interpolated", "int_mask_vox_count"].value == found["initial", "int_mask_vox_count"].value


def test_without_resegmentation_its_stage_repeats_the_region_before_it():
    assert entries(block(), [{"discretise": {"bin_number": 4}}])["resegmented", "int_mask_max_int"].value == 8


def test_what_depends_on_the_images_extent_is_left_out_where_only_a_block_is_computed():
    assert ("interpolated", "img_dim_x") not in entries(block(), HALVED)


def test_voxel_size_is_recorded_where_only_a_block_is_computed():
    assert entries(block(), HALVED)["interpolated", "vox_dim_x"].value == 2


@pytest.mark.parametrize(("axis", "voxels"), [("x", 4), ("y", 3), ("z", 4)])
def test_the_whole_image_is_resampled_where_asked(axis, voxels):
    # ceil(n s / s'): 8 x 6 x 4 voxels of 1 x 1 x 2 mm become 4 x 3 x 4 of 2 mm
    assert entries(block(), HALVED, whole_image=True)["interpolated", f"img_dim_{axis}"].value == voxels


def test_the_region_is_the_same_whether_or_not_the_whole_image_is_resampled():
    part, all_of_it = (entries(block(), HALVED, whole_image=w) for w in (False, True))
    assert {key: part[key].value for key in part} == {key: all_of_it[key].value for key in part}


def test_of_several_steps_of_a_kind_the_last_is_ibsis():
    chain = read_chain([{"resegment": {"range": [2, 8]}}, {"resegment": {"range": [3, 6]}}])
    assert [(stage.name, stage.ibsi) for stage in stages(chain)][-2:] == [
        ("resegmented", ""),
        ("resegmented_2", "reseg"),
    ]


def test_each_row_says_which_step_led_there():
    assert entries(block(), RANGE)["resegmented", "int_mask_vox_count"].step == '{"resegment": {"range": [3.0, 6.0]}}'


def test_a_failing_step_leaves_the_record_of_those_before_it():
    steps = read_chain([{"resegment": {"range": [50, 60]}}])
    found = []
    with contextlib.suppress(RegionError):
        found.extend(name.split("/")[0] for name, _ in record(block(), steps))
    assert list(dict.fromkeys(found)) == ["initial", "interpolated"]


def test_a_voxel_without_a_number_that_the_extraction_lets_through_ends_no_record():
    near, grid = block(), Geometry((20, 6, 4), (1.0, 1.0, 2.0))
    image, inside = (np.pad(a.voxels, ((0, 12), (0, 0), (0, 0))) for a in (near.image, near.shape_mask))
    image[12] = np.nan  # 6 mm from the bar
    steps = [*HALVED, {"discretise": {"bin_number": 4}}]
    assert ("discretised", "levels") in entries(whole(Image(image, grid), Mask(inside, grid)), steps)


def test_a_failing_step_is_not_passed_over():
    steps = read_chain([{"resegment": {"range": [50, 60]}}])
    with pytest.raises(RegionError, match="No voxel"):
        list(record(block(), steps))


def reference_rows() -> list[dict[str, str]]:
    table = SHARED / "reference_values.csv"
    if not table.is_file():
        return []
    with table.open(encoding="utf-8") as stream:
        return [row for row in csv.DictReader(stream) if row["family"].startswith("Diagnostics")]


@cache
def ours(case: str) -> dict[str, float]:
    image = read_image(PHANTOM / "image" / "phantom.nii.gz")
    labels, _ = read_labels(PHANTOM / "mask" / "mask.nii.gz")
    chain = read_chain(CHAINS[case])
    region = whole(image, Mask(labels > 0, image.geometry))
    return {entry.ibsi_tag: entry.value for entry in tidy(dict(record(region, chain, whole_image=True)), chain)}


def as_printed(value: float, reference: str) -> float:
    """`value` with as many significant digits as the reference has: three, or all of a count."""
    digits = max(3, len(reference.removesuffix(".0").lstrip("-").replace(".", "").lstrip("0")))
    return float(np.format_float_positional(value, precision=digits, fractional=False, unique=False))


ROWS = reference_rows()


@pytest.mark.reference
@pytest.mark.skipif(not ROWS, reason="IBSI CT phantom not found: set SHARED to the shared data folder")
@pytest.mark.parametrize("row", ROWS, ids=[f"{row['configuration']}-{row['tag']}" for row in ROWS])
def test_ibsis_diagnostic_values_of_the_ct_phantom(row):
    # IBSI 1 reference values for the radiomics phantom (Zwanenburg et al., Radiology 2020, 10.1148/radiol.2020191145)
    found = as_printed(ours(row["configuration"])[row["tag"]], row["reference_value"])
    reference = float(row["reference_value"])
    assert abs(found - reference) <= float(row["tolerance"]) + 1e-9 * abs(reference)


@pytest.mark.reference
@pytest.mark.skipif(not ROWS, reason="IBSI CT phantom not found: set SHARED to the shared data folder")
@pytest.mark.parametrize("case", CHAINS)
def test_every_diagnostic_quantity_has_its_reference(case):
    expected = {row["tag"] for row in ROWS if row["configuration"] == case}
    assert {tag for tag in ours(case) if tag} == expected
