"""Every registered estimator against its contract, and broken estimators that the contract must catch."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from radici.learning.classify.elastic_net_logistic import ElasticNetLogistic
from radici.learning.estimator import ESTIMATORS, numbers
from radici.learning.select.lasso import Lasso
from radici.learning.standardise import Standardise
from radici.learning.survive.elastic_net_cox import ElasticNetCox
from radici.testing import check_estimator, check_scikit_learn

# Settings to try beside the defaults.
EXAMPLES = {
    "drop_constant": [{"minority": 0.1}],
    "drop_correlated": [{"limit": 0.5, "method": "spearman"}],
    "elastic_net_cox": [{"penalty": 0.3, "l1_ratio": 0.9}],
    "elastic_net_logistic": [{"penalty": 0.3, "l1_ratio": 0.9}],
    "lasso": [{"features": 2}],
    "standardise": [{"clip": 2.0}],
}

# scikit-learn's own checks do not apply: y is not a number or a label.
SURVIVAL = ("elastic_net_cox",)

THREE_CLASSES = "the check's y has three classes or is a number; the selector answers yes-or-no and survival"
EXPECTED_FAILURES = {
    "lasso": dict.fromkeys(
        [
            "check_dict_unchanged",
            "check_dont_overwrite_parameters",
            "check_dtype_object",
            "check_estimators_fit_returns_self",
            "check_estimators_overwrite_params",
            "check_f_contiguous_array_estimator",
            "check_fit2d_predict1d",
            "check_fit_score_takes_y",
            "check_methods_sample_order_invariance",
            "check_methods_subset_invariance",
            "check_n_features_in_after_fitting",
            "check_positive_only_tag_during_fit",
            "check_readonly_memmap_input",
        ],
        THREE_CLASSES,
    )
}


@pytest.mark.parametrize("name", list(ESTIMATORS))
def test_estimator_keeps_its_promises(name):
    for settings in [{}, *EXAMPLES.get(name, [])]:
        check_estimator(ESTIMATORS[name], settings)


@pytest.mark.parametrize("name", [name for name in ESTIMATORS if name not in SURVIVAL])
def test_estimator_passes_scikit_learn(name):
    check_scikit_learn(ESTIMATORS[name], expected_failures=EXPECTED_FAILURES.get(name))


def test_only_survival_models_are_spared_scikit_learn():
    assert all(hasattr(ESTIMATORS[name], "predict_survival") for name in SURVIVAL)


def test_a_failure_that_was_not_expected_is_caught():
    with pytest.raises(AssertionError, match="of scikit-learn's checks"):
        check_scikit_learn(Lasso)


def test_an_expected_failure_that_passes_is_caught():
    with pytest.raises(AssertionError, match="take it off"):
        check_scikit_learn(Standardise, expected_failures={"check_dict_unchanged": "no reason"})


def broken(base, **methods):
    """`base` with some methods replaced, registered."""
    cls = type("Broken", (base,), {"__doc__": "A broken estimator.", "__module__": __name__, **methods})
    return ESTIMATORS.add("broken")(cls)


def fit_then(change, base=Standardise):
    """A class whose `fit` does something more."""

    def fit(self, X, y=None):
        base.fit(self, X, y)
        change(self, X, y)
        return self

    return lambda: broken(base, fit=fit)


def gives(method, change, base=Standardise):
    """A class whose `method` gives something else."""

    def call(self, X, *rest):
        return change(getattr(base, method)(self, X, *rest), X)

    return lambda: broken(base, **{method: call})


def in_place(self, X, y):
    X -= 1.0


def keep_all(self, X, y):
    self.seen_ = X


def keep_view(self, X, y):
    self.seen_ = [{"first": X[0]}]


def chance(self, X, y):
    self.mean_ = self.mean_ + np.random.default_rng().normal(size=self.mean_.shape)


def by_order(self, X, y):
    self.mean_ = X[0].copy()


def accumulate(self, X, y):
    self.fits_ = getattr(self, "fits_", 0.0) + 1.0


def fail_on_constant(self, X, y):
    self.scale_ = X.std(axis=0)


def hold_object(self, X, y):
    self.model_ = {"mean": 1.0}


def silent_nan():
    def fit(self, X, y=None):
        self.n_features_in_ = X.shape[1]
        self.mean_, self.scale_ = np.nanmean(X, axis=0), np.nanstd(X, axis=0)
        return self

    return broken(Standardise, fit=fit)


def self_not_returned():
    def fit(self, X, y=None):
        Standardise.fit(self, X, y)

    return broken(Standardise, fit=fit)


def without_parameters():
    def __init__(self, clip=None):
        self.clip = clip
        self.extra = 1

    return broken(Standardise, __init__=__init__)


def with_array():
    def __init__(self, weights=np.ones(3)):  # noqa: B008
        self.weights = weights

    return ESTIMATORS.add("broken")(
        type("Broken", (Standardise,), {"__doc__": "Weighted.", "__module__": __name__, "__init__": __init__})
    )


def unfitted_works():
    return broken(Standardise, transform=lambda self, X: np.array(X, dtype=np.float64))


def drops_a_column():
    def transform(self, X):
        return Standardise.transform(self, X)[:, 1:]

    return broken(
        Standardise, transform=transform, get_feature_names_out=lambda self, names=None: np.array(["a"] * 5, object)
    )


def wrong_names():
    return broken(Standardise, get_feature_names_out=lambda self, names=None: np.array(["a"], object))


def wrong_support():
    return broken(Lasso, transform=lambda self, X: 2 * Lasso.transform(self, X))


def remembers_when_asked():
    def transform(self, X):
        out = Standardise.transform(self, X)
        self.asked_ = len(X)
        return out

    return broken(Standardise, transform=transform)


def undocumented():
    return ESTIMATORS.add("broken")(type("Broken", (Standardise,), {"__module__": __name__}))


def captured():
    table = np.zeros(500)
    return fit_then(lambda self, X, y: table)()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: type("Stranger", (Standardise,), {}), "not registered"),
        (undocumented, "no docstring"),
        (without_parameters, "store its parameters and nothing else"),
        (with_array, "cannot stand in a recipe"),
        (captured, "cannot stand in a recipe"),
        (unfitted_works, "works before `fit`"),
        (silent_nan, "takes NaN in `fit`"),
        (self_not_returned, "must return the estimator"),
        (fit_then(in_place), "changes the training data in place"),
        (fit_then(keep_all), "keeps a reference to its training data in `seen_`"),
        (fit_then(keep_view), "in `seen_.0.first`"),
        (fit_then(chance), "from the same data"),
        (fit_then(by_order), "order of the training patients"),
        (fit_then(accumulate), "remembers an earlier `fit`"),
        (fit_then(fail_on_constant), "does not survive a constant column"),
        (fit_then(hold_object), "cannot be part of a saved model"),
        (remembers_when_asked, "changes when it is asked"),
        (gives("transform", lambda out, X: out - out.mean(axis=0)), "depends on the other patients"),
        (gives("transform", lambda out, X: out[1:]), "19 answers for 20 rows"),
        (gives("transform", lambda out, X: out.astype(np.float32)), "matrix of float64"),
        (drops_a_column, "has no `get_support`"),
        (wrong_names, "names 1 columns and gives 6"),
        (wrong_support, "columns that `get_support` names"),
    ],
)
def test_broken_preparation_is_caught(make, words):
    with pytest.raises(AssertionError, match=words):
        check_estimator(make())


def test_a_row_changed_in_place_when_asked_is_caught():
    def transform(self, X):
        out = Standardise.transform(self, X)
        X *= 2
        return out

    with pytest.raises(AssertionError, match="rows it is asked about"):
        check_estimator(broken(Standardise, transform=transform))


def test_an_estimator_may_say_that_order_matters():
    check_estimator(fit_then(by_order)(), any_order=False)


def many(change):
    """A classifier whose `fit_many` gives something else."""

    def fit_many(self, X, y, penalty):
        return change(ElasticNetLogistic.fit_many(self, X, y, penalty))

    return lambda: broken(ElasticNetLogistic, fit_many=fit_many)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (gives("predict_proba", lambda p, X: p * 1.5, ElasticNetLogistic), "outside 0 to 1"),
        (gives("predict_proba", lambda p, X: p * 0.5, ElasticNetLogistic), "do not sum to 1"),
        (gives("predict_proba", lambda p, X: p[:, ::-1], ElasticNetLogistic), "likelier yes"),
        (gives("predict_proba", lambda p, X: p[:, 1:], ElasticNetLogistic), "a column for no and one for yes"),
        (many(lambda fits: fits[:-1]), "fits for 6 penalties"),
        (many(lambda fits: fits[::-1]), "where .* was asked"),
        (gives("predict_survival", lambda s, X: s * 0.99, ElasticNetCox), "start at 1"),
        (gives("predict_survival", lambda s, X: s[:, ::-1], ElasticNetCox), "start at 1"),
        (gives("predict_survival", lambda s, X: np.c_[np.ones(len(s)), s[:, :0:-1]], ElasticNetCox), "rises with time"),
        (gives("predict_survival", lambda s, X: s[:, :-1], ElasticNetCox), "a column for each month"),
        (gives("predict_survival", lambda s, X: s * 2 - 1, ElasticNetCox), "outside 0 to 1"),
        (gives("predict", lambda s, X: -s, ElasticNetCox), "earlier event"),
    ],
)
def test_broken_model_is_caught(make, words):
    with pytest.raises(AssertionError, match=words):
        check_estimator(make())


def test_many_fits_that_differ_from_one_by_one_are_caught():
    class Sloppy(ElasticNetLogistic):
        """Give the same fit for every penalty."""

        def fit_many(self, X, y, penalty):
            found = [type(self)(share, self.l1_ratio).fit(X, y) for share in penalty]
            for one in found:
                one.coef_ = found[0].coef_
            return found

    ESTIMATORS.add("broken")(Sloppy)
    with pytest.raises(AssertionError, match="predicts something else than `fit`"):
        check_estimator(Sloppy)


class Half(TransformerMixin, BaseEstimator):
    """Divide by two; learns nothing, loses what it holds when it is saved."""

    def fit(self, X, y=None):
        """Learn the number of columns."""
        self.n_features_in_ = numbers(self, X, reset=True).shape[1]
        self._by = 2.0
        return self

    def transform(self, X):
        """Return halves."""
        check_is_fitted(self)
        return numbers(self, X, reset=False) / self._by

    def get_feature_names_out(self, names=None):
        """As many names as columns."""
        return np.array([f"x{i}" for i in range(self.n_features_in_)], dtype=object)


def test_a_plain_estimator_of_ones_own_passes():
    ESTIMATORS.add("half")(Half)
    check_estimator(Half)


def test_a_state_that_is_lost_when_saved_is_caught():
    class Slotted(Half):
        """Keep what it learned where a saved model does not look."""

        __slots__ = ("hidden",)

        def fit(self, X, y=None):
            """Learn."""
            self.hidden = 3.0
            return super().fit(X, y)

        def transform(self, X):
            """Return multiples."""
            return super().transform(X) * getattr(self, "hidden", 1.0)

    ESTIMATORS.add("broken")(Slotted)
    with pytest.raises(AssertionError, match="once it was saved and loaded"):
        check_estimator(Slotted)
