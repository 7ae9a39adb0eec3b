"""Lesions and follow-up -> hyperprogression by one published rule, or why the rule does not apply."""

import pandas as pd

from radici.core.outcome import Response
from radici.response.criteria import Recist11
from radici.response.endpoint import Tables
from radici.response.from_lesions import FromLesions, response
from radici.response.growth.hyperprogression import HYPERPROGRESSION_RULES, Limits
from radici.response.growth.pace_of import pace_of
from radici.response.patients import Facts


class Hyperprogression(FromLesions, name="hyperprogression"):
    """Yes where the rule calls the patient hyperprogressive; unknown where it does not apply. Yes is the bad answer.

    Parameters
    ----------
    rule
        Name of the rule: `champiat`, `saada_bouzid`, `kato`, `ferrara`, `lo_russo`, `matos`, `kas`, or a variant.
    limits
        What makes three scans comparable.
    """

    lesions: str
    rule: str
    limits: Limits = Limits()

    def about(self) -> str:
        """Whose rule."""
        return f"hyperprogression by the rule {self.rule} from {' and '.join(self.files)}; yes is the bad answer"

    def __call__(self, name: str, table: pd.DataFrame, tables: Tables | None = None) -> Response:
        """Yes, no, or unknown with the rule's reason."""
        decide = HYPERPROGRESSION_RULES[self.rule]
        courses, facts = self.read(name, tables)
        criterion = self.criterion
        recist = criterion if isinstance(criterion, Recist11) else Recist11()
        answers: list[tuple[str, bool | None, str]] = []
        for patient in map(str, table.index):
            if patient not in courses:
                answers.append((patient, None, f"no lesions in '{self.lesions}'"))
                continue
            known = facts.get(patient, Facts(patient))
            pace = pace_of(courses[patient], recist(courses[patient]), known)
            verdict = decide(pace, self.limits) if pace is not None else None
            why = verdict.why if verdict else "no target lesions at a baseline before treatment"
            answer = {"yes": True, "no": False}.get(verdict.answer) if verdict else None
            answers.append((patient, answer, why))
        return response(name, answers, favourable=False)
