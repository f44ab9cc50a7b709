"""What a rush took is given back while the web process serves."""

import threading

from tests.webhooks.conftest import ON_ONE, Door


@ON_ONE
def test_memory_is_given_back_for_as_long_as_the_application_serves(door: Door) -> None:
    assert door.http.get("/healthz").status_code == 200
    assert "giving back" in {thread.name for thread in threading.enumerate()}
