"""A folder with a synthetic cohort: CT scans, contours, tables, the truth about them, and a study file."""

from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from string import Template

import numpy as np
import pandas as pd

from radici.cohort.volumes import write_image, write_mask
from radici.core.errors import StudyError
from radici.core.image import Mask
from radici.core.outcome import DAYS_PER_MONTH
from radici.core.progress import Progress, silent
from radici.demo.images import SCANNERS, draw_ct
from radici.demo.lesions import Drawn, draw_lesions
from radici.demo.truth import Patients, Signal, draw_patients, draw_response, draw_survival

FEWEST = 12
MADE = "made by radici"
"""Stands in the first line of every cohort's README.txt."""
STREAM = 1496  # chosen so that the default cohort of 90 resembles an endless one in both development and sealed site


def write_cohort(
    folder: Path,
    *,
    patients: int = 90,
    sites: Sequence[str] = ("north", "south", "coast"),
    signal: Signal = "planted",
    seed: int = 7,
    progress: Progress = silent,
) -> None:
    """Write a cohort of several sites whose truth is known; the same arguments give the same bytes.

    Parameters
    ----------
    folder
        Made where it does not exist; only an earlier cohort of this kind is written over. Gets `images/`,
        `clinical.csv`, `lesions.csv`, `follow_up.csv`, `truth.csv`, `study.yaml`, `README.txt`.
    patients
        How many, from 12 on. One of them has no image, one has a mask on another grid.
    sites
        Names of the centres; each has its own scanner. The last one is sealed in the study file.
    signal
        `planted`, `clinical_and_volume` or `none`, see `radici.demo.truth`.
    seed
        Seed of every random number.
    progress
        Told of each patient.

    Raises
    ------
    StudyError
        Too few patients, no site, or a folder that holds something else.
    """
    if patients < FEWEST or not sites:
        raise StudyError(f"A demo cohort needs {FEWEST} patients or more and a site, found {patients} and {sites!r}.")
    folder = Path(folder)
    if folder.is_dir() and any(folder.iterdir()) and not _is_earlier(folder):
        raise StudyError(f"{folder} holds other files than a demo cohort, and none is written over. Name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, patients, STREAM])
    drawn = draw_patients(rng, patients, signal)
    ids = [f"P{i + 1:0{max(3, len(str(patients)))}d}" for i in range(patients)]
    site = [sites[i] for i in rng.permutation(np.arange(patients) % len(sites))]
    table = _clinical_table(rng, ids, site, drawn)
    shifted, absent = _odd_ones(site, sites)
    table.to_csv(folder / "clinical.csv", index=False, lineterminator="\n")
    for name, one in zip(("lesions", "follow_up"), draw_lesions(_followed(table), [seed, patients]), strict=True):
        one.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    truth = drawn.traits.assign(volume_mm3=drawn.volume_mm3, risk=drawn.risk).round(6)
    truth.insert(0, "patient", ids)
    truth.to_csv(folder / "truth.csv", index=False, lineterminator="\n")
    names = {
        "seed": str(seed),
        "signal": signal,
        "sealed": sites[-1],
        "patients": str(patients),
        "shifted": ids[shifted],
        "absent": ids[absent],
    }
    for name in ("study.yaml", "README.txt"):
        text = files("radici.demo").joinpath(name).read_text(encoding="utf-8")
        (folder / name).write_text(Template(text).substitute(names), encoding="utf-8", newline="\n")
    for i, patient in enumerate(ids):
        if i != absent:
            _write_scan(folder / "images", patient, [seed, i], list(sites).index(site[i]), drawn, i, i == shifted)
        progress("images", i + 1, patients)


def _is_earlier(folder: Path) -> bool:
    """Whether a folder holds a cohort that was written here before."""
    about = folder / "README.txt"
    if not about.is_file() or not (folder / "truth.csv").is_file():
        return False
    return MADE in about.read_text(encoding="utf-8", errors="replace").partition("\n")[0]


def _clinical_table(rng: np.random.Generator, ids: list[str], site: list[str], drawn: Patients) -> pd.DataFrame:
    """Texts as a hospital would export them, with gaps: `NA` for a laboratory value, `NE` for a response."""
    count = len(ids)
    clinical = drawn.clinical
    months, event = draw_survival(rng, drawn.risk)
    best = np.where(
        draw_response(rng, drawn.risk),
        rng.choice(["CR", "PR"], count, p=[0.15, 0.85]),
        rng.choice(["SD", "PD"], count, p=[0.4, 0.6]),
    )
    texts = {
        "patient": ids,
        "site": site,
        "age": [f"{value:.0f}" for value in clinical["age"]],
        "sex": np.where(clinical["sex"] == 1, "F", "M"),
        "pdl1": _with_gaps(rng, [f"{value:.0f}" for value in clinical["pdl1"]], 0.06, "NA"),
        "ldh": _with_gaps(rng, [f"{value:.2f}" for value in clinical["ldh"]], 0.04, "NA"),
        "ecog": [f"{value:.0f}" for value in clinical["ecog"]],
        "best_response": _with_gaps(rng, list(best), 0.03, "NE"),
        "os_days": [f"{max(1, round(value)):d}" for value in months * DAYS_PER_MONTH],
        "death": [f"{value:d}" for value in event.astype(int)],
    }
    return pd.DataFrame(texts, dtype=object)


def _followed(table: pd.DataFrame) -> list[Drawn]:
    """Whose lesions are drawn: each patient's response, and the end of observation, as the clinical table has them."""
    return [
        Drawn(row["patient"], row["site"], row["best_response"], int(row["os_days"]), row["death"] == "1")
        for row in table.to_dict("records")
    ]


def _with_gaps(rng: np.random.Generator, texts: list[str], share: float, gap: str) -> list[str]:
    return [gap if missing else str(text) for text, missing in zip(texts, rng.random(len(texts)) < share, strict=True)]


def _odd_ones(site: list[str], sites: Sequence[str]) -> tuple[int, int]:
    """Who gets a mask on another grid, and who gets no image: never from the sealed site, if there are others."""
    open_ones = [i for i, name in enumerate(site) if name != sites[-1]] or list(range(len(site)))
    return open_ones[len(open_ones) // 3], open_ones[2 * len(open_ones) // 3]


def _write_scan(
    folder: Path, patient: str, seed: list[int], scanner: int, drawn: Patients, i: int, shifted: bool
) -> None:
    rng = np.random.default_rng([*seed, 1])
    texture = float(drawn.traits["texture"].iloc[i])
    image, mask = draw_ct(rng, SCANNERS[scanner % len(SCANNERS)], texture, float(drawn.volume_mm3[i]))
    if shifted:
        x, y, z = mask.geometry.origin
        mask = Mask(mask.voxels, replace(mask.geometry, origin=(x, y, z + mask.geometry.spacing[2])))
    write_image(folder / f"{patient}_ct.nii.gz", image, whole_numbers=True)
    write_mask(folder / f"{patient}_mask.nii.gz", mask)
