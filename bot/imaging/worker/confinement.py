"""What a process gives up before it opens a stranger's file.

`confine` takes from the process that calls it, in this order, whatever the system lets it take away:

    namespaces   no network at all, and no rights over anything outside (Linux, where user namespaces are allowed)
    rights       no capabilities, and none to be had by starting a program (`no_new_privs`)
    files        only Python, its packages and the system's libraries can be read, nothing can be written (Landlock)
    calls        no sockets, no new processes, no signals and no looks at others, no file opened to write (seccomp)
    limits       memory, processor, tasks, open files, size of a file, no core (rlimits; also on other Unixes)
    parent       it ends when its parent does, `kill -9` included

Each is there for the case that another is not: a container seldom allows namespaces, an old kernel has no Landlock,
root reads every file that Landlock does not hide. It is all done by calls of the C library; nothing is installed.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.linux import LINUX, hide_memory, libc, prctl

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_CLONE_THREAD, _CLONE_NEWIPC, _CLONE_NEWUSER, _CLONE_NEWNET = 0x10000, 0x08000000, 0x10000000, 0x40000000
_TASKS: Final = 16
"""Threads a decoder may start; processes are started by none."""
_FILES: Final = 64


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a process may use: bytes of memory, and seconds of a processor."""

    memory: int
    seconds: int


def confine(parent: int, bounds: Bounds) -> list[str]:
    """Takes from this process what it does not need; gives what could not be taken, by the names above.

    `parent` is the process whose child this is: when that is gone already, this one ends here. To be called before
    there is a second thread, and before anything foreign is read.
    """
    if not LINUX:
        _limit(bounds, _tasks_now())
        return ["namespaces", "rights", "files", "calls", "parent"]
    steps: dict[str, Callable[[], bool]] = {"rights": _drop_rights, "files": _hide_files, "calls": _refuse_calls}
    apart = _leave_namespaces()
    _limit(bounds, 1 if apart else _tasks_now())  # a namespace of a user counts its own tasks alone
    missing = [*([] if apart else ["namespaces"]), *(name for name, step in steps.items() if not step())]
    hide_memory()
    # after everything that changes credentials, for that takes it back; a parent that ended before ended unseen
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    return missing


# Limits


def _limit(bounds: Bounds, tasks: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    wanted = {
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_NOFILE": _FILES,
        "RLIMIT_DATA": bounds.memory,
        "RLIMIT_AS": 4 * bounds.memory,  # libraries are mapped there, too, and stacks of threads
        "RLIMIT_CPU": bounds.seconds,
        "RLIMIT_NPROC": tasks + _TASKS,
    }
    for name, most in wanted.items():
        number = getattr(resource, name, None)
        if number is None:
            continue
        hard = resource.getrlimit(number)[1]
        above = most + 1 if name == "RLIMIT_CPU" else most  # else it would be killed without a word why
        top = above if hard == resource.RLIM_INFINITY else min(above, hard)
        with suppress(ValueError, OSError):  # macOS knows some that it does not take
            resource.setrlimit(number, (min(most, top), top))


def _tasks_now() -> int:
    """Tasks of the whole system: a limit counts all those of a user, which are no more."""
    try:
        return int(Path("/proc/loadavg").read_text("ascii").split()[3].split("/")[1])
    except (OSError, ValueError, IndexError):
        return 4096


# Namespaces and rights


def _leave_namespaces() -> bool:
    """A user's namespace, so that not even root is root outside, and in it an empty network."""
    return bool(libc().unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC) == 0)


def _drop_rights() -> bool:
    head = struct.pack("=Ii", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    dropped = libc().capset(head, bytes(24)) == 0
    return prctl(_PR_SET_NO_NEW_PRIVS, 1) and dropped


# Files: Landlock, see docs.kernel.org/userspace-api/landlock.html

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_SELF = 444, 445, 446  # the same on every machine
_LANDLOCK_VERSION, _LANDLOCK_PATH = 1, 1
_EXECUTE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 2, 1 << 3
_ALL_OF_VERSION: Final = (13, 14, 15, 15, 16, 16, 16)
"""How many rights over files each version of Landlock knows."""
_NET_ALL, _SCOPE_ALL = 0b11, 0b11
"""Binding and connecting; abstract sockets and signals."""


def _hide_files() -> bool:
    c_library = libc()
    version = c_library.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), _LANDLOCK_VERSION)
    if version < 1:
        return False
    files = (1 << _ALL_OF_VERSION[min(version, len(_ALL_OF_VERSION)) - 1]) - 1
    words = [files, _NET_ALL, _SCOPE_ALL][: 1 if version < 4 else 2 if version < 6 else 3]
    rules = struct.pack(f"={len(words)}Q", *words)
    ruleset = c_library.syscall(_LANDLOCK_CREATE, rules, ctypes.c_size_t(len(rules)), 0)
    if ruleset < 0:
        return False
    try:
        for each in _readable():
            _allow(ruleset, each)
        return bool(c_library.syscall(_LANDLOCK_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _readable() -> Iterator[Path]:
    """What Python and the libraries of its packages are loaded from; nothing of the bot but its code."""
    yield from (Path(__file__).parents[1], Path(os.__file__).parent, Path(sys.base_prefix, "lib"))
    packages = {"site-packages", "dist-packages"}
    yield from {Path(each) for each in sys.path if packages & {*Path(each).parts} or each.endswith(".zip")}
    yield from map(Path, ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache"))
    yield from (Path(each) for each in os.environ.get("LD_LIBRARY_PATH", "").split(":") if each)


def _allow(ruleset: int, path: Path) -> None:
    """Lets a folder with all that is in it, or a file, be read."""
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # it is not there
        return
    try:
        rights = _EXECUTE | _READ_FILE | (_READ_FOLDER if path.is_dir() else 0)
        rule = struct.pack("=Qi", rights, opened)
        libc().syscall(_LANDLOCK_ADD, ruleset, _LANDLOCK_PATH, rule, 0)
    finally:
        os.close(opened)


# Calls: seccomp, see docs.kernel.org/userspace-api/seccomp_filter.html

_REFUSED: Final = {
    "x86_64": (
        *(41, 42, 43, 49, 50, 53, 288, 425),  # socket connect accept bind listen socketpair accept4 io_uring_setup
        *(57, 58, 59, 322),  # fork vfork execve execveat
        *(62, 129, 200, 297, 424, 434, 438),  # kill rt_sigqueueinfo tkill rt_tgsigqueueinfo pidfd_*
        *(101, 310, 311, 298, 321, 323),  # ptrace process_vm_* perf_event_open bpf userfaultfd
        *(248, 249, 250, 272, 308, 165, 304),  # add_key request_key keyctl unshare setns mount open_by_handle_at
        *(141, 203, 144, 314, 251, 440, 448),  # setpriority sched_set* ioprio_set process_madvise process_mrelease
        *(76, 82, 83, 84, 85, 86, 87, 88, 133, 264, 316),  # truncate rename mkdir rmdir creat link unlink symlink mknod
        *(258, 259, 263, 265, 266),  # mkdirat mknodat unlinkat linkat symlinkat
        *(90, 91, 92, 93, 94, 132, 188, 235, 260, 261, 268, 280, 452),  # chmod chown utime setxattr and the like
    ),
    "aarch64": (
        *(198, 199, 200, 201, 202, 203, 242, 425),
        *(221, 281),
        *(129, 130, 138, 240, 424, 434, 438),
        *(117, 270, 271, 241, 280, 282),
        *(217, 218, 219, 97, 268, 40, 265),
        *(140, 122, 119, 274, 30, 440, 448),
        *(45, 38, 276),
        *(33, 34, 35, 36, 37),
        *(5, 52, 53, 54, 55, 88, 452),
    ),
}
"""Numbers of calls that no decoder makes (asm/unistd.h), for each machine."""
_CLONE, _TGKILL, _PRLIMIT, _OPEN, _OPENAT = "clone", "tgkill", "prlimit64", "open", "openat"
_WATCHED: Final = {
    "x86_64": {_CLONE: 56, _TGKILL: 234, _PRLIMIT: 302, _OPEN: 2, _OPENAT: 257},
    "aarch64": {_CLONE: 220, _TGKILL: 131, _PRLIMIT: 261, _OPENAT: 56},
}
"""Calls of which it counts what is asked."""
_CLONE3, _OPENAT2 = 435, 437
"""What these are asked stands in memory, where a filter cannot look: as if they were not there, and others are used."""
_ARCH: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_TO_WRITE: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_X32: Final = 0x40000000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_LET, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_EPERM, _ENOSYS, _EACCES = 1, 38, 13

_Step = tuple[int, int, int, int]
"""A step of the filter: what it does, how many steps it skips if so and if not, and with which number."""


def _refuse_calls() -> bool:
    machine = os.uname().machine
    if machine not in _REFUSED or struct.calcsize("P") != 8:
        return False
    steps = _filter(machine, os.getpid())
    packed = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = struct.pack("=H6xQ", len(steps), ctypes.addressof(packed))
    return prctl(_PR_SET_SECCOMP, 2, program)


def _filter(machine: str, mine: int) -> list[_Step]:
    """Lets everything through but what a decoder has no use for."""
    watched = _WATCHED[machine]
    steps: list[_Step] = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, _ARCH[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _ERROR | _ENOSYS),
    ]
    for number in _REFUSED[machine]:
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERROR | _EPERM)]
    for number in (_CLONE3, _OPENAT2):
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERROR | _ENOSYS)]
    steps += _unless(watched[_CLONE], 0, (_ANY_BIT, 1, 0, _CLONE_THREAD), _EPERM)
    steps += _unless(watched[_TGKILL], 0, (_EQUAL, 1, 0, mine), _EPERM)  # how a program aborts
    steps += _unless(watched[_PRLIMIT], 0, (_EQUAL, 1, 0, 0), _EPERM)
    for name, argument in ((_OPEN, 1), (_OPENAT, 2)):
        if name in watched:
            steps += _unless(watched[name], argument, (_ANY_BIT, 0, 1, _TO_WRITE), _EACCES)
    return [*steps, (_RETURN, 0, 0, _LET)]


def _unless(number: int, argument: int, fine: _Step, error: int) -> list[_Step]:
    """A call that is let through where its argument is fine; `fine` skips one step if so."""
    return [
        (_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, 16 + 8 * argument),
        fine,
        (_RETURN, 0, 0, _ERROR | error),
        (_RETURN, 0, 0, _LET),
    ]
