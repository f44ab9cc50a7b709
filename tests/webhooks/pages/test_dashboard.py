"""The dashboard for Grafana: whole JSON, of metrics that there are, with expressions that Prometheus reads."""

import json
import re
import shutil
import subprocess
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.webhooks.conftest import ON_ONE, Door, line, report

DASHBOARD = Path(__file__).parents[3] / "deploy" / "grafana" / "pluginwatch.json"
# What Grafana puts in place of its variables.
VARIABLES = {"$job": "pluginwatch", "$__rate_interval": "5m"}


def _panels() -> list[dict[str, Any]]:
    return list(json.loads(DASHBOARD.read_text("utf-8"))["panels"])


def _queries() -> list[str]:
    found = [
        target["expr"] for target in chain.from_iterable(panel["targets"] for panel in _panels())
    ]
    for name, value in VARIABLES.items():
        found = [each.replace(name, value) for each in found]
    return found


@ON_ONE
def test_each_query_goes_by_metrics_that_there_are(door: Door) -> None:
    door.post("/status", report(line("solved")))
    text = door.http.get("/metrics").text
    known = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))
    known |= {
        f"{name}_bucket" for name in re.findall(r"^# TYPE (\w+) histogram", text, re.MULTILINE)
    }
    named = set(re.findall(r"pluginwatch_\w+", " ".join(_queries())))
    assert len(named) > 15
    assert named <= known
    own = {name for name in known if name.startswith("pluginwatch_")}
    shown = {name.removesuffix("_bucket") for name in named}
    untold = {name for name in own if not name.endswith(("_created", "_bucket"))} - shown
    assert untold == {"pluginwatch_canary_uploads_total", "pluginwatch_build_info"}


def test_no_two_panels_share_a_place_or_a_number() -> None:
    panels = _panels()
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(x, at["y"]) for x in range(at["x"], at["x"] + at["w"])}
        assert max(x for x, _ in cells) < 24
        assert not cells & taken
        taken |= cells


def test_prometheus_reads_each_query(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed (Debian: prometheus), so no query is read")
    rules = [{"record": f"query:{place}", "expr": query} for place, query in enumerate(_queries())]
    read = tmp_path / "rules.yml"
    read.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}), "utf-8")
    subprocess.run([promtool, "check", "rules", "--lint=none", str(read)], check=True, timeout=60)
