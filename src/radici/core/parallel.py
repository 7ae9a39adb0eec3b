"""Work and tasks in, results in the tasks' order out: the same bytes on one process or many."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from threading import Event, Lock
from typing import Any, TypeVar
from warnings import catch_warnings, simplefilter

from joblib.externals.loky import ProcessPoolExecutor, get_reusable_executor
from threadpoolctl import threadpool_limits

from radici.core.progress import Progress, silent

T = TypeVar("T")
R = TypeVar("R")

ONE_THREAD = dict.fromkeys(
    (
        *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "NUMBA_NUM_THREADS"),
        "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS",
    ),
    "1",
)


def in_order(
    work: Callable[[T], R], tasks: Sequence[T], *, jobs: int = 1, progress: Progress = silent, label: str = ""
) -> list[R]:
    """`[work(task) for task in tasks]`, on `jobs` processes (-1: one per core) of one thread each.

    This process is one of them, and works while the others start. Until it has done the first task they are given
    none, because that fills the caches of compiled kernels that they then read.
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
    helpers = min((os.cpu_count() or 1 if jobs < 0 else jobs), len(tasks)) - 1
    if helpers > 0:
        yield from _shared(work, tasks, helpers)
    else:
        for task in tasks:
            yield one_thread(work, task)


def _shared(work: Callable[[T], R], tasks: Sequence[T], helpers: int) -> Iterator[R]:
    """Results in order, from the helpers and from this process: each takes the next task when it is free."""
    with catch_warnings():
        # A pool of another size may have to wait until its processes have started.
        simplefilter("ignore", UserWarning)
        pool = get_reusable_executor(max_workers=helpers, env=ONE_THREAD)
    taken: list[Future[R]] = []
    lock, ended = Lock(), Event()

    def help_on(_: object = None) -> None:
        with lock:
            if len(taken) == len(tasks) or ended.is_set():
                return
            future = pool.submit(one_thread, work, tasks[len(taken)])
            taken.append(future)
        future.add_done_callback(help_on)

    try:
        for _ in range(helpers):
            pool.submit(_ready, work)
        taken.append(_done(one_thread(work, tasks[0])))
        for _ in range(helpers):
            help_on()
        given = 0
        while given < len(tasks):
            # A helper's result is there a moment before it has taken its next task.
            if given < len(taken) and (taken[given].done() or len(taken) == len(tasks)):
                yield taken[given].result()
                given += 1
                continue
            with lock:
                own: Future[R] | None = Future() if len(taken) < len(tasks) else None
                if own is not None:
                    task = tasks[len(taken)]
                    taken.append(own)
            if own is not None:
                own.set_result(one_thread(work, task))
    except BaseException:
        # Each helper ends the task at hand and takes no other.
        ended.set()
        wait([one for one in taken if one.running()])
        raise


def _ready(work: Callable[..., Any]) -> None:
    """Nothing: to receive `work`, a process has to load its modules."""


def _done(result: R) -> "Future[R]":
    future: Future[R] = Future()
    future.set_result(result)
    return future
