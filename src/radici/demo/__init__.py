"""Cohorts whose truth is known: as files, from images on (`write_cohort`), or as a feature table (`feature_cohort`)."""

from radici.demo.features import feature_cohort
from radici.demo.write import write_cohort

__all__ = ["feature_cohort", "write_cohort"]
