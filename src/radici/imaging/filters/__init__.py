"""Image in, responses out: every filter of IBSI 2, registered by one import line each."""

from radici.imaging.filters import gabor as gabor
from radici.imaging.filters import laws as laws
from radici.imaging.filters import log as log
from radici.imaging.filters import mean as mean
from radici.imaging.filters import riesz as riesz
from radici.imaging.filters import simoncelli as simoncelli
from radici.imaging.filters import wavelet as wavelet
