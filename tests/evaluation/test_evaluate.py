"""The cross-validated evaluation: what it computes, on what, and that it does so again."""

from dataclasses import replace

import numpy as np
import pytest

from patient_factory import VOLUME, patient_table, response, survival
from radici.core.errors import StudyError, TableError
from radici.core.table import Blocks
from radici.evaluation.contenders import contenders, headline
from radici.evaluation.crossvalidate import outer_splits
from radici.evaluation.design import Design
from radici.evaluation.evaluate import evaluate
from radici.learning.recipe import Recipe
from radici.statistics.auc import auc

LOGISTIC = Recipe.read(["impute", "drop_constant", "standardise", {"lasso": {"features": 4}}, "elastic_net_logistic"])
COX = Recipe.read(["impute", "drop_constant", "standardise", {"lasso": {"features": 4}}, "elastic_net_cox"])
DESIGN = Design(folds=3, repeats=2, inner_folds=3, permutations=9)
FIVE = ("volume", "clinical", "image", "clinical+volume", "clinical+image")


@pytest.fixture(scope="module")
def found():
    table, blocks = patient_table()
    return evaluate(LOGISTIC, table, response(table), DESIGN, blocks=blocks, seed=5)


@pytest.fixture(scope="module")
def survived():
    table, blocks = patient_table()
    return evaluate(COX, table, survival(table), DESIGN, blocks=blocks, seed=5)


def test_the_five_models_are_compared_on_the_same_folds(found):
    folds = [held.fold.tobytes() for held in found.heldout.values()]
    assert tuple(found.heldout) == FIVE
    assert len(set(folds)) == 1


def test_the_headline_is_clinical_and_image_over_clinical_and_volume(found):
    assert found.headline == ("clinical+image", "clinical+volume")


def test_discrimination_is_the_mean_over_folds_and_repeats(found):
    held, y = found.heldout["image"], found.outcome.y
    by_hand = [
        auc(y[fold == k], score[fold == k]) for fold, score in zip(held.fold, held.score, strict=True) for k in range(3)
    ]
    assert found.number("image", "AUC").value == pytest.approx(np.mean(by_hand), abs=1e-14)


def test_volume_alone_is_the_raw_column_with_a_fixed_direction(found):
    table, _ = patient_table()
    np.testing.assert_array_equal(found.heldout["volume"].score[0], -table.values[VOLUME].to_numpy())


def test_volume_points_the_other_way_for_an_unfavourable_yes():
    table, blocks = patient_table()
    outcome = replace(response(table), favourable=False)
    assert contenders(LOGISTIC, blocks, outcome)[0].sign == 1


def test_every_number_has_its_interval_and_its_n(found):
    frame = found.frame()
    assert frame[["value", "low", "high", "n"]].notna().all().all()


def test_every_survival_number_has_its_n_and_events(survived):
    frame = survived.frame()
    assert (frame["n"] == 60).all()
    assert (frame["events"] == survived.outcome.event.sum()).all()


def test_survival_curves_start_at_one_and_never_rise(survived):
    curves = survived.heldout["clinical+image"].survival
    assert (curves[..., 0] == 1).all()
    assert (np.diff(curves, axis=-1) <= 0).all()


def test_a_planted_signal_is_found(found):
    assert found.number("image", "AUC").value > 0.65


def test_every_patient_is_held_out_once_in_each_repeat(found):
    held = found.heldout["image"]
    assert np.isfinite(held.score).all()


def test_folds_hold_the_classes_in_balance():
    table, _ = patient_table()
    outcome = response(table)
    shares = [outcome.yes[split.test].sum() for split in outer_splits(outcome, DESIGN, 5)]
    assert max(shares) - min(shares) <= 1


def test_held_out_and_training_patients_never_meet():
    table, _ = patient_table()
    for split in outer_splits(response(table), DESIGN, 5):
        assert not set(split.train) & set(split.test)


def test_two_processes_give_the_same_bytes(found):
    table, blocks = patient_table()
    again = evaluate(LOGISTIC, table, response(table), DESIGN, blocks=blocks, seed=5, jobs=2)
    assert again.frame().to_csv() == found.frame().to_csv()
    assert again.predictions().to_csv() == found.predictions().to_csv()


def test_another_seed_gives_other_folds(found):
    table, blocks = patient_table()
    light = DESIGN.model_copy(update={"permutations": 0})
    again = evaluate(LOGISTIC, table, response(table), light, blocks=blocks, seed=6)
    assert again.heldout["image"].fold.tobytes() != found.heldout["image"].fold.tobytes()


def test_without_clinical_variables_images_are_compared_with_volume():
    assert headline(("volume", "image")) == ("image", "volume")


def test_without_volume_images_are_compared_with_the_clinical_model():
    assert headline(("clinical", "image", "clinical+image")) == ("clinical+image", "clinical")


def test_without_a_comparator_there_is_no_headline():
    assert headline(("image",)) is None


def test_a_cox_model_for_a_response_is_refused():
    table, blocks = patient_table()
    with pytest.raises(StudyError, match="End it in 'elastic_net_logistic'"):
        evaluate(COX, table, response(table), DESIGN, blocks=blocks)


def test_more_folds_than_the_smaller_class_are_refused():
    table, blocks = patient_table(n=12)
    with pytest.raises(StudyError, match="the smaller has"):
        evaluate(LOGISTIC, table, response(table), Design(folds=10), blocks=blocks)


def test_a_column_that_is_not_there_is_named_with_a_hint():
    table, blocks = patient_table()
    wrong = Blocks(("ct_gtv__orig__sim_f0__nine",), blocks.clinical, VOLUME)
    with pytest.raises(TableError, match="Did you mean 'ct_gtv__orig__sim_f0__none'"):
        evaluate(LOGISTIC, table, response(table), DESIGN, blocks=wrong)


def test_a_tumour_without_volume_is_refused():
    table, blocks = patient_table()
    table.values.loc[3, VOLUME] = 0.0
    with pytest.raises(TableError, match="positive"):
        evaluate(LOGISTIC, table, response(table), DESIGN, blocks=blocks)


def test_stability_counts_every_fit(found):
    chosen = found.stability[found.stability["model"] == "clinical+image"]
    assert (chosen["fits"] == 6).all()
    assert chosen["chosen"].between(0, 1).all()


def test_clinical_variables_are_never_selected_away(found):
    rows = found.stability[found.stability["column"] == "clinical__age"]
    assert (rows["chosen"] == 1).all()


def test_a_verdict_without_permutations_says_how_to_get_an_interval():
    table, blocks = patient_table()
    light = DESIGN.model_copy(update={"permutations": 0})
    assert "permutations" in evaluate(LOGISTIC, table, response(table), light, blocks=blocks).verdict[0]
