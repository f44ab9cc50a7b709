"""Why a set of plugins breaks or may break, in sentences."""

from collections.abc import Callable, Sequence

from models.messages.blocks import and_more
from models.messages.pairs import by_pair, perhaps_by_pair
from models.messages.words import clip, joined, short
from models.rules.declaring import Fact
from models.rules.speaking import count, marked, say
from models.rules.status import Verdict
from models.views.registry import Reason, Why

_LINES = 20
_WORDS_LIMIT = 200
# A declared limit; what the limit is of; and what was found in its place, where that is known.
_LIMITS = {
    Why.NEEDS_HOST: marked("{plugin} needs host {range}{said_by}"),
    Why.BREAKS_ON_HOST: marked("{plugin} breaks on host {range}{said_by}"),
    Why.NEEDS_RUNTIME: marked("{plugin} needs runtime {range}{said_by}"),
    Why.RUNTIME_LIMIT: marked("{plugin} needs runtime {range}{said_by}"),
    Why.UNTESTED: marked("{plugin} was tested with host {range}{said_by}"),
}
_DEPENDS = {
    Fact.REQUIRES: marked("{plugin} requires {other}, which depends on whether {found} is {range}"),
    Fact.OPTIONAL: marked("{plugin} can use {other}, which depends on whether {found} is {range}"),
    Fact.CONFLICTS: marked(
        "{plugin} conflicts with {other}, which depends on whether {found} is {range}"
    ),
}


def reason_line(reason: Reason, branch: str) -> str:
    """A reason as a sentence without its end."""
    words = f": {clip(reason.words, _WORDS_LIMIT)}" if reason.words else ""
    return f"{_SENTENCES[reason.why](reason, clip(branch))}{words}"


def _limit(reason: Reason, _branch: str) -> str:
    by = clip(reason.source)
    said_by = say(" as declared") if by == "declared" else f" ({by})"
    limit = say(_LIMITS[reason.why], plugin=_one(reason), range=clip(reason.range), said_by=said_by)
    if not reason.found:
        return limit
    return say("{limit}, and it is {found}", limit=limit, found=clip(reason.found))


def _one(reason: Reason) -> str:
    return clip(reason.handles[0])


def _other(reason: Reason) -> str:
    return f"{clip(reason.handles[1])} {clip(reason.range)}".strip()


def _no_plugin(reason: Reason, _branch: str) -> str:
    words = marked("no plugin is called “{plugin}”")
    if reason.found:
        words = marked("no plugin is called “{plugin}”; did you mean {meant}?")
    return say(words, plugin=_one(reason), meant=clip(reason.found))


def _no_report(reason: Reason, branch: str) -> str:
    words = marked("nobody has reported {plugin} on {branch} yet")
    if reason.found:
        words = marked("nobody has reported {plugin} {version} on {branch} yet")
    return say(words, plugin=_one(reason), version=short(reason.found), branch=branch)


def _no_host_version(reason: Reason, branch: str) -> str:
    words = marked(
        "{plugin} has a limit, host {range}; say which version {branch} is: check {branch} at 3.5.0: …"
    )
    if reason.source == "pins":
        words = marked(
            "{plugin} pins commits for older hosts; say which version {branch} is: check {branch} at 3.5.0: …"
        )
    return say(words, plugin=_one(reason), range=clip(reason.range), branch=branch)


def _some(names: Sequence[str]) -> str:
    return joined((*map(clip, names[:_LINES]), *and_more(len(names), _LINES)))


def _other_host(reason: Reason, branch: str) -> str:
    return count(
        len(reason.handles),
        "{plugins} is for {theirs}, and {branch} is a branch of {host}",
        "{plugins} are for {theirs}, and {branch} is a branch of {host}",
        plugins=_some(reason.handles),
        theirs=reason.found.title(),
        branch=branch,
        host=reason.source.title(),
    )


def _fails(reason: Reason, branch: str) -> str:
    claim = Verdict(reason.found).claim(_one(reason), branch)
    return say("{claim}, says {source}", claim=claim, source=reason.source)


def _fails_at_sites(reason: Reason, branch: str) -> str:
    return say(
        "{plugin} fails at {number} sites on {branch}",
        plugin=_one(reason),
        number=reason.found,
        branch=branch,
    )


def _few_sites(reason: Reason, branch: str) -> str:
    return say(
        "{plugin} is well at {number} sites on {branch}, which is too little to go by",
        plugin=_one(reason),
        number=reason.found,
        branch=branch,
    )


def _optional_version(reason: Reason, _branch: str) -> str:
    words = marked("{plugin} can use {other} only if it is {range}")
    if reason.found:
        words = marked("{plugin} can use {other} only if it is {range}; it would be {found}")
    return say(
        words,
        plugin=_one(reason),
        other=clip(reason.handles[1]),
        range=clip(reason.range),
        found=clip(reason.found),
    )


def _other_version(reason: Reason, _branch: str) -> str:
    words = marked("{plugin} requires {other}")
    if reason.found:
        words = marked("{plugin} requires {other}; it would be {found}")
    return say(words, plugin=_one(reason), other=_other(reason), found=clip(reason.found))


def _no_version(reason: Reason, _branch: str) -> str:
    one, other = map(clip, reason.handles)
    words = _DEPENDS[Fact(reason.source)]
    return say(words, plugin=one, other=other, found=clip(reason.found), range=clip(reason.range))


def _too_deep(reason: Reason, _branch: str) -> str:
    return count(
        len(reason.handles),
        "the versions of {number} plugin that need or cannot stand each other have too many combinations to try them "
        "all",
        "the versions of {number} plugins that need or cannot stand each other have too many combinations to try them "
        "all",
    )


def _of(words: str) -> Callable[[Reason, str], str]:
    """The reason in these words, which name the plugin, and perhaps another one or the host branch."""

    def said(reason: Reason, branch: str) -> str:
        other = _other(reason) if len(reason.handles) > 1 else ""
        return say(words, plugin=_one(reason), other=other, branch=branch)

    return said


_SENTENCES: dict[Why, Callable[[Reason, str], str]] = {
    Why.NO_PLUGIN: _no_plugin,
    Why.NOT_WATCHED: lambda reason, _: say(
        "no plugins that are watched here: {plugins}", plugins=_some(reason.handles)
    ),
    Why.OTHER_HOST: _other_host,
    Why.REMOVED: _of(marked("{plugin} is removed")),
    Why.NEEDS_HOST: _limit,
    Why.BREAKS_ON_HOST: _limit,
    Why.NEEDS_RUNTIME: _limit,
    Why.FAILS: _fails,
    Why.FAILS_AT_SITES: _fails_at_sites,
    Why.MISSING: _of(marked("{plugin} requires {other}, which is left out")),
    Why.OTHER_VERSION: _other_version,
    Why.OPTIONAL_VERSION: _optional_version,
    Why.CONFLICT: _of(marked("{plugin} conflicts with {other}")),
    Why.TOGETHER: lambda reason, _: say(
        "no known versions of {plugins} go together",
        plugins=joined(tuple(map(clip, reason.handles))),
    ),
    Why.TOO_DEEP: _too_deep,
    Why.PAIR: lambda reason, _: by_pair(reason),
    Why.PAIR_PERHAPS: lambda reason, _: perhaps_by_pair(reason),
    Why.ODD_VERSION: lambda reason, _: say(
        "“{version}” is no version, as one of the host, such as 3.5.0, is",
        version=clip(reason.found),
    ),
    Why.NO_HOST_VERSION: _no_host_version,
    Why.NO_REPORT: _no_report,
    Why.FEW_SITES: _few_sites,
    Why.OLDER_HOST: _of(marked("{plugin} worked on {branch}, but with an older host")),
    Why.NO_VERSION: _no_version,
    Why.DEPRECATED: _of(marked("{plugin} is deprecated")),
    Why.UNTESTED: _limit,
    Why.RUNTIME_LIMIT: _limit,
    Why.CAN_USE: _of(marked("{plugin} can also use {other}")),
}
