"""Slack's blocks as HTML, about as Slack draws them."""

from collections.abc import Callable
from html import escape
from typing import Any

Json = dict[str, Any]

STYLE = """
body { font: 15px/1.46 Lato, "Helvetica Neue", Arial, "Noto Color Emoji", sans-serif; color: #1d1c1d; margin: 0;
  background: #fff }
.message { display: grid; grid-template-columns: 36px 1fr; gap: 8px; padding: 8px 20px }
.message.reply { margin-left: 44px; border-left: 2px solid #ddd }
.message.ephemeral { background: #f8f8f8 }
.face { width: 36px; height: 36px; border-radius: 4px; background: #1f2937; color: #fff; text-align: center;
  font: 700 20px/36px sans-serif }
.name { font-weight: 900 } .app { background: #ddd; font-size: 10px; padding: 1px 3px; border-radius: 2px }
.time, .only { color: #616061; font-size: 12px }
h3 { font-size: 18px; line-height: 1.33; margin: 6px 0; font-weight: 700 }
.context { color: #616061; font-size: 13px; margin: 4px 0; white-space: pre-wrap }
.rich { white-space: pre-wrap; overflow-wrap: anywhere; max-width: 660px; margin: 4px 0 }
.rich ul { margin: 0; padding-left: 22px } .rich li { white-space: pre-wrap }
pre { font: 12px/1.5 Monaco, Menlo, Consolas, "Liberation Mono", monospace; border: 1px solid #ddd; border-radius: 4px;
  background: #f8f8f8; padding: 8px; margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere }
a { color: #1264a3; text-decoration: none }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 6px 0 }
button { font: 700 13px Lato, Arial, sans-serif; color: #1d1c1d; background: #fff; border: 1px solid #bbb;
  border-radius: 4px; padding: 0 12px; height: 28px }
.modal, .home { border: 1px solid #ddd; border-radius: 8px; margin: 12px 20px; padding: 12px 20px; max-width: 560px }
.home { max-width: 760px } .modal h2 { font-size: 20px; margin: 0 0 8px }
label { display: block; font-weight: 700; margin-top: 10px }
.field { border: 1px solid #bbb; border-radius: 4px; padding: 6px 10px; color: #868686 }
hr { border: 0; border-top: 1px solid #ddd } .date { color: #616061; text-align: center; font-size: 12px; margin: 8px }
"""


def page(*parts: str) -> str:
    """A page of these parts."""
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{''.join(parts)}"


def said(message: Json, *, reply: bool = False, ephemeral: bool = False, when: str = "") -> str:
    """A message with its blocks."""
    kinds = " ".join(
        ("message", *(("reply",) if reply else ()), *(("ephemeral",) if ephemeral else ()))
    )
    only = "<div class=only>Only visible to you</div>" if ephemeral else ""
    edited = " <span class=time>(edited)</span>" if message.get("edited") else ""
    name = f"<span class=name>Pluginwatch</span> <span class=app>APP</span> <span class=time>{escape(when)}</span>"
    said = f"{only}{name}{edited}{blocks(message['blocks'])}"
    return f"<div class='{kinds}'><div class=face>P</div><div>{said}</div></div>"


def modal(view: Json) -> str:
    """A modal, or the home tab."""
    title = f"<h2>{escape(view['title']['text'])}</h2>" if "title" in view else ""
    submit = (
        f"<div class=actions><button>{escape(view['submit']['text'])}</button></div>"
        if "submit" in view
        else ""
    )
    return f"<div class={view['type']}>{title}{blocks(view['blocks'])}{submit}</div>"


def blocks(drawn: list[Json]) -> str:
    """The blocks one below the other."""
    return "".join(map(_block, drawn))


def _block(block: Json) -> str:
    return _BLOCKS[block["type"]](block)


def _actions(block: Json) -> str:
    buttons = (f"<button>{escape(button['text']['text'])}</button>" for button in block["elements"])
    return f"<div class=actions>{''.join(buttons)}</div>"


def _input(block: Json) -> str:
    hint = block["element"].get("placeholder", {}).get("text", "")
    label = escape(block["label"]["text"]) + (" (optional)" if block.get("optional") else "")
    return f"<label>{label}</label><div class=field>{escape(hint)}&nbsp;</div>"


def _rich(element: Json) -> str:
    match element["type"]:
        case "rich_text_section":
            return f"<div>{''.join(map(_rich, element['elements']))}</div>"
        case "rich_text_preformatted":
            return f"<pre>{''.join(map(_rich, element['elements']))}</pre>"
        case "rich_text_list":
            return f"<ul>{''.join(f'<li>{_rich(item)}</li>' for item in element['elements'])}</ul>"
        case "link":
            return f"<a href='#'>{escape(element['text'])}</a>"
        case "text":
            bold = element.get("style", {}).get("bold")
            return f"<b>{escape(element['text'])}</b>" if bold else escape(element["text"])
        case other:
            raise ValueError(f"Slack's element {other} is not drawn here")


_BLOCKS: dict[str, Callable[[Json], str]] = {
    "header": lambda block: f"<h3>{escape(block['text']['text'])}</h3>",
    "section": lambda block: f"<div class=rich>{escape(block['text']['text'])}</div>",
    "context": lambda block: "".join(
        f"<div class=context>{escape(part['text'])}</div>" for part in block["elements"]
    ),
    "divider": lambda _block: "<hr>",
    "actions": _actions,
    "input": _input,
    "rich_text": lambda block: f"<div class=rich>{''.join(map(_rich, block['elements']))}</div>",
}
