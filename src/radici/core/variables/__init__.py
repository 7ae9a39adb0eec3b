"""The dictionary of clinical, laboratory and molecular variables: tables in anybody's words -> canonical numbers."""

from radici.core.variables.derive import DERIVED, derive, doubts
from radici.core.variables.dictionary import VARIABLES, known_spellings
from radici.core.variables.entry import Entry, Unit, folded
from radici.core.variables.given import FromColumn, Given, parse_map
from radici.core.variables.plain import read_plain
from radici.core.variables.reading import Mend, mend_in_file, read

__all__ = [
    "DERIVED",
    "VARIABLES",
    "Entry",
    "FromColumn",
    "Given",
    "Mend",
    "Unit",
    "derive",
    "doubts",
    "folded",
    "known_spellings",
    "mend_in_file",
    "parse_map",
    "read",
    "read_plain",
]
