"""What stands around the processes: services that misbehave as they are told, a receiver that is well, and a clock."""

import multiprocessing
import os
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from multiprocessing.connection import Connection
from pathlib import Path

from sqlmodel import col, select, update

from bench.stage import PLUGINS, Stage
from models.database.engine import Database
from models.outbox.places import destination
from models.outbox.ways_out import WEBHOOK
from models.rules.places import Place
from models.tables import Plugin, Subscription
from tests.servers import odd
from tests.servers.odd import odd_server
from tests.servers.serving import Silent, serving

RECEIVERS = 24
SERVICES = ("slack", "discord", "github", "discourse", "receivers")
_OVER_SMTP = {
    odd.ANSWERS: odd.SMTP_ANSWERS,
    odd.HANG: odd.SMTP_HANG,
    odd.DRIP: odd.SMTP_DRIP,
    odd.FLOOD: odd.SMTP_FLOOD,
}
_ASKED_TO_WAIT = 60
_SECRET = "0123456789abcdef0123456789abcdef"


@dataclass
class Outside:
    """The services, and when the receiver that is well heard of what."""

    urls: dict[str, str]
    mail_port: int
    told: Connection
    well_port: int = 0
    heard: list[tuple[bytes, float]] = field(default_factory=list)

    def misbehave(self, mode: str) -> None:
        """Let each of them do so from now on; what hangs goes on hanging."""
        # Until then nothing may be sent, so it must be over when all is well again for long.
        until = datetime.now(UTC) + timedelta(seconds=_ASKED_TO_WAIT)
        self.told.send((mode, format_datetime(until, usegmt=True)))
        self.told.recv()  # it does so now

    def settings(self) -> dict[str, object]:
        """Where the processes find them."""
        at = self.urls
        return {
            "SLACK_BOT_TOKEN": "xoxb-a",
            "SLACK_APP_TOKEN": "xapp-a",
            "SLACK_API_URL": at["slack"],
            "DISCORD_TOKEN": "a-token",
            "DISCORD_API_URL": at["discord"],
            "DISCORD_GATEWAY_URL": "ws://127.0.0.1:9/",
            "GITHUB_API_URL": at["github"],
            "GITHUB_TOKEN": "a-token",
            "DISCOURSE_URL": at["discourse"],
            "DISCOURSE_API_KEY": "a-key",
            "SMTP_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "SMTP_FROM": "pluginwatch@example.com",
            "WEBHOOK_SIGNING_SECRET": _SECRET,
            "LINK_SIGNING_KEY": _SECRET,
            "WEBHOOK_PRIVATE_HOSTS": "127.0.0.1",
        }


@contextmanager
def outside() -> Iterator[Outside]:
    """Serve until the block ends, what misbehaves in a process of its own: what floods must not delay who measures."""
    ours, theirs = multiprocessing.Pipe()
    services = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,))
    services.start()
    urls, mail_port = ours.recv()
    found = Outside(urls, mail_port, ours)

    class Well(Silent, BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.heard.append((body, time.perf_counter()))
            self.send_response(204)
            self.end_headers()

    try:
        with serving(Well) as found.well_port:
            yield found
    finally:
        ours.send(None)
        services.join()


def _serve(told: Connection) -> None:
    """Tell where the services are, and let them misbehave as is said, until nothing is."""
    # In the field they have machines of their own; here they get what is left of this one.
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    with ExitStack() as stack:
        services = {name: stack.enter_context(odd_server(odd.ANSWERS)) for name in SERVICES}
        for service in services.values():
            service.location = "http://169.254.169.254/latest/meta-data/"
        mail = stack.enter_context(odd_server(odd.SMTP_ANSWERS))
        told.send(({name: service.url for name, service in services.items()}, mail.port))
        while said := told.recv():
            mode, retry_after = said
            for service in services.values():
                service.mode, service.retry_after = mode, retry_after
            mail.mode = _OVER_SMTP.get(mode, odd.LIE)
            told.send(mode)


def follow(stage: Stage, around: Outside) -> None:
    """Let the receivers, a channel of each platform, contacts and GitHub hear of what breaks."""
    now = datetime.now(UTC)
    with closing(Database(stage.url)) as database, database.write() as session:
        first = session.exec(select(Plugin.id).where(Plugin.handle == PLUGINS[0])).one()
        places = [
            Place(WEBHOOK, f"{around.urls['receivers']}/{n}", f"receiver {n}")
            for n in range(RECEIVERS)
        ]
        places.append(Place(WEBHOOK, f"http://127.0.0.1:{around.well_port}/", "well"))
        for place in places:
            session.add(Subscription(destination_id=destination(session, place).id or 0))
        for place in (Place("slack", "C1", "ops"), Place("discord", "10", "ops")):
            session.add(
                Subscription(destination_id=destination(session, place).id or 0, plugin_id=first)
            )
        session.exec(
            update(Plugin)
            .where(col(Plugin.handle) == PLUGINS[1])
            .values(contact_emails="ada@example.org")
        )
        session.exec(
            update(Plugin)
            .where(col(Plugin.handle) == PLUGINS[2])
            .values(files_issues=True, updated_at=now)
        )


class SetClock:
    """The clock of the processes, which a small library sets that is built here; without a C compiler nothing does."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self._file.write_bytes(bytes(8))
        library, compiler = folder / "clock.so", shutil.which("cc")
        self.is_there = compiler is not None
        self.environment: dict[str, object] = {}
        if compiler:
            source = Path(__file__).with_name("clock.c")
            subprocess.run(
                [compiler, "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], check=True
            )
            self.environment = {"LD_PRELOAD": library, "PLUGINWATCH_CLOCK": self._file}

    def set(self, seconds: int) -> None:
        """Let it be so far ahead of the real one, at once and in every process."""
        with self._file.open("r+b") as file:
            file.write(struct.pack("q", seconds))
