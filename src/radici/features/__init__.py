"""Region in, named numbers out: one file for each family, registered by one import line each."""

from radici.features import autocorrelation as autocorrelation
from radici.features import cm as cm
from radici.features import dzm as dzm
from radici.features import ih as ih
from radici.features import ivh as ivh
from radici.features import loc as loc
from radici.features import morph as morph
from radici.features import ngl as ngl
from radici.features import ngt as ngt
from radici.features import rlm as rlm
from radici.features import stat as stat
from radici.features import szm as szm
