"""The alert rules for Prometheus: they go by metrics that there are, and each is tried by promtool where that is."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.webhooks.conftest import Door

RULES = Path(__file__).parents[3] / "deploy" / "prometheus"


def test_they_go_by_metrics_that_there_are(door: Door) -> None:
    known = set(re.findall(r"^# TYPE (\w+)", door.http.get("/metrics").text, re.MULTILINE))
    named = set(re.findall(r"pluginwatch_\w+", (RULES / "alerts.yml").read_text("utf-8")))
    assert len(named) == 9
    assert named <= known


def test_each_alert_is_tried() -> None:
    alerts = set(re.findall(r"alert: (\w+)", (RULES / "alerts.yml").read_text("utf-8")))
    tried = set(re.findall(r"alertname: (\w+)\n", (RULES / "alerts_test.yml").read_text("utf-8")))
    assert alerts == tried
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed (Debian: prometheus), so the rules are not run")
    run = [promtool, "test", "rules", str(RULES / "alerts_test.yml")]
    subprocess.run(run, check=True, timeout=60)
