"""What is an error of a server's surroundings."""

import pytest

from models.rules.surroundings import is_of_site, is_of_surroundings


@pytest.mark.parametrize(
    "message",
    [
        "Net::OpenTimeout: execution expired",
        "Faraday::ConnectionFailed: execution refused",
        "Seahorse::Client::NetworkingError: Failed to open TCP connection to s3.example",
        'Net::HTTPFatalError: 502 "Bad Gateway"',
        "PG::TooManyConnections: FATAL:  sorry, too many clients already",
        "ActiveRecord::Deadlocked: PG::TRDeadlockDetected: ERROR:  deadlock detected",
        "ActiveRecord::NoDatabaseError: We could not find your database: forum",
        "RedisClient::CommandError: LOADING Redis is loading the dataset in memory",
        "fatal: unable to access 'https://x.example/y/': The requested URL returned error: 503",
        "Cloning into 'x'...\nfatal: the remote end hung up unexpectedly",
        "Bundler::HTTPError: Could not fetch specs from https://x.example/",
        "ERR_PNPM_FETCH_503  GET https://x.example: Service Unavailable",
        "page.goto: net::ERR_CONNECTION_RESET at https://x.example/",
        "Protocol error (Target.createTarget): Target closed.",
        "MiniRacer::V8OutOfMemoryError: v8 out of memory",
        "Killed",
        "backend_tests: .github:63: Process completed with exit code 137.",
        "The runner has received a shutdown signal.",
        "Pups::ExecError: cd /srv && rake failed with return #<Process::Status: pid 12 exit 137>",
        "Redis::CannotConnectError: Error connecting to Redis on localhost:6379 (Errno::ECONNREFUSED)",
        "RedisClient::CannotConnectError: Connection refused - connect(2) for 127.0.0.1:6379",
        "PG::ConnectionBad: could not connect to server: Connection refused",
        "ActiveRecord::ConnectionNotEstablished: connection to server on socket failed",
        "Errno::ECONNRESET: Connection reset by peer - SSL_connect",
        "NoMemoryError: failed to allocate memory",
        "Socket::ResolutionError: Failed to open TCP connection to api.example.com:443",
        "TimeoutError: timed out",
        "ConnectionRefusedError: [Errno 111] Connection refused",
        "socket.gaierror: [Errno -3] Temporary failure in name resolution",
        "fatal: unable to access 'https://x.example/y/': The requested URL returned error: 429",
        "error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502",
        "ssh: Could not resolve hostname x.example: nodename nor servname provided",
        "Bundler::Fetcher::TooManyRequestsError: Bundler could not fetch specs",
        "Gem::RemoteFetcher::FetchError: too many connection resets (https://x.example/)",
        "ERR_PNPM_FETCH_429  GET https://x.example: Too Many Requests - 429",
        "npm error code ERR_SOCKET_TIMEOUT",
        "Octokit::Forbidden: You have exceeded a secondary rate limit. Please wait",
        "Google::Apis::RateLimitError: rateLimitExceeded",
        "Aws::S3::Errors::SlowDown: Please reduce your request rate.",
        "Redis::ReadOnlyError: READONLY You can't write against a read only replica.",
        "Octokit::TooManyRequests: API rate limit exceeded for 192.0.2.1",
        "  \nErrno::EMFILE: Too many open files - socket(2)",
        'rake aborted!\nPG::ConnectionBad: connection to server at "192.0.2.1", port 5432 failed\na.rb:1:in `x\'',
        "app-1  | rake aborted!\napp-1  | Errno::ENOSPC: No space left on device @ io_write",
    ],
)
def test_what_any_plugin_would_meet_there(message: str) -> None:
    assert is_of_surroundings(message)


@pytest.mark.parametrize(
    "message",
    [
        None,
        "",
        "NoMethodError: undefined method `getaddrinfo' for nil",
        "NameError: uninitialized constant Net::ReadTimeout",
        "undefined method 'execution expired' for nil",
        "ArgumentError: unknown keyword: :TimeoutError",
        "NameError: uninitialized constant OpenSSL::SSL::SSLErrors",
        "Redis::CommandError: ERR wrong number of arguments for 'get' command",
        "LoadError: cannot load such file -- discourse/lib/gaierror",
        "NameError: uninitialized constant Octokit::TooManyRequests",
        "undefined method 'rate limit exceeded' for nil",
        "RuntimeError: the plugin failed\nNet::ReadTimeout was rescued before",
        "RuntimeError: the plugin was Killed by its author",
        "NameError: uninitialized constant Faraday::ConnectionFailed",
        ".github:63: Process completed with exit code 1.",
        "PG::QueryCanceled: ERROR:  canceling statement due to statement timeout",
        "Gem::MissingSpecError: Could not find 'aws-sdk-s3' (>= 0) among 312 total gem(s)",
    ],
)
def test_what_is_an_error_of_code(message: str | None) -> None:
    assert not is_of_surroundings(message)


@pytest.mark.parametrize(
    "message",
    [
        "Bundler::GemNotFound: Could not find gem 'rows (= 0.4.4)' in locally installed gems.",
        "Could not find rows-0.4.4 in locally installed gems\nRun `bundle install` to install missing gems.",
        "Could not find gem 'rows' in any of the sources",
        'PG::FeatureNotSupported: ERROR:  extension "vector" is not available',
    ],
)
def test_a_gem_that_is_not_installed_is_a_sites_own_trouble(message: str) -> None:
    assert is_of_site(message)
    assert not is_of_surroundings(message)


def test_a_file_that_is_missing_is_none() -> None:
    assert not is_of_site("LoadError: cannot load such file -- rows")
