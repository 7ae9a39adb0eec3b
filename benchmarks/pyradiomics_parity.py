"""Our PyRadiomics columns beside PyRadiomics 3.0.1 itself, which runs in an environment of its own.

    python benchmarks/pyradiomics_parity.py --peer PEER/bin/python --data DATA --write docs/evidence

The peer: Python 3.11; `pip install "numpy<2" "scipy<1.15" "setuptools<70" wheel versioneer`, then
`pip install --no-build-isolation pyradiomics==3.0.1`, then `pip install scikit-image trimesh`. This file runs there too
(`--as-peer`), so that it imports nothing of radici at its head. `--speed` also times both on one thread.
"""

import argparse
import csv
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from importlib import metadata
from pathlib import Path

import numpy as np

PARAMS = Path(__file__).parent / "params"
CLOSE = 1e-6


def run(extract, cases, files):
    """Values of every case and parameter file, or why there are none."""
    found = {}
    for file in files:
        for name, (image, mask) in cases.items():
            try:
                found[f"{file}|{name}"] = extract(image, mask, file)
            except Exception as error:
                found[f"{file}|{name}"] = {"refused": f"{type(error).__name__}: {error}"}
    return found


def is_map(file):
    return "_map_" in file


def peer_extractor(file):
    import logging

    from radiomics import featureextractor, logger

    logger.setLevel(logging.CRITICAL)
    featureextractor.geometryTolerance = None
    return featureextractor.RadiomicsFeatureExtractor(*([] if file == "none" else [str(PARAMS / file)]))


def peer_extract(image, mask, file):
    import SimpleITK as sitk

    sitk.ProcessObject.SetGlobalDefaultCoordinateTolerance(1e-6)
    sitk.ProcessObject.SetGlobalDefaultDirectionTolerance(1e-6)
    values = peer_extractor(file).execute(image, mask, voxelBased=is_map(file))
    return {name: _plain(value) for name, value in values.items()}


def our_extract(image, mask, file):
    from radici.pyradiomics import extract_maps, extract_pair, read_params

    params = read_params(None if file == "none" else PARAMS / file)
    values = (extract_maps if is_map(file) else extract_pair)(image, mask, params)
    return {name: _plain(value) for name, value in values.items()}


def _plain(value):
    if hasattr(value, "GetSpacing"):
        import SimpleITK as sitk

        return sitk.GetArrayFromImage(value).ravel().tolist()
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    return value if isinstance(value, (int, float, str)) else str(value)


def compare(ours, theirs, file):
    """Counts of one case, and what differs: (name, ours, theirs, reason)."""
    import yaml

    counts, unequal = Counter(), []
    if "refused" in ours or "refused" in theirs:
        agree = "refused" in ours and "refused" in theirs
        counts["refused"] += 1
        return counts, [] if agree else [
            ("", str(ours.get("refused", "values")), str(theirs.get("refused", "values")), "")
        ]
    skipped = "diagnostics_" if is_map(file) else "diagnostics_Versions"
    start = yaml.safe_load((PARAMS / file).read_text())["voxelSetting"]["initValue"] if is_map(file) else 0
    expected = [name for name in theirs if not name.startswith(skipped)]
    found = [name for name in ours if not name.startswith(skipped)]
    counts["columns"] = len(expected)
    if expected != found:
        unequal.append(
            ("columns", str(sorted(set(found) - set(expected))), str(sorted(set(expected) - set(found))), "")
        )
    for name in [name for name in expected if name in ours]:
        if isinstance(theirs[name], str) or isinstance(ours[name], str):
            counts["values"] += 1
            counts["equal"] += str(ours[name]) == str(theirs[name])
            if str(ours[name]) != str(theirs[name]):
                unequal.append((name, str(ours[name]), str(theirs[name]), ""))
            continue
        a, b = (np.atleast_1d(np.array(values[name], dtype=float)) for values in (ours, theirs))
        if is_map(file):
            there = (a != start) | (b != start)
            a, b = a[there], b[there]
        same = (np.abs(a - b) <= CLOSE * np.abs(b)) | (a == b) | (np.isnan(a) & np.isnan(b))
        counts["values"] += len(b)
        counts["equal"] += int(same.sum())
        for x, y in zip(a[~same], b[~same], strict=True):
            unequal.append((name, x, y, reason(x, y)))
    return counts, unequal


def reason(x, y):
    """Why two numbers differ; empty where nothing explains it."""
    return "0 but for rounding" if max(abs(x), abs(y)) < 1e-8 else ""


def time_both(peer, work, cases):
    """CPU seconds of one thread, the least of three, images in memory; ours and the peer's by turns."""
    found = []
    for file, name in SPEED:
        seconds = {}
        for who, python in (("ours", sys.executable), ("peer", peer)):
            command = [python, __file__, "--time", who, file, *cases[name], "--work", str(work)]
            threads = {one: "1" for one in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")}
            done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **threads})
            seconds[who] = float(done.stdout.split()[-1])
        found.append((file, name, seconds["ours"], seconds["peer"]))
    return found


def time_one(who, file, image, mask):
    import SimpleITK as sitk

    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    image, mask = sitk.ReadImage(image), sitk.ReadImage(mask)
    if who == "peer":
        extractor = peer_extractor(file)

        def work():
            return extractor.execute(image, mask)
    else:
        from radici.pyradiomics import extract_pair, read_params

        params = read_params(PARAMS / file)

        def work():
            return extract_pair(image, mask, params)

        work()
    seconds = []
    for _ in range(3):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    print(min(seconds))


def write(folder, counts, unequal, speed):
    """`pyradiomics.md` and `pyradiomics.csv`."""
    rows = [
        (file, *(counts[file][key] for key in ("cases", "refused", "columns", "values", "equal"))) for file in counts
    ]
    with (folder / "pyradiomics.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["parameter_file", "cases", "refused_by_both", "columns", "values", "equal_within_1e-6"])
        writer.writerows(rows)
    total = [sum(row[k] for row in rows) for k in range(1, 6)]
    packages = ("SimpleITK", "PyWavelets", "scikit-image", "trimesh")
    lines = [HEADER.format(versions=", ".join(f"{one} {metadata.version(one)}" for one in packages))]
    lines += [f"| {' | '.join(map(str, row))} |" for row in [*rows, ("**all**", *total)]]
    lines += ["", "## Every exception", ""]
    groups = defaultdict(list)
    for file, case, name, x, y, why in unequal:
        groups[file, name, why or "**not explained**"].append((case, x, y))
    if groups:
        lines += [
            "| parameter file | column | values | largest of either | reason |",
            "| --- | --- | --- | --- | --- |",
        ]
    for (file, name, why), found in groups.items():
        numbers = [abs(v) for _, x, y in found for v in (x, y) if isinstance(v, float)]
        largest = f"{max(numbers):.1e}" if numbers else "; ".join(f"{c}: {x} / {y}" for c, x, y in found)
        lines.append(f"| {file} | {name} | {len(found)} | {largest} | {why} |")
    lines += [] if groups else ["None."]
    if speed:
        lines += [
            "",
            SPEED_HEADER.format(
                machine=f"{platform.processor() or platform.machine()}, Python {platform.python_version()}"
            ),
        ]
        lines += [f"| {file} | {case} | {a:.2f} | {b:.2f} | {b / a:.1f} |" for file, case, a, b in speed]
    (folder / "pyradiomics.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


HEADER = """# PyRadiomics 3.0.1, column by column

    python benchmarks/pyradiomics_parity.py --peer PEER/bin/python --data DATA --speed --write docs/evidence

Both read the same files with the same libraries ({versions}). Cases: `brain1`
and `breast1`, which PyRadiomics ships, and six made here: anisotropic voxels and a turned grid; several components in
one channel of a mask with two; a few voxels; one slice; a mask on a grid of its own; a mask whose origin is 0.1 µm off.
The parameter files in `benchmarks/params` use every key and every image type.

A value is equal where it is within 1e-6 of PyRadiomics' own, relative, or both are NaN; texts must be the same letter
by letter. Columns must have the same names in the same order. Not compared: the five `diagnostics_Versions_` columns.
In maps (`_map_`) every voxel is a value
that does not hold `initValue` in both. A case counts as refused where both give an error instead of values.

| parameter file | cases | refused by both | columns | values | equal |
| --- | --- | --- | --- | --- | --- |"""

SPEED_HEADER = """## Time

CPU seconds on one thread, the least of three, images in memory, compiled kernels cached ({machine}). `large`: 617,188
voxels in an image of 256 x 256 x 128.

| parameter file | case | radici | PyRadiomics 3.0.1 | times faster |
| --- | --- | --- | --- | --- |"""

SPEED = [("speed_original.yaml", "large"), ("speed_original.yaml", "brain1"), ("speed_filters.yaml", "brain1")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", help="Python of the peer's environment; without it, what it gave last time")
    parser.add_argument("--data", type=Path, help="folder with PyRadiomics' brain1 and breast1")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "radici-parity")
    parser.add_argument("--write", type=Path, default=None)
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--only", default="", help="parameter files whose name holds this")
    parser.add_argument("--as-peer", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--time", nargs=4, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.time:
        time_one(*args.time)
        return 0
    files = ["none", *sorted(p.name for p in PARAMS.glob("[0-9]*.yaml"))]
    files = [file for file in files if args.only in file]
    if args.as_peer:
        import warnings

        warnings.simplefilter("ignore")
        cases = json.loads((args.work / "cases.json").read_text())
        (args.work / "peer.json").write_text(json.dumps(run(peer_extract, cases, files)))
        return 0
    from parity_cases import make_cases, make_large

    cases = make_cases(args.data, args.work)
    (args.work / "cases.json").write_text(json.dumps(cases))
    if args.peer:
        subprocess.run([args.peer, __file__, "--as-peer", "--work", str(args.work), "--only", args.only], check=True)
    theirs = json.loads((args.work / "peer.json").read_text())
    ours = run(our_extract, cases, files)
    counts, unequal = {file: Counter() for file in files}, []
    for key in ours:
        file, case = key.split("|")
        found, apart = compare(ours[key], theirs[key], file)
        counts[file].update({**found, "cases": 1})
        unequal += [(file, case, *one) for one in apart]
    speed = (
        time_both(args.peer, args.work, {**cases, "large": make_large(args.work)}) if args.speed and args.peer else []
    )
    for one in unequal:
        if not one[-1]:
            print("not explained:", *one)
    print(sum((c for c in counts.values()), Counter()), speed)
    if args.write:
        write(args.write, counts, unequal, speed)
    return int(any(not one[-1] for one in unequal))


if __name__ == "__main__":
    sys.exit(main())
