"""The header of a plugin.rb: comment lines that name the plugin and tell about it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from models.rules.clean import clean

# The longest value of each field in characters, as Discourse has it.
LIMITS = {
    "name": 75,
    "about": 350,
    "version": 1000,
    "authors": 200,
    "contact_emails": 200,
    "url": 500,
    "required_version": 1000,
    "meta_topic_id": 1000,
    "label": 20,
    "transpile_js": 1000,
}

_CUT = "..."
_MARK = "\ufeff"
_MARKED = (
    "plugin.rb begins with a byte order mark, which is no comment to Discourse, so it reads no header; save the file "
    "as UTF-8 without one."
)

# What Ruby's String#strip removes; Python's own would also take the wide spaces of other scripts.
_BLANK = " \t\n\v\f\r\0"


@dataclass(frozen=True, slots=True)
class Header:
    """A plugin's metadata. `problems` are plain sentences for the plugin's maintainers."""

    name: str | None = None
    about: str | None = None
    version: str | None = None
    authors: str | None = None
    contact_emails: str | None = None
    url: str | None = None
    required_version: str | None = None
    meta_topic_id: str | None = None
    label: str | None = None
    transpile_js: str | None = None
    problems: tuple[str, ...] = ()

    def given(self) -> dict[str, str]:
        """The fields that the header has, by their names."""
        values = {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name != "problems"
        }
        return {key: value for key, value in values.items() if value is not None}


def parse_header(text: str | bytes) -> Header:
    """Read the comment lines at the top of a plugin.rb. Never fails: what is wrong is among the
    problems.
    """
    found: dict[str, str] = {}
    stored = _storable(text)
    for line in stored.split("\n"):
        stripped = line.strip(_BLANK)
        if not stripped:
            continue
        if not stripped.startswith("#"):
            break
        # Ruby's split drops what is empty at the end; a key without a colon empties its field.
        key, _, value = stripped[1:].rstrip(":").partition(":")
        found[key.strip(_BLANK).replace(" ", "_")] = value.strip(_BLANK)
    header = header_of(found)
    if stored.startswith(_MARK):
        return replace(header, problems=(_MARKED, *header.problems))
    return header


def comment_lines(text: str) -> str:
    """Of a plugin.rb, what `parse_header` reads: the lines before the first one of code, which a mark makes of any."""
    if text.startswith(_MARK):
        return _MARK
    kept: list[str] = []
    for line in text.split("\n"):
        stripped = line.strip(_BLANK)
        if stripped and not stripped.startswith("#"):
            break
        kept.append(line)
    return "\n".join(kept)


def header_of(found: Mapping[str, str]) -> Header:
    """The header with these fields; keys that Discourse does not know are left out."""
    values = {key: value for key, value in found.items() if key in LIMITS}
    problems = [
        f"`{key}` has {len(value):,} characters; Discourse reads at most {LIMITS[key]:,}, so the rest is cut off."
        for key, value in values.items()
        if len(value) > LIMITS[key]
    ]
    if not values.get("name"):
        problems.append("The header of plugin.rb has no `# name:` line, so the plugin has no name.")
    for key in found:
        meant = _meant(key)
        if key not in LIMITS and meant in LIMITS and meant not in found:
            problems.append(f"`{key}:` is ignored; Discourse reads `{meant}:`.")
    cut = {key: _truncated(value, LIMITS[key]) for key, value in values.items()}
    return Header(**cut, problems=tuple(problems))


def _meant(key: str) -> str:
    """The key that Discourse knows which looks like this one."""
    plain = key.casefold().replace("-", "_")
    return "authors" if plain == "author" else plain


def _truncated(value: str, limit: int) -> str:
    """The value as Rails' String#truncate leaves it: its end, too, counts as part of the limit."""
    return value if len(value) <= limit else f"{value[: limit - len(_CUT)]}{_CUT}"


def _storable(text: str | bytes) -> str:
    return clean(text.decode("utf-8", "replace") if isinstance(text, bytes) else text)
