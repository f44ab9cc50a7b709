"""What is declared of plugins, in words."""

from collections.abc import Sequence

from models.messages.blocks import and_more
from models.messages.message import Block, Items, Message, Text, Tone
from models.messages.words import clip
from models.rules.declaring import METADATA, PEOPLE, Fact, Statement
from models.views import PluginView
from models.views.registry import DeclarationView

_REASON_LIMIT = 200
_LISTED = 20
_HEADINGS = {
    PEOPLE: "Declared by its guardians and maintainers:",
    METADATA: "By the metadata of its releases:",
}


def declared_line(declared: DeclarationView) -> str:
    """The fact with its plugin as a sentence without an end: "solved needs host >=3.5"."""
    own = f" {clip(declared.of)}" if declared.of else ""
    reason = f": {clip(declared.reason, _REASON_LIMIT)}" if declared.reason else ""
    return f"{clip(declared.handle)}{own} {_what(declared)}{reason}"


def declared_blocks(declared: Sequence[DeclarationView]) -> tuple[Block, ...]:
    """All that is declared; nothing where nothing is."""
    if not declared:
        return ()
    blocks: list[Block] = []
    for source, heading in _HEADINGS.items():
        said = [each for each in declared if each.source == source]
        if said:
            lines = map(declared_line, said[:_LISTED])
            blocks += [Text(heading), Items((*lines, *and_more(len(said), _LISTED)))]
    return tuple(blocks)


def noted_message(
    told: DeclarationView, statement: Statement, *, changed: bool, all_: Sequence[DeclarationView]
) -> Message:
    """The answer to whoever declared something: that it is noted, or taken back, and all that is declared now."""
    blocks = declared_blocks(all_)
    if not statement.withdrawn:
        title = declared_line(told) if changed else f"Noted already: {declared_line(told)}"
        return Message(title, blocks=blocks)
    if changed:
        return Message(f"{_kind(told)} is declared no more", blocks=blocks)
    return Message(f"{_kind(told)} was not declared", Tone.WARNING, blocks)


def noted_words(told: DeclarationView, statement: Statement) -> str:
    """What was declared or taken back, for the audit log."""
    if not statement.withdrawn:
        return declared_line(told)
    parts = (told.handle, told.fact, told.other, f"off of {told.of}" if told.of else "off")
    return " ".join(filter(None, parts))


def not_itself(plugin: PluginView, fact: Fact) -> Message:
    """A plugin neither requires itself nor conflicts with itself."""
    return Message(f"{clip(plugin.handle)} cannot be said to {_VERBS[fact]} itself", Tone.WARNING)


def not_comparable(problem: str) -> Message:
    """The range is of versions that the ecosystem does not know."""
    return Message(clip(problem, _REASON_LIMIT), Tone.WARNING)


_VERBS = {Fact.REQUIRES: "require", Fact.OPTIONAL: "use", Fact.CONFLICTS: "conflict with"}


_SAYS = {
    Fact.NEEDS: "needs host",
    Fact.TESTED: "was tested with host",
    Fact.BREAKS: "breaks on host",
    Fact.RUNTIME: "needs runtime",
    Fact.REQUIRES: "requires",
    Fact.OPTIONAL: "can use",
    Fact.CONFLICTS: "conflicts with",
}


def _what(declared: DeclarationView) -> str:
    if declared.fact is Fact.STATUS:
        return f"is {declared.standing}"
    parts = (_SAYS[declared.fact], clip(declared.other), clip(declared.versions))
    return " ".join(filter(None, parts))


def _kind(declared: DeclarationView) -> str:
    own = f" {clip(declared.of)}" if declared.of else ""
    nouns = {
        Fact.STATUS: "A status",
        Fact.NEEDS: "Which hosts it needs",
        Fact.TESTED: "With which hosts it was tested",
        Fact.BREAKS: "On which hosts it breaks",
        Fact.RUNTIME: "Which runtime it needs",
        Fact.REQUIRES: f"That it requires {clip(declared.other)}",
        Fact.OPTIONAL: f"That it can use {clip(declared.other)}",
        Fact.CONFLICTS: f"That it conflicts with {clip(declared.other)}",
    }
    return (
        f"{clip(declared.handle)}{own}: {nouns[declared.fact][0].lower()}{nouns[declared.fact][1:]}"
    )
