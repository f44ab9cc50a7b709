"""Which plugins a backtrace or a browser's console log blames."""

import re

SHARED_BUNDLE = "plugin-third-party"
_NAME = r"[^\W_][\w.-]{0,99}"
# A plugin's bundle as the host calls it: before 2026 the plugin with a digest, since then with an entry and one or two;
# where it is developed or tested, the plugin alone.
ASSET = rf"""
    (?: (?P<asset> {_NAME}?) (?:_admin|_extra)? -[0-9a-f]{{8,64}} (?:\.(?:br|gz))? \.js
      | (?P<digested> {_NAME}) _[A-Za-z0-9-]+ \.[\w-]{{1,64}} -[0-9A-Za-z]{{6,64}} \.digested\.js
      | (?P<hashed> {_NAME}) _[A-Za-z0-9-]+ -[0-9A-Za-z]{{6,64}} \.digested\.js
      | (?<=assets/plugins/) (?:test/)? (?P<bare> {_NAME}?) (?:_admin|_extra|_tests)? \.js (?![\w.]) )
"""
# The same as developers' tools show and copy it: without an address.
_COPIED = rf"""
    (?P<copied> {_NAME}?)
    (?: (?:_admin|_extra)? -[0-9a-f]{{64}} (?:\.(?:br|gz))?
      | _(?:main|admin|test) [\w.-]{{0,140}} -[0-9A-Za-z]{{6,64}} \.digested ) \.js
"""
_BLAME = re.compile(
    rf"""
      (?<![\w.-]) plugins/(?:
          {ASSET}
        | (?P<directory> {_NAME}) (?: / | (?= ["'`] | [ \t\r]*$ ))
      )
    | (?<![\w./-]) {_COPIED}
    | \[PLUGIN [ ] (?P<prefix> [^\]\s][^\]\n]{{0,99}}) \]
    | \bFailed [ ] to [ ] load [ ] plugin [ ] (?P<unloaded> {_NAME}) [ ] from [ ]
    | \bPlugin [ ] '(?P<notice> [^'\s][^'\n]{{0,99}}) ' (?! [ ] is [ ] imported [ ] by [ ])
    """,
    re.VERBOSE | re.MULTILINE,
)

# Folders named `plugins` that are not the host's: libraries and the admin page have their own.
_ELSEWHERE = re.compile(r"(?:^|/)(?:gems/|node_modules/|app/assets/javascripts/|(?:lib|admin)/$)")
# A module that is not there is missed by whoever imports it; whose it was, or would be, is not to blame.
_MISSING = re.compile(
    r"""(?<=Could not find module )[`'"]discourse/plugins/[^`'"\s]{1,300}[`'"]"""
    r"""(?= imported from [`'"]discourse/plugins/)"""
)
_BEFORE_A_PATH = re.compile(r"""[\s"'`()]""")
_LONGEST_PATH = 250
_FILES = (".rb", ".js", ".md", ".yml", ".json", ".py")


def blamed(text: str) -> tuple[str, ...]:
    """The plugin directories and names in `text`, as they are spelled there, in order of first
    appearance.

    The host's own files and the bundle that all third-party plugins share blame nobody.
    """
    told = _MISSING.sub("", text)
    names = (_named(told, found) for found in _BLAME.finditer(told))
    return tuple(dict.fromkeys(name for name in names if name))


def of_asset(found: re.Match[str]) -> str | None:
    """Whose bundle `ASSET` has found; None where it was something else."""
    return found["asset"] or found["digested"] or found["hashed"] or found["bare"]


def _named(text: str, found: re.Match[str]) -> str | None:
    directory = found["directory"]
    if directory and (directory.endswith(_FILES) or _is_elsewhere(text, found.start())):
        return None
    asset = of_asset(found)
    said = found["copied"] or found["prefix"] or found["unloaded"] or found["notice"]
    name = (asset or directory or said).rstrip(". ")
    if name == SHARED_BUNDLE:
        return None
    return name


def _is_elsewhere(text: str, start: int) -> bool:
    path = _BEFORE_A_PATH.split(text[max(0, start - _LONGEST_PATH) : start])[-1]
    return _ELSEWHERE.search(path) is not None
