"""Catalogues of words in other languages, as gettext has them: from what people write to what programs read. Pure."""

import io

from models.extensions.refusal import PackageError


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
    except (PoFileError, ValueError) as error:
        raise PackageError([f"lang/{name}: {error}"]) from error
    made = io.BytesIO()
    write_mo(made, catalogue)
    return made.getvalue()
