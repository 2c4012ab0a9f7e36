"""Entry point of the child process: limits itself, imports the module of a kind of files, forks for each.

Run as a script: `python -I worker.py MODULE DESCRIPTOR`, with the descriptor of a Unix socket. It writes
READY to the socket once `MODULE` is imported. A request is a number of seconds, with the descriptors of two
files: the request (one line of JSON and the content of the file) and the answer, to which the fork writes one
line of JSON and the file rewritten, or nothing. Then the socket receives DONE, or STOPPED when the fork met a
limit. `MODULE` has a function `inspect(content, options)` that returns both parts of the answer.

No fork sees two files, and the process that forks sees none.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
from pathlib import Path
from typing import Any, Final

MEMORY_BYTES: Final = 256 * 1024 * 1024
CPU_SECONDS: Final = 3
OUTPUT_BYTES: Final = 16 * 1024 * 1024
OPEN_FILES: Final = 64
NICENESS: Final = 5
READY: Final = b"+"
DONE: Final = b"1"
STOPPED: Final = b"0"
MESSAGE_BYTES: Final = 64
LIMITS: Final = {
    resource.RLIMIT_AS: MEMORY_BYTES,
    resource.RLIMIT_FSIZE: OUTPUT_BYTES,
    resource.RLIMIT_NOFILE: OPEN_FILES,
    resource.RLIMIT_CORE: 0,
}
LIMITS_OF_A_FILE: Final = {
    resource.RLIMIT_CPU: CPU_SECONDS,
    # No further process and no thread; the superuser is exempt.
    resource.RLIMIT_NPROC: 0,
}


def main() -> None:
    """Answer requests until the other end of the socket is closed."""
    _limit(LIMITS)
    # -I leaves the folder of the product out of the path; last, so that it hides no other package.
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    module = importlib.import_module(sys.argv[1])
    with socket.socket(fileno=int(sys.argv[2])) as control:
        control.sendall(READY)
        while True:
            seconds, descriptors, _flags, _address = socket.recv_fds(control, MESSAGE_BYTES, 2)
            if not seconds:
                # The process that started this one has ended, or needs it no more.
                return
            is_done = _answer_in_a_fork(module, control, descriptors, float(seconds))
            control.sendall(DONE if is_done else STOPPED)


def _limit(limits: dict[int, int]) -> None:
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))


def _answer_in_a_fork(module: Any, control: socket.socket, descriptors: list[int], seconds: float) -> bool:
    """Return whether a fork answered in time and within its limits; it has ended either way."""
    alive, written = os.pipe()
    pid = os.fork()
    if not pid:
        control.close()
        os.close(alive)
        _answer_and_exit(module, *descriptors)
    for descriptor in (written, *descriptors):
        os.close(descriptor)
    # The other end of the pipe is closed by the end of the fork.
    has_ended, _writable, _failed = select.select([alive], [], [], seconds)
    os.close(alive)
    os.kill(pid, signal.SIGKILL)
    _pid, status = os.waitpid(pid, 0)
    return bool(has_ended) and status == 0


def _answer_and_exit(module: Any, request: int, answer: int) -> None:
    """Answer one request and end the process. A limit that is met is answered, or ends it."""
    code = 1
    try:
        _limit(LIMITS_OF_A_FILE)
        # After the imports, for which somebody may be waiting.
        os.nice(NICENESS)
        with os.fdopen(request, "rb") as file:
            options, _separator, content = file.read().partition(b"\n")
        try:
            facts, rewritten = module.inspect(content, json.loads(options))
        except (MemoryError, RecursionError):
            facts, rewritten = {"limit": True}, b""
        with os.fdopen(answer, "wb") as file:
            file.write(json.dumps(facts).encode() + b"\n" + rewritten)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
