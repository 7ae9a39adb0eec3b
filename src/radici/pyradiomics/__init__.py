"""PyRadiomics' parameter file, image and mask in, PyRadiomics' columns and maps out."""

from radici.pyradiomics.batch import extract_batch
from radici.pyradiomics.maps import extract_maps
from radici.pyradiomics.params import Params, read_params
from radici.pyradiomics.segment import extract_pair

__all__ = ["Params", "extract_batch", "extract_maps", "extract_pair", "read_params"]
