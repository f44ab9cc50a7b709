"""Discord's embeds and buttons as HTML, about as Discord draws them."""

import re
from html import escape
from typing import Any

Json = dict[str, Any]

STYLE = """
body { font: 16px/1.375 "gg sans", "Noto Sans", "Helvetica Neue", Arial, "Noto Color Emoji", sans-serif; margin: 0;
  color: #dbdee1; background: #313338 }
.message { display: grid; grid-template-columns: 40px 1fr; gap: 16px; padding: 8px 16px }
.message.thread { margin-left: 56px; border-left: 2px solid #4e5058 }
.face { width: 40px; height: 40px; border-radius: 50%; background: #1f2937; color: #fff; text-align: center;
  font: 700 20px/40px sans-serif }
.name { color: #f2f3f5; font-weight: 500 } .app { background: #5865f2; color: #fff; font-size: 10px; padding: 1px 4px;
  border-radius: 3px } .time, .only { color: #949ba4; font-size: 12px }
.embed { max-width: 516px; background: #2b2d31; border-left: 4px solid; border-radius: 4px; padding: 8px 16px 16px 12px;
  margin-top: 4px; font-size: 14px; line-height: 18px }
.embed h3 { font-size: 16px; line-height: 22px; margin: 8px 0 0; color: #f2f3f5; font-weight: 600;
  overflow-wrap: anywhere }
.body { margin-top: 8px; white-space: pre-wrap; overflow-wrap: anywhere }
.body ul { margin: 4px 0 0 16px; padding: 0; white-space: normal } .body li { margin-bottom: 4px }
pre { background: #1e1f22; border: 1px solid #1e1f22; border-radius: 4px; padding: 7px; margin: 6px 0 0; font: 14px/18px
  Consolas, "Liberation Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 12px }
small { color: #949ba4; font-size: 12px } a { color: #00a8fc; text-decoration: none }
.row { display: flex; gap: 8px; margin-top: 8px; flex-wrap: wrap }
button { font: 500 14px "Noto Sans", Arial, sans-serif; color: #fff; background: #4e5058; border: 0; border-radius: 3px;
  padding: 0 16px; height: 32px }
.thread-name { margin: 4px 0 0 72px; font-size: 13px; color: #949ba4 } .thread-name b { color: #f2f3f5 }
.date { color: #949ba4; text-align: center; font-size: 12px; margin: 8px }
"""
_ESCAPED = re.compile(r"\\([\\*_~`|<>\[\]@#:.)+-])")
_LINK = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\]\(([^()\s]*)\)")
_BOLD = re.compile(r"\*\*((?:[^*\\]|\\.)+)\*\*")
_KEPT = re.compile("\ue000([0-9]+)\ue001")


def page(*parts: str) -> str:
    """A page of these parts."""
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{''.join(parts)}"


def said(message: Json, *, thread: bool = False, ephemeral: bool = False, when: str = "") -> str:
    """A message with its embeds and buttons."""
    name = f"<span class=name>Pluginwatch</span> <span class=app>APP</span> <span class=time>{escape(when)}</span>"
    content = f"<div>{escape(message.get('content') or '')}</div>"
    only = "<div class=only>👁 Only you can see this</div>" if ephemeral else ""
    embeds = "".join(map(_embed, message.get("embeds", ())))
    rows = "".join(_row(row) for row in message.get("components", ()))
    kind = "message thread" if thread else "message"
    return f"<div class='{kind}'><div class=face>P</div><div>{name}{content}{embeds}{rows}{only}</div></div>"


def thread(name: str) -> str:
    """The head of a thread."""
    return f"<div class=thread-name>Thread: <b>{escape(name)}</b></div>"


def _embed(embed: Json) -> str:
    colour = f"#{embed.get('color', 0):06x}"
    title = f"<h3>{inline(embed['title'])}</h3>" if embed.get("title") else ""
    body = markdown(embed.get("description") or "")
    return (
        f"<div class=embed style='border-color: {colour}'>{title}<div class=body>{body}</div></div>"
    )


def _row(row: Json) -> str:
    buttons = (f"<button>{escape(button['label'])}</button>" for button in row["components"])
    return f"<div class=row>{''.join(buttons)}</div>"


def markdown(text: str) -> str:
    """Discord's markdown, as far as it is used."""
    parts = re.split(r"```\n(.*?)\n```\n?", text, flags=re.DOTALL)
    return "".join(
        f"<pre>{escape(part)}</pre>" if place % 2 else _lines(part)
        for place, part in enumerate(parts)
    )


def _lines(text: str) -> str:
    drawn, items = [], []
    for line in [*text.split("\n"), None]:
        if line is not None and line.startswith("- "):
            items.append(f"<li>{inline(line[2:])}</li>")
            continue
        if items:
            drawn.append(f"<ul>{''.join(items)}</ul>")
            items = []
        if line is not None:
            drawn.append(
                f"<small>{inline(line[3:])}</small>\n"
                if line.startswith("-# ")
                else f"{inline(line)}\n"
            )
    return "".join(drawn).strip("\n")


def inline(text: str) -> str:
    """One line: what is escaped is kept aside, so that it marks nothing."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[1])
        return f"\ue000{len(kept) - 1}\ue001"

    marked = _LINK.sub(lambda found: f"\ue002{found[1]}\ue003", text)
    marked = escape(_ESCAPED.sub(keep, marked))
    marked = (
        _BOLD.sub(r"<b>\1</b>", marked).replace("\ue002", "<a href='#'>").replace("\ue003", "</a>")
    )
    return _KEPT.sub(lambda found: escape(kept[int(found[1])]), marked)
