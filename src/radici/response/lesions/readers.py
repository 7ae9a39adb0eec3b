"""Timelines of several readers in; where and how often they disagree, and the read of each patient that stands, out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from radici.core.errors import LesionError, TableError, some
from radici.core.registry import did_you_mean
from radici.response.criteria.criterion import Timeline
from radici.response.summaries.best_response import MISSING, BestResponse
from radici.statistics.estimate import Estimate
from radici.statistics.proportion import clopper_pearson

COLUMNS = ("patient", "first", "second", "best_first", "best_second", "same_best", "progression_day_first",
           "progression_day_second", "same_progression")  # fmt: skip
AT_FIRST_LOOK = BestResponse(stable_days=0)
ACCEPTED = {"yes": True, "y": True, "no": False, "n": False, "": False}


@dataclass(frozen=True)
class ReaderAgreement:
    """How two readers agree over the patients whom both read.

    Parameters
    ----------
    best_differs, progression_differs
        Share of patients with another best response, and with another day of progression (or progression for one
        reader only), with Clopper and Pearson's 95 % interval.
    kappa
        Cohen's kappa of the best response with the large-sample 95 % interval; NaN where both give everybody the same.
    """

    first: str
    second: str
    best_differs: Estimate
    progression_differs: Estimate
    kappa: Estimate


def best_category(line: Timeline) -> str:
    """The best category up to the first progression, as the readers' first look at it: not confirmed, no window.

    `NE` without any visit after baseline.
    """
    best = AT_FIRST_LOOK.of(line)
    return "NE" if best.category == MISSING else best.category


def progression_day(line: Timeline) -> int | None:
    """Day of the first progression: where it had to be confirmed, the day on which it was first seen."""
    return None if line.progression is None else line.progression.first_seen


def disagreement(timelines: Iterable[Timeline]) -> pd.DataFrame:
    """Best response and day of progression of each patient by each pair of readers.

    Parameters
    ----------
    timelines
        One per patient and reader, all by one criterion. Patients with one reader only have no row.

    Returns
    -------
    pd.DataFrame
        patient, first, second (names of the readers, in their order of appearance), best_first, best_second, same_best,
        progression_day_first, progression_day_second (Int64, missing without progression), same_progression.

    Raises
    ------
    LesionError
        A patient whom a reader read twice, or timelines by several criteria.
    """
    by_patient = _by_patient(timelines)
    order = {name: place for place, name in enumerate(dict.fromkeys(n for reads in by_patient.values() for n in reads))}
    rows = []
    for patient, reads in by_patient.items():
        for a, b in combinations(sorted(reads, key=lambda name: order[name]), 2):
            best = best_category(reads[a]), best_category(reads[b])
            day = progression_day(reads[a]), progression_day(reads[b])
            rows.append((patient, a, b, *best, best[0] == best[1], *day, day[0] == day[1]))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    days = {name: frame[name].astype("Int64") for name in ("progression_day_first", "progression_day_second")}
    return frame.assign(**days).astype({"same_best": bool, "same_progression": bool})


def reader_agreement(table: pd.DataFrame) -> tuple[ReaderAgreement, ...]:
    """What `disagreement` amounts to, for each pair of readers.

    References
    ----------
    Cohen 1960, Educ Psychol Meas 20:37; variance: Fleiss, Cohen and Everitt 1969, Psychol Bull 72:323.
    """
    return tuple(
        ReaderAgreement(
            str(first),
            str(second),
            _share(~pair["same_best"].to_numpy(), "patients whose best response differs"),
            _share(~pair["same_progression"].to_numpy(), "patients whose day of progression differs"),
            cohen_kappa(pair["best_first"].to_numpy(), pair["best_second"].to_numpy()),
        )
        for (first, second), pair in table.groupby(["first", "second"], sort=False)
    )


def cohen_kappa(first: np.ndarray, second: np.ndarray) -> Estimate:
    r"""Agreement of two readers beyond chance.

    .. math:: \kappa = \frac{p_o - p_e}{1 - p_e}

    Parameters
    ----------
    first, second
        Category of each patient, shape (n,).

    Notes
    -----
    NaN where it is undefined (both give everybody the same category), and no interval where the readers agree in all
    or the interval cannot be computed. The interval is Fleiss, Cohen and Everitt's (1969) for large n.
    """
    names = sorted({*map(str, first), *map(str, second)})
    n, k = len(first), len(names)
    method = "Cohen's kappa, large-sample interval"
    table = np.zeros((k, k))
    for a, b in zip(first, second, strict=True):
        table[names.index(str(a)), names.index(str(b))] += 1 / n
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    seen, chance = float(np.trace(table)), float(rows @ columns)
    if n == 0 or k < 2:
        return Estimate(float("nan"), float("nan"), float("nan"), n, method=method)
    kappa = (seen - chance) / (1 - chance)
    both = rows[None, :] + columns[:, None]  # of the cell (i, j): row total of j and column total of i
    on_diagonal = np.diag(table) * (1 - np.diag(both) * (1 - kappa)) ** 2
    off_diagonal = table * both**2
    spread = on_diagonal.sum() + (1 - kappa) ** 2 * (off_diagonal.sum() - np.trace(off_diagonal))
    variance = (spread - (kappa - chance * (1 - kappa)) ** 2) / (n * (1 - chance) ** 2)
    if seen == 1 or variance <= 0:
        return Estimate(kappa, float("nan"), float("nan"), n, method=method)
    half = float(ndtri(0.975)) * float(np.sqrt(variance))
    return Estimate(kappa, max(-1.0, kappa - half), min(1.0, kappa + half), n, method=method)


def accepted_readers(texts: pd.DataFrame, file: str = "lesion table") -> dict[str, str]:
    """Whose read stands for each patient, from a lesion table's column `adjudicated` (CDISC: TRACPTFL = Y).

    Raises
    ------
    LesionError
        No such column, a text other than yes or no, or two accepted readers of one patient.
    """
    for name in ("patient", "reader", "adjudicated"):
        if name not in texts:
            raise LesionError(
                f"{file} has no column '{name}'.{did_you_mean(name, [str(one) for one in texts])} Say `yes` there in "
                f"the rows of the reader whose read stands."
            )
    said = [str(cell).strip().lower() if cell == cell and cell is not None else "" for cell in texts["adjudicated"]]
    odd = sorted({text for text in said if text not in ACCEPTED})
    if odd:
        raise LesionError(f"{file}, column 'adjudicated': yes or no is expected, found {some(odd)}.")
    stands = texts[[ACCEPTED[text] for text in said]]
    readers = stands.groupby("patient", sort=False)["reader"].agg(lambda names: list(dict.fromkeys(names)))
    several = [f"{patient} ({some(list(names))})" for patient, names in readers.items() if len(names) > 1]
    if several:
        raise LesionError(
            f"{file}, column 'adjudicated': one reader must stand for all visits of a patient, because sums of two "
            f"readers cannot be mixed; found several for {some(several)}. Choose one for each."
        )
    return {str(patient): str(names[0]) for patient, names in readers.items()}


def adjudicated(timelines: Iterable[Timeline], choice: Mapping[str, str] | None = None) -> tuple[Timeline, ...]:
    """One timeline per patient: of the chosen reader; where readers agree and none is chosen, of the first.

    Parameters
    ----------
    choice
        Reader whose read stands, by patient (`accepted_readers`).

    Raises
    ------
    LesionError
        Readers who disagree on best response or day of progression without a choice; a choice of somebody who did not
        read the patient, or for a patient without timelines.
    """
    choice = choice or {}
    by_patient = _by_patient(timelines)
    stray = [patient for patient in choice if patient not in by_patient]
    if stray:
        raise LesionError(f"Adjudication names patient(s) without any read: {some(stray)}. Correct the ids.")
    open_, wrong = [], []
    for patient, reads in by_patient.items():
        if patient in choice and choice[patient] not in reads:
            wrong.append(
                f"Patient {patient}: '{choice[patient]}' did not read.{did_you_mean(choice[patient], list(reads))}"
            )
        elif patient not in choice and not _agree(reads):
            open_.append(patient)
    if open_:
        wrong.append(
            f"Readers disagree on {len(open_)} patient(s) and nobody's read is chosen: {some(open_)}. Say `yes` in "
            f"column 'adjudicated' for the reader whose read stands."
        )
    if wrong:
        raise LesionError("\n".join(wrong))
    return tuple(reads[choice.get(patient, next(iter(reads)))] for patient, reads in by_patient.items())


def _by_patient(timelines: Iterable[Timeline]) -> dict[str, dict[str, Timeline]]:
    """Timelines by patient and reader, all of one criterion."""
    lines = list(timelines)
    criteria = list(dict.fromkeys(line.criterion for line in lines))
    if len(criteria) > 1:
        raise LesionError(f"Readers are compared by one criterion, found {some(criteria)}. Take one at a time.")
    found: dict[str, dict[str, Timeline]] = {}
    for line in lines:
        reads = found.setdefault(line.patient, {})
        if line.reader in reads:
            raise LesionError(
                f"Patient {line.patient}, reader '{line.reader}': two timelines. Give each reader a name in column "
                f"'reader'."
            )
        reads[line.reader] = line
    return found


def _agree(reads: Mapping[str, Timeline]) -> bool:
    return len({(best_category(line), progression_day(line)) for line in reads.values()}) < 2


def _share(differs: np.ndarray, what: str) -> Estimate:
    count, n = int(differs.sum()), len(differs)
    if n == 0:
        raise TableError(f"{what}: nobody was read by both readers.")
    return Estimate(count / n, *clopper_pearson(count, n), n, count, method=f"{what}, Clopper-Pearson")
