"""A lesion table in, one `Course` per patient and reader out."""

from radici.response.lesions.build import courses
from radici.response.lesions.course import Course, Finding, Visit
from radici.response.lesions.table import lesion_table

__all__ = ["Course", "Finding", "Visit", "courses", "lesion_table"]
