"""The cross-validated evaluation: what it computes, on what, and that it does so again."""

from dataclasses import replace

import numpy as np
import pytest

from patient_factory import VOLUME, patient_table, response, survival
from radici.core.errors import StudyError, TableError
from radici.core.outcome import Survival
from radici.core.table import Blocks
from radici.evaluation.contenders import Matrix, contenders, headline
from radici.evaluation.crossvalidate import outer_splits
from radici.evaluation.design import Design
from radici.evaluation.evaluate import evaluate
from radici.evaluation.evaluation import Number
from radici.evaluation.metrics import horizons
from radici.evaluation.permutation import predictable
from radici.evaluation.verdict import verdict
from radici.learning.classify.elastic_net_logistic import ElasticNetLogistic
from radici.learning.recipe import Recipe
from radici.statistics.auc import auc
from radici.statistics.estimate import Estimate

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


def estimate(value, low, high, p=None):
    return Estimate(value, low, high, 60, 25, p)


@pytest.mark.parametrize(
    ("added", "own", "base", "said"),
    [
        (estimate(0.1, 0.02, 0.2, 0.01), estimate(0.7, 0.6, 0.8), estimate(0.6, 0.5, 0.7), "Images add to"),
        (estimate(0.1, -0.02, 0.2, 0.01), estimate(0.7, 0.6, 0.8), estimate(0.6, 0.5, 0.7), "includes zero"),
        (estimate(0.1, 0.02, 0.2, 0.15), estimate(0.7, 0.6, 0.8), estimate(0.6, 0.5, 0.7), "by chance (p = 0.15)"),
        (estimate(0.2, 0.02, 0.4, 0.01), estimate(0.6, 0.4, 0.8), estimate(0.4, 0.3, 0.5), "not shown to be better"),
        (estimate(-0.2, -0.4, -0.1, 0.9), estimate(0.5, 0.4, 0.6), estimate(0.7, 0.6, 0.8), "is worse than"),
    ],
)
def test_the_verdict_says_that_images_add_only_when_every_condition_holds(found, added, own, base, said):
    model, against = found.headline
    numbers = (
        Number("development", model, "added AUC", added, against),
        Number("development", model, "AUC", own),
        Number("development", against, "AUC", base),
    )
    assert said in verdict(replace(found, numbers=numbers))[0]


def test_the_verdict_says_when_the_comparator_is_no_better_than_chance(found):
    model, against = found.headline
    numbers = (
        Number("development", model, "added AUC", estimate(0.2, 0.02, 0.4, 0.01), against),
        Number("development", against, "AUC", estimate(0.4, 0.3, 0.5)),
    )
    assert "a difference to that says little" in verdict(replace(found, numbers=numbers))[1]


def test_what_volume_predicts_of_an_image_feature_stays_when_images_are_permuted():
    rng = np.random.default_rng(0)
    log_volume = rng.normal(size=50)
    X = np.column_stack([2 * log_volume + 1, log_volume**2, np.exp(log_volume), log_volume])
    names = ("a", "b", "volume", "log(volume)")
    fitted = predictable(Matrix(X, names, tuple(map(str, range(50))), 2))
    np.testing.assert_allclose(fitted, X[:, :2], atol=1e-10)


def test_a_fold_count_that_leaves_a_training_set_without_two_events_is_refused():
    table, _ = patient_table(n=20)
    few = replace(response(table), yes=np.arange(20) < 3)
    with pytest.raises(StudyError, match="cannot be used"):
        Design(folds=2).check(few)


def test_tau_lies_before_the_longest_observation():
    months = np.full(40, 59.99)
    months[:10] = np.arange(1, 11)
    outcome = Survival("os", tuple(map(str, range(40))), (), np.arange(40) < 10, months)
    assert horizons(outcome, None)[1] == 10.0


def test_tau_does_not_go_beyond_what_a_locked_model_was_fitted_on():
    table, _ = patient_table()
    assert horizons(survival(table), None, 12.0)[1] <= 12.0


def test_a_penalty_that_was_set_is_not_searched():
    assert Recipe.of(ElasticNetLogistic(penalty=0.3)).candidates() == [{}]


def test_a_verdict_without_permutations_says_how_to_get_an_interval():
    table, blocks = patient_table()
    light = DESIGN.model_copy(update={"permutations": 0})
    assert "permutations" in evaluate(LOGISTIC, table, response(table), light, blocks=blocks).verdict[0]
