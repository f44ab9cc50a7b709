"""Errors of a server's surroundings, which say nothing of the plugin that met them."""

import re

from models.rules.own_line import own_lines

# What only code can do wrong, whatever its words name: a method may be called `timeout`.
_CODE = re.compile(
    r"\b(?:NoMethodError|NameError|ArgumentError|TypeError|SyntaxError|LoadError|KeyError|FrozenError"
    r"|NotImplementedError|AttributeError|ImportError|ModuleNotFoundError|ReferenceError)\b"
    r"|\bundefined (?:local variable or )?(?:method|variable)\b|\buninitialized constant\b"
)
_SURROUNDINGS = re.compile(
    r"""\b(?:
      Net::(?:Open|Read|Write)Timeout | (?:Open|Read|Write|Connect|Connection)Timeout(?:Error)?
    | Timeout::(?:Error|ExitException) | TimeoutError | execution\ expired
    | Errno::(?:ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EPIPE
        |ENOSPC|EDQUOT|EROFS|EIO|ENOMEM|EMFILE|ENFILE)
    # As Node says it.
    | ECONNREFUSED | ECONNRESET | ETIMEDOUT | EHOSTUNREACH | ENETUNREACH | EAI_AGAIN | ENOSPC | EDQUOT | EROFS | EMFILE
    | JavaScript\ heap\ out\ of\ memory | Process::Status:\ pid\ \d+\ (?:exit\ 137|SIGKILL)
    | OpenSSL::SSL::SSLError | SSLCertVerificationError | SSLError | certificate\ has\ expired
    | Redis::CommandError:\ (?:READONLY|LOADING|OOM|MISCONF) | RedisClient::ReadOnlyError
    | Connection(?:Refused|Reset|Aborted)Error | Connection\ (?:refused|reset|timed\ out)
    | (?:operation|request)\ timed\ out
    | No\ space\ left\ on\ device | Disk\ quota\ exceeded | Read-only\ file\ system | Too\ many\ open\ files
    | NoMemoryError | MemoryError | Cannot\ allocate\ memory
    | SocketError | Socket::ResolutionError | gaierror | getaddrinfo | Could\ not\ resolve\ host
    | (?:Temporary\ failure\ in\ name\ resolution) | Name\ or\ service\ not\ known
    | 429\ Too\ Many\ Requests | API\ rate\ limit\ exceeded
    | (?:502\ Bad\ Gateway|503\ Service\ Unavailable|504\ Gateway)
    | Redis(?:Client)?::(?:Cannot|Base)?(?:Connect|Connection|Timeout)Error | Redis::CannotConnectError
    | PG::(?:ConnectionBad|UnableToSend|AdminShutdown|DiskFull) | Error\ connecting\ to\ Redis
    | ActiveRecord::(?:ConnectionNotEstablished|ConnectionTimeoutError|DatabaseConnectionError)
    )\b""",
    re.VERBOSE,
)
# Of an error's text only its beginning says what it is; what follows quotes others.
_BEGINNING = 500


# What a site's own image lacks, where a canary server is built from scratch.
_MISSING_GEM = re.compile(
    r"\bGem::MissingSpec(?:Version)?Error\b|\bBundler::GemNotFound\b"
    r"|\bCould not find (?:gem )?\S[^\n]{0,100} in (?:locally installed gems|any of the sources|rubygems repository)"
)


def is_of_site(message: str | None) -> bool:
    """Whether the error is a client site's own: of its surroundings, or of gems that were not installed there."""
    return is_of_surroundings(message) or bool(_MISSING_GEM.search(_said(message)))


def is_of_surroundings(message: str | None) -> bool:
    """Whether the error is of the server's surroundings: its network, disk, memory, name service, or another service's
    limits.
    """
    said = _said(message)
    return bool(_SURROUNDINGS.search(said)) and not _CODE.search(said)


def _said(message: str | None) -> str:
    """The beginning of the error's own line, whatever a log has around it."""
    own = own_lines(message or "")
    return own[0].strip()[:_BEGINNING] if own else ""
