"""What a response category means to a summary: `iCR`, `CMR` and `CR` are complete responses alike."""

from typing import Literal

Meaning = Literal["complete", "partial", "stable", "neither", "progression", "unconfirmed", "free", "unknown"]

MEANING: dict[str, Meaning] = {
    "CR": "complete",
    "PR": "partial",
    "SD": "stable",
    "NON-CR/NON-PD": "neither",
    "PD": "progression",
    "NED": "free",
    "NE": "unknown",
    "iCR": "complete",
    "iPR": "partial",
    "iSD": "stable",
    "NON-iCR/NON-iUPD": "neither",
    "iUPD": "unconfirmed",
    "iCPD": "progression",
    "irCR": "complete",
    "irPR": "partial",
    "irSD": "stable",
    "irPD": "progression",
    "irUPD": "unconfirmed",
    "imCR": "complete",
    "imPR": "partial",
    "imSD": "stable",
    "imPD": "progression",
    "imUPD": "unconfirmed",
    "CMR": "complete",
    "PMR": "partial",
    "SMD": "stable",
    "PMD": "progression",
    "UPMD": "unconfirmed",
    "CPMD": "progression",
    "BENEFIT": "stable",
    "NO BENEFIT": "progression",
}
"""Every category that a criterion may give. `neither`: non-target disease without response or progression; `free`:
no disease at baseline and none since; `unconfirmed`: progression that a later scan must confirm.
`BENEFIT` does not tell response from stable disease and is control; `NO BENEFIT` is what its criteria call
progression."""

ORDER: tuple[Meaning, ...] = (
    "complete", "partial", "stable", "neither", "free", "progression", "unconfirmed", "unknown",
)  # fmt: skip
RANK: dict[Meaning, int] = {meaning: place for place, meaning in enumerate(ORDER)}
"""Best first, as best overall responses are chosen."""


def is_response(category: str) -> bool:
    """Complete or partial."""
    return MEANING[category] in ("complete", "partial")


def is_control(category: str) -> bool:
    """Response, stable disease, or non-target disease without progression."""
    return MEANING[category] in ("complete", "partial", "stable", "neither", "free")
