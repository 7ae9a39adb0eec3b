"""Factors to SUV and SUL against the test values of public calculators.

cornerstonejs/calculate-suv (MIT): dose 100 Bq, no delay. 75 kg, 1.85 m, male for the others. `james128` was computed
from the formula of James 1976 by hand: 1.10 * 75 - 128 * (75 / 185)² = 61.46275.
"""

import pytest

from radici.core.errors import InputError
from radici.measure.suv import (
    body_surface_m2,
    bsa_per_suv,
    dose_at_scan_bq,
    lean_body_mass_kg,
    sul_per_suv,
    suv_factor,
)

MAN = (75, 1.85)


@pytest.mark.parametrize(
    ("units", "weight", "more", "expected"),
    [
        ("BQML", 100, {}, 1000),
        ("BQML", 75, {}, 750),
        ("CNTS", 100, {"philips_suv": 0.000551}, 0.000551),
        ("CNTS", 100, {"philips_suv": 0, "philips_bq_ml": 1.602563}, 1602.563),
        ("GML", 100, {}, 1),
    ],
)
def test_factor_of_public_calculators(units, weight, more, expected):
    assert suv_factor(units, weight, 100, **more) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("formula", "expected", "tolerance"),
    [
        ("james120", 627.7757487216948, 1e-9),
        ("janmahasatian", 609.1533588651974, 1e-9),
        ("james128", 614.6275, 5e-5),
    ],
)
def test_sul_of_public_calculators(formula, expected, tolerance):
    assert suv_factor("BQML", 75, 100) * sul_per_suv(*MAN, "M", formula) == pytest.approx(expected, abs=tolerance)


def test_suv_by_body_surface_of_public_calculators():
    assert suv_factor("BQML", 75, 100) * bsa_per_suv(*MAN) == pytest.approx(198.13758427117767, rel=1e-13)


def test_lean_body_mass_of_a_woman_by_james():
    assert lean_body_mass_kg(60, 1.6, "F", "james128") == pytest.approx(1.07 * 60 - 148 * 0.375**2)


def test_lean_body_mass_of_a_woman_by_janmahasatian():
    """60 kg and 1.6 m have a body mass index of 23.4375."""
    assert lean_body_mass_kg(60, 1.6, "F") == pytest.approx(9270 * 60 / (8780 + 244 * 23.4375))


def test_one_half_life_halves_the_dose():
    assert dose_at_scan_bq(100, 6586.2, 6586.2) == 50


def test_an_image_corrected_to_the_injection_keeps_the_dose():
    assert dose_at_scan_bq(100, 6586.2, 3600, "ADMIN") == 100


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: dose_at_scan_bq(100, 6586.2, -60), "60 s before the injection"),
        (lambda: dose_at_scan_bq(0, 6586.2, 60), "Injected dose is 0 Bq"),
        (lambda: suv_factor("BQML", 0, 100), "Body weight is 0 kg"),
        (lambda: suv_factor("CNTS", 75, 100), "neither of Philips' factors"),
        (lambda: suv_factor("GML", 75, 100, stated_type="LBM"), "type 'LBM'"),
        (lambda: suv_factor("PROPCNTS", 75, 100), "Units BQML, CNTS or GML"),
        (lambda: lean_body_mass_kg(75, 185, "M"), "height in metres"),
        (lambda: lean_body_mass_kg(400, 1.5, "F", "james128"), "Use janmahasatian"),
    ],
)
def test_what_cannot_be_is_refused(call, words):
    with pytest.raises(InputError, match=words):
        call()


def test_body_surface_of_the_mean_man():
    """Du Bois' formula for 70 kg and 1.7 m, by hand: 0.007184 * 70^0.425 * 170^0.725 = 1.81 m²."""
    assert body_surface_m2(70, 1.7) == pytest.approx(1.81, abs=0.005)
