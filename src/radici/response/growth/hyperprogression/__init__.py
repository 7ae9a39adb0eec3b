"""Scans before, at and after the start of treatment -> hyperprogression by every published rule, side by side."""

from radici.response.growth.hyperprogression.champiat import champiat
from radici.response.growth.hyperprogression.ferrara import ferrara
from radici.response.growth.hyperprogression.kas import kas
from radici.response.growth.hyperprogression.kato import kato
from radici.response.growth.hyperprogression.lo_russo import lo_russo, lo_russo_pd
from radici.response.growth.hyperprogression.matos import matos, matos_original
from radici.response.growth.hyperprogression.pace import Limits, Pace
from radici.response.growth.hyperprogression.saada_bouzid import saada_bouzid, saada_bouzid_pd
from radici.response.growth.hyperprogression.table import agreement, hyperprogression
from radici.response.growth.hyperprogression.verdict import HYPERPROGRESSION_RULES, Rule, Verdict, rule

__all__ = [
    "HYPERPROGRESSION_RULES",
    "Limits",
    "Pace",
    "Rule",
    "Verdict",
    "agreement",
    "champiat",
    "ferrara",
    "hyperprogression",
    "kas",
    "kato",
    "lo_russo",
    "lo_russo_pd",
    "matos",
    "matos_original",
    "rule",
    "saada_bouzid",
    "saada_bouzid_pd",
]
