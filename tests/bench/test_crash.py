"""The real processes, killed at random moments: nothing that was acknowledged is lost, and every alert arrives once."""

from collections.abc import Callable

import pytest

from bench.crash import crash
from bench.stage import stages


@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
def test_nothing_acknowledged_is_lost_when_processes_are_killed(
    name: str, record_property: Callable[[str, str], None]
) -> None:
    record_property("database", name)
    with stages() as backends:
        backend = next(backend for backend in backends if backend.name == name)
        told, found = crash(backend, kills=2, seed=20_260_314)
    kinds = (
        (told.reports, found.reports),
        (told.deliveries, found.deliveries),
        (told.runs, found.runs),
    )
    for sent, stored in kinds:
        assert sent.acknowledged
        assert sent.acknowledged <= stored
    assert told.broken
    assert told.broken <= found.incidents
    assert set(found.cards) == found.incidents
    assert max(found.cards.values()) == 1
    assert found.unsent == 0
