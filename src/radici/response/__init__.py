"""Clinical table, lesion measurements and follow-up -> Outcome: who responded, who benefits, how long until what."""

from radici.response.category import Category
from radici.response.durable_benefit import DurableBenefitEndpoint
from radici.response.endpoint import ENDPOINTS, Endpoint, check_outcome
from radici.response.event_free_at import EventFreeAt
from radici.response.hyperprogressive import Hyperprogression
from radici.response.objective_response import DiseaseControl, ObjectiveResponse
from radici.response.progression_free_survival import ProgressionFreeSurvival
from radici.response.respond import Responses, Rules, respond
from radici.response.time_to_event import TimeToEvent

__all__ = [
    "ENDPOINTS",
    "Category",
    "DiseaseControl",
    "DurableBenefitEndpoint",
    "Endpoint",
    "EventFreeAt",
    "Hyperprogression",
    "ObjectiveResponse",
    "ProgressionFreeSurvival",
    "Responses",
    "Rules",
    "TimeToEvent",
    "check_outcome",
    "respond",
]
