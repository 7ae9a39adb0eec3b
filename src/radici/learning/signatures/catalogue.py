"""Names of published scores in; the scores out, read from the YAML files beside this module."""

from functools import cache
from importlib.resources import files
from typing import Any

from radici.core.errors import StudyError, UnknownName
from radici.core.registry import did_you_mean
from radici.core.settings import build
from radici.core.variables import read_plain
from radici.learning.signatures.score import Published, Score


class Described(Published):
    """A published score that cannot be run, and what is missing for it.

    Parameters
    ----------
    missing
        What is not public or not at hand.
    reported
        What its authors found, in their cohorts.
    unverified
        Parts of this entry that no source at hand confirms.
    """

    missing: str
    reported: str = ""
    unverified: tuple[str, ...] = ()


def score_names() -> list[str]:
    """Names of the scores that can be run."""
    return sorted(one.name.removesuffix(".yaml") for one in _scores().iterdir() if one.name.endswith(".yaml"))


def read_score(name: str) -> Score:
    """A score that can be run, by its name.

    Raises
    ------
    UnknownName
        No score is called that; the nearest name is suggested.
    StudyError
        It is described here but cannot be run: the message says what is missing.
    """
    if name in score_names():
        return _read(name)
    known = described()
    if name in known:
        patent = f" Patents: {known[name].patent}." if known[name].patent else ""
        raise StudyError(
            f"The score '{name}' is described but cannot be run: {known[name].missing}.{patent} "
            f"Scores that run: {', '.join(score_names())}."
        )
    raise UnknownName(f"No score is called '{name}'.{did_you_mean(name, score_names())} See `radici score --list`.")


@cache
def described() -> dict[str, Described]:
    """Scores that cannot be run, by name."""
    text = (files(__package__) / "described.yaml").read_text(encoding="utf-8")
    return {
        name: build(Described, {"name": name, **one}, f"score {name}")
        for name, one in read_plain(text, "described.yaml").items()
    }


def published() -> list[Score | Described]:
    """Every published score, those that run first."""
    return [*(_read(name) for name in score_names()), *described().values()]


@cache
def _read(name: str) -> Score:
    text = (_scores() / f"{name}.yaml").read_text(encoding="utf-8")
    found: Score = build(Score, {"name": name, **read_plain(text, f"{name}.yaml")}, f"score {name}")
    return found


def _scores() -> Any:
    return files(__package__) / "scores"
