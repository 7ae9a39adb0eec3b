"""Work and tasks in, results in the tasks' order out: the same bytes on one process or many."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from joblib.externals.loky import ProcessPoolExecutor, get_reusable_executor
from threadpoolctl import threadpool_limits

from radici.core.progress import Progress, silent

T = TypeVar("T")
R = TypeVar("R")

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)
AHEAD = 2
"""Tasks that each helper has been given: the one at hand, and the next."""


def in_order(
    work: Callable[[T], R], tasks: Sequence[T], *, jobs: int = 1, progress: Progress = silent, label: str = ""
) -> list[R]:
    """`[work(task) for task in tasks]`, on `jobs` processes (-1: one per core) of one thread each.

    This process is one of them: it works while the others start. The first task is done here before they do, because
    it fills the caches of compiled kernels that they then read.
    """
    found: list[R] = []
    for result in _results(work, tasks, jobs):
        found.append(result)
        progress(label, len(found), len(tasks))
    return found


def one_thread(work: Callable[..., R], *arguments: Any) -> R:
    """Do one piece of work with BLAS and OpenMP held to one thread."""
    with threadpool_limits(limits=1):
        return work(*arguments)


def in_fresh_process(work: Callable[[T], R], tasks: Sequence[T]) -> list[R]:
    """`[work(task) for task in tasks]` in a process that has done nothing before."""
    with ProcessPoolExecutor(max_workers=1) as pool:
        return [pool.submit(one_thread, work, task).result() for task in tasks]


def _results(work: Callable[[T], R], tasks: Sequence[T], jobs: int) -> Iterator[R]:
    helpers = (os.cpu_count() or 1 if jobs < 0 else jobs) - 1
    alone = tasks[:1] if helpers > 0 else tasks
    for task in alone:
        yield one_thread(work, task)
    if len(tasks) > len(alone):
        yield from _shared(work, tasks[len(alone) :], min(helpers, len(tasks) - 1))


def _shared(work: Callable[[T], R], tasks: Sequence[T], helpers: int) -> Iterator[R]:
    """Results in order, from the helpers and from this process, which does whatever they have not begun."""
    pool = get_reusable_executor(max_workers=helpers, env=ONE_THREAD)
    begun: list[Future[R]] = []
    given = 0
    try:
        while given < len(tasks):
            while len(begun) < len(tasks) and sum(not one.done() for one in begun) < AHEAD * helpers:
                begun.append(pool.submit(one_thread, work, tasks[len(begun)]))
            if begun[given].done():
                yield begun[given].result()
                given += 1
            elif len(begun) < len(tasks):
                begun.append(_done(one_thread(work, tasks[len(begun)])))
            else:
                last = next((k for k in reversed(range(given, len(begun))) if begun[k].cancel()), None)
                if last is None:
                    begun[given].result()
                else:
                    begun[last] = _done(one_thread(work, tasks[last]))
    except BaseException:
        pool.shutdown(wait=True, kill_workers=True)
        raise


def _done(result: R) -> "Future[R]":
    future: Future[R] = Future()
    future.set_result(result)
    return future
