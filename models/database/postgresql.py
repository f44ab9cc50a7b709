"""PostgreSQL's connections: whatever happens to the server or the network, nobody waits for ever.

A server that hangs, or a network that drops everything, sends no error. The kernel notices a dead
network, and the deadline of each answer notices the rest.
"""

import threading
from collections.abc import Callable
from typing import Any

import sqlalchemy
from sqlalchemy import event

from models.complaint import Complaint

_CONNECT_SECONDS = 5
# A server ends what takes longer by itself; only one that does not answer at all is given up here,
# a little later.
GRACE_SECONDS = 3.0
# A transaction in which nothing happens belongs to a process that stands still; its locks would
# stop all others.
_IDLE_SECONDS = 60
# libpq's names: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
_WAY = {
    "connect_timeout": _CONNECT_SECONDS,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
# Compiling our statements costs more than running them.
_OPTIONS = "-c lock_timeout=10s -c timezone=UTC -c jit=off"
# What is written is found by keys: planning it again for other values costs more than running it.
# What is asked differs too much in its values for that.
_PLANNED_ONCE = " -c plan_cache_mode=force_generic_plan"
LISTEN_SECONDS = 10.0
_POOL_SECONDS = 10


def engine(url: sqlalchemy.URL, seconds: float, grace: float, *, writes: bool) -> sqlalchemy.Engine:
    """Connections on which no statement takes longer than so many seconds, and no answer longer than `grace` more.

    Writers ask only after a rest whether their connection still lives: each of them tries again if it
    does not. It is kept as long as it does, for a new one plans all anew, which takes 30 ms before a breakage.
    """
    # Its library takes some megabytes, so that only who uses it imports it.
    from models.database.patient_connection import PatientConnection  # noqa: PLC0415 - see above

    made = sqlalchemy.create_engine(
        url,
        pool_pre_ping=not writes,
        pool_timeout=_POOL_SECONDS,
        # The connection that was used last has planned what is asked for most.
        pool_use_lifo=True,
        connect_args=_arguments(url, _OPTIONS + _PLANNED_ONCE if writes else _OPTIONS),
    )

    def connect(
        _dialect: Any, _record: Any, words: list[Any], named: dict[str, Any]
    ) -> PatientConnection:
        limits = f"-c statement_timeout={seconds:.0f}s -c idle_in_transaction_session_timeout={_IDLE_SECONDS}s"
        connection = PatientConnection.connect(
            *words, **{**named, "options": f"{named['options']} {limits}"}
        )
        connection.patience = seconds + grace
        return connection

    def wake(connection: Any, _record: Any, _proxy: Any) -> None:
        try:
            connection.wake()
        except made.dialect.loaded_dbapi.Error as error:
            raise sqlalchemy.exc.DisconnectionError from error  # the pool makes another one

    event.listen(made, "do_connect", connect)
    event.listen(made, "checkout", wake)
    return made


def _arguments(url: sqlalchemy.URL, options: str) -> dict[str, Any]:
    """The arguments that the URL does not set itself."""
    return {
        name: value for name, value in {**_WAY, "options": options}.items() if name not in url.query
    }


def keeps_its_settings(connection: sqlalchemy.Connection) -> bool:
    """Whether the server is told the time limits that a connection is set up with: poolers may drop them."""
    told = connection.exec_driver_sql("SELECT current_setting('statement_timeout')").scalar_one()
    return bool(told != "0")


def be_patient(connection: sqlalchemy.Connection, seconds: float) -> None:
    """Let this transaction's statements take so many seconds. The connection is closed with it."""
    connection.detach()
    driver = connection.connection.dbapi_connection
    assert driver  # noqa: S101 - it is open
    driver.patience = seconds + GRACE_SECONDS
    connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{seconds:.0f}s'")
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")


def watch(
    url: sqlalchemy.URL,
    channel: str,
    changed: Callable[[], None],
    stop: threading.Event,
    seconds: float = LISTEN_SECONDS,
) -> None:
    """Call `changed` at each notification, until `stop` is set.

    A server that is away is asked again.

    After so many seconds without a notification the server is asked whether it is still there.
    """
    from models.database.patient_connection import listen  # noqa: PLC0415 - as above

    complaint = Complaint("not_woken")
    way = {name: str(value) for name, value in _WAY.items() if name not in url.query}
    dsn = (
        url.set(drivername="postgresql")
        .update_query_dict(way)
        .render_as_string(hide_password=False)
    )

    def woken() -> None:
        complaint.over()
        changed()

    while not stop.is_set():
        try:
            listen(dsn, channel, woken, stop, seconds)
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever waits to be woken must not wait for ever
            complaint.tell(error)
            stop.wait(1)
