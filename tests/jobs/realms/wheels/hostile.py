"""An extension that tries what none may. Each handler answers with what came of it."""

import ctypes
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time

from pluginwatch_kit.realm import HostError

LIBC = ctypes.CDLL(None, use_errno=True)


def hello(call):
    return f"hello {call.asker['name']}"


def read(call, path):
    with open(path, "rb") as file:
        return file.read(200).decode("utf-8", "replace")


def listed(call, path):
    return " ".join(sorted(os.listdir(path)))


def write(call, path):
    with open(path, "w") as file:
        file.write("here")
    return "written"


def environment(call):
    return repr(dict(os.environ))


def everything(call):
    """All text that this process can find: variables, arguments, options, and every file that it sees."""
    found = [repr(dict(os.environ)), repr(sys.argv), repr(call.options)]
    for top in sorted(os.listdir("/")):
        if top in ("usr", "lib", "lib64"):
            continue
        for folder, _, names in os.walk(f"/{top}"):
            if "python3" in folder:
                continue
            found += [_content(os.path.join(folder, name)) for name in names]
    return "\n".join(found)[:900_000]


def _content(path):
    if path == "/dev/null":
        return ""
    try:
        with open(path, "rb") as file:
            return path + file.read(2_000).decode("utf-8", "replace")
    except OSError as error:
        return f"{path} {error}"


def tcp(call, port):
    socket.create_connection(("127.0.0.1", port), timeout=2)
    return "connected"


def udp(call, port):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", port))
    return "sent"


def unix(call, path):
    socket.socket(socket.AF_UNIX).connect(path)
    return "connected"


def fork(call):
    return f"forked {os.fork()}"


def thread(call):
    threading.Thread(target=time.sleep, args=(1,)).start()
    return "started"


def execute(call):
    return subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True).stdout.decode()


def replace(call):
    os.execv(sys.executable, [sys.executable, "-c", "print(1)"])


def kill(call, process):
    os.kill(process, 9)
    return "killed"


def trace(call, process):
    if LIBC.ptrace(16, process, 0, 0):
        raise OSError(ctypes.get_errno(), "ptrace")
    return "attached"


def look_into(call, process):
    with open(f"/proc/{process}/environ") as file:
        return file.read()


def memory(call):
    return f"{len(bytearray(1 << 30))} bytes"


def memory_file(call):
    return f"opened {os.memfd_create('x')}"


def disk(call):
    """Fill /tmp with files of 1 MiB, and say how many fit."""
    files = 0
    try:
        while files < 200:
            with tempfile.NamedTemporaryFile(delete=False) as file:
                file.write(b"x" * (1 << 20))
            files += 1
    except OSError as error:
        return f"{files} MiB, then {error.strerror}"
    return f"{files} MiB"


def wake_up(call):
    """Have a timer continue this process while it is stopped."""
    event = (ctypes.c_int * 16)(0, 0, 18, 0)  # SIGEV_SIGNAL with SIGCONT
    if LIBC.timer_create(0, event, (ctypes.c_int * 2)()):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return "a timer"


def wake_up_by_a_pipe(call):
    import fcntl

    fcntl.fcntl(os.pipe()[0], 10, 18)  # F_SETSIG with SIGCONT
    return "a signal"


def outlive(call):
    if LIBC.prctl(1, 0, 0, 0, 0):  # PR_SET_PDEATHSIG
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return "for ever"


def pair(call):
    """What asyncio needs: two sockets within this process."""
    one, other = socket.socketpair()
    one.send(b"x")
    return other.recv(1).decode()


def hand_over(call):
    one, _other = socket.socketpair()
    socket.send_fds(one, [b"x"], [1])
    return "handed over"


def datagram(call, path):
    """By a pair, which the kernel makes, to somebody else."""
    one, _other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.sendto(b"x", path)
    return "sent"


def opened_files(call):
    found = []
    for number in range(256):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(number)
    return f"{len(found)} open"


def half_lines(call):
    """Frames that never end, a byte at a time."""
    while True:
        os.write(_out(call), b"{")
        time.sleep(0.01)


def nagging(call):
    """Have the host work, and not this process."""
    while True:
        call.ask("list")


def answers_of_ids(call):
    """Ask under a number of the host's own."""
    line = b'{"jsonrpc":"2.0","id":%d,"method":"ask","params":{"question":"list"}}\n'
    for number in (-1, 0, 2, 2, 2**63 - 1):
        os.write(_out(call), line % number)
        call._wire.receive()
    return "asked"


def both(call):
    """An answer that is an error, too."""
    line = b'{"jsonrpc":"2.0","id":4,"result":{},"error":{"code":1,"message":"x"}}\n'
    os.write(_out(call), line)
    return "written"


def namespaces(call):
    if LIBC.unshare(0x10000000):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return "new namespaces"


def more(call):
    """Take back a limit."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return "no limit"


def spin(call):
    while True:
        pass


def hang(call):
    time.sleep(600)


def die(call):
    os._exit(3)


def hang_up(call):
    """Close both streams, and go on."""
    os.closerange(0, 64)
    spin(call)


def leave(call):
    raise SystemExit(0)


def long_answer(call):
    return "x" * (2 << 20)


def long_line(call):
    while True:
        os.write(_out(call), b"x" * 65_536)


def flood(call):
    while True:
        call.log("x")


def heavy_flood(call):
    while True:
        call.log("x" * 500_000)


def fetched(call):
    """What came of asking the host for something."""
    try:
        return call.fetch("https://example.com/").body
    except HostError as error:
        return str(error)


def deep(call):
    """A message within a thousand lists."""
    answer = '{"jsonrpc":"2.0","id":4,"result":{"acts":[],"writes":[],"raised":[],"said":[],"message":{"title":"x","blocks":%s}}}'
    os.write(_out(call), (answer % ("[" * 990 + "]" * 990)).encode() + b"\n")
    return "second"


def user(call):
    return str(os.geteuid())


def priority(call):
    return str(os.nice(0))


def nonsense(call):
    os.write(_out(call), b'{"jsonrpc": "2.0", "id": 1, "result": NaN}\n')
    return "written"


def another_answer(call):
    os.write(_out(call), b'{"jsonrpc":"2.0","id":99,"result":{}}\n')
    return "written"


def _out(call):
    return call._wire._outgoing.fileno()


def imported(call, name):
    import importlib

    sys.path += [path for path in ("/usr/lib/python3/dist-packages",) if os.path.isdir(path)]
    return importlib.import_module(name).__name__


def no_message(call):
    return 12


def two_answers(call):
    os.write(
        _out(call),
        b'{"jsonrpc":"2.0","id":4,"result":{"acts":[],"writes":[],"raised":[],"said":[],"message":{"title":"first"}}}\n',
    )
    return "second"


def spin_later(call):
    """Answer, and go on working behind the answer, as a destructor may."""
    import signal

    signal.signal(signal.SIGALRM, spin_now)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    return "later"


def spin_now(number, frame):
    while True:
        pass
