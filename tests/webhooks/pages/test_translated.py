"""Words of pages are marked for translators: in the templates, and where the pages are made."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.models.messages.test_translated import SENTENCE, said_as_it_is

PAGES = Path(__file__).parents[3] / "webhooks" / "pages"
TEMPLATES = sorted(PAGES.glob("templates/*.jinja"))
# The interface is described in English, for programs, and so are reasons of a refusal; headers are no words.
_NO_WORDS = {"interface.py", "guardians.py", "render.py"}
_NO_SENTENCE = {
    "Vary", "Accept, Accept-Language", "Cache-Control", "private, no-store",
    "nothing can be stored just now: try again in a minute", "all lines", "first page",
}  # fmt: skip
MODULES = sorted(file for file in PAGES.glob("*.py") if file.name not in _NO_WORDS)
_SAY = {"say", "count", "marked", "gettext"}
# Blocks of a page that are a part of an address.
_ADDRESSES = {"feed", "json"}
_READ = {"alt", "aria-label", "placeholder", "title"}
# Alike in all languages.
_NAMES = re.compile(r"Pluginwatch|JSON|API|python -m models plugins import FILE|/openapi\.json")
_PARSING = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
_PARSING.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # the extension's


class _Read(HTMLParser):
    """What people read of a page: its text, and attributes that are shown or read out."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += (value or "" for name, value in attrs if name in _READ)


def unmarked(source: str) -> list[str]:
    """The words of a template that are English whatever the reader's language is."""
    read = _Read()
    read.feed("".join(_drawn(_PARSING.parse(source))))
    read.close()
    return re.findall(r"[A-Za-z]{2,}", _NAMES.sub("", " ".join(read.words)))


def _drawn(node: nodes.Node) -> Iterator[str]:
    """The page with every branch taken, and with nothing where something is put in."""
    match node:
        case nodes.Block(name=name) if name in _ADDRESSES:
            return
        case nodes.TemplateData(data=words):
            yield words
        case nodes.Output(nodes=drawn):
            for each in drawn:
                yield from _drawn(each) if isinstance(each, nodes.TemplateData) else _literals(each)
        case nodes.Assign(node=value):
            yield from filter(SENTENCE.match, _literals(value))
        case _:
            yield from chain.from_iterable(map(_drawn, node.iter_child_nodes()))


def _literals(node: nodes.Node) -> Iterator[str]:
    """The words that an expression may draw as they stand there."""
    match node:
        case nodes.Const(value=str(words)):
            yield words
        case nodes.CondExpr(expr1=one, expr2=other) | nodes.Or(left=one, right=other):
            yield from _literals(one)
            yield from _literals(other) if other else ()
        case nodes.Concat(nodes=parts):
            yield from chain.from_iterable(map(_literals, parts))
        case nodes.Filter(node=value) if value:
            yield from _literals(value)
        case nodes.Call(node=nodes.Name(name=name), args=arguments):
            # A literal % would be doubled where there is markup, and only there.
            marked = (each for each in arguments if isinstance(each, nodes.Const))
            yield from ("a percent sign" for each in marked if "%%" in str(each.value))
            if name not in _SAY:
                yield from filter(SENTENCE.match, chain.from_iterable(map(_literals, arguments)))


@pytest.mark.parametrize("template", TEMPLATES, ids=[each.name for each in TEMPLATES])
def test_what_people_read_on_a_page_is_marked(template: Path) -> None:
    assert unmarked(template.read_text()) == []


@pytest.mark.parametrize("module", MODULES, ids=[each.stem for each in MODULES])
def test_what_a_page_is_made_of_is_marked(module: Path) -> None:
    found = [words for _, words in said_as_it_is(module.read_text())]
    assert [words for words in found if words not in _NO_SENTENCE] == []


@pytest.mark.parametrize(
    "template",
    [
        "<p>It works.</p>",
        "<p>{{ name }} works</p>",
        '<nav aria-label="By tag"></nav>',
        '<input placeholder="{{ "Name" if x else say("Tag") }}">',
        '<p>{{ "fails" if x else say("works") }}</p>',
        '{{ (name or "not said")|clip }}',
        '{% set label = block.label or "Code" %}',
        '{{ count(lines, "line") ~ " more" }}',
        '{{ pill("It works") }}',
        "{% if x %}<b>closed</b>{% endif %}",
        "{% trans %}<b>100 %</b> of it{% endtrans %}",
    ],
)
def test_an_english_word_of_a_template_is_found(template: str) -> None:
    assert unmarked(template)


def test_what_is_marked_or_no_word_passes() -> None:
    assert not unmarked(
        '<p class="quiet" data-tone="{{ "info" if x else "ok" }}">{{ say("It works.") }}'
        '{% trans x=name|clip %}<b>{{ x }}</b> works{% endtrans %} {{ "{:,}".format(3) }}</p>'
    )
