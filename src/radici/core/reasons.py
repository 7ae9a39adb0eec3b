"""Who is left out and why -> the same in few sentences: equal reasons once, with everybody they concern."""

import re
from collections.abc import Iterable

from radici.core.cohort import Left
from radici.core.errors import some

FILE = re.compile(r"[^\s'\"(),;:`]+\.(?:nii\.gz|nii|nrrd|mha|mhd|dcm)\b")


def by_reason(left_out: Iterable[Left]) -> dict[str, list[str]]:
    """Patients by reason, the commonest first; ids and numbers of files inside a shared reason become `…`."""
    groups: dict[str, list[Left]] = {}
    for left in left_out:
        groups.setdefault(shared_reason(left), []).append(left)
    found: dict[str, list[str]] = {}
    for shared, members in sorted(groups.items(), key=lambda item: -len({left.patient for left in item[1]})):
        ids = list(dict.fromkeys(left.patient for left in members))
        found[own_reason(members[0]) if len(ids) == 1 else shared] = ids
    return found


def why_nobody(left_out: Iterable[Left]) -> str:
    """The commonest reason and how many it concerns: what to mend first where nobody, or too few, are left."""
    groups = by_reason(left_out)
    if not groups:
        return "Nobody is listed as left out; is it the right data folder?"
    reason, ids = next(iter(groups.items()))
    everyone = {patient for group in groups.values() for patient in group}
    if len(everyone) == 1:
        return f"{ids[0]} is left out: {reason}"
    return f"{len(ids)} of {len(everyone)} left out ({some(ids, 3)}) for the same reason: {reason}"


def own_reason(left: Left) -> str:
    """The reason without the patient's id at its beginning, which stands beside it."""
    text = re.sub(rf"^[Pp]atient {re.escape(left.patient)}(?:[,:]\s*|\s+)", "", left.reason)
    return text if text == left.reason else text[:1].upper() + text[1:]


def shared_reason(left: Left) -> str:
    """The reason with the patient's own id and the images' names replaced, so that equal reasons are equal texts."""
    own = rf"(?<![A-Za-z0-9.]){re.escape(left.patient)}(?![A-Za-z0-9.])"
    padded = own.replace(")", ")0*", 1)  # `{patient:03d}` in a path pattern

    def name(found: re.Match[str]) -> str:
        text, times = re.subn(padded, "…", found[0])
        return text if times else "…"

    return re.sub(own, "…", FILE.sub(name, own_reason(left)))
