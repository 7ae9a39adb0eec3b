"""Published scores in the evaluation: beside the models, on the patients who have them, changing nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from patient_factory import VOLUME, patient_table, response, survival
from radici.core.table import Blocks, Column, Comparator
from radici.evaluation.contenders import contenders, matrix
from radici.evaluation.design import Design
from radici.evaluation.evaluate import evaluate
from radici.evaluation.evaluation import DEVELOPMENT, Evaluation, Number
from radici.evaluation.external import BOOTSTRAP
from radici.evaluation.permutation import predictable
from radici.evaluation.sealed import Sealed
from radici.evaluation.verdict import verdict
from radici.learning.fit import fit
from radici.learning.recipe import Recipe
from radici.statistics.auc import auc, delong, delong_difference
from radici.statistics.estimate import Estimate

RECIPE = Recipe.read(["impute", "drop_constant", "standardise", {"lasso": {"features": 4}}, "elastic_net_logistic"])
COX = Recipe.read(["impute", "drop_constant", "standardise", {"lasso": {"features": 4}}, "elastic_net_cox"])
DESIGN = Design(folds=3, repeats=2, inner_folds=3, permutations=9)
NAME, COLUMN = "lipi version 1", "score__lipi"
LACKING = [3, 17, 18, 40, 55]


def with_score(better=False, lacking=LACKING):
    """The usual table with a score that follows the hidden signal, unknown for some patients."""
    table, blocks = patient_table()
    values = np.round(table.values.iloc[:, 0].to_numpy() + np.random.default_rng(4).normal(size=60))
    values[lacking] = np.nan
    columns = {**table.columns, COLUMN: Column(COLUMN, "score", origin=NAME)}
    table = replace(table, values=table.values.assign(**{COLUMN: values}), columns=columns)
    return table, replace(blocks, comparators=(Comparator(COLUMN, NAME, better),))


@pytest.fixture(scope="module")
def found():
    table, blocks = with_score(better=True)
    return evaluate(RECIPE, table, response(table), DESIGN, blocks=blocks, seed=5)


@pytest.fixture(scope="module")
def without():
    table, blocks = patient_table()
    return evaluate(RECIPE, table, response(table), DESIGN, blocks=blocks, seed=5)


def test_a_score_changes_no_number_of_the_models(found, without):
    frame = found.frame()
    own = frame[(frame["model"] != NAME) & (frame["against"] != NAME)]
    assert own.to_csv(index=False) == without.frame().to_csv(index=False)


def test_a_score_changes_no_prediction_of_the_models(found, without):
    predicted = found.predictions()
    assert predicted[predicted["model"] != NAME].to_csv(index=False) == without.predictions().to_csv(index=False)


def test_a_score_takes_no_part_in_what_images_are_said_to_add():
    table, blocks = with_score(lacking=[])
    plain, bare = patient_table()
    with_it, without_it = matrix(table, blocks, table.patients), matrix(plain, bare, plain.patients)
    np.testing.assert_array_equal(predictable(with_it), predictable(without_it))


def test_nobody_is_left_out_of_the_models_for_a_score(found):
    assert {found.number(model, "AUC").n for model in ("volume", "clinical+image")} == {60}


def test_a_score_is_evaluated_on_the_patients_who_have_it(found):
    size = found.number(NAME, "AUC")
    known = np.delete(found.outcome.yes, LACKING)
    assert (size.n, size.events) == (55, known.sum())


def test_discrimination_of_a_score_is_the_mean_over_the_models_folds(found):
    table, _ = with_score()
    values, y = table.values[COLUMN].to_numpy(), found.outcome.y
    known = ~np.isnan(values)
    folds = found.heldout["clinical+image"].fold
    by_hand = [auc(y[known & (fold == k)], values[known & (fold == k)]) for fold in folds for k in range(3)]
    assert found.number(NAME, "AUC").value == pytest.approx(np.mean(by_hand), abs=1e-14)


def test_the_difference_is_between_both_on_the_patients_who_have_the_score(found):
    table, _ = with_score()
    known, y = table.values[COLUMN].notna().to_numpy(), found.outcome.y
    held = found.heldout["clinical+image"]
    own = [
        auc(y[known & (fold == k)], score[known & (fold == k)])
        for fold, score in zip(held.fold, held.score, strict=True)
        for k in range(3)
    ]
    added = found.number("clinical+image", "added AUC", NAME)
    assert added.n == 55
    assert added.value == pytest.approx(np.mean(own) - found.number(NAME, "AUC").value, abs=1e-14)


def test_the_difference_has_an_interval(found):
    added = found.number("clinical+image", "added AUC", NAME)
    assert added.low < added.value < added.high


def test_without_permutations_the_difference_has_no_interval():
    table, blocks = with_score()
    design = DESIGN.model_copy(update={"permutations": 0})
    added = evaluate(RECIPE, table, response(table), design, blocks=blocks).number("clinical+image", "added AUC", NAME)
    assert np.isnan(added.low)


def test_two_processes_give_the_same_bytes(found):
    table, blocks = with_score(better=True)
    again = evaluate(RECIPE, table, response(table), DESIGN, blocks=blocks, seed=5, jobs=2)
    assert again.frame().to_csv() == found.frame().to_csv()


def test_a_score_is_never_fitted(found):
    assert not [line for line in found.ledger.lines if line.get("model") == NAME]


@pytest.mark.parametrize(
    ("favourable", "better", "sign"), [(True, True, 1), (True, False, -1), (False, True, -1), (False, False, 1)]
)
def test_direction_is_that_of_the_score_and_of_the_answer(favourable, better, sign):
    table, blocks = with_score(better)
    outcome = replace(response(table), favourable=favourable)
    assert contenders(RECIPE, blocks, outcome)[-1].sign == sign


@pytest.mark.parametrize(("better", "sign"), [(True, -1), (False, 1)])
def test_a_score_that_is_good_when_high_means_a_later_event(better, sign):
    table, blocks = with_score(better)
    assert contenders(COX, blocks, survival(table))[-1].sign == sign


def test_a_score_known_for_one_fold_only_has_a_number_all_the_same():
    table, blocks = with_score(lacking=list(range(12, 60)))
    design = DESIGN.model_copy(update={"permutations": 2})
    found = evaluate(COX, table, survival(table), design, blocks=blocks, seed=5)
    assert found.number(NAME, "C-index").n == 12


def test_without_images_the_score_is_compared_with_the_clinical_model():
    table, blocks = with_score()
    bare = Blocks((), blocks.clinical, None, blocks.comparators)
    design = DESIGN.model_copy(update={"permutations": 2})
    found = evaluate(RECIPE, table, response(table), design, blocks=bare)
    assert found.headline is None
    assert found.number("clinical", "added AUC", NAME).n == 55


@pytest.fixture
def opened(tmp_path, monkeypatch):
    monkeypatch.setenv("RADICI_HOME", str(tmp_path / "home"))
    table, blocks = with_score(better=True)
    outcome, last = response(table), table.patients[30:]
    model = fit(
        RECIPE,
        table,
        outcome.of(table.patients[:30]),
        image=blocks.image,
        clinical=blocks.clinical,
        name="clinical+image",
    )
    sealed = Sealed(table, outcome.of(last), "coast", volume=VOLUME, comparators=blocks.comparators, beside=tmp_path)
    known = table.values[COLUMN].notna().to_numpy()[30:]
    return evaluate(model, sealed), known, table.values[COLUMN].to_numpy()[30:][known]


def test_a_sealed_cohort_has_delongs_interval_of_the_score_on_those_who_have_it(opened):
    found, known, values = opened
    assert found.number(NAME, "AUC") == delong(found.outcome.y[known], values)


def test_a_sealed_difference_is_paired_on_those_who_have_the_score(opened):
    found, known, values = opened
    own = found.heldout["clinical+image"].score[0][known]
    expected = delong_difference(found.outcome.y[known], own, values)
    assert found.number("clinical+image", "added AUC", NAME) == expected


def test_a_sealed_survival_difference_is_bootstrapped_on_those_who_have_the_score(tmp_path, monkeypatch):
    monkeypatch.setenv("RADICI_HOME", str(tmp_path / "home"))
    table, blocks = with_score()
    outcome = survival(table)
    model = fit(COX, table, outcome.of(table.patients[:30]), image=blocks.image, name="image")
    sealed = Sealed(table, outcome.of(table.patients[30:]), "coast", volume=None, comparators=blocks.comparators)
    added = evaluate(model, sealed).number("image", "added C-index", NAME)
    assert (added.n, added.method) == (28, BOOTSTRAP)


def said(difference, own=(0.6, 0.8), score=(0.5, 0.7)):
    """The verdict's sentence about one score."""
    table, _ = patient_table()
    number = Estimate(sum(difference) / 2, *difference, 55, 30)
    numbers = [Number(DEVELOPMENT, "image", "AUC", Estimate(sum(own) / 2, *own, 60, 33))]
    numbers += [Number(DEVELOPMENT, NAME, "AUC", Estimate(sum(score) / 2, *score, 55, 30))]
    numbers += [Number(DEVELOPMENT, "image", "added AUC", number, NAME)]
    return verdict(Evaluation(DEVELOPMENT, response(table), tuple(numbers), {}, None))[0]


def test_verdict_says_that_the_model_is_better():
    assert said((0.02, 0.1)) == (
        "Image features rank patients better than the published score lipi version 1: "
        "AUC +0.06 (+0.02 to +0.10), n = 55."
    )


def test_verdict_says_that_the_score_is_better():
    assert "lipi version 1 ranks patients better than image features" in said((-0.1, -0.02), score=(0.55, 0.7))


def test_verdict_does_not_call_a_model_better_that_may_be_a_coin():
    assert "not shown to be better than chance (AUC 0.60 (0.40 to 0.80)" in said((0.02, 0.1), own=(0.4, 0.8))


def test_verdict_does_not_tell_apart_what_the_interval_does_not():
    assert said((-0.1, 0.1)).endswith("n = 55, an interval that includes zero.")
