"""Every registered endpoint against its contract, and broken endpoints that the contract must catch."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ConfigDict

from radici.core.cells import column_of
from radici.core.outcome import Response, Survival
from radici.demo.lesions import Drawn, draw_lesions
from radici.response import ENDPOINTS, Endpoint
from radici.testing import check_endpoint

TABLE = pd.DataFrame(
    {
        "best": ["CR", "PD", "", "NE", "SD", "PR", "PD"],
        "days": ["400", "100", "30.5", "", "90", "1000", "200"],
        "died": ["0", "1", "1", "1", "", "1", "0"],
    },
    index=["P1", "P2", "P3", "P4", "P5", "P6", "P7"],
    dtype=object,
)
FOLLOW = {"time": "days", "event": "died", "unit": "days"}
FILES = {"lesions": "lesions.csv", "follow_up": "follow_up.csv"}
EXAMPLES = {
    "category": [{"column": "best", "yes": ["CR", "PR"], "no": ["SD", "PD"], "unknown": ["NE"]}],
    "event_free_at": [{**FOLLOW, "months": 6}],
    "time_to_event": [FOLLOW, {**FOLLOW, "unit": "weeks"}],
    "objective_response": [{"column": "best"}, {"column": "best", "denominator": "evaluable"}, FILES],
    "disease_control": [{"column": "best"}, {**FILES, "criterion": "irecist"}],
    "durable_benefit": [FOLLOW, {**FILES, "rule": {"days": 80}}],
    "progression_free_survival": [FILES, {**FILES, "criterion": {"irecist": {"confirm_tolerance_days": 2}}}],
    "hyperprogression": [{**FILES, "rule": rule} for rule in ("champiat", "lo_russo")],
}
DRAWN = [Drawn(f"P{i}", "A", best, 400, i % 2 == 0) for i, best in enumerate(["CR", "PR", "SD", "PD", "PD", "PR"], 1)]
TABLES = dict(zip(FILES.values(), draw_lesions(DRAWN, [1]), strict=True))


@pytest.mark.parametrize("name", list(ENDPOINTS))
def test_endpoint_keeps_its_promises(name):
    assert name in EXAMPLES, f"Add the endpoint '{name}' to EXAMPLES in {__file__}."
    for settings in EXAMPLES[name]:
        endpoint = ENDPOINTS[name](**settings)
        check_endpoint(endpoint, TABLE, TABLES if endpoint.files else None)


def broken_files():
    def call(self, name, table, tables=None):
        known = set((tables or {"lesions.csv": TABLES["lesions.csv"]})["lesions.csv"]["patient"]) | {"P1"}
        yes = np.array([patient in known for patient in table.index])
        return Response(name, tuple(table.index), (), yes)

    return died(__call__=call, files=property(lambda self: ("lesions.csv",)))


def test_an_endpoint_that_answers_without_lesions_is_caught():
    with pytest.raises(AssertionError, match=r"has an answer without a row in lesions\.csv"):
        check_endpoint(broken_files(), TABLE, {"lesions.csv": TABLES["lesions.csv"]})


class Died(Endpoint):
    """Yes where the event is 1, no where it is 0."""

    column: str = "died"

    def __call__(self, name, table):
        cells = self.cells(table)
        known = cells != ""
        unknown = tuple((patient, "missing") for patient in cells.index[~known])
        return Response(name, tuple(cells.index[known]), unknown, (cells[known] == "1").to_numpy(dtype=bool))

    def cells(self, table):
        return column_of(table, self.column, "the clinical table")


def died(name="broken", **methods):
    """`Died` with some methods replaced, registered."""
    body = {"__doc__": "A broken endpoint.", "__module__": __name__, **methods}
    return type(Died)("Broken", (Died,), body, name=name)()


def test_a_good_endpoint_passes():
    check_endpoint(died(), TABLE)


def altered(change):
    """An endpoint whose outcome is changed after the fact."""

    def call(self, name, table):
        return change(Died.__call__(self, name, table))

    return lambda: died(__call__=call)


def broken_table():
    def call(self, name, table):
        table["died"] = table["died"].replace("", "0")
        return Died.__call__(self, name, table)

    return died(__call__=call)


def broken_missing():
    def call(self, name, table):
        cells = self.cells(table)
        return Response(name, tuple(cells.index), (), (cells == "1").to_numpy(dtype=bool))

    return died(__call__=call)


def broken_relative():
    def call(self, name, table):
        days = pd.to_numeric(self.cells(table))
        known = days.notna()
        unknown = tuple((patient, "missing") for patient in days.index[~known])
        return Response(name, tuple(days.index[known]), unknown, (days > days.median())[known].to_numpy(dtype=bool))

    return died(__call__=call)


def broken_flip():
    def call(self, name, table):
        outcome = Died.__call__(self, name, table)
        silent = (table["days"] == "")[list(outcome.patients)].to_numpy(dtype=bool)
        return Response(name, outcome.patients, outcome.unknown, outcome.yes ^ silent)

    made = type(Died)(
        "Flip",
        (Died,),
        {
            "__doc__": "Another answer without a time.",
            "__module__": __name__,
            "__annotations__": {"time": str},
            "time": "days",
            "__call__": call,
        },
        name="flip",
    )
    return made()


def broken_absent():
    return died(cells=lambda self, table: table.get(self.column, pd.Series("", index=table.index)))


def broken_key_error():
    return died(cells=lambda self, table: table[self.column])


def broken_frozen():
    return died(model_config=ConfigDict(frozen=False))


def months(outcome):
    return Survival(outcome.name, outcome.patients, outcome.unknown, outcome.yes, np.full(len(outcome.patients), -1.0))


def swapped(o):
    return Response(o.name, o.patients[::-1], o.unknown, o.yes[::-1])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (altered(lambda o: o.yes), "instead of a Response"),
        (altered(lambda o: Response("other", o.patients, o.unknown, o.yes)), "calls its outcome 'other'"),
        (altered(lambda o: Response(o.name, o.patients, (), o.yes)), "known or unknown, once"),
        (altered(lambda o: Response(o.name, o.patients, tuple((p, " ") for p, _ in o.unknown), o.yes)), "no reason"),
        (altered(lambda o: Response(o.name, o.patients, o.unknown, o.y)), "`yes` must be a bool"),
        (altered(months), "not negative"),
        (altered(swapped), "order of the table"),
        (broken_table, "changes the clinical table"),
        (broken_missing, "has an answer without anything"),
        (broken_flip, "turns the answer"),
        (broken_absent, "does not notice that the column 'died' is absent"),
        (broken_key_error, "absent column is a TableError"),
        (broken_frozen, "not frozen"),
        (Died, "not registered"),
    ],
)
def test_broken_endpoint_is_caught(make, words):
    with pytest.raises(AssertionError, match=words):
        check_endpoint(make(), TABLE)


def test_an_endpoint_that_compares_patients_is_caught():
    broken_relative()
    relative = ENDPOINTS["broken"](column="days")
    with pytest.raises(AssertionError, match="depends on other patients"):
        check_endpoint(relative, TABLE)


def test_an_endpoint_that_reads_no_column_is_caught():
    died()
    with pytest.raises(AssertionError, match="names a column"):
        check_endpoint(ENDPOINTS["broken"](column="death"), TABLE)
