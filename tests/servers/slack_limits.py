"""What Slack refuses of blocks, messages and views, as https://docs.slack.dev/reference/block-kit says.

Stricter than Slack in one thing: words from outside stand in elements that show them letter for letter.
"""

import json
import re
from collections import Counter
from typing import Any

Json = dict[str, Any]

# Undocumented; https://github.com/slackapi/bolt-js/issues/2509
_MOST_LETTERS = 13_200


def message_refusal(message: Json) -> tuple[str, list[str]] | None:
    """Slack's error for a message that it does not take, with the details."""
    blocks = message.get("blocks") or []
    if (
        not blocks
        and not str(message.get("text") or "").strip()
        and not message.get("delete_original")
    ):
        return "no_text", []
    if len(str(message.get("text") or "")) > 40_000:
        return "msg_too_long", []
    if found := problems(blocks):
        return "invalid_blocks", found
    if len(json.dumps(blocks, ensure_ascii=False)) > _MOST_LETTERS:
        return "msg_blocks_too_long", []
    if len(json.dumps(message.get("metadata") or {})) > 8_000:
        return "metadata_too_large", []
    return None


def view_problems(view: Json) -> list[str]:
    """What Slack would not take of a modal or a home tab."""
    found = problems(view["blocks"], most=100, inputs=True)
    found += ["private_metadata too long"] if len(view.get("private_metadata", "")) > 3_000 else []
    found += ["callback_id too long"] if len(view.get("callback_id", "")) > 255 else []
    if view["type"] == "home":
        return found
    for part in ("title", "submit", "close"):
        if part in view or part == "title":
            found += _text_problems(view[part], 24)
    asks = any(block["type"] == "input" for block in view["blocks"])
    return found + (["a modal that asks needs a submit"] if asks and "submit" not in view else [])


def problems(blocks: list[Json], most: int = 50, *, inputs: bool = False) -> list[str]:
    """What Slack would not take of these blocks."""
    found = [f"{len(blocks)} blocks"] if len(blocks) > most else []
    found += _repeated("block_id", blocks)
    for block in blocks:
        match block["type"]:
            case "header":
                found += _text_problems(block["text"], 150)
            case "section":
                found += _text_problems(block["text"], 3000)
            case "context":
                found += (
                    [f"{len(block['elements'])} elements"]
                    if not 0 < len(block["elements"]) <= 10
                    else []
                )
                found += [
                    problem
                    for element in block["elements"]
                    for problem in _text_problems(element, 3000)
                ]
            case "actions":
                found += _action_problems(block["elements"])
            case "rich_text":
                found += _rich_problems(block)
            case "divider":
                pass
            case "input" if inputs:
                found += _input_problems(block)
            case other:
                found.append(f"unknown block {other}")
    return found


def _action_problems(elements: list[Json]) -> list[str]:
    found = _repeated("action_id", elements)
    found += [f"{len(elements)} elements"] if not 0 < len(elements) <= 25 else []
    for button in elements:
        found += _text_problems(button["text"], 75)
        found += ["value too long"] if not 0 < len(button["value"]) <= 2000 else []
    return found


def _repeated(name: str, things: list[Json]) -> list[str]:
    """Ids that stand twice, or are too long."""
    ids = [thing[name] for thing in things if name in thing]
    found = [f"{name} {each} repeats" for each, times in Counter(ids).items() if times > 1]
    return found + [f"{name} of {len(each)} characters" for each in ids if not 0 < len(each) <= 255]


def _input_problems(block: Json) -> list[str]:
    element = block["element"]
    found = _text_problems(block["label"], 2_000) + _repeated("action_id", [element])
    if "placeholder" in element:
        found += _text_problems(element["placeholder"], 150)
    match element["type"]:
        case "plain_text_input":
            longest = element.get("max_length", 3_000)
            found += [f"max_length {longest}"] if not 0 < longest <= 3_000 else []
            found += (
                ["initial_value too long"]
                if len(element.get("initial_value", "")) > longest
                else []
            )
        case "static_select" | "multi_static_select":
            found += option_problems(element["options"])
        case "checkboxes":
            found += option_problems(element["options"], most=10)
            found += ["a placeholder on checkboxes"] if "placeholder" in element else []
        case "external_select":
            pass
        case other:
            found.append(f"unknown element {other}")
    return found


def option_problems(options: list[Json], most: int = 100) -> list[str]:
    """What Slack would not take of the options of a menu."""
    found = [f"{len(options)} options"] if len(options) > most else []
    for option in options:
        found += _text_problems(option["text"], 75)
        found += ["value too long"] if not 0 < len(option["value"]) <= 150 else []
    return found


def _text_problems(text: Json, limit: int) -> list[str]:
    found = (
        [f"{text['type']} where words from outside stand"] if text["type"] != "plain_text" else []
    )
    return found + (
        [f"{len(text['text'])} characters"] if not 0 < len(text["text"]) <= limit else []
    )


_MENTIONS = {"user": "[UW][A-Z0-9]+", "usergroup": "S[A-Z0-9]+"}


def pinged(blocks: list[Json]) -> list[str]:
    """Whom rich text notifies."""
    found: list[str] = []
    for element in blocks:
        found += pinged(element.get("elements", []))
        if (kind := element["type"]) in _MENTIONS:
            found.append(element[f"{kind}_id"])
    return found


def _rich_problems(element: Json) -> list[str]:
    kind = element["type"]
    if kind in {"rich_text", "rich_text_section", "rich_text_list", "rich_text_preformatted"}:
        found = [] if element["elements"] else [f"empty {kind}"]
        return found + [
            problem for inner in element["elements"] for problem in _rich_problems(inner)
        ]
    if kind in _MENTIONS:
        return [] if re.fullmatch(_MENTIONS[kind], element[f"{kind}_id"]) else [f"no {kind}_id"]
    if kind not in {"text", "link"}:
        return [f"{kind} could ping"]
    found = [] if 0 < len(element["text"]) <= 3000 else [f"{len(element['text'])} characters"]
    if kind == "link" and not (
        element["url"].startswith(("http://", "https://")) and len(element["url"]) <= 3_000
    ):
        found.append("no web address")
    return found
