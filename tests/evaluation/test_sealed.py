"""A sealed cohort: opened by locked models only, and every opening is written down."""

import json
import os

import pytest

from patient_factory import VOLUME, patient_table, response, survival
from radici.core.errors import InputError
from radici.evaluation.evaluate import evaluate
from radici.evaluation.sealed import LOG, Sealed
from radici.learning.fit import fit
from radici.learning.recipe import Recipe
from radici.statistics.auc import auc, delong

RECIPE = Recipe.read(["impute", "standardise", {"elastic_net_logistic": {"penalty": 0.1}}])
COX = Recipe.read(["impute", "standardise", {"elastic_net_cox": {"penalty": 0.1}}])


@pytest.fixture
def cohorts(tmp_path, monkeypatch):
    monkeypatch.setenv("RADICI_HOME", str(tmp_path / "home"))
    table, blocks = patient_table(n=90)
    outcome = response(table)
    first, last = table.patients[:60], table.patients[60:]
    clinical = blocks.clinical
    image = fit(RECIPE, table, outcome.of(first), image=blocks.image, clinical=clinical, name="clinical+image")
    volume = fit(RECIPE, table, outcome.of(first), clinical=(*clinical, f"log({VOLUME})"), name="clinical+volume")
    sealed = Sealed(table, outcome.of(last), "coast", volume=VOLUME, beside=tmp_path / "data")
    return {"clinical+image": image, "clinical+volume": volume}, sealed, tmp_path / "data" / LOG


def test_a_sealed_cohort_tells_nothing_before_it_is_opened(cohorts):
    assert repr(cohorts[1]) == "Sealed('coast', 30 patients, unopened)"


def test_external_auc_is_that_of_the_models_own_predictions(cohorts):
    models, sealed, _ = cohorts
    found = evaluate(models, sealed)
    held = found.heldout["clinical+image"]
    assert found.number("clinical+image", "AUC") == delong(found.outcome.y, held.score[0])
    assert found.number("clinical+image", "AUC (bootstrap)").value == auc(found.outcome.y, held.score[0])


def test_the_difference_is_paired_and_has_an_interval(cohorts):
    models, sealed, _ = cohorts
    added = evaluate(models, sealed).number("clinical+image", "added AUC", "clinical+volume")
    assert added.low < added.value < added.high


def test_the_first_opening_is_logged_beside_the_data(cohorts):
    models, sealed, log = cohorts
    evaluate(models, sealed)
    assert [json.loads(line)["name"] for line in log.read_text().splitlines()] == ["coast"]


def test_the_same_models_may_look_again_without_counting(cohorts):
    models, sealed, log = cohorts
    evaluate(models, sealed)
    evaluate(models, sealed)
    assert len(log.read_text().splitlines()) == 1


def test_other_models_are_a_second_opening_and_the_verdict_says_so(cohorts):
    models, sealed, _ = cohorts
    evaluate(models, sealed)
    verdict = evaluate(models["clinical+image"], sealed).verdict
    assert "2 different sets" in verdict[-1]


def test_a_read_only_folder_is_logged_in_the_private_one(cohorts, tmp_path):
    models, sealed, _ = cohorts
    (tmp_path / "data").write_text("a file where the folder should be")
    evaluate(models, sealed)
    assert (tmp_path / "home" / LOG).exists()


@pytest.mark.skipif(os.name != "posix", reason="folder modes are POSIX")
def test_a_folder_marked_read_only_is_left_alone_even_by_root(cohorts, tmp_path):
    models, sealed, log = cohorts
    log.parent.mkdir()
    log.parent.chmod(0o555)
    evaluate(models, sealed)
    assert (log.exists(), (tmp_path / "home" / LOG).exists()) == (False, True)


def test_a_patient_in_both_cohorts_is_refused(cohorts):
    _, sealed, _ = cohorts
    with pytest.raises(InputError, match="P060"):
        sealed.refuse_overlap(["P001", "P060"])


def test_a_recipe_cannot_open_a_sealed_cohort(cohorts):
    with pytest.raises(TypeError, match="locked models"):
        evaluate(RECIPE, cohorts[1])


def test_a_survival_model_is_validated_with_a_bootstrapped_c_index(tmp_path, monkeypatch):
    monkeypatch.setenv("RADICI_HOME", str(tmp_path))
    table, blocks = patient_table(n=90)
    outcome = survival(table)
    model = fit(COX, table, outcome.of(table.patients[:60]), image=blocks.image, name="image")
    found = evaluate(model, Sealed(table, outcome.of(table.patients[60:]), "coast", volume=None))
    estimate = found.number("image", "C-index")
    assert estimate.low < estimate.value < estimate.high


def test_a_model_cannot_be_validated_on_its_own_training_patients():
    table, blocks = patient_table(n=60)
    outcome = response(table)
    model = fit(RECIPE, table, outcome.of(table.patients[:40]), image=blocks.image, name="image")
    sealed = Sealed(table, outcome.of(table.patients[30:]), "mine", volume=None)
    with pytest.raises(InputError, match="10 of the 30 patients"):
        evaluate(model, sealed)


def test_other_features_of_the_same_patients_are_a_second_opening(cohorts):
    models, sealed, log = cohorts
    evaluate(models, sealed)
    table, blocks = patient_table(n=90)
    outcome = response(table)
    smaller = fit(RECIPE, table, outcome.of(table.patients[:60]), image=blocks.image[:4], name="clinical+image")
    again = Sealed(table, outcome.of(table.patients[75:]), "coast again", volume=None, beside=log.parent)
    assert "2 different sets" in evaluate(smaller, again).verdict[-1]


def test_a_log_line_cut_off_by_a_crash_is_passed_over(cohorts):
    models, sealed, log = cohorts
    log.parent.mkdir()
    log.write_text('{"patients": ["a"], "mod')
    assert "these locked models only" in evaluate(models, sealed).verdict[-1]
