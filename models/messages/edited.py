"""What was edited of a plugin by hand, in words."""

from models.messages.message import Facts, Message, Text, Tone
from models.messages.pages import with_plugin_page
from models.messages.words import clip, joined
from models.rules.details import Detail
from models.rules.languages import ENGLISH
from models.rules.redact import redact
from models.rules.speaking import marked, say, speaking
from models.views import PluginView

_VALUE_LIMIT = 350
# Of the plugin itself, in the order in which `info` shows them.
LABELS = {
    Detail.VERSION: marked("Version"),
    Detail.AUTHORS: marked("Authors"),
    Detail.MAINTAINERS: marked("Maintainers"),
    Detail.CONTACT: marked("Contact"),
    Detail.CI: marked("Tests"),
    Detail.TAGS: marked("Tags"),
    Detail.ABOUT: marked("About"),
    Detail.DOCS: marked("Documentation"),
    Detail.SUPPORT: marked("Support"),
}
# The answers to who edits each: it is so now, it was so, it is as the repository says, and it was not edited.
_EDITED = marked("{plugin}: {what} edited")
_NOTED = marked("Noted already: {plugin}: {what}")
_AS_SAID = marked("{plugin}: {what} as its repository says")
_NOT_EDITED = marked("{plugin}: {what} not edited")
_NO_POWER = marked(
    "They are named as its maintainers. What they may do here, a linked login or a role says."
)
_NO_VERDICT = marked(
    "It names where its tests run. Its status goes by what GitHub reports, as before."
)


def edited_message(plugin: PluginView, detail: Detail, *, off: bool, changed: bool) -> Message:
    """The answer to whoever edited something: what holds now."""
    words = _AS_SAID if off else _EDITED
    if not changed:
        words = _NOT_EDITED if off else _NOTED
    label = say(LABELS[detail])
    title = say(words, plugin=clip(plugin.handle), what=label.lower())
    shown = clip(value(plugin, detail) or say("nothing"), _VALUE_LIMIT)
    blocks: list[Facts | Text] = [Facts(((label, shown),))]
    if detail is Detail.MAINTAINERS and not off:
        blocks.append(Text(say(_NO_POWER), quiet=True))
    if detail is Detail.CI:
        blocks.append(Text(say(_NO_VERDICT), quiet=True))
    tone = Tone.WARNING if off and not changed else Tone.INFO
    return with_plugin_page(Message(title, tone, tuple(blocks)), plugin.handle)


def value(plugin: PluginView, detail: Detail) -> str:
    """What holds of the plugin, in one text; empty where nothing is said."""
    found = getattr(plugin, detail.column)
    return joined(found) if isinstance(found, tuple) else found or ""


def edited_words(plugin: PluginView) -> str:
    """What of it people edited, for `info`: "tags, documentation"."""
    edited = (say(LABELS[each]).lower() for each in LABELS if each.column in plugin.edited)
    return joined(tuple(edited))


@speaking(ENGLISH)
def noted_edit(handle: str, detail: Detail, text: str) -> str:
    """What was edited, for the audit log, which keeps nobody's address."""
    return f"edit: {clip(handle)} {detail} {clip(redact(text), _VALUE_LIMIT)}"
