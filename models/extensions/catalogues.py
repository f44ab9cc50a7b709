"""Catalogues of words in other languages, as gettext has them: from what people write to what programs read. Pure."""

import io
from collections.abc import Collection
from datetime import UTC, datetime
from gettext import GNUTranslations

from models.extensions.refusal import PackageError

# Where the file says none, the time of packing would stand there, and no two packages would be the same.
_LONG_AGO = datetime(1980, 1, 1, tzinfo=UTC)


def words_of(text: bytes, wanted: Collection[str]) -> dict[str, str]:
    """How these are said in the language of a .po file that makes sense, as far as it says so."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - as below

    catalogue = read_po(io.BytesIO(text))
    found = {each: catalogue.get(each) for each in sorted(wanted)}
    return {
        each: said.string
        for each, said in found.items()
        if said and isinstance(said.string, str) and said.string and not said.fuzzy
    }


def compiled(name: str, text: bytes) -> bytes:
    """The catalogue of a .po file as a .mo file.

    Raises:
        PackageError: it makes no sense.
    """
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - it takes long to import
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415 - as above

    try:
        catalogue = read_po(io.BytesIO(text), abort_invalid=True)
        for message in catalogue:
            for wrong in message.check(catalogue):
                raise PackageError([f"lang/{name}: line {message.lineno}: {wrong}"])
    except (PoFileError, ValueError, LookupError) as error:  # the last: a charset that nobody knows
        raise PackageError([f"lang/{name}: {error}"]) from error
    made = io.BytesIO()
    catalogue.creation_date = catalogue.revision_date = _LONG_AGO
    write_mo(made, catalogue)
    try:
        GNUTranslations(io.BytesIO(made.getvalue()))
    except (ValueError, IndexError) as error:
        raise PackageError([f"lang/{name}: {error}"]) from error
    return made.getvalue()
