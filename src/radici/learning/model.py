"""A fitted pipeline, and everything one must know to use it on somebody else's patients."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from radici.core.errors import ModelRefused, some
from radici.core.table import Column, FeatureTable, column_values
from radici.learning.recipe import Layout, Recipe
from radici.learning.tuning import predictions


@dataclass(frozen=True, eq=False)
class Model:
    """A locked model.

    Parameters
    ----------
    name
        Which of the five it is.
    pipeline
        Fitted preparation and estimator.
    columns
        The columns it needs, in order, with their units.
    layout
        How many of them are image features and how many clinical.
    endpoint
        `name`, `kind` (`response` or `survival`) and `favourable`.
    ranges
        Smallest and largest training value of each column.
    recipe
        What was fitted, before fitting.
    chosen
        Tuned settings in words.
    learned
        Image steps fitted on the training patients, as a study file spells them.
    facts
        Study text, versions, seed, number of patients and events, salted hashes of the patients.
    """

    name: str
    pipeline: Pipeline
    columns: tuple[Column, ...]
    layout: Layout
    endpoint: Mapping[str, Any]
    ranges: Mapping[str, tuple[float, float]]
    recipe: Recipe
    chosen: str = ""
    learned: tuple[dict, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def matrix(self, table: FeatureTable) -> np.ndarray:
        """Design matrix of a patient table, shape (n, n_columns); a wrong column or unit is refused by name."""
        absent, wrong = [], []
        for column in self.columns:
            source = column.name.removeprefix("log(").removesuffix(")") if column.name[:4] == "log(" else column.name
            if source not in table.values:
                absent.append(source)
            elif table.columns[source].unit != column.unit:
                wrong.append(f"'{source}' is in '{table.columns[source].unit}', the model expects '{column.unit}'")
        if absent:
            raise ModelRefused(
                f"The model '{self.name}' needs {len(absent)} column(s) that the new table lacks: {some(absent)}. "
                f"Extract them with the model's own study, or map them in the study file."
            )
        if wrong:
            raise ModelRefused(f"Wrong unit: {'; '.join(wrong)}. Convert the column and declare its unit.")
        return np.ascontiguousarray(np.column_stack([column_values(table, column.name) for column in self.columns]))

    def predict(self, table: FeatureTable, months: np.ndarray | None = None) -> pd.DataFrame:
        """One row per patient.

        Parameters
        ----------
        table
            One row per patient (see `FeatureTable.per_patient`).
        months
            Times for the event-free probability of a survival model, within the follow-up it was fitted on.

        Returns
        -------
        DataFrame
            `patient`, `score` (larger: likelier yes, or earlier event), `probability` of a yes or `survival_<m>`
            columns, `missing` (values filled in) and `outside_range` (columns beyond the training range).
        """
        followed = self.facts.get("months_followed") or np.inf
        if months is not None and np.max(months) > followed:
            raise ModelRefused(
                f"The model '{self.name}' was fitted on {followed:.1f} months of follow-up and says nothing of month "
                f"{np.max(months):g}. Ask for earlier months."
            )
        X = self.matrix(table)
        score, probability, survival = predictions(self.pipeline, X, months)
        out = pd.DataFrame({"patient": table.rows["patient"].to_numpy(), "score": score})
        if probability is not None:
            out["probability"] = probability
        if survival is not None and months is not None:
            for i, month in enumerate(months):
                out[f"survival_{month:g}"] = survival[:, i]
        low, high = np.array([self.ranges[column.name] for column in self.columns]).T
        out["missing"] = np.isnan(X).sum(axis=1)
        out["outside_range"] = ((low > X) | (high < X)).sum(axis=1)
        return out
