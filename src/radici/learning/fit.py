"""Recipe, table and outcome in, a locked model out: fitted once, on all development patients."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from radici.core.outcome import Outcome, Response, Survival
from radici.core.parallel import one_thread
from radici.core.provenance import hidden_ids, versions
from radici.core.table import Column, FeatureSource, column_values, rows_of
from radici.learning.model import Model
from radici.learning.recipe import Candidate, Layout, Recipe
from radici.learning.tuning import make_folds, tuned_fit

LOCKED = 4


def fit(
    recipe: Recipe,
    table: FeatureSource,
    outcome: Outcome,
    *,
    image: Sequence[str] = (),
    clinical: Sequence[str] = (),
    name: str = "model",
    inner_folds: int = 5,
    seed: int = 0,
    study: str = "",
    facts: Mapping[str, Any] | None = None,
) -> Model:
    """Tune and fit on every patient whose outcome is known.

    Parameters
    ----------
    table
        One row per patient, or an extraction that learns from images.
    image, clinical
        Columns of the two blocks; `log(column)` stands for a logarithm. By default every column of the table,
        by its kind.
    seed
        Decides the inner folds.
    study
        Salts the hashes of patient ids that the model carries, so that it can never be validated on its own
        training patients.
    """
    recipe.fits(outcome)
    features = table.learned_on(outcome.patients).of(outcome.patients)
    known = features.columns
    if not image and not clinical:
        image = [c for c in features.values if known[c].kind == "image"]
        clinical = [c for c in features.values if known[c].kind == "clinical"]
    rows = rows_of(features, outcome.patients)
    names = [*image, *clinical]
    X = np.ascontiguousarray(np.column_stack([column_values(features, column, rows) for column in names]))
    rng = np.random.default_rng(np.random.SeedSequence(entropy=seed, spawn_key=(LOCKED,)))
    layout = Layout(len(image), len(clinical))
    tuned = one_thread(tuned_fit, recipe, layout, X, outcome.y, make_folds(outcome.strata, inner_folds, rng))
    return Model(
        name=name,
        pipeline=tuned.pipeline,
        columns=tuple(_column(known, column) for column in names),
        layout=layout,
        endpoint=_endpoint(outcome),
        ranges={c: (float(np.nanmin(v)), float(np.nanmax(v))) for c, v in zip(names, X.T, strict=True)},
        recipe=recipe,
        chosen=in_words(recipe, tuned.chosen),
        learned=features.learned,
        facts={
            "patients": len(rows),
            "events": outcome.events,
            "seed": seed,
            "salt": study,
            "trained_on": sorted(hidden_ids(outcome.patients, study).values()),
            "months_followed": float(outcome.months.max()) if isinstance(outcome, Survival) else None,
            "versions": versions(),
            **(facts or {}),
        },
    )


def in_words(recipe: Recipe, chosen: Candidate) -> str:
    """Tuned settings as a sentence's part: `elastic_net_cox penalty = 0.25`."""
    return ", ".join(f"{recipe.steps[place].name} {name} = {value}" for (place, name), value in chosen.items())


def _column(known: Mapping[str, Column], name: str) -> Column:
    return replace(known[name[4:-1] if name.startswith("log(") else name], name=name)


def _endpoint(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Response):
        return {"name": outcome.name, "kind": "response", "favourable": outcome.favourable}
    return {"name": outcome.name, "kind": "survival", "favourable": False}
