"""Classifiers: estimators that give the probability of a yes."""

from radici.learning.classify import elastic_net_logistic as elastic_net_logistic
