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
    | Redis(?:Client)?::CommandError:\ (?:READONLY|LOADING|OOM|MISCONF|NOAUTH|WRONGPASS)
    | Redis(?:Client)?::(?:ReadOnly|OutOfMemory)Error
    | Connection(?:Refused|Reset|Aborted)Error | Connection\ (?:refused|reset|timed\ out)
    | (?:operation|request)\ timed\ out
    | No\ space\ left\ on\ device | Disk\ quota\ exceeded | Read-only\ file\ system | Too\ many\ open\ files
    | NoMemoryError | MemoryError | Cannot\ allocate\ memory
    | Faraday::ConnectionFailed | Excon::Error::(?:Socket|Timeout) | HTTP::ConnectionError
    | Seahorse::Client::NetworkingError | Failed\ to\ open\ TCP\ connection
    | SocketError | Socket::ResolutionError | gaierror | getaddrinfo | Could\ not\ resolve\ host(?:name)?
    | (?:Temporary\ failure\ in\ name\ resolution) | Name\ or\ service\ not\ known
    | Too\ Many\ Requests | TooManyRequests(?:Error)? | rate\ limit\ exceeded | secondary\ rate\ limit
    | RateLimit(?:Error|Exceeded) | reduce\ your\ request\ rate
    | 502\ "?Bad\ Gateway | 503\ "?Service\ Unavailable | 504\ "?Gateway
    # As git, Bundler, RubyGems and pnpm say that another server did not answer.
    | The\ requested\ URL\ returned\ error:\ (?:429|5\d\d) | RPC\ failed;\ (?:curl|HTTP)
    | [Tt]he\ remote\ end\ hung\ up\ unexpectedly | Gem::RemoteFetcher::UnknownHostError
    | Bundler::(?:HTTPError|Fetcher::NetworkDownError) | ERR_PNPM_(?:FETCH_(?:429|5\d\d)|META_FETCH_FAIL)
    | ERR_SOCKET_TIMEOUT | ESOCKETTIMEDOUT | too\ many\ connection\ resets
    | toomanyrequests
    # As browsers, and what drives them, do.
    | net::ERR_(?:CONNECTION|NAME|INTERNET|NETWORK|ADDRESS|TIMED|CERT|SSL|EMPTY)_\w+
    | Target\ closed | browserType\.launch | session\ not\ created | unable\ to\ obtain\ working\ Selenium
    | Ferrum::(?:ProcessTimeout|DeadBrowser)Error
    # A process that was killed, and a machine of CI that was taken away.
    | (?:signal:\ |\A)[Kk]illed | SIGKILL | exit\ code\ 137 | The\ operation\ was\ canceled
    | runner\ has\ received\ a\ shutdown\ signal | runner\ lost\ communication
    | Redis(?:Client)?::(?:Cannot|Base)?(?:Connect|Connection|Timeout)Error | Redis::CannotConnectError
    | PG::(?:ConnectionBad|UnableToSend|AdminShutdown|CrashShutdown|CannotConnectNow|DiskFull|OutOfMemory
        |TooManyConnections|LockNotAvailable|TRDeadlockDetected|ReadOnlySqlTransaction) | Error\ connecting\ to\ Redis
    | ActiveRecord::(?:ConnectionNotEstablished|ConnectionTimeoutError|DatabaseConnectionError
        |NoDatabaseError)
    | MiniRacer::(?:V8)?OutOfMemoryError
    )\b""",
    re.VERBOSE,
)
# Of an error's text only its beginning says what it is; what follows quotes others.
_BEGINNING = 500


# What a site's own image lacks, where a canary server is built from scratch: gems, and PostgreSQL's extensions.
_MISSING = re.compile(
    r"\bGem::MissingSpec(?:Version)?Error\b|\bBundler::GemNotFound\b"
    r"|\bCould not find (?:gem )?\S[^\n]{0,100} in (?:locally installed gems|any of the sources|rubygems repository)"
    r'|\bcould not open extension control file\b|\bextension "\w+" is not available\b'
)


def is_of_site(message: str | None) -> bool:
    """Whether the error is a client site's own: of its surroundings, or of what is not installed there."""
    return is_of_surroundings(message) or bool(_MISSING.search(_said(message)))


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
