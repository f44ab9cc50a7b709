"""Every endpoint of the web process, tried with hostile requests: `python -m bench.hostile [sqlite|postgresql] [300]`.

The number is of requests an endpoint. It ends with 1 if one was answered with a 5xx or not at all, or if the process
logged an error. Whatever it finds it finds again, as the requests are made from a seed.
"""

import json
import sys
import time
from collections import Counter
from contextlib import closing
from tempfile import TemporaryFile

import httpx
from rich.console import Console
from rich.markup import escape

from bench.deliveries import SECRET
from bench.hostile.endpoints import endpoints
from bench.hostile.scene import breakages, keys_of_all_kinds
from bench.hostile.trying import Answers, try_all
from bench.stage import Backend, number_and_databases, stages, started
from models.database.engine import Database
from webhooks.app import create_app

_EXAMPLES = 300
_SEED = 9
_SHOWN = 20
_LONGEST = 300
_SECONDS = 30.0


def tried(backend: Backend, examples: int) -> tuple[Answers, Counter[str]]:
    """What a web process without limits a minute answered, and what errors it logged, by their names."""
    stage = backend.fresh()
    with closing(Database(stage.url)) as database:
        held = keys_of_all_kinds(database, stage)
        all_ = endpoints(create_app(database))
    settings = {"GITHUB_WEBHOOK_SECRET": SECRET}
    with TemporaryFile() as log:
        with (
            started("bench.hostile.unlimited", stage, settings, log) as (port, _),
            httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_SECONDS) as http,
        ):
            http.post("/plugin-manager/status", json=breakages(), headers=held["site key"][0])
            answers = try_all(http, all_, held, examples, _SEED)
        log.seek(0)
        return answers, Counter(map(_event, log))


def _event(line: bytes) -> str:
    try:
        return str(json.loads(line)["event"])
    except (ValueError, LookupError, TypeError):
        return line.decode(errors="replace")[:_LONGEST].strip()


def _print(console: Console, name: str, answers: Answers, logged: Counter[str]) -> None:
    counted = ", ".join(
        f"{status} × {number:,}" for status, number in answers.by_status.most_common()
    )
    console.print(f"{name}: {answers.by_status.total():,} requests: {counted}")
    for status, each in answers.failed[:_SHOWN]:
        console.print(f"  {status}: {each.method} {escape(each.url[:_LONGEST])}")
        console.print(escape(f"    {each.headers} {(each.body or b'')[:_LONGEST]!r}"))
    for event, number in logged.most_common():
        console.print(f"  logged {number} times: {escape(event)}")


def main(words: list[str]) -> int:
    """Try each database that the words name."""
    examples, names = number_and_databases(words, _EXAMPLES)
    console, failed = Console(soft_wrap=True), False
    with stages() as backends:
        for backend in backends:
            if backend.name in names:
                begun = time.monotonic()
                answers, logged = tried(backend, examples)
                _print(console, backend.name, answers, logged)
                console.print(f"  in {time.monotonic() - begun:.0f} s")
                failed = failed or bool(answers.failed or logged)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
