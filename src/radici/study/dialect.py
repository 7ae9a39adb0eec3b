"""A text table -> the sign between its cells and its decimal sign, as a proposal that the study file then declares."""

from pathlib import Path

from radici.cohort.decimals import SIGNED
from radici.cohort.tables import read_table


def dialect(path: Path) -> tuple[str, str]:
    """Separator and decimal sign: what most header lines say, and the comma where numbers hold it and no point.

    Raises
    ------
    InputError
        The table cannot be read with that separator.
    """
    separator = _separator(path)
    table = read_table(path, separator=separator)
    cells = [cell for name in table for cell in table[name]]
    commas = any(SIGNED[","].fullmatch(cell) for cell in cells)
    return separator, "," if commas and separator != "," else "."


def _separator(path: Path) -> str:
    if path.suffix.lower() == ".tsv":
        return "\t"
    try:
        with path.open(encoding="utf-8-sig") as stream:
            header = stream.readline()
    except UnicodeDecodeError:
        return ","
    found = max(",;\t", key=header.count)
    return found if header.count(found) else ","
