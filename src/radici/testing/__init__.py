"""Contracts: what every registered thing promises, as functions that an extension's own tests can call.

Each raises an `AssertionError` whose sentence names the promise that is broken, and returns nothing otherwise. A
package with its own step tests it in one line::

    def test_my_step_keeps_its_promises():
        check_step(MyStep(width_mm=3))
"""

from radici.testing.endpoint import check_endpoint
from radici.testing.estimator import check_estimator, check_scikit_learn
from radici.testing.family import check_family
from radici.testing.rule import check_rule
from radici.testing.step import check_step

__all__ = ["check_endpoint", "check_estimator", "check_family", "check_rule", "check_scikit_learn", "check_step"]
