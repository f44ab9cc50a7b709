"""Every kind of hostile request, how many do it at once, and how long each of them rests before the next time."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from bench.strangers.kinds import bodies, connections, floods, readers, uploads
from bench.strangers.stranger import Stranger


class Kind(NamedTuple):
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
    Kind(bodies.duplicate_keys, 1, 2),
    Kind(bodies.empty_arrays, 2, 2),
    Kind(bodies.deep_nesting, 1, 2),
    Kind(bodies.numbers, 1, 2),
    Kind(bodies.escapes, 1, 2),
    Kind(bodies.broken_text, 1, 1),
    Kind(bodies.forms, 1, 1),
    Kind(bodies.wrong_shapes, 2, 0.2),
    Kind(bodies.gigabyte_declared, 2, 2),
    Kind(bodies.gigabyte_chunked, 20, 20),
    Kind(connections.half_headers, 1, 10),
    Kind(connections.slow_headers, 1, 5),
    Kind(connections.slow_first_byte, 1, 5),
    Kind(connections.dripping_bodies, 1, 5),
    Kind(connections.idle_connections, 1, 10),
    Kind(connections.long_header, 1, 10),
    Kind(connections.many_headers, 1, 5),
    Kind(connections.long_path, 1, 2),
    Kind(connections.garbage, 2, 0.2),
    Kind(connections.http_0_9, 1, 1),
    Kind(connections.smuggling, 1, 1),
    Kind(connections.pipelining, 1, 5),
    Kind(connections.upgrades, 1, 1),
    Kind(connections.never_reading, 1, 5),
    Kind(floods.statistics_of_a_megabyte, 4, 1),
    Kind(floods.invented_sites, 2, 0.2),
    Kind(floods.one_plugin_a_thousand_times, 2, 0.5),
    Kind(floods.report_a_thousand_times, 1, 5),
    Kind(floods.incidents, 1, 1),
    Kind(floods.invented_domains, 1, 0.5),
    Kind(floods.registrations, 1, 1),
    Kind(floods.wrong_keys, 4, 0.1),
    Kind(floods.validated_keys, 2, 0.1),
    Kind(floods.unknown_heartbeats, 4, 0.1),
    Kind(floods.heartbeat_logs, 1, 5),
    Kind(floods.runs_without_end, 1, 1),
    Kind(uploads.unsigned_deliveries, 4, 4),
    Kind(uploads.signed_delivery, 1, 15),
    Kind(uploads.odd_deliveries, 1, 0.3),
    Kind(uploads.uploads_that_never_begin, 1, 2),
    Kind(uploads.console_logs, 1, 5),
    Kind(uploads.pictures, 1, 5),
    Kind(readers.front_page, 32, 0.5),
    Kind(readers.front_page_filtered, 4, 0.5),
    Kind(readers.plugin_pages, 4, 0.5),
    Kind(readers.master_list, 4, 0.5),
    Kind(readers.one_plugin, 4, 0.5),
    Kind(readers.statuses, 2, 0.5),
    Kind(readers.artefacts, 1, 0.2),
    Kind(readers.operators_pages, 1, 1),
    Kind(readers.other_hosts, 1, 0.5),
    Kind(readers.odd_methods, 1, 0.2),
)
