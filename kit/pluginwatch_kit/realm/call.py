"""What an extension's handler gets: who asks, its options, and the ways back to the host."""

from gettext import NullTranslations
from typing import Any, NamedTuple, Optional

from pluginwatch_kit.realm.wire import Frame, Wire


class HostError(Exception):
    """The host refused what was asked of it, or could not do it; its words say why."""


class Response(NamedTuple):
    """What a server answered. Its headers' names are in lower case."""

    status: int
    headers: dict[str, str]
    body: str


class Call:
    """One call of a handler. Its methods work until the handler returns.

    `asker` has the `name` and the `platform` of the person who asks. `options` are the values that
    the operator set; secrets are not among them. `language` is the tag of the one that is spoken there.
    """

    def __init__(
        self,
        wire: Wire,
        asker: dict[str, str],
        options: dict[str, Any],
        language: str,
        translations: NullTranslations,
    ) -> None:
        self._wire = wire
        self._translations = translations
        self.language = language
        self.asker = asker
        self.options = options
        self.acts: list[Frame] = []
        self.writes: list[Frame] = []
        self.raised: list[Frame] = []
        self.said: list[Frame] = []

    def gettext(self, words: str) -> str:
        """The words in the language that is spoken there, as `lang/LANGUAGE.po` has them, or else as they are."""
        return self._translations.gettext(words)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The same, of words that depend on a number."""
        return self._translations.ngettext(one, many, number)

    def rows(
        self, table: str, *, after: int = 0, most: int = 500, **where: Any
    ) -> list[dict[str, Any]]:
        """The rows of an own table in which the columns have these values: `rows("ticket", key="OPS-1")`.

        They come by their `id`, `most` of them behind the id `after`, and as they were before this call.

        Raises:
            HostError: there is no such table or column.
        """
        asked = {"table": table, "where": where, "after": after, "most": most}
        found: list[dict[str, Any]] = self._ask("rows", asked)
        return found

    def add(self, table: str, **values: Any) -> None:
        """Add a row to an own table, with the answer of an act: once, or not at all if this call is not answered."""
        self.writes.append({"kind": "add", "table": table, "values": values})

    def change(self, table: str, row: int, **values: Any) -> None:
        """Give columns of the row with this id other values, in the same way."""
        self.writes.append({"kind": "change", "table": table, "row": row, "values": values})

    def remove(self, table: str, row: int) -> None:
        """Remove the row with this id, in the same way."""
        self.writes.append({"kind": "remove", "table": table, "row": row})

    def tell(self, event: str, **facts: Any) -> None:
        """Raise an event that the manifest declares: `tell("ticketed", key="OPS-1")`.

        Extensions that hear HANDLE.EVENT are told of it once this call is answered.
        """
        self.raised.append({"event": event, "facts": facts})

    def say(
        self,
        plugin: str,
        verdict: str,
        *,
        branch: str,
        sha: str,
        at: str,
        said_by: str,
        message: str = "",
        host_branch: str = "tests-passed",
    ) -> None:
        """Say of a plugin what CI says, in a handler of a webhook: `tests_failing` or `compatible`, as `says` allows.

        `at` is when CI ended, with its zone; of two, the later one counts. `said_by` names the repository.
        """
        self.said.append(
            {
                "plugin": plugin,
                "verdict": verdict,
                "branch": branch,
                "sha": sha,
                "at": at,
                "said_by": said_by,
                "message": message,
                "host_branch": host_branch,
            }
        )

    def act(self, action: str, **arguments: Any) -> None:
        """Have something done with the answer of an act: `act("ack", incident=12)`.

        It is done as the person who asks, with their power and never more, and only if this call is answered. The
        host adds what became of it to the answer.
        """
        self.acts.append({"action": action, "arguments": arguments})

    def ask(self, question: str, **arguments: Any) -> Frame:
        """The answer to a question of Pluginwatch, such as `ask("status", plugin="foo")`: a message as in REST.

        Raises:
            HostError: it is no question, or this extension may not ask it.
        """
        message: Frame = self._ask("ask", {"question": question, "arguments": arguments})
        return message

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Optional[dict[str, str]] = None,
        body: str = "",
    ) -> Response:
        """Let the host call a server that the manifest declares.

        The host puts the value of a secret in the place of `{option:NAME}` in a header or in the body.

        Raises:
            HostError: the server is not declared, may not be called, or is out of reach.
        """
        request = {"url": url, "method": method, "headers": headers or {}, "body": body}
        return Response(**self._ask("fetch", request))

    def answer(
        self,
        words: str,
        *,
        workspace: str,
        user: str,
        name: str,
        channel: str,
        channel_name: str = "",
        is_direct: bool = False,
    ) -> Frame:
        """What Pluginwatch answers to somebody who asks in a chat of one's own: a `message`, and the same in `words`.

        It is asked, and done, as by a person of the platform that bears this extension's handle. Only the handler that
        a `place` of the manifest is asked `through` may.

        Raises:
            HostError: this handler may not.
        """
        asked = {"workspace": workspace, "user": user, "name": name, "channel": channel}
        more = {"channel_name": channel_name, "is_direct": is_direct, "words": words}
        told: Frame = self._ask("answer", {**asked, **more})
        return told

    def log(self, words: str) -> None:
        """Write a line to the host's log."""
        self._wire.tell("log", {"words": words})

    def _ask(self, method: str, params: Frame) -> Any:
        answer = self._wire.ask(method, params)
        if "error" in answer:
            raise HostError(answer["error"]["message"])
        return answer["result"]
