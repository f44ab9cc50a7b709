"""Tries another version of an extension beside the one that is on, which meanwhile goes on."""

import threading
from datetime import UTC, datetime

import structlog

from jobs.realms.errors import RealmError
from jobs.realms.opened import OpenedExtension
from jobs.realms.outcomes import Here, verdict_on
from models.complaint import Complaint
from models.database.engine import be_alone, notify
from models.extensions import upgrading
from models.extensions.manifest import Manifest, ManifestError, reread
from models.extensions.options import NONE, OptionsError
from models.extensions.standing import row_of
from models.extensions.store import Store
from models.extensions.upgrading import UpgradeCandidate
from models.record import record
from models.rules.status import Verdict

_log = structlog.get_logger()


class Trial:
    """A thread with the realm of that version, which ends once it greeted or did not."""

    def __init__(self, candidate: UpgradeCandidate, here: Here) -> None:
        self._candidate = candidate
        self._here = here
        self._store = Store(here.settings.extensions_folder)
        self._thread = threading.Thread(
            target=self._run, name=f"trial-{candidate.handle}", daemon=True
        )
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether it has ended. Where the version is still wanted then, it is to be tried again."""
        return not self._thread.is_alive()

    def join(self, seconds: float) -> None:
        """Wait for the end, for so long."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            self._try()
        except Exception as error:  # noqa: BLE001 - the database may be away; it is tried again then
            Complaint("upgrade_not_tried").tell(error)

    def _try(self) -> None:
        try:
            manifest = reread(self._candidate.manifest)
            folder = self._store.folder(self._candidate.folder)
            with self._here.database.read() as session:
                row = row_of(session, self._candidate.handle)
            chosen = row.options if row else NONE
            OpenedExtension(manifest, folder, self._here.settings, chosen).realm.stop()
        except ManifestError as error:
            self._decline(f"is not understood here: {'; '.join(error.problems)}")
        except OptionsError as error:
            self._decline(f"lacks options: {error}")
        except RealmError as error:
            self._decline(f"did not start: {error}")
        else:
            self._take_place(manifest)

    def _take_place(self, manifest: Manifest) -> None:
        now = datetime.now(UTC)
        with self._here.database.write() as session:
            be_alone(session)
            before = upgrading.take_place(session, self._candidate, now)
            if before is None:
                return
            record(session, [verdict_on(manifest, Verdict.COMPATIBLE)], now)
            notify(session)
        # A call of it may be under way.
        self._store.spare(before)
        _log.info(
            "extension_upgraded",
            extension=self._candidate.handle,
            version=self._candidate.version,
        )

    def _decline(self, why: str) -> None:
        _log.warning(
            "extension_not_upgraded",
            extension=self._candidate.handle,
            version=self._candidate.version,
            reason=why,
        )
        with self._here.database.write() as session:
            be_alone(session)
            upgrading.decline(session, self._candidate, why, datetime.now(UTC))
