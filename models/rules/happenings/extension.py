"""How extensions stand. Pure."""

_FACTS = {"extension": "text", "version": "text"}
FACTS = {"extension.on": _FACTS, "extension.off": _FACTS, "extension.quarantined": _FACTS}
