"""One engine, one case, one process: a task's name comes in on each line, what it cost goes out.

    python worker.py ENGINE CASE.npz

A line is `{"task": name}`; with `"memory": SMALL.npz` the task is warmed on that small case, and the reply has how
far resident memory rose above the loaded state. `{"task": "versions"}` asks what is installed. Runs under every
engine's own Python, so it needs nothing but numpy.
"""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np
from tasks import ENGINES, versions

HIGH_WATER = Path("/proc/self/clear_refs")
STATUS = Path("/proc/self/status")


def mib(field: str) -> float:
    """`VmRSS` (now) or `VmHWM` (the most so far) of this process."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024


def load(path: str) -> dict:
    """A case: image (x, y, z), mask (x, y, z), spacing in mm, and where its files are."""
    with np.load(path) as held:
        case = {name: held[name] for name in held.files}
    case["spacing"] = tuple(float(side) for side in case["spacing"])
    case["stem"] = path.removesuffix(".npz")
    return case


def run(tasks: dict, name: str) -> dict:
    begun_wall, begun = time.perf_counter(), time.process_time()
    values = tasks[name]()
    cpu, wall = time.process_time() - begun, time.perf_counter() - begun_wall
    return {"cpu": cpu, "wall": wall, "n": len(values)}


def with_memory(engine, tasks: dict, name: str, small: str) -> dict:
    engine(load(small))[name]()
    HIGH_WATER.write_text("5")  # forgets the high-water mark
    before = mib("VmRSS")
    found = run(tasks, name)
    return {**found, "mib": mib("VmHWM") - before, "loaded_mib": before}


def main() -> None:
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what engines print does not mix with the replies
    engine = ENGINES[sys.argv[1]]
    tasks = engine(load(sys.argv[2]))
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if asked["task"] == "versions":
                reply = versions()
            elif asked.get("memory"):
                reply = with_memory(engine, tasks, asked["task"], asked["memory"])
            else:
                reply = run(tasks, asked["task"])
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        out.write(json.dumps(reply) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
