"""What Discord refuses of a body, as https://discord.com/developers/docs says; each as a path and what is wrong there.

Lengths are in UTF-16 code units, as the clients count; Discord's servers count code points, which are never more.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

Problem = tuple[str, str]
Json = dict[str, Any]

_NAME = re.compile(
    r"[-_'\w]{1,32}"
)  # of a command and an option; letters of any script, in lower case
_SUBCOMMAND, _GROUP = 1, 2
_ROW, _BUTTON, _TEXT_INPUT, _LABEL = 1, 2, 4, 18
_LINK = 5  # a button's style
_ARCHIVED_AFTER = {60, 1_440, 4_320, 10_080}
_MENTIONS = {"roles", "users", "everyone"}
# https://discord.com/developers/docs/reference#locales
_LOCALES = frozenset(
    (
        *("id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl"),
        *("pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja"),
        *("zh-TW", "ko"),
    )
)  # fmt: skip


def refused(problems: Iterator[Problem]) -> Json | None:
    """Discord's answer to a form with these problems; None where there is none."""
    errors: Json = {}
    for path, words in problems:
        place = errors
        for step in path.split("."):
            place = place.setdefault(step, {})
        place.setdefault("_errors", []).append({"code": "BASE_TYPE", "message": words})
    return {"code": 50035, "message": "Invalid Form Body", "errors": errors} if errors else None


def size(text: str) -> int:
    """How long Discord's clients take the text to be."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_empty(message: Json) -> bool:
    """Whether nothing of it can be seen."""
    return not (str(message.get("content") or "").strip() or message.get("embeds"))


def message_problems(message: Json) -> Iterator[Problem]:
    yield from _long("content", message.get("content") or "", 2_000)
    yield from _long("nonce", str(message.get("nonce") or ""), 25)
    embeds = message.get("embeds") or []
    yield from _many("embeds", embeds, 10)
    for place, embed in enumerate(embeds):
        yield from _embed(f"embeds.{place}", embed)
    if sum(map(_letters, embeds)) > 6_000:
        yield "embeds", "Embed size exceeds maximum size of 6000"
    yield from _rows(message.get("components") or [])
    mentions = message.get("allowed_mentions") or {}
    if not set(mentions.get("parse", [])) <= _MENTIONS:
        yield "allowed_mentions.parse", "unknown kind of mention"
    reference = message.get("message_reference")
    if reference and not str(reference.get("message_id", "")).isdecimal():
        yield "message_reference.message_id", "not a snowflake"


def thread_problems(thread: Json) -> Iterator[Problem]:
    yield from _given("name", thread.get("name"), 100)
    if thread.get("auto_archive_duration", 60) not in _ARCHIVED_AFTER:
        yield "auto_archive_duration", "Value must be one of {60, 1440, 4320, 10080}."


def commands_problems(commands: list[Json]) -> Iterator[Problem]:
    yield from _many("commands", commands, 100)
    yield from _twice("commands", [command.get("name") for command in commands])
    for place, command in enumerate(commands):
        yield from _named(str(place), command)
        yield from _options(f"{place}.options", command.get("options") or [], depth=0)
        if _told(command) > 8_000:
            yield str(place), "Application command options and choices exceed maximum size of 8000"


def completion_problems(data: Json) -> Iterator[Problem]:
    yield from _choices("choices", data.get("choices"))


def modal_problems(modal: Json) -> Iterator[Problem]:
    yield from _given("title", modal.get("title"), 45)
    yield from _given("custom_id", modal.get("custom_id"), 100)
    rows = modal.get("components") or []
    if not 1 <= len(rows) <= 5:
        yield "components", "Must be between 1 and 5 in length."
    inputs = []
    for place, row in enumerate(rows):
        inner = [row.get("component")] if row.get("type") == _LABEL else row.get("components") or []
        if len(inner) != 1 or row.get("type") not in {_ROW, _LABEL}:
            yield f"components.{place}", "a row with one text, or a label"
            continue
        inputs.append(inner[0])
        yield from _input(f"components.{place}.components.0", inner[0], row)
    yield from _twice("components", [each.get("custom_id") for each in inputs])


def _input(path: str, text: Json, row: Json) -> Iterator[Problem]:
    if text.get("type") != _TEXT_INPUT or text.get("style") not in {1, 2}:
        yield path, "a text input has the style 1 or 2"
    yield from _given(f"{path}.custom_id", text.get("custom_id"), 100)
    yield from _given(
        f"{path}.label", row.get("label") if row.get("type") == _LABEL else text.get("label"), 45
    )
    yield from _long(f"{path}.placeholder", text.get("placeholder") or "", 100)
    longest = text.get("max_length", 4_000)
    if not 1 <= longest <= 4_000 or not 0 <= text.get("min_length", 0) <= longest:
        yield f"{path}.max_length", "Must be between 1 and 4000, and no less than min_length."
    yield from _long(f"{path}.value", text.get("value") or "", longest)


def _embed(path: str, embed: Json) -> Iterator[Problem]:
    fields = embed.get("fields") or []
    if (
        not any(str(embed.get(part) or "").strip() for part in ("title", "description"))
        and not fields
    ):
        yield f"{path}.description", "This field is required"
    yield from _long(f"{path}.title", embed.get("title") or "", 256)
    yield from _long(f"{path}.description", embed.get("description") or "", 4_096)
    yield from _long(f"{path}.footer.text", (embed.get("footer") or {}).get("text") or "", 2_048)
    yield from _long(f"{path}.author.name", (embed.get("author") or {}).get("name") or "", 256)
    yield from _many(f"{path}.fields", fields, 25)
    for place, field in enumerate(fields):
        yield from _given(f"{path}.fields.{place}.name", field.get("name"), 256)
        yield from _given(f"{path}.fields.{place}.value", field.get("value"), 1_024)
    if not 0 <= embed.get("color", 0) <= 0xFFFFFF:
        yield f"{path}.color", "Value should be less than or equal to 16777215."


def _letters(embed: Json) -> int:
    parts = [embed.get("title"), embed.get("description")]
    parts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for field in embed.get("fields") or []:
        parts += [field.get("name"), field.get("value")]
    return sum(size(part) for part in parts if part)


def _rows(rows: list[Json]) -> Iterator[Problem]:
    yield from _many("components", rows, 5)
    ids = []
    for place, row in enumerate(rows):
        path = f"components.{place}"
        buttons = row.get("components") or []
        if row.get("type") != _ROW or not 1 <= len(buttons) <= 5:
            yield f"{path}.components", "a row holds between 1 and 5 buttons"
        for number, button in enumerate(buttons):
            yield from _button(f"{path}.components.{number}", button)
            ids.append(button.get("custom_id"))
    yield from _twice("components", ids)


def _button(path: str, button: Json) -> Iterator[Problem]:
    if button.get("type") != _BUTTON or button.get("style") not in range(1, 6):
        yield f"{path}.style", "This field is required"
    yield from _long(f"{path}.label", button.get("label") or "", 80)
    if not str(button.get("label") or "").strip() and not button.get("emoji"):
        yield f"{path}.label", "A button must have a label or an emoji"
    if button.get("style") == _LINK:
        yield from _given(f"{path}.url", button.get("url"), 512)
    else:
        yield from _given(f"{path}.custom_id", button.get("custom_id"), 100)


def _options(path: str, options: list[Json], *, depth: int) -> Iterator[Problem]:
    yield from _many(path, options, 25)
    yield from _twice(path, [option.get("name") for option in options])
    kinds = [option.get("type") in {_SUBCOMMAND, _GROUP} for option in options]
    if any(kinds) and not all(kinds):
        yield (
            path,
            "Sub-command and sub-command group option types are mutually exclusive to all other types",
        )
    demanded = [bool(option.get("required")) for option in options]
    if demanded != sorted(demanded, reverse=True):
        yield path, "Required options must be placed before non-required options"
    for place, option in enumerate(options):
        yield from _option(f"{path}.{place}", option, depth=depth)


def _option(path: str, option: Json, *, depth: int) -> Iterator[Problem]:
    yield from _named(path, option)
    kind = option.get("type")
    if kind not in range(1, 12):
        yield f"{path}.type", "This field is required"
    if (kind == _GROUP and depth > 0) or (kind == _SUBCOMMAND and depth > 1):
        yield f"{path}.type", "too deep"
    if kind in {_SUBCOMMAND, _GROUP}:
        yield from _options(
            f"{path}.options", option.get("options") or [], depth=depth + 1 if kind == _GROUP else 2
        )
    elif option.get("choices"):
        yield from _choices(f"{path}.choices", option["choices"])
        if option.get("autocomplete"):
            yield path, "choices and autocomplete are mutually exclusive"


def _choices(path: str, choices: Any) -> Iterator[Problem]:
    if not isinstance(choices, list):
        yield path, "This field is required"
        return
    yield from _many(path, choices, 25)
    yield from _twice(path, [choice.get("name") for choice in choices])
    for place, choice in enumerate(choices):
        yield from _given(f"{path}.{place}.name", choice.get("name"), 100)
        yield from _given(f"{path}.{place}.value", str(choice.get("value", "")), 100)


def _named(path: str, thing: Json) -> Iterator[Problem]:
    name = str(thing.get("name") or "")
    if not _NAME.fullmatch(name) or name != name.lower():
        yield f"{path}.name", "Command name is invalid"
    yield from _given(f"{path}.description", thing.get("description"), 100)
    for part, limit in (("name_localizations", 32), ("description_localizations", 100)):
        for locale, words in (thing.get(part) or {}).items():
            if locale not in _LOCALES:
                yield f"{path}.{part}", f"Value must be one of {_LOCALES}."
            yield from _given(f"{path}.{part}.{locale}", words, limit)


def _told(thing: Json) -> int:
    """The letters of a command's names, descriptions and values in their longest languages, with all that is in it."""
    told = size(str(thing.get("value") or ""))
    for part in ("name", "description"):
        words = [thing.get(part), *(thing.get(f"{part}_localizations") or {}).values()]
        told += max(size(str(each or "")) for each in words)
    return told + sum(
        _told(inner) for part in ("options", "choices") for inner in thing.get(part) or []
    )


def _given(path: str, text: str | None, limit: int) -> Iterator[Problem]:
    if not str(text or "").strip():
        yield path, "This field is required"
    yield from _long(path, text or "", limit)


def _long(path: str, text: str, limit: int) -> Iterator[Problem]:
    if size(text) > limit:
        yield path, f"Must be {limit} or fewer in length."


def _many(path: str, things: list[Any], limit: int) -> Iterator[Problem]:
    if len(things) > limit:
        yield path, f"Must be {limit} or fewer in length."


def _twice(path: str, names: list[Any]) -> Iterator[Problem]:
    if repeated := [name for name, times in Counter(filter(None, names)).items() if times > 1]:
        yield path, f"cannot be duplicated: {repeated}"
