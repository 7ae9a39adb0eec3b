"""The data behind the figures: curves, groups and counts against values worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from radici.core.cohort import Left
from radici.core.outcome import Response, Survival
from radici.core.table import Column
from radici.evaluation import heldout
from radici.evaluation.evaluation import Evaluation, Number
from radici.evaluation.heldout import HeldOut
from radici.reporting import flow, risk_groups, roc
from radici.reporting.calibration import calibration_data
from radici.reporting.performance import coverage_table, wilson
from radici.reporting.words import feature_words, how_words, in_order, interval, p_words
from radici.statistics.estimate import Estimate


def held_out(fold, score, **more) -> HeldOut:
    fold, score = np.atleast_2d(fold), np.atleast_2d(np.asarray(score, dtype=float))
    patients = tuple(f"P{i}" for i in range(fold.shape[1]))
    return HeldOut("image", patients, fold, score, key=heldout._engine, **more)


def evaluation(outcome, held, metric="AUC", **more) -> Evaluation:
    number = Number("development", "image", metric, Estimate(0.5, 0.2, 0.8, len(outcome.patients), 4))
    return Evaluation("development", outcome, (number,), {"image": held}, None, **more)


def test_roc_curves_are_averaged_within_folds_and_not_pooled():
    # Fold 0 ranks perfectly, fold 1 the wrong way round and on a far higher scale: vertically averaged the curve
    # is 1/2 at every false positive rate between 0 and 1; pooled it would not be.
    held = held_out([0, 0, 0, 0, 1, 1, 1, 1], [4, 3, 2, 1, 101, 102, 103, 104])
    outcome = Response("r", held.patients, (), np.array([1, 1, 0, 0, 1, 1, 0, 0], dtype=bool))
    data = roc.roc_data(evaluation(outcome, held))
    inside = data[data["false_positive_rate"].between(0.01, 0.99)]
    assert set(inside["true_positive_rate"]) == {0.5}


def test_area_under_the_averaged_curve_is_the_reported_auc(record_of):
    found = record_of().development
    data = roc.roc_data(found)
    rows = data[data["model"] == "clinical+image"]
    area = np.trapezoid(rows["true_positive_rate"], rows["false_positive_rate"])
    assert area == pytest.approx(found.number("clinical+image", "AUC").value, abs=0.01)  # the grid has steps of 0.01


def test_a_fold_with_one_class_has_no_curve():
    held = held_out([0, 0, 1, 1], [2, 1, 2, 1])
    outcome = Response("r", held.patients, (), np.array([1, 0, 1, 1], dtype=bool))
    assert set(roc.roc_data(evaluation(outcome, held))["curves"]) == {1}


def test_risk_groups_are_counted_off_within_each_fold():
    held = held_out([0] * 6 + [1] * 6, [1, 2, 3, 4, 5, 6, 106, 105, 104, 103, 102, 101])
    assert risk_groups.within_folds(held, 3).tolist() == [0, 0, 1, 1, 2, 2, 2, 2, 1, 1, 0, 0]


def test_a_patients_risk_group_is_the_majority_over_repeats():
    held = held_out([[0, 0, 0]] * 3, [[1, 2, 3], [1, 2, 3], [3, 2, 1]])
    assert risk_groups.within_folds(held, 3).tolist() == [0, 1, 2]


def test_without_a_majority_the_middle_group_counts():
    held = held_out([[0, 0, 0]] * 3, [[1, 2, 3], [2, 3, 1], [3, 1, 2]])
    assert risk_groups.within_folds(held, 3).tolist() == [1, 1, 1]


@pytest.mark.parametrize(("n", "groups"), [(59, 2), (60, 3)])
def test_fewer_than_60_patients_make_two_risk_groups(n, groups):
    assert risk_groups.group_count(n) == groups


def test_sealed_risk_groups_use_the_locked_models_development_scores(record_of):
    record = record_of("survival")
    model, development = record.models["image"], record.table.of(record.development.outcome.patients)
    known = np.sort(model.predict(development)["score"])
    found = risk_groups.sealed_groups(record.sealed, "image", model, development)
    low = (record.sealed.heldout["image"].score[0] <= np.median(known)).sum()
    assert found.medians[0]["n"] == str(low)


def test_sealed_risk_groups_without_the_model_say_that_they_were_made_within_the_cohort(record_of):
    record = record_of("survival")
    found = risk_groups.sealed_groups(record.sealed, "image", None, record.table)
    assert "within this cohort" in found.how


def test_calibration_groups_average_the_repeats_of_each_patient():
    probability = np.array([np.linspace(0.05, 0.85, 10), np.linspace(0.15, 0.95, 10)])
    held = held_out(np.zeros((2, 10), dtype=int), probability, probability=probability)
    outcome = Response("r", held.patients, (), np.arange(10) % 2 == 1)
    groups = calibration_data(evaluation(outcome, held), "image").query("part == 'group'")
    middle = np.linspace(0.1, 0.9, 10).reshape(5, 2).mean(axis=1)
    assert groups["predicted"].to_numpy() == pytest.approx(middle)


def test_survival_calibration_reads_the_curves_at_the_horizon():
    months = np.array([0.0, 6.0, 12.0])
    survival = np.broadcast_to(np.array([1.0, 0.7, 0.4]), (1, 10, 3))
    held = held_out([0] * 10, range(10), months=months, survival=survival)
    outcome = Survival("os", held.patients, (), np.array([True] * 3 + [False] * 7), np.arange(1.0, 11.0))
    found = evaluation(outcome, held, "C-index", horizon_months=6.0)
    groups = calibration_data(found, "image").query("part == 'group'")
    # Equal risks share one group; three of ten had the event before anybody was censored, so KM at 6 is 0.7.
    assert groups[["predicted", "observed"]].to_numpy().tolist() == [pytest.approx([0.3, 0.3])]


def test_the_histogram_counts_every_patient(record_of):
    record = record_of()
    data = calibration_data(record.development, "image")
    assert data.loc[data["part"] == "histogram", "n"].sum() == len(record.development.outcome.patients)


def test_flow_adds_up(record_of):
    data = flow.flow_data(record_of()).groupby("kind")["patients"].sum()
    assert data["start"] - data["left"] == data["analysed"] == data["cohort"]


def test_a_patient_analysed_with_another_scan_is_not_left_out(record_of):
    record = record_of()
    someone = record.development.outcome.patients[0]
    more = replace(record, left_out=(*record.left_out, Left(someone, "files", "second scan is absent")))
    assert flow.flow_data(more).equals(flow.flow_data(record))


def test_reasons_that_differ_by_the_patients_id_are_one_group(record_of):
    left = tuple(Left(f"Q{i}", "files", f"images/Q{i}_ct.nii.gz does not exist") for i in range(3))
    groups = flow.left_groups(replace(record_of(), left_out=left))
    assert [(g.reason, g.patients) for g in groups] == [("images/…_ct.nii.gz does not exist", ("Q0", "Q1", "Q2"))]


def test_an_unknown_endpoint_is_listed_even_if_nobody_left_the_patient_out(record_of):
    record = record_of()
    unknown = replace(record.outcome, unknown=(("U1", "no value"),))
    assert "U1" in [p for g in flow.left_groups(replace(record, outcome=unknown)) for p in g.patients]


def test_a_flow_that_does_not_account_for_everybody_says_so(record_of):
    record = replace(record_of(), inputs={"patients": 500})
    assert flow.unaccounted(record, flow.flow_data(record)).startswith("The clinical table holds 500 patients")


def test_wilson_interval_of_half_of_ten():
    # Wilson 1927; R: prop.test(5, 10, correct = FALSE)$conf.int
    found = wilson(5, 10)
    assert (found.low, found.high) == pytest.approx((0.2365931, 0.7634069), abs=1e-6)


def test_simulated_coverage_gets_an_interval():
    rows = coverage_table({"null": {"n": 120, "cohorts": 10, "covered": 0.5}})["rows"]
    assert rows == [{"name": "null", "cells": ["120", "10", "0.50 (0.24 to 0.76)"]}]


def test_coverage_of_any_shape_is_printed():
    assert coverage_table({"source": "docs"})["rows"] == [{"name": "source: docs", "cells": []}]


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(0.1, -0.001, 0.2, 9), "+0.10 (+0.00 to +0.20)"),
        (Estimate(-0.1, -0.2, np.nan, 9), "-0.10 (interval not available)"),
    ],
)
def test_a_difference_is_printed_with_its_sign_and_interval(estimate, text):
    assert interval(estimate, signed=True) == text


@pytest.mark.parametrize(("p", "text"), [(0.0004, "p < 0.001"), (0.0478, "p = 0.048"), (None, ""), (np.nan, "")])
def test_p_values_in_words(p, text):
    assert p_words(p) == text


def test_a_feature_name_is_taken_apart_for_the_reader():
    column = Column("ct_gtv__orig__stat_mean__none", ibsi_tag="stat_mean", ibsi_code="Q4LE")
    words = feature_words(column)
    assert (words["where"], words["image"], words["what"], words["ibsi"]) == (
        "CT gtv", "original image", "Intensity: mean", "stat_mean Q4LE",
    )  # fmt: skip


def test_a_foreign_feature_keeps_its_name():
    assert feature_words(Column("original_firstorder_Mean", origin="pyradiomics"))["what"] == "original_firstorder_Mean"


def test_models_keep_the_order_of_the_comparison_in_every_cohort():
    assert in_order(["clinical+image", "image", "own", "volume", "image"]) == [
        "volume",
        "image",
        "clinical+image",
        "own",
    ]


def test_a_failed_extraction_is_told_once(record_of):
    assert flow.failures(record_of()) == [("S900", "Patient S900, CT: region 'gtv' is empty.")]


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("none", ""),
        ("fbs25_d1_3d_mrg", "bin width 25, distance 1, 3D merged"),
        ("fbs2p5_3d_avg", "bin width 2.5, 3D averaged"),
        ("eps16_d1_a0_2_5d", "16 bins of equal shares, distance 1, coarseness 0, 2.5D"),
        ("fbn32_2_5d_mrg", "32 bins, 2.5D merged"),
        ("fbn32_other", "32 bins, other"),
    ],
)
def test_how_a_feature_was_made_in_words(how, text):
    assert how_words(how) == text


def test_a_family_that_shares_its_prefix_has_words():
    assert "Moran" in feature_words(Column("ct_gtv__orig__morph_moran_i__none"))["meaning"]
