"""What people do about incidents. Who it was, insiders alone may know. Pure."""

from models.rules.incidents import ACTS

FACTS = {f"incident.{act}": {"incident": "integer", "plugin": "text"} for act in sorted(ACTS)}
