"""Work over several processes: the same results in the same order, and an error ends it."""

import math
import os
from functools import partial

import pytest

from radici.core.parallel import in_order


def test_results_come_in_the_order_of_the_tasks():
    assert in_order(math.sqrt, [float(k * k) for k in range(40)], jobs=3) == [float(k) for k in range(40)]


def test_this_process_works_too():
    assert os.getpid() in in_order(partial(pow, os.getpid()), [1] * 20, jobs=2)


def test_progress_is_told_of_every_task():
    told = []
    in_order(math.sqrt, [1.0] * 5, jobs=2, progress=lambda label, done, total: told.append((label, done, total)))
    assert told == [("", k, 5) for k in range(1, 6)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_in_a_task_is_raised(jobs):
    with pytest.raises(ValueError, match=r"math domain error|nonnegative"):
        in_order(math.sqrt, [1.0, -1.0, *[4.0] * 20], jobs=jobs)


def test_after_an_error_work_goes_on():
    with pytest.raises(ValueError, match=r"math domain error|nonnegative"):
        in_order(math.sqrt, [1.0, -1.0, *[4.0] * 20], jobs=2)
    assert in_order(math.sqrt, [4.0] * 6, jobs=2) == [2.0] * 6


def test_no_tasks_give_no_results():
    assert in_order(math.sqrt, [], jobs=4) == []
