"""An endpoint turns the clinical table into an Outcome and says for whom it is unknown."""

from collections.abc import Mapping

import pandas as pd

from radici.core.errors import OutcomeError, StudyError
from radici.core.outcome import Outcome, Response
from radici.core.registry import Registry
from radici.core.settings import Settings

Tables = Mapping[str, pd.DataFrame]

ENDPOINTS: Registry[type["Endpoint"]] = Registry("endpoint")


class Endpoint(Settings):
    """A frozen, callable setting; subclass it with `class Category(Endpoint, name="category")`."""

    registry = ENDPOINTS

    @property
    def files(self) -> tuple[str, ...]:
        """Tables that are read beside the clinical one, relative to the data folder."""
        return ()

    def holds(self, column: str, file: str) -> bool:
        """Whether a column of the clinical table `file` is part of the answer, so that no predictor may read it."""
        return column in [getattr(self, part, None) for part in ("column", "time", "event")]

    @property
    def counts_from_start(self) -> bool:
        """Whether time runs from the start of treatment: predictors of a later scan would be known before they are."""
        return False

    def about(self) -> str:
        """What it is, in a phrase that a reader of the report understands: by default, the class's first line."""
        text = (type(self).__doc__ or self.registered_name).strip()
        return text.splitlines()[0].rstrip(".")

    def __call__(self, name: str, table: pd.DataFrame, tables: Tables | None = None) -> Outcome:
        """The outcome `name` of the patients in `table`.

        Parameters
        ----------
        name
            What the study calls the endpoint.
        table
            The clinical table as text, indexed by patient; `""` is missing (`Cohort.source`).
        tables
            What `files` names, as texts.

        Raises
        ------
        TableError
            A column does not exist, or a cell is neither a declared text nor missing.
        """
        raise NotImplementedError


def check_outcome(outcome: Outcome, folds: int) -> None:
    """Refuse an outcome that cannot be cross-validated with so many folds.

    Raises
    ------
    OutcomeError
        Nobody's outcome is known, all are of one class, or the event was never seen.
    StudyError
        There are more folds than patients with the event, or in the rarer class.
    """
    name, count = outcome.name, len(outcome.patients)
    if count == 0:
        reasons = sorted({reason for _, reason in outcome.unknown})
        raise OutcomeError(
            f"Endpoint '{name}': the outcome of all {len(outcome.unknown)} patients is unknown "
            f"({'; '.join(reasons[:3]) or 'the table is empty'}). Check its columns."
        )
    if isinstance(outcome, Response):
        yes = int(outcome.yes.sum())
        what, found = "patients in the rarer class", f"{yes} yes and {count - yes} no"
        lacking = "two classes are needed"
    else:
        what, found = "patients with the event", f"{outcome.events} events among {count} patients"
        lacking = "events are needed"
    if outcome.events == 0:
        raise OutcomeError(
            f"Endpoint '{name}': {lacking}, found {found} ({len(outcome.unknown)} unknown). "
            f"Check which texts mean what, or choose another endpoint."
        )
    if outcome.events < 2:
        raise OutcomeError(f"Endpoint '{name}': found {found}; at least 2 {what} are needed for any folds.")
    if folds > outcome.events:
        raise StudyError(
            f"Endpoint '{name}': {folds} folds need at least {folds} {what}, found {found}. "
            f"Set `design: {{folds: {outcome.events}}}` or fewer."
        )
