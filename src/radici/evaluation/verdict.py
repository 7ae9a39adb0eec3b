"""What the numbers allow to be said, in plain words, by rules fixed before any of them was seen."""

import math

from radici.core.outcome import Survival
from radici.evaluation.contenders import IN_WORDS
from radici.evaluation.evaluation import Evaluation
from radici.evaluation.metrics import discrimination_name
from radici.statistics.estimate import Estimate

FEW_EVENTS = 100  # Collins 2016 (10.1002/sim.6787): below 100 events a validation cannot tell much


def verdict(found: Evaluation) -> tuple[str, ...]:
    """Sentences for the top of the report: added value first, then what limits it."""
    sentences = []
    metric = discrimination_name(found.outcome)
    if found.headline:
        model, against = found.headline
        added = found.number(model, f"added {metric}", against)
        if added:
            sentences.append(_added(model, against, metric, added))
    events = int(found.outcome.strata.sum()) if isinstance(found.outcome, Survival) else found.outcome.events
    if events < FEW_EVENTS:
        what = "events" if isinstance(found.outcome, Survival) else "patients in the smaller class"
        sentences.append(
            f"With {events} {what} among {len(found.outcome.patients)} patients, differences as small as those usually "
            f"reported for imaging models can neither be shown nor excluded here."
        )
    return tuple(sentences)


def _added(model: str, against: str, metric: str, added: Estimate) -> str:
    base = IN_WORDS.get(against, against).lower()
    amount = f"{metric} {added.value:+.2f} ({added.low:+.2f} to {added.high:+.2f})"
    if math.isnan(added.low):
        return (
            f"No interval was computed for what images add to {base} ({metric} {added.value:+.2f}): set "
            f"`design: {{permutations: 200}}`."
        )
    if added.low > 0:
        return f"Images add to {base}: {amount}."
    if added.high < 0:
        return f"The model with images is worse than {base}: {amount}."
    return f"These data do not show that images add anything to {base}: {amount}, an interval that includes zero."
