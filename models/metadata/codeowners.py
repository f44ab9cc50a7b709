"""CODEOWNERS: who owns a plugin, which means its plugin.rb."""

import re
from fnmatch import fnmatchcase

# Where GitHub looks for the file, the first one found counts.
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")

_FILE = "plugin.rb"
_MOST_OWNERS = 50
_LOGIN = re.compile(r"@([a-z0-9](?:-?[a-z0-9]){0,38})", re.IGNORECASE)


def code_owners(text: str) -> tuple[str, ...]:
    """The logins, in lower case, of the last rule that holds for plugin.rb; teams and addresses
    name nobody here.
    """
    owners: tuple[str, ...] = ()
    for line in text.splitlines():
        pattern, *named = line.partition("#")[0].split()[: _MOST_OWNERS + 1] or [""]
        if _holds(pattern):
            owners = tuple(
                dict.fromkeys(
                    found[1].lower() for name in named if (found := _LOGIN.fullmatch(name))
                )
            )
    return owners


def _holds(pattern: str) -> bool:
    rest = pattern.removeprefix("/")
    rest = rest.removeprefix("**/")
    # GitHub knows no ranges here: [p] stands for itself.
    literal = rest.replace("[", "[[]")
    return bool(rest) and "/" not in rest and fnmatchcase(_FILE, literal)
