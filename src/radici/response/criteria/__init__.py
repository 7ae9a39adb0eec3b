"""One `Course` in, one `Timeline` out: a file for each set of response criteria."""

from radici.response.criteria.criterion import CRITERIA, Criterion, Point, Timeline, timeline_frame
from radici.response.criteria.eortc_pet import EortcPet
from radici.response.criteria.impercist5 import Impercist5
from radici.response.criteria.imrecist import Imrecist
from radici.response.criteria.ipercist import Ipercist
from radici.response.criteria.irecist import Irecist
from radici.response.criteria.irrc import Irrc
from radici.response.criteria.irrecist import Irrecist
from radici.response.criteria.mrecist import Mrecist
from radici.response.criteria.pecrit import Pecrit
from radici.response.criteria.percimt import Percimt
from radici.response.criteria.percist import Percist, measurable_limit, measurable_limit_blood_pool
from radici.response.criteria.recist11 import Recist11

__all__ = [
    "CRITERIA",
    "Criterion",
    "EortcPet",
    "Impercist5",
    "Imrecist",
    "Ipercist",
    "Irecist",
    "Irrc",
    "Irrecist",
    "Mrecist",
    "Pecrit",
    "Percimt",
    "Percist",
    "Point",
    "Recist11",
    "Timeline",
    "measurable_limit",
    "measurable_limit_blood_pool",
    "timeline_frame",
]
