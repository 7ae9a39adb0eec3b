"""What errors in a yes-or-no endpoint do to the discrimination that is reported: their rates in, the AUC seen out."""

from radici.core.errors import InputError


def label_predictive_values(sensitivity: float, specificity: float, prevalence: float) -> tuple[float, float]:
    r"""How far a recorded label can be trusted: P(truly yes | recorded yes) and P(truly no | recorded no).

    .. math::
        PPV = \frac{se \, \pi}{se \, \pi + (1 - sp)(1 - \pi)}, \qquad
        NPV = \frac{sp (1 - \pi)}{sp (1 - \pi) + (1 - se) \pi}

    Parameters
    ----------
    sensitivity
        P(recorded yes | truly yes), 0 to 1.
    specificity
        P(recorded no | truly no), 0 to 1.
    prevalence
        P(truly yes), above 0 and below 1.

    Raises
    ------
    InputError
        A probability out of range, or labels that are all yes or all no.
    """
    for name, value in (("sensitivity", sensitivity), ("specificity", specificity), ("prevalence", prevalence)):
        if not 0 <= value <= 1:
            raise InputError(f"`{name}` is a probability between 0 and 1, found {value:g}.")
    true_yes, false_yes = sensitivity * prevalence, (1 - specificity) * (1 - prevalence)
    true_no, false_no = specificity * (1 - prevalence), (1 - sensitivity) * prevalence
    if min(prevalence, 1 - prevalence, true_yes + false_yes, true_no + false_no) == 0:
        raise InputError(
            f"With sensitivity {sensitivity:g}, specificity {specificity:g} and prevalence {prevalence:g} only one "
            f"class exists or is recorded, and an AUC needs two."
        )
    return true_yes / (true_yes + false_yes), true_no / (true_no + false_no)


def seen_auc(auc: float, sensitivity: float, specificity: float, prevalence: float) -> float:
    r"""AUC that is seen against labels with errors that do not depend on the score (non-differential).

    Those recorded yes are a mixture: PPV of them truly yes, the rest truly no; of those recorded no, NPV are truly
    no. Given the truth, the score does not know the record, so a pair of one recorded yes and one recorded no is
    with probability PPV NPV a pair of yes and no (won with probability AUC), with (1 - PPV)(1 - NPV) the same pair
    the wrong way round (won with 1 - AUC), and otherwise two of a kind (won with 1/2). Added up:

    .. math:: AUC_{seen} = \tfrac12 + (AUC - \tfrac12)(PPV + NPV - 1)

    Errors pull the AUC towards 0.5. Errors that sit where the truth is borderline, as misread tumour sums do, are
    differential if the score follows the sum, and this formula does not hold for them.

    Parameters
    ----------
    auc
        AUC against the truth, 0 to 1.
    sensitivity, specificity, prevalence
        As in `label_predictive_values`.

    References
    ----------
    Zawistowski et al. 2017, Stat Med 36:2148, 10.1002/sim.7260, on the bias and its correction; the derivation is
    the one above.
    """
    _is_auc(auc)
    ppv, npv = label_predictive_values(sensitivity, specificity, prevalence)
    return 0.5 + (auc - 0.5) * (ppv + npv - 1)


def true_auc(seen: float, sensitivity: float, specificity: float, prevalence: float) -> float:
    """AUC against the truth from the one seen: the inverse of `seen_auc`.

    Above 1 where the rates cannot be right for what was seen; it is returned as it is, for clipping would hide that.

    Raises
    ------
    InputError
        Labels no better than chance (PPV + NPV at most 1), from which nothing can be recovered.
    """
    _is_auc(seen)
    ppv, npv = label_predictive_values(sensitivity, specificity, prevalence)
    if ppv + npv <= 1:
        raise InputError(
            f"Labels with PPV {ppv:.3f} and NPV {npv:.3f} say no more than chance, so the true AUC cannot be recovered."
        )
    return 0.5 + (seen - 0.5) / (ppv + npv - 1)


def _is_auc(value: float) -> None:
    if not 0 <= value <= 1:
        raise InputError(f"An AUC lies between 0 and 1, found {value:g}.")
