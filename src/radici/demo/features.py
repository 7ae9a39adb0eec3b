"""A cohort as a table of features, without images: what simulations of the whole analysis draw by the thousand."""

from typing import Literal

import numpy as np
import pandas as pd

from radici.core.errors import StudyError
from radici.core.outcome import Outcome, Response, Survival
from radici.core.table import KEYS, Blocks, Column, FeatureTable
from radici.demo.truth import Patients, Signal, draw_patients, draw_response, draw_survival

VOLUME = "ct_gtv__orig__morph_volume__none"
UNITS = {"age": "years", "sex": "no/yes", "pdl1": "%", "ldh": "times upper limit of normal", "ecog": "points"}
SITES = ("north", "south", "coast")
GROUPS = 6
SHARED = 0.7


def feature_cohort(
    n: int = 120,
    *,
    signal: Signal = "planted",
    seed: int,
    image_features: int = 60,
    kind: Literal["response", "survival"] = "response",
) -> tuple[FeatureTable, Outcome, Blocks, np.ndarray]:
    """Draw a patient table, an outcome, the part of each column, and the true risk score.

    Parameters
    ----------
    n
        Number of patients.
    signal
        `planted`: texture, clinical variables and volume make the risk; `clinical_and_volume`: the image adds
        nothing to them; `none`: the outcome depends on nothing, and the risk score is 0.
    seed
        Same seed, same cohort.
    image_features
        Number of image features beside the volume, in six groups of neighbours. Features of a group correlate
        with r = 0.7; those of the first group follow the volume, of the second and third the hidden texture, of
        the others nothing.
    kind
        Yes-or-no response, or survival in months.

    Returns
    -------
    tuple
        FeatureTable (wide, one row per patient, attribute `site`), Response or Survival, Blocks (the volume is
        one of the image columns), and the risk score, shape (n,): higher is worse. Its own AUC (C for survival)
        is fixed by construction, see `radici.demo.truth`.
    """
    if kind not in ("response", "survival"):
        raise StudyError(f"kind: 'response' or 'survival' is expected, found '{kind}'.")
    rng = np.random.default_rng([seed, n, image_features])
    patients = draw_patients(rng, n, signal)
    ids = tuple(f"S{i + 1:0{max(3, len(str(n)))}d}" for i in range(n))
    image = _image_features(rng, patients, image_features)
    clinical = patients.clinical.add_prefix("clinical__")
    values = pd.concat([image, clinical], axis=1)
    rows = pd.DataFrame({key: ids if key == "patient" else [""] * n for key in KEYS}, dtype=object)
    rows["site"] = rng.choice(np.array(SITES, dtype=object), n)
    columns = {name: Column(name) for name in image}
    columns[VOLUME] = Column(VOLUME, unit="mm3", ibsi_tag="morph_volume")
    columns |= {f"clinical__{name}": Column(f"clinical__{name}", "clinical", unit) for name, unit in UNITS.items()}
    table = FeatureTable(values, rows, columns)
    blocks = Blocks(image=tuple(image), clinical=tuple(clinical), volume=VOLUME)
    return table, _outcome(rng, ids, patients.risk, kind), blocks, patients.risk


def _image_features(rng: np.random.Generator, patients: Patients, count: int) -> pd.DataFrame:
    n = len(patients.risk)
    factors = rng.standard_normal((n, GROUPS))
    factors[:, 0] = patients.traits["volume"]
    factors[:, 1] = factors[:, 2] = patients.traits["texture"]
    group = np.arange(count) * GROUPS // max(count, 1)
    own = rng.standard_normal((n, count))
    values = np.sqrt(SHARED) * factors[:, group] + np.sqrt(1 - SHARED) * own
    names = [f"ct_gtv__orig__sim_f{i + 1:02d}__none" for i in range(count)]
    table = pd.DataFrame(values, columns=names)
    table.insert(0, VOLUME, patients.volume_mm3)
    return table


def _outcome(rng: np.random.Generator, ids: tuple[str, ...], risk: np.ndarray, kind: str) -> Outcome:
    if kind == "survival":
        months, event = draw_survival(rng, risk)
        return Survival("os", ids, (), event, months)
    return Response("response", ids, (), draw_response(rng, risk), True)
