"""Every error radici raises on purpose; each says what was expected, found, where, and what to do next.

::

    RadiciError
    ├── StudyError          the study file asks for something that does not exist or fit (ValueError)
    │   └── UnknownName     no step, family, estimator … is called that (LookupError)
    ├── InputError          the data are not what was declared (ValueError)
    │   ├── FileMissing     a file is not where it was said to be (FileNotFoundError)
    │   ├── GeometryMismatch  image and mask lie on different grids
    │   ├── RegionError     an empty, flat or otherwise unusable region
    │   ├── TableError      a column, a unit or a cell of a table
    │   │   └── LesionError  a lesion measurement or visit that breaks a rule
    │   └── OutcomeError    an endpoint that cannot be analysed
    ├── LeakRefused         a step that could carry data into a fold (TypeError)
    ├── LeakFound           the canary or the ledger saw a patient where none may be (RuntimeError)
    └── ModelRefused        a model folder that is altered, foreign or does not fit the data (ValueError)
"""


class RadiciError(Exception):
    """Something a user can mend; the message says how."""


class StudyError(RadiciError, ValueError):
    """The study file asks for something that does not exist or does not fit."""


class UnknownName(StudyError, LookupError):
    """No registered thing has that name."""


class InputError(RadiciError, ValueError):
    """The data are not what the study file declares."""


class FileMissing(InputError, FileNotFoundError):
    """A file is not where it was said to be."""


class GeometryMismatch(InputError):
    """Image and mask do not lie on the same grid."""


class RegionError(InputError):
    """A region that cannot be measured."""


class TableError(InputError):
    """A column, a unit or a cell of a table is wrong."""


class LesionError(TableError):
    """A lesion measurement, or a visit, that breaks a rule of its table or criterion."""


class OutcomeError(InputError):
    """An endpoint that cannot be analysed."""


class LeakRefused(RadiciError, TypeError):
    """A step that could carry data from one fold into another."""


class LeakFound(RadiciError, RuntimeError):
    """A patient was seen where the design says that none may be."""


class ModelRefused(RadiciError, ValueError):
    """A model folder that is altered, foreign, or does not fit the new data."""


def some(items: list[str], limit: int = 8) -> str:
    """Name up to `limit` items, then count the rest: `P1, P2 and 4 more`."""
    shown = ", ".join(items[:limit])
    return shown if len(items) <= limit else f"{shown} and {len(items) - limit} more"
