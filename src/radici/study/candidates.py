"""A column of texts in; what it looks like, and what it might be, out. Nothing here decides."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import pandas as pd

from radici.core.cells import NUMBER, word
from radici.core.errors import some

Looks = Literal["empty", "number", "date", "two texts", "few texts", "texts"]
MISSING = ("na", "n/a", "#n/a", "nan", "null", "none", "k.a.", "k. a.", "unk", ".", "?", "-")
DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}( .*|T.*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}( .*)?")
FEW = 8
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

ID = {
    "id",
    "patient",
    "patientid",
    "subject",
    "case",
    "pid",
    "pseudonym",
    "sample",
    "pat",
    "patnr",
    "mrn",
    "fall",
    "fallnr",
}
SITE = {
    "site",
    "sites",
    "centre",
    "center",
    "hospital",
    "institution",
    "institute",
    "source",
    "cohort",
    "zentrum",
    "standort",
}
DATASET = {"dataset", "sourcedataset", "clinic", "klinik"}
TIME = {
    "time", "days", "months", "month", "weeks", "years", "survival", "os", "pfs", "dfs", "rfs", "ttp", "followup",
    "tage", "wochen", "monate", "jahre", "zeit",
}  # fmt: skip
EVENT = {
    "event", "death", "dead", "died", "deceased", "censor", "censored", "censoring", "vital", "progression", "progress",
    "progressed", "relapse", "recurrence", "alive", "tod", "verstorben", "progredienz", "rezidiv",
}  # fmt: skip
SPANS = {"os", "pfs", "dfs", "rfs", "ttp", "survival"}
RESPONSE = {
    "response", "responder", "responders", "recist", "irecist", "benefit", "bor", "orr", "dcb", "pcr", "remission",
    "outcome", "label",
}  # fmt: skip
ANSWERS = {"cr", "pr", "sd", "pd", "ne", "icr", "ipr", "isd", "iupd", "icpd"}
BASELINE = {
    "age", "sex", "gender", "male", "female", "ecog", "kps", "karnofsky", "performance", "stage", "tstage", "nstage",
    "mstage", "histology", "grade", "smoking", "smoker", "pdl", "pdl1", "tps", "cps", "ldh", "crp", "nlr", "albumin",
    "hemoglobin", "haemoglobin", "hgb", "hpv", "bmi", "tmb", "msi", "weight", "height", "lymphocytes", "neutrophils",
    "platelets", "leukocytes", "alter", "geschlecht",
}  # fmt: skip
NOT_AGE = {"start", "year", "date"}


@dataclass(frozen=True)
class Looked:
    """One column: its distinct texts (most frequent first), how many cells are missing, and what it looks like."""

    name: str
    looks: Looks
    counts: dict[str, int]
    missing: int

    @property
    def words(self) -> set[str]:
        """The words of its name, and the name as one word, in small letters."""
        parts = [part.lower() for part in WORDS.findall(self.name)]
        return {*parts, "".join(parts), *(a + b for a, b in pairwise(parts))}

    @property
    def in_words(self) -> str:
        """What it holds, for a comment: `numbers from 34 to 81, 3 missing`."""
        gone = f", {self.missing} missing" if self.missing else ""
        if self.looks == "number":
            values = [float(text) for text in self.counts]
            return f"numbers from {min(values):g} to {max(values):g}{gone}"
        if self.looks in ("two texts", "few texts"):
            return f"holds {some([f'{text} ({count})' for text, count in self.ordered.items()], FEW)}{gone}"
        many = {"date": "dates", "texts": f"{len(self.counts)} different texts", "empty": "nothing"}
        return f"{many[self.looks]}{gone}"

    @property
    def highest(self) -> float | None:
        """The highest number, where all texts are numbers."""
        numeric = self.counts and all(NUMBER.fullmatch(text) for text in self.counts)
        return max(float(text) for text in self.counts) if numeric else None

    @property
    def ordered(self) -> dict[str, int]:
        """Distinct texts by number where all are numbers, else by alphabet."""
        numeric = all(NUMBER.fullmatch(text) for text in self.counts)
        return dict(sorted(self.counts.items(), key=lambda item: (float(item[0]) if numeric else 0.0, item[0])))


def look_at(name: str, cells: pd.Series) -> Looked:
    """What a column holds."""
    texts = [word(str(cell)) for cell in cells]
    known = [text for text in texts if text and not is_missing(text)]
    counts = dict(Counter(known).most_common())
    return Looked(name, _looks(known, counts), counts, len(texts) - len(known))


def _looks(known: list[str], counts: dict[str, int]) -> Looks:
    if not known:
        return "empty"
    if len(counts) == 2:
        return "two texts"
    whole = all(re.fullmatch(r"[+-]?\d+", text) for text in counts)
    if all(NUMBER.fullmatch(text) for text in counts):
        return "few texts" if whole and len(counts) <= FEW else "number"
    if all(DATE.fullmatch(text) for text in counts):
        return "date"
    return "few texts" if len(counts) <= FEW else "texts"


def missing_texts(table: pd.DataFrame) -> list[str]:
    """Texts of the table that usually mean that nothing is known, beside the empty cell."""
    cells = {str(cell).strip() for name in table for cell in table[name]}
    return sorted((text for text in cells if is_missing(text)), key=lambda text: (MISSING.index(text.lower()), text))


def is_missing(text: str) -> bool:
    """Whether a text usually means that nothing is known, in small or capital letters."""
    return text.lower() in MISSING


def is_site(column: Looked) -> bool:
    """Few texts under a name like site or centre."""
    few = column.looks in ("two texts", "few texts", "texts") and 2 <= len(column.counts) <= 30
    return few and bool(column.words & (SITE | DATASET))


def is_time(column: Looked) -> bool:
    """Numbers, none negative, under a name like survival or days, but not like age in years."""
    numbers = all(NUMBER.fullmatch(text) for text in column.counts) and len(column.counts) > 2
    named = bool(column.words & TIME) and not column.words & BASELINE
    return numbers and named and min(map(float, column.counts)) >= 0


def is_event(column: Looked) -> bool:
    """At most two texts under a name like event; `status` needs to be of something that has an end."""
    words = column.words
    named = bool(words & EVENT or words == {"status"} or ("status" in words and words & SPANS))
    return len(column.counts) in (1, 2) and named and not words & {"date", *BASELINE}


def is_response(column: Looked) -> bool:
    """Answers such as CR and PD, or few texts under a name like response."""
    if column.looks not in ("two texts", "few texts"):
        return False
    answers = {text.lower() for text in column.counts}
    return len(answers & ANSWERS) >= 2 or bool(column.words & RESPONSE)


def is_baseline(column: Looked) -> bool:
    """A name that usually stands for something known before treatment."""
    return bool(column.words & BASELINE) and not column.words & NOT_AGE and column.looks not in ("date", "empty")
