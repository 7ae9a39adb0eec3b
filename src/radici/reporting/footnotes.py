"""An evaluation in; how its intervals and p-values were made, and what else must be known, in sentences out."""

from radici.evaluation.contenders import IN_WORDS
from radici.evaluation.evaluation import Evaluation, Number
from radici.reporting.words import counted, model_words, p_words


def notes(found: Evaluation) -> list[str]:
    """One sentence per method, naming the models of one that holds for some only; then what else must be known."""
    sentences = _methods(found)
    if found.tau_months:
        sentences.append("Censoring weights of the integrated Brier score come from this cohort.")
    if any(number.model == "volume" for number in found.numbers):
        sentences.append(
            "Tumour volume alone is the measured volume with a direction fixed in advance, not fitted; it gives "
            "no probability, so it has no Brier score and no calibration."
        )
    return [*sentences, *_floor(found)]


def _methods(found: Evaluation) -> list[str]:
    by_metric: dict[str, dict[str, list[str]]] = {}
    for number in found.numbers:
        method = number.estimate.method.removeprefix(f"{number.metric}, ")
        if method:
            by_metric.setdefault(number.metric, {}).setdefault(method, []).append(_named(number))
    shared: dict[str, list[str]] = {}
    special: dict[str, list[str]] = {}
    for metric, methods in by_metric.items():
        base = _base(list(methods))
        if base:
            shared.setdefault(base, []).append(metric)
        for method, models in methods.items():
            own = method[len(base) :].lstrip("; ")
            if own:
                named = f"{metric} of {' and of '.join(models)}"
                special.setdefault(own, []).append(named)
    texts = [f"{_capital(', '.join(names))}: {method}." for method, names in (*shared.items(), *special.items())]
    return list(dict.fromkeys(texts))


def _named(number: Number) -> str:
    """The model in words; of a difference to a published score both, for they are many."""
    model = model_words(number.model).lower()
    return f"{model} minus {number.against}" if number.against and number.against not in IN_WORDS else model


def _base(methods: list[str]) -> str:
    """What the methods of one metric have in common, up to a semicolon where they go apart."""
    common = methods[0]
    while not all(method.startswith(common) for method in methods):
        common = common[:-1]
    if all(method == common or method[len(common) :].startswith("; ") for method in methods):
        return common
    return common.rpartition("; ")[0]


def _floor(found: Evaluation) -> list[str]:
    tested = any(number.estimate.p is not None for number in found.numbers)
    if found.design is None:
        return ["p-values are two-sided."] if tested else []
    count = found.design.permutations
    if not count:
        return []
    least = 1 / (count + 1)
    reached = any(n.estimate.p is not None and n.estimate.p <= least + 1e-9 for n in found.numbers)
    text = f"{p_words(least)} is the smallest p-value that {counted(count, 'permutation')} can give; it is one-sided."
    return [_capital(text)] if reached else []


def _capital(text: str) -> str:
    return text if text.startswith("p ") else text[:1].upper() + text[1:]
