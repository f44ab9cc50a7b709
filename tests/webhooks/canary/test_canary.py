"""What a browser canary PUTs, over HTTP: runs, their logs and their screenshots."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import select

from models.operating import keys
from models.rules.kinds import KeyKind
from models.tables import ApiKey, Artefact, CanaryRun
from tests.canaries import SERVER
from tests.models.rules.test_redact import GITHUB, SLACK
from tests.webhooks.conftest import Door
from tests.webhooks.pictures import png
from webhooks.canary.endpoints import DENIED, KEPT_LOG, MAX_LOG, MAX_RUN

AGO = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)


@pytest.fixture
def canary(door: Door) -> "Canary":
    return Canary(door, door.make_key(KeyKind.CANARY, SERVER))


class Canary:
    """A client with a canary key."""

    def __init__(self, door: Door, key: str) -> None:
        self.door = door
        self.key = key

    def put(
        self, path: str, content: bytes | Any, media_type: str = "application/json"
    ) -> httpx.Response:
        """PUT to a run; what is no bytes goes as JSON."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": media_type}
        if isinstance(content, bytes):
            return self.door.http.put(f"/canary/runs/{path}", content=content, headers=headers)
        return self.door.http.put(f"/canary/runs/{path}", json=content, headers=headers)

    def log(self, run_id: str, content: bytes) -> httpx.Response:
        return self.put(f"{run_id}/console-log", content, "text/plain; charset=utf-8")

    def screenshot(
        self, run_id: str, content: bytes, media_type: str = "image/png"
    ) -> httpx.Response:
        return self.put(f"{run_id}/screenshot", content, media_type)

    def stored(self, run_id: str) -> CanaryRun | None:
        with self.door.world.database.read() as session:
            return session.get(CanaryRun, (SERVER, run_id))

    def kept(self, run_id: str) -> bytes:
        with self.door.world.database.read() as session:
            return session.exec(select(Artefact.content).where(Artefact.run_id == run_id)).one()


def body(*, finished: bool = True, result: str = "passed", **more: Any) -> dict[str, Any]:
    """A run as a canary tells it."""
    return {
        "server": SERVER,
        "host": {"branch": "tests-passed", "sha": "c0ffee00"},
        "started_at": AGO.isoformat(),
        **({"finished_at": (AGO + timedelta(minutes=5)).isoformat()} if finished else {}),
        "steps": [{"name": "log in", "result": result, "duration_ms": 1234.5}],
        "plugins": [{"name": "Solved", "branch": "main", "sha": "a1b2c3d4"}],
        **more,
    }


def test_a_run_begins_and_ends(canary: Canary) -> None:
    answer = canary.put("r1", body(finished=False, steps=[]))
    assert (answer.status_code, answer.json()) == (200, {"run_id": "r1", "ignored": []})
    plugins = [
        {"name": "Solved", "branch": "main", "sha": "a1"},
        {"name": "Un_Known", "branch": "main", "sha": "a1"},
    ]
    answer = canary.put("r1", body(plugins=plugins))
    assert (answer.status_code, answer.json()["ignored"]) == (200, ["Un_Known"])
    assert canary.door.get("/status/solved")["status"] == "compatible"


def test_finished_twice_the_same_and_otherwise(canary: Canary) -> None:
    answers = [
        canary.put("r1", said)
        for said in (body(), body(), body(finished=False), body(result="failed"), body(steps=[]))
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 409, 409]
    assert answers[3].json() == {
        "errors": [
            "this run has finished, and with other results; PUT another run under an id of its own"
        ]
    }
    assert canary.door.get("/status/solved")["status"] == "compatible"


NONSENSE: list[tuple[dict[str, Any], str]] = [
    ({"server": None}, "server must be a text of 1 to 255"),
    ({"host": {"branch": "stable"}}, "host.sha must be a text"),
    ({"host": "stable"}, "host must be a JSON object"),
    ({"started_at": "2026-03-14T15:09:26"}, "started_at must be a time with its zone"),
    ({"started_at": 1_700_000_000}, "started_at must be a time with its zone"),
    ({"started_at": "yesterday"}, "started_at must be a time with its zone"),
    ({"started_at": "0001-01-01T00:00:00+14:00"}, "started_at must be a time with its zone"),
    ({"finished_at": "2020-01-01T00:00:00Z"}, "finished_at lies before started_at"),
    ({"finished_at": "2999-01-01T00:00:00Z"}, "finished_at lies in the future"),
    (
        {"steps": [{"name": "x", "result": "ok", "duration_ms": 1}]},
        "steps[0]: result must be passed, failed or skipped",
    ),
    (
        {"steps": [{"name": "x", "result": "passed", "duration_ms": -1}]},
        "steps[0]: duration_ms must be a number from 0",
    ),
    (
        {"steps": [{"name": "x", "result": "passed", "duration_ms": "1"}]},
        "steps[0]: duration_ms must be a number from 0",
    ),
    (
        {"steps": [{"name": " \n", "result": "passed", "duration_ms": 1}]},
        "steps[0]: name must say what is done",
    ),
    (
        {"steps": [{"name": "x", "result": "passed", "duration_ms": 1}] * 501},
        "501 steps are too many; send at most 500",
    ),
]


def test_a_run_that_makes_no_sense_is_refused_whole(
    canary: Canary, subtests: pytest.Subtests
) -> None:
    for wrong, words in NONSENSE:
        with subtests.test(words):
            answer = canary.put("r1", {**body(), **wrong})
            assert answer.status_code == 400
            (error,) = answer.json()["errors"]
            assert words in error
            assert canary.stored("r1") is None


@pytest.mark.parametrize(
    "bad",
    [
        *(None, 7, "solved", {}, {"name": "Solved"}, {"name": "///", "branch": "m", "sha": "a"}),
        {"name": "a", "branch": "a b", "sha": "a"},
        {"name": "vot\0ing", "branch": "main", "sha": "a1"},
        {"name": "voting", "branch": "ma\ud800in", "sha": "a1"},
        {"name": "SOLVED", "branch": "main", "sha": "ffff"},
    ],
)
def test_a_bad_plugin_of_the_list_is_ignored_and_named(canary: Canary, bad: Any) -> None:
    good = {"name": "Solved", "branch": "main", "sha": "a1b2c3d4"}
    answer = canary.put("r1", json.dumps(body(plugins=[good, bad])).encode())
    name = bad.get("name") if isinstance(bad, dict) else None
    shown = name.replace("\0", "\ufffd") if name else "plugins[1]"
    assert (answer.status_code, answer.json()["ignored"]) == (200, [shown])
    run = canary.stored("r1")
    assert run
    assert [plugin["handle"] for plugin in run.plugins] == ["solved"]


def test_a_step_is_cleaned_and_cut(canary: Canary) -> None:
    said = [{"a": "\0"}, "b\ud800", "m" * 1_200_000]
    steps = [
        {"name": "a\u202eb\n c" * 90, "result": "failed", "duration_ms": 1, "message": each}
        for each in said
    ]
    assert canary.put("r1", json.dumps(body(steps=steps)).encode()).status_code == 200
    run = canary.stored("r1")
    assert run
    assert [step["message"][:9] for step in run.steps] == ['{"a": "\ufffd"', "b\ufffd", "m" * 9]
    assert [(step["name"][:13], len(step["name"])) for step in run.steps] == [
        ("a<U+202E>b ca", 200)
    ] * 3


def test_two_servers_may_name_their_runs_alike(canary: Canary) -> None:
    other = Canary(canary.door, canary.door.make_key(KeyKind.CANARY, "beta.example.com"))
    assert canary.put("2026-11-27", body(finished=False)).status_code == 200
    assert (
        other.put("2026-11-27", body(server="beta.example.com", result="failed")).status_code == 200
    )
    assert [
        each.log("2026-11-27", log).status_code
        for each, log in ((canary, b"ours"), (other, b"theirs"))
    ] == [200] * 2
    assert canary.put("2026-11-27", body()).status_code == 200
    with canary.door.world.database.read() as session:
        runs = session.exec(
            select(CanaryRun.server, CanaryRun.conclusion).order_by(CanaryRun.server)
        ).all()
        logs = session.exec(
            select(Artefact.server, Artefact.content).order_by(Artefact.server)
        ).all()
    assert runs == [("beta.example.com", "failed"), (SERVER, "passed")]
    assert logs == [("beta.example.com", b"theirs"), (SERVER, b"ours")]


def test_a_new_key_of_the_server_goes_on_with_a_run(canary: Canary) -> None:
    canary.put("r1", body(finished=False))
    with canary.door.world.database.write() as session:
        which = session.exec(
            select(ApiKey.id).where(ApiKey.digest == keys.digest(canary.key))
        ).one()
        keys.revoke(session, str(which), canary.door.world.now)
    new = Canary(canary.door, canary.door.make_key(KeyKind.CANARY, SERVER))
    assert (canary.put("r1", body()).status_code, canary.log("r1", b"x").status_code) == (401, 401)
    assert (new.log("r1", b"x").status_code, new.put("r1", body()).status_code) == (200, 200)
    run = canary.stored("r1")
    assert run
    assert run.conclusion == "passed"


def test_nothing_that_was_sent_is_repeated_in_an_error(canary: Canary) -> None:
    answer = canary.put(
        "r1", body(steps=[{"name": GITHUB, "result": GITHUB, "duration_ms": GITHUB}])
    )
    assert answer.status_code == 400
    assert GITHUB not in answer.text


def test_a_key_speaks_for_its_own_server_and_its_own_runs(canary: Canary) -> None:
    canary.put("r1", body(finished=False))
    answer = canary.put("r2", body(server="beta.example.com"))
    assert (answer.status_code, SERVER in answer.json()["errors"][0]) == (403, True)
    assert canary.put("r2", body(server="Stable.Example.COM.")).status_code == 200
    other = Canary(canary.door, canary.door.make_key(KeyKind.CANARY, "beta.example.com"))
    answers = [other.put("r1", body()), other.log("r1", b"x"), other.screenshot("r1", png())]
    assert [answer.status_code for answer in answers] == [403, 404, 404]


def test_without_a_canary_key_nothing_is_stored(canary: Canary) -> None:
    http, address = canary.door.http, "/canary/runs/r1"
    user = canary.door.make_key(KeyKind.USER, "x", "x.example.com")
    for headers in (
        {},
        {"Authorization": "Bearer"},
        {"Authorization": f"Basic {canary.key}"},
        {"Authorization": f"Bearer {canary.door.site_key}"},
        {"Authorization": f"Bearer {user}"},
        {"Api-Key": canary.key},
    ):
        answer = http.put(address, json=body(), headers=headers)
        assert (answer.status_code, list(answer.json())) == (401, ["errors"])
    assert canary.stored("r1") is None


def test_a_revoked_key_is_refused_at_once(canary: Canary) -> None:
    assert canary.put("r1", body()).status_code == 200
    with canary.door.world.database.write() as session:
        which = session.exec(
            select(ApiKey.id).where(ApiKey.digest == keys.digest(canary.key))
        ).one()
        keys.revoke(session, str(which), canary.door.world.now)
    assert [canary.put("r2", body()).status_code, canary.log("r1", b"x").status_code] == [401, 401]


@pytest.mark.parametrize("run_id", ["-r1", "a b", "x" * 101, "ключ", "a%00b"])
def test_strange_run_ids(canary: Canary, run_id: str) -> None:
    answer = canary.put(run_id, body())
    assert (answer.status_code, "1 to 100 letters" in answer.json()["errors"][0]) == (400, True)


def test_limits(canary: Canary) -> None:
    assert canary.put("r1", b" " * (MAX_RUN + 1)).status_code == 413
    assert canary.put("r1", b"{").status_code == 400
    assert canary.put("r1", b"{}", "text/plain").status_code == 415
    assert canary.log("r1", b"x" * (MAX_LOG + 1)).status_code == 413
    assert canary.put("r1/console-log", b"x", "text/html").status_code == 415


def test_a_server_has_so_many_runs(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.recording.canary.bounds.MOST_RUNS", 2)
    assert [canary.put(f"r{n}", body(finished=False)).status_code for n in range(3)] == [
        200,
        200,
        429,
    ]
    assert canary.put("r1", body()).status_code == 200
    assert canary.stored("r2") is None


def test_a_key_tells_of_so_much_within_an_hour_which_is_told_once(
    canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.recording.canary.bounds.MOST_RUNS_AN_HOUR", 2)
    monkeypatch.setattr("models.recording.canary.bounds.MOST_BYTES_AN_HOUR", 1_000)
    assert [canary.put(f"r{n}", body(finished=False)).status_code for n in range(3)] == [
        200,
        200,
        429,
    ]
    assert [canary.log(f"r{n}", b"x" * 600).status_code for n in (0, 0, 1)] == [200, 200, 200]
    refused = canary.screenshot("r0", png())
    assert (
        refused.status_code,
        "within an hour 50 runs and 10 MiB" in refused.json()["errors"][0],
    ) == (429, True)
    assert canary.put("r0", body()).status_code == 200
    (told,) = [
        row.message
        for row in canary.door.world.announced()
        if row.conversation.startswith("source:")
    ]
    assert "more than 50 runs" in told
    assert "keys revoke" in told
    with canary.door.world.database.write() as session:
        long_ago = datetime.now(UTC) - timedelta(hours=2)
        for run in session.exec(select(CanaryRun)):
            run.received_at = long_ago
        for artefact in session.exec(select(Artefact)):
            artefact.stored_at = long_ago
    assert [canary.put("r2", body()).status_code, canary.screenshot("r0", png()).status_code] == [
        200,
        200,
    ]


def test_what_is_left_behind_belongs_to_a_run(canary: Canary) -> None:
    for answer in (canary.log("r1", b"x"), canary.screenshot("r1", png())):
        assert (answer.status_code, answer.json()["errors"]) == (
            404,
            ["there is no such run; PUT the run first, with its started_at"],
        )


HOSTILE = (
    (
        f"[log] token {GITHUB}\n[log] slack {SLACK}\nSet-Cookie: _t=abcdef; path=/\n"
        "\x1b[31;1mred\x1b[0m \x1b]0;title\x07\x9b2K\x00\x08end\r\n"
        "evil \u202egnp.exe <script>alert(1)</script> \xff"
    )
    .encode("latin-1", "namereplace")
    .replace(b"\\N{RIGHT-TO-LEFT OVERRIDE}", "\u202e".encode())
)


def test_a_log_is_kept_readable_and_without_secrets(canary: Canary) -> None:
    canary.put("r1", body(finished=False))
    assert canary.log("r1", HOSTILE).status_code == 200
    assert canary.kept("r1").decode() == (
        "[log] token [redacted GitHub token]\n[log] slack [redacted Slack token]\nSet-Cookie: [redacted header]\n"
        "red \ufffd2Kend\nevil <U+202E>gnp.exe <script>alert(1)</script> \ufffd"
    )
    assert canary.log("r1", b"again").status_code == 200
    assert canary.kept("r1") == b"again"


def test_a_huge_log_keeps_its_two_ends(canary: Canary) -> None:
    canary.put("r1", body(finished=False))
    lines = b"".join(b"[log] line %07d of the browser\n" % n for n in range(400_000))
    assert canary.log("r1", lines).status_code == 200
    kept = canary.kept("r1").decode()
    assert KEPT_LOG - 1_000 < len(kept) <= KEPT_LOG
    assert kept.startswith("[log] line 0000000 of")
    assert kept.endswith("[log] line 0399999 of the browser\n")
    assert f"\n[… {len(lines) - kept_of(kept):,} bytes left out …]\n" in kept


def kept_of(kept: str) -> int:
    """How many bytes of the log itself were kept."""
    head, _, rest = kept.partition("\n[… ")
    return len(head) + len(rest.partition("…]\n")[2])


def test_a_failed_run_becomes_an_incident(canary: Canary) -> None:
    canary.put("r1", body(finished=False))
    canary.log(
        "r1",
        b"Error: Could not find module `x` imported from `discourse/plugins/solved/discourse/y`",
    )
    steps = [
        {
            "name": "log in",
            "result": "failed",
            "duration_ms": 1,
            "message": f"\x1b[31mno button {GITHUB}\x1b[0m",
        }
    ]
    assert canary.put("r1", body(steps=steps)).status_code == 200
    assert canary.door.get("/status/solved")["status"] == "smoke_failing"
    (incident,) = canary.door.world.incidents()
    assert incident.message
    assert incident.message.startswith(
        "log in: no button [redacted GitHub token]\nError: Could not find module"
    )


def test_the_doors_are_described(door: Door) -> None:
    described = door.http.get("/openapi.json").json()["paths"]
    assert set(described["/canary/runs/{run_id}"]) == {"put"}
    assert {str(status) for status, _ in DENIED.values()} <= set(
        described["/canary/runs/{run_id}"]["put"]["responses"]
    )
    assert set(described["/canary/runs/{run_id}/console-log"]) == {"put", "get"}
    assert set(described["/canary/runs/{run_id}/screenshot"]) == {"put", "get"}


def test_uploads_are_counted(canary: Canary) -> None:
    canary.put("r1", body())
    canary.screenshot("r1", png())
    counted = canary.door.http.get("/metrics").text
    assert 'pluginwatch_canary_uploads_total{what="run"}' in counted
    assert 'pluginwatch_canary_uploads_total{what="screenshot"}' in counted
