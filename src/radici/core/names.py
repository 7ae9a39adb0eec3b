"""Feature names: four fields, always four, joined by `__`; split, never guessed."""

import re
from dataclasses import dataclass

from radici.core.errors import StudyError

TOKEN = re.compile(r"[a-z0-9]+")
FIELD = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")


def check_token(text: str, what: str) -> str:
    """Return `text` if it is one token (`[a-z0-9]+`), else say what a token is."""
    if not TOKEN.fullmatch(text):
        raise StudyError(
            f"{what} '{text}' is part of every feature name, so it may hold only small letters and digits, "
            f"for example '{re.sub('[^a-z0-9]', '', text.lower()) or 'gtv'}'."
        )
    return text


@dataclass(frozen=True, order=True)
class FeatureName:
    """`where__image__feature__how`, for example `ct_gtv__orig__cm_joint_entr__fbs25_d1_3d_mrg`.

    `where` is modality, region and any time points; `image` is `orig` or the filter; `feature` is IBSI's own
    tag; `how` is discretisation, distance and aggregation, or `none`.
    """

    where: str
    image: str
    feature: str
    how: str

    def __post_init__(self) -> None:
        for field in (self.where, self.image, self.feature, self.how):
            if not FIELD.fullmatch(field):
                raise ValueError(f"'{field}' cannot be a field of a feature name (small letters, digits, single _)")

    def __str__(self) -> str:
        return "__".join((self.where, self.image, self.feature, self.how))

    @classmethod
    def parse(cls, text: str) -> "FeatureName":
        """Split a name into its four fields; a name with another number of fields is not ours."""
        fields = text.split("__")
        if len(fields) != 4:
            raise ValueError(f"'{text}' has {len(fields)} fields; a feature name has four, joined by '__'")
        return cls(*fields)


def number_token(value: float) -> str:
    """A number as part of a name: 25 -> `25`, 2.5 -> `2p5`, -1 -> `m1`."""
    return f"{value:g}".replace(".", "p").replace("-", "m").replace("+", "")
