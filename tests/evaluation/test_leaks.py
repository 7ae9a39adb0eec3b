"""Every route by which data could reach a fit that should not have it, and that each one is closed."""

import contextlib
import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

import leak_store
from patient_factory import patient_table, response
from radici.core.errors import LeakFound, LeakRefused
from radici.core.ledger import Ledger
from radici.evaluation.design import Design
from radici.evaluation.evaluate import evaluate
from radici.evaluation.heldout import HeldOut
from radici.evaluation.metrics import discrimination
from radici.learning.classify.elastic_net_logistic import ElasticNetLogistic
from radici.learning.impute import Impute
from radici.learning.recipe import Recipe
from radici.learning.select.lasso import Lasso
from radici.learning.standardise import Standardise

SECRET = pd.DataFrame(np.ones((5, 5)))
BOX = SimpleNamespace(rows={"a": np.ones(4)})
FAST = Design(folds=3, repeats=1, inner_folds=3, permutations=0)


class Plain(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X):
        return X


def evaluated(*steps):
    table, blocks = patient_table()
    outcome = response(table)
    leak_store.table, leak_store.outcome = table.values, outcome
    leak_store.seen.clear()
    recipe = Recipe.of(Impute(), *steps, Standardise(), ElasticNetLogistic())
    return evaluate(recipe, table, outcome, FAST, blocks=blocks, seed=3)


def test_honest_steps_pass_every_guard():
    assert evaluated(Plain()).ledger.verify()["overlaps"] == []


# refused at the door ------------------------------------------------------------------------------------


def test_a_fitted_selector_is_refused():
    fitted = Lasso().fit(np.random.default_rng(0).normal(size=(40, 4)), np.arange(40) % 2)
    with pytest.raises(LeakRefused, match="fitted"):
        Recipe.of(fitted, ElasticNetLogistic())


def test_a_function_is_refused():
    with pytest.raises(LeakRefused, match="not an unfitted estimator"):
        Recipe.of(lambda X: X, ElasticNetLogistic())


def test_a_class_instead_of_an_estimator_is_refused():
    with pytest.raises(LeakRefused, match="not an unfitted estimator"):
        Recipe.of(Impute, ElasticNetLogistic())


@pytest.mark.parametrize(
    "value",
    [np.ones(3), SECRET, lambda y: y, ElasticNetLogistic(), list(range(1000)), {"a": np.ones(2)}, np.float64(1.0)],
    ids=["array", "table", "callable", "estimator", "long list", "array in a dict", "numpy number"],
)
def test_a_parameter_that_is_no_plain_value_is_refused(value):
    with pytest.raises(LeakRefused, match="could carry data"):
        Recipe.of(Standardise(clip=value), ElasticNetLogistic())


def test_scikit_learns_scoring_callable_is_refused():
    with pytest.raises(LeakRefused, match="score_func"):
        Recipe.of(SelectKBest(), ElasticNetLogistic())


def test_a_searched_value_that_is_an_array_is_refused():
    with pytest.raises(LeakRefused, match="could carry data"):
        Recipe.of(ElasticNetLogistic(), search={"ElasticNetLogistic__penalty": [np.ones(2)]})


def test_a_class_that_closes_over_a_table_is_refused():
    table = pd.DataFrame(np.ones((4, 4)))

    class Peeker(Plain):
        def transform(self, X):
            return X + table.to_numpy().mean()

    with pytest.raises(LeakRefused, match="'table' in transform"):
        Recipe.of(Peeker(), ElasticNetLogistic())


def test_a_class_that_reads_a_global_table_is_refused():
    class Peeker(Plain):
        def transform(self, X):
            return X + SECRET.to_numpy().mean()

    with pytest.raises(LeakRefused, match="'SECRET' in transform"):
        Recipe.of(Peeker(), ElasticNetLogistic())


def reads_the_secret(X):
    return X + SECRET.to_numpy().mean()


def test_a_table_behind_a_helper_function_is_refused():
    class Peeker(Plain):
        def transform(self, X):
            return reads_the_secret(X)

    with pytest.raises(LeakRefused, match=r"'SECRET' in reads_the_secret"):
        Recipe.of(Peeker(), ElasticNetLogistic())


def test_a_table_in_a_class_attribute_is_refused():
    class Peeker(Plain):
        known = np.arange(20.0)

    with pytest.raises(LeakRefused, match="attribute 'known'"):
        Recipe.of(Peeker(), ElasticNetLogistic())


def test_a_table_in_a_default_argument_is_refused():
    class Peeker(Plain):
        def transform(self, X, known=np.arange(20.0)):  # noqa: B008
            return X

    with pytest.raises(LeakRefused, match="default"):
        Recipe.of(Peeker(), ElasticNetLogistic())


def test_a_global_table_inside_a_comprehension_is_refused():
    class Peeker(Plain):
        def transform(self, X):
            return X + sum([SECRET.iloc[0, i] for i in range(2)])

    with pytest.raises(LeakRefused, match="'SECRET' in transform"):
        Recipe.of(Peeker(), ElasticNetLogistic())


def test_a_global_table_inside_a_lambda_is_refused():
    class Peeker(Plain):
        def transform(self, X):
            return (lambda rows: rows + SECRET.iloc[0, 0])(X)

    with pytest.raises(LeakRefused, match="'SECRET' in transform"):
        Recipe.of(Peeker(), ElasticNetLogistic())


def test_a_table_in_a_keyword_default_is_refused():
    class Peeker(Plain):
        def transform(self, X, *, known=SECRET):
            return X

    with pytest.raises(LeakRefused, match="default"):
        Recipe.of(Peeker(), ElasticNetLogistic())


def test_a_table_inside_a_global_object_is_refused():
    class Peeker(Plain):
        def transform(self, X):
            return X + BOX.rows["a"][0]

    with pytest.raises(LeakRefused, match="'BOX' in transform"):
        Recipe.of(Peeker(), ElasticNetLogistic())


def test_a_table_in_nested_lists_is_refused():
    with pytest.raises(LeakRefused, match="could carry data"):
        Recipe.of(Standardise(clip=[[float(i)] * 20 for i in range(10)]), ElasticNetLogistic())


def test_a_table_as_a_long_text_is_refused():
    with pytest.raises(LeakRefused, match="could carry data"):
        Recipe.of(Standardise(clip="1,2,3;" * 1000), ElasticNetLogistic())


@pytest.mark.parametrize("kind", [RandomForestClassifier, GradientBoostingClassifier, SVC, GaussianNB])
def test_an_honest_unfitted_estimator_of_scikit_learn_is_not_taken_for_a_fitted_one(kind):
    assert Recipe.of(kind()).steps[0].name == kind.__name__


def test_a_compiled_estimator_passes_the_canary():
    table, blocks = patient_table()
    recipe = Recipe.of(Impute(), DecisionTreeClassifier(random_state=0, max_depth=2))
    assert evaluate(recipe, table, response(table), FAST, blocks=blocks).ledger.verify()["overlaps"] == []


# caught by the canary -----------------------------------------------------------------------------------


class PeeksAtTheTable(Plain):
    """Uses the mean over all patients, held out or not, by way of an object that no scan of the code can judge."""

    def fit(self, X, y=None):
        self.shift_ = float(leak_store.table.to_numpy()[:, 0].mean())
        return super().fit(X)

    def transform(self, X):
        return X - self.shift_


def test_a_step_that_reaches_the_whole_table_is_caught():
    with pytest.raises(LeakFound, match="outside its training set"):
        evaluated(PeeksAtTheTable())


class PeeksAtTheOutcome(Plain):
    """Knows the prevalence among all patients."""

    def fit(self, X, y=None):
        self.shift_ = float(leak_store.outcome.yes.mean())
        return super().fit(X)

    def transform(self, X):
        return X - self.shift_


def test_a_step_that_reaches_the_outcome_of_held_out_patients_is_caught():
    with pytest.raises(LeakFound, match="outside its training set"):
        evaluated(PeeksAtTheOutcome())


class KeepsState(Plain):
    """Remembers the patients of earlier folds in a list that outlives the fit."""

    def fit(self, X, y=None):
        leak_store.seen.extend(X[:, 0].tolist())
        self.shift_ = float(np.mean(leak_store.seen))
        return super().fit(X)

    def transform(self, X):
        return X - self.shift_


def test_state_kept_between_folds_is_caught():
    with pytest.raises(LeakFound, match="keeps state"):
        evaluated(KeepsState())


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_memory_of_rows_and_answers_is_caught_in_one_process_or_two(jobs):
    table, blocks = patient_table()
    leak_store.memory.clear()
    often = FAST.model_copy(update={"repeats": 4})
    recipe = Recipe.of(Impute(), leak_store.Remembers())
    with pytest.raises(LeakFound, match="keeps state"):
        evaluate(recipe, table, response(table), often, blocks=blocks, jobs=jobs)


class LearnsFromTheAsked(Plain):
    """Standardises by the rows that it is asked to predict."""

    def transform(self, X):
        return X - X.mean(axis=0)


def test_a_step_that_learns_from_the_rows_it_predicts_is_caught():
    with pytest.raises(LeakFound, match="which other patients"):
        evaluated(LearnsFromTheAsked())


class DrawsAtRandom(Plain):
    """Adds noise from the world's generator."""

    def fit(self, X, y=None):
        self.noise_ = np.random.standard_normal(X.shape[1])
        return super().fit(X)

    def transform(self, X):
        return X + self.noise_


def test_randomness_that_the_seed_does_not_decide_is_caught():
    with pytest.raises(LeakFound, match="random numbers"):
        evaluated(DrawsAtRandom())


def test_the_canary_puts_the_callers_table_back():
    table, blocks = patient_table()
    before = table.values.copy()
    evaluate(Recipe.read(["impute", "elastic_net_logistic"]), table, response(table), FAST, blocks=blocks)
    pd.testing.assert_frame_equal(table.values, before)


class WritesIntoItsInput(Plain):
    """Ruins the rows that it was given."""

    def fit(self, X, y=None):
        X[:] = 0
        y[:] = 0
        return super().fit(X)

    def transform(self, X):
        return X


def test_a_step_that_ruins_its_input_ruins_only_its_own_copy():
    table, blocks = patient_table()
    outcome = response(table)
    values, yes = table.values.copy(), outcome.yes.copy()
    recipe = Recipe.of(Impute(), WritesIntoItsInput(), Standardise(), ElasticNetLogistic(), search={})
    with contextlib.suppress(ValueError):
        evaluate(recipe, table, outcome, FAST, blocks=blocks)
    pd.testing.assert_frame_equal(table.values, values)
    np.testing.assert_array_equal(outcome.yes, yes)


# refused by type and by the ledger ----------------------------------------------------------------------


def test_predictions_made_elsewhere_cannot_become_held_out_predictions():
    with pytest.raises(LeakRefused, match="only through `evaluate`"):
        HeldOut("mine", ("P1",), np.zeros((1, 1)), np.zeros((1, 1)))


def test_a_metric_takes_no_array_of_scores():
    table, _ = patient_table()
    with pytest.raises(AttributeError):
        discrimination(np.zeros(60), response(table))


def test_the_ledger_refuses_a_prediction_of_a_patient_that_the_fit_saw():
    ledger = Ledger.open(["A", "B", "C"], {"A": "1", "B": "2", "C": "3"})
    fit = ledger.fitted(["A", "B"])
    with pytest.raises(LeakFound):
        ledger.predicted(["B", "C"], fit)


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "ledger.jsonl"
    evaluated(Plain()).ledger.save(path)
    return path


def test_the_ledger_of_an_evaluation_is_whole(written):
    assert Ledger.load(written).verify()["whole"]


def test_every_fit_of_the_ledger_is_followed_by_a_prediction_of_others(written):
    found = Ledger.load(written).verify()
    assert (found["overlaps"], found["fits"]) == ([], found["predictions"])


@pytest.mark.parametrize("how", ["altered", "removed", "swapped", "inserted"])
def test_a_rewritten_ledger_is_recognised(written, how):
    lines = written.read_text().splitlines()
    if how == "altered":
        line = json.loads(lines[3])
        line["seen" if "seen" in line else "predicted"] = "1"
        lines[3] = json.dumps(line, sort_keys=True)
    elif how == "removed":
        del lines[3]
    elif how == "swapped":
        lines[3], lines[4] = lines[4], lines[3]
    else:
        lines.insert(3, lines[2])
    written.write_text("\n".join(lines) + "\n")
    assert not Ledger.load(written).verify()["whole"]


def test_an_overlap_written_into_a_fresh_chain_is_found():
    ledger = Ledger.open(["A", "B"], {"A": "1", "B": "2"})
    line = ledger.fitted(["A"])
    ledger.write("predict", predicted=ledger.bits(["A"]), fit=line)
    assert ledger.verify()["overlaps"] == [2]


def test_the_ledger_holds_no_patient_id(written):
    assert "P0" not in written.read_text()


def test_two_rows_of_one_patient_cannot_enter_a_design_matrix():
    table, blocks = patient_table()
    table.rows.loc[1, "patient"] = "P000"
    table.rows.loc[1, "lesion"] = "2"
    with pytest.raises(ValueError, match="several rows"):
        evaluate(
            Recipe.read(["impute", "elastic_net_logistic"]),
            table,
            response(patient_table()[0]),
            FAST,
            blocks=blocks,
        )
