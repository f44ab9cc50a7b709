"""The browser canary of one server: a smoke test, its console log and its screenshot, as it sends them."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from demo.guard import PLUGIN_BRANCH, Commits
from demo.wire import call

STEPS = (
    *("open the site", "log-in button is visible", "log in", "open /latest", "at least one topic"),
    *(
        "open the first topic",
        "at least one post",
        "user card shows",
        "write a topic",
        "open /admin",
    ),
)
_CALM = "[log] Discourse booted\n[warning] [PLUGIN discourse-field-notes] Deprecation notice: `api.addPostMenuButton`\n"


@dataclass(frozen=True, slots=True)
class Accident:
    """What goes wrong in the browser: at which step, what the step says, and what the console shows."""

    step: str
    message: str
    console: str


@dataclass
class Canary:
    """The browser canary of `server`, whose host follows a branch; `plugins` are those that it finds loaded."""

    address: str
    key: str
    server: str
    host_branch: str
    plugins: tuple[str, ...]
    commits: Commits
    _runs: int = field(default=0)

    def passes(self) -> None:
        """A run in which every step passes."""
        self._run(
            [
                {"name": name, "result": "passed", "duration_ms": 700 + 40 * len(name)}
                for name in STEPS
            ]
        )

    def fails(self, accident: Accident) -> None:
        """A run that ends at the accident's step."""
        reached = STEPS[: STEPS.index(accident.step)]
        steps = [
            {"name": name, "result": "passed", "duration_ms": 700 + 40 * len(name)}
            for name in reached
        ]
        failed = {
            "name": accident.step,
            "result": "failed",
            "duration_ms": 100_000,
            "message": accident.message,
        }
        self._run([*steps, failed], accident)

    def _run(self, steps: list[dict[str, Any]], accident: Accident | None = None) -> None:
        self._runs += 1
        path = f"/canary/runs/{self.server}-{self._runs}"
        run = self._facts(datetime.now(UTC) - timedelta(seconds=1))
        self._put(path, json.dumps({**run, "steps": []}).encode(), "application/json")
        self._put(
            f"{path}/console-log",
            (_CALM + (accident.console if accident else "")).encode(),
            "text/plain",
        )
        if accident:
            self._put(f"{path}/screenshot", _picture(accident), "image/png")
        finished = {**run, "steps": steps, "finished_at": datetime.now(UTC).isoformat()}
        self._put(path, json.dumps(finished).encode(), "application/json")

    def _facts(self, started_at: datetime) -> dict[str, Any]:
        return {
            "server": self.server,
            "host": {"branch": self.host_branch, "sha": self.commits.newest(self.host_branch)},
            "started_at": started_at.isoformat(),
            "plugins": [
                {"name": name, "branch": PLUGIN_BRANCH, "sha": self.commits.newest(name)}
                for name in self.plugins
            ],
        }

    def _put(self, path: str, body: bytes, media_type: str) -> None:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": media_type}
        call(self.address, "PUT", path, body, headers)


def _picture(accident: Accident) -> bytes:
    """What the browser showed, roughly."""
    image = Image.new("RGB", (1366, 768), "#f4f4f4")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1366, 64), fill="#08324a")
    draw.text((32, 24), "The canary's forum", fill="white")
    for row in range(6):
        draw.rectangle((160, 120 + 80 * row, 1200, 176 + 80 * row), outline="#cccccc")
    draw.rectangle((420, 300, 946, 420), fill="white", outline="#b3261e", width=3)
    draw.text((450, 330), accident.step, fill="#b3261e")
    draw.text((450, 360), accident.message[:70], fill="#333333")
    stored = BytesIO()
    image.save(stored, "PNG")
    return stored.getvalue()
