"""`python -m pluginwatch_kit.guard list|release|hold`: what Guards know, and what an operator decides."""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

from pluginwatch_kit.guard.folders import folder_of_all
from pluginwatch_kit.guard.spool import Spool
from pluginwatch_kit.guard.standing import HELD, QUARANTINED, Record, StandingFile

_NOT_LOADED = {QUARANTINED, HELD}


def main(arguments: Optional[list[str]] = None) -> int:
    """Do what the command line asks for; returns the exit code."""
    asked = _parser().parse_args(arguments)
    hosts = list(_hosts(asked.folder, asked.host))
    if not hosts:
        where = f" of {asked.host}" if asked.host else ""
        print(f"No Guard{where} has kept anything in {asked.folder} yet.", file=sys.stderr)
        return 1
    if asked.command == "list":
        for host in hosts:
            _list(host, asked.backtraces)
        return 0
    return _decide(hosts, asked.command, asked.name, getattr(asked, "because", ""))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pluginwatch_kit.guard", description="The plugins that Guards know."
    )
    parser.add_argument("--folder", type=Path, default=folder_of_all(), help="where Guards keep it")
    parser.add_argument("--host", default="", help="only this application's")
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="all plugins, and why some are not loaded")
    listing.add_argument("--backtraces", action="store_true", help="with their backtraces")
    release = commands.add_parser("release", help="load it at the next start again")
    hold = commands.add_parser("hold", help="do not load it, whatever its version")
    for command in (release, hold):
        command.add_argument("name", help="an entry point or a distribution, as `list` names it")
    hold.add_argument("--because", default="", help="why, for whoever asks later")
    return parser


def _hosts(folder: Path, host: str) -> Iterator[Path]:
    for path in sorted(folder.glob("*/standing.json")):
        if host in {"", path.parent.name}:
            yield path.parent


def _list(folder: Path, backtraces: bool) -> None:
    print(f"{folder.name}:")
    _list_reports(folder)
    for record in StandingFile(folder).read().values():
        since = time.strftime("%Y-%m-%d %H:%M", time.localtime(record["at"]))
        print(f"  {record['state']:<12}{record['name']} {record['sha']} ({record['entry']})")
        if record.get("message"):
            print(f"      since {since}: {record['message']}")
        if backtraces and record.get("backtrace"):
            print("\n".join(f"      {line}" for line in record["backtrace"].splitlines()))


def _list_reports(folder: Path) -> None:
    spool = Spool(folder)
    count, problem = len(spool.waiting()), spool.progress().get("problem")
    if count or problem:
        print(f"  reports that wait: {count}" + (f"; {problem}" if problem else ""))


def _decide(hosts: list[Path], command: str, name: str, why: str) -> int:
    count = 0
    for host in hosts:
        with StandingFile(host).changing() as records:
            for key in [key for key, record in records.items() if _is(record, name)]:
                count += _decided(records, key, command, why)
    if count:
        print({"release": "It will be loaded at the next start.", "hold": "It is held."}[command])
        return 0
    wanted = (
        "a plugin that is not loaded" if command == "release" else "a plugin that was loaded once"
    )
    print(f"{name} is not the name of {wanted}; `list` shows them.", file=sys.stderr)
    return 1


def _decided(records: dict[str, Record], key: str, command: str, why: str) -> int:
    if command == "hold":
        told = {"state": HELD, "at": time.time(), "message": why, "backtrace": ""}
        records[key].update(told)
        return 1
    if records[key]["state"] not in _NOT_LOADED:
        return 0
    del records[key]
    return 1


def _is(record: Record, name: str) -> bool:
    return name in {record["entry"], record["name"]}


if __name__ == "__main__":
    sys.exit(main())
