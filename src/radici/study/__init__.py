"""A study file, and the five verbs in order."""

from radici.study.conduct import run as run
from radici.study.file import Study as Study
