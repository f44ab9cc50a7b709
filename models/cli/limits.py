"""`plugins limits`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from models.cli.showing import print_table
from models.cli.terminal import counted, opened_database
from models.metadata.compatibility import Pin
from models.queries.plugins import plugin_lines
from models.queries.registry import all_declarations
from models.registry.limits import DECLARED, HostLimit, PluginLimits, limits_of
from models.rules.privacy import EVERYTHING
from models.views.registry import DeclarationView

_HEADER = (
    *("Handle", "Status", "Needs host", "Tested with", "Breaks on host", "Needs runtime"),
    *("Requires", "Can use", "Conflicts", "Pins"),
)


def limits(
    filter_: Annotated[
        str, typer.Argument(metavar="[FILTER]", help="A part of a name, or a tag")
    ] = "",
) -> None:
    """What each plugin's header, its .discourse-compatibility, and people say of its limits.

    Plugins of which nothing is said are only counted.
    """
    with opened_database(reads_only=True) as database, database.read() as session:
        lines = plugin_lines(session, datetime.now(UTC), filter_, allowed=EVERYTHING)
        declared = all_declarations(session)
    found = sorted((limits_of(line, declared) for line in lines), key=lambda each: each.handle)
    rows = [(each.handle, *_cells(each)) for each in found if any(_cells(each))]
    if rows:
        columns = [column for column in zip(_HEADER, *rows, strict=True) if any(column[1:])]
        header, *said = zip(*columns, strict=True)
        print_table(header, said)
    typer.echo(_summary(found, len(rows), declared))
    for each in found:
        for problem in each.problems:
            typer.echo(f"{each.handle}: {problem}")


def _cells(found: PluginLimits) -> tuple[str, ...]:
    return (
        "; ".join(map(_status, found.statuses)),
        "; ".join(_host(each) for each in found.host if not each.breaks),
        "; ".join(map(_host, found.tested)),
        "; ".join(_host(each) for each in found.host if each.breaks),
        "; ".join(map(_host, found.runtime)),
        "; ".join(map(_other, found.requires)),
        "; ".join(map(_other, found.optional)),
        "; ".join(map(_other, found.conflicts)),
        _pins(found.pins.pins),
    )


def _pins(pins: Sequence[Pin]) -> str:
    if not pins:
        return ""
    relation = "before" if pins[-1].below else "up to"
    return f"{len(pins)}, the newest for hosts {relation} {pins[-1].version}"


def _status(declared: DeclarationView) -> str:
    return _of(f"{declared.standing}", declared.of)


def _host(limit: HostLimit) -> str:
    return _of(limit.range, limit.of)


def _other(declared: DeclarationView) -> str:
    return _of(f"{declared.other} {declared.versions}".strip(), declared.of)


def _of(words: str, own: str) -> str:
    return f"{words} (its {own})" if own else words


def _summary(
    found: Sequence[PluginLimits], limited: int, declared: Sequence[DeclarationView]
) -> str:
    in_header = [each for each in found if any(one.source != DECLARED for one in each.host)]
    pinning = [each for each in found if each.pins.pins]
    by_people = {each.handle for each in found} & {each.handle for each in declared}
    return (
        f"Limits are known of {limited:,} of {counted(len(found), 'plugin')}: "
        f"{len(in_header):,} say in plugin.rb which host they need, {len(pinning):,} pin commits "
        f"for older hosts, and of {len(by_people):,} somebody declared something."
    )
