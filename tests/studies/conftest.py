"""A small synthetic cohort on disk, and its study run once from Python and once from the shell."""

import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from radici.demo import write_cohort
from radici.study import Study, run
from radici.study.spelling import read_yaml, write_yaml

PATIENTS = 26
LIGHT = {"folds": 3, "repeats": 1, "inner_folds": 2, "permutations": 9}


class Folder(NamedTuple):
    """A data folder with a study file in it."""

    path: Path

    @property
    def study(self):
        return self.path / "study.yaml"

    def change(self, **keys):
        """Set top-level keys of the study file; None removes one."""
        values = read_yaml(self.study.read_text(), self.study.name)
        for key, value in keys.items():
            if value is None:
                values.pop(key, None)
            else:
                values[key] = value
        self.study.write_text(write_yaml(values))
        return self

    def tables_only(self, **keys):
        return self.change(scans=None, regions=None, imaging=None, features=None, volume=None, **keys)


class Ran(NamedTuple):
    """A finished run, the folder it was made from, and the labels of its progress."""

    data: Folder
    out: Path
    record: object
    labels: set


@pytest.fixture(scope="session")
def cohort(tmp_path_factory):
    """The synthetic cohort with a light design and two families; nobody may write into it."""
    path = tmp_path_factory.mktemp("cohort")
    write_cohort(path, patients=PATIENTS)
    return Folder(path).change(features=["morph", "stat"], design=LIGHT)


@pytest.fixture(scope="session")
def finished(cohort, tmp_path_factory):
    """The study run from Python on one process."""
    out = tmp_path_factory.mktemp("python") / "results"
    labels = set()
    done = run(
        Study.read(cohort.study), cohort.path, out, jobs=1, progress=lambda label, done, total: labels.add(label)
    )
    return Ran(cohort, out, done.record, labels)


@pytest.fixture(scope="session")
def shell(cohort, tmp_path_factory):
    """The same study run by the command, in a process of its own, on two processes."""
    out = tmp_path_factory.mktemp("shell") / "results"
    command = [sys.executable, "-m", "radici", "run", str(cohort.study), "--out", str(out), "--jobs", "2", "-q"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return out


@pytest.fixture(scope="session")
def few(finished, tmp_path_factory):
    """The folder with six of the analysed patients, half of them sealed, and those left out."""
    path = tmp_path_factory.mktemp("few")
    table = pd.read_csv(finished.data.path / "clinical.csv", dtype=str, keep_default_na=False)
    record = finished.record
    wanted = {*record.development.outcome.patients[:3], *record.sealed.outcome.patients[:3]}
    wanted |= {left.patient for left in record.left_out}
    table[table["patient"].isin(wanted)].to_csv(path / "clinical.csv", index=False)
    (path / "images").symlink_to(finished.data.path / "images")
    return path


@pytest.fixture
def copied(cohort, tmp_path):
    """A copy of the whole cohort that a test may spoil."""
    path = tmp_path / "data"
    shutil.copytree(cohort.path, path)
    return Folder(path)


@pytest.fixture
def tables(cohort, tmp_path):
    """A copy of the cohort's tables, and a study that needs no scans."""
    path = tmp_path / "data"
    path.mkdir()
    for name in ("clinical.csv", "study.yaml"):
        shutil.copy(cohort.path / name, path / name)
    return Folder(path).tables_only(recipe=None)


@pytest.fixture
def shell_main(monkeypatch):
    """The command in this process: arguments in, exit code out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # typer imports names that click 8.4 deprecates
        from radici.cli import main

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["radici", *map(str, arguments)])
        try:
            main()
        except SystemExit as stop:
            return stop.code
        return 0

    return call
