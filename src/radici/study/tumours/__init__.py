"""The name of a tumour in; what studies of it usually measure, predict, compare with and beware of, out."""

from radici.study.tumours.read import read_tumour, tumour_lines, tumour_names
from radici.study.tumours.scanning import Drawn, Modality, Schedule, Visit, Window
from radici.study.tumours.tumour import Advised, Pitfall, Source, Tumour, Variables

__all__ = [
    "Advised",
    "Drawn",
    "Modality",
    "Pitfall",
    "Schedule",
    "Source",
    "Tumour",
    "Variables",
    "Visit",
    "Window",
    "read_tumour",
    "tumour_lines",
    "tumour_names",
]
