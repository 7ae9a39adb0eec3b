"""What the tests of the criteria share: a small table -> one course, or the categories of its visits."""

import pandas as pd
import pytest

from radici.response.lesions import courses, lesion_table


def one_course(rows):
    """The course of patient P1.

    `rows` is a table of texts, a list of its rows, or lines of words under a line of column names, `.` for nothing.
    """
    if isinstance(rows, str):
        head, *lines = [line.split() for line in rows.splitlines() if line.strip()]
        rows = [{name: "" if cell == "." else cell for name, cell in zip(head, line, strict=True)} for line in lines]
    table = pd.DataFrame(rows)
    if "patient" not in table:
        table = table.assign(patient="P1")
    (found,) = courses(lesion_table(table), accept_sizes=["P1"])
    return found


@pytest.fixture
def course_of():
    """A function from a small table to the course that it holds."""
    return one_course


@pytest.fixture
def calls_of():
    """A function from a criterion and a small table to the categories after baseline, as one text."""
    return lambda criterion, rows: " ".join(point.category for point in criterion(one_course(rows)).points)
