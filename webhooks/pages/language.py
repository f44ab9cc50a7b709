"""In which language a page is: the one that a browser asks for first of those that there are."""

import re
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from fastapi import Request, Response

from models.rules.languages import ENGLISH
from models.rules.speaking import languages_known, speaking
from webhooks.shared_answers import SharedRoute

# A range of languages and its weight (RFC 9110, sections 12.4.2 and 12.5.4).
_RANGE = re.compile(
    r"\s*([a-z]{1,8}(?:-[a-z0-9]{1,8})*)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?", re.I
)
# No reader reads more; a header may have thousands.
_MOST_RANGES = 50


def language_wanted(request: Request) -> str:
    """The tag of the language in which this request is answered; English where there is none that it asks for."""
    known = languages_known()
    if not known:
        return ENGLISH
    from babel import negotiate_locale  # noqa: PLC0415 - it takes long to import

    wanted = languages_asked(",".join(request.headers.getlist("accept-language")))
    found = negotiate_locale(wanted, [ENGLISH, *known], sep="-")
    return found.casefold() if found else ENGLISH


def languages_asked(header: str) -> list[str]:
    """What an Accept-Language names, the most wanted first; what is no range of one language is passed over."""
    return [language for _, language in sorted(_weighed(header), key=lambda each: -each[0])]


def _weighed(header: str) -> Iterator[tuple[float, str]]:
    for part in header.split(",", _MOST_RANGES)[:_MOST_RANGES]:
        found = _RANGE.fullmatch(part)
        weight = float(found[2] or 1) if found else 0
        if found and weight:
            yield weight, found[1]


class InTheirLanguage(SharedRoute):
    """A shared route whose answer is in the language of whoever reads it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The shared route's own handler, in that language."""
        make = super().get_route_handler()

        async def answer(request: Request) -> Response:
            with speaking(language_wanted(request)):
                return await make(request)

        return answer
