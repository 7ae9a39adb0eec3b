"""Work over several processes: the same results in the same order, and an error ends it."""

import math
import os
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest

from radici.core import parallel
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


class Late(Future):
    """A result that tells those who wait for it only a moment after it is there."""

    def add_done_callback(self, tell):
        super().add_done_callback(lambda done: (time.sleep(0.02), tell(done)))


class Threads(ThreadPoolExecutor):
    """Helpers in this process, with late results."""

    def submit(self, work, *arguments):
        late = Late()
        super().submit(lambda: late.set_result(work(*arguments)))
        return late


def test_a_helper_that_is_late_to_take_its_next_task_holds_nothing_up(monkeypatch):
    def work(k):
        time.sleep(0.005)
        return k

    with Threads(1) as pool:
        monkeypatch.setattr(parallel, "get_reusable_executor", lambda **settings: pool)
        assert in_order(work, range(12), jobs=2) == list(range(12))
