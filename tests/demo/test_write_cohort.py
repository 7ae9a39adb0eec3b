"""The synthetic cohort as files: readable by the cohort layer, true to its README, the same for the same seed."""

import re

import numpy as np
import pandas as pd
import pytest
import yaml

from radici.cohort.load import load_region
from radici.cohort.read import read_cohort
from radici.cohort.settings import CohortSettings
from radici.core.errors import GeometryMismatch, StudyError
from radici.core.settings import build, build_named
from radici.demo import write_cohort
from radici.response import ENDPOINTS, check_outcome


class Loader(yaml.SafeLoader):
    """Only true and false are truth values, as in YAML 1.2: `yes` and `no` are keys of our files."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:bool"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("demo")
    write_cohort(path, patients=24, seed=3)
    return path


@pytest.fixture(scope="module")
def study(folder):
    return yaml.load((folder / "study.yaml").read_text(), Loader)


@pytest.fixture(scope="module")
def cohort(folder, study):
    return read_cohort(
        build(CohortSettings, {k: v for k, v in study.items() if k in CohortSettings.model_fields}, "study.yaml"),
        folder,
    )


@pytest.fixture(scope="module")
def regions(cohort):
    found = {}
    for scan in cohort.scans:
        try:
            found[scan.patient] = load_region(scan, "gtv")
        except GeometryMismatch as error:
            found[scan.patient] = error
    return found


def truth(folder):
    return pd.read_csv(folder / "truth.csv", index_col="patient")


def test_one_patient_has_no_image(cohort):
    assert [left.reason.startswith("image file images/P") for left in cohort.left_out] == [True]


def test_one_mask_lies_on_another_grid(regions):
    assert sum(isinstance(region, GeometryMismatch) for region in regions.values()) == 1


def test_readme_names_both(folder, cohort, regions):
    odd = [cohort.left_out[0].patient, *(p for p, r in regions.items() if isinstance(r, GeometryMismatch))]
    readme = (folder / "README.txt").read_text()
    assert all(re.search(rf"^{patient}   ", readme, re.MULTILINE) for patient in odd)


def test_both_are_of_open_sites(folder, cohort, regions):
    site = pd.read_csv(folder / "clinical.csv", index_col="patient")["site"]
    odd = [cohort.left_out[0].patient, *(p for p, r in regions.items() if isinstance(r, GeometryMismatch))]
    assert "coast" not in set(site[odd])


def test_lesions_measure_what_the_truth_says(folder, regions):
    wanted = truth(folder)["volume_mm3"]
    for patient, region in regions.items():
        if not isinstance(region, GeometryMismatch):
            one = region.geometry.voxel_volume_mm3
            assert region.shape_mask.voxels.sum() * one == pytest.approx(wanted[patient], abs=one)


def test_lesions_lie_within_the_scan(regions):
    for region in regions.values():
        if not isinstance(region, GeometryMismatch):
            start, size = region.shape_mask.bounding_box()
            assert min(start) > 0
            assert all(a + b < n for a, b, n in zip(start, size, region.geometry.shape, strict=True))


def test_sites_differ_in_their_voxels(regions, cohort):
    spacings = {cohort.site[p]: r.geometry.spacing for p, r in regions.items() if not isinstance(r, GeometryMismatch)}
    assert len(set(spacings.values())) == 3


def test_lesion_texture_shows_in_the_image(folder, regions):
    sd = {p: r.intensities().std() for p, r in regions.items() if not isinstance(r, GeometryMismatch)}
    hidden = truth(folder)["texture"][list(sd)]
    assert np.corrcoef(pd.Series(sd).rank(), hidden.rank())[0, 1] > 0.9


def test_lung_is_dark(regions):
    region = next(r for r in regions.values() if not isinstance(r, GeometryMismatch))
    assert region.image.voxels[:, :5, :].mean() == pytest.approx(-800, abs=30)


def test_clinical_variables_are_mapped(cohort):
    assert list(cohort.clinical) == [f"clinical__{name}" for name in ("age", "sex", "pdl1", "ldh", "ecog")]


def test_clinical_texts_in_the_truth_file_s_order(folder):
    assert list(truth(folder).index) == pd.read_csv(folder / "clinical.csv")["patient"].tolist()


@pytest.mark.parametrize("name", ["response", "os"])
def test_endpoints_of_the_study_file_can_be_analysed(study, cohort, name):
    endpoint = build_named(ENDPOINTS, study["endpoints"][name], f"endpoints.{name}")
    check_outcome(endpoint(name, cohort.source), 4)


def test_risk_is_the_weighted_sum_in_the_readme(folder):
    t = truth(folder)
    risk = np.sqrt(0.56) * t["texture"] + np.sqrt(0.31) * t["clinical"] + np.sqrt(0.13) * t["volume"]
    np.testing.assert_allclose(t["risk"], risk, atol=1e-5)


def test_without_a_signal_the_risk_is_zero(tmp_path):
    write_cohort(tmp_path, patients=12, signal="none")
    assert (truth(tmp_path)["risk"] == 0).all()


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_cohort(tmp_path / name, patients=12, seed=5)
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert all((tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files)


def test_another_seed_gives_another_cohort(tmp_path):
    for seed in (5, 6):
        write_cohort(tmp_path / str(seed), patients=12, seed=seed)
    assert (tmp_path / "5/clinical.csv").read_bytes() != (tmp_path / "6/clinical.csv").read_bytes()


def test_sites_can_be_named(tmp_path):
    write_cohort(tmp_path, patients=12, sites=("a",))
    assert set(pd.read_csv(tmp_path / "clinical.csv")["site"]) == {"a"}


def test_progress_hears_of_every_patient(tmp_path):
    heard = []
    write_cohort(tmp_path, patients=12, progress=lambda *news: heard.append(news))
    assert heard[-1] == ("images", 12, 12)


@pytest.mark.parametrize("wrong", [{"patients": 5}, {"sites": ()}, {"signal": "strong"}])
def test_cohorts_that_cannot_be_are_refused(tmp_path, wrong):
    with pytest.raises(StudyError):
        write_cohort(tmp_path, **wrong)


@pytest.mark.parametrize("files", [{"notes.txt": "mine"}, {"truth.csv": "x"}, {"truth.csv": "x", "README.txt": "mine"}])
def test_a_folder_with_other_files_is_refused(tmp_path, files):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(StudyError, match="holds other files than a demo cohort"):
        write_cohort(tmp_path, patients=12)


def test_an_earlier_cohort_is_written_over(tmp_path, monkeypatch):
    monkeypatch.setattr("radici.demo.write._write_scan", lambda *_: None)
    for seed in (1, 2):
        write_cohort(tmp_path, patients=12, seed=seed)
    assert "(seed 2, signal: planted)" in (tmp_path / "README.txt").read_text()


def test_the_default_cohort_resembles_an_endless_one(tmp_path, monkeypatch):
    monkeypatch.setattr("radici.demo.write._write_scan", lambda *_: None)
    write_cohort(tmp_path)
    clinical = pd.read_csv(tmp_path / "clinical.csv").set_index("patient")
    known = clinical.index[clinical["best_response"].isin(["CR", "PR", "SD", "PD"])]
    yes = clinical.loc[known, "best_response"].isin(["CR", "PR"])
    risk = truth(tmp_path).loc[known, "risk"]
    wins = np.mean(risk[~yes].to_numpy()[:, None] > risk[yes].to_numpy()[None, :])
    assert 0.73 < wins < 0.83
