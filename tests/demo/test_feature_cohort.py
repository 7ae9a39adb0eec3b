"""The synthetic cohort as a table: names, correlations, and how well the truth itself predicts."""

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import rankdata

from radici.core.errors import StudyError
from radici.core.names import FeatureName
from radici.core.outcome import Response, Survival
from radici.demo import feature_cohort
from radici.demo.truth import INTERCEPT, SLOPE


def auc(score, yes):
    """Mann-Whitney."""
    ranks, count = rankdata(score), yes.sum()
    return (ranks[yes].sum() - count * (count + 1) / 2) / (count * (len(yes) - count))


def auc_by_quadrature():
    """P(risk of a non-responder > risk of a responder) for a standard normal risk and a logistic response."""
    risk = np.linspace(-8, 8, 8001)
    weight = np.exp(-(risk**2) / 2) / np.exp(-(risk**2) / 2).sum()
    yes = weight * expit(INTERCEPT - SLOPE * risk)
    no = weight - yes
    above = no[::-1].cumsum()[::-1] - no / 2
    return (yes * above).sum() / (yes.sum() * no.sum())


@pytest.fixture(scope="module")
def large():
    return feature_cohort(40_000, signal="planted", seed=1, image_features=12)


def test_the_coefficient_fixes_the_auc():
    assert auc_by_quadrature() == pytest.approx(0.780, abs=5e-4)


@pytest.mark.parametrize("signal", ["planted", "clinical_and_volume"])
def test_the_risk_score_reaches_that_auc(signal):
    _, outcome, _, risk = feature_cohort(40_000, signal=signal, seed=2, image_features=6)
    assert auc(-risk, outcome.yes) == pytest.approx(0.780, abs=0.01)  # 4 standard errors


def test_the_risk_score_orders_survival():
    _, outcome, _, risk = feature_cohort(2000, signal="planted", seed=2, image_features=6, kind="survival")
    earlier = (outcome.months[:, None] < outcome.months[None, :]) & outcome.event[:, None]
    assert 0.74 < (risk[:, None] > risk[None, :])[earlier].mean() < 0.80


def test_risk_has_unit_variance(large):
    assert large[3].std() == pytest.approx(1, abs=0.02)


def test_two_in_five_respond(large):
    assert large[1].yes.mean() == pytest.approx(0.405, abs=0.01)


def test_without_a_signal_nothing_predicts():
    table, outcome, _, _ = feature_cohort(40_000, signal="none", seed=4, image_features=12)
    found = [auc(table.values[name].to_numpy(), outcome.yes) for name in table.values]
    assert np.abs(np.array(found) - 0.5).max() < 0.015


def test_with_clinical_and_volume_the_texture_predicts_nothing():
    table, outcome, _, _ = feature_cohort(40_000, signal="clinical_and_volume", seed=4, image_features=12)
    assert auc(table.values["ct_gtv__orig__sim_f03__none"].to_numpy(), outcome.yes) == pytest.approx(0.5, abs=0.015)


def test_planted_texture_predicts(large):
    table, outcome, _, _ = large
    assert auc(-table.values["ct_gtv__orig__sim_f03__none"].to_numpy(), outcome.yes) > 0.65


def test_neighbours_correlate(large):
    values = large[0].values
    r = np.corrcoef(values["ct_gtv__orig__sim_f07__none"], values["ct_gtv__orig__sim_f08__none"])[0, 1]
    assert r == pytest.approx(0.7, abs=0.02)


def test_the_first_group_follows_the_volume(large):
    values, volume = large[0].values, large[2].volume
    assert np.corrcoef(values["ct_gtv__orig__sim_f01__none"], np.log(values[volume]))[0, 1] > 0.8


def test_texture_is_independent_of_volume(large):
    values, volume = large[0].values, large[2].volume
    assert abs(np.corrcoef(values["ct_gtv__orig__sim_f03__none"], values[volume])[0, 1]) < 0.02


def test_image_columns_follow_the_grammar():
    _, _, blocks, _ = feature_cohort(20, signal="planted", seed=1)
    assert all(str(FeatureName.parse(name)) == name for name in blocks.image)


def test_columns_are_counted():
    _, _, blocks, _ = feature_cohort(20, signal="planted", seed=1, image_features=60)
    assert (len(blocks.image), len(blocks.clinical)) == (61, 5)


def test_the_volume_is_one_of_the_image_columns():
    _, _, blocks, _ = feature_cohort(20, signal="planted", seed=1)
    assert blocks.volume in blocks.image


def test_kinds_of_columns_are_said():
    table, _, blocks, _ = feature_cohort(20, signal="planted", seed=1)
    assert {table.columns[name].kind for name in blocks.clinical} == {"clinical"}


def test_rows_carry_the_site():
    table, _, _, _ = feature_cohort(60, signal="planted", seed=1)
    assert set(table.rows["site"]) == {"north", "south", "coast"}


def test_one_row_per_patient_in_the_outcome_s_order():
    table, outcome, _, _ = feature_cohort(20, signal="planted", seed=1)
    assert table.per_patient().patients == outcome.patients


@pytest.mark.parametrize(("kind", "noun"), [("response", Response), ("survival", Survival)])
def test_kind_chooses_the_outcome(kind, noun):
    assert isinstance(feature_cohort(20, signal="planted", seed=1, kind=kind)[1], noun)


def test_the_same_seed_gives_the_same_table():
    one, two = [feature_cohort(20, signal="planted", seed=9)[0].values for _ in range(2)]
    assert one.equals(two)


@pytest.mark.parametrize("wrong", [{"signal": "strong"}, {"signal": "none", "kind": "strong"}])
def test_what_does_not_exist_is_refused(wrong):
    with pytest.raises(StudyError, match="found 'strong'"):
        feature_cohort(20, seed=1, **wrong)
