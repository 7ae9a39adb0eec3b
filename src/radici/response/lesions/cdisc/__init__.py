"""CDISC's long tables in: TU and TR become the plain lesion table, RS the calls that somebody else made."""

from radici.response.lesions.cdisc.responses import compare, responses_from_cdisc
from radici.response.lesions.cdisc.tumours import is_cdisc, lesions_from_cdisc

__all__ = ["compare", "is_cdisc", "lesions_from_cdisc", "responses_from_cdisc"]
