"""A study file, and the five verbs in order; each is loaded on first use, for features alone need neither."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from radici.study.conduct import run as run
    from radici.study.file import Study as Study

_WHERE = {"Study": "radici.study.file", "run": "radici.study.conduct"}

__all__ = ["Study", "run"]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'radici.study' has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)
