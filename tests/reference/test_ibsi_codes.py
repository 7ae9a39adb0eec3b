"""Our tags and IBSI codes beside lists that others made of IBSI's reference manual.

`ibsi_codes.csv`: tag, code and name of the 11 families and 174 features. Codes and names: `featuresDict_IBSIv7.tsv` of
github.com/AIM-Harvard/pyradiomics (labs/pyradiomics-dcm, made from version 7 of the manual). Tags with codes: MIRP's
list of feature names (github.com/oncoray/mirp, docs_source/source/features_names.rst) and the package MIRP 2.5.0. The
three agree in every code.

The manual has one code for the volume at an intensity, whatever the percentage; MIRP 2.5.0 itself carries codes of its
own for 10 and 90 per cent, in `code_at_percent`. Ours are those, because a code of ours stands for one feature.
"""

import csv
from pathlib import Path

import pytest

import radici.features  # noqa: F401
from radici.features.family import FAMILIES

with (Path(__file__).parent / "ibsi_codes.csv").open(encoding="utf-8") as stream:
    LISTED = {row["tag"]: row for row in csv.DictReader(stream)}

OURS = {
    f"{family.name}_{tag}": feature.ibsi for _, family in FAMILIES.items() for tag, feature in family.features.items()
} | {family.name: family.ibsi for _, family in FAMILIES.items()}


def test_tags_are_those_listed() -> None:
    assert set(OURS) == set(LISTED)


@pytest.mark.parametrize("tag", LISTED)
def test_code_is_the_one_listed(tag: str) -> None:
    assert OURS[tag] == (LISTED[tag]["code_at_percent"] or LISTED[tag]["code"])


def test_autocorrelation_belongs_to_the_family_of_shape() -> None:
    assert (FAMILIES["autocorrelation"].name, FAMILIES["autocorrelation"].ibsi) == ("morph", LISTED["morph"]["code"])
