"""Work and tasks in, results in the tasks' order out: the same bytes on one process or many."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky import ProcessPoolExecutor
from threadpoolctl import threadpool_limits

from radici.core.progress import Progress, silent

T = TypeVar("T")
R = TypeVar("R")


def in_order(
    work: Callable[[T], R], tasks: Sequence[T], *, jobs: int = 1, progress: Progress = silent, label: str = ""
) -> list[R]:
    """`[work(task) for task in tasks]`, on `jobs` processes (-1: one per core) of one thread each.

    The first task runs here in any case: it fills the caches of compiled kernels that the workers then share.
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


def _results(work: Callable[[T], R], tasks: Sequence[T], jobs: int) -> Iterable[R]:
    alone = tasks if jobs == 1 else tasks[:1]
    for task in alone:
        yield one_thread(work, task)
    rest = tasks[len(alone) :]
    if rest:
        with parallel_config(backend="loky", inner_max_num_threads=1):
            yield from Parallel(n_jobs=jobs, return_as="generator")(delayed(one_thread)(work, task) for task in rest)
