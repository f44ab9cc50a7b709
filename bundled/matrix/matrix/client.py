"""One request to the homeserver, which the host makes; the host also fills in the token, which is never here."""

import json
from urllib.parse import quote, urlencode

from pluginwatch_kit.realm import HostError

_ROOT = "/_matrix/client/v3"
_HEADERS = {"Authorization": "Bearer {option:token}", "Content-Type": "application/json"}


def as_typed_here(words, prefix):
    """Commands as people here type them: Matrix' own programs keep what begins with a stroke for themselves."""
    return words.replace("/plugin ", f"{prefix} ")


class Homeserver:
    """The bot's account there."""

    def __init__(self, call):
        self._call = call
        self._server = call.options["server"]
        self.account = call.options["account"]

    def get(self, *path, **query):
        """What it answers to a GET."""
        return self._ask("GET", path, query, "")

    def put(self, *path, body):
        """What it answers to a PUT, which may be sent again."""
        return self._ask("PUT", path, {}, body)

    def post(self, *path, body):
        """What it answers to a POST."""
        return self._ask("POST", path, {}, body)

    def send(self, room, transaction, content):
        """Send a message; the same transaction sends it once, however often it is tried. The event's id."""
        sent = self.put("rooms", room, "send", "m.room.message", transaction, body=content)
        return sent["event_id"]

    def _ask(self, method, path, query, body):
        where = "/".join(quote(part, safe="") for part in path)
        url = f"{self._server}{_ROOT}/{where}"
        if query:
            url = f"{url}?{urlencode(query)}"
        text = json.dumps(body) if body != "" else ""
        answer = self._call.fetch(url, method=method, headers=_HEADERS, body=text)
        if answer.status == 404 and method == "GET":
            return {}
        if answer.status != 200:
            raise HostError(f"the homeserver answers with {answer.status} to {path[0]}")
        return json.loads(answer.body)
