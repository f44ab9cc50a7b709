"""The filter of system calls, as the kernel's bytecode. libseccomp would make it, but it is no part of Python.

It is a list of what is refused. The jail alone keeps the realm from others; the filter keeps it one
thread of one process, and away from the rarer parts of the kernel.
https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
"""

import struct
from errno import ENOSYS, EPERM
from typing import Optional

INSTRUCTION_BYTES = 8

# Numbers on x86_64 and on aarch64, from asm/unistd_64.h and asm-generic/unistd.h; None where there is no such call.
_Numbers = tuple[Optional[int], Optional[int]]
REFUSED: dict[str, _Numbers] = {
    # processes and threads
    "fork": (57, None),
    "vfork": (58, None),
    "clone": (56, 220),
    "execve": (59, 221),
    "execveat": (322, 281),
    # others' processes
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    # the network; a pair of sockets within the process stays allowed
    "socket": (41, 198),
    "connect": (42, 203),
    "sendmsg": (46, 211),  # which could name an address, or hand files over
    "sendmmsg": (307, 269),
    # ways to go on between two calls, when it is stopped, and to outlive who started it
    "timer_create": (222, 107),
    "prctl": (157, 167),
    # memory that the limit of addresses does not count
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    # ways out of namespaces, and around this filter
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "io_uring_setup": (425, 425),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
}
# Calls that are refused only with this in the argument of this place: None stands for anything but nothing.
REFUSED_WITH: dict[str, tuple[_Numbers, int, Optional[int]]] = {
    "fcntl F_SETSIG": ((72, 25), 1, 10),  # by SIGCONT, it could wake itself up
    "sendto an address": ((44, 206), 4, None),
}
# The C library takes this answer as "not here" and calls clone in its place.
_CLONE3 = 435

# The kernel's names of machines, in the order of the numbers above: linux/audit.h.
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
# From here on the numbers are those of x86_64's second, rarer interface.
_X32 = 0x40000000

_LOAD = 0x20
_EQUAL = 0x15
_AT_LEAST = 0x35
_RETURN = 0x06
_NUMBER_AT = 0
_MACHINE_AT = 4
_ARGUMENTS_AT = 16
_ARGUMENT_BYTES = 8
_KILL = 0x80000000
_ERRNO = 0x00050000
_ALLOW = 0x7FFF0000


def program(machine: str) -> Optional[bytes]:
    """The filter for this kind of machine; None where its numbers are not known here."""
    if machine not in _MACHINES:
        return None
    place, mark = _MACHINES[machine]
    refused = [numbers[place] for numbers in REFUSED.values() if numbers[place] is not None]
    steps: list[bytes] = [
        _step(_LOAD, _MACHINE_AT),
        _step(_EQUAL, mark, yes=1),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER_AT),
        *_when(_AT_LEAST, _X32, EPERM),
        *_when(_EQUAL, _CLONE3, ENOSYS),
    ]
    for number in refused:
        steps += _when(_EQUAL, number or 0, EPERM)
    for numbers, argument, word in REFUSED_WITH.values():
        steps += _when_with(numbers[place] or 0, argument, word)
    return b"".join([*steps, _step(_RETURN, _ALLOW)])


def _when(test: int, value: int, error: int) -> list[bytes]:
    return [_step(test, value, no=1), _step(_RETURN, _ERRNO | error)]


def _when_with(number: int, argument: int, word: Optional[int]) -> list[bytes]:
    """Both halves of an argument are looked at for anything, and the lower one for a word."""
    low = _ARGUMENTS_AT + _ARGUMENT_BYTES * argument
    if word is None:
        looks = [
            _step(_LOAD, low),
            _step(_EQUAL, 0, no=2),
            _step(_LOAD, low + _ARGUMENT_BYTES // 2),
            _step(_EQUAL, 0, yes=1),
        ]
    else:
        looks = [_step(_LOAD, low), _step(_EQUAL, word, no=1)]
    then = [_step(_RETURN, _ERRNO | EPERM), _step(_LOAD, _NUMBER_AT)]
    return [_step(_EQUAL, number, no=len(looks) + len(then)), *looks, *then]


def _step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)
