"""What the numbers allow to be said, in plain words, by rules fixed before any of them was seen."""

import math

from radici.core.outcome import Survival
from radici.evaluation.contenders import IN_WORDS
from radici.evaluation.evaluation import DEVELOPMENT, Evaluation, Number
from radici.evaluation.metrics import discrimination_name
from radici.statistics.estimate import Estimate

FEW_EVENTS = 100  # Collins 2016 (10.1002/sim.6787): below 100 events a validation cannot tell much


def verdict(found: Evaluation) -> tuple[str, ...]:
    """Sentences for the top of the report: added value first, then published scores, then what limits them.

    "Images add" is said only when the interval of the difference lies above zero, its p-value (where there is one) is
    below 0.05, and the model with images is itself better than chance.
    """
    sentences = []
    metric = discrimination_name(found.outcome)
    if found.headline:
        model, against = found.headline
        added = found.number(model, f"added {metric}", against)
        if added:
            sentences.append(_added(found, model, against, metric, added))
            sentences += _weak_comparator(found, against, metric)
    sentences += [
        _beside(found, n, metric) for n in found.numbers if n.against and (n.model, n.against) != found.headline
    ]
    survival = isinstance(found.outcome, Survival)
    if found.outcome.events < FEW_EVENTS:
        what = "events" if survival else "patients in the smaller class"
        sentences.append(
            f"With {found.outcome.events} {what} among {len(found.outcome.patients)} patients, differences as small as "
            f"those usually reported for imaging models can neither be shown nor excluded here."
        )
    return tuple(sentences)


def _added(found: Evaluation, model: str, against: str, metric: str, added: Estimate) -> str:
    base = IN_WORDS.get(against, against).lower()
    if math.isnan(added.low):
        advice = (
            "set `design: {permutations: 200}`" if found.cohort == DEVELOPMENT else "there are too few patients for one"
        )
        return f"No interval was computed for what images add to {base}: {advice}."
    amount = f"{metric} {added.value:+.2f} ({added.low:+.2f} to {added.high:+.2f}), n = {added.n}"
    if added.high < 0:
        return f"The model with images is worse than {base}: {amount}."
    if added.low <= 0:
        return f"These data do not show that images add anything to {base}: {amount}, an interval that includes zero."
    doubt = _doubt(added, found.number(model, metric), metric)
    if doubt:
        return f"These data do not show that images add anything to {base}: {amount}, but {doubt}."
    return f"Images add to {base}: {amount}."


def _beside(found: Evaluation, number: Number, metric: str) -> str:
    """The main model against one published score, on the patients who have it; better than chance is asked of both."""
    model, score, found_here = IN_WORDS.get(number.model, number.model), number.against, number.estimate
    if math.isnan(found_here.low):
        return f"No interval was computed for the difference to the published score {score}."
    bounds = f"({found_here.low:+.2f} to {found_here.high:+.2f})"
    amount = f"{metric} {found_here.value:+.2f} {bounds}, n = {found_here.n}"
    winner = number.model if found_here.low > 0 else score
    own = found.number(winner, metric)
    if found_here.low <= 0 <= found_here.high:
        why = "an interval that includes zero"
    elif own is not None and not own.low > 0.5:
        why = f"but the better of the two is itself not shown to be better than chance ({metric} {own})"
    elif winner == score:
        return f"The published score {score} ranks patients better than {model.lower()}: {amount}."
    else:
        return f"{model} rank patients better than the published score {score}: {amount}."
    return f"These data do not show that {model.lower()} rank patients better than the score {score}: {amount}, {why}."


def _doubt(added: Estimate, own: Estimate | None, metric: str) -> str:
    """Why a difference above zero still shows nothing, or nothing."""
    if added.p is not None and added.p >= 0.05:
        return f"images that hold nothing do as well by chance (p = {added.p:.2f})"
    if own is not None and not own.low > 0.5:
        return f"the model with images is itself not shown to be better than chance ({metric} {own})"
    return ""


def _weak_comparator(found: Evaluation, against: str, metric: str) -> list[str]:
    base = found.number(against, metric)
    if base is None or base.value >= 0.5:
        return []
    name = IN_WORDS.get(against, against)
    return [f"{name} predict no better than chance here ({metric} {base}): a difference to that says little."]
