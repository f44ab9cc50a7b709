"""Hears people on Slack: a slash command, buttons, modals, mentions, direct messages, and the home tab."""

import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import forms, reading, views
from bot.slack.answering import Answers
from bot.slack.client import LOGGER, copyable_client
from bot.slack.completion import SECONDS_TO_COMPLETE, FieldCompletion
from bot.slack.groups import Groups, Trusted
from bot.slack.once import Once
from bot.slack.render import COMMAND, SHARE
from models.actions.action import Typed
from models.actions.asking import Asker, Respond
from models.actions.completion import Names
from models.actions.dictionary import Dictionary
from models.messages.home import home_message
from models.messages.message import Message, Text, Tone

Body = dict[str, Any]

# Few, so that many questions at once leave the processor to the alerts.
ANSWER_THREADS = 4

# What asks for the options of a menu: one that is not ours has none.
_SUGGESTIONS = frozenset({"block_suggestion", "dialog_suggestion"})
_AT_HOME = ("mine", "failing", "following")
_NOT_SHARED = Message(
    "Slack did not let me share that", Tone.WARNING, (Text("Ask again, and share the new answer."),)
)

# How code fails that reads what is not there, or is of another kind.
MALFORMED = (ValueError, LookupError, TypeError, AttributeError, RecursionError)

_log = structlog.get_logger()


class SlackListener:
    """What the app does with all that Slack sends.

    `respond`, `names` and `trusted` are called in threads.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        dictionary: Dictionary,
        respond: Respond,
        names: Callable[[], Names],
        trusted: Trusted,
        signing_secret: str,
        seconds_to_complete: float = SECONDS_TO_COMPLETE,
    ) -> None:
        self._client = client
        self._dictionary = dictionary
        self._threads = ThreadPoolExecutor(ANSWER_THREADS, thread_name_prefix="slack-answer")
        self._completion = FieldCompletion(names, self._threads, seconds_to_complete)
        self._answers = Answers(
            client, respond, Groups(client, trusted, self._threads), self._threads
        )
        self._once = Once()
        self.app = AsyncApp(
            client=copyable_client(client),
            signing_secret=signing_secret,
            logger=LOGGER,
            name="pluginwatch",
            raise_error_for_unhandled_request=True,
        )
        self._register()

    def close(self) -> None:
        """Begin no more answers."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _register(self) -> None:
        app = self.app
        app.use(self._only_once)
        app.error(_refuse)
        app.command(re.compile(r"^/"))(ack=_at_once, lazy=[self._command])
        app.action(re.compile(rf"^{COMMAND}-\d+$"))(ack=_at_once, lazy=[self._press])
        app.action(SHARE)(ack=_at_once, lazy=[self._share])
        app.view(views.ASK)(ack=_at_once, lazy=[self._submit])
        app.view(forms.FORM)(ack=_at_once, lazy=[self._fill])
        for field in (views.PLUGIN, views.BRANCH, views.FOLLOWED):
            app.options(field)(self._completion.of(field))
        app.event("app_mention")(ack=_at_once, lazy=[self._mention])
        app.event("message")(ack=_at_once, lazy=[self._message])
        app.event("app_home_opened")(ack=_at_once, lazy=[self._home])

    async def _only_once(
        self,
        body: Body,
        next: Callable[[], Awaitable[None]],  # noqa: A002 - the library passes it by this name
    ) -> BoltResponse | None:
        """Slack repeats what it saw no acknowledgement of; acknowledge again, and do nothing."""
        key = body.get("event_id") or body.get("trigger_id")
        if key and not self._once.is_first(f"{body.get('type')}:{key}"):
            return BoltResponse(status=200, body="")
        await next()
        return None

    async def _command(self, body: Body) -> None:
        typed = self._dictionary.typed(reading.typed(body.get("text") or ""))
        asker = reading.asks_by_command(body)
        action = views.lacking(typed)
        context = reading.context_of(asker, body["response_url"])
        if not (action and await self._opened(body, views.asking(action, context))):
            await self._whisper(typed, asker, body["response_url"], body)

    async def _opened(self, body: Body, view: Body) -> bool:
        """Whether a modal is open that asks for the rest."""
        try:
            await self._client.views_open(trigger_id=body["trigger_id"], view=view)
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            _log.warning("modal_not_opened", reason=type(error).__name__)
            return False
        return True

    async def _submit(self, body: Body) -> None:
        typed, context = views.asked(body["view"], self._dictionary)
        asker = reading.asks_by_modal(body, context)
        if url := context["response_url"]:
            await self._whisper(typed, asker, url, body)
        else:
            await self._answer_at_home(typed, asker, body)

    async def _fill(self, body: Body) -> None:
        filled, context = forms.filled(body["view"])
        asker = replace(reading.asks_by_modal(body, context), filled=filled)
        await self._whisper(
            self._dictionary.typed(context["command"]), asker, context["response_url"], body
        )

    async def _press(self, body: Body) -> None:
        asker = reading.asks_by_press(body)
        typed = self._pressed(body)
        if url := body.get("response_url"):
            await self._whisper(typed, asker, url, body, reading.thread_of(body))
            return
        action = views.lacking(typed)
        context = reading.context_of(asker, "")
        if not (action and await self._opened(body, views.asking(action, context))):
            await self._answer_at_home(typed, asker, body)

    async def _answer_at_home(self, typed: Typed, asker: Asker, body: Body) -> None:
        """The home tab has no place for an answer: it stands above it, and the tab is drawn again."""
        await self._answers.pop_up(body["trigger_id"], asker, await self._answers.to(typed, asker))
        await self._show_home(asker)

    async def _share(self, body: Body) -> None:
        asker = reading.asks_by_press(body)
        typed = self._pressed(body)
        shared = f"share:{asker.user}:{(body.get('container') or {}).get('message_ts')}"
        if typed.acts or not self._once.is_first(shared):
            return
        message = await self._answers.to(typed, replace(asker, for_all=True))
        by = Text(f"{asker.name} asked /plugin {typed.text} and shared the answer.", quiet=True)
        if not await self._answers.share(
            body["response_url"], replace(message, blocks=(*message.blocks, by))
        ):
            await self._answers.whisper(body["response_url"], asker, _NOT_SHARED)

    async def _whisper(
        self, typed: Typed, asker: Asker, response_url: str, body: Body, thread: str | None = None
    ) -> None:
        message = await self._answers.to(typed, asker)
        context = reading.context_of(asker, response_url)
        if message.form and await self._opened(body, forms.modal(message.form, context)):
            return
        # What acts is not shared: sharing asks again. In a direct message there is nobody to share
        # with.
        share = "" if typed.acts or asker.is_direct else typed.text
        await self._answers.whisper(response_url, asker, message, share=share, thread=thread)

    def _pressed(self, body: Body) -> Typed:
        return self._dictionary.typed(str(body["actions"][0]["value"]))

    async def _mention(self, body: Body, event: Body, context: Body) -> None:
        # Slack sends a mention again when it is edited, under another id.
        written = f"mention:{event.get('channel')}:{event.get('ts')}"
        if reading.is_from_a_person(event) and self._once.is_first(written):
            asker = replace(reading.asks_by_event(body), for_all=True)
            typed = self._written(event, context)
            thread = event.get("thread_ts") or event["ts"]
            await self._answers.say(asker.channel, await self._answers.to(typed, asker), thread)

    async def _message(self, body: Body, event: Body, context: Body) -> None:
        if event.get("channel_type") == "im" and reading.is_from_a_person(event):
            asker = reading.asks_by_event(body)
            message = await self._answers.to(self._written(event, context), asker)
            await self._answers.say(asker.channel, message, event.get("thread_ts"))

    def _written(self, event: Body, context: Body) -> Typed:
        """What somebody wrote to the bot, with or without its name before it."""
        bot_user = str(context.get("bot_user_id") or "")
        return self._dictionary.typed(reading.typed(event.get("text") or "", bot_user))

    async def _home(self, body: Body, event: Body) -> None:
        if event.get("tab") == "home":
            await self._show_home(reading.asks_by_event(body))

    async def _show_home(self, asker: Asker) -> None:
        messages = [home_message()]
        for text in _AT_HOME:
            typed = self._dictionary.typed(text)
            messages.append(await self._answers.to(typed, replace(asker, is_direct=True)))
        try:
            await self._client.views_publish(user_id=asker.user, view=views.home(messages))
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            _log.warning("home_not_shown", reason=type(error).__name__)


async def _at_once(ack: AsyncAck) -> None:
    await ack()


async def _refuse(error: Exception, body: Body) -> BoltResponse:
    """What Slack is told of an event that could not be heard, or that nobody here waits for.

    A 500 is our own trouble, and it tries again.
    """
    if isinstance(error, BoltUnhandledRequestError):
        return _unheard(body)
    _log.error("slack_event_not_heard", error=type(error).__name__, exc_info=error)
    return BoltResponse(status=400 if isinstance(error, MALFORMED) else 500, body="")


def _unheard(body: Body) -> BoltResponse:
    """Acknowledge what Slack sends and nobody here waits for, as an app may be subscribed to more than it hears.

    Of what is refused Slack tries again, and after many refusals it sends no events at all.
    """
    kind, event = body.get("type"), body.get("event")
    if kind == "event_callback":
        kind = event.get("type") if isinstance(event, dict) else None
    if not isinstance(kind, str):
        return BoltResponse(status=400, body="")
    _log.debug("slack_event_unheard", kind=kind)
    return BoltResponse(status=200, body={"options": []} if kind in _SUGGESTIONS else "")
