"""YAML as people mean it: `yes`, `no`, `on` and `off` are words, `010` is a text, only true and false are booleans."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from radici.core.errors import StudyError, some

FILL_IN = "FILL_IN"
"""What `radici new` writes where only a person can know the answer."""


class _Loader(yaml.SafeLoader):
    """YAML 1.2's reading of plain scalars (https://yaml.org/spec/1.2.2/#103-core-schema)."""


_OURS = {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:timestamp"}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag not in _OURS]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))


def read_yaml(text: str, name: str) -> dict[str, Any]:
    """The mapping that a study file holds; a key written twice is refused."""
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            _refuse_doubles(node, name)
            _refuse_placeholders(node, name)
            values = loader.construct_document(node) if node is not None else None
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise StudyError(f"{name} is not valid YAML: {' '.join(str(error).split())}.") from None
    if not isinstance(values, dict):
        raise StudyError(f"{name}: a study file is a list of `key: value` lines, found {type(values).__name__}.")
    return values


def write_yaml(values: dict[str, Any]) -> str:
    """YAML that `read_yaml` and other readers take alike; words that YAML 1.1 takes for booleans are quoted."""
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)


def _refuse_placeholders(node: Any, name: str) -> None:
    places = [f"line {line} ({where})" for line, where in sorted(_placeholders(node, ""))]
    if places:
        plural = "places still say" if len(places) > 1 else "place still says"
        raise StudyError(
            f"{name}: {len(places)} {plural} {FILL_IN}, because only you know what belongs there: "
            f"{some(list(dict.fromkeys(places)), 12)}. Write the answers in their place; "
            f"the remarks in the file say what is asked."
        )


def _placeholders(node: Any, where: str) -> Iterator[tuple[int, str]]:
    """Line and place of each mark, in keys and in values."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inside = f"{where}.{key.value}".lstrip(".")
            if FILL_IN in str(key.value):
                yield key.start_mark.line + 1, where
            yield from _placeholders(value, inside)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _placeholders(item, where)
    elif node is not None and FILL_IN in node.value:
        yield node.start_mark.line + 1, where


def _refuse_doubles(node: Any, name: str) -> None:
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                raise StudyError(f"{name}, line {key.start_mark.line + 1}: the key '{key.value}' occurs twice.")
            seen.add(key.value)
            _refuse_doubles(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_doubles(item, name)
