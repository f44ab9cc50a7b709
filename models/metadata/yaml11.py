"""Plain scalars as Ruby's Psych reads them by YAML 1.1, which is what Discourse reads with.

Numbers, null and the like are told from text here. Only what is not in quotes is read so.
"""

import re

Value = str | int | float | bool | None

_NOTHING = re.compile(r"~|null", re.IGNORECASE)
_TRUE = re.compile(r"yes|true|on", re.IGNORECASE)
_FALSE = re.compile(r"no|false|off", re.IGNORECASE)
_INFINITE = re.compile(r"[+-]?\.inf|\.nan", re.IGNORECASE)
# Psych wants a point in a number with an exponent, so a commit such as 12345e7 stays a text.
_FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_,]*)?\.[0-9]*(?:[eE][-+][0-9]+)?")
_BINARY = re.compile(r"[-+]?0b[01_,]+")
_OCTAL = re.compile(r"[-+]?0[0-7_,]+")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9](?:[0-9]|,[0-9]|_[0-9])*)")
_HEXADECIMAL = re.compile(r"[-+]?0x[0-9a-fA-F_,]+")
_BASES = ((_BINARY, 2), (_OCTAL, 8), (_DECIMAL, 10), (_HEXADECIMAL, 16))
_SIXTIETHS = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}(?:\.[0-9_]*)?")
_DATE = re.compile(r"\d{4}-(?:1[012]|0?\d)-(?:[12]\d|3[01]|0?\d)")
_TIME = re.compile(r"-?\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d\d:\d\d.*")
_SYMBOL = re.compile(r":.+", re.DOTALL)
# Python writes, and reads, no number of more than 4,300 digits; no version has so many.
_MOST_DIGITS = 1_000

_NO_VERSION = float("inf")  # whatever it is exactly, it names no version and no commit


class NotAllowedError(ValueError):
    """A date, a time or a Ruby symbol, over which Discourse's reader gives up the whole file."""


def scalar(text: str) -> Value:
    """What this text means outside of quotes.

    Raises NotAllowedError, of which the message names the kind of value.
    """
    if not text or _NOTHING.fullmatch(text):
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    _refuse(text)
    if _INFINITE.fullmatch(text) or _SIXTIETHS.fullmatch(text):
        return _NO_VERSION
    if _FLOAT.fullmatch(text):
        return _float(text)
    return _integer(text)


def _refuse(text: str) -> None:
    if _DATE.fullmatch(text) or _TIME.fullmatch(text):
        raise NotAllowedError("a date")
    if _SYMBOL.fullmatch(text):
        raise NotAllowedError("a Ruby symbol")


def _float(text: str) -> float | str:
    digits = re.sub("[,_]", "", text)
    return float(digits) if re.search("[0-9]", digits) else text


def _integer(text: str) -> int | float | str:
    for pattern, base in _BASES:
        if pattern.fullmatch(text):
            digits = re.sub("[,_]", "", text)
            if len(digits) > _MOST_DIGITS:
                return _NO_VERSION
            sign = -1 if digits.startswith("-") else 1
            return sign * int(
                digits.lstrip("+-").removeprefix("0b").removeprefix("0x") or "0", base
            )
    return text
