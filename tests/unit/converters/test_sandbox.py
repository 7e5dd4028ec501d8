"""Each rule of the sandbox, proven by a child that tries to break it."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from greffier_converters import launcher, sandbox
from greffier_converters.sandbox import Policy, Support

pytestmark = pytest.mark.skipif(
    bool(sandbox.probe().missing), reason=f"this kernel lacks {sandbox.probe().missing}"
)

ABI = sandbox.probe().landlock_abi

PYTHON = Policy(
    read=[*sandbox.system_read(), *sandbox.python_read()],
    execute=[sys.executable, *sandbox.loader_of(sys.executable)],
)


def run(
    policy: Policy, code: str, *arguments: object, **options: object
) -> subprocess.CompletedProcess[str]:
    """Run Python code under a policy and return what it printed and how it ended."""
    argv = [sys.executable, "-I", "-S", "-c", code, *map(str, arguments)]
    return finish(sandbox.command(policy, argv), **options)


def finish(command: tuple[str, ...], **options: object) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, whatever its status."""
    return subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=60, **options
    )


def outcome(policy: Policy, code: str, *arguments: object) -> str:
    """Run code; return the name of the error it met, else what it printed."""
    indented = "\n".join("    " + line for line in code.strip().splitlines())
    result = run(
        policy,
        f"import os, sys, socket, signal, ctypes\ntry:\n{indented}\n"
        "except OSError as error:\n    import errno; print(errno.errorcode[error.errno])",
        *arguments,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    path = tmp_path / "outside" / "canary"
    path.parent.mkdir()
    path.write_text("secret")
    return path


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


class TestFiles:
    def test_reads_only_what_is_named(self, canary: Path) -> None:
        read_it = "print(open(sys.argv[1]).read())"
        assert outcome(PYTHON, read_it, canary) == "EACCES"
        allowed = dataclasses.replace(PYTHON, read=[*PYTHON.read, canary])
        assert outcome(allowed, read_it, canary) == "secret"

    def test_foreign_folders_cannot_be_listed(self, canary: Path) -> None:
        assert outcome(PYTHON, "print(os.listdir(sys.argv[1]))", canary.parent) == "EACCES"
        assert outcome(PYTHON, "print(os.listdir('/tmp'))") == "EACCES"
        assert outcome(PYTHON, "print(os.listdir('/proc'))") == "EACCES"

    def test_writes_only_into_its_own_folder(self, own: Path, canary: Path) -> None:
        policy = dataclasses.replace(PYTHON, write=[own])
        assert outcome(policy, "open(sys.argv[1], 'w').write('x')", canary) == "EACCES"
        assert outcome(policy, "os.unlink(sys.argv[1])", canary) == "EACCES"
        move = "os.rename(sys.argv[1], sys.argv[2])"
        assert outcome(policy, move, canary, own / "stolen") in {"EACCES", "EXDEV"}
        assert canary.read_text() == "secret"
        work = """
folder = sys.argv[1] + '/new'
os.mkdir(folder)
open(folder + '/a', 'w').write('text')
os.rename(folder + '/a', folder + '/b')
print('done')
"""
        assert outcome(policy, work, own) == "done"
        assert (own / "new" / "b").read_text() == "text"
        remove = "os.unlink(sys.argv[1] + '/new/b'); os.rmdir(sys.argv[1] + '/new'); print('gone')"
        assert outcome(policy, remove, own) == "gone"

    @pytest.mark.skipif(ABI < 2, reason="Landlock before ABI 2")
    def test_moves_files_between_its_own_folders(self, own: Path) -> None:
        policy = dataclasses.replace(PYTHON, write=[own])
        (own / "sub").mkdir()
        (own / "sub" / "a").touch()
        move = "os.rename(sys.argv[1] + '/sub/a', sys.argv[1] + '/a'); print('moved')"
        assert outcome(policy, move, own) == "moved"

    @pytest.mark.skipif(ABI < 3, reason="Landlock before ABI 3")
    def test_cannot_empty_foreign_files(self, canary: Path) -> None:
        assert outcome(PYTHON, "os.truncate(sys.argv[1], 0)", canary) == "EACCES"
        assert canary.read_text() == "secret"

    @pytest.mark.parametrize("abi", range(1, ABI + 1))
    def test_older_landlocks_hold_too(self, abi: int, own: Path, canary: Path) -> None:
        policy = dataclasses.replace(PYTHON, write=[own])
        older = (
            "import os, runpy, sys\n"
            f"main = runpy.run_path({str(sandbox.LAUNCHER)!r})['main']\n"
            f"main.__globals__['landlock_abi'] = lambda: {abi}\n"
            "sys.exit(main(sys.argv[1:], os.getppid()))"
        )
        attempts = """
import os, sys
open(sys.argv[1] + '/mine', 'w')
for attempt in open, lambda path: open(path, 'w'), lambda path: os.truncate(path, 0):
    try:
        attempt(sys.argv[2])
        print('allowed')
    except PermissionError:
        print('refused')
"""
        program = [sys.executable, "-I", "-S", "-c", attempts, str(own), str(canary)]
        command = (sys.executable, "-I", "-S", "-c", older, policy.to_json(), "--", *program)
        result = finish(command)
        # Only ABI 3 brought the right to truncate.
        truncating = "allowed" if abi < 3 else "refused"
        assert result.stdout.split() == ["refused", "refused", truncating], result.stderr
        assert (own / "mine").exists()

    def test_leaves_nothing_behind_that_leads_the_service_astray(
        self, own: Path, canary: Path
    ) -> None:
        policy = dataclasses.replace(PYTHON, write=[own])
        for trap in (
            "os.symlink(sys.argv[2], sys.argv[1])",
            "os.link(sys.argv[2], sys.argv[1])",
            "os.mkfifo(sys.argv[1])",
        ):
            assert outcome(policy, trap, own / "out.pdf", canary) in {"EACCES", "EXDEV"}
        assert list(own.iterdir()) == []

    def test_a_folder_for_sockets_takes_sockets_and_nothing_else(self, own: Path) -> None:
        policy = dataclasses.replace(PYTHON, sockets_in=[own], sockets="listen")
        assert outcome(policy, "open(sys.argv[1], 'w')", own / "file") == "EACCES"
        bind = "socket.socket(socket.AF_UNIX).bind(sys.argv[1]); os.unlink(sys.argv[1]); print(1)"
        assert outcome(policy, bind, own / "pipe") == "1"
        assert outcome(PYTHON, bind, own / "pipe") == "EAFNOSUPPORT"

    def test_executes_only_what_is_named(self) -> None:
        policy = dataclasses.replace(PYTHON, processes=True)
        assert outcome(policy, "os.execv('/bin/sh', ['sh', '-c', 'echo ran'])") == "EACCES"
        allowed = dataclasses.replace(policy, execute=[*policy.execute, "/bin/sh"])
        assert outcome(allowed, "os.execv('/bin/sh', ['sh', '-c', 'echo ran'])") == "ran"

    def test_programs_cannot_be_run_through_the_loader(self) -> None:
        [loader] = sandbox.loader_of(sys.executable)
        through = "os.execv(sys.argv[1], [sys.argv[1], '/usr/bin/env'])"
        policy = dataclasses.replace(PYTHON, processes=True)
        result = run(policy, f"import os, sys\n{through}", loader)
        assert result.returncode != 0
        assert result.stdout == ""

    def test_a_program_cannot_be_made_in_memory(self) -> None:
        assert outcome(PYTHON, "os.memfd_create('program')") == "EPERM"


class TestSockets:
    @pytest.mark.parametrize("sockets", ["none", "listen", "unix"])
    @pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET"])
    def test_no_policy_gives_the_network(self, sockets: str, family: str) -> None:
        policy = dataclasses.replace(PYTHON, sockets=sockets)
        for kind in ("SOCK_STREAM", "SOCK_DGRAM"):
            tried = f"socket.socket(socket.{family}, socket.{kind})"
            assert outcome(policy, tried) == "EAFNOSUPPORT"

    def test_a_listener_cannot_call_other_sockets(self, own: Path) -> None:
        path = own / "neighbour"
        call = "socket.socket(socket.AF_UNIX).connect(sys.argv[1]); print('connected')"
        with socket.socket(socket.AF_UNIX) as neighbour:
            neighbour.bind(str(path))
            neighbour.listen()
            listen = dataclasses.replace(PYTHON, sockets="listen")
            assert outcome(listen, call, path) == "EPERM"
            datagram = "socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)"
            assert outcome(listen, datagram) == "EPERM"
            assert outcome(dataclasses.replace(PYTHON, sockets="unix"), call, path) == "connected"

    @pytest.mark.skipif(ABI < 6, reason="Landlock before ABI 6")
    def test_abstract_sockets_of_others_are_out_of_reach(self) -> None:
        name = f"greffier-test-{os.getpid()}"
        call = "socket.socket(socket.AF_UNIX).connect('\\0' + sys.argv[1]); print('connected')"
        with socket.socket(socket.AF_UNIX) as neighbour:
            neighbour.bind("\0" + name)
            neighbour.listen()
            policy = dataclasses.replace(PYTHON, sockets="unix")
            assert outcome(policy, call, name) == "EPERM"


class TestCalls:
    @pytest.mark.parametrize(
        ("name", "arguments"),
        [
            ("ptrace", "0, 0, 0, 0"),
            ("mount", "0, 0, 0, 0, 0"),
            ("unshare", "0x10000000"),
            ("setns", "-1, 0"),
            ("bpf", "0, 0, 0"),
            ("io_uring_setup", "1, 0"),
            ("keyctl", "0, 0, 0, 0, 0"),
            ("add_key", "0, 0, 0, 0, 0"),
            ("process_vm_readv", "1, 0, 0, 0, 0, 0"),
            ("perf_event_open", "0, 0, 0, 0, 0"),
            ("userfaultfd", "0"),
            ("kexec_load", "0, 0, 0, 0"),
            ("init_module", "0, 0, 0"),
            ("setsid", ""),
        ],
    )
    def test_refused(self, name: str, arguments: str) -> None:
        assert self.call(launcher.REFUSED_CALLS[name], arguments, processes=True) == "EPERM"

    def test_no_new_namespace_by_clone(self) -> None:
        new_user_namespace = "0x10000000 | 17, 0, 0, 0, 0"
        clone = launcher.JUDGED_CALLS["clone"]
        assert self.call(clone, new_user_namespace, processes=True) == "EPERM"

    def test_the_newer_clone_does_not_exist(self) -> None:
        assert self.call(launcher.JUDGED_CALLS["clone3"], "0, 0", processes=True) == "ENOSYS"

    def test_calls_newer_than_the_list_do_not_exist(self) -> None:
        assert self.call((500, 500), "", processes=True) == "ENOSYS"

    @pytest.mark.skipif(platform.machine() != "x86_64", reason="x32 is of x86_64")
    def test_the_x32_door_kills(self) -> None:
        code = "import ctypes; ctypes.CDLL(None).syscall(0x40000000 | 39)"
        assert run(PYTHON, code).returncode == -signal.SIGSYS

    def call(self, numbers: tuple[int | None, int | None], arguments: str, **rights: bool) -> str:
        number = numbers[0 if platform.machine() == "x86_64" else 1]
        policy = dataclasses.replace(PYTHON, **rights)
        return outcome(
            policy,
            "libc = ctypes.CDLL(None, use_errno=True)\n"
            f"if libc.syscall({number}, {arguments or 0}) == -1:\n"
            "    raise OSError(ctypes.get_errno(), '')\n"
            "print('allowed')",
        )

    @pytest.mark.parametrize(
        ("machine", "header"),
        [
            ("x86_64", "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
            ("aarch64", "/usr/include/asm-generic/unistd.h"),
        ],
    )
    def test_the_numbers_are_those_of_the_kernel(self, machine: str, header: str) -> None:
        if not Path(header).exists():
            pytest.skip("the kernel's headers are not installed (linux-libc-dev)")
        found = re.findall(r"#define __NR_(\w+)\s+(\d+)$", Path(header).read_text(), re.MULTILINE)
        numbers = {name: int(number) for name, number in found}
        column = ("x86_64", "aarch64").index(machine)
        for name, ours in {**launcher.REFUSED_CALLS, **launcher.JUDGED_CALLS}.items():
            assert ours[column] == numbers.get(name), name


class TestProcesses:
    def test_has_threads_but_no_children(self) -> None:
        assert outcome(PYTHON, "os.fork()") == "EPERM"
        assert outcome(PYTHON, "os.posix_spawn(sys.executable, ['x'], {})") == "EPERM"
        threads = "import _thread; _thread.start_new_thread(lambda: None, ()); print('thread')"
        assert outcome(PYTHON, threads) == "thread"

    def test_cannot_signal_the_service(self) -> None:
        assert outcome(PYTHON, "os.kill(int(sys.argv[1]), 0)", os.getpid()) == "EPERM"
        assert outcome(PYTHON, "os.killpg(0, 0)") == "EPERM"
        assert outcome(PYTHON, "os.kill(os.getpid(), 0); print('itself')") == "itself"

    @pytest.mark.skipif(ABI < 6, reason="Landlock before ABI 6")
    def test_with_children_still_cannot_signal_the_service(self) -> None:
        policy = dataclasses.replace(PYTHON, processes=True)
        assert outcome(policy, "os.kill(int(sys.argv[1]), 0)", os.getpid()) == "EPERM"

    def test_cannot_change_the_limits_of_others(self) -> None:
        code = "import resource; resource.prlimit(int(sys.argv[1]), resource.RLIMIT_NOFILE)"
        assert outcome(PYTHON, code, os.getpid()) == "EPERM"

    def test_dies_with_its_parent(self, tmp_path: Path) -> None:
        policy = dataclasses.replace(PYTHON, write=[tmp_path])
        sleeper = (
            "import sys, os, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(99)"
        )
        argv = [sys.executable, "-I", "-S", "-c", sleeper, str(tmp_path / "pid")]
        parent = subprocess.Popen(
            [sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])",
             *sandbox.command(policy, argv)]
        )  # fmt: skip
        try:
            pid = int(_wait_for_text(tmp_path / "pid"))
        finally:
            parent.kill()
            parent.wait()
        _wait_until(lambda: not _alive(pid))

    def test_cannot_undo_the_death_signal(self) -> None:
        code = """
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(1, 0) == -1:
    raise OSError(ctypes.get_errno(), '')
"""
        assert outcome(PYTHON, code) == "EPERM"

    def test_has_no_capability_and_no_way_to_one(self) -> None:
        policy = dataclasses.replace(PYTHON, read=[*PYTHON.read, "/proc"])
        status = run(policy, "print(open('/proc/self/status').read())").stdout
        facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        assert int(facts["CapEff"], 16) == int(facts["CapPrm"], 16) == 0
        assert (facts["NoNewPrivs"], facts["Seccomp"]) == ("1", "2")


class TestSurroundings:
    def test_the_environment_is_what_the_policy_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GREFFIER_API_KEY", "canary")
        policy = dataclasses.replace(PYTHON, environment={"LANG": "C.UTF-8"})
        shown = run(policy, "import os, json; print(json.dumps(dict(os.environ)))")
        assert json.loads(shown.stdout) == {"LANG": "C.UTF-8"}

    def test_open_files_of_the_service_are_closed(self, canary: Path) -> None:
        with canary.open() as file:
            result = run(
                PYTHON,
                "import os, sys; print(os.read(int(sys.argv[1]), 9))",
                file.fileno(),
                pass_fds=[file.fileno()],
            )
        assert "Bad file descriptor" in result.stderr

    def test_limits(self, own: Path) -> None:
        policy = dataclasses.replace(
            PYTHON, write=[own], memory_bytes=300 * sandbox.MIB, file_bytes=1000, open_files=20
        )
        assert "MemoryError" in run(policy, "bytearray(400 << 20)").stderr
        fill = """
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
file = open(sys.argv[1], 'wb', 0)
file.write(b'x' * 1000)
file.write(b'x')
"""
        assert outcome(policy, fill, own / "big") == "EFBIG"
        assert outcome(policy, "[os.dup(0) for _ in range(20)]") == "EMFILE"
        core = "import resource; print(resource.getrlimit(resource.RLIMIT_CORE))"
        assert run(policy, core).stdout.strip() == "(0, 0)"

    def test_processor_time(self) -> None:
        policy = dataclasses.replace(PYTHON, cpu_s=1)
        assert run(policy, "while True: pass").returncode in {-signal.SIGXCPU, -signal.SIGKILL}

    def test_gives_way(self) -> None:
        policy = dataclasses.replace(
            PYTHON, read=[*PYTHON.read, "/proc"], nice=10, oom_score_adj=700
        )
        shown = run(policy, "import os; print(os.nice(0), open('/proc/self/oom_score_adj').read())")
        assert shown.stdout.split() == [str(os.nice(0) + 10), "700"]


class TestNesting:
    def test_a_sandbox_inside_a_sandbox_only_takes_away(self, own: Path, canary: Path) -> None:
        inner = dataclasses.replace(PYTHON, read=[*PYTHON.read, canary], write=[own])
        outer = dataclasses.replace(
            PYTHON,
            read=[*PYTHON.read, sandbox.LAUNCHER],
            write=[own],
            processes=True,
        )
        code = (
            "import sys\nopen(sys.argv[1] + '/mine', 'w')\n"
            "try:\n    open(sys.argv[2])\nexcept OSError as error:\n    print(error.errno)"
        )
        argv = sandbox.command(
            inner, [sys.executable, "-I", "-S", "-c", code, str(own), str(canary)]
        )
        started = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:]).returncode)"
        result = run(outer, started, *argv)
        assert (result.returncode, result.stdout.strip()) == (0, "13"), result.stderr
        assert (own / "mine").exists()


class TestRefusals:
    def test_a_path_that_is_not_there(self) -> None:
        result = run(dataclasses.replace(PYTHON, read=["/nowhere"]), "print(1)")
        assert result.returncode == launcher.EXIT_REFUSED
        assert "/nowhere" in result.stderr

    def test_a_program_that_is_not_there(self) -> None:
        result = finish(sandbox.command(PYTHON, ["/nowhere/soffice.bin"]))
        assert result.returncode == launcher.EXIT_REFUSED
        assert "/nowhere/soffice.bin was not started" in result.stderr

    def test_without_landlock_only_a_trial_starts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(launcher, "landlock_abi", lambda: 0)
        for call in ("_system_call", "_set", "_restrict_calls", "_limit", "_yield_to_others"):
            monkeypatch.setattr(launcher, call, lambda *_: None)
        monkeypatch.setattr(os, "closerange", lambda *_: None)
        monkeypatch.setattr(os, "umask", lambda _: 0)
        required = json.loads(PYTHON.to_json())
        with pytest.raises(OSError, match="offers no Landlock"):
            launcher._confine(required, os.getppid())
        launcher._confine({**required, "required": False}, os.getppid())

    def test_tells_the_operator_what_is_missing_and_what_to_do(self) -> None:
        text = sandbox.refusal(Support(0, True, "5.10.0-30 x86_64", ("Landlock",)))
        assert "5.10.0-30 x86_64" in text
        assert "Landlock" in text
        assert "GREFFIER_SANDBOX=degraded" in text

    def test_this_machine_passes_its_own_test(self) -> None:
        assert sandbox.self_test() == ()

    def test_the_self_test_notices_a_launcher_that_does_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sandbox, "command", lambda _policy, argv: argv)
        assert "it opened a network socket" in sandbox.self_test()


def _alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def _wait_until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "gave up waiting"
        time.sleep(0.02)


def _wait_for_text(path: Path) -> str:
    _wait_until(lambda: path.exists() and path.read_text())
    return path.read_text()
