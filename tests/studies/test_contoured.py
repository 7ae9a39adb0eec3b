"""`radici respond` from contours: discs and balls of known size on disk in, the calls that a ruler would give, out."""

import weakref
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radici.cohort.tables import read_table
from radici.cohort.volumes import read_labels, write_image, write_mask
from radici.core.errors import GeometryMismatch, InputError, LesionError, RegionError
from radici.core.image import Geometry, Image, Mask
from radici.measure.axial import axial_length
from radici.response.criteria import Recist11
from radici.response.lesions import courses, lesion_table
from radici.response.lesions.masks import DrawnVisit, TrackedLesion, rows_from_masks
from radici.study import contoured
from radici.study.contoured import from_contours, is_contoured
from radici.study.respond import Asked, respond_files

GRID = Geometry((64, 64, 30), (1.0, 1.0, 2.0), (-30.0, 12.0, 5.0))
EMPTY = Mask(np.zeros(GRID.shape, dtype=bool), GRID)
HEAD = {"patient": "P1", "lesion": "T1", "role": "target", "organ": "lung"}


def ellipsoid(a: float, b: float, c: float, at=(31, 31, 15), grid: Geometry = GRID) -> Mask:
    """Voxels whose centres lie within half axes of so many mm around a voxel."""
    x, y, z = (np.indices(grid.shape).T - np.array(at)).T * np.reshape(grid.spacing, (3, 1, 1, 1))
    return Mask((x / a) ** 2 + (y / b) ** 2 + (z / c) ** 2 <= 1, grid)


def ball(radius: float, at=(31, 31, 15), grid: Geometry = GRID) -> Mask:
    return ellipsoid(radius, radius, radius, at, grid)


def even(value: float, grid: Geometry = GRID) -> Image:
    return Image(np.full(grid.shape, value, dtype=np.float32), grid)


def visit(name: str, day: int, mask: str = "", **more) -> dict:
    """A row of the index."""
    return {**HEAD, "visit": name, "day": day, "mask": mask, **more}


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


class Folder:
    """A folder with masks, images and an index."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path / "index.csv"

    def mask(self, name: str, mask: Mask, label: int = 1) -> str:
        write_mask(self.path / name, mask, label)
        return name

    def labels(self, name: str, *masks: Mask) -> str:
        """Labels 1, 2, …; one without voxels is left out."""
        numbers = sum(mask.voxels.astype(np.float32) * (i + 1) for i, mask in enumerate(masks))
        write_image(self.path / name, Image(numbers, masks[0].geometry))
        return name

    def image(self, name: str, image: Image) -> str:
        write_image(self.path / name, image)
        return name

    def measured(self, *rows: dict, **options):
        pd.DataFrame(list(rows)).to_csv(self.file, index=False)
        return from_contours(read_table(self.file), self.file, **options)

    def refused(self, error: type, words: str, *rows: dict) -> None:
        with pytest.raises(error, match=words):
            self.measured(*rows)


def course_of(folder: Folder, *rows: dict, **more):
    found = courses(lesion_table(folder.measured(*rows).texts, "index.csv"), "index.csv", **more)
    return found[0]


def called(folder: Folder, *rows: dict) -> str:
    """Category by RECIST 1.1 at the last visit."""
    return Recist11()(course_of(folder, *rows)).points[-1].category


def two(folder: Folder, before: Mask, after: Mask, **more) -> list[dict]:
    return [
        visit("baseline", 0, folder.mask("m/0.nii.gz", before), **more),
        visit("w8", 56, folder.mask("m/8.nii.gz", after), **more),
    ]


@pytest.mark.parametrize(
    ("before", "after", "category"),
    [
        (ball(12), ball(8), "PR"),  # 24 to 16 mm: -33 %
        (ball(10), ball(13), "PD"),  # 20 to 26 mm: +30 %, 6 mm
        (ball(12), ball(11), "SD"),  # 24 to 22 mm: -8 %
        (ball(12), EMPTY, "CR"),
    ],
)
def test_response_follows_from_the_radii(folder, before, after, category) -> None:
    assert called(folder, *two(folder, before, after)) == category


NODE = (ellipsoid(12, 9, 9), ellipsoid(12, 4.4, 4.4))


def test_a_node_is_measured_by_its_short_axis(folder) -> None:
    assert called(folder, *two(folder, *NODE, node="yes")) == "CR"  # 18 to 8.8 mm, below 10


def test_the_same_contours_of_no_node_are_stable(folder) -> None:
    assert called(folder, *two(folder, *NODE)) == "SD"  # 24 mm before and after


def test_a_new_contour_is_progression(folder) -> None:
    new = visit("w8", 56, folder.mask("new.nii.gz", ball(6, (10, 10, 15))))
    assert called(folder, *two(folder, ball(12), ball(11)), new | {"lesion": "N1", "role": "new"}) == "PD"


def test_a_lesion_that_could_not_be_contoured_keeps_its_state(folder) -> None:
    rows = [visit("baseline", 0, folder.mask("m.nii.gz", ball(12))), visit("w8", 56, state="NE")]
    assert called(folder, *rows) == "NE"


@pytest.fixture
def ball_row(folder):
    """A ball of 15 mm in an even PET of SUV 4."""
    row = visit("baseline", 0, folder.mask("m.nii.gz", ball(15)), image=folder.image("pet.nii.gz", even(4.0)))
    return folder, {**row, "image_unit": "suv"}


def cell(found, column: str) -> float:
    return float(found.texts[column].iloc[0])


def test_longest_diameter_of_a_ball_is_right_within_a_pixel(ball_row) -> None:
    assert cell(ball_row[0].measured(ball_row[1]), "longest_mm") == pytest.approx(30, abs=1)


def test_volume_of_a_ball_is_right(ball_row) -> None:
    assert cell(ball_row[0].measured(ball_row[1]), "volume_ml") == pytest.approx(4 / 3 * np.pi * 1.5**3, rel=0.01)


def test_glycolysis_of_an_even_ball_is_its_volume_times_suv(ball_row) -> None:
    found = ball_row[0].measured(ball_row[1])
    assert cell(found, "tlg") == pytest.approx(4 * cell(found, "volume_ml"))


def test_highest_suv_of_an_even_ball_is_that_suv(ball_row) -> None:
    assert cell(ball_row[0].measured(ball_row[1]), "suv_max") == 4


def test_sul_is_not_guessed_from_suv(ball_row) -> None:
    assert ball_row[0].measured(ball_row[1]).texts["sul_peak"].iloc[0] == ""


def test_sul_follows_from_the_share_of_lean_mass(ball_row) -> None:
    found = ball_row[0].measured({**ball_row[1], "sul_per_suv": 0.75})
    assert cell(found, "sul_peak") == pytest.approx(3)


def test_peak_of_an_image_in_sul_is_taken_as_it_is(ball_row) -> None:
    assert cell(ball_row[0].measured({**ball_row[1], "image_unit": "SUL"}), "sul_peak") == pytest.approx(4)


def test_an_image_in_sul_gives_no_suv(ball_row) -> None:
    assert ball_row[0].measured({**ball_row[1], "image_unit": "sul"}).texts["suv_max"].iloc[0] == ""


def test_burden_in_sul_stands_under_other_names(ball_row) -> None:
    found = ball_row[0].measured({**ball_row[1], "image_unit": "sul"}).burden
    assert ("tlg_sul_ml" in found, "tlg_ml" in found, "suv_max" in found) == (True, False, False)


def test_without_image_there_is_no_uptake(folder) -> None:
    found = folder.measured(visit("baseline", 0, folder.mask("m.nii.gz", ball(15)))).texts
    assert found[["suv_max", "sul_peak", "tlg"]].iloc[0].tolist() == ["", "", ""]


def test_cutting_the_block_out_changes_no_number(folder) -> None:
    noise = Image(np.random.default_rng(3).gamma(4, 1.5, GRID.shape).astype(np.float32), GRID)
    masks = {"T1": ball(9, (20, 20, 12)), "T2": ball(7, (45, 40, 20))}
    lesions = [TrackedLesion(name, "target", "lung", node=False) for name in masks]
    drawn = DrawnVisit("baseline", 0, masks, "by hand", suv=noise, sul_per_suv=0.8)
    expected = rows_from_masks("P1", lesions, [drawn])
    more = {"image": folder.image("pet.nii.gz", noise), "image_unit": "suv", "sul_per_suv": 0.8}
    file = folder.labels("two.nii.gz", *masks.values())
    rows = [visit("baseline", 0, file, label=i + 1, **more) | {"lesion": name} for i, name in enumerate(masks)]
    found = folder.measured(*rows).texts
    columns = list(contoured.MEASURED)
    np.testing.assert_array_equal(found[columns].astype(float), expected[columns])


@pytest.fixture
def pair(folder):
    """Two lesions in one file, at one visit."""
    file = folder.labels("two.nii.gz", ball(9, (16, 16, 12)), ball(6, (45, 40, 20)))
    rows = [visit("baseline", 0, file, label=1, organ="lung", segmentation="by hand")]
    return [*rows, rows[0] | {"lesion": "T2", "label": 2, "organ": "liver"}]


def test_a_file_of_two_lesions_is_read_once(folder, pair, monkeypatch) -> None:
    read = []
    monkeypatch.setattr(
        "radici.study.contour_files.read_labels", lambda path: (read.append(path), read_labels(path))[1]
    )
    folder.measured(*pair)
    assert len(read) == 1


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("lesions", 2),
        ("involved_organs", 2),
        ("organs", "liver; lung"),
        ("segmentation", "by hand"),
        ("image_unit", ""),
        ("not_contoured", 0),
    ],
)
def test_burden_says_what_was_drawn(folder, pair, column, expected) -> None:
    assert folder.measured(*pair).burden[column].iloc[0] == expected


@pytest.mark.parametrize(
    ("column", "expected", "within"),
    [
        ("mtv_ml", 4 / 3 * np.pi * (0.9**3 + 0.6**3), 0.1),
        ("sum_longest_mm", 18 + 12, 2),
        ("dmax_centroids_mm", np.hypot(np.hypot(29, 24), 16), 0.01),
        ("dmax_voxels_mm", np.hypot(np.hypot(29, 24), 16) + 9 + 6, 2),
        ("volume_to_surface_mm", (9**3 + 6**3) / (9**2 + 6**2) / 3, 0.3),  # steps have a tenth more area
        ("volume_ml_range", 4 / 3 * np.pi * (0.9**3 - 0.6**3), 0.1),
    ],
)
def test_burden_of_two_balls(folder, pair, column, expected, within) -> None:
    assert folder.measured(*pair).burden[column].iloc[0] == pytest.approx(expected, abs=within)


def test_a_method_that_nobody_said_is_not_made_up(folder) -> None:
    row = visit("baseline", 0, folder.mask("m.nii.gz", ball(9)))
    assert folder.measured(row).burden["segmentation"].tolist() == ["not said"]


def test_burden_counts_lesions_without_a_contour(folder, pair) -> None:
    more = visit("baseline", 0, state="present") | {"lesion": "NT1", "role": "non-target"}
    assert folder.measured(*pair, more).burden["not_contoured"].tolist() == [1]


def test_burden_of_a_patient_without_tumour_is_nothing(folder) -> None:
    found = folder.measured(*two(folder, ball(12), EMPTY)).burden
    assert found[["mtv_ml", "lesions"]].iloc[1].tolist() == [0, 0]


def test_a_visit_without_any_contour_has_no_burden(folder) -> None:
    rows = [visit("baseline", 0, folder.mask("m.nii.gz", ball(12))), visit("w8", 56, state="present")]
    assert folder.measured(*rows).burden["visit"].tolist() == ["baseline"]


def test_readers_may_draw_the_same_lesion(folder) -> None:
    file = folder.mask("m.nii.gz", ball(12))
    rows = [visit("baseline", 0, file, reader=name) for name in ("R1", "R2")]
    assert folder.measured(*rows).burden["reader"].tolist() == ["R1", "R2"]


def test_burdens_come_by_patient_and_day(folder) -> None:
    first, second = two(folder, ball(12), ball(8))
    rows = [row | {"patient": who} for row in (second, first) for who in ("P2", "P1")]
    found = folder.measured(*rows).burden
    assert list(zip(found["patient"], found["day"], strict=True)) == [("P1", 0), ("P1", 56), ("P2", 0), ("P2", 56)]


def test_method_keeps_what_was_said(folder) -> None:
    row = visit("baseline", 0, folder.mask("m.nii.gz", ball(9)), modality="CT", segmentation="by hand")
    assert folder.measured(row).texts["method"].tolist() == ["CT, by hand"]


def test_progress_counts_contours(folder) -> None:
    told = []
    folder.measured(*two(folder, ball(12), ball(8)), progress=lambda *said: told.append(said))
    assert told == [("contours", 1, 2), ("contours", 2, 2)]


def test_voxels_of_a_visit_are_let_go(folder, monkeypatch) -> None:
    alive: list[weakref.ref] = []
    read = contoured.read_contours

    def watched(*asked):
        found = read(*asked)
        alive.extend(map(weakref.ref, found.masks.values()))
        return found

    monkeypatch.setattr(contoured, "read_contours", watched)
    left = []
    folder.measured(
        *two(folder, ball(12), ball(8)), progress=lambda *_: left.append(sum(ref() is not None for ref in alive))
    )
    assert left == [0, 0]


def test_a_table_without_masks_is_no_index() -> None:
    assert not is_contoured(pd.DataFrame(columns=["patient", "lesion", "longest_mm"]))


def test_dates_and_starts_are_read_as_in_a_lesion_table(folder) -> None:
    rows = two(folder, ball(12), ball(8))
    for row, date in zip(rows, ("2024-01-01", "2024-02-26"), strict=True):
        del row["day"]
        row["date"] = date
    assert course_of(folder, *rows).after[0].day == 56


WHERE = r"index.csv: a cell needs a correction.\nPatient P1, visit {}, lesion T1 \(line {}\), column '{}': {}"
FOUND = r"index.csv: Patient P1, visit {}, lesion T1 \(line {}\), column '{}': .*{}"


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"mask": ""}, "mask", "neither a mask nor a state"),
        ({"mask": "no.nii.gz"}, "mask", "there is no file no.nii.gz"),
        ({"image": "no.nii.gz", "image_unit": "suv"}, "image", "there is no file no.nii.gz"),
        ({"image": "m/0.nii.gz"}, "image_unit", "suv or sul is expected, found ''"),
        ({"image": "m/0.nii.gz", "image_unit": "Bq"}, "image_unit", "suv or sul is expected, found 'Bq'"),
        ({"label": "0"}, "label", "a whole number above 0 or any is expected, found '0'"),
        ({"label": "1.5"}, "label", "a whole number above 0 or any is expected, found '1.5'"),
        ({"state": "too small"}, "state", "'too small' is said of a lesion with a mask"),
        ({"mask": "", "state": "measured"}, "state", "the lesion is called measured, but has no mask"),
        ({"sul_per_suv": "0.7"}, "sul_per_suv", "it makes SUL of an image in SUV, and none is given"),
        (
            {"sul_per_suv": "70", "image": "m/0.nii.gz", "image_unit": "suv"},
            "sul_per_suv",
            "lean body mass over body weight.*found '70'",
        ),
    ],
)
def test_a_wrong_cell_is_named(folder, change, column, words) -> None:
    first, second = two(folder, ball(12), ball(8))
    folder.refused(LesionError, WHERE.format("w8", 3, column, words), first, second | change)


def test_lengths_beside_contours_are_refused(folder) -> None:
    rows = [row | {"longest_mm": "30"} for row in two(folder, ball(12), ball(8))]
    folder.refused(LesionError, "column.s. 'longest_mm' hold what the contours", *rows)


def test_an_empty_column_of_lengths_does_no_harm(folder) -> None:
    assert called(folder, *[row | {"longest_mm": ""} for row in two(folder, ball(12), ball(8))]) == "PR"


def test_two_columns_of_masks_are_refused(folder) -> None:
    rows = [row | {"Mask": row["mask"]} for row in two(folder, ball(12), ball(8))]
    folder.refused(LesionError, "'mask', 'Mask' both mean 'mask'", *rows)


def test_an_empty_mask_at_baseline_is_refused(folder) -> None:
    words = FOUND.format("baseline", 2, "mask", "empty .m/0.nii.gz., but no earlier visit shows")
    folder.refused(LesionError, words, *two(folder, EMPTY, ball(8)))


def test_a_lesion_twice_at_a_visit_is_refused_before_any_mask_is_read(folder, monkeypatch) -> None:
    monkeypatch.setattr(contoured, "read_contours", None)
    first, second = two(folder, ball(12), ball(8))
    folder.refused(LesionError, "the lesion has two rows for this visit", first, second, second)


def test_a_label_that_is_not_there_among_others_is_refused(folder, pair) -> None:
    folder.refused(
        LesionError,
        FOUND.format("baseline", 2, "label", "label 3 is not in two.nii.gz, but 1 is, which no row"),
        pair[0] | {"label": 3},
        pair[1],
    )


def test_a_label_that_is_gone_is_an_absent_lesion(folder, pair) -> None:
    later = folder.labels("later.nii.gz", EMPTY, ball(6, (45, 40, 20)))
    rows = [row | {"visit": "w8", "day": 56, "mask": later} for row in pair]
    assert folder.measured(*pair, *rows).texts["state"].tolist() == ["measured", "measured", "absent", "measured"]


def test_labels_that_no_row_names_are_told(folder, pair) -> None:
    assert "Patient P1, visit baseline: 2 in two.nii.gz" in folder.measured(pair[0]).notes[0]


def test_masks_that_share_voxels_are_refused(folder) -> None:
    row = visit("baseline", 0, folder.mask("m.nii.gz", ball(12)))
    words = r"index.csv: Patient P1, visit baseline, column 'mask' \(m.nii.gz\): Lesions T1 and T2 share voxels"
    folder.refused(RegionError, words, row, row | {"lesion": "T2"})


def test_masks_of_a_visit_on_two_grids_are_refused(folder) -> None:
    other = Geometry(GRID.shape, (1.0, 1.0, 3.0))
    row = visit("baseline", 0, folder.mask("a.nii.gz", ball(9)))
    far = row | {"lesion": "T2", "mask": folder.mask("b.nii.gz", ball(9, grid=other))}
    folder.refused(GeometryMismatch, r"lesion T2 \(line 3\), column 'mask'.* b.nii.gz and a.nii.gz do not", row, far)


def test_an_image_on_another_grid_is_refused(folder) -> None:
    image = folder.image("pet.nii.gz", even(2, Geometry(GRID.shape, (1.0, 1.0, 3.0))))
    row = visit("baseline", 0, folder.mask("m.nii.gz", ball(9)), image=image, image_unit="suv")
    words = FOUND.format("baseline", 2, "image", "m.nii.gz and the image pet.nii.gz lie on different grids: spacing")
    folder.refused(GeometryMismatch, words, row)


def test_a_mask_that_is_no_mask_is_refused(folder) -> None:
    row = visit("baseline", 0, folder.image("m.nii.gz", even(0.5)))
    folder.refused(InputError, FOUND.format("baseline", 2, "mask", "m.nii.gz: a mask of whole label numbers"), row)


def test_a_file_that_is_no_image_is_refused(folder) -> None:
    (folder.path / "m.txt").write_text("ball")
    folder.refused(
        InputError, FOUND.format("baseline", 2, "mask", "m.txt: an image file"), visit("baseline", 0, "m.txt")
    )


def test_an_image_in_becquerels_is_refused(folder) -> None:
    image = folder.image("pet.nii.gz", even(24000))
    row = visit("baseline", 0, folder.mask("m.nii.gz", ball(9)), image=image, image_unit="suv")
    folder.refused(LesionError, FOUND.format("baseline", 2, "image", "pet.nii.gz is said to be in SUV, but"), row)


def test_a_hole_in_the_image_is_refused(folder) -> None:
    odd = even(3)
    odd.voxels[31, 31, 15] = np.nan
    row = visit("baseline", 0, folder.mask("m.nii.gz", ball(9)), image=folder.image("pet.nii.gz", odd))
    words = r"visit baseline, column 'mask' \(m.nii.gz\): 1 voxels within"
    folder.refused(RegionError, words, row | {"image_unit": "suv"})


def test_two_images_at_a_visit_are_refused(folder) -> None:
    images = [folder.image(f"{name}.nii.gz", even(3)) for name in "ab"]
    row = visit("baseline", 0, folder.mask("m.nii.gz", ball(9)), image=images[0], image_unit="suv")
    far = row | {"lesion": "T2", "image": images[1]}
    folder.refused(LesionError, "lesion T2 .line 3., column 'image': another than in the first row", row, far)


def test_suv_and_sul_of_one_patient_are_refused(folder) -> None:
    image = folder.image("pet.nii.gz", even(3))
    rows = two(folder, ball(12), ball(8))
    rows = [row | {"image": image, "image_unit": unit} for row, unit in zip(rows, ("suv", "sul"), strict=True)]
    folder.refused(LesionError, WHERE.format("w8", 3, "image_unit", "another unit than at the patient's first"), *rows)


@pytest.fixture
def responded(folder):
    pd.DataFrame(two(folder, ball(12), ball(8), segmentation="by hand")).to_csv(folder.file, index=False)
    return respond_files(Asked(folder.file, folder.path / "out"))


def test_respond_reads_an_index_of_masks(folder, responded) -> None:
    table = pd.read_csv(folder.path / "out" / "patients.csv").set_index("criterion")
    assert table.loc["recist11", "best_response"] == "PR"


def test_burdens_are_written(folder, responded) -> None:
    assert pd.read_csv(folder.path / "out" / "burden.csv")["visit"].tolist() == ["baseline", "w8"]


def test_the_measured_lesions_give_the_same_again(folder, responded) -> None:
    again = folder.path / "again"
    respond_files(Asked(folder.path / "out" / "lesions.csv", again))
    assert (again / "visits.csv").read_bytes() == (folder.path / "out" / "visits.csv").read_bytes()


def real(shared: Path, name: str) -> Path:
    if not (shared / name).is_dir():
        pytest.skip(f"{name} is not among the shared data")
    return shared / name


def baseline_index(masks: list[Path], path: Path):
    rows = [visit("baseline", 0, str(mask.absolute())) | {"patient": mask.name.split("_")[0]} for mask in masks]
    pd.DataFrame(rows).to_csv(path, index=False)
    return from_contours(read_table(path), path)


def test_real_contours_are_as_long_as_measured_alone(shared, tmp_path) -> None:
    masks = sorted((real(shared, "nsclc_ct_owkin") / "nifti").glob("*_mask.nii.gz"))[:12]
    found = baseline_index(masks, tmp_path / "index.csv").texts["longest_mm"].astype(float)
    read = [read_labels(mask) for mask in masks]
    expected = [axial_length(Mask(labels > 0, grid)).longest_mm for labels, grid in read]
    assert found.tolist() == pytest.approx(expected, rel=1e-12)


def test_real_contours_have_the_volumes_of_their_index(shared, tmp_path) -> None:
    folder = real(shared, "nsclc_ct_owkin")
    masks = sorted((folder / "nifti").glob("*_mask.nii.gz"))[:12]
    counts = pd.read_csv(folder / "image_index.csv").set_index("PatientID")["mask_voxels"]
    found = baseline_index(masks, tmp_path / "index.csv").texts["volume_ml"].astype(float)
    assert found.tolist() == pytest.approx([counts[int(mask.name[:3])] / 1000 for mask in masks])


def test_real_contours_in_nrrd_are_read(shared, tmp_path) -> None:
    mask = real(shared, "pyradiomics") / "breast1_label.nrrd"
    labels, grid = read_labels(mask)
    found = baseline_index([mask], tmp_path / "index.csv").texts["longest_mm"].astype(float)
    assert found.tolist() == [axial_length(Mask(labels > 0, grid)).longest_mm]
