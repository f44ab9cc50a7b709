"""One wording for an error that Ruby's versions, and the languages of PostgreSQL and of the system, word differently.

Ruby 3.3 names a receiver by its class rather than showing it, and 3.4 quotes otherwise; error_highlight (3.1) quotes
the source; did_you_mean guesses by what else is loaded. Browsers have words of their own, and builds other short names
of variables. PostgreSQL and strerror(3) speak the server's language.
"""

import re

_CONSTANT = r"[A-Z]\w*(?:::[A-Z]\w*)*"
# Objects within objects, and hashes within hashes, are folded from the inside; deeper ones are cut off by Ruby itself.
_MOST_NESTED = 5

_ABORTED = re.compile(r"^(?:bin/)?(?:rake|rails) aborted!\s*")
# Which task of Rake's failed is not which error it was.
_TASKS = re.compile(r"\n\s{0,4}Tasks: TOP => [^\n]*(?:\n\(See full trace [^\n]*)?(?=\n|$)")
_RAISED_AT = re.compile(r"^(?:\(eval at \S+\)|[^\s:]+):\d+:in [`'][^'\n]*': ", re.MULTILINE)
_HIGHLIGHT = re.compile(r"\n\n?[ \t]+\S[^\n]*\n[ \t]*\^[\^~ ]*[ \t\r]*(?=\n|$)")
_GUESS = re.compile(r"(?<!\s)\s*+\bDid you mean\?[^\n]*(?:\n[ \t]{6,}[^\n]+)*")
_TRAILING_CLASS = re.compile(
    r"[ \t]\((?P<name>\w+Error|\w+Exception|[A-Z]\w*(?:::[A-Z]\w*)+)\)[ \t\r]*(?=\n|$)"
)
# An uncaught error, a log and an error's own message differ in whether they name what follows from the words.
_IMPLIED_CLASS = re.compile(
    r"\bNoMethodError: (?=undefined method |private method |protected method )"
    r"|\bNameError: (?=undefined local variable |uninitialized constant )"
    r"|\bLoadError: (?=cannot load such file )"
    r"|\bFrozenError: (?=can't modify frozen )"
    r"|\bArgumentError: (?=wrong number of arguments |comparison of |(?:missing|unknown) keyword)"
    r"|\bTypeError: (?=wrong argument type |no implicit conversion |superclass mismatch |can't convert [A-Z])"
    r"|\bKeyError: (?=key not found: )|\bSystemStackError: (?=stack level too deep)"
    r"|\bZeroDivisionError: (?=divided by 0)"
)

# Firefox, Safari and Chrome, in this order where all three differ.
_UNCAUGHT = re.compile(
    r"\bUncaught (?:\(in promise\) )?(?=[A-Z])|^Uncaught (?:\(in promise\) )?", re.MULTILINE
)
_ACCESS = re.compile(
    r"\bcan't access property [\"'](?P<firefox>[\w$]+)[\"'], [\w$.()]+ is (?P<of>undefined|null)\b"
    r"|\b(?P<was>undefined|null) is not an object \(evaluating '[^'\n]{0,200}?[.](?P<safari>[\w$]+)'\)"
)
_NO_FUNCTION = re.compile(
    r"(?<=is not a )(function|constructor)\. \((?:In '[^'\n]{0,200}', '[^'\n]{0,200}' is |evaluating ')[^\n]{0,200}\)"
)
_NOT_LOADED = re.compile(r"\berror loading (?=dynamically imported module)")
_UNKNOWN_VARIABLE = re.compile(r"\bReferenceError: Can't find variable: ([\w$]+)")
_SHORT_VARIABLE = re.compile(
    r"(?<![\w$.])[A-Za-z_$]{1,2}\.(?=[\w$.]+ is not a (?:function|constructor)\b)"
)

_ANONYMOUS = re.compile(r"#<(?:Class|Module):0x[0-9a-f]+>")
_SINGLETON = re.compile(rf"#<Class:({_CONSTANT})>")
# An exception that is shown as an object tells its words.
_INSPECTED = re.compile(rf"#<(?!Process::Status:|(?:Sorted)?Set:)({_CONSTANT}): ([^<>\n]*)>")
_OBJECT = re.compile(rf"#<(?:struct |data )?({_CONSTANT})[^<>\n]*>(?::\1)?")
_HASH = re.compile(r"\{(?=[^{}\n]*(?:=>|\w[\"']?: ))[^{}\n]*\}")
_RECEIVER = re.compile(
    r"(?P<said>(?:undefined (?:local variable or )?method|(?:private|protected) method) "
    r"[`'][^`'\n]{1,200}'(?: called)? for )(?P<receiver>[^\n]{1,300})"
)
_SPECIAL = re.compile(
    r"(?:(nil)(?::NilClass)?|(true)(?::TrueClass)?|(false)(?::FalseClass)?|(main)(?::Object| object)?)(?!\w)"
)
# A model may tell its columns, or how to connect it.
_MODULE = re.compile(rf"({_CONSTANT})(?: ?\([^\n]*\))?:(Class|Module)\b")
_LIST_OF_OBJECTS = re.compile(rf"(an instance of {_CONSTANT})[^\n]*>$")
_SHOWN = re.compile(rf"^(?!an instance of |class |module ).+:({_CONSTANT})$")

# Ruby 2.7 shows the value that is frozen, and puts a colon before keywords.
_FROZEN = re.compile(rf"(\bcan't modify frozen {_CONSTANT}): [^\n]*")
_KEYWORD = re.compile(r"\b((?:missing|unknown) keywords?:)([^\n()]*)")

# What strerror(3) says, in whatever language, says no more than the class that Ruby gives it.
_SYSTEM = re.compile(r"\b(Errno::E\w+): [^\W\d_][^\n@<>\d()\":]*?(?= @ | - |\n|$)")
_WITHIN = re.compile(r"(?<=\()[^\W\d_][^()\n]*? - (?=(?:connect|bind|read|write|recv|send)\w*\()")
_RESOLVER = re.compile(r"\bgetaddrinfo(?:\(3\))?: [^()\n]*")
_RESOLUTION = re.compile(r"\bSocket::ResolutionError\b")

_POSTGRESQL = re.compile(r"\b(?P<name>PG::\w+): ?(?P<words>[^\n]*)(?:\n.*)?", re.DOTALL)
# A column of a table that the statement names is not quoted, nor is its table named in each language.
_NAMED = re.compile(
    r"(?:\"|»|«|„|“)\s?([\w.$]+)\s?(?:\"|«|»|“|”)|\b([A-Za-z_]\w*)\([\w, ]*\)|(?<![\w.])\w+\.([^\W\d]\w*)(?![\w.])"
)
_OF_TYPE = re.compile(
    r"\b(?:smallint|integer|bigint|uuid|jsonb?|boolean|numeric|real|date|timestamp|interval|inet|bytea)\b"
)
# What these quote is data, and what they are about is a type, which no language translates.
_QUOTES_DATA = frozenset(
    {
        *(
            "PG::InvalidTextRepresentation",
            "PG::InvalidDatetimeFormat",
            "PG::InvalidParameterValue",
        ),
        *("PG::DatetimeFieldOverflow", "PG::NumericValueOutOfRange", "PG::ConnectionBad"),
        *("PG::StringDataRightTruncation", "PG::CharacterNotInRepertoire", "PG::InvalidPassword"),
    }
)


def one_wording(text: str) -> str:
    """The error as the newest Ruby words it, without guesses, snippets of source, and words that are translated."""
    text = _RAISED_AT.sub("", _TASKS.sub("", _ABORTED.sub("", text)))
    text = _HIGHLIGHT.sub("", text)
    text = _class_first(text)
    text = _GUESS.sub("", text)
    text = _objects(text)
    text = _RECEIVER.sub(_received, text)
    text = _FROZEN.sub(r"\1", _KEYWORD.sub(_keywords, text))
    text = _browser(text)
    text = _POSTGRESQL.sub(_postgresql, text)
    text = _RESOLUTION.sub("SocketError", _RESOLVER.sub("getaddrinfo", text))
    text = _SYSTEM.sub(r"\1:", _WITHIN.sub("", text))
    return _IMPLIED_CLASS.sub("", text)


def _class_first(text: str) -> str:
    """The class of an uncaught error, which stands behind its first line, in front, where logs have it."""
    found = _TRAILING_CLASS.search(text)
    if found is None:
        return text
    rest = text[: found.start()] + text[found.end() :]
    return rest if rest.startswith(f"{found['name']}: ") else f"{found['name']}: {rest}"


def _objects(text: str) -> str:
    """The text in which each object that is shown is named by its class, and each hash is data."""
    text = _SINGLETON.sub(r"Singleton::\1", _ANONYMOUS.sub("Anonymous", text))
    text = _INSPECTED.sub(r"\1: \2", text)
    for _ in range(_MOST_NESTED):
        text, objects = _OBJECT.subn(r"an instance of \1", text)
        text, hashes = _HASH.subn("<data>", text)
        if not objects and not hashes:
            break
    return text


def _received(found: re.Match[str]) -> str:
    return found["said"] + _receiver(found["receiver"].rstrip())


def _receiver(shown: str) -> str:
    """What a method was called on, by its class: `nil:NilClass`, `Foo:Class`, `5:Integer` and the like."""
    if special := _SPECIAL.match(shown):
        return str(special[special.lastindex or 0]) + shown[special.end() :]
    if module := _MODULE.match(shown):
        return f"{module[2].lower()} {module[1]}{shown[module.end() :]}"
    return _SHOWN.sub(r"an instance of \1", _LIST_OF_OBJECTS.sub(r"\1", shown))


def _browser(text: str) -> str:
    """What a browser says, in Chrome's words."""
    text = _ACCESS.sub(_accessed, _UNCAUGHT.sub("", text))
    text = _NOT_LOADED.sub("Failed to fetch ", _NO_FUNCTION.sub(r"\1", text))
    text = _UNKNOWN_VARIABLE.sub(r"ReferenceError: \1 is not defined", text)
    return _SHORT_VARIABLE.sub("", text)


def _accessed(found: re.Match[str]) -> str:
    of, name = found["of"] or found["was"], found["firefox"] or found["safari"]
    return f"Cannot read properties of {of} (reading '{name}')"


def _keywords(found: re.Match[str]) -> str:
    return found[1] + re.sub(r"(?<![\w:]):(?=\w)", "", found[2])


def _postgresql(found: re.Match[str]) -> str:
    """The class, and the names that the first line quotes, in an order that no language changes."""
    if found["name"] in _QUOTES_DATA:
        names = _OF_TYPE.findall(found["words"])
    else:
        names = ["".join(groups) for groups in _NAMED.findall(found["words"])]
    return " ".join((f"{found['name']}:", *sorted(set(names))))
