"""Sends hostile requests, and keeps what was answered: a 5xx, or no answer, is a failure of ours."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import httpx

from bench.hostile.endpoints import DescribedEndpoint
from bench.hostile.requests import HostileRequest, Keys, hostile_request

_NONE = "no answer: "
_FAILED = ("5", _NONE)
# It waits for a process that reads repositories, and there is none.
_WAITS = "/retrieve"
_MOST_WAITS = 60


@dataclass
class Answers:
    """Requests by the status of their answer, or by the error there was instead; and those that failed."""

    by_status: Counter[str] = field(default_factory=Counter)
    failed: list[tuple[str, HostileRequest]] = field(default_factory=list)


def try_all(
    http: httpx.Client, all_: Iterable[DescribedEndpoint], keys: Keys, examples: int, seed: int
) -> Answers:
    """Try each endpoint so many times."""
    answers = Answers()
    for endpoint in all_:
        rng = random.Random(f"{seed} {endpoint.method} {endpoint.path}")
        most = min(examples, _MOST_WAITS) if _WAITS in endpoint.path else examples
        for _ in range(most):
            tried = hostile_request(endpoint, keys, rng)
            if answer := _answer(http, tried):
                answers.by_status[answer] += 1
                if answer.startswith(_FAILED):
                    answers.failed.append((answer, tried))
    return answers


def _answer(http: httpx.Client, tried: HostileRequest) -> str | None:
    """The status, or what there was instead; None of what could not be sent."""
    headers = [(name.encode(), value.encode()) for name, value in tried.headers.items()]
    try:
        url = httpx.URL(tried.url)
    except httpx.InvalidURL:  # it is longer than the library allows
        return None
    sent = http.build_request(tried.method, url, headers=headers, content=tried.body)
    try:
        return str(http.send(sent).status_code)
    except httpx.HTTPError as error:
        return f"{_NONE}{type(error).__name__}"
