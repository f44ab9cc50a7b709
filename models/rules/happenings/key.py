"""Keys that are made and revoked, of which kind. Whose they are, insiders alone may know. Pure."""

_FACTS = {"kind": "text"}
FACTS = {"key.made": _FACTS, "key.revoked": _FACTS}
