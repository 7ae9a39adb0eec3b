"""Sums of diameters over time in; the constants of growth g and of regression d of that patient's curve out."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from pydantic import Field
from scipy.optimize import OptimizeResult, least_squares
from scipy.special import stdtr

from radici.core.errors import InputError
from radici.core.settings import Settings

Curve = Callable[[np.ndarray, np.ndarray], np.ndarray]
EXPONENT_LIMIT = 200.0  # exp(200) is beyond any tumour and its square still fits a float
NOISE_FLOOR = 1e-8  # relative; no caliper is finer, and a perfect fit must not have an infinite likelihood
STARTS = (0.05, 0.5, 2.0)  # rates to start from, as multiples of one over the time of observation
SHARES = (0.1, 0.5, 0.9)


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


@dataclass(frozen=True)
class _Model:
    names: tuple[str, ...]
    value: Curve
    slope: Curve


def _exp(exponent: np.ndarray) -> np.ndarray:
    return np.exp(np.minimum(exponent, EXPONENT_LIMIT))


def _columns(*columns: np.ndarray) -> np.ndarray:
    return np.stack(columns, axis=1)


MODELS = {
    "gd": _Model(
        ("g", "d"),
        lambda p, t: _exp(-p[1] * t) + _exp(p[0] * t) - 1,
        lambda p, t: _columns(t * _exp(p[0] * t), -t * _exp(-p[1] * t)),
    ),
    "dx": _Model(("d",), lambda p, t: _exp(-p[0] * t), lambda p, t: _columns(-t * _exp(-p[0] * t))),
    "gx": _Model(("g",), lambda p, t: _exp(p[0] * t), lambda p, t: _columns(t * _exp(p[0] * t))),
    "gdphi": _Model(
        ("g", "d", "phi"),
        lambda p, t: (1 - p[2]) * _exp(p[0] * t) + p[2] * _exp(-p[1] * t),
        lambda p, t: _columns(
            (1 - p[2]) * t * _exp(p[0] * t), -p[2] * t * _exp(-p[1] * t), _exp(-p[1] * t) - _exp(p[0] * t)
        ),
    ),
}


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
    (g, g_se, _), (d, d_se, _), (phi, phi_se, _) = (best.parameters.get(name, missing) for name in ("g", "d", "phi"))
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
    model, n = MODELS[name], len(t)
    k = len(model.names)
    if n <= k:
        return Candidate(name, {}, math.nan, f"{k} parameters need more than {n} measurements")
    found = _least_squares(model, t, relative)
    spread = max(2 * found.cost, n * NOISE_FLOOR**2)
    error = _standard_errors(found.jac, spread / (n - k))
    inside = (found.x > 1e-9) & (found.x < 1 - 1e-9)
    p = np.where(inside & (error > 0), 2 * stdtr(n - k, -found.x / np.where(error > 0, error, 1.0)), 1.0)
    parameters = {
        one: (float(x), float(e), float(q)) for one, x, e, q in zip(model.names, found.x, error, p, strict=True)
    }
    aic = n * (math.log(2 * math.pi * spread / n) + 1) + 2 * k
    weak = [f"{one} = {x:.2g} has p = {q:.2g}" for one, (x, _, q) in parameters.items() if not q < level]
    return Candidate(name, parameters, aic, ", ".join(weak))


def _least_squares(model: _Model, t: np.ndarray, relative: np.ndarray) -> OptimizeResult:
    rates = [min(start / t[-1], 0.9) for start in STARTS]
    starts = product(*(SHARES if name == "phi" else rates for name in model.names))
    rough = min((_search(model, t, relative, start, 1e-6) for start in starts), key=lambda fit: fit.cost)
    fine = _search(model, t, relative, rough.x, 1e-14)
    return fine if fine.cost <= rough.cost else rough


def _search(
    model: _Model, t: np.ndarray, relative: np.ndarray, start: Sequence[float], tolerance: float
) -> OptimizeResult:
    """Least squares from one start, which is moved off the bounds, where the search could not begin."""
    return least_squares(
        lambda p: model.value(p, t) - relative,
        np.clip(start, 1e-9, 1 - 1e-9),
        jac=lambda p: model.slope(p, t),
        bounds=(0.0, 1.0),
        x_scale="jac",
        xtol=tolerance,
        ftol=tolerance,
        gtol=tolerance,
        max_nfev=300,
    )


def _standard_errors(jacobian: np.ndarray, variance: float) -> np.ndarray:
    information = jacobian.T @ jacobian
    if np.linalg.matrix_rank(information) < len(information):
        return np.full(len(information), math.inf)
    covariance = np.linalg.inv(information) * variance
    return np.sqrt(np.maximum(np.diag(covariance), 0.0))


def _none(n: int, why: str, tried: tuple[Candidate, ...] = ()) -> GrowthConstants:
    nan = math.nan
    return GrowthConstants("", nan, nan, nan, nan, nan, nan, n, why, tried)
