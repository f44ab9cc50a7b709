"""What the host's commits change, as GitHub shows it: of guilty ones mostly what their victims' errors name."""

from collections.abc import Iterator
from typing import Any

from bench.simulator.causes import FOREVER, Cause
from bench.simulator.chance import Chance
from bench.simulator.commits import SimulatedCommit
from bench.simulator.parameters import (
    BRANCHES,
    DIFF_NAMES,
    FILES_OF_COMMIT,
    TITLE_NAMES,
    TOUCHES_LOADER,
    TOUCHES_SAME,
)
from bench.simulator.world import World

# A message and files, as the stand-in of GitHub keeps a commit.
Change = dict[str, Any]

_FOLDERS = ("lib", "app/models", "app/controllers", "app/assets/javascripts/discourse/app/lib")
_LOADER = "lib/plugin/instance.rb"
_PREFIXES = ("FIX", "DEV", "UX", "FEATURE", "PERF", "A11Y")


def changes(world: World) -> dict[str, Change]:
    """What each of the host's commits changes, by its sha."""
    found = {}
    for branch in BRANCHES:
        for commit in world.host[branch].commits:
            found[commit.sha] = _innocent(Chance.of(world.seed, "change", commit.sha))
    for cause in world.causes:
        if cause.guilty == "host":
            found |= _of(world, cause)
    return found


def guilty_commit(world: World, cause: Cause) -> SimulatedCommit | None:
    """The first commit of the trunk with what broke the victims; None where it came too late to be seen."""
    trunk = world.host[BRANCHES[0]]
    place = trunk.since(cause.host_since)
    return trunk.commits[place] if place < len(trunk.commits) else None


def is_named(cause: Cause, change: Change) -> bool:
    """Whether an error of a victim names something that the commit touches."""
    told = any(cause.removed in victim.words.message for victim in cause.victims)
    return told and any(cause.removed in str(file) for file in change["files"])


def history(world: World, branch: str) -> list[str]:
    """The branch's commits, the newest first, with those of the trunk that it took over."""
    trunk = world.host[BRANCHES[0]]
    line = world.host[branch].commits
    if branch == BRANCHES[0]:
        return [commit.sha for commit in reversed(line)]
    shas: list[str] = []
    taken = 0
    for commit in line:
        until = trunk.since(commit.content) + 1
        shas += [each.sha for each in trunk.commits[taken:until]]
        taken = max(taken, until)
        shas.append(commit.sha)
    return shas[::-1]


def _of(world: World, cause: Cause) -> Iterator[tuple[str, Change]]:
    """The commit that breaks the victims, the one that takes it back, and one that touches the same before."""
    trunk = world.host[BRANCHES[0]]
    place = trunk.since(cause.host_since)
    if place >= len(trunk.commits):
        return
    chance = Chance.of(world.seed, "guilty", cause.number)
    change = _guilty(chance, cause.removed)
    yield trunk.commits[place].sha, change
    if chance.happens(TOUCHES_SAME) and place > 0:
        before = _innocent(chance)
        before["files"].append(_file(f"lib/{chance.word()}.rb", f"+  {cause.removed}\n"))
        yield trunk.commits[place - 1].sha, before
    back = trunk.since(cause.host_until) if cause.host_until is not FOREVER else len(trunk.commits)
    if back < len(trunk.commits):
        title = f'Revert "{change["message"]}"'
        yield trunk.commits[back].sha, {"message": title, "files": change["files"]}


def _guilty(chance: Chance, removed: str) -> Change:
    roll = chance.random()
    change = _innocent(chance)
    if roll < DIFF_NAMES:
        change["files"].append(_removal(removed))
    if roll < TITLE_NAMES:
        change["message"] = (
            f"DEV: {chance.choice(('Remove', 'Drop deprecated', 'Rename'))} {removed}"
        )
    return change


def _removal(removed: str) -> Change:
    if removed[0].isupper():
        return _file(f"lib/{removed.lower()}.rb", f"-  class {removed}\n-  end\n")
    return _file(f"lib/{removed}.rb", f"-  def {removed}(one, other)\n-  end\n", "removed")


def _innocent(chance: Chance) -> Change:
    files = []
    for _ in range(chance.randint(*FILES_OF_COMMIT)):
        name = f"{chance.word()}_{chance.word(2)}"
        lines = f"-  def {name}(id)\n+  def {name}(id, {chance.word()})\n   nil\n"
        files.append(_file(f"{chance.choice(_FOLDERS)}/{chance.word()}.rb", lines))
    if chance.happens(TOUCHES_LOADER):
        files.append(_file(_LOADER, f"-    activate!\n+    activate!({chance.word()})\n"))
    title = f"{chance.choice(_PREFIXES)}: {chance.word().title()} {chance.word()} {chance.word()}"
    return {"message": title, "files": files}


def _file(name: str, lines: str, status: str = "modified") -> Change:
    return {"filename": name, "status": status, "patch": f"@@ -1,9 +1,9 @@\n{lines}"}
