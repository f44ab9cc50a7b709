"""The one way from what was asked to its answer: a question is read, an act is recorded."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from models import queries
from models.actions.action import (
    Action,
    ActionKind,
    Asked,
    Misunderstood,
    NoAction,
    Read,
    Typed,
    Values,
)
from models.actions.asking import Asker, Asking
from models.actions.dictionary import Dictionary
from models.actions.namesakes import others_named
from models.actions.realms import Realms
from models.database.engine import Database, Session
from models.events import Event
from models.events.admission import ChannelOpened
from models.extensions.additions import Additions
from models.extensions.using import language_of
from models.messages.admission import no_place, not_admitted
from models.messages.help import EXAMPLE, OTHER_EXAMPLE, unknown_command, usage_message
from models.messages.message import Message
from models.messages.namesakes import with_namesakes
from models.messages.pages import on_web
from models.messages.realms import answered_before
from models.messages.words import clip
from models.operating.signing import Signer
from models.queries.clearances import clearance_of, hears_private
from models.record import record
from models.rules.authority import API, Power
from models.rules.languages import ENGLISH
from models.rules.privacy import Clearance
from models.rules.speaking import Later, speaking, speaks_others

_OF_TRUST = (Power.ADMINISTER, Power.OPERATE)
_LONGEST_PROSE = 20  # words


class Responder:
    """Answers what is typed, pressed, filled in or sent.

    It waits for the database, so call it in a thread.

    A question waits for no writer; an act is answered once it is committed. `signer` makes its
    links.
    """

    def __init__(self, database: Database, dictionary: Dictionary, signer: Signer) -> None:
        self._database = database
        self._signer = signer
        self.dictionary = dictionary
        self.realms = Realms(database)
        # Brings the dictionary in step with the extensions: one may be on since a moment ago.
        self.look: Callable[[], None] | None = None
        # What the extensions that are on add to answers, each where it is used.
        self.additions = Additions()

    def respond(self, typed: Typed, asker: Asker) -> Message:
        """The answer to what somebody typed, pressed or filled in."""
        read = typed.read
        if isinstance(read, NoAction) and self.look is not None:
            self.look()
            read = self.dictionary.typed(typed.text).read
        return self.answer(read, asker.cleaned(), datetime.now(UTC))

    def answer(self, read: Read, asker: Asker, now: datetime) -> Message:
        """The answer at this moment to what was read."""
        said = self._answer(read, asker, now)
        if not self.additions.is_none:
            with self._database.read() as session:
                there = asker.platform, asker.channel, asker.user
                said = self.additions.to_answer(session, said, *there)
        return on_web(said, self._signer.public_url)

    def _answer(self, read: Read, asker: Asker, now: datetime) -> Message:
        with self._database.read() as session:
            language = language_there(session, asker)
            known = replace(asker, allowed=_allowed(session, asker), language=language)
            with speaking(language):
                said = self._said(Asking(session, known, now, self._signer, self.dictionary), read)
            opened = _opened(session, asker)
            others = others_named(session, read)
        if opened:
            with self._database.write() as session:
                record(session, [opened], now)
        with speaking(language):
            if isinstance(said, Asked):
                said = self._done(said, known, now)
            return with_namesakes(said, others)

    def events(self, acts: Iterable[tuple[str, Mapping[str, Any]]], asker: Asker) -> list[Event]:
        """The events of what an extension wants done as somebody who asks it.

        Nobody gives roles or turns extensions on because an extension says so.

        Raises:
            ValueError: one is no act, or its arguments make no sense.
        """
        with self._database.read() as session:
            known = replace(asker, allowed=_allowed(session, asker))
        return [self._event(name, given, known) for name, given in acts]

    def _event(self, name: str, given: Mapping[str, Any], asker: Asker) -> Event:
        action = self.dictionary.get(name)
        if action is None or not _is_for_extensions(action):
            raise ValueError(f"{clip(name)} is no act that an extension may want")
        read = self.dictionary.given(action, given).read
        if not isinstance(read, Asked):
            raise ValueError(read.problem if isinstance(read, Misunderstood) else name)  # noqa: TRY004 - as above
        event: Event = action.run(asker, **read.values)
        return event

    def _said(self, asking: Asking, read: Read) -> Message | Asked:
        """The answer to a question, or to what may not be asked here; what is to be done, or asked of an extension, as
        it is.
        """
        match read:
            case Asked(action, values):
                refused = _refusal(action, asking)
                if refused or not (_acts(action, values, asking.asker) or action.is_contributed):
                    return refused or _ask(action, values, asking)
                return read
            case Misunderstood(problem, action):
                return self._usage(asking.session, problem, action)
            case NoAction(words, status):
                if queries.find_plugin(asking.session, words[0], allowed=asking.allowed):
                    return self._said(asking, status)
                return unknown_command(
                    words[0],
                    self.dictionary.commands(asking.used),
                    queries.handles(asking.session),
                    _named_in(asking, words),
                )

    def _done(self, asked: Asked, asker: Asker, now: datetime) -> Message:
        if asked.action.is_contributed:
            answer: Message = asked.action.run(asker, **asked.values)
            return answer
        try:
            event = asked.action.run(asker, **asked.values)
        except ValueError as problem:
            with self._database.read() as session:
                return self._usage(session, str(problem), asked.action)
        with self._database.write() as session:
            (outcome,) = record(session, [event], now)
        if outcome.call and outcome.answer:
            said = self.realms.added(outcome.call)
            return answered_before(outcome.answer, said) if said else outcome.answer
        if outcome.call:
            return self.realms.answer(outcome.call, asked.values["extension"])
        if outcome.answer is None:
            raise AssertionError(f"{asked.action.name} was recorded without an answer")
        return outcome.answer

    def _usage(self, session: Session, problem: str | Later, action: Action | None) -> Message:
        if action is None:
            return usage_message(problem)
        command = self.dictionary.command(action)
        examples = queries.example_handles(session, EXAMPLE, OTHER_EXAMPLE)
        return usage_message(problem, command.about(*examples))


def _refusal(action: Action, asking: Asking) -> Message | None:
    """What a stranger is told who wants more than what is public, and a robot of where messages go."""
    if action.for_insiders and not asking.allowed.inside:
        return not_admitted(asking.asker.platform, asking.asker.workspace)
    return no_place() if action.of_place and asking.asker.platform == API else None


def _is_for_extensions(action: Action) -> bool:
    is_ours = action.kind is ActionKind.ACT and not action.is_contributed
    return is_ours and action.form is None and not is_about_trust(action)


def is_about_trust(action: Action) -> bool:
    """Whether it gives roles, admits workspaces, or turns extensions on: what no extension has a hand in."""
    is_of_extensions = action.kind is ActionKind.ACT and action.within == "extensions"
    return action.power in _OF_TRUST or is_of_extensions


def _acts(action: Action, values: Values, asker: Asker) -> bool:
    """Whether it changes something; what has a form does once that is filled, or where none is needed."""
    if action.kind is not ActionKind.ACT:
        return False
    is_formless = any(value in action.formless for value in values.values())
    return bool(asker.filled) or action.form is None or is_formless


def _ask(action: Action, values: Values, asking: Asking) -> Message:
    ask = action.form or action.run
    message: Message = ask(asking, **values)
    return message


def _allowed(session: Session, asker: Asker) -> Clearance:
    where = asker.place(for_me=False)
    return clearance_of(
        session, asker.actor, where, alone=not asker.for_all, is_private=bool(asker.is_private)
    )


def _named_in(asking: Asking, words: Sequence[str]) -> list[str]:
    """The plugins that are named in prose, such as "is solved broken?"; looked for among its first words."""
    named = [word.strip(".,:;?!'\"()") for word in words[1:_LONGEST_PROSE]]
    found = (queries.find_plugin(asking.session, each, allowed=asking.allowed) for each in named)
    return list(dict.fromkeys(each.handle for each in found if each))


def language_there(session: Session, asker: Asker) -> str:
    """The language of where they ask. Nobody looks for it where only English is spoken."""
    if not speaks_others():
        return ENGLISH
    where = asker.place(for_me=False)
    return language_of(session, where.platform, where.address)


def _opened(session: Session, asker: Asker) -> ChannelOpened | None:
    """That the platform does not call the channel private any more, where it may hear of private plugins."""
    where = asker.place(for_me=False)
    if asker.is_private is not False or not hears_private(session, where, asker.workspace):
        return None
    return ChannelOpened(where.platform, where.address)
