"""The dictionary of clinical, laboratory and molecular variables: tables in anybody's words -> canonical numbers."""

from radici.core.variables.derive import DERIVED, derive
from radici.core.variables.dictionary import VARIABLES, known_spellings
from radici.core.variables.entry import Entry, Unit, folded
from radici.core.variables.given import FromColumn, Given, parse_map
from radici.core.variables.plain import read_plain
from radici.core.variables.reading import read

__all__ = [
    "DERIVED",
    "VARIABLES",
    "Entry",
    "FromColumn",
    "Given",
    "Unit",
    "derive",
    "folded",
    "known_spellings",
    "parse_map",
    "read",
    "read_plain",
]
