"""The package as a whole: its public names, what importing it costs, and that the reference page tells the truth."""

import subprocess
import sys
from pathlib import Path

import pytest

import radici
from radici.core.aggregation import RULES
from radici.features.family import FAMILIES
from radici.imaging.filter import FILTERS
from radici.imaging.step import STEPS
from radici.learning.estimator import ESTIMATORS
from radici.response import ENDPOINTS
from radici.testing import feature_list
from radici.testing.reference import first_line, page

REFERENCE = Path(__file__).parents[1] / "docs" / "reference.md"
HEAVY = ("SimpleITK", "matplotlib", "numba", "numpy", "pandas", "pydantic", "scipy", "sklearn", "torch")


@pytest.mark.parametrize("name", radici.__all__)
def test_public_name_resolves(name):
    assert getattr(radici, name) is not None


@pytest.mark.parametrize("name", [name for name in radici.__all__ if name != "__version__"])
def test_public_name_says_what_it_is(name):
    assert first_line(getattr(radici, name))


@pytest.mark.parametrize("name", radici.__all__)
def test_public_name_is_in_the_reference(name):
    assert f"`radici.{name}`" in REFERENCE.read_text(encoding="utf-8")


@pytest.mark.parametrize("registry", [STEPS, FILTERS, FAMILIES, ENDPOINTS, ESTIMATORS, RULES], ids=lambda r: r.kind)
def test_registered_names_are_in_the_reference(registry):
    text = REFERENCE.read_text(encoding="utf-8")
    ours = [name for name, thing in registry.items() if getattr(thing, "build", thing).__module__.startswith("radici.")]
    assert [name for name in ours if f"| `{name}` |" not in text] == []


def test_reference_is_what_the_code_says():
    # If this fails: python -m radici.testing.reference > docs/reference.md
    assert REFERENCE.read_text(encoding="utf-8") == page()


def test_the_list_of_features_is_what_the_code_says():
    # If this fails: python -m radici.testing.feature_list > docs/features.md
    assert (REFERENCE.parent / "features.md").read_text(encoding="utf-8") == feature_list.page()


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'extrakt'"):
        _ = radici.extrakt


def test_dir_lists_the_public_names():
    assert set(dir(radici)) == set(radici.__all__)


def test_importing_radici_loads_nothing_heavy():
    code = f"import sys, radici; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
