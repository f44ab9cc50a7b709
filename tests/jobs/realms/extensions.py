"""Extensions of the tests, installed as an operator installs them."""

from datetime import datetime
from pathlib import Path

from models.database.engine import Database
from models.extensions.host import this_host
from models.extensions.installing import install
from models.extensions.manifest.handles import read_handles
from models.extensions.package import read_package
from models.extensions.store import Store
from models.people.persons import who
from models.rules.people import Actor
from tests.models.extensions.packages import WHEEL, package, wheel
from tests.models.extensions.samples import LEAST

OPERATOR = Actor("local", "local", "root", "root")
HANDLES = read_handles('[handles]\nacmejira = "ACME"')

ACTIONS = """
[[action]]
name = "hello"
kind = "question"
summary = "A greeting"
run = "hello"
[[action]]
name = "add"
kind = "question"
summary = "A sum"
run = "add"
takes = [
  { name = "first", type = "integer", about = "A number", required = true },
  { name = "second", type = "integer", about = "A number", required = true },
]
[[action]]
name = "plugins"
kind = "question"
summary = "All plugins"
run = "plugins"
[[action]]
name = "fail"
kind = "question"
summary = "What fails"
run = "fail"
takes = [{ name = "how", type = "choice", of = ["raise", "die", "refused"], about = "In which way" }]
"""
# What changes something, and a question that tries to.
ACTS = """
[[action]]
name = "care"
kind = "act"
summary = "Acknowledge an incident, or do something else"
run = "care"
power = "follow"
takes = [
  { name = "incident", type = "incident", about = "Which", required = true },
  { name = "by", type = "name", about = "By which act" },
]
[[action]]
name = "curious"
kind = "question"
summary = "A question that acts"
run = "curious"
"""
CODE = """
import os


def hello(call):
    return f"Hello {call.asker['name']}, from {os.getpid()}"


def add(call, first, second):
    again = {"kind": "buttons", "buttons": [["Again", "acmejira add 1 2"]]}
    return {"title": str(first + second), "blocks": [again]}


def plugins(call):
    return call.ask("list")


def care(call, incident, by="ack"):
    if by == "role":
        call.act("role", change="grant", role="admin", whom="U-evil")
    else:
        call.act(by, incident=incident)
    return f"Taken care of {incident}"


def curious(call):
    call.act("ack", incident="1")
    return "I did"


def fail(call, how="raise"):
    if how == "die":
        os._exit(3)
    if how == "refused":
        call.fetch("https://example.com/")
    raise ValueError("as asked")
"""


def install_extension(
    database: Database,
    root: Path,
    now: datetime,
    *lines: str,
    code: str = CODE,
    reads: str = "asker",
    version: str = "1.2.0",
) -> str:
    """Install ACME's Jira with these lines in its manifest, turned off or beside the one that is on; its folder."""
    least = LEAST.replace("1.2.0", version)
    manifest = "\n".join([least, f'may = {{ read = "{reads}" }}', *lines, ACTIONS, ACTS])
    wheels = {
        WHEEL.replace("1.2.0", version): wheel({"acmejira/__init__.py": code}, version=version)
    }
    packed = package(wheels, manifest=manifest)
    root.mkdir(exist_ok=True)
    file = root / "acmejira.zip"
    file.write_bytes(packed)
    host = this_host()
    found = read_package(file, host, HANDLES, frozenset({"status"}))
    folder = Store(root).unpack(found)
    with database.write() as session:
        person = who(session, OPERATOR, now)
        install(session, found, folder, host, person, now, agrees=True)
    return folder
