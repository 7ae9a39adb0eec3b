"""CPU seconds of what a user waits for, one thread, minimum of several; the machine and its load decide the rest.

python benchmarks/speed.py
"""

import os
import resource
import subprocess
import sys
import time

import numpy as np

from radici.core.image import Geometry, Image, Mask
from radici.core.parallel import one_thread
from radici.core.region import whole
from radici.demo import feature_cohort
from radici.evaluation.contenders import contenders, matrix
from radici.features.compute import compute
from radici.features.family import read_families
from radici.imaging.step import read_chain
from radici.learning.recipe import Recipe
from radici.learning.tuning import make_folds, tuned_fit


def process(*command: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def least(work, repeats: int = 5) -> float:
    work()
    found = []
    for _ in range(repeats):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return min(found)


def ball(side: int) -> tuple[Image, Mask]:
    geometry = Geometry((side, side, side))
    grid = np.indices(geometry.shape) - (side - 1) / 2
    inside = (grid**2).sum(axis=0) < (0.46 * side) ** 2
    voxels = np.random.default_rng(0).normal(0, 120, geometry.shape).astype(np.float32)
    return Image(voxels, geometry), Mask(inside, geometry)


def extraction(side: int) -> tuple[int, float]:
    image, mask = ball(side)
    chain = read_chain([{"resegment": {"range": [-1000, 400]}}, {"discretise": {"bin_width": 25}}])
    families = read_families(["morph", "stat", "cm"])
    region = whole(image, mask)
    return int(mask.voxels.sum()), least(lambda: one_thread(compute, region, chain, families))


def tuning() -> float:
    table, outcome, blocks, _ = feature_cohort(120, signal="planted", seed=1)
    steps = [
        "impute",
        "drop_constant",
        {"drop_correlated": {"limit": 0.9}},
        "standardise",
        "lasso",
        "elastic_net_logistic",
    ]
    recipe = Recipe.read(steps)
    last = contenders(recipe, blocks, outcome)[-1]
    X = matrix(table, blocks, outcome.patients).X[:, list(last.columns)]
    inner = make_folds(outcome.y, 5, np.random.default_rng(0))
    return least(lambda: one_thread(tuned_fit, recipe, last.layout, X, outcome.y, inner), 20)


def main() -> None:
    radici = os.path.join(os.path.dirname(sys.executable), "radici")  # noqa: PTH118, PTH120
    rows = [
        ("import radici", min(process(sys.executable, "-c", "import radici") for _ in range(5))),
        ("radici --help", min(process(radici, "--help") for _ in range(5))),
    ]
    for side in (40, 80):
        voxels, seconds = extraction(side)
        rows.append((f"morph, stat and cm of a ball of {voxels:,} voxels", seconds))
    rows.append(("one tuned fit, n = 120, 66 columns, 5 inner folds, 6 penalties", tuning()))
    print("| what | CPU seconds |\n| --- | --- |")
    for what, seconds in rows:
        print(f"| {what} | {seconds:.4f} |")


if __name__ == "__main__":
    main()
