"""Gathers the words that are marked for translators: `make words` writes them to lang/pluginwatch.pot."""

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "lang" / "pluginwatch.pot"
ROOMS = ("bot", "models", "webhooks")
METHODS = [("**.py", "python"), ("**.jinja", "jinja2")]
# `gettext` is what Jinja makes of {% trans %}.
KEYWORDS = {"say": None, "marked": None, "later": None, "gettext": None, "count": (2, 3)}
HEADER = """\
# What Pluginwatch says. To translate it, see "Translate Pluginwatch" in docs/operating.md.
msgid ""
msgstr ""
"Project-Id-Version: Pluginwatch\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def template() -> str:
    """The template, as it ought to be now."""
    catalogue = Catalog()
    for room in ROOMS:
        found = extract_from_dir(ROOT / room, METHODS, keywords=KEYWORDS)
        for file, _, words, _, context in found:
            catalogue.add(words, locations=[(f"{room}/{file}", 0)], context=context)
    written = io.BytesIO()
    write_po(written, catalogue, width=0, omit_header=True, include_lineno=False)
    return HEADER + written.getvalue().decode()


if __name__ == "__main__":
    TEMPLATE.write_text(template(), encoding="utf-8")
