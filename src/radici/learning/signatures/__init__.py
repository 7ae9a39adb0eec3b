"""A published score's name in; the score as data, which turns clinical variables into numbers and groups, out."""

from radici.learning.signatures.catalogue import Described as Described
from radici.learning.signatures.catalogue import published as published
from radici.learning.signatures.catalogue import read_score as read_score
from radici.learning.signatures.catalogue import score_names as score_names
from radici.learning.signatures.score import Published as Published
from radici.learning.signatures.score import Score as Score
