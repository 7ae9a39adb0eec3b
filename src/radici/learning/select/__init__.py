"""Feature selection: estimators that keep some columns, fitted inside each training set only."""

from radici.learning.select import lasso as lasso
