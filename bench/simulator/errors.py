"""The words of errors: of real causes, of a server's surroundings, and of plain bad luck."""

from dataclasses import dataclass

from bench.simulator.chance import Chance

_ENVIRONMENT = (
    "Net::ReadTimeout: Net::ReadTimeout with #<TCPSocket:(closed)>",
    "Errno::ENOSPC: No space left on device @ rb_sysopen - /shared/tmp/cache",
    "Redis::CannotConnectError: Error connecting to Redis on localhost:6379 (Errno::ECONNREFUSED)",
    "SocketError: getaddrinfo: Temporary failure in name resolution",
    "Errno::ECONNREFUSED: Connection refused - connect(2) for 127.0.0.1:5432",
    "PG::ConnectionBad: could not connect to server: Connection refused",
    "OpenURI::HTTPError: 429 Too Many Requests",
    "Net::OpenTimeout: execution expired",
)
_SICK = (
    *_ENVIRONMENT[:4],
    "Gem::MissingSpecError: Could not find 'aws-sdk-s3' (>= 0) among 312 total gem(s)",
)
_REMOVED = (
    "NoMethodError: undefined method `{0}' for an instance of Plugin::Instance",
    "NameError: uninitialized constant Discourse::{1}",
    "LoadError: cannot load such file -- discourse/lib/{0}",
    "NoMethodError: undefined method `{0}' for class {1}",
)
_OWN = (
    *_REMOVED,
    "NoMethodError: undefined method `{0}' for nil",
    "ArgumentError: wrong number of arguments (given 3, expected 1..2)",
    "LoadError: Could not find gem '{0}'",
    "NoMethodError: undefined method `id' for nil",
)


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """An error as a machine sends it; `frame` is a file within the plugin and its method."""

    message: str
    frame: str = "plugin.rb:31:in `activate!'"

    def backtrace(self, handle: str) -> str:
        """Where it came from."""
        root = "/var/www/discourse"
        return f"{root}/plugins/{handle}/{self.frame}\n{root}/lib/plugin/instance.rb:494:in `activate!'"


def removed(chance: Chance) -> tuple[str, str]:
    """What all say who used what the host has no more, and its name."""
    return _filled(chance, chance.choice(_REMOVED))


def own(chance: Chance) -> ErrorWords:
    """What a plugin says that broke by itself."""
    return ErrorWords(_filled(chance, chance.choice(_OWN))[0], frame(chance))


def frame(chance: Chance) -> str:
    """A place in a plugin: mostly its first file."""
    if chance.happens(0.7):
        return f"plugin.rb:{chance.randint(10, 90)}:in `activate!'"
    return f"lib/{chance.word()}.rb:{chance.randint(1, 200)}:in `{chance.word(2)}'"


def environment(chance: Chance) -> ErrorWords:
    """What a server says whose surroundings fail for a moment."""
    return ErrorWords(chance.choice(_ENVIRONMENT), frame(chance))


def sick(chance: Chance) -> str:
    """What a sick site says, of whatever plugin."""
    return chance.choice(_SICK)


def odd(chance: Chance) -> ErrorWords:
    """Bad luck in words that nobody shares."""
    return ErrorWords(f"NoMethodError: undefined method `{chance.word(4)}' for nil", frame(chance))


def _filled(chance: Chance, template: str) -> tuple[str, str]:
    """The message, and what it names."""
    name = f"{chance.word()}_{chance.word(2)}"
    constant = f"{chance.word().title()}{chance.word(2).title()}"
    return template.format(name, constant), name if "{0}" in template else constant
