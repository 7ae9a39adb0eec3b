"""Footnotes: what holds for one model only names it."""

from dataclasses import replace

import pytest

from radici.core.outcome import Response
from radici.evaluation.evaluation import Evaluation, Number
from radici.reporting.footnotes import notes
from radici.reporting.words import events_words, spoken
from radici.statistics.estimate import Estimate

BASE = "within folds; interval from permutations"


def found(**methods: str) -> Evaluation:
    numbers = [
        Number("development", model, "AUC", Estimate(0.6, 0.5, 0.7, 40, 12, None, method))
        for model, method in methods.items()
    ]
    return Evaluation("development", Response("response", ()), tuple(numbers), {}, None)


def test_a_method_of_all_models_is_one_sentence():
    assert notes(found(image=BASE, clinical=BASE)) == [f"AUC: {BASE}."]


@pytest.mark.parametrize(
    ("methods", "sentences"),
    [
        (
            {"image": f"{BASE}; too narrow: in 11 %", "clinical": BASE},
            [f"AUC: {BASE}.", "AUC of image features: too narrow: in 11 %."],
        ),
        (
            {"image": f"{BASE}; too narrow: in 11 %", "clinical": f"{BASE}; too narrow: in 12 %"},
            [f"AUC: {BASE}.", "AUC of image features: too narrow: in 11 %.",
             "AUC of clinical variables: too narrow: in 12 %."],
        ),
        (
            {"image": f"{BASE}; too narrow", "clinical": f"{BASE}; too narrow", "clinical+image": BASE},
            [f"AUC: {BASE}.", "AUC of image features and of clinical variables: too narrow."],
        ),
        (
            {"image": "DeLong interval", "clinical": "bootstrap"},
            ["AUC of image features: DeLong interval.", "AUC of clinical variables: bootstrap."],
        ),
    ],
)  # fmt: skip
def test_what_holds_for_some_models_names_them(methods, sentences):
    assert notes(found(**methods)) == sentences


def test_metrics_of_one_method_share_a_sentence():
    one = found(image=BASE)
    other = replace(one.numbers[0], metric="Brier score")
    assert notes(replace(one, numbers=(*one.numbers, other))) == [f"AUC, Brier score: {BASE}."]


def test_a_response_counts_yes():
    assert events_words(Response("response", ()), 22) == "22 yes"


def test_one_event_is_singular(record_of):
    assert events_words(record_of("survival").outcome, 1) == "1 event"


@pytest.mark.parametrize(("number", "text"), [(22, "22 yes"), (1, "1 yes")])
def test_an_estimate_of_a_response_is_quoted_with_yes(number, text):
    sentence = f"no better than chance ({Estimate(0.4, 0.3, 0.6, 40, number)})."
    assert spoken(sentence, Response("response", ())).endswith(f"n = 40, {text}).")


def test_an_estimate_of_a_survival_endpoint_keeps_its_events(record_of):
    sentence = str(Estimate(0.4, 0.3, 0.6, 40, 22))
    assert spoken(sentence, record_of("survival").outcome) == sentence
