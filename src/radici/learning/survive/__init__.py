"""Survival models: estimators that give a log relative hazard and a survival curve."""

from radici.learning.survive import elastic_net_cox as elastic_net_cox
