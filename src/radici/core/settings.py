"""Settings are the thing: frozen, typed objects that the study file, cache key and history share."""

import hashlib
import json
from typing import Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from radici.core.errors import RadiciError, StudyError
from radici.core.registry import Registry, did_you_mean


class Settings(BaseModel):
    """A frozen set of named values that refuses names it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False)

    registered_name: ClassVar[str] = ""
    registry: ClassVar[Registry | None] = None

    def __init_subclass__(cls, name: str = "", **options: Any) -> None:
        super().__init_subclass__(**options)

    @classmethod
    def __pydantic_init_subclass__(cls, name: str = "", **options: Any) -> None:
        """Register `class Resegment(Step, name="resegment")` where its kind keeps a registry."""
        if name and cls.registry is not None:
            cls.registered_name = name
            cls.registry.add(name)(cls)

    def key(self) -> str:
        """A short text that changes whenever a value changes."""
        text = json.dumps([self.registered_name, self.plain()], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def plain(self) -> dict[str, Any]:
        """The values as JSON types."""
        return self.model_dump(mode="json")

    def spelled(self) -> dict[str, Any]:
        """As it is written in a study file: `{name: {settings that differ from the default}}`."""
        return {self.registered_name: self.model_dump(mode="json", exclude_defaults=True)}


def explain(error: ValidationError, where: str, cls: type[BaseModel] | None = None) -> StudyError:
    """Turn pydantic's list into one sentence for each wrong setting of `cls`."""
    lines = []
    for one in error.errors():
        path = ".".join(str(part) for part in one["loc"])
        inside = one.get("ctx", {}).get("error")
        if one["type"] == "extra_forbidden":
            known = _names_at(cls, one["loc"][:-1]) if cls else []
            hint = did_you_mean(str(one["loc"][-1]), known) if known else ""
            lines.append(f"{where}: there is no setting '{path}'.{hint}")
        elif one["type"] == "missing":
            lines.append(f"{where}: '{path}' is required. Add it.")
        elif isinstance(inside, RadiciError):
            lines += [_ended(f"{_place(where, path, line)}: {line}") for line in str(inside).splitlines()]
        else:
            message = one["msg"].removeprefix("Value error, ")
            found = f"'{path}' = {repr(one['input'])[:80]} will not do: " if path else ""
            lines.append(_ended(f"{where}: {found}{message}"))
    return StudyError("\n".join(lines))


def _place(where: str, path: str, sentence: str) -> str:
    """Where a sentence belongs that may begin with its own place in the file."""
    return f"{where}, {path}" if path and not sentence.startswith(path) else where


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?")) else f"{sentence}."


def _names_at(cls: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """Names of the settings that fit at a place inside `cls`, such as `("clinical", "map", "age", "quantity")`."""
    here = [cls]
    for part in place:
        inside = [model.model_fields[str(part)].annotation for model in here if str(part) in model.model_fields]
        here = [found for annotation in inside for found in _models_in(annotation)] or here
    return list(dict.fromkeys(name for model in here for name in model.model_fields))


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models_in(part)]


def build(cls: type[Settings], values: dict[str, Any] | None, where: str) -> Any:
    """Make settings from plain values, or raise a `StudyError` that names each wrong one."""
    try:
        return cls(**(values or {}))
    except ValidationError as error:
        raise explain(error, where, cls) from None
    except TypeError:
        raise StudyError(f"{where}: expected a mapping of settings, found {values!r}.") from None


def build_named(registry: Registry, item: Any, where: str) -> Any:
    """Make the registered settings that `{name: {settings}}` or a bare `name` spells."""
    if isinstance(item, str):
        item = {item: {}}
    if not isinstance(item, dict) or len(item) != 1:
        raise StudyError(f"{where}: expected one `name: {{settings}}`, found {item!r}.")
    ((name, values),) = item.items()
    return build(registry[str(name)], values, f"{where}, {registry.kind} '{name}'")
