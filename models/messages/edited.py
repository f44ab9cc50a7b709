"""What was edited of a plugin by hand, in words."""

from models.messages.message import Facts, Message, Text, Tone
from models.messages.pages import with_plugin_page
from models.messages.words import clip, joined
from models.rules.details import Detail
from models.rules.redact import redact
from models.views import PluginView

_VALUE_LIMIT = 350
# Of the plugin itself, in the order in which `info` shows them.
LABELS = {
    Detail.VERSION: "Version",
    Detail.AUTHORS: "Authors",
    Detail.MAINTAINERS: "Maintainers",
    Detail.CONTACT: "Contact",
    Detail.CI: "Tests",
    Detail.TAGS: "Tags",
    Detail.ABOUT: "About",
    Detail.DOCS: "Documentation",
    Detail.SUPPORT: "Support",
}
_BY_COLUMN = {detail.column: LABELS[detail].lower() for detail in LABELS}
_NO_POWER = (
    "They are named as its maintainers. What they may do here, a linked login or a role says."
)
_NO_VERDICT = "It names where its tests run. Its status goes by what GitHub reports, as before."


def edited_message(plugin: PluginView, detail: Detail, *, off: bool, changed: bool) -> Message:
    """The answer to whoever edited something: what holds now."""
    what = f"{clip(plugin.handle)}: {LABELS[detail].lower()}"
    if off:
        title = f"{what} as its repository says" if changed else f"{what} not edited"
    else:
        title = f"{what} edited" if changed else f"Noted already: {what}"
    shown = clip(value(plugin, detail) or "nothing", _VALUE_LIMIT)
    blocks: list[Facts | Text] = [Facts(((LABELS[detail], shown),))]
    if detail is Detail.MAINTAINERS and not off:
        blocks.append(Text(_NO_POWER, quiet=True))
    if detail is Detail.CI:
        blocks.append(Text(_NO_VERDICT, quiet=True))
    tone = Tone.WARNING if off and not changed else Tone.INFO
    return with_plugin_page(Message(title, tone, tuple(blocks)), plugin.handle)


def value(plugin: PluginView, detail: Detail) -> str:
    """What holds of the plugin, in one text; empty where nothing is said."""
    found = getattr(plugin, detail.column)
    return joined(found) if isinstance(found, tuple) else found or ""


def edited_words(plugin: PluginView) -> str:
    """What of it people edited, for `info`: "tags, documentation"."""
    return joined(tuple(name for column, name in _BY_COLUMN.items() if column in plugin.edited))


def noted_edit(handle: str, detail: Detail, text: str) -> str:
    """What was edited, for the audit log, which keeps nobody's address."""
    return f"edit: {clip(handle)} {detail} {clip(redact(text), _VALUE_LIMIT)}"
