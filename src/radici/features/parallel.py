"""A function and cases in, results in the cases' order out, on as many processes as wished."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from joblib import Parallel, delayed, parallel_config
from threadpoolctl import threadpool_limits

from radici.core.progress import Progress

T = TypeVar("T")
R = TypeVar("R")


def in_order(work: Callable[[T], R], cases: Sequence[T], jobs: int, progress: Progress) -> list[R]:
    """`[work(case) for case in cases]`, on `jobs` processes of one thread each; `progress` hears of each case.

    Every case is worked on by itself, so the results do not depend on `jobs`.
    """
    found: list[R | None] = [None] * len(cases)
    if jobs == 1 or len(cases) < 2:
        with threadpool_limits(1):
            for i, case in enumerate(cases):
                found[i] = work(case)
                progress(str(case), i + 1, len(cases))
        return found  # type: ignore[return-value]
    with parallel_config(backend="loky", inner_max_num_threads=1):
        pool = Parallel(n_jobs=jobs, return_as="generator_unordered")
        finished = pool(delayed(_numbered)(work, i, case) for i, case in enumerate(cases))
        for done, (i, result) in enumerate(finished, start=1):
            found[i] = result
            progress(str(cases[i]), done, len(cases))
    return found  # type: ignore[return-value]


def _numbered(work: Callable[[T], R], i: int, case: T) -> tuple[int, R]:
    return i, work(case)
