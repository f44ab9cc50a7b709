"""What people say of a plugin in place of its repository: who may, what it outlives, and where it is shown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlmodel import select

from models.actions.asking import Asker
from models.database.engine import Database
from models.events import Event
from models.events.github import TopicsReading
from models.messages.info import info_message
from models.messages.message import Links, Message, Tone
from models.metadata.header import parse_header
from models.metadata.listing import ListingEntry
from models.metadata.package_facts import PackageFacts
from models.queries.list_pages import tag_counts
from models.queries.listed import listed_plugins
from models.queries.plugins import find_plugin
from models.recording.github.master_list import import_listing
from models.recording.github.packages import record_packages
from models.rules.ecosystems import Ecosystem
from models.rules.people import Actor
from models.tables import Plugin
from models.views import PluginView
from tests.asking import ask
from tests.hub import a_repository
from tests.models.messages.samples import said
from tests.staff import ADMIN, GUARDIAN, MAINTAINER, STRANGER, Staffed, staffed
from tests.world import make_world

Edit = Callable[..., Message]
HEADER = "# name: solved\n# about: {about}\n# version: {version}\n# authors: Ada\n"
DOCS = "https://meta.discourse.org/t/30155?page=2"


@pytest.fixture
def people(database: Database, now: datetime) -> Staffed:
    people = staffed(make_world(database, now, "solved", "voting"))
    synchronise(people)
    return people


@pytest.fixture
def edit(people: Staffed) -> Edit:
    def edit(text: str, actor: Actor = GUARDIAN) -> Message:
        person = Asker("slack", actor.workspace, actor.user, actor.name, "D1", is_direct=True)
        return ask(people.world.database, text, people.world.now, person)

    return edit


def synchronise(people: Staffed, about: str = "Answers", version: str = "1.0") -> None:
    """What the daily reading of the repository, and the list, say of it."""
    header = parse_header(HEADER.format(about=about, version=version))
    with people.world.database.write() as session:
        place = session.exec(select(Plugin).where(Plugin.handle == "solved")).one().repository
        import_listing(session, [ListingEntry(place, header, tags=("official",))], people.world.now)


def topics(people: Staffed, *names: str) -> None:
    """What GitHub says the repository is about."""
    with people.world.database.write() as session:
        plugin = session.exec(select(Plugin).where(Plugin.handle == "solved")).one()
        plugin.repository_id = 7
        session.add_all((plugin, session.merge(a_repository(github_id=7))))
    reading: Event = TopicsReading(7, names)
    people.world.record(reading)


def shown(people: Staffed) -> PluginView:
    with people.world.database.read() as session:
        found = find_plugin(session, "solved")
    assert found
    return found


def test_what_people_say_outlives_what_the_repository_says_and_goes_back_to_it(
    edit: Edit, people: Staffed
) -> None:
    assert edit("edit Solved about Marks a reply of your topic, by and for people").title == (
        "solved: about edited"
    )
    edit("edit solved version 9.9")
    synchronise(people, "Answers, again", "1.1")
    view = shown(people)
    assert view.about == "Marks a reply of your topic, by and for people"
    assert (view.version, view.authors, view.edited) == ("9.9", "Ada", ("about", "version"))
    assert edit("edit solved version 9.9").title == "Noted already: solved: version"
    back = edit("edit solved about off")
    assert back.title == "solved: about as its repository says"
    assert "Answers, again" in said(back)
    edit("edit solved version off")
    view = shown(people)
    assert (view.about, view.version, view.edited) == ("Answers, again", "1.1", ())
    again = edit("edit solved about off")
    assert (again.title, again.tone) == ("solved: about not edited", Tone.WARNING)


def test_tags_of_people_hold_whatever_the_list_and_the_topics_say(
    edit: Edit, people: Staffed
) -> None:
    topics(people, "answers")
    assert shown(people).tags == ("official", "answers")
    edit("edit solved tags #Support, help-desk support")
    topics(people, "replies", "official")
    synchronise(people)
    assert shown(people).tags == ("support", "help-desk")
    with people.world.database.read() as session:
        assert dict(tag_counts(session)) == {"support": 1, "help-desk": 1}
    edit("edit solved tags off")
    assert shown(people).tags == ("official", "replies")


def test_what_releases_of_packages_say_waits_beneath(people: Staffed, edit: Edit) -> None:
    with people.world.database.write() as session:
        plugin = session.exec(select(Plugin).where(Plugin.handle == "voting")).one()
        plugin.ecosystem = "python"
        session.add(plugin)
    edit("edit voting authors Grace")
    edit("edit voting version 5.0")
    released = PackageFacts("voting", "1.2", authors="Ada", repository="example/voting")
    with people.world.database.write() as session:
        record_packages(session, [released], Ecosystem.PYTHON, people.world.now)
    for column in ("authors", "version"):
        edit(f"edit voting {column} off")
    with people.world.database.read() as session:
        found = find_plugin(session, "voting")
    assert found
    assert (found.authors, found.version) == ("Ada", "1.2")


def test_what_no_repository_says_can_be_said(edit: Edit, people: Staffed, now: datetime) -> None:
    edit(f"edit solved docs <{DOCS}>")
    edit("edit solved support https://meta.discourse.org/c/7")
    edit("edit solved ci GitLab")
    named = edit("edit solved maintainers @ada, Grace ada")
    assert "a linked login or a role" in said(named)
    contact = edit("edit solved contact ada@example.org, grace@example.org")
    assert "ada@example.org, grace@example.org" in said(contact)
    assert "@" not in people.audited()[-1].words
    told = info_message(shown(people), None, now)
    (links,) = (block for block in told.blocks if isinstance(block, Links))
    assert ("Documentation", DOCS) in links.links
    assert ("Support", "https://meta.discourse.org/c/7") in links.links
    for words in ("ada and Grace", "gitlab", "maintainers, contact, tests, documentation"):
        assert words in said(told)
    with people.world.database.read() as session:
        (listed,) = listed_plugins(session, ["solved"], "stable", now)
    assert listed.maintainers == ("ada", "Grace")
    edit("edit solved maintainers off")
    with people.world.database.read() as session:
        (listed,) = listed_plugins(session, ["solved"], "stable", now)
    assert listed.maintainers == ()


WRONG = [
    ("docs ftp://example.com/a", "docs needs a web address, such as https://meta.discourse.org/t/1"),
    ("docs readme", "docs needs a web address, such as https://meta.discourse.org/t/1"),
    ("support http://127.0.0.1/a", "127.0.0.1 is not on the internet; support needs a web address"),
    ("support http://0x7f.1/a", "0x7f.1 is not on the internet; support needs a web address"),
    ("docs https://wiki.internal", "wiki.internal is not on the internet; docs needs a web address"),
    ("docs https://ada:secret@example.com", "docs needs a web address"),
    ("docs https://example.com/a b", "docs needs a web address"),
    ("docs https://[1/a", "docs needs a web address"),
    ("contact ada", "“ada” is no e-mail address, such as maintainer@example.com"),
    ("maintainers @ada, -x", "“-x” is no login of GitHub; give them such as: ada, grace"),
    ("tags !", "“!” is no tag: letters, digits, - and . of any script"),
    ("ci Git Hub", "ci is the name of who runs the tests, such as github, or none"),
    ("version 1 or 2", "a version is one word, such as 1.2.0"),
    ("version new", "'new' is not a version"),
    ("authors " + "x" * 201, "authors may have 200 characters, not 201"),
    ("about " + "x" * 351, "about may have 350 characters, not 351"),
    ("about", "Say which status, versions such as >=3.5, or other plugin; or what it should be, or off"),
    ("colour red", "Say what you declare or edit: status, needs,"),
]  # fmt: skip


def test_what_cannot_be_so_is_said_with_what_would_be_right(
    edit: Edit, people: Staffed, subtests: pytest.Subtests
) -> None:
    before = shown(people)
    for words, problem in WRONG:
        with subtests.test(words):
            assert problem in said(edit(f"edit solved {words}"))
            assert shown(people) == before


def test_who_may_edit_and_every_try_is_audited(edit: Edit, people: Staffed) -> None:
    assert edit("edit solved docs https://evil.example.org", STRANGER).title == (
        "You may not do that here"
    )
    assert edit("edit voting about Mine", MAINTAINER).title == "You may not do that here"
    assert edit("edit nowhere about Mine", ADMIN).title == "No plugin is called “nowhere”"
    assert edit("edit solved about Mine", MAINTAINER).title == "solved: about edited"
    edit("edit solved about off", ADMIN)
    entries = [(row.action, row.outcome, row.words) for row in people.audited()[-5:]]
    assert entries == [
        ("edit", "denied", "edit: solved docs https://evil.example.org"),
        ("edit", "denied", "edit: voting about Mine"),
        ("edit", "unknown", "edit: nowhere about Mine"),
        ("edit", "done", "edit: solved about Mine"),
        ("edit", "done", "edit: solved about off"),
    ]
    assert shown(people).docs_url is None


def test_what_is_said_of_a_private_plugin_is_for_those_who_may_know(
    edit: Edit, people: Staffed
) -> None:
    edit(f"edit solved docs {DOCS}")
    edit("edit solved maintainers ada")
    with people.world.database.write() as session:
        plugin = session.exec(select(Plugin).where(Plugin.handle == "solved")).one()
        plugin.repository_id = 7
        session.add_all((plugin, a_repository(github_id=7, private=True)))
    view = shown(people)
    assert (view.docs_url, view.maintainers, view.edited) == (None, (), ())
    assert "30155" not in said(edit("info solved", replace(STRANGER, workspace="T9")))
