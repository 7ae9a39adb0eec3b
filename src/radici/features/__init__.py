"""Region in, named numbers out: one file for each family, registered by one import line each."""

from radici.features import cm as cm
from radici.features import morph as morph
from radici.features import stat as stat
