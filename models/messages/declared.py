"""What is declared of plugins, in words."""

from collections.abc import Sequence

from models.messages.blocks import and_more
from models.messages.message import Block, Items, Message, Text, Tone
from models.messages.words import clip
from models.rules.declaring import METADATA, PEOPLE, Fact, Statement
from models.rules.languages import ENGLISH
from models.rules.speaking import marked, say, speaking
from models.views import PluginView
from models.views.registry import DeclarationView

_REASON_LIMIT = 200
_LISTED = 20
_HEADINGS = {
    PEOPLE: marked("Declared by its guardians and maintainers:"),
    METADATA: marked("By the metadata of its releases:"),
}


def declared_line(declared: DeclarationView) -> str:
    """The fact with its plugin as a sentence without an end: "solved needs host >=3.5"."""
    versions = clip(declared.versions)
    said = say(
        _SAYS[declared.fact],
        plugin=_named(declared),
        other=f"{clip(declared.other)} {versions}".strip(),
        versions=versions,
        standing=say(declared.standing) if declared.standing else "",
    )
    return f"{said}: {clip(declared.reason, _REASON_LIMIT)}" if declared.reason else said


def declared_blocks(declared: Sequence[DeclarationView]) -> tuple[Block, ...]:
    """All that is declared; nothing where nothing is."""
    if not declared:
        return ()
    blocks: list[Block] = []
    for source, heading in _HEADINGS.items():
        said = [each for each in declared if each.source == source]
        if said:
            lines = map(declared_line, said[:_LISTED])
            blocks += [Text(say(heading)), Items((*lines, *and_more(len(said), _LISTED)))]
    return tuple(blocks)


def noted_message(
    told: DeclarationView, statement: Statement, *, changed: bool, all_: Sequence[DeclarationView]
) -> Message:
    """The answer to whoever declared something: that it is noted, or taken back, and all that is declared now."""
    blocks = declared_blocks(all_)
    said = declared_line(told)
    if not statement.withdrawn:
        title = said if changed else say("Noted already: {said}", said=said)
        return Message(title, blocks=blocks)
    kind = _kind(told)
    if changed:
        return Message(say("{kind} is declared no more", kind=kind), blocks=blocks)
    return Message(say("{kind} was not declared", kind=kind), Tone.WARNING, blocks)


@speaking(ENGLISH)
def noted_words(told: DeclarationView, statement: Statement) -> str:
    """What was declared or taken back, for the audit log."""
    if not statement.withdrawn:
        return declared_line(told)
    parts = (told.handle, told.fact, told.other, f"off of {told.of}" if told.of else "off")
    return " ".join(filter(None, parts))


def not_itself(plugin: PluginView, fact: Fact) -> Message:
    """A plugin neither requires itself nor conflicts with itself."""
    return Message(say(_OF_ITSELF[fact], plugin=clip(plugin.handle)), Tone.WARNING)


def not_comparable(problem: str) -> Message:
    """The range is of versions that the ecosystem does not know."""
    return Message(clip(problem, _REASON_LIMIT), Tone.WARNING)


_OF_ITSELF = {
    Fact.REQUIRES: marked("{plugin} cannot be said to require itself"),
    Fact.OPTIONAL: marked("{plugin} cannot be said to use itself"),
    Fact.CONFLICTS: marked("{plugin} cannot be said to conflict with itself"),
}
# Of a plugin, or of some versions of it.
_SAYS = {
    Fact.STATUS: marked("{plugin} is {standing}"),
    Fact.NEEDS: marked("{plugin} needs host {versions}"),
    Fact.TESTED: marked("{plugin} was tested with host {versions}"),
    Fact.BREAKS: marked("{plugin} breaks on host {versions}"),
    Fact.RUNTIME: marked("{plugin} needs runtime {versions}"),
    Fact.REQUIRES: marked("{plugin} requires {other}"),
    Fact.OPTIONAL: marked("{plugin} can use {other}"),
    Fact.CONFLICTS: marked("{plugin} conflicts with {other}"),
}
# What is declared no more, or was not.
_KINDS = {
    Fact.STATUS: marked("{plugin}: a status"),
    Fact.NEEDS: marked("{plugin}: which hosts it needs"),
    Fact.TESTED: marked("{plugin}: with which hosts it was tested"),
    Fact.BREAKS: marked("{plugin}: on which hosts it breaks"),
    Fact.RUNTIME: marked("{plugin}: which runtime it needs"),
    Fact.REQUIRES: marked("{plugin}: that it requires {other}"),
    Fact.OPTIONAL: marked("{plugin}: that it can use {other}"),
    Fact.CONFLICTS: marked("{plugin}: that it conflicts with {other}"),
}


def _kind(declared: DeclarationView) -> str:
    return say(_KINDS[declared.fact], plugin=_named(declared), other=clip(declared.other))


def _named(declared: DeclarationView) -> str:
    return f"{clip(declared.handle)} {clip(declared.of)}".strip()
