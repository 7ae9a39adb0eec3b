"""What all contracts share: a promise that holds or a sentence that says it does not, and the promises of settings."""

import warnings
from collections.abc import Callable
from typing import Any

import yaml

from radici.core.errors import StudyError
from radici.core.settings import Settings


def promise(holds: bool, broken: str) -> None:
    """Raise an `AssertionError` with the sentence `broken` unless the promise holds (also under `python -O`)."""
    if not holds:
        raise AssertionError(broken)


def check_settings(settings: Settings, read: Callable[[Any], Settings]) -> None:
    """What is written in a study file is frozen, comes back from its spelling, and has a key of every value.

    Parameters
    ----------
    settings
        A step, an endpoint, or the settings of a family.
    read
        Reads `{name: {settings}}` as a study does.
    """
    who = f"'{settings.registered_name or type(settings).__name__}'"
    promise(bool(type(settings).__doc__), f"{who} has no docstring: nobody can know what it does.")
    _check_frozen(settings, who)
    _check_spelling(settings, read, who)
    _check_key(settings, who)


def _check_frozen(settings: Settings, who: str) -> None:
    promise(
        bool(type(settings).model_config.get("frozen")),
        f"{who} is not frozen: its values can change after a result was made with them.",
    )
    try:
        hash(settings)
    except TypeError as error:
        raise AssertionError(f"{who} is not frozen all through ({error}): use a tuple for a list.") from None


def _check_spelling(settings: Settings, read: Callable[[Any], Settings], who: str) -> None:
    spelled = settings.spelled()
    try:
        back = read(yaml.safe_load(yaml.safe_dump(spelled)))
    except (StudyError, yaml.YAMLError) as error:
        raise AssertionError(f"{who} does not come back from its own spelling {spelled}: {error}") from None
    promise(back == settings, f"{who} comes back from its own spelling {spelled} as {back!r}.")
    promise(back.key() == settings.key(), f"{who} has another key after it was written and read.")
    ((name, values),) = spelled.items()
    try:
        read({name: {**values, "no_such_setting": 1}})
    except StudyError:
        return
    raise AssertionError(f"{who} takes a setting that does not exist: a misspelt one would go unnoticed.")


def _check_key(settings: Settings, who: str) -> None:
    for field in type(settings).model_fields:
        changed = settings.model_copy(update={field: _another(getattr(settings, field))})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the other value need not be a valid one
            same = changed.key() == settings.key()
        promise(not same, f"{who} has the same key with another '{field}': a cache would give the wrong result.")


def _another(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, tuple):
        return (_another(value[0]), *value[1:]) if value else (1,)
    return 1 if value is None else f"{value}x"
