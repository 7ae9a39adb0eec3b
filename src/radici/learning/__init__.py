"""From a feature table to a model: unfitted recipes, the estimators they name, and models on disk."""

from radici.learning import classify as classify
from radici.learning import drop_constant as drop_constant
from radici.learning import drop_correlated as drop_correlated
from radici.learning import impute as impute
from radici.learning import select as select
from radici.learning import standardise as standardise
from radici.learning import survive as survive
