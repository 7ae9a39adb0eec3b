from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk

from radici.core.cohort import Cohort, RegionSource, Scan
from radici.core.errors import InputError, RegionError, StudyError, TableError
from radici.core.table import KEYS, FeatureTable
from radici.features import store as store_module
from radici.features.cases import ExtractionLog
from radici.features.extract import extract
from radici.features.family import read_families
from radici.features.learned import Extraction
from radici.imaging import read_chain

CHAIN = read_chain([{"resample": {"spacing_mm": [1, 1, 1]}}, {"discretise": {"bin_width": 25}}])
LEARNING = read_chain([{"crop": {"margin_mm": 2}}, "standardise_intensity", {"discretise": {"bin_width": 0.25}}])
FAMILIES = read_families(["morph", "stat", "cm"])
MEAN = "ct__orig__stat_mean__none"


def write(path: Path, voxels: np.ndarray) -> Path:
    image = sitk.GetImageFromArray(voxels.T)
    image.SetSpacing((1.0, 1.0, 2.0))
    sitk.WriteImage(image, str(path))
    return path


def write_case(folder: Path, patient: str, seed: int) -> Scan:
    rng = np.random.default_rng(seed)
    voxels = rng.normal(40 * seed, 30, (12, 11, 10)).astype(np.float32)
    mask = np.zeros(voxels.shape, dtype=np.uint8)
    mask[3 : 8 - seed % 2, 3:8, 2:7] = 1
    mask[1, 1, 1:3] = 2
    contour = write(folder / f"{patient}_mask.nii.gz", mask)
    image = write(folder / f"{patient}.nii.gz", voxels)
    return Scan(patient, "ct", image, {"gtv": RegionSource(contour, 1), "node": RegionSource(contour, 2)})


def cohort_of(scans: list[Scan]) -> Cohort:
    patients = tuple(dict.fromkeys(scan.patient for scan in scans))
    empty = pd.DataFrame(index=list(patients))
    site = pd.Series({patient: "north" for patient in patients})
    return Cohort(patients, tuple(scans), empty, empty, site)


@pytest.fixture
def cohort(tmp_path: Path) -> Cohort:
    return cohort_of([write_case(tmp_path, patient, seed) for seed, patient in enumerate(("p2", "p1", "p3"), start=1)])


def bytes_of(table: FeatureTable) -> bytes:
    return table.values.to_csv().encode() + table.rows.to_csv().encode() + repr(table.columns).encode()


def gtv(cohort: Cohort) -> Cohort:
    scans = tuple(replace(scan, regions={"gtv": scan.regions["gtv"]}) for scan in cohort.scans)
    return replace(cohort, scans=scans)


def without_mask(cohort: Cohort, patient: str) -> Cohort:
    missing = {"gtv": RegionSource(Path("nowhere.nii.gz"), 1)}
    return replace(
        cohort, scans=tuple(replace(s, regions=missing) if s.patient == patient else s for s in cohort.scans)
    )


def test_rows_are_regions_of_scans_sorted_by_their_keys(cohort: Cohort) -> None:
    rows = extract(cohort, CHAIN, FAMILIES).rows
    assert list(zip(rows["patient"], rows["region"], strict=True)) == [
        (patient, region) for patient in ("p1", "p2", "p3") for region in ("gtv", "node")
    ]


def test_rows_carry_the_six_keys_and_the_site(cohort: Cohort) -> None:
    assert list(extract(cohort, CHAIN, FAMILIES).rows) == [*KEYS, "site"]


def test_table_moves_region_into_the_name(cohort: Cohort) -> None:
    assert "ct_gtv__orig__stat_mean__none" in extract(cohort, CHAIN, FAMILIES).wide().values


def test_a_broken_case_stops_no_other(cohort: Cohort) -> None:
    table = extract(without_mask(cohort, "p1"), CHAIN, FAMILIES)
    assert table.patients == ("p2", "p3")


def test_a_broken_case_is_named_with_stage_and_reason(cohort: Cohort) -> None:
    (failure,) = extract(without_mask(cohort, "p1"), CHAIN, FAMILIES).failures
    assert (failure.patient, failure.stage, "nowhere.nii.gz" in failure.error) == ("p1", "read", True)


def test_an_unexpected_exception_is_a_failure_with_its_type(cohort: Cohort) -> None:
    def read(scan: Scan, token: str) -> None:
        raise ZeroDivisionError("division by zero")

    table = extract(cohort, CHAIN, FAMILIES, read=read)
    assert "ZeroDivisionError: division by zero" in table.failures[0].error


def test_a_failing_step_is_at_the_stage_imaging(cohort: Cohort) -> None:
    chain = read_chain([{"resegment": {"range": [90000, 90001]}}])
    assert {failure.stage for failure in extract(cohort, chain, read_families(["stat"])).failures} == {"imaging"}


def test_settings_that_do_not_fit_are_refused_before_any_case(cohort: Cohort) -> None:
    with pytest.raises(StudyError, match="needs grey levels"):
        extract(cohort, (), FAMILIES)


def test_a_cohort_without_regions_is_refused() -> None:
    with pytest.raises(StudyError, match="no region on any scan"):
        extract(cohort_of([]), CHAIN, FAMILIES)


def test_two_scans_of_one_row_are_refused(cohort: Cohort) -> None:
    with pytest.raises(TableError, match="would share a row"):
        extract(replace(cohort, scans=cohort.scans + cohort.scans), CHAIN, FAMILIES)


def test_two_modalities_share_a_row(cohort: Cohort) -> None:
    scans = gtv(cohort).scans
    both = replace(cohort, scans=scans + tuple(replace(scan, modality="pt") for scan in scans))
    values = extract(both, CHAIN, FAMILIES).values
    assert (len(values), bool(values.isna().any().any())) == (3, False)


def test_a_row_with_a_failed_modality_is_left_out_whole(cohort: Cohort) -> None:
    broken = without_mask(cohort, "p1").scans[1]
    both = replace(cohort, scans=(*cohort.scans, replace(broken, modality="pt")))
    table = extract(both, CHAIN, FAMILIES)
    assert ("p1", "gtv") not in set(zip(table.rows["patient"], table.rows["region"], strict=True))


def test_any_number_of_processes_gives_the_same_bytes(cohort: Cohort) -> None:
    assert bytes_of(extract(cohort, CHAIN, FAMILIES, jobs=2)) == bytes_of(extract(cohort, CHAIN, FAMILIES))


def test_progress_hears_of_every_case(cohort: Cohort) -> None:
    heard: list[tuple[int, int]] = []
    extract(cohort, CHAIN, FAMILIES, progress=lambda label, done, total: heard.append((done, total)))
    assert heard == [(done, 6) for done in range(1, 7)]


def counts(cohort: Cohort, folder: Path, chain: tuple = CHAIN, families: tuple = FAMILIES) -> tuple[int, int]:
    log = ExtractionLog()
    extract(cohort, chain, families, store=folder, log=log)
    return log.reused, log.computed


def test_a_second_run_computes_nothing(cohort: Cohort, tmp_path: Path) -> None:
    counts(cohort, tmp_path / "store")
    assert counts(cohort, tmp_path / "store") == (6, 0)


def test_stored_values_are_the_same_to_the_last_bit(cohort: Cohort, tmp_path: Path) -> None:
    tables = [extract(cohort, CHAIN, FAMILIES, store=tmp_path / "store") for _ in range(2)]
    pd.testing.assert_frame_equal(tables[0].values, tables[1].values, check_exact=True)


def test_a_changed_image_is_computed_again(cohort: Cohort, tmp_path: Path) -> None:
    counts(cohort, tmp_path / "store")
    write_case(tmp_path, "p1", 5)
    assert counts(cohort, tmp_path / "store") == (4, 2)


def test_a_changed_step_is_computed_again(cohort: Cohort, tmp_path: Path) -> None:
    counts(cohort, tmp_path / "store")
    finer = read_chain([{"resample": {"spacing_mm": [1, 1, 1]}}, {"discretise": {"bin_width": 10}}])
    assert counts(cohort, tmp_path / "store", finer) == (0, 6)


def test_a_changed_family_is_computed_again(cohort: Cohort, tmp_path: Path) -> None:
    counts(cohort, tmp_path / "store")
    farther = read_families(["morph", "stat", {"cm": {"distance": 2}}])
    assert counts(cohort, tmp_path / "store", families=farther) == (0, 6)


def test_another_version_computes_again(cohort: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts(cohort, tmp_path / "store")
    monkeypatch.setattr(store_module, "__version__", "another")
    assert counts(cohort, tmp_path / "store") == (0, 6)


def test_a_damaged_file_in_the_store_is_computed_again(cohort: Cohort, tmp_path: Path) -> None:
    counts(cohort, tmp_path / "store")
    next((tmp_path / "store").glob("*.json")).write_text("{")
    assert counts(cohort, tmp_path / "store") == (5, 1)


def test_a_run_cut_short_is_taken_up_again(cohort: Cohort, tmp_path: Path) -> None:
    counts(cohort.only(["p1"]), tmp_path / "store")
    assert counts(cohort, tmp_path / "store") == (2, 4)


def test_nothing_half_written_is_left(cohort: Cohort, tmp_path: Path) -> None:
    counts(cohort, tmp_path / "store")
    assert not list((tmp_path / "store").glob(".part-*"))


@pytest.fixture
def extraction(cohort: Cohort) -> Extraction:
    found = extract(gtv(cohort), LEARNING, read_families(["stat", "cm"]))
    assert isinstance(found, Extraction)
    return found


def test_a_learning_step_centres_its_training_patients(extraction: Extraction) -> None:
    table = extraction.learned_on(["p1"])
    assert table.values.loc[(table.rows["patient"] == "p1").to_numpy(), MEAN].item() == pytest.approx(0, abs=1e-6)


def test_other_training_patients_give_other_features(extraction: Extraction) -> None:
    assert not extraction.learned_on(["p1"]).values.equals(extraction.learned_on(["p2"]).values)


def test_all_patients_are_extracted_whoever_teaches(extraction: Extraction) -> None:
    assert extraction.learned_on(["p1"]).patients == extraction.patients == ("p1", "p2", "p3")


def test_a_patient_that_does_not_teach_changes_no_other(cohort: Cohort, tmp_path: Path) -> None:
    families = read_families(["stat", "cm"])
    before = extract(gtv(cohort), LEARNING, families).learned_on(["p1", "p2"])
    write_case(tmp_path, "p3", 8)
    after = extract(gtv(cohort), LEARNING, families).learned_on(["p1", "p2"])
    pd.testing.assert_frame_equal(before.of(["p1", "p2"]).values, after.of(["p1", "p2"]).values, check_exact=True)


def test_what_was_learned_is_kept_with_the_table(extraction: Extraction) -> None:
    (learned,) = extraction.learned_on(["p1", "p2"]).learned
    assert set(learned["scale_intensity"]) == {"mean", "sd"}


def test_the_order_of_the_teachers_does_not_matter(extraction: Extraction) -> None:
    assert extraction.learned_on(["p1", "p2"]) is extraction.learned_on(["p2", "p1"])


def test_nobody_to_learn_from_is_refused(extraction: Extraction) -> None:
    with pytest.raises(InputError, match="training patients"):
        extraction.learned_on(["stranger"])


def test_regions_in_the_store_give_the_same_table(cohort: Cohort, extraction: Extraction, tmp_path: Path) -> None:
    families = read_families(["stat", "cm"])
    stored = extract(gtv(cohort), LEARNING, families, store=tmp_path / "store")
    assert bytes_of(stored.learned_on(["p1", "p2"])) == bytes_of(extraction.learned_on(["p1", "p2"]))


def test_learned_tables_are_reused_from_the_store(cohort: Cohort, tmp_path: Path) -> None:
    log = ExtractionLog()
    for _ in range(2):
        found = extract(gtv(cohort), LEARNING, FAMILIES, store=tmp_path / "store", log=log)
        found.learned_on(["p1", "p2"])
    assert (log.reused, log.computed) == (3, 3)


def test_regions_are_read_once_for_all_training_sets(cohort: Cohort, tmp_path: Path) -> None:
    from radici.cohort.load import load_region

    reads: list[str] = []

    def counting(scan: Scan, token: str) -> object:
        reads.append(scan.patient)
        return load_region(scan, token)

    found = extract(gtv(cohort), LEARNING, FAMILIES, read=counting)
    found.learned_on(["p1"])
    found.learned_on(["p2"])
    assert len(reads) == 3


def test_a_broken_case_fails_in_every_learned_table(cohort: Cohort) -> None:
    found = extract(without_mask(gtv(cohort), "p1"), LEARNING, FAMILIES)
    assert [failure.patient for failure in found.learned_on(["p2"]).failures] == ["p1"]


def test_a_failure_makes_no_row_of_nan(cohort: Cohort) -> None:
    def read(scan: Scan, token: str) -> None:
        raise RegionError("flat")

    assert extract(cohort, CHAIN, FAMILIES, read=read).values.empty
