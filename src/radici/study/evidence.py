"""What simulation found of our own intervals; the report prints it beside them."""

import json
from importlib.resources import files
from typing import Any


def coverage() -> dict[str, Any]:
    """The table that `make reference` last wrote, or nothing."""
    stored = files("radici.study") / "coverage.json"
    return json.loads(stored.read_text()) if stored.is_file() else {}
