"""A stand-in of a Discourse site's API: topics, posts, and whether a topic is closed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.servers.serving import Reply, serving_json

Json = dict[str, Any]


@dataclass
class DiscourseSite:
    """`troubles` are answered first, one a request that changes something; `fails_after` once it was done."""

    port: int = 0
    topics: list[Json] = field(default_factory=list)
    troubles: list[Reply] = field(default_factory=list)
    fails_after: int = 0
    asked: list[tuple[str, str, Json]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, verb: str, path: str, headers: Any, body: Json) -> Reply:
        self.asked.append((verb, path, body))
        if headers.get("Api-Key") != "site-key" or headers.get("Api-Username") != "system":
            return 403, {}, {"errors": ["You are not permitted to view the requested resource."]}
        if verb != "GET" and self.troubles:
            return self.troubles.pop(0)
        done = self._do(verb, urlsplit(path).path, body)
        if verb == "POST" and self.fails_after:
            self.fails_after -= 1
            return 502, {}, {}
        return done

    def _do(self, verb: str, path: str, body: Json) -> Reply:
        if (verb, path) == ("POST", "/posts.json"):
            return self._reply(body) if "topic_id" in body else self._open(body)
        if found := re.fullmatch(r"/t/external_id/([\w-]+)\.json", path):
            known = [topic for topic in self.topics if topic["external_id"] == found[1]]
            return (
                (301, {"Location": f"{self.url}/t/{known[0]['id']}.json"}, {})
                if known
                else (404, {}, {})
            )
        if found := re.fullmatch(r"/t/(\d+)\.json", path):
            topic = self.topics[int(found[1]) - 1]
            return 200, {}, {"id": topic["id"], "post_stream": {"posts": topic["posts"]}}
        if found := re.fullmatch(r"/t/(\d+)/status\.json", path):
            self.topics[int(found[1]) - 1][body["status"]] = body["enabled"] == "true"
            return 200, {}, {"success": "OK"}
        return 404, {}, {}

    def _open(self, body: Json) -> Reply:
        if any(topic["external_id"] == body["external_id"] for topic in self.topics):
            return 422, {}, {"errors": ["External has already been taken"]}
        if any(topic["title"] == body["title"] for topic in self.topics):
            return 422, {}, {"errors": ["Title has already been used"]}
        post = {"id": 71, "raw": body["raw"]}
        self.topics.append({**body, "id": len(self.topics) + 1, "closed": False, "posts": [post]})
        return 200, {}, {"id": 71, "topic_id": len(self.topics)}

    def _reply(self, body: Json) -> Reply:
        posts = self.topics[body["topic_id"] - 1]["posts"]
        posts.append({"id": 71 + len(posts), "raw": body["raw"]})
        return 200, {}, {"id": posts[-1]["id"], "topic_id": body["topic_id"]}


@contextmanager
def discourse_site() -> Iterator[DiscourseSite]:
    """Serve on 127.0.0.1 until the block ends."""
    state = DiscourseSite()
    with serving_json(state.answer) as port:
        state.port = port
        yield state
