"""Hears people on Slack: a slash command, buttons, modals, mentions, direct messages, and the home tab."""

import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering import ANSWER_THREADS, Answering
from bot.languages import Languages
from bot.slack import forms, reading, views
from bot.slack.acknowledging import Body, at_once, refuse
from bot.slack.channels import SlackChannels
from bot.slack.client import LOGGER, copyable_client
from bot.slack.completion import SECONDS_TO_COMPLETE, FieldCompletion
from bot.slack.groups import Groups, Trusted
from bot.slack.membership import as_member
from bot.slack.once import Once
from bot.slack.render import COMMAND, SHARE
from bot.slack.replies import Replies
from models.actions.action import Action, Typed
from models.actions.asking import Asker, LanguageOf, Respond
from models.actions.completion import Names
from models.actions.dictionary import Dictionary
from models.messages.form import Form
from models.messages.home import home_message
from models.messages.sharing import not_shared, shared_by
from models.rules.speaking import speaking

_AT_HOME = ("mine", "failing", "following")


_log = structlog.get_logger()


class SlackListener:
    """What the app does with all that Slack sends.

    `respond`, `names`, `language` and `trusted` are called in threads.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        dictionary: Dictionary,
        respond: Respond,
        names: Callable[[], Names],
        language: LanguageOf,
        trusted: Trusted,
        signing_secret: str,
        seconds_to_complete: float = SECONDS_TO_COMPLETE,
    ) -> None:
        self._client = client
        self._dictionary = dictionary
        self._threads = ThreadPoolExecutor(ANSWER_THREADS, thread_name_prefix="slack-answer")
        self._completion = FieldCompletion(names, self._threads, seconds_to_complete)
        known = partial(as_member, Groups(client, trusted, self._threads), SlackChannels(client))
        self._answering = Answering(respond, self._threads, known)
        self._languages = Languages(language, self._threads)
        self._replies = Replies(client, self._languages)
        self._once = Once()
        self.app = AsyncApp(
            client=copyable_client(client),
            signing_secret=signing_secret,
            logger=LOGGER,
            name="pluginwatch",
            raise_error_for_unhandled_request=True,
        )
        self._register()

    def stop(self) -> None:
        """Begin no more answers."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _register(self) -> None:
        app = self.app
        app.use(self._only_once)
        app.error(refuse)
        app.command(re.compile(r"^/"))(ack=at_once, lazy=[self._command])
        app.action(re.compile(rf"^{COMMAND}-\d+$"))(ack=at_once, lazy=[self._press])
        app.action(SHARE)(ack=at_once, lazy=[self._share])
        app.view(views.ASK)(ack=at_once, lazy=[self._submit])
        app.view(forms.FORM)(ack=at_once, lazy=[self._fill])
        for field in (views.PLUGIN, views.BRANCH, views.FOLLOWED):
            app.options(field)(self._completion.of(field))
        app.event("app_mention")(ack=at_once, lazy=[self._mention])
        app.event("message")(ack=at_once, lazy=[self._message])
        app.event("app_home_opened")(ack=at_once, lazy=[self._home])

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
        if not (action and await self._asked(body, asker, action, context)):
            await self._reply(typed, asker, body["response_url"], body)

    async def _asked(
        self, body: Body, asker: Asker, action: Action, context: views.Context
    ) -> bool:
        """Whether a modal is open that asks for the rest of this action, in the language of where they ask."""
        with speaking(await self._languages.of(asker)):
            view = views.asking(action, context)
        return await self._opened(body, view)

    async def _opened(self, body: Body, view: Body) -> bool:
        """Whether this modal is open."""
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
            await self._reply(typed, asker, url, body)
        else:
            await self._answer_at_home(typed, asker, body)

    async def _fill(self, body: Body) -> None:
        filled, context = forms.filled(body["view"])
        asker = replace(reading.asks_by_modal(body, context), filled=filled)
        await self._reply(
            self._dictionary.typed(context["command"]), asker, context["response_url"], body
        )

    async def _press(self, body: Body) -> None:
        asker = reading.asks_by_press(body)
        typed = self._pressed(body)
        if url := body.get("response_url"):
            await self._reply(typed, asker, url, body, reading.thread_of(body))
            return
        action = views.lacking(typed)
        context = reading.context_of(asker, "")
        if not (action and await self._asked(body, asker, action, context)):
            await self._answer_at_home(typed, asker, body)

    async def _answer_at_home(self, typed: Typed, asker: Asker, body: Body) -> None:
        """The home tab has no place for an answer: it stands above it, and the tab is drawn again."""
        await self._replies.in_modal(
            body["trigger_id"], asker, await self._answering.answer(typed, asker)
        )
        await self._show_home(asker)

    async def _share(self, body: Body) -> None:
        asker = reading.asks_by_press(body)
        typed = self._pressed(body)
        shared = f"share:{asker.user}:{(body.get('container') or {}).get('message_ts')}"
        if typed.acts or not self._once.is_first(shared):
            return
        message = await self._answering.answer(typed, replace(asker, for_all=True))
        with speaking(await self._languages.of(asker)):
            by = shared_by(asker.name, typed.text)
            refused = not_shared("Slack")
        if not await self._replies.share(
            body["response_url"], replace(message, blocks=(*message.blocks, by))
        ):
            await self._replies.privately(body["response_url"], asker, refused)

    async def _reply(
        self, typed: Typed, asker: Asker, response_url: str, body: Body, thread: str | None = None
    ) -> None:
        message = await self._answering.answer(typed, asker)
        if message.form and await self._filled(body, asker, message.form, response_url):
            return
        # What acts is not shared: sharing asks again. In a direct message there is nobody to share with.
        share = "" if typed.acts or asker.is_direct else typed.text
        await self._replies.privately(response_url, asker, message, share=share, thread=thread)

    async def _filled(self, body: Body, asker: Asker, form: Form, response_url: str) -> bool:
        """Whether a modal is open that asks them to fill in this form."""
        with speaking(await self._languages.of(asker)):
            view = forms.modal(form, reading.context_of(asker, response_url))
        return await self._opened(body, view)

    def _pressed(self, body: Body) -> Typed:
        return self._dictionary.typed(str(body["actions"][0]["value"]))

    async def _mention(self, body: Body, event: Body, context: Body) -> None:
        # Slack sends a mention again when it is edited, under another id.
        written = f"mention:{event.get('channel')}:{event.get('ts')}"
        if reading.is_from_a_person(event) and self._once.is_first(written):
            asker = replace(reading.asks_by_event(body), for_all=True)
            typed = self._written(event, context)
            thread = event.get("thread_ts") or event["ts"]
            await self._replies.publicly(
                asker.channel, await self._answering.answer(typed, asker), thread
            )

    async def _message(self, body: Body, event: Body, context: Body) -> None:
        if event.get("channel_type") == "im" and reading.is_from_a_person(event):
            asker = reading.asks_by_event(body)
            message = await self._answering.answer(self._written(event, context), asker)
            await self._replies.publicly(asker.channel, message, event.get("thread_ts"))

    def _written(self, event: Body, context: Body) -> Typed:
        """What somebody wrote to the bot, with or without its name before it."""
        bot_user = str(context.get("bot_user_id") or "")
        return self._dictionary.typed(reading.typed(event.get("text") or "", bot_user))

    async def _home(self, body: Body, event: Body) -> None:
        if event.get("tab") == "home":
            await self._show_home(reading.asks_by_event(body))

    async def _show_home(self, asker: Asker) -> None:
        asker = replace(asker, is_direct=True)
        with speaking(await self._languages.of(asker)):
            messages = [home_message()]
        for text in _AT_HOME:
            typed = self._dictionary.typed(text)
            messages.append(await self._answering.answer(typed, asker))
        try:
            await self._client.views_publish(user_id=asker.user, view=views.home(messages))
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            _log.warning("home_not_shown", reason=type(error).__name__)
