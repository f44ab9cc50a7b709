"""What somebody begins to follow, and follows no more: a plugin, those with a tag, or all, where both are blank.

Who does, insiders alone may know. Pure.
"""

_FACTS = {"plugin": "text", "tag": "text", "host_branch": "text", "platform": "text"}
FACTS = {"follow.begun": _FACTS, "follow.ended": _FACTS}
