"""What this process gives up before it loads anything of the extension; nothing can give it back.

The jail around it has no network, no files and no other processes. These limits bound what is left.
They hold in a plain process too.
"""

import ctypes
import os
import resource
import signal

from pluginwatch_kit.realm import syscalls

# Bytes that one file may have. There is no place but /tmp, which is memory and bounded as a whole.
LONGEST_FILE = 16 << 20
# Files that may be open at once.
OPEN_FILES = 64
# Whatever it computes, the host's own processes come first where the processors are busy.
_NICER = 10

# The kernel's numbers: linux/prctl.h and linux/seccomp.h.
_SET_PARENT_DEATH_SIGNAL = 1
_SET_NO_NEW_PRIVILEGES = 38
_SET_SECCOMP = 22
_FILTER = 2


class _Program(ctypes.Structure):
    """A filter of system calls as the kernel takes it: struct sock_fprog of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def confine(memory: int) -> dict[str, bool]:
    """Bound this process to `memory` bytes of addresses, one thread, and no process or socket of its own.

    Returns which bounds hold: system calls are filtered on x86_64 and aarch64 only.

    Raises:
        OSError: the kernel refuses.
    """
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_FSIZE: LONGEST_FILE,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
    }
    libc = ctypes.CDLL(None, use_errno=True)
    os.nice(_NICER)
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))
    # It ends with the process that started it. Whether that is still there, only the host can see.
    _control(libc, _SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, None)
    # The kernel takes a filter only of a process that can gain no rights by what it runs.
    _control(libc, _SET_NO_NEW_PRIVILEGES, 1, None)
    program = syscalls.program(os.uname().machine)
    if program is None:
        return {"filtered": False}
    whole = _Program(len(program) // syscalls.INSTRUCTION_BYTES, program)
    _control(libc, _SET_SECCOMP, _FILTER, ctypes.byref(whole))
    return {"filtered": True}


def _control(libc: ctypes.CDLL, what: int, value: int, pointer: object) -> None:
    if libc.prctl(what, ctypes.c_ulong(value), pointer, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, f"prctl {what}: {os.strerror(number)}")
