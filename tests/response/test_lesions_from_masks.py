"""Masks over visits against the rows of a lesion table that a reader would write."""

import numpy as np
import pytest

from radici.core.errors import GeometryMismatch, LesionError, RegionError
from radici.core.image import Geometry, Image, Mask
from radici.response.lesions.masks import COLUMNS, DrawnVisit, TrackedLesion, rows_from_masks
from radici.response.lesions.table import lesion_table

GRID = Geometry((40, 40, 10), (1.0, 1.0, 2.0))
TARGET = TrackedLesion("T1", "target", "lung", node=False)
NODE = TrackedLesion("T2", "target", "mediastinum", node=True)
NEW = TrackedLesion("N1", "new", "liver", node=False)
EMPTY = Mask(np.zeros(GRID.shape, dtype=bool), GRID)


def line(length: int, row: int, grid: Geometry = GRID) -> Mask:
    """A row of pixels: as long in mm as there are, one wide."""
    inside = np.zeros(grid.shape, dtype=bool)
    inside[2 : 2 + length, row, 4] = True
    return Mask(inside, grid)


def visit(day: int, masks: dict, **more) -> DrawnVisit:
    return DrawnVisit(more.pop("visit", f"day {day}"), day, masks, more.pop("method", "CT, by hand"), **more)


COURSE = [
    visit(56, {"T1": line(10, 5), "T2": EMPTY, "N1": line(12, 20)}),
    visit(0, {"T1": line(30, 5), "T2": line(16, 12)}),
    visit(112, {"T2": EMPTY, "N1": line(15, 20)}),
]


@pytest.fixture(scope="module")
def rows():
    return rows_from_masks("P1", [TARGET, NODE, NEW], COURSE)


def one(rows, day: int, lesion: str):
    return rows[(rows["day"] == day) & (rows["lesion"] == lesion)].iloc[0]


def test_columns_are_those_of_a_lesion_table(rows) -> None:
    assert tuple(rows) == COLUMNS


def test_rows_come_by_day_and_lesion(rows) -> None:
    expected = [(0, "T1"), (0, "T2"), (56, "T1"), (56, "T2"), (56, "N1"), (112, "T2"), (112, "N1")]
    assert list(zip(rows["day"], rows["lesion"], strict=True)) == expected


def test_longest_diameter_is_that_of_the_row_of_pixels(rows) -> None:
    assert one(rows, 0, "T1")["longest_mm"] == pytest.approx(30)


def test_short_axis_is_the_width_of_a_pixel(rows) -> None:
    assert one(rows, 0, "T2")["short_axis_mm"] == pytest.approx(1)


def test_volume_counts_voxels(rows) -> None:
    assert one(rows, 0, "T1")["volume_ml"] == pytest.approx(30 * 2 / 1000)


def test_an_empty_mask_of_a_lesion_seen_before_is_absent(rows) -> None:
    assert one(rows, 56, "T2")["state"] == "absent"


def test_an_absent_lesion_has_no_length(rows) -> None:
    assert one(rows, 56, "T2")["longest_mm"] == 0


def test_an_absent_lesion_stays_absent(rows) -> None:
    assert one(rows, 112, "T2")["state"] == "absent"


def test_a_lesion_without_a_mask_was_not_assessed(rows) -> None:
    assert rows[(rows["day"] == 112) & (rows["lesion"] == "T1")].empty


def test_nodes_are_told(rows) -> None:
    assert dict(zip(rows["lesion"], rows["node"], strict=True)) == {"T1": "no", "T2": "yes", "N1": "no"}


def test_without_suv_there_is_no_uptake(rows) -> None:
    assert rows[["sul_peak", "suv_max", "suv_mean", "tlg"]].isna().all(axis=None)


def test_the_lesion_table_reads_them(rows) -> None:
    read = lesion_table(rows)
    np.testing.assert_allclose(read["longest"], rows["longest_mm"])


def test_the_lesion_table_knows_what_is_absent(rows) -> None:
    read = lesion_table(rows)
    assert read["state"].tolist() == rows["state"].tolist()


def pet(value: float) -> Image:
    return Image(np.full(GRID.shape, value, dtype=np.float32), GRID)


@pytest.fixture(scope="module")
def seen_on_pet():
    course = [visit(0, {"T1": line(30, 5)}, suv=pet(8.0), sul_per_suv=0.75), visit(50, {"T1": EMPTY}, suv=pet(1.0))]
    return rows_from_masks("P1", [TARGET], course)


@pytest.mark.parametrize(
    ("column", "expected"), [("suv_max", 8.0), ("suv_mean", 8.0), ("sul_peak", 6.0), ("tlg", 8.0 * 0.06)]
)
def test_uptake_of_an_even_image(seen_on_pet, column: str, expected: float) -> None:
    assert seen_on_pet.iloc[0][column] == pytest.approx(expected)


def test_nothing_absent_takes_up_glucose(seen_on_pet) -> None:
    assert seen_on_pet.iloc[1]["tlg"] == 0


def test_what_is_absent_has_no_suv(seen_on_pet) -> None:
    assert np.isnan(seen_on_pet.iloc[1]["suv_max"])


def test_sul_is_unknown_without_the_lean_mass() -> None:
    found = rows_from_masks("P1", [TARGET], [visit(0, {"T1": line(30, 5)}, suv=pet(8.0))])
    assert np.isnan(found["sul_peak"][0])


def refused(error: type, words: str, *visits: DrawnVisit, lesions=(TARGET, NODE)) -> None:
    with pytest.raises(error, match=words):
        rows_from_masks("P1", lesions, visits)


def test_an_empty_mask_of_a_lesion_never_seen_is_refused() -> None:
    refused(LesionError, "visit day 0: the mask of T1 is empty, but no earlier", visit(0, {"T1": EMPTY}))


def test_a_mask_of_an_unknown_lesion_is_refused() -> None:
    refused(
        LesionError,
        "visit day 0: masks of T3, which are not among the patient's lesions. Known: T1, T2",
        visit(0, {"T3": line(3, 3)}),
    )


def test_masks_that_share_voxels_are_refused_with_the_visit() -> None:
    shared = visit(0, {"T1": line(9, 3), "T2": line(4, 3)})
    refused(RegionError, "Patient P1, visit day 0: Lesions T1 and T2 share voxels", shared)


def test_an_image_on_another_grid_is_refused_with_the_visit() -> None:
    mask = line(9, 3, Geometry(GRID.shape, (1.0, 1.0, 3.0)))
    refused(GeometryMismatch, "visit day 0: The mask of lesion T1 and the image", visit(0, {"T1": mask}, suv=pet(1.0)))


def test_two_visits_of_one_name_are_refused() -> None:
    twice = [visit(day, {"T1": line(9, 3)}, visit="week 8") for day in (50, 60)]
    refused(LesionError, "Visits of the same name: week 8", *twice)


def test_two_lesions_of_one_name_are_refused() -> None:
    refused(LesionError, "Lesions of the same name: T1", lesions=(TARGET, TARGET))


def test_a_role_that_does_not_exist_is_refused() -> None:
    odd = TrackedLesion("T1", "primary", "lung", node=False)
    refused(LesionError, "no role is called 'primary'", lesions=(odd,))


def test_a_visit_without_a_method_is_refused() -> None:
    refused(LesionError, "say how it was imaged", visit(0, {"T1": line(9, 3)}, method=" "))


@pytest.mark.parametrize("factor", [0.0, 1.5, -0.5])
def test_a_factor_that_no_body_has_is_refused(factor: float) -> None:
    odd = visit(0, {"T1": line(9, 3)}, suv=pet(1.0), sul_per_suv=factor)
    refused(LesionError, "lean body mass over body weight", odd)


def test_a_factor_without_an_image_is_refused() -> None:
    refused(LesionError, "without an image in SUV", visit(0, {"T1": line(9, 3)}, sul_per_suv=0.7))
