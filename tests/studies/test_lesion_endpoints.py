"""Endpoints that a study reads from lesion measurements, and time zero moved to a follow-up scan."""

import shutil

import pandas as pd
import pytest

from radici.core.errors import FileMissing, LesionError, StudyError
from radici.response.criteria import Recist11
from radici.response.lesions import courses, lesion_table
from radici.response.summaries.best_response import BestResponse
from radici.study import Study
from radici.study.plan import plan

QUICK = {"folds": 2, "repeats": 1, "inner_folds": 2, "permutations": 0}
FILES = {"lesions": "lesions.csv", "follow_up": "follow_up.csv"}


@pytest.fixture
def followed(cohort, tables):
    for name in FILES.values():
        shutil.copy(cohort.path / name, tables.path / name)
    return tables.change(primary=None, sealed=None, design=QUICK)


def outcome(folder, **endpoint):
    folder.change(endpoints={"primary": endpoint})
    return plan(Study.read(folder.study), folder.path).outcome


def test_objective_response_is_that_of_the_lesion_table(followed):
    found = outcome(followed, objective_response=FILES)
    texts = pd.read_csv(followed.path / "lesions.csv", dtype=str, keep_default_na=False)
    best = {one.patient: BestResponse().of(Recist11()(one)).category for one in courses(lesion_table(texts))}
    yes = {patient: best[patient] in ("CR", "PR") for patient in found.patients}
    assert dict(zip(found.patients, map(bool, found.yes), strict=True)) == yes


@pytest.mark.parametrize(
    "endpoint",
    [
        {"disease_control": {**FILES, "criterion": "irecist"}},
        {"durable_benefit": FILES},
        {"progression_free_survival": {**FILES, "criterion": {"irecist": {"confirm_tolerance_days": 2}}}},
        {"progression_free_survival": {**FILES, "landmark_day": 30}},
        {"hyperprogression": {**FILES, "rule": "matos"}},
    ],
)
def test_every_lesion_endpoint_makes_an_outcome(followed, endpoint):
    assert outcome(followed, **endpoint).events >= 2


def test_a_study_with_lesion_endpoints_is_written_as_it_is_read(followed):
    followed.change(endpoints={"primary": {"progression_free_survival": {**FILES, "criterion": "irecist"}}})
    study = Study.read(followed.study)
    assert Study.parse(study.text()) == study


def test_an_absent_lesion_table_is_named(followed):
    (followed.path / "lesions.csv").unlink()
    with pytest.raises(FileMissing, match=r"lesions\.csv"):
        outcome(followed, objective_response=FILES)


def test_an_unknown_criterion_is_named(followed):
    with pytest.raises(StudyError, match="No criterion is called 'recist12'"):
        outcome(followed, objective_response={**FILES, "criterion": "recist12"})


def test_a_bad_lesion_table_is_told_by_patient_visit_and_column(followed):
    path = followed.path / "lesions.csv"
    path.write_text(path.read_text().replace(",target,", ",goal,", 1))
    with pytest.raises(LesionError, match=r"Patient P001, .*column 'role'"):
        outcome(followed, objective_response=FILES)


def test_a_scan_after_death_is_refused(followed):
    path = followed.path / "follow_up.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table.loc[0, ["death_day", "last_contact_day", "treatment_end_day", "new_therapy_day"]] = ["10", "10", "", ""]
    table.to_csv(path, index=False)
    with pytest.raises(LesionError, match=r"Patient P001, visit .*column 'death'"):
        outcome(followed, objective_response=FILES)


@pytest.fixture
def later(cohort, tmp_path):
    """A cohort whose scans were made at week 6, by an index."""
    folder = type(cohort)(tmp_path / "data")
    shutil.copytree(cohort.path, folder.path)
    clinical = pd.read_csv(folder.path / "clinical.csv", dtype=str, keep_default_na=False)
    clinical.assign(scan_day="42").to_csv(folder.path / "clinical.csv", index=False)
    ids = clinical["patient"]
    pd.DataFrame({"patient": ids, "when": "w6"}).to_csv(folder.path / "index.csv", index=False)
    scans = {"image": "images/{patient}_ct.nii.gz", "mask": "images/{patient}_mask.nii.gz", "index": "index.csv"}
    return folder.change(
        scans=scans,
        time={"column": "when", "unit": "token"},
        sealed=None,
        primary=None,
        volume=None,
        recipe=None,
        design=QUICK,
    )


OS = {"time": "os_days", "event": "death", "unit": "days"}


def test_a_later_scan_may_not_predict_survival_from_the_start(later):
    with pytest.raises(StudyError, match="scans at w6 were made later"):
        outcome(later, time_to_event=OS)


def test_with_its_landmark_a_later_scan_may(later):
    plain = pd.read_csv(later.path / "clinical.csv", dtype=str).set_index("patient")["os_days"].astype(float)
    found = outcome(later, time_to_event={**OS, "landmark": "scan_day"})
    assert found.months[0] * 30.4375 == pytest.approx(plain[found.patients[0]] - 42)
