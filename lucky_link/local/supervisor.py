"""Child processes: started, restarted when they end, stopped in reverse order, none left running."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lucky_link.local.console import LauncherError, print_line

MAX_RESTART_DELAY = 30.0
STABLE_AFTER = 60.0
MAX_LOG_BYTES = 5_000_000
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, kw_only=True)
class Service:
    """Definition of one child process; `stop_timeout` is in seconds."""

    name: str
    command: tuple[str, ...]
    log: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    stop_signal: signal.Signals = signal.SIGTERM
    stop_timeout: float = 20.0
    user: int | None = None
    group: int | None = None


class Child:
    """A started service and its recent failures."""

    def __init__(self, service: Service) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self.service = service
        self.failures = 0
        self.restart_at: float | None = None
        self._launch()

    def _launch(self) -> None:
        service = self.service
        service.log.parent.mkdir(parents=True, exist_ok=True)
        is_too_long = service.log.exists() and service.log.stat().st_size > MAX_LOG_BYTES
        with service.log.open("wb" if is_too_long else "ab") as log:
            self.process = subprocess.Popen(
                service.command,
                env=service.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=self._die_with_parent,
                user=service.user,
                group=service.group,
                extra_groups=None if service.user is None else [],
            )
        self.started_at = time.monotonic()
        self.restart_at = None

    def _die_with_parent(self) -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, int(self.service.stop_signal))

    def is_alive(self) -> bool:
        """Return whether the process still runs."""
        return self.process.poll() is None

    def restart_if_dead(self) -> None:
        """Restart the process if it ended: immediately the first time, then with exponential delay."""
        if self.is_alive():
            return
        now = time.monotonic()
        if self.restart_at is None:
            self._kill_session()
            self.failures = 1 if now - self.started_at > STABLE_AFTER else self.failures + 1
            delay = 0.0 if self.failures == 1 else min(2.0 ** (self.failures - 2), MAX_RESTART_DELAY)
            self.restart_at = now + delay
            print_line(
                f"luckylink: {self.service.name} ended ({self.process.returncode}), restart in {delay:.0f} s;"
                f" its log: {self.service.log}"
            )
        elif now >= self.restart_at:
            self._launch()
            print_line(f"luckylink: {self.service.name} restarted (process {self.process.pid})")

    def stop(self) -> None:
        """Send the stop signal, kill after the timeout, and kill the remaining processes of its session."""
        service = self.service
        if self.is_alive():
            self.process.send_signal(service.stop_signal)
            try:
                self.process.wait(service.stop_timeout)
            except subprocess.TimeoutExpired:
                print_line(f"luckylink: {service.name} did not stop in {service.stop_timeout:.0f} s, killed")
                self.process.kill()
                self.process.wait()
        self._kill_session()

    def _kill_session(self) -> None:
        # The session id is the pid of its first process; the remaining ones have lost their parent.
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return

    def progress(self) -> tuple[int, int]:
        """Return the size of the log in bytes, and the processor time of the session in clock ticks.

        The second is 0 where /proc does not say it.
        """
        ticks = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                # After the name, which may hold spaces: state, parent, group, session, ..., utime, stime.
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == self.process.pid:
                ticks += int(fields[11]) + int(fields[12])
        return self.service.log.stat().st_size, ticks

    def log_tail(self) -> str:
        """Return the last lines of the log."""
        return "\n".join(self.service.log.read_text(errors="replace").splitlines()[-12:])


class Supervisor:
    """The child processes of one run, in start order."""

    def __init__(self) -> None:
        """Start with no child."""
        self.children: list[Child] = []
        self.stopping = threading.Event()

    def listen_to_signals(self) -> None:
        """Set `stopping` on SIGINT, SIGTERM and SIGHUP."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())

    def start(self, service: Service) -> Child:
        """Start one more child process."""
        child = Child(service)
        self.children.append(child)
        return child

    def wait_until(self, is_ready: Callable[[], bool], child: Child, *, seconds: float) -> None:
        """Wait until the child is ready, as long as it makes progress.

        Raises LauncherError if it ends before, or neither uses the processor nor writes to its log for
        `seconds`. Returns early when `stopping` is set.
        """
        deadline, progress = time.monotonic() + seconds, child.progress()
        while not is_ready():
            if time.monotonic() > deadline and child.is_alive() and child.progress() != progress:
                print_line(f"luckylink: {child.service.name} is still starting ...")
                deadline, progress = time.monotonic() + seconds, child.progress()
            if not child.is_alive() or time.monotonic() > deadline:
                status = "does not answer" if child.is_alive() else "ended"
                raise LauncherError(
                    f"{child.service.name} {status}. {child.service.log} says:\n{child.log_tail()}"
                )
            if self.stopping.wait(0.05):
                return

    def watch(self) -> None:
        """Restart children that end, until `stopping` is set."""
        while not self.stopping.wait(0.2):
            for child in self.children:
                child.restart_if_dead()

    def stop(self) -> None:
        """Stop the children in reverse start order."""
        while self.children:
            self.children.pop().stop()
