"""Region in, region out: every imaging step, registered by one import line each."""

from radici.imaging import crop as crop
from radici.imaging import discretise as discretise
from radici.imaging import resample as resample
from radici.imaging import resegment as resegment
from radici.imaging import standardise as standardise
from radici.imaging.step import LearningStep, Step, apply, read_chain, split

__all__ = ["LearningStep", "Step", "apply", "read_chain", "split"]
