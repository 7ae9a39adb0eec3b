"""Courses in a few characters: `course([21, 42], {"T1": "20 15 0"}, {"N1": "P P U"}, {"L1": ". . 12"})`.

One token for each visit, baseline first. A number is a length in mm; `-` and `.` no row, NE not evaluable, A absent,
P present, I increased, U unequivocal progression, S too small to measure, ? equivocal. A name that ends in `n` is a
lymph node, whose numbers are short axes.
"""

import pandas as pd

from radici.response.lesions import courses, lesion_table

STATES = {"NE": "NE", "A": "absent", "P": "present", "I": "increased", "U": "progressed", "S": "too small",
          "?": "equivocal"}  # fmt: skip


def rows(days, targets=None, nontargets=None, new=None, patient="P1"):
    """Rows of the lesion table as texts."""
    found = []
    for role, lesions in (("target", targets), ("non-target", nontargets), ("new", new)):
        for place, (name, tokens) in enumerate((lesions or {}).items()):
            words = tokens.split()
            assert len(words) == len(days) + 1, f"{name}: {len(words)} tokens for {len(days) + 1} visits"
            for day, word in zip([0, *days], words, strict=True):
                if word in "-.":
                    continue
                organ = "lymph node" if name.endswith("n") else f"organ {place // 2}"
                found.append(
                    {
                        "patient": patient,
                        "lesion": name,
                        "role": role,
                        "organ": organ,
                        "day": str(day),
                        "diameter_mm": "" if word in STATES else word,
                        "state": STATES.get(word, ""),
                    }
                )
    return pd.DataFrame(found)


def course(days, targets=None, nontargets=None, new=None, **more):
    """One course."""
    (found,) = courses(lesion_table(rows(days, targets, nontargets, new, **more)), accept_sizes=["P1"])
    return found


def calls(criterion, *args, **more):
    """Categories of each visit after baseline, as one text."""
    return " ".join(point.category for point in criterion(course(*args, **more)).points)
