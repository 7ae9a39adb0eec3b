"""What a PET header says of patient and dose in; the factor from stored values to SUV, or from SUV to SUL, out.

Kinahan PE, Fletcher JW. Semin Ultrasound CT MR 2010;31:496. How headers of different makers are read follows two public
calculators whose test values are tests here: cornerstonejs/calculate-suv (MIT) and 3D Slicer's PETDICOM extension.
"""

from typing import Literal

from radici.core.errors import InputError

Sex = Literal["M", "F"]
LeanMass = Literal["james128", "james120", "janmahasatian"]
Units = Literal["BQML", "CNTS", "GML"]
Corrected = Literal["START", "ADMIN"]
G_PER_KG = 1000.0
CM2_PER_M2 = 10_000.0


def dose_at_scan_bq(dose_bq: float, half_life_s: float, delay_s: float, corrected_to: Corrected = "START") -> float:
    """Injected dose that counts for an image, in Bq.

    Parameters
    ----------
    dose_bq
        At the time of injection. A dose in MBq is a million times smaller, and is not recognised as such.
    delay_s
        From injection to the time that the image is corrected to.
    corrected_to
        DICOM's DecayCorrection: `START`, to the start of the scan, so the dose decays until then; `ADMIN`, to the
        injection, so it does not.

    Raises
    ------
    InputError
        A dose or half-life not above 0, or a scan before the injection (past midnight, or shifted dates).
    """
    _positive("Injected dose", dose_bq, "Bq")
    _positive("Half-life", half_life_s, "s")
    if delay_s < 0:
        raise InputError(
            f"The scan is {-delay_s:g} s before the injection. Correct the times; past midnight the date changes too."
        )
    return dose_bq if corrected_to == "ADMIN" else dose_bq * 2.0 ** (-delay_s / half_life_s)


def suv_factor(
    units: Units,
    weight_kg: float,
    dose_bq: float,
    *,
    philips_suv: float | None = None,
    philips_bq_ml: float | None = None,
    stated_type: str = "BW",
) -> float:
    """What a rescaled voxel value is multiplied by to become SUV by body weight (g/mL).

    Parameters
    ----------
    units
        DICOM's Units (0054,1001): activity, counts of a Philips scanner, or SUV already.
    dose_bq
        As `dose_at_scan_bq` gives it.
    philips_suv, philips_bq_ml
        Philips' private factors (7053,1000), from counts to SUV, and (7053,1009), from counts to Bq/mL; the first is
        taken where it is not 0.
    stated_type
        DICOM's SUVType (0054,1006) of an image in g/mL.

    Raises
    ------
    InputError
        Other units, counts without a factor, an SUV of another type, or a weight or dose not above 0.
    """
    _positive("Body weight", weight_kg, "kg")
    if units == "GML":
        if stated_type != "BW":
            raise InputError(f"The image holds SUV of the type '{stated_type}', not by body weight. Convert it first.")
        return 1.0
    if units == "CNTS" and philips_suv:
        return philips_suv
    _positive("Injected dose", dose_bq, "Bq")
    per_activity = weight_kg * G_PER_KG / dose_bq
    if units == "BQML":
        return per_activity
    if units == "CNTS" and philips_bq_ml:
        return philips_bq_ml * per_activity
    if units == "CNTS":
        raise InputError(
            "The image holds counts, and neither of Philips' factors (7053,1000) and (7053,1009) is there."
        )
    raise InputError(f"Units BQML, CNTS or GML are expected, found '{units}'.")


def lean_body_mass_kg(weight_kg: float, height_m: float, sex: Sex, formula: LeanMass = "janmahasatian") -> float:
    """Lean body mass in kg, by which SUL is scaled.

    Parameters
    ----------
    formula
        `janmahasatian` (Clin Pharmacokinet 2005;44:1051), advised for PERCIST; `james128`, James' own; `james120`, the
        variant for men that DICOM also codes. Women have one formula by James.

    Raises
    ------
    InputError
        A weight or height not above 0 (a height in cm is refused), or James' formula where it turns negative.
    """
    _positive("Body weight", weight_kg, "kg")
    _positive("Height", height_m, "m")
    if height_m > 3:
        raise InputError(f"A height in metres is expected, found {height_m:g}. Divide centimetres by 100.")
    if formula == "janmahasatian":
        slope = 216 if sex == "M" else 244
        return 9270 * weight_kg / ((6680 if sex == "M" else 8780) + slope * weight_kg / height_m**2)
    square = (weight_kg / (100 * height_m)) ** 2
    mass = 1.07 * weight_kg - 148 * square if sex == "F" else 1.10 * weight_kg - int(formula[-3:]) * square
    if mass <= 0:
        raise InputError(
            f"James' formula gives {mass:.1f} kg for {weight_kg:g} kg and {height_m:g} m. Use janmahasatian."
        )
    return mass


def body_surface_m2(weight_kg: float, height_m: float) -> float:
    """Body surface in m² (Du Bois and Du Bois, Arch Intern Med 1916;17:863)."""
    _positive("Body weight", weight_kg, "kg")
    _positive("Height", height_m, "m")
    return 0.007184 * weight_kg**0.425 * (100 * height_m) ** 0.725


def sul_per_suv(weight_kg: float, height_m: float, sex: Sex, formula: LeanMass = "janmahasatian") -> float:
    """What SUV by body weight is multiplied by to become SUL."""
    return lean_body_mass_kg(weight_kg, height_m, sex, formula) / weight_kg


def bsa_per_suv(weight_kg: float, height_m: float) -> float:
    """What SUV by body weight is multiplied by to become SUV by body surface (cm²/mL)."""
    return body_surface_m2(weight_kg, height_m) * CM2_PER_M2 / (weight_kg * G_PER_KG)


def _positive(what: str, value: float, unit: str) -> None:
    if not value > 0:
        raise InputError(f"{what} is {value:g} {unit}; a number above 0 is expected. Fill it in from the record.")
