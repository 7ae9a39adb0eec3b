"""radici: from scans and a clinical table to an honest model of who benefits from immunotherapy.

Five verbs do a study (`read_cohort`, `extract`, `fit`, `evaluate`, `report`), seven nouns travel between
them. Every public name is loaded on first use, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_WHERE = {
    "Cohort": "radici.core.cohort",
    "Scan": "radici.core.cohort",
    "Geometry": "radici.core.image",
    "Image": "radici.core.image",
    "Mask": "radici.core.image",
    "Region": "radici.core.region",
    "FeatureTable": "radici.core.table",
    "Response": "radici.core.outcome",
    "Survival": "radici.core.outcome",
    "Recipe": "radici.learning.recipe",
    "Model": "radici.learning.model",
    "Evaluation": "radici.evaluation.evaluation",
    "RadiciError": "radici.core.errors",
    "Study": "radici.study",
    "read_cohort": "radici.cohort.read",
    "extract": "radici.features.extract",
    "fit": "radici.learning.fit",
    "evaluate": "radici.evaluation.evaluate",
    "report": "radici.reporting.document",
}

__all__ = ["__version__", *_WHERE]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'radici' has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
