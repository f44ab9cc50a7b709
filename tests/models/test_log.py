"""The log: JSON where nobody watches, libraries in the same stream, and no secrets."""

import json
import os
import pty
import subprocess
import sys
import textwrap

_PROGRAM = """
    import logging, structlog
    from models import log
    log.configure("INFO")
    words = "pw_site_01 pw_robot_01"
    structlog.get_logger("here").info("began", api_key="abc", words=words, nested={"token": "t", "n": [1]})
    structlog.get_logger("here").debug("unheard")
    logging.getLogger("uvicorn.error").warning("from %s", "a library")
    logging.getLogger("uvicorn.access").info("GET /")
    logging.getLogger("of its own").setLevel("DEBUG")
    logging.getLogger("of its own").debug("more than LOG_LEVEL asks for")
    try:
        raise ValueError("postgresql://u:hunter2@h/db")
    except ValueError:
        logging.getLogger("aiohttp.server").exception("broke")
"""


def test_lines_of_json() -> None:
    done = subprocess.run(_command(), capture_output=True, text=True, check=True)
    assert done.stdout == ""
    first, second, third = (json.loads(line) for line in done.stderr.splitlines())
    assert (first["event"], first["level"], first["logger"]) == ("began", "info", "here")
    assert first["timestamp"].endswith("Z")
    assert (first["api_key"], first["words"]) == ("[redacted]", "[redacted key] [redacted key]")
    assert first["nested"] == {"token": "[redacted]", "n": [1]}
    assert (second["event"], second["level"]) == ("from a library", "warning")
    assert "ValueError" in third["exception"]
    assert "hunter2" not in done.stderr


def test_words_at_a_terminal() -> None:
    ours, theirs = pty.openpty()
    subprocess.run(_command(), stderr=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "began" in shown
    assert '"event"' not in shown
    assert "hunter2" not in shown
    assert "pw_site_" not in shown


def test_words_for_whoever_started_us_at_a_terminal() -> None:
    environment = os.environ | {"LOG_AT_TERMINAL": "1"}
    done = subprocess.run(_command(), capture_output=True, text=True, check=True, env=environment)
    assert "began" in done.stderr
    assert '"event"' not in done.stderr
    assert "hunter2" not in done.stderr


def _command() -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(_PROGRAM)]
