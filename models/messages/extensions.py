"""The answers about extensions: which there are, what each is, and what became of a wish."""

from collections import Counter
from collections.abc import Iterable, Sequence

from models.messages.message import Block, Buttons, Facts, Items, Message, Table, Text, Tone
from models.messages.suggestions import closest
from models.messages.times import clock
from models.messages.words import clip, either
from models.rules.extensions import ExtensionState
from models.rules.speaking import count, marked, say
from models.views.extensions import ExtensionView, PackageView

_LONGEST = 300
_STATES = {
    ExtensionState.ON: marked("✓ on"),
    ExtensionState.OFF: marked("off"),
    ExtensionState.QUARANTINED: marked("! quarantined"),
    ExtensionState.HELD: marked("! held"),
    ExtensionState.KEPT: marked("removed, its data is kept"),
}
_TALLIED = {
    ExtensionState.OFF: marked("{number:,} off"),
    ExtensionState.ON: marked("{number:,} on"),
    ExtensionState.QUARANTINED: marked("{number:,} quarantined"),
    ExtensionState.HELD: marked("{number:,} held"),
    ExtensionState.KEPT: marked("{number:,} kept"),
}
_TONES = {
    ExtensionState.ON: Tone.HEALTHY,
    ExtensionState.QUARANTINED: Tone.WARNING,
    ExtensionState.HELD: Tone.WARNING,
}


def extensions_message(
    views: Sequence[ExtensionView], packages: Sequence[PackageView] = ()
) -> Message:
    """Every extension with its state, and why one is held."""
    if not views:
        how = say("An operator installs one: python -m models extensions install FILE")
        return Message(
            say("No extension is installed"), Tone.INFO, (Text(how), *_packages(packages))
        )
    rows = tuple(
        (clip(each.handle), clip(each.version), _state(each), clip(each.about, _LONGEST))
        for each in views
    )
    states = Counter(each.state for each in views)
    tally = ", ".join(
        say(_TALLIED[state], number=states[state]) for state in ExtensionState if states[state]
    )
    held: list[str] = []
    for each in views:
        held += [f"{each.handle} {words}" for words in each.why]
    blocks: tuple[Block, ...] = (
        Table((say("Extension"), say("Version"), say("State"), say("What it does")), rows),
    )
    if held:
        told = tuple(clip(words, _LONGEST) for words in held)
        blocks += (Text(say("What keeps them from running here:")), Items(told))
    hint = Text(say("One in detail: /plugin extension info NAME"), quiet=True)
    tone = Tone.WARNING if held else Tone.INFO
    title = count(
        len(views), "{number} extension: {states}", "{number} extensions: {states}", states=tally
    )
    return Message(title, tone, (*blocks, *_packages(packages), hint))


def _state(view: ExtensionView) -> str:
    upgrade = f"; {clip(view.upgrade, _LONGEST)}" if view.upgrade else ""
    return f"{say(_STATES[view.state])}{upgrade}"


def _packages(packages: Sequence[PackageView]) -> tuple[Block, ...]:
    if not packages:
        return ()
    rows = tuple(
        (
            clip(each.file),
            clip(each.handle),
            clip(each.version),
            clip("; ".join((each.state, *each.problems)), _LONGEST),
        )
        for each in packages
    )
    table = Table((say("Package"), say("Extension"), say("Version"), say("State")), rows)
    return (Text(say("What could be installed: /plugin extension install NAME")), table)


def extension_message(view: ExtensionView, *, inside: bool) -> Message:
    """All that is known of one. Who agreed to its terms is told `inside` alone."""
    pairs = [
        (say("Publisher"), " ".join(filter(None, (view.publisher, view.website)))),
        (say("Status"), view.maturity),
        (say("Since"), f"{view.created}" if view.created else ""),
        (say("Made for"), view.host),
        *view.brings,
        (say("Needed by"), ", ".join(view.needed_by)),
        (say("Other version"), view.upgrade),
    ]
    if inside:
        pairs.append((say("Used"), view.used))
        agreed = f"{view.agreed_by}, {clock(view.agreed_at)}"
        pairs.append((say("Agreed to by"), agreed))
    shown = tuple((label, clip(words, _LONGEST)) for label, words in pairs if words)
    blocks: list[Block] = [Text(clip(words, _LONGEST)) for words in (view.about,) if words]
    blocks.append(Facts(shown))
    if view.terms:
        blocks.append(Items(tuple(clip(words, _LONGEST) for words in view.terms)))
    if view.why:
        blocks.append(Text(say("What keeps it from running here:")))
        blocks.append(Items(tuple(clip(words, _LONGEST) for words in view.why)))
    state = say(_STATES[view.state])
    title = f"{clip(view.name)} {clip(view.version)} ({view.handle}): {state}"
    return Message(title, _TONES.get(view.state, Tone.INFO), tuple(blocks))


def needs_message(view: ExtensionView) -> Message:
    """What it needs, and whether that is there."""
    if not view.needs:
        return Message(say("{handle} needs no other extension", handle=view.handle), Tone.INFO)
    rows = tuple(
        (
            clip(need.handle),
            clip(need.wanted),
            say("if it is there") if need.is_optional else say("always"),
            clip(need.there) or say("not installed"),
        )
        for need in view.needs
    )
    table = Table((say("Extension"), say("Version"), say("When"), say("What is there")), rows)
    return Message(say("What {handle} needs", handle=view.handle), Tone.INFO, (table,))


def needed_message(view: ExtensionView) -> Message:
    """Who needs it."""
    if not view.needed_by:
        return Message(say("No extension needs {handle}", handle=view.handle), Tone.INFO)
    return Message(
        say("{handle} is needed", handle=view.handle), Tone.INFO, (Items(view.needed_by),)
    )


def can_remove_message(view: ExtensionView) -> Message:
    """Whether it can be removed, and what to do with its data."""
    if view.state is ExtensionState.KEPT:
        return removed_already(view)
    if view.needed_by:
        blocks = (Text(say("These need it, and go first:")), Items(view.needed_by))
        return Message(say("{handle} cannot be removed", handle=view.handle), Tone.WARNING, blocks)
    label = say("Remove {handle}, keep its data", handle=view.handle)
    return Message(
        say("{handle} can be removed", handle=view.handle),
        Tone.INFO,
        (
            Text(say("Its data is kept then, and found again when it is installed again.")),
            Buttons(((label, f"extension keep {view.handle}"),)),
            Text(_purge(view.handle), quiet=True),
        ),
    )


def removed_already(view: ExtensionView) -> Message:
    """It is not installed any more."""
    title = say("{handle} is removed already, and its data is kept", handle=view.handle)
    return Message(title, Tone.INFO, (Text(_purge(view.handle), quiet=True),))


def unknown_extension(name: str, handles: Iterable[str]) -> Message:
    """No extension has this handle; says which are close."""
    meant = closest(name, handles)
    hint = (
        say("Did you mean {meant}?", meant=either(meant))
        if meant
        else say("All extensions: /plugin extensions")
    )
    return Message(
        say("No extension is called “{name}”", name=clip(name)), Tone.INFO, (Text(hint),)
    )


def kept_message(handle: str) -> Message:
    """It was removed, and its data kept."""
    return Message(
        say("{handle} is removed, and its data is kept", handle=handle),
        Tone.INFO,
        (Text(_purge(handle)),),
    )


def purged_message(handle: str) -> Message:
    """Nothing is kept of it."""
    return Message(say("Nothing is kept of {handle} any more", handle=handle), Tone.INFO)


def not_done_message(why: str) -> Message:
    """The wish could not be fulfilled."""
    return Message(say("Nothing was changed"), Tone.WARNING, (Text(f"{clip(why, _LONGEST)}."),))


def _purge(handle: str) -> str:
    return say(
        "To forget its data too, for ever: /plugin extension purge {handle} {handle}", handle=handle
    )
