"""Looks for the files that prove domains, for sites whose admins ask for a key.

The host's own people name the address, so each is called as receivers of webhooks are: only on the internet, at the
very address that was checked, for a few seconds, and without following it elsewhere.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import urlsplit

import requests
import structlog

from jobs.calling import TooSlowError, ends_within, session_through
from jobs.deliver.reaching import AllowedHosts
from models.database.engine import Database
from models.events.key_requests import FileSeen
from models.outbox.sending import SendError
from models.queries.key_requests import WantedProof, wanted_files
from models.record import record
from models.settings import Settings

BATCH = 40
_AT_ONCE = 8
_SECONDS = 5.0
_MOST_BYTES = 4096

_log = structlog.get_logger()


def look_at_domains(database: Database, settings: Settings) -> None:
    """Look at the files that wait for it, those that wait longest first."""
    with database.read() as session:
        wanted = wanted_files(session, BATCH)
    if not wanted:
        return
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        seen = list(threads.map(lambda each: _look(each, settings.private_hosts), wanted))
    with database.write() as session:
        record(session, seen, datetime.now(UTC))


def _look(wanted: WantedProof, private: frozenset[str]) -> FileSeen:
    session = session_through(AllowedHosts(_MOST_BYTES, private))
    session.trust_env = False
    try:
        with session, ends_within(_SECONDS):
            answer = session.get(
                wanted.address,
                timeout=_SECONDS,
                allow_redirects=False,
                headers={"Accept-Encoding": "identity"},
            )
    except TooSlowError:
        return FileSeen(wanted.request_id, trouble=f"no answer within {_SECONDS:g} seconds")
    except requests.exceptions.SSLError:
        return FileSeen(wanted.request_id, trouble="its certificate is not trusted")
    except (SendError, requests.RequestException, OSError, ValueError) as error:
        # Strangers are not told which names lead into a private network.
        host = urlsplit(wanted.address).hostname
        _log.info("proof_not_read", host=host, error=type(error).__name__)
        return FileSeen(wanted.request_id, trouble="it cannot be read over the internet")
    if answer.status_code != requests.codes.ok:
        return FileSeen(wanted.request_id, trouble=f"the answer is {answer.status_code}, not 200")
    return FileSeen(wanted.request_id, answer.content.decode("utf-8", "replace"))
