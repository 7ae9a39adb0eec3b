"""Elastic-net paths against glmnet, the optimality conditions, and the Breslow baseline of R's survival."""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from radici.core.errors import InputError, OutcomeError
from radici.learning.coordinate_descent import (
    breslow_baseline,
    cox_largest_penalty,
    cox_path,
    first_entered,
    logistic_largest_penalty,
    logistic_path,
    penalty_sequence,
)

REFERENCE = Path(__file__).parents[1] / "reference" / "glmnet.csv"  # made by make_glmnet.R beside it
RATIOS = (1.0, 0.5, 0.05, 0.0)
SHAPES = ((80, 10), (40, 50))


def uniforms(count, state):
    """Park and Miller's minimal standard generator (1988), as in make_glmnet.R."""
    values = np.empty(count)
    for k in range(count):
        state = 16807 * state % 2147483647
        values[k] = state / 2147483647
    return values


class Patients:
    def __init__(self, rows, columns, seed=11):
        u = uniforms(rows * (columns + 4), seed)
        noise = u[rows * columns :].reshape(rows, 4)
        X = u[: rows * columns].reshape(rows, columns) + 0.5 * noise[:, :1]
        X = X - X.mean(axis=0)
        self.X = X / np.sqrt((X**2).mean(axis=0))
        score = self.X[:, 0] - 0.7 * self.X[:, 1] + 0.5 * self.X[:, 2]
        self.y = (noise[:, 1] < 1 / (1 + np.exp(-score))).astype(float)
        self.event = (noise[:, 2] < 0.7).astype(float)
        self.months = np.ceil(-6 * np.log(noise[:, 3]) * np.exp(-score))
        self.weights = 1 + np.floor(3 * noise[:, 0])


def read_reference():
    largest, points, baseline = {}, defaultdict(dict), []
    with REFERENCE.open() as lines:
        for row in csv.DictReader(lines):
            setting = (row["family"], int(row["rows"]), int(row["columns"]), int(row["seed"]))
            value, tolerance = float(row["value"]), float(row["tolerance"])
            if row["family"] == "breslow":
                baseline.append((float(row["term"].removeprefix("month")), value, tolerance))
            elif row["term"] == "largest_penalty":
                largest[(*setting, float(row["l1_ratio"]))] = (value, tolerance)
            else:
                point = (*setting, float(row["l1_ratio"]), float(row["penalty"]))
                points[point][row["term"]] = (value, tolerance)
    return largest, points, baseline


LARGEST, POINTS, BASELINE = read_reference()
COX_POINTS = {point: terms for point, terms in POINTS.items() if point[0] == "cox"}
LOGISTIC_POINTS = {point: terms for point, terms in POINTS.items() if point[0] != "cox"}


def named(point):
    family, rows, columns, _, *numbers = point
    return f"{family}-{rows}x{columns}-" + "-".join(f"{number:.3g}" for number in numbers)


def wide(terms, columns):
    return np.array([terms.get(f"x{j + 1}", (0.0,))[0] for j in range(columns)])


def tolerance_of(terms):
    return next(iter(terms.values()))[1]


def logistic_at(point):
    family, rows, columns, seed, l1_ratio, penalty = point
    patients = Patients(rows, columns, seed)
    weights = patients.weights if family == "weighted" else None
    intercepts, coefs = logistic_path(patients.X, patients.y, np.array([penalty]), l1_ratio, weights)
    return intercepts[0], coefs[0]


def cox_at(point):
    _, rows, columns, seed, l1_ratio, penalty = point
    patients = Patients(rows, columns, seed)
    return cox_path(patients.X, patients.event, patients.months, np.array([penalty]), l1_ratio)[0]


@pytest.mark.parametrize("point", LOGISTIC_POINTS, ids=named)
def test_logistic_coefficients_are_those_of_glmnet(point):
    expected = wide(POINTS[point], point[2])
    np.testing.assert_allclose(logistic_at(point)[1], expected, rtol=0, atol=tolerance_of(POINTS[point]))


@pytest.mark.parametrize("point", LOGISTIC_POINTS, ids=named)
def test_logistic_intercept_is_that_of_glmnet(point):
    value, tolerance = POINTS[point]["intercept"]
    assert logistic_at(point)[0] == pytest.approx(value, rel=0, abs=tolerance)


@pytest.mark.parametrize("point", COX_POINTS, ids=named)
def test_cox_coefficients_are_those_of_glmnet(point):
    expected = wide(POINTS[point], point[2])
    np.testing.assert_allclose(cox_at(point), expected, rtol=0, atol=tolerance_of(POINTS[point]))


@pytest.mark.parametrize("setting", LARGEST, ids=named)
def test_largest_penalty_is_that_of_glmnet(setting):
    family, rows, columns, seed, l1_ratio = setting
    patients = Patients(rows, columns, seed)
    if family == "cox":
        found = cox_largest_penalty(patients.X, patients.event, patients.months, l1_ratio)
    else:
        weights = patients.weights if family == "weighted" else None
        found = logistic_largest_penalty(patients.X, patients.y, l1_ratio, weights)
    value, tolerance = LARGEST[setting]
    assert found == pytest.approx(value, rel=tolerance)


def logistic_gradient(patients, intercept, coef):
    chance = 1 / (1 + np.exp(-intercept - patients.X @ coef))
    return patients.X.T @ (chance - patients.y) / len(patients.y), (chance - patients.y).mean()


def cox_gradient(patients, coef):
    """Straight from the definition: one risk set per event, no sorting, no running sums."""
    hazard = np.exp(patients.X @ coef)
    total = np.zeros(coef.size)
    for i in np.flatnonzero(patients.event):
        at_risk = patients.months >= patients.months[i]
        total -= patients.X[i] - hazard[at_risk] @ patients.X[at_risk] / hazard[at_risk].sum()
    return total / len(patients.event)


def distance_from_optimum(gradient, coef, penalty, l1_ratio):
    """How far zero is from the subdifferential of loss plus penalty (the Karush-Kuhn-Tucker conditions)."""
    smooth = gradient + penalty * (1 - l1_ratio) * coef
    inside = np.abs(smooth + penalty * l1_ratio * np.sign(coef))
    return np.where(coef != 0, inside, np.maximum(np.abs(smooth) - penalty * l1_ratio, 0)).max()


def own_penalties(largest, count=8):
    return penalty_sequence(largest, 0.02, count)


@pytest.mark.parametrize("l1_ratio", RATIOS)
@pytest.mark.parametrize("shape", SHAPES)
def test_logistic_path_meets_the_optimality_conditions(shape, l1_ratio):
    patients = Patients(*shape)
    penalties = own_penalties(logistic_largest_penalty(patients.X, patients.y, l1_ratio))
    path = zip(penalties, *logistic_path(patients.X, patients.y, penalties, l1_ratio), strict=True)
    worst = 0.0
    for penalty, intercept, coef in path:
        slopes, level = logistic_gradient(patients, intercept, coef)
        worst = max(worst, abs(level), distance_from_optimum(slopes, coef, penalty, l1_ratio))
    assert worst < 1e-7


@pytest.mark.parametrize("l1_ratio", RATIOS)
@pytest.mark.parametrize("shape", SHAPES)
def test_cox_path_meets_the_optimality_conditions(shape, l1_ratio):
    patients = Patients(*shape)
    penalties = own_penalties(cox_largest_penalty(patients.X, patients.event, patients.months, l1_ratio))
    coefs = cox_path(patients.X, patients.event, patients.months, penalties, l1_ratio)
    worst = max(
        distance_from_optimum(cox_gradient(patients, coef), coef, penalty, l1_ratio)
        for penalty, coef in zip(penalties, coefs, strict=True)
    )
    assert worst < 1e-7


def test_equal_columns_still_meet_the_optimality_conditions():
    patients = Patients(40, 50)
    patients.X[:, 1], patients.X[:, 2] = patients.X[:, 0], -patients.X[:, 0]
    penalty = 0.02 * cox_largest_penalty(patients.X, patients.event, patients.months, 1.0)
    coef = cox_path(patients.X, patients.event, patients.months, np.array([penalty]), 1.0)[0]
    assert distance_from_optimum(cox_gradient(patients, coef), coef, penalty, 1.0) < 1e-7


def test_two_thousand_columns_of_thirty_patients_meet_the_optimality_conditions():
    patients = Patients(30, 2000)
    penalty = 0.1 * logistic_largest_penalty(patients.X, patients.y, 0.5)
    intercepts, coefs = logistic_path(patients.X, patients.y, np.array([penalty]), 0.5)
    slopes, _ = logistic_gradient(patients, intercepts[0], coefs[0])
    assert distance_from_optimum(slopes, coefs[0], penalty, 0.5) < 1e-7


@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
def test_logistic_coefficients_are_zero_at_the_largest_penalty(l1_ratio):
    patients = Patients(80, 10)
    largest = logistic_largest_penalty(patients.X, patients.y, l1_ratio)
    assert not logistic_path(patients.X, patients.y, np.array([largest]), l1_ratio)[1].any()


@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
def test_one_cox_coefficient_enters_just_below_the_largest_penalty(l1_ratio):
    patients = Patients(80, 10)
    largest = cox_largest_penalty(patients.X, patients.event, patients.months, l1_ratio)
    coefs = cox_path(patients.X, patients.event, patients.months, largest * np.array([1.0, 0.9999]), l1_ratio)
    assert np.count_nonzero(coefs, axis=1).tolist() == [0, 1]


def test_intercept_without_columns_is_the_log_odds():
    patients = Patients(80, 10)
    intercepts, _ = logistic_path(patients.X, patients.y, np.array([10.0]), 1.0)
    assert intercepts[0] == pytest.approx(np.log(patients.y.mean() / (1 - patients.y.mean())), abs=1e-12)


def test_whole_weights_count_as_repeated_patients():
    patients = Patients(80, 10)
    repeats = patients.weights.astype(int)
    penalties = np.array([0.05, 0.01])
    _, weighted = logistic_path(patients.X, patients.y, penalties, 0.5, patients.weights)
    _, repeated = logistic_path(np.repeat(patients.X, repeats, axis=0), np.repeat(patients.y, repeats), penalties, 0.5)
    np.testing.assert_allclose(weighted, repeated, rtol=0, atol=1e-8)


@pytest.mark.parametrize("shape", SHAPES)
def test_permuted_columns_permute_logistic_coefficients(shape):
    patients = Patients(*shape)
    order = np.argsort(uniforms(shape[1], 3))
    penalties = np.array([0.1, 0.03, 0.01])
    _, straight = logistic_path(patients.X, patients.y, penalties, 0.5)
    _, permuted = logistic_path(patients.X[:, order], patients.y, penalties, 0.5)
    np.testing.assert_allclose(permuted, straight[:, order], rtol=0, atol=1e-7)


@pytest.mark.parametrize("shape", SHAPES)
def test_permuted_columns_permute_cox_coefficients(shape):
    patients = Patients(*shape)
    order = np.argsort(uniforms(shape[1], 3))
    penalties = np.array([0.1, 0.03, 0.01])
    straight = cox_path(patients.X, patients.event, patients.months, penalties, 0.5)
    permuted = cox_path(patients.X[:, order], patients.event, patients.months, penalties, 0.5)
    np.testing.assert_allclose(permuted, straight[:, order], rtol=0, atol=1e-7)


def test_the_order_of_patients_does_not_move_cox_coefficients():
    patients = Patients(80, 10)
    order = np.argsort(uniforms(80, 5))
    straight = cox_path(patients.X, patients.event, patients.months, np.array([0.02]), 0.5)
    shuffled = cox_path(patients.X[order], patients.event[order], patients.months[order], np.array([0.02]), 0.5)
    np.testing.assert_allclose(shuffled, straight, rtol=0, atol=1e-9)


def test_the_same_input_gives_the_same_bytes():
    patients = Patients(40, 50)
    paths = [cox_path(patients.X, patients.event, patients.months, np.array([0.1, 0.01]), 0.5) for _ in range(2)]
    assert paths[0].tobytes() == paths[1].tobytes()


def test_memory_layout_does_not_change_a_byte():
    patients = Patients(40, 50)
    rows, columns = np.ascontiguousarray(patients.X), np.asfortranarray(patients.X)
    paths = [logistic_path(X, patients.y, np.array([0.1, 0.01]), 0.5)[1].tobytes() for X in (rows, columns)]
    assert paths[0] == paths[1]


@pytest.mark.parametrize("l1_ratio", RATIOS)
@pytest.mark.parametrize("constant", [0.0, 3.7])
def test_a_constant_column_has_logistic_coefficient_zero(constant, l1_ratio):
    patients = Patients(80, 10)
    patients.X[:, 4] = constant
    _, coefs = logistic_path(patients.X, patients.y, np.array([0.1, 0.001]), l1_ratio)
    assert not coefs[:, 4].any()


@pytest.mark.parametrize("l1_ratio", RATIOS)
@pytest.mark.parametrize("constant", [0.0, 3.7])
def test_a_constant_column_has_cox_coefficient_zero(constant, l1_ratio):
    patients = Patients(80, 10)
    patients.X[:, 4] = constant
    coefs = cox_path(patients.X, patients.event, patients.months, np.array([0.1, 0.001]), l1_ratio)
    assert not coefs[:, 4].any()


def separated():
    patients = Patients(80, 10)
    patients.y = (patients.X[:, 0] > 0).astype(float)
    return patients


def test_a_separated_path_stops_and_repeats_its_last_solution():
    patients = separated()
    _, coefs = logistic_path(patients.X, patients.y, penalty_sequence(0.5, 1e-8, 30), 1.0)
    assert (coefs[-1] == coefs[-2]).all()


def test_a_separated_path_stops_only_when_the_deviance_is_explained():
    patients = separated()
    intercepts, coefs = logistic_path(patients.X, patients.y, penalty_sequence(0.5, 1e-8, 30), 1.0)
    chance = 1 / (1 + np.exp(-intercepts[-1] - patients.X @ coefs[-1]))
    share = patients.y.mean()
    null = -share * np.log(share) - (1 - share) * np.log(1 - share)
    assert -np.log(np.where(patients.y == 1, chance, 1 - chance)).mean() < 0.001 * null


def test_a_separated_path_without_penalty_stays_finite():
    patients = separated()
    assert np.isfinite(logistic_path(patients.X, patients.y, np.array([0.0]), 1.0)[1]).all()


def ordered_by_a_column():
    patients = Patients(40, 10)
    patients.months, patients.event = 10 - patients.X[:, 0], np.ones(40)
    return patients


def test_months_that_a_column_orders_perfectly_stay_finite():
    patients = ordered_by_a_column()
    penalties = penalty_sequence(1.0, 1e-8, 30)
    assert np.isfinite(cox_path(patients.X, patients.event, patients.months, penalties, 1.0)).all()


def test_a_path_whose_scores_run_apart_repeats_its_last_solution():
    patients = ordered_by_a_column()
    coefs = cox_path(patients.X, patients.event, patients.months, np.array([0.01, 1e-9]), 1.0)
    assert (coefs[1] == coefs[0]).all()


@pytest.mark.parametrize("kind", [bool, int, float])
def test_events_may_be_truth_values_or_numbers(kind):
    patients = Patients(80, 10)
    expected = cox_path(patients.X, patients.event, patients.months, np.array([0.05]), 1.0)
    found = cox_path(patients.X, patients.event.astype(kind), patients.months, np.array([0.05]), 1.0)
    np.testing.assert_array_equal(found, expected)


def test_the_arrays_given_are_not_changed():
    patients = Patients(80, 10)
    before = patients.X.tobytes()
    cox_path(patients.X, patients.event, patients.months, np.array([0.05]), 1.0)
    assert patients.X.tobytes() == before


def test_no_events_is_refused():
    patients = Patients(80, 10)
    with pytest.raises(OutcomeError, match="at least one event"):
        cox_path(patients.X, np.zeros(80), patients.months, np.array([0.1]), 1.0)


def test_no_events_is_refused_for_the_baseline():
    with pytest.raises(ValueError, match="at least one event"):
        breslow_baseline(np.zeros(3), np.arange(3.0), np.zeros(3))


@pytest.mark.parametrize("y", [np.zeros(80), np.ones(80), np.tile([1.0, 2.0], 40), np.tile([0.0, np.nan], 40)])
def test_an_outcome_without_two_classes_is_refused(y):
    with pytest.raises(OutcomeError, match="both 0 and 1"):
        logistic_path(Patients(80, 10).X, y, np.array([0.1]), 1.0)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_value_that_is_not_finite_is_refused(value):
    patients = Patients(80, 10)
    patients.X[3, 2] = value
    with pytest.raises(InputError, match="finite"):
        logistic_path(patients.X, patients.y, np.array([0.1]), 1.0)


@pytest.mark.parametrize("months", [np.nan, np.inf, -np.inf])
def test_months_that_are_not_finite_are_refused(months):
    patients = Patients(80, 10)
    patients.months[7] = months
    with pytest.raises(InputError, match="finite months"):
        cox_path(patients.X, patients.event, patients.months, np.array([0.1]), 1.0)


def test_an_event_other_than_0_or_1_is_refused():
    patients = Patients(80, 10)
    patients.event[7] = 2
    with pytest.raises(InputError, match="events of 0 or 1"):
        cox_path(patients.X, patients.event, patients.months, np.array([0.1]), 1.0)


@pytest.mark.parametrize(("penalty", "l1_ratio"), [(-0.1, 1.0), (np.nan, 1.0), (0.1, 1.5), (0.1, np.nan)])
def test_a_penalty_that_cannot_be_used_is_refused(penalty, l1_ratio):
    patients = Patients(80, 10)
    with pytest.raises(InputError, match="no penalty below 0"):
        logistic_path(patients.X, patients.y, np.array([penalty]), l1_ratio)


@pytest.mark.parametrize("weights", [np.zeros(80), np.ones(79), np.full(80, -1.0), np.full(80, np.nan)])
def test_weights_that_cannot_be_used_are_refused(weights):
    patients = Patients(80, 10)
    with pytest.raises(InputError, match="80 weights"):
        logistic_path(patients.X, patients.y, np.array([0.1]), 1.0, weights)


def test_shapes_that_differ_are_refused():
    patients = Patients(80, 10)
    with pytest.raises(InputError, match="same patients"):
        cox_path(patients.X[:-1], patients.event, patients.months, np.array([0.1]), 1.0)


def test_ridge_takes_the_largest_penalty_at_an_l1_ratio_of_a_thousandth():
    patients = Patients(80, 10)
    lasso = logistic_largest_penalty(patients.X, patients.y, 1.0)
    assert logistic_largest_penalty(patients.X, patients.y, 0.0) == pytest.approx(1000 * lasso)


def test_penalties_fall_by_the_same_factor():
    np.testing.assert_allclose(penalty_sequence(8.0, 0.125, 4), [8, 4, 2, 1])


def test_one_penalty_is_the_largest():
    assert penalty_sequence(8.0, 0.125, 1).tolist() == [8.0]


PATH = np.array([[0, 0, 0, 0], [0, 0.5, 0, 0], [0, 0.6, -0.1, 0], [0.2, 0.7, -0.3, 0], [0.1, 0.9, -0.3, 0.4]])


@pytest.mark.parametrize(
    ("count", "expected"), [(1, [1]), (2, [1, 2]), (3, [0, 1, 2]), (4, [0, 1, 2, 3]), (9, [0, 1, 2, 3])]
)
def test_columns_enter_in_the_order_of_the_path(count, expected):
    assert first_entered(PATH, count).tolist() == expected


def test_columns_that_enter_together_are_chosen_by_size():
    assert first_entered(PATH[[0, 4]], 2).tolist() == [1, 3]


def test_columns_that_enter_together_with_equal_size_are_chosen_from_the_left():
    assert first_entered(np.array([[0.5, -0.5, 0.5]]), 2).tolist() == [0, 1]


def test_the_walk_ends_where_too_many_columns_are_in_though_some_leave_later():
    assert first_entered(PATH[[1, 3, 2]], 2).tolist() == [1]


def test_no_column_enters_an_empty_path():
    assert first_entered(PATH[:1], 2).tolist() == []


def baseline():
    patients = Patients(80, 10)
    return breslow_baseline(patients.event, patients.months, patients.X[:, :3] @ [1, -0.7, 0.5])


def test_baseline_steps_are_the_months_with_events():
    assert baseline()[0].tolist() == [month for month, _, _ in BASELINE]


@pytest.mark.parametrize("place", range(len(BASELINE)), ids=lambda k: f"month{BASELINE[k][0]:g}")
def test_baseline_hazard_is_that_of_r_survival(place):
    _, value, tolerance = BASELINE[place]
    assert baseline()[1][place] == pytest.approx(value, rel=tolerance)


def test_baseline_without_risk_is_the_nelson_aalen_estimate():
    _, hazard = breslow_baseline(np.array([1, 1, 0, 1]), np.array([1.0, 2.0, 2.0, 3.0]), np.zeros(4))
    np.testing.assert_allclose(hazard, [1 / 4, 1 / 4 + 1 / 3, 1 / 4 + 1 / 3 + 1])
