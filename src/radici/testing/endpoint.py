"""The contract of endpoints: a table of texts in, an answer or a reason for every patient out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from radici.core.errors import StudyError, TableError
from radici.core.outcome import Outcome, Response, Survival
from radici.core.settings import build_named
from radici.response.endpoint import ENDPOINTS, Endpoint
from radici.testing.promise import check_settings, promise

Tables = Mapping[str, pd.DataFrame]


def check_endpoint(endpoint: Endpoint, table: pd.DataFrame, tables: Tables | None = None) -> None:
    """Check that an endpoint keeps the promises of its kind.

    It is registered, frozen and spelled in one way. Every patient of the table has an answer or a reason why there is
    none; an answer depends on the patient's own row; without the cells it reads a patient is unknown, and a missing
    cell never turns one answer into another; an absent column is refused with a hint.

    Parameters
    ----------
    endpoint
        Whose text settings name columns of `table`.
    table
        Texts, `""` where missing, indexed by patient; at least two patients with an answer.
    tables
        What `endpoint.files` names: texts with a column `patient`.

    Raises
    ------
    AssertionError
        With a sentence that names the broken promise.

    Examples
    --------
    >>> from radici.response import TimeToEvent
    >>> table = pd.DataFrame({"days": ["30", "90"], "died": ["1", "0"]}, index=["P1", "P2"])
    >>> check_endpoint(TimeToEvent(time="days", event="died", unit="days"), table)
    """
    name = endpoint.registered_name
    who = f"The endpoint '{name}'"
    promise(name in ENDPOINTS and ENDPOINTS[name] is type(endpoint), f"{type(endpoint).__name__} is not registered.")
    check_settings(endpoint, lambda item: build_named(ENDPOINTS, item, "endpoints"))
    read = [text for text in _texts(endpoint.plain()) if text in table.columns]
    promise(bool(read or endpoint.files), f"{who}: none of its settings names a column of the table, or a file.")
    _check_outcome(endpoint, table, who, tables)
    _check_rows(endpoint, table, who, tables)
    if endpoint.files:
        _check_files(endpoint, table, who, tables or {})
    else:
        _check_missing(endpoint, table, read, who)
        _check_absent(endpoint, table, read, who)


def _asked(endpoint: Endpoint, table: pd.DataFrame, tables: Tables | None = None) -> Outcome:
    return endpoint("contract", table) if tables is None else endpoint("contract", table, tables)


def answers(outcome: Outcome) -> dict[str, Any]:
    """The answer of each patient for whom it is known."""
    return dict(zip(outcome.patients, outcome.y.tolist(), strict=True))


def _check_outcome(endpoint: Endpoint, table: pd.DataFrame, who: str, tables: Tables | None) -> None:
    before = table.copy(deep=True)
    outcome = _asked(endpoint, table, tables)
    promise(table.equals(before), f"{who} changes the clinical table.")
    promise(
        isinstance(outcome, Response | Survival),
        f"{who} returns a {type(outcome).__name__} instead of a Response or a Survival.",
    )
    promise(outcome.name == "contract", f"{who} calls its outcome '{outcome.name}', not what the study calls it.")
    promise(len(outcome.patients) >= 2, f"{who}: the example table has fewer than two patients with an answer.")
    order = [str(patient) for patient in table.index]
    told = [*outcome.patients, *(patient for patient, _ in outcome.unknown)]
    promise(
        sorted(told) == sorted(order),
        f"{who}: every patient of the table must be known or unknown, once; found {told} of {order}.",
    )
    promise(
        list(outcome.patients) == [patient for patient in order if patient in set(outcome.patients)],
        f"{who} does not keep the patients in the order of the table.",
    )
    silent = [patient for patient, reason in outcome.unknown if not str(reason).strip()]
    promise(not silent, f"{who} gives no reason why patient(s) {', '.join(silent)} are unknown.")
    _check_values(outcome, who)
    again = answers(_asked(endpoint, table, tables))
    promise(again == answers(outcome), f"{who} gives other answers when asked again.")


def _check_values(outcome: Outcome, who: str) -> None:
    count = len(outcome.patients)
    if isinstance(outcome, Response):
        fits = outcome.yes.dtype == np.bool_ and outcome.yes.shape == (count,)
        promise(fits, f"{who}: `yes` must be a bool for each patient.")
        return
    assert isinstance(outcome, Survival)
    fits = outcome.event.dtype == np.bool_ and outcome.event.shape == outcome.months.shape == (count,)
    promise(fits, f"{who}: `event` must be a bool and `months` a number for each patient.")
    usable = np.isfinite(outcome.months) & (outcome.months >= 0)
    promise(bool(usable.all()), f"{who}: months must be finite and not negative.")


def _check_rows(endpoint: Endpoint, table: pd.DataFrame, who: str, tables: Tables | None) -> None:
    known = answers(_asked(endpoint, table, tables))
    for i, patient in enumerate(table.index):
        own = None if tables is None else {file: one[one["patient"] == patient] for file, one in tables.items()}
        if own is not None and any(one.empty for one in own.values()):
            continue
        alone = answers(_asked(endpoint, table.iloc[[i]], own))
        promise(
            alone.get(str(patient)) == known.get(str(patient)),
            f"{who}: the answer of patient {patient} depends on other patients, which would carry them into a fold.",
        )


def _check_files(endpoint: Endpoint, table: pd.DataFrame, who: str, tables: Tables) -> None:
    """Without rows in its files a patient is unknown; without the files there is no answer at all."""
    for patient in answers(_asked(endpoint, table, tables)):
        rest = {file: one[one["patient"] != patient] for file, one in tables.items()}
        found = answers(_asked(endpoint, table, rest))
        promise(patient not in found, f"{who}: patient {patient} has an answer without a row in {', '.join(tables)}.")
    try:
        endpoint("contract", table)
    except StudyError as error:
        named = any(file in str(error) for file in endpoint.files)
        promise(named, f"{who}: the message for an absent file does not name it: {error}")
    else:
        raise AssertionError(f"{who} does not notice that {', '.join(endpoint.files)} was not given.")


def _check_missing(endpoint: Endpoint, table: pd.DataFrame, read: Sequence[str], who: str) -> None:
    known = answers(endpoint("contract", table))
    for patient in known:
        silent = table.copy()
        silent.loc[patient, list(read)] = ""
        promise(
            patient not in answers(endpoint("contract", silent)),
            f"{who}: patient {patient} has an answer without anything in {', '.join(read)}.",
        )
        for column in read:
            silent = table.copy()
            silent.loc[patient, column] = ""
            found = answers(endpoint("contract", silent))
            promise(
                found.get(patient, known[patient]) == known[patient],
                f"{who}: a missing '{column}' turns the answer of patient {patient} into another one.",
            )


def _check_absent(endpoint: Endpoint, table: pd.DataFrame, read: Sequence[str], who: str) -> None:
    for column in read:
        try:
            endpoint("contract", table.rename(columns={column: f"{column}x"}))
        except TableError as error:
            hint = f"{column}x" in str(error) and f"'{column}'" in str(error)
            promise(hint, f"{who}: the message for an absent column '{column}' does not suggest '{column}x': {error}")
        except Exception as error:
            raise AssertionError(f"{who}: an absent column is a TableError, found {error!r}.") from error
        else:
            raise AssertionError(f"{who} does not notice that the column '{column}' is absent.")


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    items = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return list(dict.fromkeys(text for item in items for text in _texts(item)))
