"""What may never be in the repository: patient data, large files, paths of a machine."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def tracked():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def test_no_image_outside_the_test_data(tracked):
    images = (".dcm", ".nii", ".nii.gz", ".nrrd", ".mha")
    inside = ROOT / "tests/data"
    assert [p for p in tracked if p.name.endswith(images) and inside not in p.parents] == []


def test_no_table_outside_tests_and_docs(tracked):
    allowed = (ROOT / "tests", ROOT / "docs")
    assert [p for p in tracked if p.suffix == ".csv" and not any(a in p.parents for a in allowed)] == []


def test_no_file_over_a_megabyte(tracked):
    assert [p for p in tracked if p.stat().st_size > 1_000_000] == []


def test_no_path_of_a_machine(tracked):
    home = re.compile(r"""(^|["'\s=(])/(work|root|home|Users)/[a-z]""", re.MULTILINE)
    texts = [
        p for p in tracked if p.suffix in (".py", ".toml", ".yaml", ".yml", ".md", ".txt", ".R") and p != Path(__file__)
    ]
    assert [p for p in texts if home.search(p.read_text(encoding="utf-8", errors="replace"))] == []


def test_the_readmes_study_is_a_valid_study():
    from radici.study import Study

    text = (ROOT / "README.md").read_text()
    assert Study.parse(re.search(r"```yaml\n(.*?)```", text, re.DOTALL).group(1)).endpoint[0] == "response"
