"""Start one program inside a sandbox: ``python -I -S launcher.py POLICY -- PROGRAM ARGUMENT...``.

The launcher takes rights away from itself, for good, and then becomes the
program. It needs no privilege, no container and nothing beside the standard
library, and it may run inside itself: an office driver started by it starts
LibreOffice through it again, with fewer rights. POLICY is the JSON text that
``sandbox.Policy.to_json`` writes; that class says what each member means.

What it uses: ``no_new_privs``, empty capability sets, the parent-death signal,
resource limits, Landlock (landlock(7), since Linux 5.13) for files, TCP and
signals, and a seccomp filter (seccomp(2)) for what Landlock does not see.

It leaves with status 125 and one line on standard error when it cannot do all
that the policy asks for; otherwise the status is that of the program.

The first part of this file, up to ``main``, is also imported, by the service to
ask what this kernel can do. It runs with any Python from 3.9 on, because the
Python that drives LibreOffice may be older than the service's.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import platform
import resource
import signal
import stat
import struct
import sys
from typing import Any

EXIT_REFUSED = 125

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def _system_call(number: int, *arguments: int | bytes | None) -> int:
    """Call the kernel directly and raise OSError as the kernel means it."""
    plain = [
        ctypes.c_void_p(a) if a is None else a if isinstance(a, bytes) else ctypes.c_long(a)
        for a in arguments
    ]
    result = int(_libc.syscall(ctypes.c_long(number), *plain))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


# --- Landlock: the three calls have the same numbers on every architecture; rights and
# --- versions from linux/landlock.h and Documentation/userspace-api/landlock.rst.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_MAKE_SOCK, _REFER, _TRUNCATE, _IOCTL_DEV = 1 << 9, 1 << 13, 1 << 14, 1 << 15
_EVERY_RIGHT_OF_ABI_1 = (1 << 13) - 1

_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_READ = _READ_FILE | _READ_DIR
# No symbolic links, FIFOs or devices: what a program leaves in its folder is
# opened by the service afterwards, which must not be led elsewhere.
_WRITE = _READ | _WRITE_FILE | _TRUNCATE | _REFER | (
    _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _MAKE_SOCK
)  # fmt: skip
_RIGHTS = {
    "read": _READ,
    "write": _WRITE,
    "execute": _EXECUTE | _READ_FILE,
    "sockets_in": _MAKE_SOCK | _REMOVE_FILE,
}


def landlock_abi() -> int:
    """Version of Landlock this kernel offers; 0 where it has none or it is switched off."""
    version_request = 1
    try:
        return _system_call(_CREATE_RULESET, None, 0, version_request)
    except OSError:
        return 0


def _handled(abi: int) -> tuple[int, bytes]:
    """Return all that this Landlock can forbid: the file rights, and the whole request."""
    files = _EVERY_RIGHT_OF_ABI_1
    files |= _REFER if abi >= 2 else 0
    files |= _TRUNCATE if abi >= 3 else 0
    files |= _IOCTL_DEV if abi >= 5 else 0
    tcp_bind_and_connect = 0b11
    abstract_sockets_and_signals = 0b11
    request = struct.pack("=Q", files)
    if abi >= 4:
        request += struct.pack("=Q", tcp_bind_and_connect)
    if abi >= 6:
        request += struct.pack("=Q", abstract_sockets_and_signals)
    return files, request


def _restrict_files(policy: dict[str, Any], abi: int) -> None:
    """Forbid everything Landlock knows, then allow what the policy names."""
    handled, request = _handled(abi)
    ruleset = _system_call(_CREATE_RULESET, request, len(request), 0)
    path_beneath = 1
    for member, rights in _RIGHTS.items():
        for path in policy[member]:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            allowed = rights & handled
            if not stat.S_ISDIR(os.fstat(place).st_mode):
                allowed &= _OF_FILES  # the kernel refuses rights that only folders have
            _system_call(_ADD_RULE, ruleset, path_beneath, struct.pack("=Qi", allowed, place), 0)
            os.close(place)
    _system_call(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


# --- seccomp: a classic BPF program, see seccomp(2) and linux/{bpf_common,filter,seccomp}.h.
# Numbers of system calls: x86_64, and aarch64 (which uses the generic table); None where the
# architecture lacks the call. A test compares them with the kernel's headers.
_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

# What no program here needs, and what has opened kernels and neighbours before.
REFUSED_CALLS: dict[str, tuple[int | None, int | None]] = {
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_getfd": (438, 438), "process_madvise": (440, 440),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "tkill": (200, 130),
    # leaving the process group would mean outliving it
    "setsid": (112, 157), "setpgid": (109, 154),
    # mounts and namespaces
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "unshare": (272, 97), "setns": (308, 268),
    # ways around the file rules: a program from memory, a file by its handle
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "execveat": (322, 281),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    # large and often broken kernel interfaces
    "bpf": (321, 280), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "fanotify_init": (300, 262), "modify_ldt": (154, None),
    # the machine itself
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "syslog": (103, 116), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "clock_adjtime": (305, 266), "adjtimex": (159, 171),
    "sethostname": (170, 161), "setdomainname": (171, 162), "vhangup": (153, 58),
    "iopl": (172, None), "ioperm": (173, None),
}  # fmt: skip
# What depends on the arguments or on the policy.
JUDGED_CALLS: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198), "connect": (42, 203), "clone": (56, 220), "fork": (57, None),
    "vfork": (58, None), "kill": (62, 129), "tgkill": (234, 131), "prctl": (157, 167),
    "prlimit64": (302, 261), "pidfd_send_signal": (424, 424), "clone3": (435, 435),
    "fsync": (74, 82), "fdatasync": (75, 83),
}  # fmt: skip
# The newest call weighed for this list (mseal, Linux 6.10). Newer ones do not exist for the
# program, which has to cope with that on older kernels as well.
_NEWEST_CALL = 462

_LOAD, _EQUAL, _ABOVE, _AT_LEAST, _ANY_BIT, _AND, _RETURN = (
    0x20, 0x15, 0x25, 0x35, 0x45, 0x54, 0x06,
)  # fmt: skip
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_DONE, _NOT_PERMITTED, _NOT_IMPLEMENTED, _NO_SUCH_FAMILY = (
    0x00050000 | code for code in (0, 1, 38, 97)
)

_NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS|NEWCGROUP|NEWUTS|NEWIPC|NEWUSER|NEWPID|NEWNET
_CLONE_THREAD = 0x00010000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 1, 38, 22, 2

_Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand


def _unless(code: int, operand: int, answer: int) -> list[_Instruction]:
    """Answer unless the comparison holds."""
    return [(code, 1, 0, operand), (_RETURN, 0, 0, answer)]


def _when(code: int, operand: int, answer: int) -> list[_Instruction]:
    """Answer when the comparison holds."""
    return [(code, 0, 1, operand), (_RETURN, 0, 0, answer)]


def _argument(index: int) -> list[_Instruction]:
    """Load the lower half of an argument: the kernel reads no more of an int (little endian)."""
    return [(_LOAD, 0, 0, _ARGUMENTS + 8 * index)]


def _judgements(policy: dict[str, Any], pid: int) -> dict[str, list[_Instruction]]:
    """What to do with each judged call; a call that gets through its list is allowed."""
    refuse: list[_Instruction] = [(_RETURN, 0, 0, _NOT_PERMITTED)]
    of_unix = _argument(0) + _unless(_EQUAL, 1, _NO_SUCH_FAMILY)
    stream = [*_argument(1), (_AND, 0, 0, 0xF), *_unless(_EQUAL, 1, _NOT_PERMITTED)]
    rules = {
        # LibreOffice has each document written through to the disk, and everybody's next
        # folder waits for that. What lies in a work folder need not outlive the machine.
        "fsync": [(_RETURN, 0, 0, _DONE)],
        "fdatasync": [(_RETURN, 0, 0, _DONE)],
        # Its flags are behind a pointer, where no filter sees them; the C library
        # then takes clone.
        "clone3": [(_RETURN, 0, 0, _NOT_IMPLEMENTED)],
        "clone": _argument(0) + _when(_ANY_BIT, _NEW_NAMESPACES, _NOT_PERMITTED),
        "prlimit64": _argument(0) + _unless(_EQUAL, 0, _NOT_PERMITTED),
        "socket": of_unix,
    }
    if policy["sockets"] == "listen":
        # Landlock does not guard sockets that have a path (Docker's, a database's), so
        # a program that only answers calls may make none; datagrams need no connect.
        rules |= {"socket": of_unix + stream, "connect": refuse}
    elif policy["sockets"] == "none":
        rules |= {"socket": [(_RETURN, 0, 0, _NO_SUCH_FAMILY)], "connect": refuse}
    if not policy["processes"]:
        only_itself = _argument(0) + _unless(_EQUAL, pid, _NOT_PERMITTED)
        rules |= {
            "clone": _argument(0) + _unless(_ANY_BIT, _CLONE_THREAD, _NOT_PERMITTED),
            "fork": refuse,
            "vfork": refuse,
            "kill": only_itself,
            "tgkill": only_itself,
            "pidfd_send_signal": refuse,
            "prctl": _argument(0) + _when(_EQUAL, _PR_SET_PDEATHSIG, _NOT_PERMITTED),
        }
        rules["clone"] += _when(_ANY_BIT, _NEW_NAMESPACES, _NOT_PERMITTED)
    return rules


def _filter(policy: dict[str, Any], pid: int) -> list[_Instruction]:
    """Return the program that the kernel runs at each system call."""
    architecture, column = _ARCHITECTURES[platform.machine()]
    program = [(_LOAD, 0, 0, _ARCHITECTURE), *_unless(_EQUAL, architecture, _KILL)]
    program += [(_LOAD, 0, 0, _NUMBER)]
    program += _when(_AT_LEAST, 0x40000000, _KILL)  # x32: the same calls by other numbers
    program += _when(_ABOVE, _NEWEST_CALL, _NOT_IMPLEMENTED)
    for numbers in REFUSED_CALLS.values():
        number = numbers[column]
        if number is not None:
            program += _when(_EQUAL, number, _NOT_PERMITTED)
    for name, rule in _judgements(policy, pid).items():
        number = JUDGED_CALLS[name][column]
        if number is not None:
            program += [(_EQUAL, 0, len(rule) + 1, number), *rule, (_RETURN, 0, 0, _ALLOW)]
    return [*program, (_RETURN, 0, 0, _ALLOW)]


def seccomp_offered() -> bool:
    """Whether this kernel takes filters, and we know the calls of this architecture."""
    bad_address = 14  # what a kernel that has filters says to an empty one
    refused = _libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), None, 0, 0)
    return (
        platform.machine() in _ARCHITECTURES
        and sys.byteorder == "little"
        and refused == -1
        and ctypes.get_errno() == bad_address
    )


def _set(option: int, *values: int | ctypes.Array[ctypes.c_char]) -> None:
    """Call prctl(2) and raise OSError when it is refused."""
    plain = [ctypes.c_ulong(v) if isinstance(v, int) else v for v in values]
    plain += [ctypes.c_ulong(0)] * (4 - len(plain))
    if _libc.prctl(option, *plain) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl({option}): {os.strerror(code)}")


def _restrict_calls(policy: dict[str, Any]) -> None:
    """Install the filter; from here on the kernel asks it about every system call."""
    program = _filter(policy, os.getpid())  # the pid stays the same through exec
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *i) for i in program))
    sock_fprog = struct.pack("@HP", len(program), ctypes.addressof(code))
    _set(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.create_string_buffer(sock_fprog))


# --- The rest


def _drop_capabilities() -> None:
    """Give up all capabilities: with no_new_privs not even root gets them back by exec."""
    version_3, this_process = 0x20080522, 0
    capset = {"x86_64": 126, "aarch64": 91}.get(platform.machine())
    if capset is not None:
        nothing = struct.pack("=6I", 0, 0, 0, 0, 0, 0)
        _system_call(capset, struct.pack("=Ii", version_3, this_process), nothing)


def _limit(policy: dict[str, Any]) -> None:
    """Set the resource limits, never above those that apply already."""
    limits = {
        resource.RLIMIT_AS: policy["memory_bytes"],
        resource.RLIMIT_FSIZE: policy["file_bytes"],
        resource.RLIMIT_NOFILE: policy["open_files"],
        resource.RLIMIT_CPU: policy["cpu_s"],
        resource.RLIMIT_CORE: 0,  # a core file would hold the document
    }
    for which, wanted in limits.items():
        if wanted is not None:
            _soft, hard = resource.getrlimit(which)
            value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(which, (value, value))


def _yield_to_others(policy: dict[str, Any]) -> None:
    """Be the first to give way when processors or memory run short."""
    os.nice(policy["nice"])
    # Inside another sandbox /proc is out of reach, and the outer value is inherited.
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123  pathlib takes a quarter of the launcher's start
        file.write(str(policy["oom_score_adj"]))


def _confine(policy: dict[str, Any], parent: int) -> None:
    """Take from this process, and all it becomes, what the policy does not grant."""
    os.umask(0o077)
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    _yield_to_others(policy)
    _limit(policy)
    _set(_PR_SET_NO_NEW_PRIVS, 1)
    _drop_capabilities()
    _set(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise OSError("the process that started this one has ended")
    abi = landlock_abi()
    if abi:
        _restrict_files(policy, abi)
    elif policy["required"]:
        raise OSError(f"Linux {platform.release()} offers no Landlock")
    if seccomp_offered():
        _restrict_calls(policy)
    elif policy["required"]:
        raise OSError(f"no seccomp filter on Linux {platform.release()} {platform.machine()}")


def main(arguments: list[str], parent: int) -> int:
    """Confine this process as the policy says and become the program; see the module."""
    if len(arguments) < 3 or arguments[1] != "--":
        sys.stderr.write("usage: launcher.py POLICY -- PROGRAM ARGUMENT...\n")
        return EXIT_REFUSED
    policy, program = json.loads(arguments[0]), arguments[2:]
    try:
        _confine(policy, parent)
        os.execve(program[0], program, policy["environment"])  # noqa: S606  no shell is the point
    except OSError as error:
        sys.stderr.write(f"greffier launcher: {program[0]} was not started: {error}\n")
        return EXIT_REFUSED


if __name__ == "__main__":
    # Asked first, to notice a parent that dies before the death signal is set.
    sys.exit(main(sys.argv[1:], os.getppid()))
