"""One `Course` in, one `Timeline` out: a file for each set of response criteria."""

from radici.response.criteria.criterion import CRITERIA, Criterion, Point, Timeline, timeline_frame
from radici.response.criteria.irecist import Irecist
from radici.response.criteria.recist11 import Recist11

__all__ = ["CRITERIA", "Criterion", "Irecist", "Point", "Recist11", "Timeline", "timeline_frame"]
