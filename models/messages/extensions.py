"""The answers about extensions: which there are, what each is, and what became of a wish."""

from collections import Counter
from collections.abc import Iterable, Sequence

from models.messages.message import Block, Buttons, Facts, Items, Message, Table, Text, Tone
from models.messages.suggestions import closest
from models.messages.times import clock
from models.messages.words import clip, count, either
from models.rules.extensions import ExtensionState
from models.views.extensions import ExtensionView, PackageView

_LONGEST = 300
_STATES = {
    ExtensionState.ON: "✓ on",
    ExtensionState.OFF: "off",
    ExtensionState.QUARANTINED: "! quarantined",
    ExtensionState.HELD: "! held",
    ExtensionState.KEPT: "removed, its data is kept",
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
        how = "An operator installs one: python -m models extensions install FILE"
        return Message("No extension is installed", Tone.INFO, (Text(how), *_packages(packages)))
    rows = tuple(
        (clip(each.handle), clip(each.version), _state(each), clip(each.about, _LONGEST))
        for each in views
    )
    states = Counter(each.state for each in views)
    tally = ", ".join(f"{states[state]:,} {state}" for state in ExtensionState if states[state])
    held: list[str] = []
    for each in views:
        held += [f"{each.handle} {words}" for words in each.why]
    blocks: tuple[Block, ...] = (Table(("Extension", "Version", "State", "What it does"), rows),)
    if held:
        told = tuple(clip(words, _LONGEST) for words in held)
        blocks += (Text("What keeps them from running here:"), Items(told))
    hint = Text("One in detail: /plugin extension info NAME", quiet=True)
    tone = Tone.WARNING if held else Tone.INFO
    return Message(
        f"{count(len(views), 'extension')}: {tally}", tone, (*blocks, *_packages(packages), hint)
    )


def _state(view: ExtensionView) -> str:
    upgrade = f"; {clip(view.upgrade, _LONGEST)}" if view.upgrade else ""
    return f"{_STATES[view.state]}{upgrade}"


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
    table = Table(("Package", "Extension", "Version", "State"), rows)
    return (Text("What could be installed: /plugin extension install NAME"), table)


def extension_message(view: ExtensionView, *, inside: bool) -> Message:
    """All that is known of one. Who agreed to its terms is told `inside` alone."""
    pairs = [
        ("Publisher", " ".join(filter(None, (view.publisher, view.website)))),
        ("Status", view.maturity),
        ("Since", f"{view.created}" if view.created else ""),
        ("Made for", view.host),
        *view.brings,
        ("Needed by", ", ".join(view.needed_by)),
        ("Other version", view.upgrade),
    ]
    if inside:
        pairs.append(("Used", view.used))
        pairs.append(("Agreed to by", f"{view.agreed_by}, {clock(view.agreed_at)}"))
    shown = tuple((label, clip(words, _LONGEST)) for label, words in pairs if words)
    blocks: list[Block] = [Text(clip(words, _LONGEST)) for words in (view.about,) if words]
    blocks.append(Facts(shown))
    if view.terms:
        blocks.append(Items(tuple(clip(words, _LONGEST) for words in view.terms)))
    if view.why:
        blocks.append(Text("What keeps it from running here:"))
        blocks.append(Items(tuple(clip(words, _LONGEST) for words in view.why)))
    title = f"{clip(view.name)} {clip(view.version)} ({view.handle}): {_STATES[view.state]}"
    return Message(title, _TONES.get(view.state, Tone.INFO), tuple(blocks))


def needs_message(view: ExtensionView) -> Message:
    """What it needs, and whether that is there."""
    if not view.needs:
        return Message(f"{view.handle} needs no other extension", Tone.INFO)
    rows = tuple(
        (
            clip(need.handle),
            clip(need.wanted),
            "if it is there" if need.is_optional else "always",
            clip(need.there) or "not installed",
        )
        for need in view.needs
    )
    table = Table(("Extension", "Version", "When", "What is there"), rows)
    return Message(f"What {view.handle} needs", Tone.INFO, (table,))


def needed_message(view: ExtensionView) -> Message:
    """Who needs it."""
    if not view.needed_by:
        return Message(f"No extension needs {view.handle}", Tone.INFO)
    return Message(f"{view.handle} is needed", Tone.INFO, (Items(view.needed_by),))


def can_remove_message(view: ExtensionView) -> Message:
    """Whether it can be removed, and what to do with its data."""
    if view.state is ExtensionState.KEPT:
        return removed_already(view)
    if view.needed_by:
        blocks = (Text("These need it, and go first:"), Items(view.needed_by))
        return Message(f"{view.handle} cannot be removed", Tone.WARNING, blocks)
    return Message(
        f"{view.handle} can be removed",
        Tone.INFO,
        (
            Text("Its data is kept then, and found again when it is installed again."),
            Buttons(((f"Remove {view.handle}, keep its data", f"extension keep {view.handle}"),)),
            Text(_purge(view.handle), quiet=True),
        ),
    )


def removed_already(view: ExtensionView) -> Message:
    """It is not installed any more."""
    title = f"{view.handle} is removed already, and its data is kept"
    return Message(title, Tone.INFO, (Text(_purge(view.handle), quiet=True),))


def unknown_extension(name: str, handles: Iterable[str]) -> Message:
    """No extension has this handle; says which are close."""
    meant = closest(name, handles)
    hint = f"Did you mean {either(meant)}?" if meant else "All extensions: /plugin extensions"
    return Message(f"No extension is called “{clip(name)}”", Tone.INFO, (Text(hint),))


def kept_message(handle: str) -> Message:
    """It was removed, and its data kept."""
    return Message(f"{handle} is removed, and its data is kept", Tone.INFO, (Text(_purge(handle)),))


def purged_message(handle: str) -> Message:
    """Nothing is kept of it."""
    return Message(f"Nothing is kept of {handle} any more", Tone.INFO)


def not_done_message(why: str) -> Message:
    """The wish could not be fulfilled."""
    return Message("Nothing was changed", Tone.WARNING, (Text(f"{clip(why, _LONGEST)}."),))


def _purge(handle: str) -> str:
    return f"To forget its data too, for ever: /plugin extension purge {handle} {handle}"
