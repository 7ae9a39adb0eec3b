"""The same work on one process or several, with the same bytes: one BLAS thread each, results in order."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from radici.core.progress import Progress, silent


def run_all(
    work: Callable[..., Any],
    tasks: Sequence[tuple],
    *,
    jobs: int = 1,
    progress: Progress = silent,
    label: str = "",
) -> list[Any]:
    """Results of `work(*task)` for every task, in the order of the tasks."""
    results: list[Any] = []
    for result in _stream(work, tasks, min(jobs, len(tasks))):
        results.append(result)
        progress(label, len(results), len(tasks))
    return results


def _stream(work: Callable[..., Any], tasks: Sequence[tuple], jobs: int) -> Iterable[Any]:
    if jobs <= 1:
        return (one_thread(work, *task) for task in tasks)
    calls = (delayed(one_thread)(work, *task) for task in tasks)
    return Parallel(n_jobs=jobs, return_as="generator", batch_size="auto")(calls)


def one_thread(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do one piece of work with BLAS and OpenMP held to one thread."""
    with threadpool_limits(limits=1):
        return work(*arguments)
