"""Best overall responses, from a column or from lesions, in; who responded, or whose disease is controlled, out."""

from collections.abc import Iterator
from typing import Self

import pandas as pd
from pydantic import Field, model_validator

from radici.core.cells import Word
from radici.core.outcome import Response
from radici.core.variables import Given, read
from radici.response.categories import is_control, is_response
from radici.response.endpoint import Tables
from radici.response.from_lesions import FromLesions, response
from radici.response.summaries.best_response import BestResponse
from radici.response.summaries.rates import NOT_EVALUABLE, Denominator


class ObjectiveResponse(FromLesions, name="objective_response"):
    """Complete or partial response against everything else.

    Parameters
    ----------
    column
        Column of best overall responses in the clinical table; instead of `lesions`.
    not_evaluable
        Texts of that column that mean NE, such as `DEATH PRIOR TO ASSESSMENT`; the usual words for CR, PR, SD, PD and
        NE are known. A missing cell is unknown, unless `missing_is` says NE.
    missing_is
        What a missing cell means: `unknown`, or `NE`.
    best
        How the best response is chosen from lesions: confirmed or not, and from which day on disease is stable.
    denominator
        `all`: a patient who is not evaluable did not respond. `evaluable`: such a patient is unknown.
    """

    column: str | None = None
    not_evaluable: tuple[Word, ...] = ()
    missing_is: str = Field("unknown", pattern="^(unknown|NE)$")
    best: BestResponse = BestResponse()
    denominator: Denominator = "all"

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.column is None) == (self.lesions is None):
            raise ValueError("give either `column`, of best responses, or `lesions`, the file of a lesion table")
        return self

    @property
    def called(self) -> str:
        """What it is called in print; a response that needs a second one is a confirmed one."""
        return f"confirmed {super().called}" if self.best.confirm and self.lesions else super().called

    def about(self) -> str:
        """Where best responses come from, and what becomes of those who are not evaluable."""
        source = super().about() if self.column is None else f"{self.called} from column {self.column}"
        return f"{source}; not evaluable {'is no' if self.denominator == 'all' else 'is unknown'}"

    def __call__(self, name: str, table: pd.DataFrame, tables: Tables | None = None) -> Response:
        """Yes or no; unknown where nothing was assessed, or where the patient is not evaluable and left out."""
        return response(name, self._answers(self._best(name, table, tables)))

    def _counts(self, category: str) -> bool:
        return is_response(category)

    def _answers(self, best: Iterator[tuple[str, str, str]]) -> Iterator[tuple[str, bool | None, str]]:
        for patient, category, why in best:
            if not category:
                yield patient, None, why
            elif category in NOT_EVALUABLE:
                yield patient, (False if self.denominator == "all" else None), f"not evaluable: {why}"
            else:
                yield patient, self._counts(category), why

    def _best(self, name: str, table: pd.DataFrame, tables: Tables | None) -> Iterator[tuple[str, str, str]]:
        """Patient, best response, and why; no category where nothing is known."""
        if self.column is not None:
            yield from self._from_column(name, table)
            return
        (found, facts), criterion = self.read(name, tables), self.criterion
        for patient in map(str, table.index):
            if patient not in found:
                yield patient, "", f"no lesions in '{self.lesions}'"
                continue
            best = self.best.of(criterion(found[patient]), facts.get(patient))
            yield patient, best.category, best.why

    def _from_column(self, name: str, table: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
        assert self.column is not None
        given = Given(column=self.column, recode=dict.fromkeys(self.not_evaluable, "NE"))
        cells: pd.Series = read(table, {"best_response": given}, f"Endpoint '{name}': the clinical table")[
            "best_response"
        ]
        for patient, category in cells.items():
            missing = f"'{self.column}' is missing"
            if not category and self.missing_is == "NE":
                yield str(patient), "NE", missing
            else:
                yield str(patient), category, missing if not category else f"{category} in '{self.column}'"


class DiseaseControl(ObjectiveResponse, name="disease_control"):
    """Complete or partial response, stable disease, or non-CR/non-PD against everything else."""

    def _counts(self, category: str) -> bool:
        return is_control(category)
