import pytest

import radici.features
import radici.imaging
import radici.learning
import radici.response  # noqa: F401
from radici.core.aggregation import RULES
from radici.features.family import FAMILIES
from radici.imaging.step import STEPS
from radici.learning.estimator import ESTIMATORS
from radici.response import ENDPOINTS


@pytest.fixture(autouse=True)
def _registries(monkeypatch):
    """What a test registers, such as a broken example, is gone after it."""
    for registry in (STEPS, FAMILIES, ESTIMATORS, ENDPOINTS, RULES):
        monkeypatch.setattr(registry, "_things", dict(registry._things))
