"""Roles that are given and taken, with the plugin if it is of one. To whom, insiders alone may know. Pure."""

_FACTS = {"role": "text", "plugin": "text", "platform": "text"}
FACTS = {"role.granted": _FACTS, "role.revoked": _FACTS}
