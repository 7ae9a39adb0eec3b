"""Sums of diameters over time in; the constants of growth g and of regression d of that patient's curve out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import Field
from scipy.special import stdtr

from radici.core.errors import InputError
from radici.core.settings import Settings

PARAMETERS = ("g", "d", "phi")
MODELS = {  # values of g, d and phi that are not fitted, NaN for those that are; gx and dx are gdphi without one half
    "gd": np.array([math.nan, math.nan, 0.0]),
    "dx": np.array([0.0, math.nan, 1.0]),
    "gx": np.array([math.nan, 0.0, 0.0]),
    "gdphi": np.array([math.nan, math.nan, math.nan]),
}
NOISE_FLOOR = 1e-8  # relative; no caliper is finer, and a perfect fit must not have an infinite likelihood


class GrowthFitting(Settings):
    """How the constants are fitted and a model is chosen.

    Parameters
    ----------
    level
        Every parameter of a model must differ from 0 with a two-sided p-value below it (t distribution).
    least_change
        With two measurements only, the relative change from which on they are fitted at all.
    """

    level: float = Field(0.1, gt=0, lt=1)
    least_change: float = Field(0.2, ge=0)


@dataclass(frozen=True)
class Candidate:
    """One model fitted to one patient: parameters with standard errors and p-values, and Akaike's criterion.

    `parameters` maps `g`, `d` (per day) and `phi` to (estimate, standard error, p). `why` says why the model
    cannot be chosen, empty where it can.
    """

    model: str
    parameters: dict[str, tuple[float, float, float]]
    aic: float
    why: str = ""


@dataclass(frozen=True)
class GrowthConstants:
    """The chosen model and its constants.

    Parameters
    ----------
    model
        `gd`, `gx`, `dx` or `gdphi`; empty without a fit.
    g, d
        Constants of growth and of regression, per day; NaN where the model has none or none was chosen.
    phi
        Share of the tumour that regresses (`gdphi` only).
    g_se, d_se, phi_se
        Standard errors; NaN like their constants.
    n
        Measurements, baseline included.
    why
        Why there is no fit; empty otherwise.
    candidates
        Every model that was tried.
    """

    model: str
    g: float
    d: float
    phi: float
    g_se: float
    d_se: float
    phi_se: float
    n: int
    why: str = ""
    candidates: tuple[Candidate, ...] = ()


def growth_constants(
    days: Sequence[float] | np.ndarray, sums_mm: Sequence[float] | np.ndarray, settings: GrowthFitting | None = None
) -> GrowthConstants:
    r"""Constants of regrowth g and of regression d of one patient on treatment, per day.

    Four curves of the sum relative to baseline, t in days since baseline, are fitted by least squares:

    .. math::
        gd: e^{-dt} + e^{gt} - 1, \quad gx: e^{gt}, \quad dx: e^{-dt}, \quad
        gd\phi: (1 - \phi) e^{gt} + \phi e^{-dt}

    with 0 <= g, d <= 1 per day and 0 <= phi <= 1, from a fixed set of starting points. Among the models that have
    fewer parameters than there are measurements, and whose parameters all differ from 0 at `settings.level`, the
    one with the smallest :math:`AIC = n (\ln(2 \pi RSS / n) + 1) + 2k` is chosen; of equals the simpler. A parameter
    at its bound differs from nothing. Standard errors are those of nonlinear least squares,
    :math:`\sqrt{diag(J'J)^{-1} RSS / (n - k)}`.

    Parameters
    ----------
    days
        Days of the measurements, ascending, shape (n,); the first is baseline.
    sums_mm
        Sums of diameters in mm (any other measure of the tumour's quantity will do), shape (n,).
    settings
        Defaults of `GrowthFitting` where None.

    Returns
    -------
    GrowthConstants
        Without a model, and with the reason, for fewer than two measurements, two that differ by less than
        `least_change`, equal measurements, a baseline of 0, or where no model passes.

    Raises
    ------
    InputError
        Unequal numbers of days and sums, a NaN, a negative sum, days that do not ascend.

    Notes
    -----
    The baseline measurement lies on every curve by construction and counts as one of the n. The R package `tumgr`
    counts baseline as day 1 instead of day 0 and reports g sqrt(1 - phi) for `gdphi`; here g is the g of the curve.
    Lesions that are gone at the first scan and stay away have no finite d: it ends at its bound, and no model passes.
    The first fit compiles for some seconds, once for an installation.

    References
    ----------
    Stein et al. 2008, Oncologist 13:1046; Wilkerson et al. 2017, Lancet Oncol 18:143,
    10.1016/S1470-2045(16)30633-7; the rule of choice is that of R's `tumgr::gdrate`.
    """
    settings = settings or GrowthFitting()
    t, sizes = _checked(days, sums_mm)
    why = _too_little(sizes, settings)
    if why:
        return _none(len(sizes), why)
    relative = sizes / sizes[0]
    tried = tuple(_fit(name, t, relative, settings.level) for name in MODELS)
    able = [one for one in tried if not one.why]
    if not able:
        reasons = "; ".join(f"{one.model}: {one.why}" for one in tried)
        return _none(len(sizes), f"no model fits ({reasons})", tried)
    best = min(able, key=lambda one: (round(one.aic, 6), len(one.parameters)))
    missing = (math.nan, math.nan, math.nan)
    (g, g_se, _), (d, d_se, _), (phi, phi_se, _) = (best.parameters.get(name, missing) for name in PARAMETERS)
    return GrowthConstants(best.model, g, d, phi, g_se, d_se, phi_se, len(sizes), "", tried)


def _checked(
    days: Sequence[float] | np.ndarray, sums_mm: Sequence[float] | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    t, sizes = np.asarray(days, dtype=float), np.asarray(sums_mm, dtype=float)
    if t.ndim != 1 or t.shape != sizes.shape:
        raise InputError(f"Each scan needs a day and a sum, found shapes {t.shape} and {sizes.shape}.")
    if not (np.isfinite(t).all() and np.isfinite(sizes).all()):
        raise InputError("A day or a sum of diameters is missing or infinite. Leave that scan out, and say so.")
    if (sizes < 0).any():
        raise InputError(f"A sum of diameters is 0 mm or more, found {sizes.min():g} mm. Correct the lesion table.")
    if (np.diff(t) <= 0).any():
        raise InputError(f"Days of scans ascend, found {t.tolist()}. Sort them; one sum for each day.")
    return t - t[:1], sizes


def _too_little(sizes: np.ndarray, settings: GrowthFitting) -> str:
    if len(sizes) < 2:
        return f"{len(sizes)} measurement(s); at least 2 are needed"
    if sizes[0] == 0:
        return "the baseline sum is 0 mm, so nothing can be relative to it"
    change = sizes[-1] / sizes[0] - 1
    if len(sizes) == 2 and abs(change) < settings.least_change:
        return f"2 measurements that differ by {100 * change:+.1f} %, less than {100 * settings.least_change:g} %"
    if (sizes == sizes[0]).all():
        return f"all {len(sizes)} measurements are {sizes[0]:g} mm"
    return ""


def _fit(name: str, t: np.ndarray, relative: np.ndarray, level: float) -> Candidate:
    from radici.response.growth.least_squares import fit_curve  # numba, which only a fit needs

    fitted = np.isnan(MODELS[name])
    n, k = len(t), int(fitted.sum())
    if n <= k:
        return Candidate(name, {}, math.nan, f"{k} parameters need more than {n} measurements")
    x, error, squares = fit_curve(MODELS[name], name == "gd", t, relative)
    spread = max(squares, n * NOISE_FLOOR**2)
    error *= math.sqrt(spread / (n - k))
    parameters = {
        one: (estimate, its_error, _p_value(estimate, its_error, n - k))
        for one, estimate, its_error, there in zip(PARAMETERS, x.tolist(), error.tolist(), fitted, strict=True)
        if there
    }
    aic = n * (math.log(2 * math.pi * spread / n) + 1) + 2 * k
    weak = [f"{one} = {x:.2g} has p = {q:.2g}" for one, (x, _, q) in parameters.items() if not q < level]
    return Candidate(name, parameters, aic, ", ".join(weak))


def _p_value(estimate: float, error: float, freedom: int) -> float:
    """Two-sided, of a difference from 0; 1 for a parameter at its bound."""
    if not 1e-9 < estimate < 1 - 1e-9 or error == 0:
        return 1.0
    return 2 * float(stdtr(freedom, -estimate / error))


def _none(n: int, why: str, tried: tuple[Candidate, ...] = ()) -> GrowthConstants:
    nan = math.nan
    return GrowthConstants("", nan, nan, nan, nan, nan, nan, n, why, tried)
