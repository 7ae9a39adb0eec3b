"""A small patient table with an outcome, for tests of the engine."""

import numpy as np
import pandas as pd

from radici.core.outcome import Response, Survival
from radici.core.table import KEYS, Blocks, Column, FeatureTable

VOLUME = "ct_gtv__orig__morph_volume__none"


def patient_table(n=60, image=8, seed=0):
    rng = np.random.default_rng(seed)
    names = [f"ct_gtv__orig__sim_f{i}__none" for i in range(image)]
    clinical = ["clinical__age", "clinical__ldh"]
    values = pd.DataFrame(rng.normal(size=(n, image + 3)), columns=[*names, VOLUME, *clinical])
    values[VOLUME] = np.exp(9 + values[VOLUME])
    rows = pd.DataFrame({key: [""] * n for key in KEYS})
    rows["patient"] = [f"P{i:03d}" for i in range(n)]
    columns = {name: Column(name, "clinical" if name in clinical else "image") for name in values}
    table = FeatureTable(values, rows, columns)
    return table, Blocks((*names, VOLUME), tuple(clinical), VOLUME)


def response(table, strength=1.5, seed=1):
    rng = np.random.default_rng(seed)
    chance = 1 / (1 + np.exp(-strength * table.values.iloc[:, 0].to_numpy()))
    return Response("response", table.patients, (), rng.random(len(chance)) < chance)


def survival(table, strength=1.0, seed=1):
    rng = np.random.default_rng(seed)
    death = rng.exponential(20 * np.exp(-strength * table.values.iloc[:, 0].to_numpy()))
    end = rng.uniform(6, 60, len(death))
    return Survival("os", table.patients, (), death <= end, np.minimum(death, end))
