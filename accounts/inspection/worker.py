"""Entry point of the child process: limits itself, reads a request from stdin, writes an answer to stdout.

Run as a script: `python -I worker.py MODULE`. The request is one line of JSON and the content of the file;
the answer is one line of JSON and a rewritten file, or nothing. `MODULE` has a function
`inspect(content, options)` that returns both parts of the answer.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
from pathlib import Path
from typing import Final

MEMORY_BYTES: Final = 256 * 1024 * 1024
CPU_SECONDS: Final = 3
OUTPUT_BYTES: Final = 16 * 1024 * 1024
OPEN_FILES: Final = 64
NICENESS: Final = 10
# Exit status of a child that could not even start, so that it is not blamed on the file.
NOT_STARTED: Final = 70
LIMITS: Final = {
    resource.RLIMIT_AS: MEMORY_BYTES,
    resource.RLIMIT_CPU: CPU_SECONDS,
    resource.RLIMIT_FSIZE: OUTPUT_BYTES,
    resource.RLIMIT_NOFILE: OPEN_FILES,
    resource.RLIMIT_CORE: 0,
    # No further process and no thread; the superuser is exempt.
    resource.RLIMIT_NPROC: 0,
}


def main() -> None:
    """Answer one request. A limit that is met is answered, or ends the process."""
    for limit, value in LIMITS.items():
        resource.setrlimit(limit, (value, value))
    os.nice(NICENESS)
    # -I leaves the folder of the product out of the path; last, so that it hides no other package.
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    try:
        module = importlib.import_module(sys.argv[1])
    except (ImportError, MemoryError):
        sys.exit(NOT_STARTED)
    options, _separator, content = sys.stdin.buffer.read().partition(b"\n")
    try:
        facts, rewritten = module.inspect(content, json.loads(options))
    except (MemoryError, RecursionError):
        facts, rewritten = {"limit": True}, b""
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + rewritten)


if __name__ == "__main__":
    main()
