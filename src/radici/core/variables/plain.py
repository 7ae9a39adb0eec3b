"""YAML text in, nested texts out: nothing is taken for a number or a truth value but by the settings that read it."""

from typing import Any

import yaml

from radici.core.errors import StudyError


def read_plain(text: str, name: str) -> dict[str, Any]:
    """The mapping that a YAML text holds, every scalar as it is written: `no` and `010` are texts.

    Raises
    ------
    StudyError
        It is no YAML, no mapping, or holds a key twice.
    """
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)(text)
    try:
        node = loader.get_single_node()
        _refuse_doubles(node, name)
        values = loader.construct_document(node) if node is not None else None
    except yaml.YAMLError as error:
        raise StudyError(f"{name} is not valid YAML: {' '.join(str(error).split())}.") from None
    finally:
        loader.dispose()
    if not isinstance(values, dict):
        raise StudyError(f"{name}: `key: value` lines are expected, found {type(values).__name__}.")
    return values


def _refuse_doubles(node: yaml.Node | None, name: str) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                raise StudyError(f"{name}, line {line}: '{key.value}' is written twice. Keep one of them.")
            seen.add(str(key.value))
            _refuse_doubles(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_doubles(item, name)
