"""Child processes: started, kept alive, stopped in the reverse order, none left behind."""

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

from lucky_link.console import Refusal, say

LONGEST_PAUSE = 30.0
CALM = 60.0
LOG_LIMIT = 5_000_000
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, kw_only=True)
class Service:
    """One child: what to run, how to stop it, and how many seconds it may take."""

    name: str
    command: tuple[str, ...]
    log: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 20.0
    user: int | None = None
    group: int | None = None


class Child:
    """A service that was started, with the memory of its failures."""

    def __init__(self, service: Service) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self.service = service
        self.failures = 0
        self.restart_at: float | None = None
        self._launch()

    def _launch(self) -> None:
        service = self.service
        service.log.parent.mkdir(parents=True, exist_ok=True)
        is_long = service.log.exists() and service.log.stat().st_size > LOG_LIMIT
        with service.log.open("wb" if is_long else "ab") as log:
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
        """Tell whether the process still runs."""
        return self.process.poll() is None

    def tend(self) -> None:
        """Restart the process if it died: at once the first time, then after longer and longer pauses."""
        if self.is_alive():
            return
        now = time.monotonic()
        if self.restart_at is None:
            self._sweep()
            self.failures = 1 if now - self.started_at > CALM else self.failures + 1
            pause = 0.0 if self.failures == 1 else min(2.0 ** (self.failures - 2), LONGEST_PAUSE)
            self.restart_at = now + pause
            say(
                f"luckylink: {self.service.name} ended ({self.process.returncode}), restart in {pause:.0f} s;"
                f" its log: {self.service.log}"
            )
        elif now >= self.restart_at:
            self._launch()
            say(f"luckylink: {self.service.name} restarted (process {self.process.pid})")

    def stop(self) -> None:
        """Ask the process to end, insist after its patience, and leave none of its own children."""
        if self.is_alive():
            self.process.send_signal(self.service.stop_signal)
            try:
                self.process.wait(self.service.patience)
            except subprocess.TimeoutExpired:
                say(f"luckylink: {self.service.name} did not stop in {self.service.patience:.0f} s, killed")
                self.process.kill()
                self.process.wait()
        self._sweep()

    def _sweep(self) -> None:
        # The session's number is the first process's; what remains of it has lost its parent.
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return

    def last_words(self) -> str:
        """Return the last lines of the log."""
        return "\n".join(self.service.log.read_text(errors="replace").splitlines()[-12:])


class Supervisor:
    """The children of one run, in the order they were started."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.children: list[Child] = []
        self.stopping = threading.Event()

    def listen_to_signals(self) -> None:
        """Turn Ctrl-C, a termination and a closed terminal into one wish to stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())

    def start(self, service: Service) -> Child:
        """Start one more child."""
        child = Child(service)
        self.children.append(child)
        return child

    def wait_until(self, is_ready: Callable[[], bool], child: Child, *, seconds: float) -> None:
        """Wait until the child answers.

        Raises Refusal if it ends before or takes longer than `seconds`; returns early on a wish to stop.
        """
        deadline = time.monotonic() + seconds
        while not is_ready():
            if not child.is_alive() or time.monotonic() > deadline:
                fate = "does not answer" if child.is_alive() else "ended"
                raise Refusal(f"{child.service.name} {fate}. {child.service.log} says:\n{child.last_words()}")
            if self.stopping.wait(0.05):
                return

    def watch(self) -> None:
        """Keep every child alive until somebody wishes to stop."""
        while not self.stopping.wait(0.2):
            for child in self.children:
                child.tend()

    def stop(self) -> None:
        """Stop the children, the last started first."""
        while self.children:
            self.children.pop().stop()
