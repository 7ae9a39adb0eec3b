"""How many cases fit into memory at the same time."""

import numpy as np
import pytest

from radici.cohort.volumes import write_image
from radici.core.cohort import Scan
from radici.core.image import Geometry, Image
from radici.imaging import read_chain
from radici.study import memory
from radici.study.memory import GB, available_bytes, budget_bytes, case_bytes, workers

HALVED = read_chain([{"resample": {"spacing_mm": [0.5, 0.5, 0.5]}}])


@pytest.fixture
def scan(tmp_path):
    """An image of 10 x 10 x 10 voxels."""
    write_image(tmp_path / "ct.nii", Image(np.zeros((10, 10, 10), np.float32), Geometry((10, 10, 10))))
    return Scan("P1", "ct", tmp_path / "ct.nii", {})


def test_a_case_needs_memory_for_each_voxel(scan):
    assert case_bytes(scan) == 1000 * memory.READING


def test_a_whole_image_is_counted_on_its_new_grid(scan):
    assert case_bytes(scan, HALVED, whole_image=True) == 1000 * memory.KEPT + 8000 * memory.WHOLE_IMAGE


def test_a_file_that_cannot_be_read_needs_nothing(tmp_path):
    assert case_bytes(Scan("P1", "ct", tmp_path / "none.nii", {})) == 0


def test_all_processes_are_used_where_memory_allows():
    assert workers([GB], 4, 100 * GB) == (4, "")


def test_the_largest_case_decides():
    assert workers([0.1 * GB, 1.7 * GB], 4, 5 * GB)[0] == 2


def test_fewer_processes_are_explained():
    assert "2 of 4 processes are used: the largest case needs about 2.0 GB" in workers([1.7 * GB], 4, 5 * GB)[1]


def test_a_case_too_large_for_the_budget_still_runs_alone():
    assert workers([50 * GB], 4, 5 * GB)[0] == 1


def test_an_unknown_budget_limits_nothing():
    assert workers([50 * GB], 4, None) == (4, "")


def test_the_budget_asked_for_is_taken():
    assert budget_bytes(3) == 3 * GB


def test_by_default_a_fifth_of_what_is_free_stays_free(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 10 * GB)
    assert budget_bytes(None) == 8 * GB


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with 16 GB free, and a container that may use 6 GB of which 2 GB are taken."""
    (tmp_path / "meminfo").write_text("MemTotal:       32000000 kB\nMemAvailable:   16000000 kB\n")
    (tmp_path / "max").write_text(f"{6 * GB}\n")
    (tmp_path / "current").write_text(f"{2 * GB}\n")
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "CGROUPS", ((tmp_path / "max", tmp_path / "current"),))
    return tmp_path


def test_a_containers_limit_counts(machine):
    assert available_bytes() == 4 * GB


def test_a_container_without_a_limit_leaves_the_machines(machine):
    (machine / "max").write_text("max\n")
    assert available_bytes() == 16_000_000 * 1024


def test_a_system_that_does_not_say_limits_nothing(machine):
    for name in ("meminfo", "max"):
        (machine / name).unlink()
    assert available_bytes() is None
