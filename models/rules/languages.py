"""Languages, by their tags: de, or pt-br. Pure."""

import re

# What Pluginwatch itself speaks, and an extension where it does not speak another one.
ENGLISH = "en"
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")


def language_tag(text: str) -> str:
    """The tag in small letters, with a hyphen.

    Raises:
        ValueError: it is none.
    """
    tag = text.casefold().replace("_", "-")
    if _TAG.fullmatch(tag) is None:
        raise ValueError("“language” needs the tag of one, such as en, de or pt-br")
    return tag
