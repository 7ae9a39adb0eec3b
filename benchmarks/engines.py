"""What extraction costs, beside other engines: CPU seconds of one thread, each line in fresh processes, interleaved.

    python benchmarks/engines.py --venvs DIR --shared DIR --write docs/evidence [--only LINE]

DIR/venv-pict, DIR/venv-pyrad311 and DIR/venv-mirp hold Pictologics, PyRadiomics and MIRP (pip install
pictologics==0.9.0 under Python 3.12, pyradiomics==3.0.1, mirp==2.7.0). Run Pictologics once before: its first import
compiles for minutes. A line whose engine or data is not there is left out and named.
"""

import argparse
import csv
import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import SimpleITK as sitk
from scipy import ndimage

WORKER = Path(__file__).parent / "peers" / "worker.py"
VENVS = {"pictologics": "venv-pict", "pyradiomics": "venv-pyrad311", "mirp": "venv-mirp"}
THREADS = ("OMP", "OPENBLAS", "MKL", "NUMBA", "PICTOLOGICS")
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in THREADS} | {"ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS": "1"}
COLUMNS = (
    "line",
    "scope",
    "case",
    "measure",
    "ours",
    "beside",
    "theirs",
    "ratio",
    "bar",
    "rounds",
    "n_ours",
    "n_theirs",
)
MADE_WITH = ("versions", "machine")


@dataclass(frozen=True)
class Line:
    """Our `task` on a case beside a `peer`'s; the ratio of the two is to be at most `bar`."""

    name: str
    case: str
    task: str
    peer: str
    bar: float
    scope: str
    peer_task: str = ""
    rounds: int = 5


FULL = "all families but local intensity and Moran/Geary; 1 mm linear, FBN 32, 3D merged"
EVERYTHING = "IBSI 1 with local intensity and Moran/Geary; 1 mm linear, FBN 32, 3D merged"
BANK = "original, 8 coif1 sub-bands, LoG 1, 2, 3 mm"
MIXED = f"{BANK}; {EVERYTHING}; Moran/Geary are ours on the original only"
OWN = "PyRadiomics' seven classes, its preCrop on, averaged over directions; 1 mm linear, 32 levels"
LINES = [
    Line("phantom-everything", "phantom", "everything", "pictologics", 0.45, EVERYTHING),
    Line("phantom-full", "phantom", "full", "pictologics", 1.0, FULL),
    Line("phantom-filters", "phantom", "filters", "pictologics", 0.5, f"{BANK}; {FULL}"),
    Line("phantom-filters-everything", "phantom", "filters_everything", "pictologics", 0.5, MIXED),
    Line("synthM-texture", "synthM", "texture", "pictologics", 0.8, "six texture families, FBN 32, 3D merged"),
    Line("synthM-full", "synthM", "full", "pictologics", 1.0, FULL),
    Line("synthL-full", "synthL", "full", "pictologics", 0.6, FULL),
    Line("synthL-everything", "synthL", "everything", "pictologics", 0.6, EVERYTHING),
    Line("brain1-full", "brain1", "full", "pictologics", 1.5, FULL),
    Line("brain1-everything", "brain1", "everything", "pictologics", 1.5, EVERYTHING),
    Line("phantom-own", "phantom", "own", "pyradiomics", 1 / 20, OWN),
    Line("synthM-own", "synthM", "own", "pyradiomics", 1 / 20, OWN),
    Line("phantom-drop-in", "phantom", "own_files", "pyradiomics", 1.0, f"our drop-in, files read in the call; {OWN}"),
    Line("synthM-drop-in", "synthM", "own_files", "pyradiomics", 1 / 5, f"our drop-in, files read in the call; {OWN}"),
    Line("phantom-mirp", "phantom", "everything", "mirp", 1 / 60, f"{EVERYTHING}; MIRP reads files in the call"),
    Line("synthM-mirp", "synthM", "everything", "mirp", 1 / 60, EVERYTHING),
    Line(
        "phantom-aggregations",
        "phantom",
        "all_aggregations",
        "radici",
        2.5,
        f"2D, 2.5D and 3D at once / {FULL}",
        "full",
    ),
]


# --- cases -----------------------------------------------------------------------------------------------------------


def lumpy(shape: tuple[int, int, int], radii: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """A CT-like volume of smooth background, texture and noise, and a lumpy ellipsoid in it."""
    rng = np.random.default_rng(7)

    def smooth(sigma: float) -> np.ndarray:
        found = ndimage.gaussian_filter(rng.standard_normal(shape, dtype=np.float32), sigma)
        return found / found.std()

    voxels = 40 + 60 * smooth(6) + 40 * smooth(1.5) + 15 * rng.standard_normal(shape, dtype=np.float32)
    axes = np.ogrid[tuple(slice(-n / 2, n / 2) for n in shape)]
    distance = sum((axis.astype(np.float32) / radius) ** 2 for axis, radius in zip(axes, radii, strict=True))
    inside = distance + 0.25 * smooth(8) < 1
    label, count = ndimage.label(inside)
    if count > 1:
        inside = label == np.bincount(label.ravel())[1:].argmax() + 1
    border = np.ones(shape, dtype=bool)
    border[1:-1, 1:-1, 1:-1] = False
    inside &= ~border
    voxels[~inside] -= 100
    return np.rint(voxels).clip(-1024, 3071), inside


def read(image: Path, mask: Path) -> tuple[np.ndarray, np.ndarray, tuple[float, ...]]:
    scan, label = sitk.ReadImage(str(image)), sitk.ReadImage(str(mask))
    return np.rint(sitk.GetArrayFromImage(scan).T), sitk.GetArrayFromImage(label).T == 1, scan.GetSpacing()


def make_case(name: str, folder: Path, shared: Path) -> Path:
    """Path of the case, written as arrays and as a pair of uncompressed NIfTI files."""
    path = folder / f"{name}.npz"
    if path.exists():
        return path
    phantom = shared / "data/ibsi1/ibsi_1_ct_radiomics_phantom/nifti"
    brain = shared / "data/pyradiomics"
    spacing: tuple[float, ...] = (1.0, 1.0, 1.0)
    if name == "phantom":
        voxels, inside, spacing = read(phantom / "image/phantom.nii.gz", phantom / "mask/mask.nii.gz")
    elif name == "brain1":
        voxels, inside, spacing = read(brain / "brain1_image.nrrd", brain / "brain1_label.nrrd")
    else:
        sizes = {
            "synthS": ((64, 64, 64), (20, 20, 18)),
            "synthM": ((256, 256, 128), (55, 52, 44)),
            "synthL": ((288, 288, 256), (110, 108, 104)),
        }
        voxels, inside = lumpy(*sizes[name])
    voxels, mask = np.ascontiguousarray(voxels.astype(np.int16)), np.ascontiguousarray(inside.astype(np.uint8))
    for array, file in ((voxels, f"{name}.nii"), (mask, f"{name}.mask.nii")):
        image = sitk.GetImageFromArray(np.ascontiguousarray(array.T))
        image.SetSpacing(spacing)
        sitk.WriteImage(image, str(folder / file))
    np.savez(path, image=voxels, mask=mask, spacing=np.array(spacing))
    return path


# --- processes -------------------------------------------------------------------------------------------------------


class Engine:
    """A process of one engine that holds one case."""

    def __init__(self, name: str, case: Path, venvs: Path) -> None:
        python = sys.executable if name == "radici" else str(venvs / VENVS[name] / "bin" / "python")
        self.name, self.case = name, case
        self.process = subprocess.Popen(
            [python, str(WORKER), name, str(case)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | ONE_THREAD,
            text=True,
        )

    def ask(self, task: str, **more: str) -> dict:
        self.process.stdin.write(json.dumps({"task": task, **more}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        reply = json.loads(line) if line else {"error": f"the process ended ({self.process.wait()})"}
        if "error" in reply:
            raise RuntimeError(f"{self.name}, {self.case.stem}, {task}: {reply['error']}")
        return reply

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.wait()


def beside(line: Line, case: Path, venvs: Path) -> dict:
    """Both engines on one case: warm calls, then turn by turn."""
    theirs_task = line.peer_task or line.task
    with Engine("radici", case, venvs) as ours, Engine(line.peer, case, venvs) as theirs:
        versions = "; ".join(spelled(engine.name, engine.ask("versions")) for engine in (ours, theirs))
        first = ours.ask(line.task)["cpu"], theirs.ask(theirs_task)["cpu"]
        # Short tasks are repeated more often; the first call of ours may have loaded or compiled kernels.
        seconds = first[1] + (ours.ask(line.task)["cpu"] if first[1] < 0.5 else first[0])
        rounds = max(line.rounds, min(40, int(5 / seconds)))
        pairs = [(ours.ask(line.task), theirs.ask(theirs_task)) for _ in range(rounds)]
    least = [min(reply["cpu"] for reply in found) for found in zip(*pairs, strict=True)]
    counts = [reply["n"] for reply in pairs[0]]
    return {
        "measure": "CPU s",
        "ours": least[0],
        "theirs": least[1],
        "ratio": least[0] / least[1],
        "rounds": rounds,
        "n_ours": counts[0],
        "n_theirs": counts[1],
        "versions": versions,
    }


def spelled(engine: str, versions: dict[str, str]) -> str:
    libraries = ", ".join(f"{name} {version}" for name, version in versions.items() if name != engine)
    return f"{engine} {versions[engine]} ({libraries})"


# --- ours alone ------------------------------------------------------------------------------------------------------


def child_cpu(case: Path, task: str, environment: dict[str, str]) -> float:
    """CPU seconds of a process from its start to its first row of features, the case's file read."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, str(WORKER), "radici", str(case)],
        input=json.dumps({"task": task}) + "\n",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | ONE_THREAD | environment,
        text=True,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def first_row(cases: Path, shared: Path) -> dict:
    case = make_case("synthS", cases, shared)
    child_cpu(case, "everything", {})
    return {"measure": "CPU s", "ours": min(child_cpu(case, "everything", {}) for _ in range(5)), "rounds": 5}


def first_ever(cases: Path, shared: Path) -> dict:
    case = make_case("synthS", cases, shared)
    with tempfile.TemporaryDirectory() as empty:
        return {"measure": "CPU s", "ours": child_cpu(case, "everything", {"NUMBA_CACHE_DIR": empty}), "rounds": 1}


def growth(cases: Path, shared: Path) -> dict:
    small = make_case("synthS", cases, shared)
    found = []
    for _ in range(5):
        with Engine("radici", make_case("synthM", cases, shared), Path()) as ours:
            found.append(ours.ask("full", memory=str(small))["mib"])
    return {"measure": "MiB", "ours": min(found), "rounds": 5}


def forty(cases: Path, shared: Path):
    """The phantom with 40 different noises, as files, and as a cohort."""
    from radici.core.cohort import Cohort, RegionSource, Scan

    with np.load(make_case("phantom", cases, shared)) as held:
        voxels, spacing = held["image"], tuple(float(side) for side in held["spacing"])
    names, scans = tuple(f"P{number:02d}" for number in range(40)), []
    for number, name in enumerate(names):
        noise = np.random.default_rng(number).normal(0, 10, voxels.shape)
        image = sitk.GetImageFromArray(np.ascontiguousarray((voxels + noise).astype(np.int16).T))
        image.SetSpacing(spacing)
        sitk.WriteImage(image, str(cases / f"{name}.nii"))
        scans.append(Scan(name, "ct", cases / f"{name}.nii", {"gtv": RegionSource(cases / "phantom.mask.nii")}))
    table = pd.DataFrame(index=list(names))
    return Cohort(names, tuple(scans), table, table, pd.Series("", index=table.index))


def two_workers(cases: Path, shared: Path, filters: tuple = ()) -> dict:
    """Wall time of 40 cases by two workers over that by one; says whether the tables are equal."""
    from radici.features.extract import extract
    from radici.features.family import FAMILIES, read_families
    from radici.imaging import read_chain, read_filters

    cohort = forty(cases, shared)
    chain = read_chain([{"resample": {"spacing_mm": [1, 1, 1]}}, {"discretise": {"bin_number": 32}}])
    families = read_families(list(FAMILIES))
    seconds, hashes = [], []
    for jobs in (1, 2):
        begun = time.perf_counter()
        table = extract(cohort, chain, families, read_filters(filters), jobs=jobs)
        seconds.append(time.perf_counter() - begun)
        hashes.append(hashlib.sha256(table.values.to_numpy().tobytes()).hexdigest())
    if len(table.values) != 40 or hashes[0] != hashes[1]:
        raise RuntimeError(f"{len(table.values)} of 40 rows, tables {'equal' if hashes[0] == hashes[1] else 'differ'}")
    found = {"measure": "wall s, identical bytes", "ours": seconds[1], "theirs": seconds[0], "beside": "one worker"}
    return {**found, "ratio": seconds[1] / seconds[0], "rounds": 1, "n_ours": table.values.shape[1]}


ALONE = [
    ("first-row", "synthS", 2.0, f"a new process to its first row, kernels cached; {EVERYTHING}", first_row),
    ("first-ever", "synthS", 40.0, f"the same with an empty kernel cache; {EVERYTHING}", first_ever),
    ("memory", "synthM", 40.0, f"most resident memory above the loaded state; {FULL}", growth),
    ("two-workers", "40 phantoms", 1 / 1.8, f"files to table, workers started in the time; {EVERYTHING}", two_workers),
    (
        "two-workers-filters",
        "40 phantoms",
        1 / 1.8,
        f"the same with 8 coif1 sub-bands and LoG 1, 2, 3 mm; {EVERYTHING}",
        partial(two_workers, filters=({"wavelet": {"family": "coif1"}}, {"log": {"sigma_mm": [1, 2, 3]}})),
    ),
]


# --- the report ------------------------------------------------------------------------------------------------------


def cpu_model() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        if names:
            return names[0]
    return platform.processor() or platform.machine()


def measure(args: argparse.Namespace, cases: Path) -> list[dict]:
    rows: list[dict] = []
    for line in LINES:
        if args.only in (None, line.name):
            said = {"line": line.name, "scope": line.scope, "case": line.case, "beside": line.peer, "bar": line.bar}
            work = lambda line=line: beside(line, make_case(line.case, cases, args.shared), args.venvs)  # noqa: E731
            keep(rows, said, work)
    for name, case, bar, scope, work in ALONE:
        if args.only in (None, name):
            said = {"line": name, "scope": scope, "case": case, "beside": "", "bar": bar}
            keep(rows, said, lambda work=work: work(cases, args.shared))
    return rows


def keep(rows: list[dict], said: dict, work) -> None:
    try:
        found = said | work()
    except (RuntimeError, OSError) as error:
        print(f"left out: {said['line']}: {error}", flush=True)
        return
    machine = f"{cpu_model()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    rows.append({"versions": "", "machine": machine} | found)
    value = found.get("ratio", found["ours"])
    theirs = f" / {found['theirs']:.4g}" if "theirs" in found else ""
    verdict = "met" if value <= found["bar"] else "NOT MET"
    print(f"{found['line']:28s} {found['ours']:.4g}{theirs} {found['measure']} -> {value:.4g} ({verdict})", flush=True)


def write(rows: list[dict], folder: Path) -> None:
    """The table, lines measured before and not now kept as they were; and the page about it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "speed.csv"
    if path.exists():
        with path.open(encoding="utf-8", newline="") as stream:
            new = {row["line"] for row in rows}
            rows = [row for row in csv.DictReader(stream) if row["line"] not in new] + rows
    order = [line.name for line in LINES] + [name for name, *_ in ALONE]
    rows = sorted((row for row in rows if row["line"] in order), key=lambda row: order.index(row["line"]))
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.DictWriter(stream, COLUMNS + MADE_WITH, restval="", lineterminator="\n")
        out.writeheader()
        out.writerows({name: digits(row.get(name, "")) for name in COLUMNS + MADE_WITH} for row in rows)
    machines = sorted({row["machine"] for row in rows})
    versions = sorted({engine for row in rows for engine in row["versions"].split("; ") if engine})
    text = [
        "# What extraction costs, beside other engines",
        "",
        "Made by `python benchmarks/engines.py --venvs VENVS --shared SHARED --write docs/evidence`. CPU seconds",
        "(`process_time`) of one thread, the least of the rounds; images in memory, imports and compilation before the",
        "clock unless a line says otherwise; a fresh process per engine and line, the engines taking turns. The ratio",
        "is ours over theirs. Each call of ours begins with a new image and mask.",
        "",
        f"Machine: {'; '.join(machines)} (ours). Engines: {'; '.join(versions)}.",
        "",
        "| line | scope | case | measure | ours | beside | theirs | ratio | bar | met |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    text += [page_row({name: str(digits(row.get(name, ""))) for name in COLUMNS}) for row in rows]
    (folder / "speed.md").write_text("\n".join(text) + "\n", encoding="utf-8")


def digits(value: object) -> object:
    return f"{value:.4g}" if isinstance(value, float) else value


def page_row(row: dict[str, str]) -> str:
    met = "yes" if float(row["ratio"] or row["ours"]) <= float(row["bar"]) * 1.0001 else "no"
    counts = f" ({row['n_ours']} against {row['n_theirs']} values)" if row["n_theirs"] else ""
    cells = [row["line"], row["scope"] + counts, *(row[name] for name in COLUMNS[2:9]), met]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--venvs", type=Path, required=True)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--write", type=Path, default=None)
    parser.add_argument("--only", choices=[line.name for line in LINES] + [name for name, *_ in ALONE], default=None)
    parser.add_argument("--cases", type=Path, default=None, help="folder where generated cases are kept")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        cases = args.cases or Path(temporary)
        cases.mkdir(parents=True, exist_ok=True)
        rows = measure(args, cases)
    if args.write and rows:
        write(rows, args.write)


if __name__ == "__main__":
    main()
