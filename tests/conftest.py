"""What every test shares: a private folder of its own, so that nothing reaches the user's."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True, scope="session")
def private_folder(tmp_path_factory):
    """Salt and openings of this session go to a temporary folder."""
    os.environ["RADICI_HOME"] = str(tmp_path_factory.mktemp("private"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Public data used by tests on real input; they are not part of the project."""
    folder = (Path(__file__).parents[1] / os.environ.get("SHARED", "../shared")).resolve() / "data"
    if not folder.is_dir():
        pytest.skip("the shared public data are not here (set SHARED to their folder)")
    return folder
