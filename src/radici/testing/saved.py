"""One promise of every estimator: in a model folder it is numbers and settings, and predicts the same when loaded."""

import tempfile
from pathlib import Path
from typing import Any

from radici.learning.estimator import ESTIMATORS
from radici.learning.fit import fit
from radici.learning.recipe import Recipe
from radici.learning.store import load, save
from radici.testing.patients import MONTHS, patients
from radici.testing.promise import promise

LAST = {"response": "elastic_net_logistic", "survival": "elastic_net_cox"}


def check_saved(cls: type, settings: dict[str, Any], kind: str, who: str) -> None:
    """Fit a recipe that holds the estimator, save the model, load it and compare predictions to the last bit."""
    spelled: list[Any] = [{ESTIMATORS.name_of(cls): settings}]
    if not hasattr(cls, "predict"):
        spelled.append({LAST[kind]: {"penalty": 0.05}})
    given, new = patients(kind), patients(kind, seed=8, count=20)
    months = MONTHS[:-1] if kind == "survival" else None  # within the follow-up of the training patients
    with tempfile.TemporaryDirectory() as folder:
        try:
            model = fit(Recipe.read(spelled), given.table(), given.outcome(), inner_folds=2)
            loaded = load(save(model, Path(folder) / "model"))
            same = loaded.predict(new.table(), months).equals(model.predict(new.table(), months))
        except Exception as error:
            raise AssertionError(f"{who} cannot be part of a saved model: {error!r}") from error
    promise(same, f"{who}: a model that holds it predicts something else once it was saved and loaded.")
