"""Children are restarted when they end, and none outlives its supervisor."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lucky_link.local.console import LauncherError
from lucky_link.local.supervisor import Service, Supervisor


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor()
    yield supervisor
    supervisor.stop()


def sleeper(folder: Path, *command: str, stop_timeout: float = 5.0) -> Service:
    return Service(
        name="sleeper", command=command or ("sleep", "60"), log=folder / "log", stop_timeout=stop_timeout
    )


def python(text: str) -> tuple[str, ...]:
    return (sys.executable, "-c", text)


def eventually(is_so: Callable[[], bool], seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_so()


def is_running(process: int) -> bool:
    command = ("ps", "-o", "stat=", "-p", str(process))
    state = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return bool(state) and not state.startswith("Z")


def test_a_child_that_is_killed_comes_back(supervisor: Supervisor, tmp_path: Path) -> None:
    child = supervisor.start(sleeper(tmp_path))
    killed = child.process.pid
    os.kill(killed, signal.SIGKILL)
    child.process.wait()
    child.restart_if_dead()
    child.restart_if_dead()
    assert child.is_alive()
    assert child.process.pid != killed


def test_a_child_that_keeps_dying_comes_back_later_each_time(supervisor: Supervisor, tmp_path: Path) -> None:
    child = supervisor.start(sleeper(tmp_path, "false"))
    delays = []
    for _ in range(3):
        child.process.wait()
        child.restart_if_dead()
        assert child.restart_at is not None
        delays.append(round(child.restart_at - time.monotonic()))
        child.restart_at = time.monotonic()
        child.restart_if_dead()
    assert delays == [0, 1, 2]


def test_stopping_leaves_no_grandchild(supervisor: Supervisor, tmp_path: Path) -> None:
    fork = "import os, time, sys; pid = os.fork(); pid and print(pid, flush=True); time.sleep(60)"
    child = supervisor.start(sleeper(tmp_path, *python(fork)))
    assert eventually(lambda: child.service.log.read_text().strip().isdigit())
    grandchild = int(child.service.log.read_text())
    supervisor.stop()
    assert eventually(lambda: not is_running(grandchild))


def test_a_child_that_ignores_the_stop_signal_is_killed(
    supervisor: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ignoring = "import signal, time; signal.signal(15, signal.SIG_IGN); print('ignoring', flush=True); time.sleep(60)"
    child = supervisor.start(sleeper(tmp_path, *python(ignoring), stop_timeout=0.2))
    assert eventually(lambda: "ignoring" in child.service.log.read_text())
    supervisor.stop()
    assert child.process.returncode == -signal.SIGKILL
    assert "killed" in capsys.readouterr().out


def test_children_stop_in_the_reverse_order(supervisor: Supervisor, tmp_path: Path) -> None:
    order = tmp_path / "order"
    program = "import signal, sys, time; signal.signal(15, lambda *_: (open({0!r}, 'a').write({1!r}), sys.exit())); print('up', flush=True); time.sleep(60)"
    for name in ("a", "b", "c"):
        folder = tmp_path / name
        child = supervisor.start(sleeper(folder, *python(program.format(str(order), name))))
        assert eventually(lambda child=child: "up" in child.service.log.read_text())
    supervisor.stop()
    assert order.read_text() == "cba"


def test_waiting_for_a_child_that_ended_shows_its_log(supervisor: Supervisor, tmp_path: Path) -> None:
    child = supervisor.start(sleeper(tmp_path, *python("print('no disk left')")))
    with pytest.raises(LauncherError, match="no disk left"):
        supervisor.wait_until(lambda: False, child, seconds=5)


def test_waiting_goes_on_while_a_child_makes_progress(supervisor: Supervisor, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    busy = (
        "import sys, time; end = time.monotonic() + 3\n"
        "while time.monotonic() < end: pass\n"
        f"open({str(ready)!r}, 'w').close(); time.sleep(60)"
    )
    child = supervisor.start(sleeper(tmp_path, *python(busy)))
    supervisor.wait_until(ready.exists, child, seconds=1)
    assert ready.exists()


def test_waiting_ends_when_a_child_does_nothing(supervisor: Supervisor, tmp_path: Path) -> None:
    child = supervisor.start(sleeper(tmp_path, "sleep", "60"))
    with pytest.raises(LauncherError, match="does not answer"):
        supervisor.wait_until(lambda: False, child, seconds=0.5)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_children_do_not_outlive_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    text = (
        "import sys, time; from pathlib import Path; from lucky_link.local.supervisor import *;"
        "child = Child(Service(name='s', command=('sleep', '60'), log=Path(sys.argv[1])));"
        "print(child.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen((*python(text), str(tmp_path / "log")), stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert eventually(lambda: not is_running(child))
