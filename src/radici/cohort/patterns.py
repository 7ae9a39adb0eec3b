"""A path pattern and a row of a table -> the path of one file: `nifti/{PatientID:03d}_ct.nii.gz`."""

import re
from collections.abc import Mapping

from radici.core.errors import InputError, StudyError
from radici.core.registry import did_you_mean

WHOLE = re.compile(r"[+-]?\d+(\.0+)?")
TOKENS = re.compile(r"{{|}}|{[^{}]*}|[{}]|[^{}]+")
CONVERSION = re.compile("![a-z]$")
WHOLE_FORMATS, DECIMAL_FORMATS = "bcdoxX", "eEfFgG%"


def columns_in(pattern: str) -> list[str]:
    """Column names that a pattern uses, in order; a name may hold dots, hyphens, brackets and blanks.

    Raises
    ------
    StudyError
        The braces do not pair, a field has no name, or a field uses a conversion (`!r`).
    """
    return [name for _, name, _ in _parts(pattern) if name]


def check_pattern(pattern: str, columns: list[str], table: str) -> None:
    """Raise `StudyError` where the pattern uses a column that `table` does not have."""
    for name in columns_in(pattern):
        if name not in columns:
            raise StudyError(
                f"The path pattern '{pattern}' uses the column '{name}', which {table} does not have."
                f"{did_you_mean(name, columns)}"
            )


def fill(pattern: str, row: Mapping[str, str]) -> str:
    """The path for one row; a whole number as text fits formats such as `:03d`.

    Raises
    ------
    InputError
        A cell is empty, or is no number where the format needs one.
    StudyError
        The format itself does not exist.
    """
    parts = []
    for text, name, spec in _parts(pattern):
        parts.append(_formatted(row[name], name, spec, pattern) if name else text)
    return "".join(parts)


def _parts(pattern: str) -> list[tuple[str, str, str]]:
    """Plain text, or a column and its format; `{{` and `}}` stand for one brace, the last colon begins the format."""
    parts = []
    for token in TOKENS.findall(pattern):
        if token in ("{{", "}}"):
            parts.append((token[0], "", ""))
        elif token in ("{", "}"):
            raise StudyError(f"The path pattern '{pattern}' cannot be read: '{{' and '}}' do not pair.")
        elif token[0] == "{":
            name, colon, spec = token[1:-1].rpartition(":")
            name, spec = (name, spec) if colon else (spec, "")
            if not name or CONVERSION.search(name):
                raise StudyError(
                    f"The path pattern '{pattern}': write column names in braces, for example '{{PatientID}}'."
                )
            parts.append(("", name, spec))
        else:
            parts.append((token, "", ""))
    return parts


def _formatted(cell: str, name: str, spec: str, pattern: str) -> str:
    if cell == "":
        raise InputError(f"column '{name}' is empty, so '{pattern}' names no file")
    value: str | int | float = cell
    try:
        if spec and spec[-1] in WHOLE_FORMATS and WHOLE.fullmatch(cell):
            value = int(cell.partition(".")[0])
        elif spec and spec[-1] in DECIMAL_FORMATS:
            value = float(cell)
    except ValueError:
        pass
    if isinstance(value, str) and spec and spec[-1] in WHOLE_FORMATS + DECIMAL_FORMATS:
        raise InputError(f"'{pattern}' needs a number in column '{name}', found '{cell}'")
    try:
        return format(value, spec)
    except ValueError as error:
        raise StudyError(f"The path pattern '{pattern}': {error}.") from None
