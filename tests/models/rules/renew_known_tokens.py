"""Writes `models/rules/known_tokens.json` anew from Kingfisher's catalogue: `make tokens`.

Taken are the shapes that begin with a word of their own, and nothing that is no secret. What ends them is left off,
and what is long may be longer or cut off: a log may show a token anywhere.
"""

import json
import re
from pathlib import Path
from typing import Any

_TARGET = Path(__file__).parents[3] / "models" / "rules" / "known_tokens.json"

_NO_SECRETS = re.compile(
    r"-(?:url|repository|host|id|cookie|public-key|address)(?:\.\d+)?$|account-id|key-id|project-url"
    r"|slack-webhook|teams-webhook|sidekiq|jwt|temporal|freemius|short-lived|brave|exoscale|clickhouse|mail-address"
)
_ENDS = (
    r"(?:\\?['\"\x60]|[\s;]|\\[nr]|$)",
    r"""(?:\\?['"\x60]|[\s;]|\\[nr]|$)""",
    r"""(?:[\x60'"\s;]|\\[nr]|$|\b)""",
)
_OWN_WORD = re.compile(r"(?:\(\?i\))?(?:\\b)?(?:\(\?i\))?[()?:]*(?:[A-Za-z0-9_~-]|\\\.){2,}")
_TOO_WIDE = re.compile(r"\(\?:\.\||\[\\s\\S\]|\(\?s|\.\*|\\s|=\|>\||\[:=\]")
_LENGTH = re.compile(r"\{\d+(?:,\d*)?\}")
_LEAST = 16


def shape(pattern: str) -> str | None:
    """The rule's pattern as a shape of ours; None if it needs other words beside the token."""
    for end in _ENDS:
        pattern = pattern.replace(end, "")
    pattern = re.sub(r"\(\?:\[\^[^]]*\]\|(?:\\z|\$)\)$", "", pattern)
    if _TOO_WIDE.search(pattern) or not _OWN_WORD.match(pattern):
        return None
    pattern = re.sub(r"\(\?P<\w+>", "(?:", pattern)
    pattern = re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)
    pattern = re.sub(r"\\b", "", pattern)
    return _LENGTH.sub(_opened, pattern)


def _opened(length: re.Match[str]) -> str:
    least, _, most = length[0][1:-1].partition(",")
    is_long = int(most or least) >= _LEAST
    return f"{{{min(int(least), _LEAST)},}}" if is_long else length[0]


def main() -> None:
    """Write the file."""
    from importlib.metadata import version

    from kingfisher_sdk import Rules

    rules: Any = Rules(confidence="low", cache=False)
    shapes: dict[str, str] = {}
    for rule in rules.metadata():
        name = rule["id"].partition(".")[2]
        made = None if _NO_SECRETS.search(name) else shape(rules.detail(rule["id"])["pattern"])
        if made and made not in shapes.values():
            shapes[name.removeprefix("secrets/")] = made
    of = f"the catalogue of Kingfisher {version('kingfisher-secret-scanner')}, from Betterleaks and Veles"
    said = {"what": of, "licences": "known_tokens.LICENSE", "shapes": shapes}
    _TARGET.write_text(f"{json.dumps(said, indent=1)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
