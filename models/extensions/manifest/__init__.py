"""The manifest of an extension, `extension.toml`: read into frozen values, or refused with all that is wrong. Pure."""

from models.extensions.manifest.handles import Handles, as_if_allocated, read_handles
from models.extensions.manifest.manifest import Manifest
from models.extensions.manifest.reading import ManifestError, read, reread

__all__ = [
    "Handles",
    "Manifest",
    "ManifestError",
    "as_if_allocated",
    "read",
    "read_handles",
    "reread",
]
