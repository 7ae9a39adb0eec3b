"""Clinical table -> Outcome: who responded, who is free of an event by a month, how long until it came."""

from radici.response.category import Category
from radici.response.endpoint import ENDPOINTS, Endpoint, check_outcome
from radici.response.event_free_at import EventFreeAt
from radici.response.time_to_event import TimeToEvent

__all__ = ["ENDPOINTS", "Category", "Endpoint", "EventFreeAt", "TimeToEvent", "check_outcome"]
