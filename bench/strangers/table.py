"""Every kind of hostile request, how many do it at once, and how long each of them rests before the next time."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from bench.strangers.kinds import bodies, connections, floods, readers, uploads
from bench.strangers.stranger import Stranger


class AttackKind(NamedTuple):
    """What is done, by how many at once, and the seconds that each rests in between."""

    attack: Callable[[Stranger], Awaitable[None]]
    at_once: int
    rest: float

    @property
    def name(self) -> str:
        """The function's name in words."""
        return self.attack.__name__.replace("_", " ")


# Paced so that the strangers take less than half of a core: it is the server that is tried, not the load generator.
KINDS = (
    AttackKind(bodies.duplicate_keys, 1, 2),
    AttackKind(bodies.empty_arrays, 2, 2),
    AttackKind(bodies.deep_nesting, 1, 2),
    AttackKind(bodies.numbers, 1, 2),
    AttackKind(bodies.escapes, 1, 2),
    AttackKind(bodies.broken_text, 1, 1),
    AttackKind(bodies.forms, 1, 1),
    AttackKind(bodies.wrong_shapes, 2, 0.2),
    AttackKind(bodies.gigabyte_declared, 2, 2),
    AttackKind(bodies.gigabyte_chunked, 20, 20),
    AttackKind(connections.half_headers, 1, 10),
    AttackKind(connections.large_heads, 1, 10),
    AttackKind(connections.slow_headers, 1, 5),
    AttackKind(connections.slow_first_byte, 1, 5),
    AttackKind(connections.dripping_bodies, 1, 5),
    AttackKind(connections.idle_connections, 1, 10),
    AttackKind(connections.long_header, 1, 10),
    AttackKind(connections.many_headers, 1, 5),
    AttackKind(connections.long_path, 1, 2),
    AttackKind(connections.garbage, 2, 0.2),
    AttackKind(connections.http_0_9, 1, 1),
    AttackKind(connections.smuggling, 1, 1),
    AttackKind(connections.pipelining, 1, 5),
    AttackKind(connections.upgrades, 1, 1),
    AttackKind(connections.never_reading, 1, 5),
    AttackKind(floods.statistics_of_a_megabyte, 4, 1),
    AttackKind(floods.invented_sites, 2, 0.2),
    AttackKind(floods.one_plugin_a_thousand_times, 2, 0.5),
    AttackKind(floods.report_a_thousand_times, 1, 5),
    AttackKind(floods.incidents, 1, 1),
    AttackKind(floods.invented_domains, 1, 0.5),
    AttackKind(floods.registrations, 1, 1),
    AttackKind(floods.wrong_keys, 4, 0.1),
    AttackKind(floods.validated_keys, 2, 0.1),
    AttackKind(floods.unknown_heartbeats, 4, 0.1),
    AttackKind(floods.heartbeat_logs, 1, 5),
    AttackKind(floods.runs_without_end, 1, 1),
    AttackKind(uploads.unsigned_deliveries, 4, 4),
    AttackKind(uploads.signed_delivery, 1, 15),
    AttackKind(uploads.odd_deliveries, 1, 0.3),
    AttackKind(uploads.uploads_that_never_begin, 1, 2),
    AttackKind(uploads.console_logs, 1, 5),
    AttackKind(uploads.pictures, 1, 5),
    AttackKind(readers.front_page, 32, 0.5),
    AttackKind(readers.front_page_filtered, 4, 0.5),
    AttackKind(readers.plugin_pages, 4, 0.5),
    AttackKind(readers.master_list, 4, 0.5),
    AttackKind(readers.one_plugin, 4, 0.5),
    AttackKind(readers.statuses, 2, 0.5),
    AttackKind(readers.artefacts, 1, 0.2),
    AttackKind(readers.operators_pages, 1, 1),
    AttackKind(readers.other_hosts, 1, 0.5),
    AttackKind(readers.odd_methods, 1, 0.2),
)
