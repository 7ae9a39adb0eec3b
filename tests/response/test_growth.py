"""Growth rates and constants against closed forms, and against the rules that R's tumgr documents."""

import csv
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from radici.core.errors import InputError
from radici.response.growth import (
    EarlyShrinkage,
    GrowthFitting,
    doubling_time,
    early_change,
    growth_constants,
    tumour_growth_kinetics,
    tumour_growth_rate,
)

REFERENCE = Path(__file__).parents[1] / "reference"
MONTH = 30.4375
DAYS = np.array([0, 42, 84, 126, 168, 210, 252, 294.0])


# Computed from the published formulas.
@pytest.mark.parametrize(
    ("first", "second", "months", "percent"),
    [
        (100, 110, 2, 15.3690),
        (110, 150, 2, 59.2384),
        (50, 50, 3, 0.0),
        (50, 70, 2, 65.6502),
        (100, 130, 2, 48.2228),
        (130, 200, 2, 90.8227),
        (60, 50, 2, -23.9274),
        (50, 80, 2, 102.3858),
    ],
)
def test_growth_rate_is_the_published_formula(first, second, months, percent):
    assert tumour_growth_rate(first, second, months * MONTH).value == pytest.approx(percent, abs=5e-5)


# Sums and dates of eight patients from the example of Ferté's calculator (github.com/chferte/TumorGrowthRate); the
# rates are worked out from the published formula.
@pytest.mark.parametrize(
    ("first", "second", "days", "percent"),
    [
        (65, 72, 52, 19.6742),
        (72, 60, 68, -21.7160),
        (111, 126, 38, 35.6054),
        (126, 102, 90, -19.2967),
        (78, 84, 121, 5.7519),
        (84, 98, 30, 59.8709),
        (19, 22, 28, 61.3003),
        (22, 22, 57, 0.0),
        (162, 176, 26, 33.7902),
        (176, 253, 35, 157.7434),
        (67, 98, 144, 27.2696),
        (98, 171, 49, 182.1912),
        (107, 107, 60, 0.0),
        (107, 115, 42, 16.9715),
        (35, 24, 112, -26.4794),
        (24, 36, 58, 89.3346),
    ],
)
def test_growth_rate_of_real_patients(first, second, days, percent):
    assert tumour_growth_rate(first, second, days).value == pytest.approx(percent, abs=5e-5)


def test_doubled_diameter_in_a_month_is_eight_times_the_volume():
    assert tumour_growth_rate(10, 20, MONTH).value == pytest.approx(700, abs=1e-9)


@pytest.mark.parametrize(("first", "second", "months", "mm"), [(100, 110, 2, 5), (110, 150, 2, 20), (130, 200, 2, 35)])
def test_growth_kinetics_are_mm_a_month(first, second, months, mm):
    assert tumour_growth_kinetics(first, second, months * MONTH).value == pytest.approx(mm, abs=1e-9)


def test_volume_doubles_with_the_cube_of_the_diameter():
    assert doubling_time(10, 10 * 2 ** (1 / 3), 90).value == pytest.approx(90, abs=1e-9)


@pytest.mark.parametrize(
    ("first", "second", "days", "why"),
    [
        (0, 10, 60, "first sum is 0 mm"),
        (10, 0, 60, "second sum is 0 mm"),
        (10, 12, 0, "0 days after the first"),
        (10, 12, -3, "-3 days after the first"),
        (math.nan, 12, 60, "is missing"),
    ],
)
@pytest.mark.parametrize("rate", [tumour_growth_rate, tumour_growth_kinetics, doubling_time])
def test_undefined_rate_says_why(rate, first, second, days, why):
    assert why in rate(first, second, days).why


def test_undefined_rate_is_nan():
    assert math.isnan(tumour_growth_rate(0, 10, 60).value)


def test_shrinking_tumour_has_a_halving_time_in_the_reason():
    assert "halves in 90.0 days" in doubling_time(10, 10 / 2 ** (1 / 3), 90).why


def test_unchanged_tumour_does_not_double():
    assert "does not double" in doubling_time(10, 10, 90).why


def test_negative_sum_is_refused():
    with pytest.raises(InputError, match="found -1 mm"):
        tumour_growth_rate(10, -1, 30)


def test_first_follow_up_is_the_first_scan_in_the_window():
    assert early_change(100, [21, 42, 84], [95, 78, 60]).value == pytest.approx(-22)


def test_no_scan_in_the_window_is_undefined():
    assert "no scan from day 35 to day 98" in early_change(100, [21, 120], [95, 78]).why


def test_early_shrinkage_at_exactly_the_threshold_counts():
    assert EarlyShrinkage().reached(early_change(90, [42], [72])) is True


def test_less_than_the_threshold_does_not_count():
    assert EarlyShrinkage(threshold_percent=-30).reached(early_change(90, [42], [72])) is False


def test_early_shrinkage_of_an_undefined_change_is_unknown():
    assert EarlyShrinkage().reached(early_change(0, [42], [72])) is None


def test_a_window_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="first to a last day"):
        EarlyShrinkage(window_days=(98, 35))


def test_scans_out_of_order_are_refused():
    with pytest.raises(InputError, match="ascending"):
        early_change(100, [84, 42], [80, 55])


def curve(model, g=0.0, d=0.0, phi=0.0):
    values = {
        "gd": np.exp(-d * DAYS) + np.exp(g * DAYS) - 1,
        "gx": np.exp(g * DAYS),
        "dx": np.exp(-d * DAYS),
        "gdphi": (1 - phi) * np.exp(g * DAYS) + phi * np.exp(-d * DAYS),
    }
    return 80 * values[model]


CURVES = [
    ("gd", {"g": 0.002, "d": 0.01}),
    ("gd", {"g": 0.0005, "d": 0.03}),
    ("gx", {"g": 0.004}),
    ("dx", {"d": 0.006}),
    ("gdphi", {"g": 0.003, "d": 0.02, "phi": 0.7}),
]


@pytest.mark.parametrize(("model", "truth"), CURVES)
def test_model_of_a_curve_without_noise_is_found(model, truth):
    assert growth_constants(DAYS, curve(model, **truth)).model == model


@pytest.mark.parametrize(("model", "truth"), CURVES)
@pytest.mark.parametrize("name", ["g", "d", "phi"])
def test_constants_of_a_curve_without_noise_are_found(model, truth, name):
    found = getattr(growth_constants(DAYS, curve(model, **truth)), name)
    assert found == pytest.approx(truth.get(name, math.nan), rel=1e-6, nan_ok=True)


def test_unit_and_first_day_change_nothing():
    sizes = curve("gd", g=0.002, d=0.01) * (1 + 0.02 * np.cos(DAYS))
    assert growth_constants(DAYS + 17, sizes / 10).g == pytest.approx(growth_constants(DAYS, sizes).g, rel=1e-9)


def test_standard_error_of_one_constant_is_the_closed_form():
    sizes = curve("gx", g=0.004) * (1 + 0.03 * np.cos(DAYS))
    relative = sizes / sizes[0]
    found = growth_constants(DAYS, sizes)
    slope = DAYS * np.exp(found.g * DAYS)
    spread = ((relative - np.exp(found.g * DAYS)) ** 2).sum() / (len(DAYS) - 1)
    assert found.g_se == pytest.approx(math.sqrt(spread / (slope @ slope)), rel=1e-6)


def read(name):
    with (REFERENCE / name).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def fitted():
    rows = read("growth_input.csv")
    measured = {case: [row for row in rows if row["case"] == case] for case in {row["case"] for row in rows}}
    return {
        case: growth_constants([float(row["day"]) for row in some], [float(row["mm"]) for row in some])
        for case, some in measured.items()
    }


def of_candidate(candidate, name):
    if name == "aic":
        return candidate.aic
    parameter, _, what = name.partition("_")
    return candidate.parameters[parameter][{"": 0, "se": 1, "p": 2}[what]]


@pytest.mark.parametrize("row", read("growth_r.csv"), ids=lambda row: f"{row['case']}-{row['name']}")
def test_every_model_is_fitted_as_by_r(row, fitted):
    candidate = next(one for one in fitted[row["case"]].candidates if one.model == row["case"])
    expected = pytest.approx(float(row["value"]), rel=float(row["relative"]))
    assert of_candidate(candidate, row["name"]) == expected, row["citation"]


@pytest.mark.parametrize("case", ["gd", "gx", "dx", "gdphi"])
def test_model_of_a_noisy_curve_is_found(case, fitted):
    assert fitted[case].model == case


# What tumgr 0.0.4 (Wilkerson, CRAN) calls "not fit", "2 evals not 20% diff", "only 1 eval", "error data": its tests.
def test_measurements_that_jump_up_and_down_fit_no_model():
    found = growth_constants([1, 30, 60, 90, 120], [1, 6, 0.2, 7, 0.1])
    assert found.why.startswith("no model fits")


def test_two_measurements_ten_percent_apart_are_too_few():
    assert "2 measurements that differ by -10.0 %" in growth_constants([1, 30], [1, 0.9]).why


def test_one_measurement_is_too_few():
    assert "1 measurement" in growth_constants([1], [50]).why


def test_equal_measurements_are_not_fitted():
    assert growth_constants([0, 42, 84], [30, 30, 30]).why == "all 3 measurements are 30 mm"


def test_baseline_of_nothing_is_not_fitted():
    assert "baseline sum is 0 mm" in growth_constants([0, 42, 84], [0, 5, 9]).why


def test_two_measurements_fifty_percent_apart_give_the_slope_of_the_logarithm():
    assert growth_constants([0, 50], [20, 30]).g == pytest.approx(math.log(1.5) / 50, rel=1e-9)


def test_without_a_fit_the_constants_are_nan():
    assert math.isnan(growth_constants([1], [50]).g)


def test_lesions_gone_at_the_first_scan_have_no_finite_rate():
    assert "d = 1 has p = 1" in growth_constants([0, 57, 125, 191], [163, 0, 0, 0]).why


def test_share_at_its_bound_differs_from_nothing():
    found = growth_constants(DAYS, curve("gx", g=0.004))
    assert found.candidates[3].parameters["phi"][2] == 1


def test_only_a_fit_loads_the_compiler():
    code = "import sys, radici.response.growth; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_stricter_level_refuses_more():
    rng = np.random.default_rng(3)
    sizes = curve("gd", g=0.001, d=0.01) * (1 + 0.1 * rng.standard_normal(len(DAYS)))
    strict = growth_constants(DAYS, sizes, GrowthFitting(level=1e-12))
    assert (growth_constants(DAYS, sizes).model, strict.model) == ("gd", "")


def test_unsorted_days_are_refused():
    with pytest.raises(InputError, match="ascend"):
        growth_constants([0, 84, 42], [10, 11, 12])


def test_missing_sum_is_refused():
    with pytest.raises(InputError, match="missing or infinite"):
        growth_constants([0, 42, 84], [10, math.nan, 12])


def test_unequal_lengths_are_refused():
    with pytest.raises(InputError, match="a day and a sum"):
        growth_constants([0, 42, 84], [10, 12])
