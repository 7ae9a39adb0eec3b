"""What each endpoint says of itself in the report and in `radici check`."""

import pytest

from radici.core.settings import build_named
from radici.response import ENDPOINTS
from radici.response.endpoint import Endpoint

FILES = {"lesions": "lesions.csv", "follow_up": "follow_up.csv"}
TIME = {"time": "os_days", "event": "death", "unit": "days"}
BOR = {"column": "BOR"}

SAID = [
    (
        {"category": {"column": "best_response", "yes": ["CR", "PR"], "no": ["SD", "PD"], "unknown": ["NE"]}},
        "category of column best_response: yes CR, PR; no SD, PD; unknown NE",
    ),
    (
        {"category": {"column": "toxic", "yes": ["1"], "no": ["0"], "favourable": False}},
        "category of column toxic: yes 1; no 0; yes is the bad answer",
    ),
    ({"time_to_event": TIME}, "time in column os_days (days), event in column death"),
    (
        {"time_to_event": TIME | {"landmark": "scan_day"}},
        "time in column os_days (days), event in column death, from the scan in column scan_day on",
    ),
    (
        {"event_free_at": TIME | {"months": 6}},
        "free of the event at month 6: time in column os_days (days), event in column death",
    ),
    (
        {"objective_response": FILES},
        "objective response by RECIST 1.1 from lesions.csv and follow_up.csv; not evaluable is no",
    ),
    (
        {"objective_response": FILES | {"best": {"confirm": True}, "criterion": "irecist", "reader": "R1"}},
        "confirmed objective response by iRECIST from lesions.csv and follow_up.csv, as R1 measured them; "
        "not evaluable is no",
    ),
    (
        {"disease_control": BOR | {"denominator": "evaluable"}},
        "disease control from column BOR; not evaluable is unknown",
    ),
    (
        {"durable_benefit": {"lesions": "lesions.csv"}},
        "durable benefit (disease control for more than 183 days) by RECIST 1.1 from lesions.csv",
    ),
    (
        {"durable_benefit": TIME | BOR | {"rule": {"reading": "any_response_or_sd6", "days": 180}}},
        "durable benefit (any response, or stable disease for more than 180 days) from the columns BOR, os_days, death",
    ),
    (
        {"progression_free_survival": {"lesions": "lesions.csv", "landmark_day": 60}},
        "progression-free survival from day 60 on by RECIST 1.1 from lesions.csv",
    ),
    (
        {"hyperprogression": {"lesions": "lesions.csv", "rule": "matos"}},
        "hyperprogression by the rule matos from lesions.csv; yes is the bad answer",
    ),
]


@pytest.mark.parametrize(("spelled", "said"), SAID, ids=lambda one: next(iter(one)) if isinstance(one, dict) else "")
def test_an_endpoint_says_what_it_is(spelled, said):
    assert build_named(ENDPOINTS, spelled, "here").about() == said


def test_every_endpoint_of_ours_is_asked_here():
    ours = {name for name, one in ENDPOINTS.items() if one.__module__.startswith("radici.")}
    assert ours == {next(iter(spelled)) for spelled, _ in SAID}


def test_an_endpoint_that_says_nothing_is_told_by_the_first_line_of_its_docstring():
    class Toxicity(Endpoint):
        """Toxicity of grade 3 or more.

        Of any organ.
        """

    assert Toxicity().about() == "Toxicity of grade 3 or more"
