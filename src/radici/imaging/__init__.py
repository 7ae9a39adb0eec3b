"""Region in, region out: every imaging step, registered by one import line each."""

from radici.imaging import crop as crop
from radici.imaging import discretise as discretise
from radici.imaging import filters as filters
from radici.imaging import resample as resample
from radici.imaging import resegment as resegment
from radici.imaging import standardise as standardise
from radici.imaging.filter import Filter, read_filters
from radici.imaging.step import LearningStep, Step, apply, read_chain, split

__all__ = ["Filter", "LearningStep", "Step", "apply", "read_chain", "read_filters", "split"]
