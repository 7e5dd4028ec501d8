"""The seccomp filter, judged by an interpreter of classic BPF: also for other processors."""

from __future__ import annotations

import dataclasses
import json
import platform

import pytest
from greffier_converters import launcher
from greffier_converters.sandbox import Policy

ALLOWED, KILLED = "allowed", "killed"
PID = 4711
AF_UNIX, AF_INET, SOCK_STREAM, SOCK_DGRAM, SOCK_CLOEXEC = 1, 2, 1, 2, 0o2000000
# From the kernel's headers: a call that every program makes, and the architecture's number.
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (63, 0xC00000B7)}
READ = {machine: read for machine, (read, _) in MACHINES.items()}


@pytest.fixture(params=MACHINES)
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(platform, "machine", lambda: request.param)
    return str(request.param)


def verdict(policy: Policy, call: str | int, *arguments: int, architecture: int = 0) -> str:
    """What the filter answers to a call, by name or number, on the pretended machine."""
    machine = platform.machine()
    if isinstance(call, str):
        numbers = {**launcher.REFUSED_CALLS, **launcher.JUDGED_CALLS}[call]
        number = numbers[list(MACHINES).index(machine)]
        assert number is not None
    else:
        number = call
    memory = {0: number, 4: architecture or MACHINES[machine][1]}
    for index, argument in enumerate(arguments):
        memory[16 + 8 * index] = argument & 0xFFFFFFFF
    answer = _interpret(launcher._filter(json.loads(policy.to_json()), PID), memory)
    if answer == 0x7FFF0000:
        return ALLOWED
    if answer == 0x80000000:
        return KILLED
    assert answer & 0xFFFF0000 == 0x00050000
    return {0: "done", 1: "EPERM", 38: "ENOSYS", 97: "EAFNOSUPPORT"}[answer & 0xFFFF]


def _interpret(program: list[tuple[int, int, int, int]], memory: dict[int, int]) -> int:
    """Run a program of the instructions that bpf(4) describes, as far as we use them."""
    accumulator = position = 0
    tests = {
        0x15: lambda a, k: a == k,
        0x25: lambda a, k: a > k,
        0x35: lambda a, k: a >= k,
        0x45: lambda a, k: bool(a & k),
    }
    while True:
        code, when_true, when_false, operand = program[position]
        position += 1
        if code == 0x06:
            return operand
        if code == 0x20:
            accumulator = memory.get(operand, 0)
        elif code == 0x54:
            accumulator &= operand
        else:
            position += when_true if tests[code](accumulator, operand) else when_false


def test_ordinary_calls_pass(machine: str) -> None:
    assert verdict(Policy(), READ[machine]) == ALLOWED


@pytest.mark.parametrize("call", ["fsync", "fdatasync"])
def test_nothing_is_written_through_to_the_disk(machine: str, call: str) -> None:
    assert verdict(Policy(), call, 3) == "done"


def test_other_architectures_are_killed(machine: str) -> None:
    of_i386 = 0x40000003
    assert verdict(Policy(), READ[machine], architecture=of_i386) == KILLED
    assert verdict(Policy(), 0x40000000 + READ[machine]) == KILLED


def test_every_refused_call_is_refused(machine: str) -> None:
    column = list(MACHINES).index(machine)
    names = [
        name for name, numbers in launcher.REFUSED_CALLS.items() if numbers[column] is not None
    ]
    assert {verdict(Policy(processes=True), name) for name in names} == {"EPERM"}


def test_calls_of_the_future_do_not_exist(machine: str) -> None:
    assert verdict(Policy(processes=True), 463) == "ENOSYS"
    assert verdict(Policy(processes=True), "clone3") == "ENOSYS"


def test_sockets(machine: str) -> None:
    unix, listen, none = (Policy(sockets=sockets) for sockets in ("unix", "listen", "none"))
    assert verdict(unix, "socket", AF_UNIX, SOCK_DGRAM) == ALLOWED
    assert verdict(unix, "connect") == ALLOWED
    assert verdict(listen, "socket", AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC) == ALLOWED
    assert verdict(listen, "socket", AF_UNIX, SOCK_DGRAM) == "EPERM"
    assert verdict(listen, "connect") == "EPERM"
    assert verdict(none, "socket", AF_UNIX, SOCK_STREAM) == "EAFNOSUPPORT"
    for policy in (unix, listen, none):
        assert verdict(policy, "socket", AF_INET, SOCK_STREAM) == "EAFNOSUPPORT"


def test_processes(machine: str) -> None:
    thread, fork, namespace = 0x003D0F00, 17, 0x10000000
    alone, family = Policy(), Policy(processes=True)
    assert verdict(alone, "clone", thread) == ALLOWED
    assert verdict(alone, "clone", fork) == "EPERM"
    assert verdict(family, "clone", fork) == ALLOWED
    for policy in (alone, family):
        assert verdict(policy, "clone", thread | namespace) == "EPERM"
    assert verdict(alone, "kill", PID) == verdict(alone, "tgkill", PID) == ALLOWED
    assert verdict(alone, "kill", PID + 1) == verdict(alone, "kill", -1) == "EPERM"
    assert verdict(family, "kill", PID + 1) == ALLOWED


def test_limits_of_others(machine: str) -> None:
    for policy in (Policy(), dataclasses.replace(Policy(), processes=True)):
        assert verdict(policy, "prlimit64", 0) == ALLOWED
        assert verdict(policy, "prlimit64", PID) == "EPERM"
